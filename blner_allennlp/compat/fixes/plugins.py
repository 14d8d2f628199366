"""Which plugins every `allennlp` command loads."""

from __future__ import annotations

from blner_allennlp.compat.fixes.fix import Fix, SourceEdit

FIXES = (
    Fix(
        name="default_plugins",
        module_name="allennlp.common.plugins",
        mends="allennlp_models, where installed, is imported whole by every command: a hundred modules that "
        "nobody asked for, and an error about word2number or, "
        "where that is installed, a download by nltk. This package is imported in its place; "
        "`--include-package allennlp_models.tagging` still brings the part that is wanted",
        versions="every version",
        edits=(
            SourceEdit(
                'DEFAULT_PLUGINS = ("allennlp_models", "allennlp_semparse", "allennlp_server")',
                'DEFAULT_PLUGINS = ("blner_allennlp.plugin",)',
            ),
            SourceEdit(
                "            import_module_and_submodules(module_name)\n",
                "            importlib.import_module(module_name)\n",
            ),
            # Every command would print a line for every plugin otherwise.
            SourceEdit('logger.info("Plugin %s available"', 'logger.debug("Plugin %s available"', 2),
        ),
    ),
    Fix(
        name="include_this_package",
        module_name="allennlp.common.util",
        mends="`--include-package blner_allennlp`, as everybody types it, imports every module of this package, "
        "pandas and matplotlib with them, which takes seconds and is of no use to most commands. Its plugin module is "
        "imported instead, which registers everything",
        versions="every version",
        edits=(
            SourceEdit(
                "        module = importlib.import_module(package_name)\n",
                '        module = importlib.import_module(f"{package_name}.plugin" if package_name == "blner_allennlp" '
                "else package_name)\n",
            ),
        ),
    ),
)
