"""AllenNLP's unpacking of model archives."""

from __future__ import annotations

from blner_allennlp.compat.fixes.fix import Fix, SourceEdit

_MENDS = (
    "an archive from elsewhere could write outside the directory it is unpacked into; Python 3.12 and 3.13 "
    "warn about it on every `evaluate` and `predict`"
)
_EDIT = SourceEdit("archive.extractall(tempdir)", 'archive.extractall(tempdir, filter="data")')

FIXES = tuple(
    Fix(
        name=f"safe_extraction_in_{module_name.rpartition('.')[2]}",
        module_name=module_name,
        mends=_MENDS,
        versions="Python 3.11, where nothing checks the paths, to 3.13, where Python warns",
        edits=(_EDIT,),
    )
    for module_name in ("allennlp.models.archival", "allennlp.tools.archive_surgery")
)
