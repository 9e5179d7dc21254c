"""What a protocol's next steps would do to levels: keep, raise, lower, stop, each held against its limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from adjuvant.design.binding import bound, refusals
from adjuvant.design.compare import assumed, beside
from adjuvant.design.measures import Asked, Spread, levels_of
from adjuvant.design.patients import Group
from adjuvant.design.schedule import MOST_DAYS, Schedule
from adjuvant.errors import InputError
from adjuvant.pk import Infusion, Regimen
from adjuvant.pk.arrays import Floats
from adjuvant.protocol import Sited
from adjuvant.protocol.compare import reference_weight
from adjuvant.protocol.dosing import absolute
from adjuvant.protocol.titration import levels
from adjuvant.quantity import Quantity

__all__ = ["Expected", "NextSteps", "Option", "next_steps"]

_SHARES = (0.05, 0.5, 0.95)
_POINTS = 241


@dataclass(frozen=True, slots=True)
class Expected:
    """What one model expects of one option: the highest level to come, and the one at the end.

    Args:
        sampling: the side of the circulation; two are never mixed.
    """

    model: str
    sampling: str
    highest: Spread
    at_end: Spread


@dataclass(frozen=True, slots=True)
class Option:
    """One step that the protocol has from here.

    Args:
        action: ``keep``, ``raise``, ``lower`` or ``stop``; of single infusions ``repeat`` in place of keep.
        dose: None for a stop.
        refused: ceilings and guardrails that it does not keep. It is then forecast all the same, and said.
    """

    action: str
    dose: Quantity | None
    refused: tuple[str, ...]
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class NextSteps:
    """Every option. Whether the protocol takes one depends on the patient: `evaluate` says it, not this."""

    options: tuple[Option, ...]
    from_min: float
    hours: float
    notices: tuple[str, ...]
    assumed: tuple[tuple[str, tuple[str, ...]], ...]


def next_steps(
    sited: Sited,
    regimen: str,
    kilograms: Quantity,
    given: Regimen,
    now_min: float,
    present: Quantity,
    found: Sequence[Group],
    asked: Asked,
    *,
    hours: float,
) -> NextSteps:
    """Levels over the next hours under each step of the protocol's ladder from here.

    Args:
        given: everything that was given, up to `now_min`; what runs on ends there.
        present: the level of the ladder that runs or was given last.
    Raises:
        InputError: something given after now, hours that are none or too many, no ladder, or a present dose
            that is none of its levels.
    """
    own = bound(sited, regimen)
    if any(one.end_min > now_min for one in given.spans(1.0)):
        raise InputError(
            "what was given", f"goes on after minute {now_min:g}, which is now", "end it there; steps follow"
        )
    if not 0 < hours <= MOST_DAYS * 24:
        raise InputError(
            f"forecast of {hours:g} h", f"has no length from above zero to {MOST_DAYS} days", "give the hours"
        )
    ladder, weight = levels(own), reference_weight(kilograms)
    here = next(
        (at for at, one in enumerate(ladder) if absolute(one, weight).same_as(absolute(present, weight))),
        None,
    )
    if here is None:
        shown = ", ".join(map(str, ladder)) or "none"
        raise InputError(f"present dose {present}", "is none of the protocol's levels", f"they are: {shown}")
    steps: list[tuple[str, Quantity | None]] = [("keep" if own.rated else "repeat", ladder[here])]
    if here + 1 < len(ladder):
        steps.append(("raise", ladder[here + 1]))
    if here > 0:
        steps.append(("lower", ladder[here - 1]))
    steps.append(("stop", None))
    options = []
    for action, dose in steps:
        later = _given(own.route, own.rated, dose, kilograms, now_min, hours, _minutes(sited, regimen))
        whole = given if later is None else given.plus(Regimen((later,), given.drug))
        schedule = Schedule(action, whole, now_min / 60 + hours, "a forecast", (), 0, None)
        options.append(
            Option(
                action,
                dose,
                () if dose is None else refusals(dose, sited, own, weight),
                tuple(_expected(one, schedule, now_min, hours, kilograms, asked) for one in found),
            )
        )
    return NextSteps(tuple(options), now_min, hours, beside(found), assumed(found))


def _minutes(sited: Sited, regimen: str) -> Fraction | None:
    duration = sited.protocol.regimens[regimen].duration
    return duration.value.in_("min") if duration is not None and duration.value is not None else None


def _given(
    route: str,
    rated: bool,
    dose: Quantity | None,
    kilograms: Quantity,
    now_min: float,
    hours: float,
    lasting: Fraction | None,
) -> Infusion | None:
    if dose is None:
        return None
    amount = absolute(dose, reference_weight(kilograms))
    if rated:
        return Infusion(now_min, now_min + hours * 60, amount, route)
    if lasting is None:
        raise InputError("single infusion", "has no duration", "give a site profile that chooses it")
    return Infusion.of_amount(now_min, float(lasting), amount, route)


def _expected(
    group: Group, schedule: Schedule, now_min: float, hours: float, kilograms: Quantity, asked: Asked
) -> Expected:
    weight = float(kilograms.in_("kg"))
    edges = {one.end_min for one in schedule.regimen.spans(1.0) if now_min < one.end_min}
    times = np.unique([*np.linspace(now_min, now_min + hours * 60, _POINTS), *edges])
    times = times[times <= now_min + hours * 60]
    alone = levels_of(group, group.typical, group.typical_uptake, schedule, times, weight, asked)
    drawn = None
    if group.drawn is not None:
        drawn = levels_of(group, group.drawn, group.drawn_uptake, schedule, times, weight, asked)
    return Expected(
        group.model.key,
        group.model.sampling,
        _spread(alone.max(axis=0), None if drawn is None else drawn.max(axis=0)),
        _spread(alone[-1], None if drawn is None else drawn[-1]),
    )


def _spread(alone: Floats, drawn: Floats | None) -> Spread:
    if drawn is None:
        return Spread(float(alone[0]))
    low, median, high = (float(one) for one in np.quantile(drawn, _SHARES))
    return Spread(float(alone[0]), low, median, high)
