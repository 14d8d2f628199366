"""What the paper holds its own results against on five corpora (Table 4)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishedBaseline:
    """An earlier system's scores as the paper prints them.

    Args:
        corpus: the corpus, as Table 3 has it here.
        system: the system's name.
        precision: a share; None where none is printed.
        recall: a share; None where none is printed.
        f1: a share.
        remark: what is known to be wrong with the row; empty for nothing.
    """

    corpus: str
    system: str
    precision: float | None
    recall: float | None
    f1: float
    remark: str = ""


def _only_f1(corpus: str, system: str, f1: float, remark: str = "") -> PublishedBaseline:
    return PublishedBaseline(corpus, system, None, None, round(f1 / 100, 4), remark)


def _scores(corpus: str, system: str, *numbers: float) -> PublishedBaseline:
    precision, recall, f1 = (round(number / 100, 4) for number in numbers)
    return PublishedBaseline(corpus, system, precision, recall, f1)


TABLE_4: tuple[PublishedBaseline, ...] = (
    _scores("conll2004", "Multi-turn QA", 89.00, 86.60, 87.80),
    _scores("conll2004", "SpERT", 88.25, 89.64, 88.94),
    _only_f1("conll2004", "Table-Sequence", 90.10),
    _scores("conll2004", "TriMF", 90.26, 90.34, 90.30),
    _only_f1("conll2004", "TablERT", 91.30),
    _only_f1("bc5cdr", "BERT-CRF", 86.00),
    _only_f1("bc5cdr", "RDANER", 87.38, "Table 8 prints 87.39"),
    _only_f1("bc5cdr", "SparkNLP", 89.73),
    _scores("bc5cdr", "ELECTRAMed", 88.76, 91.34, 90.03),
    _only_f1("bc5cdr", "BioLinkBERT", 90.22),
    _scores("ncbi", "ELECTRAMed", 85.87, 89.29, 87.54),
    _only_f1("ncbi", "RDANER", 87.89),
    _only_f1("ncbi", "BioLinkBERT", 88.76),
    _only_f1("ncbi", "CL-KL", 89.24),
    _scores("ncbi", "SciFive-Base", 88.65, 90.14, 89.39),
    _scores("ncbi", "BioBERT", 88.22, 91.25, 89.71),
    _only_f1("scierc", "SciBERT", 67.57),
    _only_f1("scierc", "PURE", 68.90),
    _only_f1("scierc", "RDANER", 68.96),
    _scores("scierc", "SpERT", 70.87, 69.79, 70.33),
    _scores("wnut16", "CambridgeLTL", 60.77, 46.07, 52.41),
    _only_f1("wnut16", "InferNER", 53.48),
    _only_f1("wnut16", "SANER", 55.01),
    _only_f1("wnut16", "CL-KL", 58.98, "printed as CL-LK"),
    _only_f1("wnut16", "S-NER", 60.12),
)
"""The rows that are not the paper's own, which are in `TABLE_3`."""
