"""The CRF against AllenNLP's, in turns on the same scores: loss with its gradient, best paths, and marginals.

AllenNLP's loss is batched as ours; its best paths are searched sentence by sentence in Python, and it has no
marginals. CPU time, the best of all rounds.

    python -m benchmarks.crf_speed --threads 1
"""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from allennlp.modules import ConditionalRandomField

from benchmarks.measuring import make_parser, print_table, use_threads, wait_for_device, write_figures
from blner_allennlp.nn.linear_chain_crf import LinearChainCrf


def make_work(
    num_sentences: int, num_words: int, num_tags: int, device: torch.device
) -> dict[str, Callable[[], object]]:
    """What is measured, by name.

    Args:
        num_sentences: sentences B of the batch.
        num_words: words of the longest of them; lengths are spread evenly down to a quarter of it.
        num_tags: tags T.
        device: where it runs.

    Returns:
        Functions without arguments. All CRFs have the same weights.
    """
    torch.manual_seed(0)
    emissions = torch.randn(num_sentences, num_words, num_tags, device=device, requires_grad=True)
    tag_ids = torch.randint(num_tags, (num_sentences, num_words), device=device)
    lengths = torch.linspace(num_words / 4, num_words, num_sentences).long().to(device)
    word_mask = torch.arange(num_words, device=device) < lengths[:, None]
    logarithms, theirs = LinearChainCrf(num_tags).to(device), ConditionalRandomField(num_tags).to(device)
    ours = LinearChainCrf(num_tags, scaled_partition=True).to(device)  # as the head has it
    ours.load_state_dict(logarithms.state_dict())
    with torch.no_grad():
        theirs.transitions.copy_(ours.transition_scores)
        theirs.start_transitions.copy_(ours.start_scores)
        theirs.end_transitions.copy_(ours.end_scores)

    def loss_of(crf: LinearChainCrf) -> torch.Tensor:
        return (crf.log_partition(emissions, word_mask) - crf.path_score(emissions, tag_ids, word_mask)).sum()

    def their_loss() -> torch.Tensor:
        return -theirs(emissions, tag_ids, word_mask)

    # What is compared is the same.
    torch.testing.assert_close(loss_of(ours), their_loss())
    torch.testing.assert_close(loss_of(logarithms), their_loss())
    best_ids, _ = ours.best_paths(emissions, word_mask)
    their_paths = theirs.viterbi_tags(emissions, word_mask)
    for row, (path, _) in enumerate(their_paths):
        assert best_ids[row, : len(path)].tolist() == path
    scores = emissions.detach()
    return {
        "loss and gradient": lambda: loss_of(ours).backward(),
        "loss and gradient, logarithms": lambda: loss_of(logarithms).backward(),
        "loss and gradient, AllenNLP": lambda: their_loss().backward(),
        "best paths": lambda: ours.best_paths(scores, word_mask),
        "best paths, AllenNLP": lambda: theirs.viterbi_tags(scores, word_mask),
        "marginals": lambda: ours.marginals(scores, word_mask),
    }


def milliseconds_of(work: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """CPU time of the best round, in milliseconds."""
    best = dict.fromkeys(work, float("inf"))
    for _ in range(rounds):
        for name, function in work.items():
            began = time.process_time()
            function()
            wait_for_device()
            best[name] = min(best[name], time.process_time() - began)
    return {name: 1000 * seconds for name, seconds in best.items()}


def main() -> None:
    """Measure for several numbers of tags and lengths, and print a table."""
    parser = make_parser(__doc__)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--words", type=int, nargs="+", default=[20, 80])
    parser.add_argument("--tags", type=int, nargs="+", default=[13, 37])
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    use_threads(arguments.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    figures = []
    for num_words in arguments.words:
        for num_tags in arguments.tags:
            work = make_work(arguments.batch_size, num_words, num_tags, device)
            milliseconds = milliseconds_of(work, arguments.rounds)
            figures.append({"num_words": num_words, "num_tags": num_tags, **milliseconds})
    names = list(figures[0])
    print(f"{arguments.batch_size} sentences, torch {torch.__version__}, {device}, CPU milliseconds")
    print_table(
        names,
        ([f"{row[name]:.1f}" if "num_" not in name else str(row[name]) for name in names] for row in figures),
    )
    write_figures(figures, arguments.output)


if __name__ == "__main__":
    main()
