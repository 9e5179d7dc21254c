"""Reader of ``evidence/<study>.yaml``: what studies of ketamine for pain found, the negative ones too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from adjuvant.citation import Citation, Provenance
from adjuvant.library.bibliography import source_of
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import Entry, read_file

__all__ = ["DIRECTIONS", "KnownStudy", "read_studies", "read_study", "studies"]

_REQUIRED = (
    "study", "title", "design", "controlled", "pain", "direction", "finding", "citation", "provenance",
)  # fmt: skip
_MORE = ("route", "dose", "comparator", "harms", "note")
DIRECTIONS = ("positive", "negative", "neutral", "registered", "unknown")
"""What a study found on its own question: ketamine helped, did not, neither; unpublished; not read."""


@dataclass(frozen=True, slots=True)
class KnownStudy:
    """One study.

    Args:
        design: in words, such as ``randomised, double-blind, placebo-controlled``.
        controlled: whether it compared ketamine with something at random.
        pain: ``cancer``, ``non-cancer`` or ``mixed``.
        patients: how many were analysed; None where it was not read.
        direction: one of DIRECTIONS.
        finding: what it found, in our words, with its figures.
        harms: what it found of harm; empty where none was read.
    """

    key: str
    title: str
    design: str
    controlled: bool
    pain: str
    direction: str
    finding: str
    citation: Citation
    provenance: Provenance
    patients: int | None = None
    route: str = ""
    dose: str = ""
    comparator: str = ""
    harms: str = ""
    note: str = ""


def read_studies(folder: Path) -> dict[str, KnownStudy]:
    """Every study of a folder, by key, in alphabetical order.

    Raises:
        LibraryError: as for `read_study`.
    """
    found = [read_study(path) for path in sorted(folder.glob("*.yaml"))]
    return {one.key: one for one in found}


def read_study(path: Path) -> KnownStudy:
    """The study of one file.

    Raises:
        LibraryError: the file breaks its form, or its key is not its name.
    """
    fields = read_file(path, shown_name(path)).fields(_REQUIRED, ("patients", *_MORE))
    key = fields["study"].text()
    if key != path.stem:
        raise fields["study"].error(f"{key!r} is not the file's name {path.stem!r}", "name both alike")
    citation, provenance = source_of(fields)
    return KnownStudy(
        key=key,
        title=fields["title"].text(),
        design=fields["design"].text(),
        controlled=fields["controlled"].yes(),
        pain=fields["pain"].one_of(("cancer", "non-cancer", "mixed"), "kind of pain"),
        direction=fields["direction"].one_of(DIRECTIONS, "direction"),
        finding=fields["finding"].text(),
        citation=citation,
        provenance=provenance,
        patients=_patients(fields["patients"]) if "patients" in fields else None,
        **{name: _text(fields, name) for name in _MORE},
    )


def _patients(entry: Entry) -> int:
    count = entry.whole()
    if count < 0:  # a trial that was withdrawn has none
        raise entry.error(f"{count} is no number of patients", "leave it out where it was not read")
    return count


def _text(fields: Mapping[str, Entry], name: str) -> str:
    return fields[name].text() if name in fields else ""


@lru_cache(maxsize=1)
def studies() -> Mapping[str, KnownStudy]:
    """Every study of the library, by key; read once."""
    return read_studies(FOLDER / "evidence")
