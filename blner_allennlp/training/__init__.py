"""What training needs beyond AllenNLP's own trainer."""

from blner_allennlp.training import whole_test_set
from blner_allennlp.training.crash_safe_checkpointer import CrashSafeCheckpointer
from blner_allennlp.training.linear_with_warmup_ratio import LinearWithWarmupRatio

__all__ = ["CrashSafeCheckpointer", "LinearWithWarmupRatio", "whole_test_set"]
