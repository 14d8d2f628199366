"""What training needs beyond AllenNLP's own trainer."""

from blner_allennlp.training.linear_with_warmup_ratio import LinearWithWarmupRatio

__all__ = ["LinearWithWarmupRatio"]
