"""Laws of schedules compared and searched, over schedules, patients and limits of chance."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from math import sqrt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from adjuvant.design import (
    OBJECTIVES,
    Asked,
    Bounds,
    ChanceBound,
    Found,
    Group,
    Measured,
    Pump,
    Schedule,
    Space,
    Timing,
    compare_schedules,
    frontier,
    groups,
    measure,
    propose,
    search,
    typed,
)
from adjuvant.design.measures import chance
from adjuvant.design.wire import compared_json, found_json
from adjuvant.library.folder import FOLDER
from adjuvant.pk import Bolus, Covariates, Infusion, Regimen, equilibration, load_model
from adjuvant.protocol import Sited, load, sited
from adjuvant.quantity import Quantity

MODELS = ("kamp2020", "domino1982")
ASKED = Asked("blood", 70.0, 160.0, "a reason", 200.0, "a reason", None)
EFFECT = Asked("effect", 70.0, 160.0, "a reason", 200.0, "a reason", equilibration().per_min)
WEIGHTS = st.sampled_from([45.0, 60.0, 70.0, 82.5, 100.0])
RATES = st.integers(min_value=1, max_value=900).map(lambda tenths: Fraction(tenths, 10))
ONE_DAY = 24 * 60


@cache
def people(weight: float = 70.0, seed: int = 1, patients: int = 40) -> tuple[Group, ...]:
    return groups("ketamine", Covariates(weight, 60), patients=patients, seed=seed, only=MODELS)[0]


@cache
def run_by_example(key: str) -> Sited:
    return sited(load(key), FOLDER / "protocols" / key / "example_site.yaml")


# (gap before it in minutes, minutes that it lasts, mg/h)
PARTS = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(5, 900), RATES),
    min_size=1,
    max_size=4,
)
Parts = list[tuple[int, int, Fraction]]


def laid(parts: Parts, begin: float = 0.0, times: Fraction = Fraction(1)) -> list[Infusion]:
    found, now = [], begin
    for gap, lasting, rate in parts:
        now += gap
        found.append(Infusion(now, now + lasting, Quantity(rate * times, "mg/h"), "intravenous"))
        now += lasting
    return found


def schedule(*doses: Infusion | Bolus, name: str = "one") -> Schedule:
    return typed(name, Regimen(tuple(doses)))


def answers(one: Schedule, weight: float, asked: Asked = ASKED) -> list[Measured]:
    return [measure(group, one, weight, asked, step_min=30) for group in people(weight)]


def never_lower(less: Schedule, more: Schedule, weight: float) -> None:
    close = 1 + 1e-9
    assert less.total_mg(weight) <= more.total_mg(weight) * close
    assert less.most_mg_in_24_h(weight) <= more.most_mg_in_24_h(weight) * close
    for one, other in zip(answers(less, weight), answers(more, weight), strict=True):
        assert one.peak.typical <= other.peak.typical * close
        assert not one.typical_above or other.typical_above
        if one.above is not None and other.above is not None:
            for low, high in ((one.peak.low, other.peak.low), (one.peak.high, other.peak.high)):
                assert low is not None and high is not None and low <= high * close
            assert one.above.share <= other.above.share


@settings(max_examples=20)
@given(parts=PARTS, weight=WEIGHTS, times=st.fractions(1, 5, max_denominator=7))
def test_a_larger_dose_never_lowers_amounts_peaks_or_the_chance_of_passing_a_ceiling(
    parts: Parts, weight: float, times: Fraction
) -> None:
    less, more = schedule(*laid(parts)), schedule(*laid(parts, times=times))
    never_lower(less, more, weight)
    assert more.total_mg(weight) == pytest.approx(float(times) * less.total_mg(weight))


@settings(max_examples=20)
@given(parts=PARTS, weight=WEIGHTS, longer=st.integers(1, 600))
def test_a_longer_infusion_never_lowers_amounts_peaks_or_the_chance_of_passing_a_ceiling(
    parts: Parts, weight: float, longer: int
) -> None:
    gap, lasting, rate = parts[-1]
    never_lower(schedule(*laid(parts)), schedule(*laid([*parts[:-1], (gap, lasting + longer, rate)])), weight)


@settings(max_examples=20)
@given(parts=PARTS, weight=WEIGHTS, at=st.integers(0, 3000), mg=st.integers(1, 30))
def test_one_dose_more_never_lowers_amounts_peaks_or_the_chance_of_passing_a_ceiling(
    parts: Parts, weight: float, at: int, mg: int
) -> None:
    doses = laid(parts)
    never_lower(schedule(*doses), schedule(*doses, Bolus(at, Quantity(mg, "mg"), "intravenous")), weight)


@settings(max_examples=20)
@given(parts=PARTS, weight=WEIGHTS)
def test_the_order_in_which_doses_are_written_changes_nothing(parts: Parts, weight: float) -> None:
    assume(len(parts) > 1)
    doses = laid(parts)
    for one, other in zip(
        answers(schedule(*doses), weight), answers(schedule(*reversed(doses)), weight), strict=True
    ):
        assert (one.peak, one.in_range_h, one.above) == (other.peak, other.in_range_h, other.above)


@settings(max_examples=20)
@given(parts=PARTS, weight=WEIGHTS, days=st.integers(1, 40), asked=st.sampled_from([ASKED, EFFECT]))
def test_the_same_course_some_days_later_measures_the_same(
    parts: Parts, weight: float, days: int, asked: Asked
) -> None:
    """Levels before the first dose are none, and no figure depends on when the count of hours begins."""
    first, later = schedule(*laid(parts)), schedule(*laid(parts, begin=days * ONE_DAY))
    assert first.total_mg(weight) == pytest.approx(later.total_mg(weight))
    assert first.most_mg_in_24_h(weight) == pytest.approx(later.most_mg_in_24_h(weight))
    assert (first.acts, later.hours - first.hours) == (later.acts, pytest.approx(days * 24))
    for one, other in zip(answers(first, weight, asked), answers(later, weight, asked), strict=True):
        assert one.peak.typical == pytest.approx(other.peak.typical, rel=1e-9)
        assert one.peak.high is None or one.peak.high == pytest.approx(other.peak.high, rel=1e-9)
        assert one.above == other.above
        assert one.in_range_h.typical == pytest.approx(other.in_range_h.typical, abs=1e-6)


def naive_most_in_a_day(doses: list[Infusion], weight: float) -> float:
    """Every window that begins at a minute, by counting milligrams minute by minute."""
    spans = Regimen(tuple(doses)).spans(weight)
    last = int(max(one.end_min for one in spans))
    each = np.zeros(last + ONE_DAY)
    for one in spans:
        each[int(one.start_min) : int(one.end_min)] += one.mg_per_min
    sums = np.concatenate([[0.0], np.cumsum(each)])
    return float((sums[ONE_DAY:] - sums[:-ONE_DAY]).max())


@settings(max_examples=50)
@given(parts=PARTS)
def test_the_most_in_24_hours_is_that_of_counting_minute_by_minute(parts: Parts) -> None:
    doses = laid(parts)
    assert schedule(*doses).most_mg_in_24_h(70) == pytest.approx(naive_most_in_a_day(doses, 70))


POINTS = st.lists(st.tuples(*[st.integers(-4, 4).map(float)] * 3), max_size=25)


@given(points=POINTS)
def test_no_member_of_a_frontier_is_beaten_and_whoever_is_not_in_it_is_beaten_by_a_member(
    points: list[tuple[float, ...]],
) -> None:
    def beats(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
        return one != other and all(a <= b for a, b in zip(one, other, strict=True))

    places = frontier(points)
    members = [points[place] for place in places]
    assert places == sorted(set(places)) and bool(places) == bool(points)
    assert not any(beats(one, other) for one in members for other in members)
    for place, one in enumerate(points):
        assert place in places or any(beats(member, one) for member in members)


TIMINGS = st.builds(
    Timing,
    minutes=st.integers(10, 300).map(Fraction),
    infusions=st.integers(1, 4),
    every_h=st.integers(5, 60).map(Fraction),
    begins_h=st.integers(0, 95).map(lambda quarters: Fraction(quarters, 4)),
)
PUMP = Pump(Fraction(1), Fraction(1, 5))
BOUNDS = st.builds(
    Bounds,
    chances=st.lists(
        st.builds(
            ChanceBound,
            above=st.integers(30, 300).map(float),
            at_most=st.sampled_from([0.0, 0.05, 0.2, 0.6]),
            because=st.just("a reason"),
        ),
        max_size=2,
    ).map(tuple),
    mg_per_day=st.none() | st.integers(5, 80).map(Fraction),
    mg_in_all=st.none() | st.integers(5, 160).map(Fraction),
    working_h=st.none() | st.sampled_from([(Fraction(8), Fraction(16)), (Fraction(0), Fraction(24))]),
)
SPACES = st.builds(
    Space,
    rates=st.lists(
        RATES | st.integers(1, 120).map(lambda steps: Fraction(steps, 5)), min_size=1, max_size=4, unique=True
    ).map(tuple),
    timings=st.lists(TIMINGS, min_size=1, max_size=3, unique=True).map(tuple),
)
AIMS = st.lists(st.sampled_from(sorted(OBJECTIVES)), min_size=1, max_size=3, unique=True)


def searched(space: Space, bounds: Bounds, objectives: list[str], seed: int = 1, patients: int = 40) -> Found:
    return search(
        run_by_example("patel_ldk"), "infusion", space, bounds, PUMP, people(70.0, seed, patients),
        Quantity(70, "kg"), ASKED, objectives=objectives, step_min=60,
    )  # fmt: skip


@settings(max_examples=15)
@given(space=SPACES, bounds=BOUNDS, objectives=AIMS)
def test_every_schedule_that_keeps_every_bound_is_as_good_as_a_member_of_the_frontier_or_worse(
    space: Space, bounds: Bounds, objectives: list[str]
) -> None:
    found = searched(space, bounds, objectives)
    assert found.tried == len(space.rates) * len(space.timings)
    for model, names in found.frontiers:
        kept = [one for one in found.scored if one.model == model and not one.broken]
        best = [one for one in kept if one.candidate.name in names]
        assert len(best) == len(names)
        points = {
            id(one): tuple(one.objectives[name] * OBJECTIVES[name] for name in objectives) for one in kept
        }
        for one in best:
            assert not any(
                points[id(other)] != points[id(one)]
                and all(a <= b for a, b in zip(points[id(other)], points[id(one)], strict=True))
                for other in kept
            )
        for one in kept:
            assert any(
                all(a <= b for a, b in zip(points[id(other)], points[id(one)], strict=True)) for other in best
            )
    assert set(found.robust) <= set(found.everywhere)


@settings(max_examples=25)
@given(space=SPACES, bounds=BOUNDS)
def test_no_schedule_of_an_answer_breaks_a_limit_or_asks_the_pump_for_what_it_cannot_do(
    space: Space, bounds: Bounds
) -> None:
    """Counted anew from rate and times alone; the founding ceiling, as the example site reads it, is 35 mg."""
    found = searched(space, bounds, ["total_mg"])
    refused = dict(found.refused)
    for one in found.scored:
        rate, timing = one.candidate.rate, one.candidate.timing
        each, every = rate * timing.minutes / 60, timing.every_h * 60
        parts = [(0, int(timing.minutes), rate)] + [
            (int(every - timing.minutes), int(timing.minutes), rate) for _ in range(timing.infusions - 1)
        ]
        day = naive_most_in_a_day(laid(parts), 70)
        assert (rate / PUMP.mg_per_h).denominator == 1 and each <= 35
        assert bounds.mg_per_day is None or day <= float(bounds.mg_per_day) * (1 + 1e-9)
        assert bounds.mg_in_all is None or each * timing.infusions <= bounds.mg_in_all
        assert one.candidate.name not in refused
        for limit, share in zip(bounds.chances, one.chances, strict=True):
            assert share is None or share.high <= limit.at_most or one.broken
        if bounds.working_h is not None:
            first, last = bounds.working_h
            for place in range(timing.infusions):
                for after in (0, timing.minutes / 60):
                    at = timing.begins_h + place * timing.every_h + after
                    assert first <= at % 24 <= last or (at % 24 == 0 and last == 24)
    for name, reasons in refused.items():
        assert reasons, name


@settings(max_examples=40)
@given(
    minutes=st.integers(10, 110),
    infusions=st.integers(1, 4),
    every=st.integers(2, 30),
    rate=st.integers(1, 19),
    limit=st.integers(1, 60),
)
def test_a_limit_of_milligrams_a_day_refuses_what_any_24_hours_hold_too_much_of_and_nothing_else(
    minutes: int, infusions: int, every: int, rate: int, limit: int
) -> None:
    parts = [
        (0 if not place else every * 60 - minutes, minutes, Fraction(rate)) for place in range(infusions)
    ]
    day = naive_most_in_a_day(laid(parts), 70)
    assume(abs(day - limit) > 1e-6)
    one = Timing(Fraction(minutes), infusions, Fraction(every), Fraction(9))
    found = searched(Space((Fraction(rate),), (one,)), Bounds((), mg_per_day=Fraction(limit)), ["acts"])
    said = [words for _, reasons in found.refused for words in reasons if words.startswith("most in a day")]
    assert bool(said) == (day > limit)


@settings(max_examples=50)
@given(
    timing=TIMINGS,
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
    day=st.dates(datetime(2029, 1, 1).date(), datetime(2031, 12, 31).date()),
)
def test_hours_of_the_day_are_those_of_any_zone_as_long_as_its_clocks_are_not_changed(
    timing: Timing, zone: str, day: object
) -> None:
    """Elapsed hours, put on the wall clock by the time zone database."""
    assert hasattr(day, "isoformat")
    midnight = datetime.fromisoformat(f"{day.isoformat()}T00:00").replace(tzinfo=ZoneInfo(zone))
    start = (midnight + timedelta(hours=float(timing.begins_h))).astimezone(UTC)
    elapsed = [
        place * timing.every_h + part
        for place in range(timing.infusions)
        for part in (Fraction(0), timing.minutes / 60)
    ]
    local = [(start + timedelta(hours=1) * float(hours)).astimezone(ZoneInfo(zone)) for hours in elapsed]
    assume(len({one.utcoffset() for one in local}) == 1 and local[0].utcoffset() == midnight.utcoffset())
    by_clock = sorted({(one.hour * 60 + one.minute, one.second) for one in local})
    by_us = sorted({(int(edge * 60), round(edge * 3600) % 60) for edge in timing.edges_h})
    assert by_clock == by_us


@settings(max_examples=15)
@given(space=SPACES, bounds=BOUNDS, hour=st.integers(0, 23))
def test_the_hour_of_a_beginning_matters_to_working_hours_alone(
    space: Space, bounds: Bounds, hour: int
) -> None:
    bounds = Bounds(bounds.chances, bounds.mg_per_day, bounds.mg_in_all)
    moved = tuple(
        dict.fromkeys(
            Timing(one.minutes, one.infusions, one.every_h, Fraction(hour)) for one in space.timings
        )
    )
    assume(len(moved) == len(space.timings))
    first, later = (
        searched(Space(space.rates, timings), bounds, ["total_mg", "hours_in_range"])
        for timings in (space.timings, moved)
    )
    assert [reasons for _, reasons in first.refused] == [reasons for _, reasons in later.refused]
    assert [(one.model, one.objectives, one.chances, one.broken) for one in first.scored] == [
        (one.model, one.objectives, one.chances, one.broken) for one in later.scored
    ]


@settings(max_examples=10)
@given(
    rate=st.integers(10, 50),
    minutes=st.integers(30, 90),
    above=st.integers(60, 220),
    at_most=st.sampled_from([0.05, 0.1, 0.3, 0.6]),
    seeds=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
)
def test_a_bound_on_a_chance_that_is_kept_is_kept_by_other_patients_within_what_drawing_makes(
    rate: int, minutes: int, above: int, at_most: float, seeds: tuple[int, int]
) -> None:
    """Five standard errors of two independent draws: chance alone fails it once in a million."""
    assume(seeds[0] != seeds[1] and rate * minutes <= 35 * 60)
    bound = Bounds((ChanceBound(float(above), at_most, "a reason"),))
    space = Space((Fraction(rate),), (Timing(Fraction(minutes), 1, Fraction(24), Fraction(9)),))
    first = next(one for one in searched(space, bound, ["peak"], seeds[0], 300).scored if one.chances[0])
    again = next(one for one in searched(space, bound, ["peak"], seeds[1], 600).scored if one.chances[0])
    one, other = first.chances[0], again.chances[0]
    assert one is not None and other is not None
    middle = (one.share * 300 + other.share * 600 + 1) / 902
    assert abs(one.share - other.share) <= 5 * sqrt(middle * (1 - middle) * (1 / 300 + 1 / 600)) + 1 / 300
    assert bool(first.broken) == (one.high > at_most)
    if not first.broken:
        spread = sqrt(at_most * (1 - at_most) / 600)
        assert other.share <= at_most + 5 * spread


@given(hits=st.integers(0, 400), more=st.integers(0, 400))
def test_an_interval_of_a_share_holds_it_lies_within_none_and_all_and_rises_with_it(
    hits: int, more: int
) -> None:
    fewer, many = sorted((hits, min(400, more)))
    one, other = chance(fewer, 400), chance(many, 400)
    assert 0 <= one.low <= one.share <= one.high <= 1
    assert one.low <= other.low and one.high <= other.high
    wide = chance(fewer, 400)
    tight = chance(fewer * 4, 1600)
    assert tight.high - tight.low <= wide.high - wide.low


@settings(max_examples=10)
@given(parts=PARTS, weight=WEIGHTS, seed=st.integers(0, 2**32), keys=st.permutations(MODELS))
def test_the_same_seed_gives_the_same_answer_to_the_letter_in_the_same_order(
    parts: Parts, weight: float, seed: int, keys: list[str]
) -> None:
    def told(only: list[str]) -> str:
        found, left = groups("ketamine", Covariates(weight, 60), patients=20, seed=seed, only=only)
        ones = [schedule(*laid(parts), name="b"), schedule(*laid(parts, times=Fraction(2)), name="a")]
        answer = compare_schedules(
            ones, found, weight, ASKED, seed=seed, left=tuple(left.items()), step_min=120
        )
        return json.dumps(compared_json(answer), allow_nan=False)

    first = told(list(keys))
    assert first == told(list(keys))
    # Another order of the models is another order of the rows, and no other figure in any of them.
    other = json.loads(told(list(reversed(keys))))
    by_row = {(one["schedule"], one["model"]): json.dumps(one) for one in json.loads(first)["measured"]}
    assert by_row == {(one["schedule"], one["model"]): json.dumps(one) for one in other["measured"]}
    assert [one["name"] for one in other["schedules"]] == ["b", "a"]


@settings(max_examples=8)
@given(space=SPACES, bounds=BOUNDS, seed=st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_search_to_the_letter(space: Space, bounds: Bounds, seed: int) -> None:
    def told() -> str:
        found = searched(space, bounds, ["total_mg", "hours_in_range"], seed=seed, patients=20)
        return json.dumps(found_json(found, ASKED, ()), allow_nan=False)

    people.cache_clear()
    first = told()
    people.cache_clear()
    assert first == told()
    assert list(json.loads(first)["frontiers"]) in ([], list(MODELS))


@settings(max_examples=10)
@given(
    level=st.integers(20, 250),
    hours=st.integers(1, 8),
    interval=st.sampled_from([10, 15, 30]),
    concentration=st.sampled_from([Fraction(1), Fraction(2), Fraction(5, 2)]),
    step=st.sampled_from([Fraction(1, 10), Fraction(1, 4), Fraction(1)]),
    rate=st.integers(5, 90),
    day=st.integers(10, 400),
    whole=st.integers(10, 400),
)
def test_a_table_of_rates_keeps_every_limit_after_rounding_or_has_no_rate_at_all(
    level: int,
    hours: int,
    interval: int,
    concentration: Fraction,
    step: Fraction,
    rate: int,
    day: int,
    whole: int,
) -> None:
    """CIVIK's highest rate is 0.5 mg/kg/h; milligrams are counted anew from millilitres an hour and minutes."""
    pump = Pump(concentration, step)
    found = propose(
        run_by_example("civik"), "infusion", load_model("kamp2020"), Covariates(70, 60), pump, float(level),
        of="blood", hours=float(hours), interval_min=float(interval), highest_mg_per_h=Fraction(rate),
        highest_mg_per_day=Fraction(day), highest_mg=Fraction(whole),
    )  # fmt: skip
    fastest = max(value for _, value in found.table.rows)
    assert bool(found.refused) == (not found.rows) == (fastest > 35)
    given_mg = Fraction(0)
    for one in found.rows:
        assert (one.ml_per_h / step).denominator == 1 and one.ml_per_h * concentration == one.mg_per_h
        assert one.mg_per_h <= min(rate, 35)
        given_mg += one.ml_per_h * concentration * Fraction(one.end_min - one.start_min) / 60
    assert given_mg <= min(day, whole)
