"""ReportedFigure: a figure that a document states, which is never mixed with one derived from doses."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from adjuvant.citation import Citation, Provenance

__all__ = ["ReportedFigure"]


@dataclass(frozen=True, slots=True)
class ReportedFigure:
    """One figure as a document prints it.

    Args:
        key: what it is, for example ``opioid_before``.
        as_printed: the figure's own words, for example ``458.8 MME/day``.
        value: the number, or None where the document says it in words (``terminated``).
        unit: in words, for example ``MME/day`` or ``NRS points``; empty for words.
        citation: the document.
        provenance: how it was read.
    """

    key: str
    as_printed: str
    citation: Citation
    value: Fraction | None = None
    unit: str = ""
    provenance: Provenance = Provenance.READ
