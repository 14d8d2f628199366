"""Five existing systems without and with bundling (paper, section 4.4, Table 8)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishedHost:
    """One existing system on one corpus, before and after a second head was bundled with it.

    Args:
        host: the system's name.
        paradigm: which head it has itself, `seq` or `span`.
        corpus: the corpus; those of Table 3 by the same names.
        f1: printed F1 of the system alone, a share.
        bundled_f1: printed F1 with bundling, α = 0.1, answered by the same head.
        remark: what the paper's marks say of the row, or what is known to be wrong with it; empty for nothing.
    """

    host: str
    paradigm: str
    corpus: str
    f1: float
    bundled_f1: float
    remark: str = ""

    @property
    def gain(self) -> float:
        """F1 with bundling minus F1 without."""
        return round(self.bundled_f1 - self.f1, 4)


_WITHOUT_OVERLAPS = "reproduced by the authors without overlapping or discontinuous entities"
_NER_PART = "of DyGIE++ only the part that finds entities"


def _host(
    host: str, paradigm: str, corpus: str, f1: float, bundled: float, remark: str = ""
) -> PublishedHost:
    return PublishedHost(host, paradigm, corpus, round(f1 / 100, 4), round(bundled / 100, 4), remark)


TABLE_8: tuple[PublishedHost, ...] = (
    _host("RDANER", "seq", "scierc", 68.96, 69.44),
    _host("RDANER", "seq", "bc5cdr", 87.39, 89.12, "Table 4 prints 87.38 for the system alone"),
    _host("RDANER", "seq", "ncbi", 87.89, 88.47),
    _host("CL-KL", "seq", "conll2003", 93.21, 93.86),
    _host("CL-KL", "seq", "bc5cdr", 90.73, 90.88),
    _host("CL-KL", "seq", "ncbi", 89.24, 89.94),
    _host(
        "HireNER",
        "seq",
        "conll2002",
        87.08,
        88.16,
        "Spanish, although 4.1.1 says that all corpora are English",
    ),
    _host("HireNER", "seq", "conll2003", 93.37, 93.68),
    _host("HireNER", "seq", "ontonotes", 90.30, 90.84),
    _host("SodNER", "span", "clef", 82.42, 83.17, _WITHOUT_OVERLAPS),
    _host("SodNER", "span", "cadec", 60.38, 60.84, _WITHOUT_OVERLAPS),
    _host("SodNER", "span", "ace2005", 88.58, 88.89, _WITHOUT_OVERLAPS),
    _host("DyGIE++", "span", "ace2005", 88.96, 89.44, f"{_NER_PART}; {_WITHOUT_OVERLAPS}"),
    _host("DyGIE++", "span", "scierc", 67.23, 68.79, _NER_PART),
    _host("DyGIE++", "span", "genia", 72.24, 73.12, f"{_NER_PART}; {_WITHOUT_OVERLAPS}"),
)
"""Fifteen pairs, so thirty numbers."""
