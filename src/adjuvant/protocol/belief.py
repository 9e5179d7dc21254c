"""What is believed of a chart: an age, a body weight by itself, and a weight beside the ones before it."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from adjuvant.library import plausible_limit, setting
from adjuvant.protocol.situation import Situation, WeightReading
from adjuvant.quantity import Quantity, show

__all__ = ["age_doubted", "weight_doubted", "weight_needed"]


def age_doubted(years: Fraction) -> str:
    """Why an age is nobody's, by the limits of belief; empty where it may be somebody's."""
    return _outside("age", years)


def weight_doubted(weight: Quantity) -> str:
    """Why a weight is none to work a dose out with, by itself; empty where it is one."""
    limit = plausible_limit("body_weight")
    return _outside("body_weight", weight.in_(limit.unit)) if limit is not None else ""


def weight_needed(situation: Situation, kind: str, change: Quantity | None = None) -> str:
    """What must be charted before the latest weight of a kind is believed; empty where it is believed.

    It is believed where it agrees with one of the two weighings before it, so that a second weighing that
    agrees settles which was a slip. With no other weighing nothing speaks against it. A weighing that is
    itself outside the limits of belief says nothing.

    Args:
        kind: ``actual`` or ``ideal``.
        change: by how much two weighings may differ, a share in %; None for the number of the house.
    """
    readings = [one for one in situation.facts.weights if one.kind == kind]
    if not readings:
        return ""
    last = readings[-1]
    doubt = weight_doubted(last.value)
    if doubt:
        return f"a body weight that is believed: {last.value.for_people()} is {doubt}"
    before = [one for one in readings[:-1] if not weight_doubted(one.value)][-2:]
    share = change if change is not None else _of_house()
    if not before or any(_agree(one, last, share) for one in before):
        return ""
    said = " by a rule of the house" if change is None else " at this site"
    return (
        f"a second weighing that agrees with one of them: {_charted(last)} does not follow "
        f"{_charted(before[-1])}; at most {show(share.value)} % in each {_days()} days is believed{said}"
    )


def _outside(kind: str, value: Fraction) -> str:
    limit = plausible_limit(kind)
    if limit is None:
        return ""
    unit = "years" if limit.unit == "a" else limit.unit
    if value < limit.low:
        return f"under {show(limit.low)} {unit}, the least that is believed"
    return f"above {show(limit.high)} {unit}, the most that is believed" if value > limit.high else ""


def _of_house() -> Quantity:
    found = setting("weight_change_believed")
    return Quantity(found.value, found.unit)


def _days() -> int:
    return int(setting("weight_change_days").value)


def _agree(before: WeightReading, after: WeightReading, share: Quantity) -> bool:
    """Whether a weight may follow another: by the share in each span of days begun, one on another."""
    spans = max(1, -((before.at - after.at) // timedelta(days=_days())))
    first, part = before.value.in_("kg"), share.in_("1")
    return first * (1 - part) ** spans <= after.value.in_("kg") <= first * (1 + part) ** spans


def _charted(one: WeightReading) -> str:
    return f"{one.value.for_people()} at {one.at.isoformat()}"
