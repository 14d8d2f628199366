"""What py-spy looks at when data are profiled: epochs of batches as in the experiments, and nothing done with them.

python -m benchmarks.profiles.epochs --corpus data/wnut17/wnut17train.conll --fresh-loaders 5 --epochs 1
"""

from __future__ import annotations

import argparse
from pathlib import Path

from allennlp.common import Params
from allennlp.data import DataLoader, DatasetReader, Vocabulary

from benchmarks.measuring import SAMPLE_TRAIN

_EXPERIMENT = "experiments/quickstart.jsonnet"


def make_loader(corpus: Path) -> DataLoader:
    """Read and index a corpus as an experiment does.

    Args:
        corpus: any corpus whose format can be told.

    Returns:
        The loader, ready to make batches.
    """
    params = Params.from_file(_EXPERIMENT)
    reader_params = params["dataset_reader"]
    reader_params["corpus_format"], reader_params["corpus_options"] = None, {}
    reader = DatasetReader.from_params(reader_params)
    loader = DataLoader.from_params(params["data_loader"], reader=reader, data_path=str(corpus))
    loader.index_with(Vocabulary.from_instances(loader.iter_instances()))
    return loader


def set_up_once(corpus: Path) -> DataLoader:
    """Do the same where it is not to be profiled."""
    return make_loader(corpus)


def take_all(loader: DataLoader, num_epochs: int) -> None:
    """Take all batches of some epochs."""
    for _ in range(num_epochs):
        for _ in loader:
            pass


def main() -> None:
    """Make epochs of batches."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=SAMPLE_TRAIN)
    parser.add_argument(
        "--fresh-loaders", type=int, default=0, help="so many, one after the other; 0 for one set-up"
    )
    parser.add_argument("--epochs", type=int, default=1, help="of each loader")
    arguments = parser.parse_args()
    if not arguments.fresh_loaders:
        take_all(set_up_once(arguments.corpus), arguments.epochs)
    for _ in range(arguments.fresh_loaders):
        take_all(make_loader(arguments.corpus), arguments.epochs)


if __name__ == "__main__":
    main()
