"""The import hook: it sleeps until AllenNLP is first imported.

Imports nothing that Python has not loaded at its own start, because it runs in every process of the
environment.
"""

from __future__ import annotations

import os
import sys

# Type checkers know the name; importing `typing` would cost every process of the environment milliseconds.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

NO_COMPAT_VARIABLE = "BLNER_NO_COMPAT"
"""Set to `1`, the environment variable leaves AllenNLP as it is: for looking at what it does on its own."""

START_UP_FILE = "blner_allennlp.pth"
"""The file in `site-packages` that installs the hook in every process."""

INSTALL_ALLENNLP = "pip install --no-deps allennlp==2.10.1 allennlp-models==2.10.1"
"""AllenNLP cannot be a dependency: its pins contradict every library of today."""

MENDED_PACKAGES = frozenset({"allennlp", "allennlp_models"})

# jsonnet's `std.extVar` has no default and AllenNLP hands it the environment, so a configuration that lets
# the caller choose the corpus or the encoder needs both variables to exist.
CONFIGURATION_DEFAULTS = {"BLNER_DATA": "data", "BLNER_ENCODER": ""}


class AllenNlpFinder:
    """Finds the modules of AllenNLP and has `AllenNlpLoader` load them; declines everything else at once."""

    def __init__(self) -> None:
        self._active = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module of AllenNLP.

        Args:
            fullname: dotted name of the wanted module.
            path: where the parent package keeps its modules; None for a top-level name.
            target: the module that is being reloaded, if any.

        Returns:
            The ordinary spec with our loader in it, or None for a module that is no business of ours.
        """
        if fullname.partition(".")[0] not in MENDED_PACKAGES:
            return None
        if not self._active:
            self._activate()

        from importlib.machinery import PathFinder, SourceFileLoader

        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            return spec

        from blner_allennlp.compat.loader import AllenNlpLoader

        spec.loader = AllenNlpLoader(fullname, spec.loader.path)
        return spec

    def _activate(self) -> None:
        self._active = True
        for variable, value in CONFIGURATION_DEFAULTS.items():
            os.environ.setdefault(variable, value)


def installed_finder() -> AllenNlpFinder | None:
    """Look up the finder of this process.

    Returns:
        The finder, or None where it is switched off or was never installed.
    """
    for finder in sys.meta_path:
        if isinstance(finder, AllenNlpFinder):
            return finder
    return None


def install() -> None:
    """Put the finder in front of Python's own, once; safe to call again.

    Raises:
        ImportError: AllenNLP was imported before, without the hook, so what it holds can no longer be mended.
    """
    if os.environ.get(NO_COMPAT_VARIABLE) == "1" or installed_finder() is not None:
        return
    if "allennlp" in sys.modules:
        raise ImportError(
            "allennlp was imported before blner_allennlp, so it runs without what makes it work on today's "
            "libraries; import blner_allennlp first, or install the package (pip install -e .), whose "
            "start-up file does so in every process"
        )
    # AllenNlpFinder has the one method that the import system calls; a base class would have to be imported.
    sys.meta_path.insert(0, AllenNlpFinder())


def require_allennlp() -> None:
    """Say what to do where AllenNLP is missing.

    Raises:
        ModuleNotFoundError: AllenNLP is not installed.
    """
    from importlib.machinery import PathFinder

    if "allennlp" not in sys.modules and PathFinder.find_spec("allennlp") is None:
        raise ModuleNotFoundError(
            "blner_allennlp extends AllenNLP 2.10.1, which is not installed; its own pins keep it from "
            f"being a dependency, so install it without them: {INSTALL_ALLENNLP}",
            name="allennlp",
        )
