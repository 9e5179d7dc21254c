"""A protocol's own caps: of one dose, a rate, a day or the course, and how what is printed is read."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from adjuvant.protocol.values import Dose, Form, Sourced
from adjuvant.quantity import Quantity

__all__ = ["Ceiling", "Reading", "ceiling_words", "is_strict", "limit_as_written", "limit_of"]

Counted = Literal["single_dose", "rate", "day", "hour", "course"]


class Reading(Form):
    """One way to read a printed ceiling.

    Args:
        limit: the greatest dose, or the dose that must stay above.
        strict: True where the limit itself is already too much.
    """

    key: str
    limit: Dose
    strict: bool


class Ceiling(Sourced):
    """A protocol's own cap on what is given.

    Args:
        of: what it caps: one dose, the rate, or all that is given in any day or hour or in the course.
        printed: the words of the source, where their reading is open.
        limit: the cap, with `strict` True where the figure itself is already too much. A span is a range
            within which care begins: above its lower end the dose is reviewed, and its upper end caps it.
        readings: the ways to read what is printed, one of which a site must choose; there is no default.
        soft: True for a usual ceiling, which asks for a review and does not cap.
    """

    key: str
    of: Counted
    printed: str = ""
    limit: Dose | None = None
    strict: bool = False
    soft: bool = False
    readings: tuple[Reading, ...] = ()
    chosen: str | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> Ceiling:
        if (self.limit is None) == (not self.readings):
            raise ValueError("needs either a limit, or the readings that a site chooses from")
        if self.chosen is not None and self.chosen not in {one.key for one in self.readings}:
            raise ValueError(f"{self.chosen!r} is none of its readings")
        if any(one.limit.value is None for one in self.readings):
            raise ValueError("has a reading that is a span; give each reading one figure")
        return self

    def parts(self) -> tuple[Ceiling, ...]:
        """The ceiling itself, or of a range its two ends: the lower asks for a review, and the upper caps."""
        if self.limit is None or self.limit.value is not None:
            return (self,)
        low, high = (
            self.limit.model_copy(update={"value": end, "low": None, "high": None}) for end in self.limit.ends
        )
        return (
            self.model_copy(update={"limit": low, "soft": True, "strict": False}),
            self.model_copy(update={"limit": high}),
        )


def limit_of(ceiling: Ceiling) -> Quantity | None:
    """The figure of a ceiling: its own, or that of the reading a site chose; None where none was chosen."""
    found = limit_as_written(ceiling)
    return found.value if found is not None else None


def limit_as_written(ceiling: Ceiling) -> Dose | None:
    """The figure of a ceiling with its source; None where a site has chosen no reading."""
    if ceiling.limit is not None:
        return ceiling.limit
    return next((one.limit for one in ceiling.readings if one.key == ceiling.chosen), None)


def is_strict(ceiling: Ceiling) -> bool:
    """Whether the figure itself is already too much."""
    if ceiling.limit is not None:
        return ceiling.strict
    return any(one.strict for one in ceiling.readings if one.key == ceiling.chosen)


def ceiling_words(ceiling: Ceiling) -> str:
    """A ceiling in words, as printed where its reading was open."""
    limit = limit_of(ceiling)
    if limit is None:
        return f"{ceiling.printed} (how that is read is not chosen)"
    sign = "under" if is_strict(ceiling) else "at most"
    figure = f"{sign} {limit.for_people()}"
    return f"{ceiling.printed} (read as {figure})" if ceiling.printed else figure
