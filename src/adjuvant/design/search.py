"""Search: schedules that keep every bound, and of those the ones that no other beats, model by model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from adjuvant.design.binding import as_given, bound, refusals
from adjuvant.design.compare import assumed, beside
from adjuvant.design.measures import Asked, Chance, chance, grid, hours_within, levels_of
from adjuvant.design.patients import Group
from adjuvant.design.schedule import Schedule, watched
from adjuvant.design.space import OBJECTIVES, Bounds, Candidate, Pump, Space, Timing, candidates
from adjuvant.errors import InputError
from adjuvant.pk import Infusion, Regimen
from adjuvant.pk.arrays import Floats
from adjuvant.protocol import Sited
from adjuvant.protocol.compare import reference_weight
from adjuvant.quantity import Quantity

__all__ = ["Found", "Scored", "frontier", "search"]

_TOGETHER = 250


@dataclass(frozen=True, slots=True)
class Scored:
    """One schedule in one model.

    Args:
        objectives: by name; of hours in the range more is better, of everything else less.
        chances: for each bound on a level, the share of drawn patients that pass it; None in a model whose
            spread between people nobody read: there the typical patient must keep the level.
        broken: the bounds that it does not keep in this model, in words.
    """

    candidate: Candidate
    model: str
    objectives: dict[str, float]
    chances: tuple[Chance | None, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of a search. It proposes schedules to people; it chooses none.

    Args:
        tried: how many schedules there were.
        refused: those that broke a bound which needs no model: by name, with every reason.
        scored: the others, by model.
        frontiers: by model, the schedules that keep every bound and that no other beats.
        everywhere: those that keep every bound in every model.
        robust: of these, those that no other beats when each is taken at its worst model.
        notices: what must be shown beside it; `assumed`, what nobody read, by model.
    """

    objectives: tuple[str, ...]
    tried: int
    refused: tuple[tuple[str, tuple[str, ...]], ...]
    scored: tuple[Scored, ...]
    frontiers: tuple[tuple[str, tuple[str, ...]], ...]
    everywhere: tuple[str, ...]
    robust: tuple[str, ...]
    notices: tuple[str, ...]
    assumed: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def models(self) -> tuple[str, ...]:
        """The models that were asked."""
        return tuple(dict.fromkeys(one.model for one in self.scored))

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """What refused schedules that needed no model, and how many, the most frequent first."""
        counted = Counter(reason.split(":")[0] for _, reasons in self.refused for reason in reasons)
        return tuple(counted.most_common())

    def of(self, name: str, model: str) -> Scored | None:
        """One schedule in one model."""
        found = (one for one in self.scored if one.candidate.name == name and one.model == model)
        return next(found, None)


def frontier(points: Sequence[tuple[float, ...]]) -> list[int]:
    """The places of those that no other beats: as small in everything and smaller in something."""
    if not points:
        return []
    whole = np.array(points, dtype=np.float64)
    kept = []
    for place, one in enumerate(whole):
        beats = (whole <= one).all(axis=1) & (whole < one).any(axis=1)
        if not beats.any():
            kept.append(place)
    return kept


