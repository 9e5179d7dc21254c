"""Reader of ``citations.yaml``: every bibliographic source that a figure of the library names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from adjuvant.citation import OF_LIBRARY, Citation, Provenance
from adjuvant.errors import LibraryError
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import Entry, closest, read_file

__all__ = ["citation", "citations", "read_citations", "source_of"]

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PMID = re.compile(r"[1-9]\d{0,8}")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_IDENTIFIERS = ("doi", "pmid", "registry", "document")


def read_citations(path: Path) -> dict[str, Citation]:
    """Every citation of one file, by key.

    Raises:
        LibraryError: a key or identifier that breaks its form, a link in its place, or none at all.
    """
    found: dict[str, Citation] = {}
    for key, entry in read_file(path, shown_name(path)).pairs():
        if not _KEY.fullmatch(key):
            raise entry.error(
                f"key {key!r} has other characters than a-z, 0-9 and _", "write one such as dowell2022"
            )
        fields = entry.fields(["text"], ["year", *_IDENTIFIERS])
        if not any(name in fields for name in _IDENTIFIERS):
            raise entry.error("names no DOI, PMID, registry number or document", "add one of them")
        values = {name: _identifier(name, fields[name]) for name in _IDENTIFIERS if name in fields}
        year = fields["year"].whole() if "year" in fields else None
        found[key] = Citation(key=key, text=fields["text"].text(), year=year, **values)
    return found


def _identifier(name: str, entry: Entry) -> str:
    value = entry.text()
    if "://" in value or value.lower().startswith("www."):
        raise entry.error(
            f"{value!r} is a link", "write the bare DOI, PMID, registry number or document title"
        )
    if name == "doi" and not _DOI.fullmatch(value):
        raise entry.error(f"{value!r} is not a DOI", "write it bare, beginning with 10.")
    if name == "pmid" and not _PMID.fullmatch(value):
        raise entry.error(f"{value!r} is not a PMID", 'write its digits in quotes, as in "22000000"')
    return value


@lru_cache(maxsize=1)
def citations() -> Mapping[str, Citation]:
    """Every citation of the library, by key; read once."""
    return read_citations(FOLDER / "citations.yaml")


def citation(key: str) -> Citation:
    """The citation of that key.

    Raises:
        LibraryError: no such key; names the nearest.
    """
    known = citations()
    if key not in known:
        raise LibraryError(f"citation {key!r}", "is not in citations.yaml", closest(key, known))
    return known[key]


def source_of(fields: Mapping[str, Entry]) -> tuple[Citation, Provenance]:
    """The citation and provenance of one figure, from its fields ``citation`` and ``provenance``."""
    key = fields["citation"].one_of(citations(), "citation of citations.yaml")
    word = fields["provenance"].one_of(OF_LIBRARY, "provenance")
    return citations()[key], Provenance(word)
