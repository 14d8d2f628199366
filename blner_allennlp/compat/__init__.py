"""What lets AllenNLP 2.10.1 run on today's Python, torch and transformers.

`install` is cheap: it registers one finder that declines every import until `allennlp` itself is wanted. From
then on AllenNLP's modules, and nobody else's, are loaded with three kinds of help (`docs/platform.md` lists
every single one):

- `import_table`: imports that are put off until they are used, and names that newer libraries dropped;
- `fixes`: statements of AllenNLP that no longer work, each with the reason and the versions it concerns;
- `plugin_lookup`: the classes of this package are registered as soon as somebody asks AllenNLP for one by
  name.

`startup` also gives the environment variables that the experiments' configurations read their defaults.

This file must stay light: a start-up hook imports it in every process of the environment.
"""

from __future__ import annotations

from blner_allennlp.compat.startup import (
    INSTALL_ALLENNLP,
    NO_COMPAT_VARIABLE,
    START_UP_FILE,
    AllenNlpFinder,
    install,
    installed_finder,
    require_allennlp,
)

__all__ = [
    "INSTALL_ALLENNLP",
    "NO_COMPAT_VARIABLE",
    "START_UP_FILE",
    "AllenNlpFinder",
    "install",
    "installed_finder",
    "require_allennlp",
]