def search(
    sited: Sited,
    regimen: str,
    space: Space,
    bounds: Bounds,
    pump: Pump,
    found: Sequence[Group],
    weight_kg: Quantity,
    asked: Asked,
    *,
    objectives: Sequence[str],
    step_min: float = 10.0,
    tell: Callable[[str, int, int | None], None] | None = None,
) -> Found:
    """Every schedule of a space against every bound, and the frontier of those that keep them.

    It goes through the whole space, so that nothing better was missed in it. What lies between its points, or
    outside, is not known.

    Args:
        sited: the protocol whose route, ceilings and observation hold, with the site's guardrails.
        objectives: some of `OBJECTIVES`.
        step_min: minutes between looks at a level.
    Raises:
        InputError: no objective or an unknown one, or a regimen that no pump gives.
    """
    for name in objectives:
        if name not in OBJECTIVES:
            raise InputError(f"objective {name!r}", "is not known", f"use some of: {', '.join(OBJECTIVES)}")
    if not objectives or len(set(objectives)) < len(objectives):
        raise InputError("objectives", "are none, or one stands twice", "name one or more, each once")
    own = bound(sited, regimen)
    kilograms = float(weight_kg.in_("kg"))
    listed = list(candidates(space, pump))
    refused: list[tuple[str, tuple[str, ...]]] = []
    left: dict[Timing, list[Candidate]] = {}
    for one in listed:
        reasons = _plain_reasons(one, sited, regimen, bounds, weight_kg)
        if reasons:
            refused.append((one.name, reasons))
        else:
            left.setdefault(one.timing, []).append(one)
    scored: list[Scored] = []
    total = len(left) * len(found)
    for place, (timing, group) in enumerate((one, other) for one in left for other in found):
        if tell is not None:
            tell(f"{len(left[timing])} schedules by {group.model.key}", place, total)
        shape = _shape(sited, regimen, timing, own.route)
        scored += _scored(group, shape, left[timing], kilograms, bounds, asked, step_min)
    return _answer(listed, refused, scored, tuple(objectives), found)


def _plain_reasons(
    one: Candidate, sited: Sited, regimen: str, bounds: Bounds, weight_kg: Quantity
) -> tuple[str, ...]:
    """The bounds that need no model and that a schedule does not keep."""
    own, timing = sited.protocol.regimens[regimen], one.timing
    found = []
    if one.steps is None:
        found.append(f"step of the pump: {float(one.rate):g} mg/h is no whole number of steps")
    each = one.each_mg
    schedule = _shape(sited, regimen, timing, own.route)
    day = schedule.most_mg_in_24_h(1.0) * float(one.rate)
    if bounds.mg_per_day is not None and day > float(bounds.mg_per_day) * (1 + 10**-12):
        found.append(f"most in a day: {day:g} mg, and at most {float(bounds.mg_per_day):g} mg")
    if bounds.mg_in_all is not None and each * timing.infusions > bounds.mg_in_all:
        given = float(each * timing.infusions)
        found.append(f"most in all: {given:g} mg, and at most {float(bounds.mg_in_all):g} mg")
    if bounds.working_h is not None:
        first, last = bounds.working_h
        # Midnight is hour 0 of one day and hour 24 of the one before.
        outside = [at for at in timing.edges_h if not (first <= at <= last or (at == 0 and last == 24))]
        if outside:
            words = ", ".join(f"{float(at):g} h" for at in outside)
            found.append(f"working hours: an infusion starts or stops at {words}")
    given_as = as_given(own, timing.minutes, timing.infusions, timing.every_h)
    dose = Quantity(one.rate, "mg/h") if own.rated else Quantity(each, "mg")
    found += refusals(dose, sited, given_as, reference_weight(weight_kg))
    return tuple(found)


def _shape(sited: Sited, regimen: str, timing: Timing, route: str) -> Schedule:
    """The schedule at one milligram an hour: levels are in proportion to the rate."""
    every, lasting = float(timing.every_h * 60), float(timing.minutes)
    doses = tuple(
        Infusion(place * every, place * every + lasting, Quantity(1, "mg/h"), route)
        for place in range(timing.infusions)
    )
    given = Regimen(doses, sited.protocol.drug)
    hours = ((timing.infusions - 1) * every + lasting) / 60
    rounds = watched(sited, regimen, given, hours)
    return Schedule("shape", given, hours, "a search", (), 2 * timing.infusions, rounds)


