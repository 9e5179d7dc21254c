"""Two phases of readings, before and after, and which way is better; what was left out stays in view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from adjuvant.errors import InputError
from adjuvant.unknown import Unknown

__all__ = ["Improvement", "Phases", "short_of"]


class Improvement(StrEnum):
    """Which way a reading moves when the patient is better. Of pain, a fall is improvement."""

    DECREASE = "decrease"
    INCREASE = "increase"

    @property
    def sign(self) -> int:
        """What B minus A is multiplied with so that a positive number is improvement: -1 for a decrease."""
        return -1 if self is Improvement.DECREASE else 1


@dataclass(frozen=True, slots=True)
class Phases:
    """Readings of one scale before (phase A) and after (phase B), each in order of time.

    Args:
        before, after: points, exact; either may be empty.
        improvement: which way is better.
        before_at, after_at: when each reading was taken, rising, on one clock: days, or the number of the
            session where nobody said when. A session without a reading keeps its number.
        timed: whether those are days, and not numbers of sessions.
        left_out: readings that stand in neither phase, in words.
    Raises:
        InputError: times that are not one for each reading, do not rise, or put after before before.
    """

    before: tuple[Fraction, ...]
    after: tuple[Fraction, ...]
    improvement: Improvement
    before_at: tuple[Fraction, ...]
    after_at: tuple[Fraction, ...]
    timed: bool = False
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, values, times in (
            ("before", self.before, self.before_at),
            ("after", self.after, self.after_at),
        ):
            if len(values) != len(times):
                raise InputError(
                    f"phase {name}", f"has {len(values)} readings and {len(times)} times", "give one for each"
                )
        every = (*self.before_at, *self.after_at)
        for earlier, later in pairwise(every):
            if later <= earlier:
                raise InputError(
                    "times of the readings",
                    "do not rise from the first reading before to the last after",
                    "put them in order, one reading at one time",
                )

    @classmethod
    def of_sessions(
        cls,
        before: Sequence[Fraction | int | None],
        after: Sequence[Fraction | int | None],
        improvement: Improvement = Improvement.DECREASE,
    ) -> Phases:
        """Phases of readings in order, at sessions 0, 1, 2 and so on; None is a reading that is missing.

        A missing reading is left out and counted, and those around it keep the numbers of their sessions.
        """
        kept: list[tuple[tuple[Fraction, ...], tuple[Fraction, ...]]] = []
        left: list[str] = []
        for name, values, start in (("before", before, 0), ("after", after, len(before))):
            there = [
                (Fraction(start + at), Fraction(one)) for at, one in enumerate(values) if one is not None
            ]
            missing = len(values) - len(there)
            if missing:
                verb = "is" if missing == 1 else "are"
                left.append(f"{missing} of {len(values)} readings {name} {verb} missing and left out.")
            kept.append((tuple(at for at, _ in there), tuple(one for _, one in there)))
        (before_at, early), (after_at, late) = kept
        return cls(early, late, improvement, before_at, after_at, False, tuple(left))

    @property
    def better_up(self) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
        """Both phases turned so that a higher number is better."""
        sign = self.improvement.sign
        return tuple(sign * one for one in self.before), tuple(sign * one for one in self.after)

    def as_b_minus_a(self) -> Phases:
        """The same readings with a rise counted as improvement, which is the sign of B minus A."""
        return replace(self, improvement=Improvement.INCREASE)


def short_of(phases: Phases, before: int, after: int) -> Unknown | None:
    """Unknown with what is missing where a phase holds fewer readings than that, else None."""
    needs = [
        f"a reading {name}" if least == 1 else f"{least} readings {name} instead of {len(values)}"
        for name, values, least in (("before", phases.before, before), ("after", phases.after, after))
        if len(values) < least
    ]
    return Unknown(needs) if needs else None
