"""Reader of ``single_case.yaml``: what each single-case metric is called, says and does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from adjuvant.citation import OF_LIBRARY, Citation, Provenance
from adjuvant.library.bibliography import citations, source_of
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import read_file

__all__ = ["SIGNS", "MetricWords", "metric_words", "read_metric_words"]

SIGNS = ("improvement", "reversed", "b_minus_a", "none")
"""How a metric is signed: positive is improvement; negative is; after minus before; or no direction."""


@dataclass(frozen=True, slots=True)
class MetricWords:
    """One single-case metric in words.

    Args:
        unit: what its number counts, in words.
        sign: one of `SIGNS`.
        says, silent: what it means, and what it does not say, in a sentence or two.
        citation: the method; None where it is plain arithmetic. `also`: what else its formula rests on.
        provenance: how the formula reached us.
    """

    key: str
    title: str
    unit: str
    sign: str
    says: str
    silent: str
    citation: Citation | None
    also: tuple[Citation, ...]
    provenance: Provenance


def read_metric_words(path: Path) -> dict[str, MetricWords]:
    """The words of every metric of one file, by key.

    Raises:
        LibraryError: an unknown sign, a missing word, no source where one is claimed.
    """
    found: dict[str, MetricWords] = {}
    for key, entry in read_file(path, shown_name(path)).pairs():
        fields = entry.fields(["title", "unit", "sign", "says", "silent", "provenance"], ["citation", "also"])
        cited: Citation | None = None
        if "citation" in fields:
            cited, provenance = source_of(fields)
        else:
            provenance = Provenance(fields["provenance"].one_of(OF_LIBRARY, "provenance"))
            if provenance is not Provenance.ASSUMED:
                raise fields["provenance"].error(
                    f"is {provenance} without a citation", "add `citation:`, or say assumed"
                )
        also = (
            tuple(
                citations()[one.one_of(citations(), "citation of citations.yaml")]
                for one in fields["also"].items()
            )
            if "also" in fields
            else ()
        )
        found[key] = MetricWords(
            key=key,
            title=fields["title"].text(),
            unit=fields["unit"].text(),
            sign=fields["sign"].one_of(SIGNS, "sign"),
            says=fields["says"].text(),
            silent=fields["silent"].text(),
            citation=cited,
            also=also,
            provenance=provenance,
        )
    return found


@lru_cache(maxsize=1)
def metric_words() -> Mapping[str, MetricWords]:
    """The words of every single-case metric, in the order of single_case.yaml; read once."""
    return read_metric_words(FOLDER / "single_case.yaml")
