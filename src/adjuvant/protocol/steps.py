"""How doses begin and change: a loading dose, a test dose, a dose in parts, and titration."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from adjuvant.protocol.predicate import Predicate
from adjuvant.protocol.values import Dose, Duration, Form, Percent, Sourced, Span

__all__ = ["Choice", "Loading", "Split", "TestDose", "Titration"]


class Loading(Sourced):
    """A dose before the infusion.

    Args:
        over: how long it takes; None where the source does not say.
        optional: True where the source leaves it to the prescriber.
    """

    dose: Dose
    over: Span | None = None
    optional: bool = False


class Choice(Form):
    """What follows a test dose that worked."""

    tested: Dose
    then: Dose


class TestDose(Sourced):
    """A trial dose whose effect decides whether, or at which dose, to go on.

    Args:
        doses: the trial doses, in the order in which they are tried.
        evaluate_after: when its effect is judged.
        passed_when: what counts as an effect; None where the source does not say.
        chooses: the dose to go on with, for each trial dose that worked.
    """

    doses: tuple[Dose, ...] = Field(min_length=1)
    evaluate_after: Span | None = None
    passed_when: Predicate | None = None
    chooses: tuple[Choice, ...] = ()


class Split(Sourced):
    """One dose given in equal parts.

    Args:
        at: when each part is given, counted from the first.
    """

    parts: int = Field(ge=2)
    at: tuple[Duration, ...]

    @model_validator(mode="after")
    def _as_many_times(self) -> Split:
        if len(self.at) != self.parts:
            raise ValueError(f"names {len(self.at)} times for {self.parts} parts")
        return self


class Titration(Sourced):
    """How the dose changes from one level to the next.

    A ladder lists its levels; steps add `step` to the last dose, up to the ceiling; ``free`` rises in a
    way that the source leaves open, and ``none`` does not change. `raise_when` says what
    must hold to go up; `keep_when` says what must hold to stay, and without it the dose goes up. Where
    `always` is true every interval brings the next level, whatever the effect; rules of safety still hold.

    Args:
        times_per_day: how often the changed dose is given, where `step` is an amount.
        every: how long a level is kept before it is judged again, or before the next where it always rises.
        lower_when: what must hold to go one level down.
        lower_by: by how much, where it is not one level.
        printed: the source's own words for a rule that it leaves open.
    """

    kind: Literal["ladder", "steps", "free", "none"]
    levels: tuple[Dose, ...] = ()
    step: Dose | None = None
    every: Span | None = None
    raise_when: Predicate | None = None
    keep_when: Predicate | None = None
    always: bool = False
    lower_when: Predicate | None = None
    lower_by: Percent | None = None
    printed: str = ""

    @model_validator(mode="after")
    def _of_its_kind(self) -> Titration:
        if (self.kind == "ladder") != bool(self.levels):
            raise ValueError("lists levels if, and only if, it is a ladder")
        if self.kind == "ladder" and self.step is not None:
            raise ValueError("is a ladder and has a step; give one of the two")
        if self.raise_when is not None and self.keep_when is not None:
            raise ValueError("says both when to raise and when to keep; give one, the other follows")
        if self.always and (self.raise_when is not None or self.keep_when is not None):
            raise ValueError("rises whatever the effect, and says when it rises; give one of the two")
        if self.always and self.kind not in ("ladder", "steps"):
            raise ValueError(
                "rises whatever the effect, and has neither levels nor a step; give one of the two"
            )
        for lower, upper in pairwise(self.levels):
            if lower.ends[1].unit.dimension != upper.ends[0].unit.dimension:
                raise ValueError(f"levels {lower} and {upper} measure different things; use one unit")
            if not lower.ends[1] < upper.ends[0]:
                raise ValueError(f"level {upper} is not above {lower}; list levels in rising order")
        return self
