"""The numbered list of sources: each work once, in the order in which the report first leans on it."""

from __future__ import annotations

from collections.abc import Iterable

from adjuvant.citation import Citation, Provenance
from adjuvant.reports.words import short_name

__all__ = ["Cites"]


class Cites:
    """Numbers works as they are met.

    A work met as read and later as second-hand keeps the weaker word, which is what a reader must know.
    """

    def __init__(self) -> None:
        self._works: dict[str, Citation] = {}
        self._labels: dict[str, set[str]] = {}

    def ref(self, citation: Citation, provenance: Provenance | None = None) -> str:
        """``Dalal 2012 [3]``, with how it was read where that was not in the text itself."""
        number = self.number(citation, provenance)
        return f"{short_name(citation, provenance)} [{number}]"

    def number(self, citation: Citation, provenance: Provenance | None = None) -> int:
        """The work's number in the list."""
        self._works.setdefault(citation.key, citation)
        if provenance is not None and provenance.label:
            self._labels.setdefault(citation.key, set()).add(provenance.label)
        return list(self._works).index(citation.key) + 1

    def add(self, citations: Iterable[Citation]) -> None:
        """Works that no sentence names, at the end."""
        for citation in citations:
            self.number(citation)

    def items(self) -> tuple[str, ...]:
        """The list, each work with its identifier and how it was read."""
        return tuple(
            " ".join([*_whole(work), *(f"{_stop(word)}" for word in self._read(key))])
            for key, work in self._works.items()
        )

    def _read(self, key: str) -> list[str]:
        return sorted(word[:1].upper() + word[1:] for word in self._labels.get(key, ()))


def _whole(work: Citation) -> list[str]:
    """The work, and its identifier where the text does not hold it already."""
    inside = work.identifier.removeprefix("doi:").rstrip(".") in work.text
    return [_stop(work.text)] if inside else [_stop(work.text), _stop(work.identifier)]


def _stop(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
