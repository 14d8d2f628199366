"""A step of the optimizer `fused_adamw` beside one of AllenNLP's `adamw`, in turns, on the weights of the full model.

CPU time, the best of all rounds.

    python -m benchmarks.optimizer_speed --threads 1
"""

from __future__ import annotations

import time

import torch
from allennlp.training.optimizers import AdamWOptimizer

from benchmarks.measuring import (
    describe_torch,
    make_parser,
    print_table,
    use_threads,
    wait_for_device,
    write_figures,
)
from benchmarks.variants import build_predictor
from blner_allennlp.training import FusedAdamW


def main() -> None:
    """Measure, print a table, and write the figures."""
    parser = make_parser(__doc__)
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    use_threads(arguments.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    best: dict[str, float] = {}
    optimizers = {}
    for name, kind in (("fused_adamw", FusedAdamW), ("adamw", AdamWOptimizer)):
        model = build_predictor(arguments.encoder)._model.to(device)
        for weights in model.parameters():
            weights.grad = torch.full_like(weights, 1e-3)
        optimizers[name] = kind(list(model.named_parameters()), lr=1e-5)
        best[name] = float("inf")
    for _ in range(arguments.rounds):
        for name, optimizer in optimizers.items():
            began = time.process_time()
            optimizer.step()
            wait_for_device()
            best[name] = min(best[name], time.process_time() - began)

    figures = {f"{name}_cpu_ms": 1000 * seconds for name, seconds in best.items()}
    print(describe_torch())
    print_table(list(figures), [[f"{milliseconds:.1f}" for milliseconds in figures.values()]])
    write_figures(figures, arguments.output)


if __name__ == "__main__":
    main()
