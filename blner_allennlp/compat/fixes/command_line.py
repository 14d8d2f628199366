"""How the `allennlp` command and its processes end after an error."""

from __future__ import annotations

from blner_allennlp.compat.fixes.fix import Fix, SourceEdit

FIXES = (
    Fix(
        name="errors_end_with_their_message",
        module_name="allennlp.__main__",
        mends="an error that says what is wrong with a corpus or a configuration, and what to change, stands below "
        "fifty lines of traceback",
        versions="every version",
        edits=(
            SourceEdit(
                '    main(prog="allennlp")\n',
                "    from blner_allennlp.command_errors import ending_with_message as ending; "
                'ending()(main)(prog="allennlp")\n',
            ),
        ),
    ),
    Fix(
        name="workers_end_in_silence",
        module_name="allennlp.data.data_loaders.multiprocess_data_loader",
        mends="where one worker of a data loader meets an error, the others, and that one, are ended by SIGTERM, which "
        "AllenNLP turns into an exception: each prints a traceback of its own below the error",
        versions="every version",
        edits=(SourceEdit("worker.terminate()", "worker.kill()"),),
    ),
)
