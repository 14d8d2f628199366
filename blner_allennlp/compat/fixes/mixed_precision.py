"""AllenNLP's use of `torch.cuda.amp`."""

from __future__ import annotations

from blner_allennlp.compat.fixes.fix import Fix, SourceEdit

_VERSIONS = "torch 2.4 and later"

FIXES = (
    Fix(
        name="autocast_in_trainer",
        module_name="allennlp.training.gradient_descent_trainer",
        mends="FutureWarning in every training: `torch.cuda.amp.autocast` and `GradScaler` became "
        "`torch.amp`'s",
        versions=_VERSIONS,
        edits=(
            SourceEdit("amp.autocast(self._use_amp)", 'torch.amp.autocast("cuda", enabled=self._use_amp)', 2),
            SourceEdit("self._scaler = amp.GradScaler()", 'self._scaler = torch.amp.GradScaler("cuda")'),
        ),
    ),
    Fix(
        name="grad_scaler_of_accelerator",
        module_name="allennlp.nn.parallel.ddp_accelerator",
        mends="FutureWarning: `torch.cuda.amp.GradScaler` became `torch.amp.GradScaler`",
        versions=_VERSIONS,
        edits=(SourceEdit("return amp.GradScaler()", 'return torch.amp.GradScaler("cuda")'),),
    ),
)
