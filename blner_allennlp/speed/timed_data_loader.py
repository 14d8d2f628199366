"""A data loader on a clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from allennlp.data import DataLoader, Instance, Vocabulary

from blner_allennlp.speed.stages import Stage, StageClock


class TimedDataLoader(DataLoader):
    """Counts what it takes to get the next batch.

    Args:
        loader: where the batches come from.
        clock: where the time is counted.
    """

    def __init__(self, loader: DataLoader, clock: StageClock) -> None:
        self._loader = loader
        self._clock = clock

    def __len__(self) -> int:
        return len(self._loader)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self._clock.timed_items(Stage.BATCH, self._loader)

    def iter_instances(self) -> Iterator[Instance]:
        """As in `DataLoader`."""
        return self._loader.iter_instances()

    def index_with(self, vocab: Vocabulary) -> None:
        """As in `DataLoader`.

        Args:
            vocab: as in `DataLoader`.
        """
        self._loader.index_with(vocab)

    def set_target_device(self, device: torch.device) -> None:
        """As in `DataLoader`.

        Args:
            device: as in `DataLoader`.
        """
        self._loader.set_target_device(device)
