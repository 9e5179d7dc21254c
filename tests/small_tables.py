"""Small conversion tables made in tests, with figures of their own, so that no test leans on the library's."""

from __future__ import annotations

from fractions import Fraction

from adjuvant.citation import Citation, Provenance
from adjuvant.library.model import Band, ConversionFactor, ConversionTable, TablePlan
from adjuvant.quantity import parse_unit

CITATION = Citation("invented", "Nobody. Invented figures for a test.", document="a test")


def a_row(
    ingredient: str,
    factor: str | None = None,
    *,
    routes: str = "oral",
    forms: str | None = None,
    unit: str = "mg",
    bands: tuple[tuple[str, str], ...] = (),
    **more: object,
) -> ConversionFactor:
    """A row; `routes` and `forms` are words with spaces between; a band is (``above 20``, ``8``)."""
    return ConversionFactor(
        table="small",
        ingredient=ingredient,
        routes=frozenset(routes.split()),
        forms=None if forms is None else frozenset(forms.split()),
        unit=parse_unit(unit),
        factor=None if factor is None else Fraction(factor),
        bands=tuple(
            Band(Fraction(edge.split()[1]), edge.startswith("from"), Fraction(value)) for edge, value in bands
        ),
        citation=CITATION,
        provenance=Provenance.ASSUMED,
        **more,  # type: ignore[arg-type]
    )


def a_table(*rows: ConversionFactor, key: str = "small", warning: str = "") -> ConversionTable:
    """A table of these rows."""
    return ConversionTable(
        key=key,
        title=f"Table {key}",
        scope="tests",
        evidence="invented",
        citation=CITATION,
        provenance=Provenance.ASSUMED,
        factors=rows,
        warning=warning,
    )


def a_plan(*rows: ConversionFactor, parenteral: ConversionTable | None = None) -> TablePlan:
    """A plan of one small table of these rows, or of it and `parenteral`."""
    return TablePlan(a_table(*rows), parenteral)
