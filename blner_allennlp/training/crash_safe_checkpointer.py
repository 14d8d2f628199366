"""Checkpoints that a crash in the middle of writing one cannot spoil."""

import logging

from allennlp.training.checkpointer import Checkpointer

from blner_allennlp.checkpoints import find_checkpoints

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
            for checkpoint in find_checkpoints(self._serialization_dir):
                if not checkpoint.is_whole():
                    logger.warning(
                        "%s and %s were not both written to their end; they are left out and removed",
                        checkpoint.model_state,
                        checkpoint.training_state.name,
                    )
                    # AllenNLP writes no file that is there already. Another process may have been faster.
                    checkpoint.model_state.unlink(missing_ok=True)
                    checkpoint.training_state.unlink(missing_ok=True)
        return super().find_latest_checkpoint()
