"""What a report says, before it is drawn: one content, so that HTML, PDF and terminal say the same words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from adjuvant.reports.figure.data import Timeline

__all__ = [
    "Block",
    "Cell",
    "Column",
    "Content",
    "Derivation",
    "Finding",
    "Flag",
    "Grid",
    "KeyRow",
    "KeyTable",
    "Mark",
    "Note",
    "Rung",
    "Section",
    "Sources",
    "Strip",
    "Table",
]


class Mark(StrEnum):
    """A mark always stands beside its word."""

    YES = "yes"
    NO = "no"
    CANNOT = "cannot"
    FLAG = "flag"
    HARM = "harm"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Verdict, figures, and the limit on its own line."""

    headline: str
    text: str
    limit: str


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder. `state` is ``yes``, ``no``, ``cannot``, ``later`` or ``out``."""

    title: str
    state: str
    word: str
    detail: str

    @property
    def mark(self) -> Mark:
        """The mark beside the word; none where nothing was asked."""
        return Mark(self.state) if self.state in ("yes", "no", "cannot") else Mark.NONE


@dataclass(frozen=True, slots=True)
class Flag:
    """A line that must be seen before any figure: what else changed, what harm was charted."""

    mark: Mark
    lead: str
    text: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One row of the key table."""

    title: str
    sub: str
    before: str
    after: str
    change: str
    sure: str
    sure_sub: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class KeyTable:
    """Before, after, change, how sure; `note` is the line beneath it."""

    before_sub: str
    after_sub: str
    rows: tuple[KeyRow, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """A dot on a scale that all rows of its table share; filled where it is the reported choice."""

    value: Fraction
    low: Fraction
    high: Fraction
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Args:
        sub: a second, smaller line.
        quiet: second text.
        span: columns it takes.
        link: anchor of the derivation behind it.
    """

    text: str = ""
    sub: str = ""
    strong: bool = False
    quiet: bool = False
    mark: Mark = Mark.NONE
    span: int = 1
    link: str = ""
    strip: Strip | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `share` is its width beside the others' in print; `number` columns stand right."""

    head: str
    number: bool = False
    share: int = 1
    strip: tuple[Fraction, Fraction] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of each row names it; `tight` ones are set closer on paper."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    small: bool = False
    tight: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph; `lead` is its first, strong words; `text` may be empty."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Short items side by side, each with a lead and what it says."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """The numbered list of citations and versions."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one figure came about, step by step; one click away on a screen, printed in the appendix."""

    anchor: str
    title: str
    result: str
    steps: tuple[str, ...] = ()
    table: Table | None = None


Block = Table | Note | Grid | Sources | Derivation


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands beneath it; `leading` ones stand before the figure, the appendix last."""

    key: str
    title: str
    aside: str = ""
    blocks: tuple[Block, ...] = ()
    leading: bool = False
    appendix: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report.

    Args:
        subject: whom or what it is about, for file title and footers.
        slug_parts: what its file name is made of.
        badge: the word every sheet carries for invented data; empty for real data.
        warning: what a reader of any page must know, for example that a record is a reconstruction.
        facts: the line of facts beneath the title, each a strong lead and a text.
        timeline: the figure's data, or None with `no_timeline` saying why.
        sheet_words: printed at the foot of every sheet.
        fixed_at: seconds of the PDF's document date, taken from the data and never from a clock.
    """

    title: str
    subject: str
    slug_parts: tuple[str, ...]
    badge: str
    warning: str
    facts: tuple[tuple[str, str], ...]
    finding: Finding
    ladder: tuple[Rung, ...]
    flags: tuple[Flag, ...]
    key: KeyTable | None
    timeline: Timeline | None
    no_timeline: str
    sections: tuple[Section, ...]
    sheet_words: str
    fixed_at: int
    terminal: tuple[str, ...] = ()

    def section(self, key: str) -> Section | None:
        """The section of that key, or None."""
        return next((section for section in self.sections if section.key == key), None)
