"""Checkpoints that a crash in the middle of writing one cannot spoil."""

import logging
import zipfile
from pathlib import Path

from allennlp.training.checkpointer import Checkpointer

logger = logging.getLogger(__name__)


@Checkpointer.register("crash_safe")
class CrashSafeCheckpointer(Checkpointer):
    """AllenNLP's checkpointer, except that `--recover` passes over a checkpoint that was only half written.

    AllenNLP writes checkpoints in place and takes the newest one for whole, so a process that is killed while it
    writes leaves a run that cannot be recovered. The checkpoint before is still there: it is removed only after the new
    one is complete. Takes the same arguments.
    """

    def find_latest_checkpoint(self) -> tuple[str, str] | None:
        """Find the newest whole checkpoint, and remove what is left of broken ones.

        Returns:
            The files of the model's and the trainer's state; None where there is no whole checkpoint.
        """
        if self._serialization_dir is not None:
            for model_state in Path(self._serialization_dir).glob("model_state_e*_b*.th"):
                training_state = model_state.with_name(model_state.name.replace("model", "training", 1))
                # torch writes zip archives, whose table of contents comes last; a missing file is none.
                if not (zipfile.is_zipfile(model_state) and zipfile.is_zipfile(training_state)):
                    logger.warning("%s was not written to its end; it is left out and removed", model_state)
                    # AllenNLP writes no file that is there already. Another process may have been faster.
                    model_state.unlink(missing_ok=True)
                    training_state.unlink(missing_ok=True)
        return super().find_latest_checkpoint()
