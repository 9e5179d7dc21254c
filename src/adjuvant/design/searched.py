"""The questions of `design`: a search, a target, or the next steps, each bound to a protocol."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from adjuvant.design.next_steps import NextSteps, next_steps
from adjuvant.design.proposal import Proposal, propose
from adjuvant.design.question import COMMON, Common, common, doses_of, sited_of
from adjuvant.design.space import OBJECTIVES, Bounds, ChanceBound, Pump, Space, Timing
from adjuvant.design.strict import Fields, decoded
from adjuvant.errors import InputError
from adjuvant.pk import Regimen, load_model
from adjuvant.protocol import Sited
from adjuvant.quantity import parse_quantity

__all__ = [
    "KINDS",
    "DesignQuestion",
    "asked_proposal",
    "asked_steps",
    "bounds_of",
    "objectives_of",
    "read_design",
    "space_of",
]

KINDS = ("space", "target", "next_steps")
"""What a question of `design` asks for, exactly one of them."""

_TOP = (*COMMON, "protocol", "regimen", "site", "pump", "chances", "limits", "objectives", *KINDS)
_ONLY = {
    "pump": ("space", "target"),
    "chances": ("space",),
    "limits": ("space",),
    "objectives": ("space",),
    "models": ("space", "next_steps"),
    "uptakes": ("space", "next_steps"),
}
"""What only some kinds of question use. In another it is refused, so that no limit is stated and not held."""
_TARGET = (
    "level",
    "hours",
    "interval",
    "model",
    "highest_rate",
    "mg_per_day",
    "mg_in_all",
    "highest_in_blood",
)
_LIMITS = ("mg_per_day", "mg_in_all", "working_hours")
_BEGINS = ("09:00",)


@dataclass(frozen=True, slots=True)
class DesignQuestion:
    """A question with its protocol.

    Args:
        kind: one of `KINDS`.
        pump: None for the next steps, which need none.
    """

    common: Common
    kind: str
    sited: Sited
    regimen: str
    pump: Pump | None
    top: Fields

    @property
    def objectives(self) -> tuple[str, ...]:
        """What is to be made small, or large."""
        return self.top.words("objectives")


def read_design(text: str, folder: Path) -> DesignQuestion:
    """A question of `design`.

    Args:
        folder: from which paths in it count.
    Raises:
        InputError: with the place, what is missing or wrong there.
    """
    top = Fields(decoded(text), "", _TOP)
    kinds = [kind for kind in KINDS if kind in top]
    if len(kinds) != 1:
        raise InputError("question", f"asks for {len(kinds)} things", f"give one of: {', '.join(KINDS)}")
    for key, users in _ONLY.items():
        if key in top and kinds[0] not in users:
            raise InputError(
                key,
                f"is not used where {kinds[0]!r} is asked for",
                f"leave it out, and state limits within {kinds[0]!r}"
                if "target" in kinds
                else "leave it out",
            )
    own = sited_of(top, folder)
    names = tuple(own.protocol.regimens)
    if "regimen" not in top and len(names) != 1:
        raise InputError(
            "regimen", "is missing, and there are several or none", f"one of: {', '.join(names)}"
        )
    pump = None
    if kinds[0] != "next_steps":
        bag = top.within("pump", ("concentration", "step"))
        pump = bag.kept(lambda: Pump(bag.quantity("concentration", "mg/mL"), bag.quantity("step", "mL/h")))
    return DesignQuestion(common(top), kinds[0], own, top.text("regimen", (*names, "")[0]), pump, top)


def space_of(question: DesignQuestion) -> Space:
    """The schedules to search.

    Raises:
        InputError: with the place, what is missing or wrong there.
    """
    own = question.top.within("space", ("rates", "durations", "courses", "begins"))
    rates = own.quantities("rates", "mg/h")
    minutes = own.quantities("durations", "min")
    courses = own.list_of("courses", _course) or ((1, Fraction(24)),)
    begins = tuple(_clock(one, own.at("begins")) for one in own.words("begins") or _BEGINS)
    timings = own.kept(
        lambda: tuple(
            Timing(lasting, infusions, every, begin)
            for lasting in minutes
            for infusions, every in courses
            for begin in begins
        )
    )
    return own.kept(lambda: Space(rates, timings))


def _course(value: Any, place: str) -> tuple[int, Fraction]:
    own = Fields(value, place, ("infusions", "every"))
    infusions = own.whole("infusions")
    if infusions == 1:
        return 1, Fraction(24)
    return infusions, own.quantity("every", "h")


def _clock(text: str, place: str) -> Fraction:
    hours, _, minutes = text.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
        raise InputError(f"{place} {text!r}", "is no time of day", "write it such as 09:00")
    found = Fraction(int(hours)) + Fraction(int(minutes), 60)
    if int(minutes) >= 60 or found > 24:
        raise InputError(f"{place} {text!r}", "is no time of day", "write it such as 09:00")
    return found


def bounds_of(question: DesignQuestion) -> Bounds:
    """What every schedule must keep.

    Raises:
        InputError: with the place, what is missing or wrong there.
    """
    top = question.top
    chances = top.list_of("chances", _chance)
    if "limits" not in top:
        return Bounds(chances)
    own = top.within("limits", _LIMITS)
    hours: tuple[Fraction, Fraction] | None = None
    if "working_hours" in own:
        first, _, last = own.text("working_hours").partition("-")
        place = own.at("working_hours")
        hours = _clock(first.strip(), place), _clock(last.strip(), place)
    day, whole = (own.quantity(key, "mg") if key in own else None for key in _LIMITS[:2])
    return own.kept(lambda: Bounds(chances, day, whole, hours))


def _chance(value: Any, place: str) -> ChanceBound:
    own = Fields(value, place, ("above", "at_most", "because"))
    return own.kept(
        lambda: ChanceBound(
            float(own.quantity("above", "ng/mL")), float(own.number("at_most")), own.text("because")
        )
    )


def objectives_of(question: DesignQuestion) -> tuple[str, ...]:
    """What the search makes small or large.

    Raises:
        InputError: none is named.
    """
    found = question.objectives
    if not found:
        raise InputError("objectives", "are missing", f"name some of: {', '.join(OBJECTIVES)}")
    return found


def asked_proposal(question: DesignQuestion) -> Proposal:
    """The table of rates that a question asks for.

    Raises:
        InputError: with the place, what is missing or wrong there.
    """
    own = question.top.within("target", _TARGET)
    if question.pump is None:
        raise InputError("pump", "is missing", "give concentration and step")
    pump, asked = question.pump, question.common.asked
    highest = float(own.quantity("highest_in_blood", "ng/mL")) if "highest_in_blood" in own else None
    return own.kept(
        lambda: propose(
            question.sited,
            question.regimen,
            load_model(own.text("model")),
            question.common.covariates,
            pump,
            float(own.quantity("level", "ng/mL")),
            of=asked.of,
            hours=float(own.quantity("hours", "h")),
            interval_min=float(own.quantity("interval", "min")),
            highest_mg_per_h=own.quantity("highest_rate", "mg/h"),
            highest_mg_per_day=own.quantity("mg_per_day", "mg"),
            highest_mg=own.quantity("mg_in_all", "mg"),
            highest_ng_per_ml=highest,
            effect_per_min=asked.effect_per_min,
        )
    )


def asked_steps(question: DesignQuestion) -> NextSteps:
    """The next steps that a question asks for.

    Raises:
        InputError: with the place, what is missing or wrong there.
    """
    own = question.top.within("next_steps", ("given", "now_min", "present", "hours"))
    drug = question.sited.protocol.drug
    given = own.kept(lambda: Regimen(doses_of(own, "given"), drug))
    found, _ = question.common.groups(drug)
    return own.kept(
        lambda: next_steps(
            question.sited,
            question.regimen,
            question.common.kilograms,
            given,
            float(own.number("now_min")),
            parse_quantity(own.text("present")),
            found,
            question.common.asked,
            hours=float(own.quantity("hours", "h")),
        )
    )
