"""What training needs beyond AllenNLP's own trainer."""

from blner_allennlp.training import whole_test_set
from blner_allennlp.training.best_of_each_head import BestOfEachHead
from blner_allennlp.training.crash_safe_checkpointer import CrashSafeCheckpointer
from blner_allennlp.training.fit_batches_in_memory import FitBatchesInMemory
from blner_allennlp.training.fused_adamw import FusedAdamW
from blner_allennlp.training.linear_with_warmup_ratio import LinearWithWarmupRatio
from blner_allennlp.training.piece_bucket_batch_sampler import PieceBucketBatchSampler
from blner_allennlp.training.return_freed_memory import ReturnFreedMemory
from blner_allennlp.training.token_budget_batch_sampler import TokenBudgetBatchSampler

__all__ = [
    "BestOfEachHead",
    "CrashSafeCheckpointer",
    "FitBatchesInMemory",
    "FusedAdamW",
    "LinearWithWarmupRatio",
    "PieceBucketBatchSampler",
    "ReturnFreedMemory",
    "TokenBudgetBatchSampler",
    "whole_test_set",
]
