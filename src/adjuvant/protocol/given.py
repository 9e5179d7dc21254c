"""What was given of ketamine, as charted: in the present course, and in any hour or day with a dose added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.regimen import TIMED, Regimen
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import is_rate, per_weight, span
from adjuvant.quantity import Quantity
from adjuvant.timeline import hours_between
from adjuvant.unknown import Unknown

__all__ = ["given_in_course", "most_within"]

_DRUGS = frozenset({"ketamine", "esketamine"})


@dataclass(frozen=True, slots=True)
class _Piece:
    """An amount in milligrams, given evenly between two moments, or at once where they are the same."""

    start: datetime
    end: datetime
    milligrams: Fraction

    def within(self, opens: datetime, closes: datetime) -> Fraction:
        """What of it falls after `opens` and up to `closes`."""
        if self.start == self.end:
            return self.milligrams if opens < self.start <= closes else Fraction(0)
        first, last = max(self.start, opens), min(self.end, closes)
        if last <= first:
            return Fraction(0)
        return self.milligrams * hours_between(first, last) / hours_between(self.start, self.end)

    def before(self, opens: datetime, closes: datetime) -> Fraction:
        """What of it falls into spans of that length that end ever so little before `closes`."""
        if self.start == self.end:
            return self.milligrams if opens <= self.start < closes else Fraction(0)
        return self.within(opens, closes)


def given_in_course(
    situation: Situation, regimen: Regimen, weight: DosingWeight | None
) -> Quantity | Unknown:
    """All that was given in the present course up to the instant, in milligrams.

    Returns:
        Unknown where a dose was given whose amount is not known, or needs a weight that nobody knows.
    """
    if situation.state.began is None:
        return Quantity(0, "mg")
    found = _charted(situation, regimen, weight, situation.state.began)
    if isinstance(found, Unknown):
        return found
    return Quantity(sum((one.milligrams for one in found), Fraction(0)), "mg")


def most_within(
    length: timedelta, dose: Quantity, situation: Situation, regimen: Regimen, weight: DosingWeight | None
) -> Quantity | Unknown:
    """The most that any span of this length has, once the dose is given or the rate runs from the instant on.

    A span has its end in it and not its beginning, so that a dose of just so long ago counts no more. While a
    rate runs, spans that end just before such a dose falls out hold all of it, and nearly all of the rate.

    Returns:
        Milligrams; Unknown as for the course.
    """
    now = situation.instant
    before = _charted(situation, regimen, weight, now - length)
    if isinstance(before, Unknown):
        return before
    if per_weight(dose) and weight is None:
        return Unknown("a body weight")
    after = _piece(absolute(dose, weight), now, _over(regimen), length)
    pieces = [*before, after]
    # The most is held where a piece has gone in to its end, or begins to fall out.
    moments = {now, *(one.end for one in pieces), *(one.start + length for one in pieces)}
    ends = [at for at in moments if now <= at <= max(after.end, now)]
    totals = [sum((one.within(at - length, at) for one in pieces), Fraction(0)) for at in ends]
    totals += [sum((one.before(at - length, at) for one in pieces), Fraction(0)) for at in ends if at > now]
    return Quantity(max(totals), "mg")


def _piece(dose: Quantity, at: datetime, over: timedelta, length: timedelta) -> _Piece:
    """A dose that is given at a moment, or a rate that runs for as long as is looked at."""
    if is_rate(dose):
        end = at + length
        return _Piece(at, end, dose.in_("mg/h") * hours_between(at, end))
    return _Piece(at, at + over, dose.in_("mg"))


def _over(regimen: Regimen) -> timedelta:
    """Over how long one dose goes in; no time at all where that is not said, which counts it soonest."""
    length = regimen.duration.value if regimen.mode in TIMED and regimen.duration is not None else None
    return span(length) if length is not None else timedelta(0)


def _charted(
    situation: Situation, regimen: Regimen, weight: DosingWeight | None, since: datetime
) -> list[_Piece] | Unknown:
    """Everything of the present course that had not ended before `since`, as pieces."""
    state, now = situation.state, situation.instant
    found: list[_Piece] = []
    for begin, end, rate in state.rates:
        until = end if end is not None else now
        if until <= max(begin, since):
            continue
        if not is_rate(rate) or (per_weight(rate) and weight is None):
            return Unknown(f"how much was given from {begin.isoformat()} on")
        milligrams = absolute(rate, weight).in_("mg/h") * hours_between(begin, until)
        found.append(_Piece(begin, until, milligrams))
    for event in state.given:
        over = span(event.over) if event.over is not None else _over(regimen)
        if event.at + over < since:
            continue
        if event.dose is None or is_rate(event.dose) or (per_weight(event.dose) and weight is None):
            return Unknown(f"how much was given at {event.at.isoformat()}")
        found.append(_Piece(event.at, event.at + over, absolute(event.dose, weight).in_("mg")))
    unknown = _not_charted(situation, since)
    if unknown is not None:
        return Unknown(f"how much ketamine was given at {unknown.isoformat()}")
    return found


def _not_charted(situation: Situation, since: datetime) -> datetime | None:
    """When ketamine is known to have been given since, of which no dose is charted."""
    events = situation.facts.ketamine
    for drug, at in situation.facts.taken:
        if drug not in _DRUGS or at <= since:
            continue
        if not any(one.at == at and one.dose is not None for one in events):
            return at
    return None
