"""How much of batches of one size is padding: AllenNLP's `bucket`, which sorts by words, and `bucket_by_pieces`.

python -m benchmarks.batch_padding data/wnut17/wnut17train.conll --batch-size 24
python -m benchmarks.batch_padding data/wnut17/emerging.test.annotated --batch-size 64 --no-shuffle
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from allennlp.data import Vocabulary
from allennlp.data.samplers import BatchSampler, BucketBatchSampler

from benchmarks.measuring import make_parser, print_table, write_figures
from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.token_indexers import WordPieceIndexer
from blner_allennlp.training import PieceBucketBatchSampler
from blner_allennlp.training.sentence_sizes import sentence_size


def main() -> None:
    """Make the batches of one pass with both samplers, and print the shares."""
    parser = make_parser(__doc__, with_threads=False)
    parser.add_argument("corpus", type=Path, help="any corpus with gold")
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--batch-size", type=int, default=24)
    parser.add_argument("--no-shuffle", action="store_true", help="as in evaluation: without noise")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    reader = NerCorpusReader({"pieces": WordPieceIndexer(arguments.encoder)})
    instances = list(reader.read(str(arguments.corpus)))
    vocab = Vocabulary.from_instances(instances)
    for instance in instances:
        reader.apply_token_indexers(instance)
        instance.index_fields(vocab)
    num_pieces = [sentence_size(instance, "tokens").num_pieces for instance in instances]
    noise = 0.0 if arguments.no_shuffle else 0.1
    samplers: dict[str, BatchSampler] = {
        "bucket": BucketBatchSampler(arguments.batch_size, sorting_keys=["tokens"], padding_noise=noise),
        "bucket_by_pieces": PieceBucketBatchSampler(
            arguments.batch_size, noise, shuffle=not arguments.no_shuffle
        ),
    }
    figures: dict[str, Any] = {"num_pieces": sum(num_pieces)}
    for name, sampler in samplers.items():
        random.seed(arguments.seed)
        padded = sum(
            len(batch) * max(num_pieces[index] for index in batch)
            for batch in sampler.get_batch_indices(instances)
        )
        figures[name] = {"num_places": padded, "padding_share": 1 - sum(num_pieces) / padded}
    print_table(
        ["sampler", "pieces with padding", "of them padding"],
        (
            [name, str(figures[name]["num_places"]), f"{figures[name]['padding_share']:.1%}"]
            for name in samplers
        ),
    )
    write_figures(figures, arguments.output)


if __name__ == "__main__":
    main()
