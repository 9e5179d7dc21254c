"""Where a figure comes from: Citation, Provenance and Certainty."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from adjuvant.errors import LibraryError

__all__ = ["OF_LIBRARY", "Certainty", "Citation", "Provenance"]


class Provenance(StrEnum):
    """How a figure reached this library."""

    READ = "read"
    """Read in the cited text itself."""
    SECONDARY = "secondary"
    """Read in another text that quotes the cited one."""
    INFERRED = "inferred"
    """Derived from read figures by arithmetic or by a stated inference."""
    ASSUMED = "assumed"
    """General knowledge; nobody read it in a source."""
    SITE = "site"
    """Chosen by a site, by its own reference; never in the library."""

    @property
    def label(self) -> str:
        """The words shown beside a figure; empty where the source itself was read."""
        return {
            Provenance.READ: "",
            Provenance.SECONDARY: "read second-hand",
            Provenance.INFERRED: "inferred",
            Provenance.ASSUMED: "assumed",
            Provenance.SITE: "chosen by the site",
        }[self]


OF_LIBRARY = tuple(item.value for item in Provenance if item is not Provenance.SITE)
"""The words that a file of the library may use."""


class Certainty(StrEnum):
    """How sure a statement is, in the words that reports use."""

    EXACT = "exact"
    RANGE = "range"
    PARTIAL = "partial"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Citation:
    """A bibliographic source. "Source" alone always means a data reader.

    Args:
        key: the library's own short name, for example ``dowell2022``.
        text: authors, title, place and year, in one line.
        year: of publication, or None if the document carries none.
        doi, pmid, registry: identifiers; at least one where the work has any.
        document: issuer and title of a document that has no such identifier.
    Raises:
        LibraryError: no identifier and no named document, or a link where an identifier belongs.
    """

    key: str
    text: str
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    registry: str | None = None
    document: str | None = None

    def __post_init__(self) -> None:
        if not any((self.doi, self.pmid, self.registry, self.document)):
            raise LibraryError(
                f"citation {self.key}", "names no DOI, PMID, registry number or document", "add one of them"
            )
        if self.doi is not None and not self.doi.startswith("10."):
            raise LibraryError(
                f"citation {self.key}", f"doi {self.doi!r} is not a DOI", "write it bare, beginning with 10."
            )

    @property
    def identifier(self) -> str:
        """The best identifier in one string, for example ``doi:10.15585/mmwr.rr7103a1``."""
        if self.doi:
            return f"doi:{self.doi}"
        if self.pmid:
            return f"PMID {self.pmid}"
        return self.registry or self.document or self.key
