"""Figures that a document merely reports (``*.reported.yaml``); no event and no dose is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from adjuvant.citation import Citation, Provenance
from adjuvant.errors import LibraryError
from adjuvant.library.strict import Entry, read_file
from adjuvant.record import ReportedFigure
from adjuvant.sources.text import missing_file, open_text

__all__ = ["ReportedDocument", "read_reported"]


@dataclass(frozen=True, slots=True)
class ReportedDocument:
    """What one document states.

    Args:
        title: of the case, for a page's heading.
        figures: as printed, in the order of the file. An evaluation reckons with those whose keys it knows
            (``pain_before``, ``opioid_percent``, ...) and shows the others.
        tensions: where the document seems to contradict itself or leaves room, in words.
        notes: what else it says, in words: the patient, the setting, consent.
        not_stated: what a reader would look for and does not find there.
        citation: the document.
    """

    title: str
    figures: tuple[ReportedFigure, ...]
    tensions: tuple[str, ...]
    notes: tuple[str, ...]
    not_stated: tuple[str, ...]
    citation: Citation
    path: Path


def read_reported(path: Path | str) -> ReportedDocument:
    """Read the figures that a document reports.

    Raises:
        InputError: the file cannot be used; names file, line, rule and remedy.
    """
    file = Path(path)
    if file.is_dir():
        file = min(file.glob("*.reported.y*ml"), default=file / "NAME.reported.yaml")
    if not file.exists():
        raise missing_file(file)
    with open_text(file) as text:
        text.read(1)  # refuses what is empty, binary or UTF-16 in the words of every other file
    top = read_file(file, str(file)).fields(
        ("version", "title", "citation", "figures"), ("tensions", "notes", "not_stated")
    )
    if top["version"].whole() != 1:
        raise top["version"].error("is not a version that this program reads", "write `version: 1`")
    citation = _citation(top["citation"])
    figures: list[ReportedFigure] = []
    for entry in top["figures"].items():
        figure = _figure(entry, citation)
        if figure.key in {known.key for known in figures}:
            raise entry.error(f"{figure.key!r} stands twice", "give each figure a key of its own")
        figures.append(figure)
    return ReportedDocument(
        title=top["title"].text(),
        figures=tuple(figures),
        tensions=tuple(top["tensions"].words()) if "tensions" in top else (),
        notes=tuple(top["notes"].words()) if "notes" in top else (),
        not_stated=tuple(top["not_stated"].words()) if "not_stated" in top else (),
        citation=citation,
        path=file,
    )


def _citation(entry: Entry) -> Citation:
    found = entry.fields(("key", "text"), ("year", "doi", "pmid", "registry", "document"))
    texts = {
        name: found[name].text()
        for name in ("key", "text", "doi", "pmid", "registry", "document")
        if name in found
    }
    try:
        return Citation(**texts, year=found["year"].whole() if "year" in found else None)
    except LibraryError as error:
        raise entry.error(error.rule, error.remedy) from None


def _figure(entry: Entry, citation: Citation) -> ReportedFigure:
    found = entry.fields(("key", "as_printed", "provenance"), ("value", "unit"))
    if ("value" in found) != ("unit" in found):
        raise entry.error("has a value without a unit, or a unit without a value", "give both, or neither")
    return ReportedFigure(
        key=found["key"].text(),
        as_printed=found["as_printed"].text(),
        citation=citation,
        value=found["value"].number(signed=True) if "value" in found else None,
        unit=found["unit"].text() if "unit" in found else "",
        provenance=Provenance(found["provenance"].one_of(tuple(Provenance), "provenance")),
    )