def _scored(
    group: Group,
    shape: Schedule,
    some: Sequence[Candidate],
    weight_kg: float,
    bounds: Bounds,
    asked: Asked,
    step_min: float,
) -> list[Scored]:
    times = grid(shape, step_min)
    alone = levels_of(group, group.typical, group.typical_uptake, shape, times, weight_kg, asked)
    drawn = _drawn(group, shape, times, weight_kg, asked)
    hours = times / 60
    found = []
    for one in some:
        rate = float(one.rate)
        person = alone if drawn is None else drawn
        peaks = person.max(axis=0) * rate
        # The curves are those of 1 mg/h: the range is divided by the rate, and not every level multiplied.
        inside = hours_within(hours, person, asked.low / rate, asked.high / rate)
        chances: list[Chance | None] = []
        broken = []
        for limit in bounds.chances:
            over = int((peaks > limit.above).sum())
            if drawn is None:
                chances.append(None)
                if over:
                    broken.append(f"the typical patient passes {limit.above:g} ng/mL")
                continue
            share = chance(over, group.patients)
            chances.append(share)
            if share.high > limit.at_most:
                broken.append(
                    f"{share.share:.3g} ({share.low:.3g} to {share.high:.3g}) pass {limit.above:g} ng/mL"
                )
        above = peaks > asked.ceiling
        values = {
            "total_mg": float(one.each_mg * one.timing.infusions),
            "peak": float(np.median(peaks)),
            "chance_above": float(above.mean()),
            "hours_in_range": float(np.median(inside)),
            "rounds": float("nan") if shape.rounds is None else float(shape.rounds),
            "acts": float(shape.acts),
            "days": shape.days,
        }
        found.append(Scored(one, group.model.key, values, tuple(chances), tuple(broken)))
    return found


def _drawn(group: Group, shape: Schedule, times: Floats, weight_kg: float, asked: Asked) -> Floats | None:
    if group.drawn is None:
        return None
    whole = np.empty((len(times), group.patients))
    for start in range(0, group.patients, _TOGETHER):
        part = slice(start, min(start + _TOGETHER, group.patients))
        values = {
            name: value[part] if isinstance(value, np.ndarray) and value.ndim else value
            for name, value in group.drawn.values.items()
        }
        some = replace(group.drawn, values=values)
        uptakes = [one.of(part) for one in group.drawn_uptake]
        whole[:, part] = levels_of(group, some, uptakes, shape, times, weight_kg, asked)
    return whole


def _point(one: Scored, objectives: Sequence[str]) -> tuple[float, ...]:
    """The objectives, each turned so that less is better."""
    return tuple(one.objectives[name] * OBJECTIVES[name] for name in objectives)


def _answer(
    listed: Sequence[Candidate],
    refused: Sequence[tuple[str, tuple[str, ...]]],
    scored: Sequence[Scored],
    objectives: tuple[str, ...],
    asked: Sequence[Group],
) -> Found:
    if "rounds" in objectives and any(np.isnan(one.objectives["rounds"]) for one in scored):
        raise InputError(
            "objective 'rounds'", "is not known: the protocol names no times of observation", "add a site's"
        )
    models = tuple(dict.fromkeys(one.model for one in scored))
    frontiers = []
    for model in models:
        kept = [one for one in scored if one.model == model and not one.broken]
        points = [_point(one, objectives) for one in kept]
        frontiers.append((model, tuple(kept[place].candidate.name for place in frontier(points))))
    by_name: dict[str, list[Scored]] = {}
    for one in scored:
        by_name.setdefault(one.candidate.name, []).append(one)
    everywhere = [name for name, ones in by_name.items() if all(not one.broken for one in ones)]
    worst = [
        tuple(max(part) for part in zip(*(_point(one, objectives) for one in by_name[every]), strict=True))
        for every in everywhere
    ]
    return Found(
        objectives=objectives,
        tried=len(listed),
        refused=tuple(refused),
        scored=tuple(scored),
        frontiers=tuple(frontiers),
        everywhere=tuple(everywhere),
        robust=tuple(everywhere[place] for place in frontier(worst)),
        notices=beside(asked),
        assumed=assumed(asked),
    )
