"""Draws one situation: a patient, a course in progress, a chart at or beside a threshold, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any, NamedTuple

from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.situation import Answer, Effect, Facts, Observed, WeightReading
from adjuvant.quantity import Quantity
from sweep.book import Way, rails
from sweep.converted import by_ratio
from sweep.figures import Dose, length_of, other_unit, quantity
from sweep.limits import capped, counted
from sweep.questions import bound_of, leaves
from sweep.wishes import Wishes

__all__ = ["SIDES", "Drawn", "Edge", "draw", "edges"]

SIDES = {-1: "just under", 0: "at", 1: "just over"}
_SECOND = Fraction(1, 3600)
_LIGHT, _HEAVY = 20, 250
_OLD_RATES = (Fraction(25, 6), Fraction(10), Fraction(25, 2), Fraction(125, 6), Fraction(77, 10))
"""Milligrams an hour that ran by another route, before a dose is worked out of it."""
_AGES = (Fraction(0), Fraction(1, 60), Fraction(1, 4), Fraction(1))


class Edge(NamedTuple):
    """A threshold and the side of it to be met.

    Args:
        kind: ``figure`` of a question; ``reading`` and ``weight``, of how old one may be; ``time`` of a course.
    """

    kind: str
    place: str
    question: Any
    side: int

    @property
    def title(self) -> str:
        """The threshold, without its side."""
        if self.kind != "figure":
            return f"{self.kind} {self.place}"
        return f"{self.place}: {self.question['measure']} {' '.join(bound_of(self.question))}"


@dataclass
class Drawn:
    """One situation, and how it was made.

    Args:
        defects: what is wrong with the chart, in words.
    """

    facts: Facts
    now: datetime
    edge: Edge
    defects: list[str] = field(default_factory=list)


@cache
def edges(way: Way) -> tuple[Edge, ...]:
    """Every threshold of a regimen, from both sides and at it."""
    asked = [
        (place, one) for place, question in way.questions() for one in leaves(question) if "measure" in one
    ]
    found: list[tuple[str, str, Any]] = [
        ("figure", place, one) for place, one in asked if one["measure"] != "ketamine_per_day"
    ]
    timed = {one["measure"] for _, one in asked if one.get("statistic") != "count"} & set(way.valid)
    found += [("reading", measure, None) for measure in sorted(timed)]
    if way.weight_age is not None:
        found.append(("weight", "age", None))
    spans = ("fixed", "at_most", "within", "keep_effective")
    found += [("time", name, None) for name in spans if way.course_hours(name) is not None]
    if way.level_kept is not None:
        found.append(("time", "level", None))
    if way.spacing is not None:
        found.append(("time", "interval", None))
    return tuple(Edge(*one, side) for one in found for side in SIDES)


def draw(rng: Random, way: Way, turn: int) -> Drawn:
    """A situation of one regimen.

    Args:
        turn: which of the regimen's thresholds is met.
    """
    edge = edges(way)[turn % len(edges(way))]
    now = datetime(2026, 3, 2, 8, tzinfo=UTC) + timedelta(minutes=rng.randrange(60 * 24 * 400))
    kilograms = _weight(rng, way)
    begun = _begun(rng, edge)
    hourly = rng.choice(_OLD_RATES)
    doses = way if way.ratio is None else by_ratio(way, hourly)
    events, began, since = _course(rng, doses, edge, now, kilograms) if begun else ((), None, None)
    if way.ratio is not None:
        events = (*_old_route(rng, way, hourly, now, events), *events)
    begun = began is not None
    goal = Fraction(rng.choice((0, 2, 3, 3, 3, 4, 5, 10)))
    wishes = Wishes(rng, way, goal, begun)
    wishes.usual |= {"age": Fraction(rng.choice((18, 41, 61, 79))), "body_weight": kilograms}
    wishes.all_safe()
    if begun:
        wishes.titration(rng.choice((True, False)))
    elif rng.random() < 0.06:
        wishes.one_criterion_fails()
    if rng.random() < (0.12 if edge.kind == "figure" else 0.35):
        wishes.one_rule_fires()
    said_of = since
    if began is not None and since is not None and began < since and wishes.harm_is_answered():
        said_of = now - (now - began - (since - began) / 4) * 2  # of an earlier dose of the course
    if edge.kind == "figure":
        wishes.at(edge.question, edge.side)
    facts = Facts(
        "invented", rng.choice(("UTC", "Europe/London", "Asia/Kathmandu")),
        age_years=wishes.figure("age"),
        goal=goal,
        synthetic=True,
        observed=tuple(_readings(rng, way, wishes, edge, now, began, since)),
        effects=tuple(_effects(rng, wishes, now, began)),
        weights=tuple(_weights(rng, way, edge, now, wishes.figure("body_weight"))),
        conditions=tuple((key, now - timedelta(days=1), False) for key, yes in wishes.conditions.items() if yes),
        taken=tuple((drug, now - timedelta(hours=2)) for drug, yes in wishes.drugs.items() if yes),
        taken_known_since=now - timedelta(days=400),
        answers=tuple(_answers(rng, way, wishes, now, said_of)),
        ketamine=events,
    )  # fmt: skip
    return Drawn(facts, now, edge)


# --- the body, and the course ---------------------------------------------------------------------------------


@cache
def _edge_weights(way: Way) -> tuple[Fraction, ...]:
    """Body weights at which some dose of the protocol is exactly a limit that is counted otherwise."""
    found = {Fraction(_LIGHT), Fraction(_HEAVY)}
    for limit in (*way.ceilings, *(one for one in rails().values() if one.covers(way))):
        for level in way.levels:
            dose = counted(level, limit.of, way)
            if not isinstance(dose, Dose) or limit.limit is None or dose.per_kg == limit.limit.per_kg:
                continue
            ratio = limit.limit.mg / dose.mg
            found.add(ratio if dose.per_kg else 1 / ratio)
    return tuple(sorted(one for one in found if _LIGHT <= one <= _HEAVY))


def _weight(rng: Random, way: Way) -> Fraction:
    if rng.random() < 0.3:
        at = rng.choice(_edge_weights(way)) + Fraction(rng.choice((-1, 0, 0, 1)), 1000)
        return min(max(at, Fraction(_LIGHT)), Fraction(_HEAVY))
    return Fraction(rng.randrange(_LIGHT * 10, _HEAVY * 10 + 1), 10)


def _weights(rng: Random, way: Way, edge: Edge, now: datetime, wished: Fraction) -> Iterator[WeightReading]:
    oldest = way.weight_age if way.weight_age is not None else Fraction(24 * 7)
    age = oldest * Fraction(rng.randrange(0, 100), 100)
    if edge.kind == "weight":
        age = oldest + edge.side * _SECOND
    yield WeightReading(now - length_of(age), Quantity(wished, "kg"))
    if rng.random() < 0.2:
        yield WeightReading(
            now - length_of(age) - timedelta(days=30), Quantity(wished * Fraction(11, 10), "kg")
        )
    if way.weight == "lower_of_ideal_and_actual" or rng.random() < 0.1:
        ideal = Fraction(rng.randrange(400, 900), 10)
        yield WeightReading(now - timedelta(days=2), Quantity(ideal, "kg"), kind="ideal")


def _begun(rng: Random, edge: Edge) -> bool:
    """Whether ketamine has been begun: where the threshold is only looked at in a course, mostly yes."""
    if edge.kind == "time" or edge.place.startswith("titration"):
        return True
    if edge.place.startswith("criterion"):
        return rng.random() < 0.1
    return rng.random() < 0.6


def _course(
    rng: Random, way: Way, edge: Edge, now: datetime, kilograms: Fraction
) -> tuple[tuple[ChartEvent, ...], datetime | None, datetime | None]:
    """Events of a course, when it began, and since when its present level is given; of an earlier course, neither."""
    place = rng.randrange(len(way.levels))
    kept, total = _lengths(rng, way, edge, place)
    began, since = now - length_of(total), now - length_of(kept)
    before = place - 1 if place and rng.random() < 0.8 else place + 1
    if not 0 <= before < len(way.levels):
        before = place
    low, level = way.levels[before], way.levels[place]
    if rng.random() < 0.9:  # mostly charted as the protocol's own cap leaves it
        low, level = (capped(one, way, kilograms)[0] for one in (low, level))
    unit = rng.choice(("", "", "", other_unit(level)))
    as_body = kilograms if level.per_kg and rng.random() < 0.1 else None
    if rng.random() < 0.04:  # a slip of whoever charted it, or a dose between two levels
        level = level.times(
            Fraction(rng.choice((10, 100, 24, 1000)) if rng.random() < 0.5 else rng.choice((3, 7))) / 2
        )
    present = quantity(level, as_body, "" if as_body is not None else unit)
    if not way.rated:
        return _single_doses(rng, way, edge, now, began, since, quantity(low), present), began, since
    if total == kept:
        events = [ChartEvent(began, Happened.START, present)]
    else:
        events = [
            ChartEvent(began, Happened.START, quantity(low)),
            ChartEvent(since, Happened.CHANGE, present),
        ]
        if before == place:
            since = began
    last = rng.random()
    if last < 0.03:  # an earlier course, after which another may be begun
        ended = now - length_of(way.free) + timedelta(seconds=rng.choice((-1, 0, 1, 86400)))
        earlier = ChartEvent(ended - timedelta(days=1), Happened.START, quantity(low))
        return (earlier, ChartEvent(ended, Happened.STOP)), None, None
    if last < 0.12:
        events.append(
            ChartEvent(since + (now - since) * rng.choice((0, 1, 2)) / 2 + _tick(rng), Happened.PAUSE)
        )
        if last < 0.05:
            events.append(ChartEvent(events[-1].at + (now - events[-1].at) / 2, Happened.RESUME))
            since = events[-1].at
    elif last < 0.15:
        events.append(ChartEvent(since + (now - since) / 2, Happened.STOP))
    return tuple(one for one in events if one.at <= now), began, since


def _tick(rng: Random) -> timedelta:
    return timedelta(seconds=rng.randrange(1, 50))


def _lengths(rng: Random, way: Way, edge: Edge, place: int) -> tuple[Fraction, Fraction]:
    """Hours of the present level, and of the course."""
    every = way.level_kept or way.spacing or Fraction(8)
    kept = every * Fraction(rng.choice((1, 5, 10, 12, 15, 20, 25)), 10)
    ends = [end for name in ("fixed", "at_most", "within") if (end := way.course_hours(name)) is not None]
    longest = min(ends, default=kept * 4)
    if rng.random() < 0.9:
        kept = min(kept, longest * Fraction(9, 10))
    total = kept if not place else kept + every * place
    if rng.random() < 0.9:
        total = min(total, max(kept, longest * Fraction(95, 100)))
    if edge.kind == "time":
        beside = edge.side * _SECOND
        if edge.place == "level":
            kept = every + beside
        elif edge.place == "keep_effective":
            kept = (way.course_hours("keep_effective") or kept) + beside
        elif edge.place != "interval":
            total = (way.course_hours(edge.place) or total) + beside
            kept = min(kept, total)
    return kept, max(total, kept)


def _single_doses(
    rng: Random,
    way: Way,
    edge: Edge,
    now: datetime,
    began: datetime,
    since: datetime,
    low: Quantity,
    present: Quantity,
) -> tuple[ChartEvent, ...]:
    """Single doses: the first, the first of the present level, and the last."""
    spacing = way.spacing or Fraction(24)
    gap = spacing * Fraction(rng.choice((1, 5, 10, 10, 10, 15)), 10)
    if edge.kind == "time" and edge.place == "interval":
        gap = spacing + edge.side * _SECOND
    last = now - length_of(gap)
    infusions = way.course.get("infusions")
    number = rng.randrange(1, int(infusions) + 1) if infusions is not None else 3
    if number == 1 or edge.place in ("level", "keep_effective"):
        last = min(last, since) if number == 1 else max(last, since)
    times = sorted({one for one in (began, since, last) if one <= now})[-number:]
    if infusions is not None and rng.random() < 0.5:
        times = [last - length_of(spacing) * nth for nth in range(number)][::-1]
    if way.parts and rng.random() < 0.5:
        return _in_parts(rng, way, times, since, low, present, now)
    over = Quantity(way.duration, "h") if way.duration is not None and rng.random() < 0.5 else None
    return tuple(
        ChartEvent(at, Happened.GIVEN, low if at < since and at < times[-1] else present, over)
        for at in times
    )


def _in_parts(
    rng: Random,
    way: Way,
    times: list[datetime],
    since: datetime,
    low: Quantity,
    present: Quantity,
    now: datetime,
) -> tuple[ChartEvent, ...]:
    """Single doses in parts, of which the last may be begun only."""
    last = rng.randrange(1, len(way.parts) + 1)
    return tuple(
        ChartEvent(
            at + length_of(part),
            Happened.GIVEN,
            (low if at < since and at < times[-1] else present) / len(way.parts),
        )
        for at in times
        for part in (way.parts[:last] if at == times[-1] else way.parts)
        if at + length_of(part) <= now
    )


def _old_route(
    rng: Random, way: Way, hourly: Fraction, now: datetime, events: tuple[ChartEvent, ...]
) -> tuple[ChartEvent, ...]:
    """An infusion by the old route that ended before the first dose by the new one, or that has just ended."""
    first = min((one.at for one in events), default=None)
    if first is None:
        first = now - timedelta(seconds=rng.choice((-1, 0, 1, 3600, 86400)))
    ended = min(first - length_of(way.delay) - timedelta(seconds=1 if events else 0), now)
    unit = rng.choice(("", "", "mg/d"))
    began = ChartEvent(
        ended - timedelta(days=3), Happened.START, quantity(Dose(hourly, False, True), unit=unit)
    )
    kind = rng.random()
    if kind < 0.05:  # nothing has ended
        return (began,)
    if kind < 0.1:  # nothing is charted of it
        return ()
    return (began, ChartEvent(ended, Happened.STOP))


# --- the chart ------------------------------------------------------------------------------------------------


def _readings(
    rng: Random,
    way: Way,
    wishes: Wishes,
    edge: Edge,
    now: datetime,
    began: datetime | None,
    since: datetime | None,
) -> Iterator[Observed]:
    room = now - since if since is not None else timedelta(days=1)
    for measure, value in wishes.figures().items():
        valid = way.valid.get(measure)
        age = rng.choice(_AGES) if valid is None else min(rng.choice(_AGES), valid * Fraction(9, 10))
        if edge.kind == "reading" and edge.place == measure and valid is not None:
            age = valid + edge.side * _SECOND
        at = now - min(length_of(age), room * 9 / 10 if edge.kind != "reading" else timedelta.max)
        yield Observed(measure, at, value)
        if began is not None:
            yield Observed(
                measure, began - timedelta(minutes=rng.choice((0, 10, 90))), wishes.baseline(measure, value)
            )
        elif rng.random() < 0.1:
            yield Observed(measure, at - timedelta(hours=3), value + rng.choice((-1, 1)))
    for measure, (number, within) in wishes.counts.items():
        for nth in range(number):
            yield Observed(measure, now - length_of(within * Fraction(nth, number + 1)), Fraction(1))
        yield Observed(measure, now - length_of(within), Fraction(1))  # the very beginning does not count


def _effects(rng: Random, wishes: Wishes, now: datetime, began: datetime | None) -> Iterator[Effect]:
    for kind, number in wishes.effects.items():
        if not number:
            yield Effect(kind, now - timedelta(minutes=rng.choice((0, 3, 9))), present=False)
        for nth in range(number):
            at = now - timedelta(minutes=12 * (number - nth))
            yield Effect(
                kind, max(at, began) if began is not None else at, grade=Fraction(rng.choice((1, 2, 3)))
            )


def _answers(
    rng: Random, way: Way, wishes: Wishes, now: datetime, since: datetime | None
) -> Iterator[Answer]:
    room = (now - since) / 2 if since is not None else timedelta(hours=rng.choice((0, 1, 100)))
    for key, yes in wishes.answers.items():
        yield Answer(key, yes, now - room, "Dr Invented")
    for key, yes in wishes.conditions.items():
        if not yes:
            yield Answer(f"condition:{key}", False, now - room, "Dr Invented")
    if rng.random() < 0.7:
        yield Answer(
            "another_course",
            rng.random() < 0.8,
            now - timedelta(hours=rng.choice((1, 24 * 30))),
            "Dr Invented",
        )
    if way.ratio is not None and rng.random() < 0.95:
        yield Answer(f"ended:{way.old_route}", rng.random() < 0.95, now - timedelta(minutes=1), "Dr Invented")
    if way.chooses:
        tested = rng.choice(way.chooses)[0]
        yield Answer(f"test_dose:{tested}", True, now - room - timedelta(days=30), "Dr Invented")
