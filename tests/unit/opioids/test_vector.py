"""Columns of many patients give the days and the curves that the exact path gives for each patient alone.

A few fixed patients hold every turn that the columns take: days cut at midnights through changes of the clock, bands
met at their edges, refusals without bounds, orders as needed, and amounts that are too large for whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from adjuvant.errors import InputError
from adjuvant.opioids import vector_daily, vector_days, vector_rolling, vector_window
from adjuvant.opioids.curve import daily_curve
from adjuvant.opioids.rolling import rolling_points
from adjuvant.opioids.segments import convert, lots_of
from adjuvant.opioids.vector import UNBOUNDED, Batch, Prices, check, equivalents, part_of, price, totals
from adjuvant.opioids.vector_daily import daily
from adjuvant.opioids.vector_days import midnights
from adjuvant.opioids.vector_rolling import rolling
from adjuvant.quantity import Quantity
from adjuvant.record import Basis, Exposure, ExposureKind, Exposures, Refusal, RefusalReason
from adjuvant.timeline import Interval
from batches import batch_of, micro, moment
from builders import a_plan, a_row

# So many equal doses add up, as doubles, to just above their sum, and so many to just below it.
ABOVE, BELOW, UNDER = 13, 9, 9
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TICK = Fraction(1, 3600 * 10**6)
"""A microsecond, in hours."""
PLAN = a_plan(
    a_row("morphine", "1"),
    a_row("morphine", "3", routes="intravenous"),
    a_row("fentanyl", "2.4", "ug/h", routes="transdermal", forms=frozenset({"patch"})),
    a_row("buprenorphine", "36", "ug/h", routes="transdermal", per_patch_hours=Fraction(72)),
    a_row("methadone", None, bands=[("0", "4"), ("20", "8"), ("40", "10")]),
    a_row("methadone", None, "ug", routes="intravenous", bands=[("0", "0.012"), ("2500", "0.02")]),
    a_row(
        "sufentanil",
        None,
        "ug/h",
        routes="transdermal",
        bands=[("0", "36"), ("10", "72")],
        per_patch_hours=Fraction(72),
    ),
    a_row("hydromorphone", None, routes="intravenous", bands=[("0", "5"), ("10", "3")], inclusive=True),
)
# In 1970, so that few midnights have to be worked out. The night of 30 to 31 May has no midnight in Rome; that of 24
# to 25 October has the hour from 1 to 2 twice in New York.
SPRING, AUTUMN = datetime(1970, 5, 30, tzinfo=UTC), datetime(1970, 10, 24, tzinfo=UTC)


def taken(
    ingredient: str,
    mg: Fraction | int | str,
    start: datetime,
    hours: Fraction | int = 0,
    *,
    route: str | None = "oral",
    **more: Any,
) -> Exposure:
    """So many milligrams at once, or evenly over the hours."""
    end = start + timedelta(microseconds=round(Fraction(hours) * 3600 * 10**6))
    patch = ingredient in ("fentanyl", "buprenorphine", "sufentanil")
    kind = ExposureKind.PATCH if patch else ExposureKind.INFUSION if hours else ExposureKind.DOSE
    if patch:
        route, more["form"] = "transdermal", "patch"
    plain: dict[str, Any] = {"form": None, "basis": Basis.ADMINISTERED, **more}
    return Exposure(
        ingredient, route, kind=kind, start=start, end=end, amount=Quantity(Fraction(mg), "mg"), **plain
    )


def refused(start: datetime | None, end: datetime | None) -> Refusal:
    return Refusal("row", RefusalReason.UNKNOWN_UNIT, "what", "why", start, end)


def of(*items: Exposure, refusals: tuple[Refusal, ...] = (), basis: Basis = Basis.ADMINISTERED) -> Exposures:
    return Exposures(basis, tuple(replace(item, basis=basis) for item in items), refusals)


NOON = SPRING + 12 * HOUR
PATIENTS: dict[str, tuple[str, Exposures]] = {
    "one dose": ("Europe/Rome", of(taken("morphine", 10, NOON))),
    "doses at both ends of a day": (
        "Europe/Rome",
        of(
            taken("morphine", 10, SPRING),
            taken("morphine", 7, SPRING + DAY),
            taken("morphine", 5, SPRING + DAY - HOUR),
        ),
    ),
    "an infusion over the night without an hour": (
        "Europe/Rome",
        of(taken("morphine", 23, SPRING + 20 * HOUR, 23, route="intravenous"), taken("morphine", 10, NOON)),
    ),
    "nothing": ("UTC", of()),
    "a patch of four days over the night with an hour more": (
        "America/New_York",
        of(taken("fentanyl", "4.8", AUTUMN - DAY, 96), taken("fentanyl", "2.4", AUTUMN, 48)),
    ),
    "patches by the piece, one of another wear": (
        "Europe/Rome",
        of(
            taken("buprenorphine", "2.52", AUTUMN, 72, wear_hours=Fraction(72)),
            taken("buprenorphine", "2.52", AUTUMN + DAY, 72, wear_hours=Fraction(168)),
        ),
    ),
    "at the edge of a band and just above": (
        "UTC",
        of(
            *(taken("methadone", Fraction(20, 3), SPRING + turn * 6 * HOUR) for turn in range(3)),
            *(taken("methadone", 10, SPRING + 2 * DAY + turn * 6 * HOUR) for turn in range(2)),
            taken("methadone", "0.000000001", SPRING + 2 * DAY + HOUR),
            taken("methadone", 41, SPRING + 4 * DAY),
            taken("methadone", 8, SPRING + 6 * DAY),
        ),
    ),
    "at the edge of a band that falls and owns it": (
        "Australia/Lord_Howe",
        of(
            taken("hydromorphone", 10, NOON, route="intravenous"),
            taken("hydromorphone", 12, NOON + 2 * DAY, 30, route="intravenous"),
            taken("hydromorphone", 9, NOON + 5 * DAY, 5, route="intravenous"),
        ),
    ),
    "a band by the microgram": (
        "UTC",
        of(
            taken("methadone", 2, NOON, route="intravenous"),
            taken("methadone", 3, NOON, 30, route="intravenous"),
        ),
    ),
    "patches by the piece of which a band decides": (
        "UTC",
        of(
            taken("sufentanil", "0.36", NOON, 72, wear_hours=Fraction(72)),
            taken("sufentanil", "1.8", NOON + DAY, 72, wear_hours=Fraction(72)),
        ),
    ),
    "a patch by the piece that stays in its first band": (
        "UTC",
        of(taken("sufentanil", "0.36", NOON, 72, wear_hours=Fraction(72))),
    ),
    "at an edge that doubles miss from above and from below": (
        "UTC",
        of(
            *(taken("methadone", Fraction(20, ABOVE), SPRING + turn * HOUR / 10) for turn in range(ABOVE)),
            *(
                taken("methadone", Fraction(40, BELOW), NOON + 2 * DAY + turn * HOUR / 10)
                for turn in range(BELOW)
            ),
            *(
                taken(
                    "hydromorphone",
                    Fraction(10, UNDER),
                    NOON + 4 * DAY + turn * HOUR / 10,
                    route="intravenous",
                )
                for turn in range(UNDER)
            ),
        ),
    ),
    "at an edge on each day of an infusion": ("UTC", of(taken("methadone", 40, SPRING, 48))),
    "a run of one microsecond": (
        "UTC",
        of(taken("morphine", 5, NOON, TICK), taken("morphine", 3, NOON + HOUR, 2)),
    ),
    "a dose of nothing": (
        "UTC",
        of(taken("morphine", 0, NOON), taken("methadone", 0, NOON + DAY), taken("morphine", 1, NOON + DAY)),
    ),
    "one drug by two rows that band it otherwise": (
        "UTC",
        of(taken("methadone", 10, NOON), taken("methadone", 2, NOON + HOUR, route="intravenous")),
    ),
    "a day with nothing but a refusal": (
        "UTC",
        of(taken("morphine", 10, NOON), refusals=(refused(NOON + 3 * DAY, NOON + 3 * DAY + HOUR),)),
    ),
    "two drugs of which one is refused twice": (
        "Pacific/Apia",
        of(
            taken("morphine", 10, NOON),
            taken("morphine", 4, NOON + HOUR, route="epidural"),
            taken("morphine", 4, NOON + 2 * HOUR, 40, route="epidural"),
            taken("tramadol", 50, NOON + 3 * DAY),
        ),
    ),
    "refusals with and without bounds": (
        "Europe/Rome",
        of(
            taken("morphine", 10, NOON),
            taken("morphine", 10, NOON + 9 * DAY),
            refusals=(
                refused(NOON + DAY, NOON + DAY),
                refused(NOON + DAY, NOON + 3 * DAY),
                refused(SPRING + 5 * DAY, SPRING + 6 * DAY - HOUR),
                refused(None, NOON + 2 * DAY),
                refused(NOON + 8 * DAY, None),
                refused(None, None),
                refused(NOON + 12 * DAY, NOON + 13 * DAY),
            ),
        ),
    ),
    "nothing but a refusal of no known time": ("UTC", of(refusals=(refused(None, None),))),
    "nothing but a refusal of which the end is known": ("UTC", of(refusals=(refused(None, NOON),))),
    "long runs beside doses": (
        "America/New_York",
        of(
            taken("morphine", 240, SPRING, 240, route="intravenous"),
            taken("morphine", 25, SPRING + DAY, 25, route="intravenous"),
            taken("morphine", 24, SPRING + 3 * DAY, 24, route="intravenous"),
            taken("morphine", "0.001", SPRING + 30 * DAY),
            taken("morphine", Fraction(10**7, 3), SPRING + 20 * DAY, 5),
            taken("methadone", 500, SPRING + DAY, 240),
        ),
    ),
    "before 1970 and long after": (
        "Europe/Rome",
        of(
            taken("morphine", 10, datetime(1969, 12, 31, 23, 30, tzinfo=UTC)),
            taken("morphine", 20, datetime(1968, 7, 1, 21, 30, tzinfo=UTC), 3),
            taken("morphine", 30, datetime(1973, 7, 1, tzinfo=UTC)),
        ),
    ),
    "more than whole numbers hold": (
        "UTC",
        of(
            taken("morphine", 10**13, NOON),
            taken("morphine", 10**13, NOON + HOUR, 48, route="intravenous"),
            taken("methadone", 30, NOON),
            taken("hydromorphone", 4, NOON, route="intravenous"),
            taken("morphine", "0.5", NOON + 5 * DAY),
            taken("tramadol", 50, NOON),
        ),
    ),
}
PATIENTS |= {
    f"more than whole numbers hold, where a band decides, {how}": (
        "UTC",
        of(taken("methadone", 10**14, NOON, hours), taken("methadone", 5, NOON + 4 * DAY)),
    )
    for how, hours in (("at once", 0), ("over a day", 24), ("over two days", 48))
}
ORDERED = {
    "as needed beside what is scheduled": (
        "Europe/Rome",
        of(
            taken("morphine", 10, NOON, as_needed=True),
            taken("morphine", 20, NOON + HOUR, as_needed=False),
            taken("methadone", 30, NOON + DAY, as_needed=True),
            taken("hydromorphone", 4, NOON, 6, route="epidural", as_needed=True),
            basis=Basis.ORDERED,
        ),
    ),
}
ALL = list(PATIENTS.values()) + list(ORDERED.values())


def near(found: float, exact: Fraction) -> bool:
    return abs(Fraction(float(found)) - exact) <= Fraction(1, 10**9) * max(1, abs(exact))


def columns(patients: list[tuple[str, Exposures]]) -> tuple[Batch, Prices]:
    batch, lots = batch_of(patients)
    check(batch)
    return batch, price(lots, PLAN)


def exact_days(zone: str, exposures: Exposures, first: int, last: int) -> Iterator[Any]:
    """The days from one to another, as numbers since 1970, by the exact path."""
    local = ZoneInfo(zone)
    noons = [datetime(1970, 1, 1, 12, tzinfo=local) + timedelta(days=day) for day in (first, last)]
    return iter(daily_curve(exposures, PLAN, Interval(noons[0], noons[1] + timedelta(seconds=1)), local))


@pytest.mark.parametrize("name", [*PATIENTS, *ORDERED])
def test_each_day_of_a_patient_is_that_of_the_exact_path(name: str) -> None:
    zone, exposures = {**PATIENTS, **ORDERED}[name]
    number = ALL.index((zone, exposures))
    batch, prices = columns(ALL)
    answer = daily(batch, prices)
    rows = np.flatnonzero(answer.patient == number).tolist()
    days = answer.day[rows].tolist()
    assert days == sorted(set(days))
    spans = [(day, day) for day in days] if len(days) > 100 or (days and days[-1] - days[0] > 100) else None
    spans = spans or ([(days[0] - 1, days[-1] + 1)] if days else [])
    found = dict(zip(days, rows, strict=True))
    touched = set()
    for first, last in spans:
        for day, exact in zip(range(first, last + 1), exact_days(zone, exposures, first, last), strict=True):
            if day not in found:
                assert not exact.total and not exact.by_drug
                assert all(item.start is None or item.end is None for item in exact.refused)
                continue
            touched.add(day)
            row = found[day]
            drugs = {
                prices.ingredients[answer.drug[at]]: answer.drug_mme[at]
                for at in np.flatnonzero(answer.drug_row == row)
            }
            assert near(answer.total[row], exact.total)
            assert drugs.keys() == exact.by_drug.keys()
            assert all(near(mme, exact.by_drug[drug]) for drug, mme in drugs.items())
            assert answer.refused[row] == len(exact.refused)
    assert touched == set(days)


def test_a_refusal_of_a_patient_of_whom_no_day_is_known_is_counted_apart() -> None:
    batch, prices = columns(ALL)
    assert daily(batch, prices).unplaced == 1
    lone = [PATIENTS["nothing but a refusal of no known time"]] * 3
    assert daily(*columns(lone)).unplaced == 3
    assert daily(*columns([PATIENTS["one dose"]])).unplaced == 0


def test_the_days_of_one_patient_by_hand() -> None:
    """23 mg over 23 h from 21:00 on: three hours of the day before, twenty of the day after, at 3 MME per mg."""
    answer = daily(*columns([PATIENTS["an infusion over the night without an hour"]]))
    assert answer.total.tolist() == pytest.approx([3 * 3 + 10, 20 * 3])
    assert answer.day.tolist() == [31 + 28 + 31 + 30 + 29, 150]
    assert answer.refused.tolist() == [0, 0]
    answer = daily(*columns([PATIENTS["at the edge of a band and just above"]]))
    assert answer.total.tolist() == pytest.approx([80, 160, 410, 32])


@pytest.mark.parametrize("name", [*PATIENTS, *ORDERED])
def test_the_rolling_curve_of_a_patient_is_that_of_the_exact_path(name: str) -> None:
    zone, exposures = {**PATIENTS, **ORDERED}[name]
    number = ALL.index((zone, exposures))
    answer = rolling(*columns(ALL))
    mine = np.flatnonzero(answer.patient == number)
    lots = convert(lots_of(exposures), PLAN)
    if not len(mine):
        assert all(lot.as_needed or lot.refusal is not None for lot in lots)
        return
    span = Interval(moment(answer.at[mine[0]]) - HOUR, moment(answer.at[mine[-1]]) + HOUR)
    sides: dict[int, list[Fraction]] = {}
    for point in rolling_points(lots, span)[1:-1]:
        sides.setdefault(micro(point.at), []).append(point.value)
    assert answer.at[mine].tolist() == sorted(sides)
    for row in mine.tolist():
        values = sides[int(answer.at[row])]
        assert near(answer.before[row], values[0]) and near(answer.after[row], values[-1])


def test_a_day_is_answered_where_something_falls_in_it_and_nowhere_else() -> None:
    """To midnight is within the day; a microsecond more is of the next; a refusal of a moment is of its day."""
    for hours, days in ((24, [149]), (24 + TICK, [149, 150]), (TICK, [149])):
        answer = daily(*columns([("UTC", of(taken("morphine", 24, SPRING, hours)))]))
        assert answer.day.tolist() == days
    for start, end, days in (
        (SPRING, SPRING, [149]),
        (SPRING, SPRING + DAY, [149]),
        (SPRING, SPRING + DAY + timedelta(microseconds=1), [149, 150]),
        (SPRING + 2 * DAY, SPRING + 2 * DAY + HOUR, [151]),
    ):
        answer = daily(*columns([("UTC", of(refusals=(refused(start, end),)))]))
        assert (answer.day.tolist(), answer.refused.tolist()) == (days, [1] * len(days))


def test_one_lot_that_is_refused_is_counted_on_each_of_its_days() -> None:
    taken_twice = of(*(taken("tramadol", 50, NOON + days * DAY) for days in (0, 3)))
    answer = daily(*columns([("UTC", taken_twice)]))
    assert (answer.day.tolist(), answer.refused.tolist()) == ([149, 152], [1, 1])


def test_two_patients_of_two_zones_have_their_own_days() -> None:
    late = of(taken("morphine", 10, SPRING + 23 * HOUR + HOUR / 2))
    patients = [("UTC", late), ("Asia/Tokyo", late)]
    assert daily(*columns(patients)).day.tolist() == [149, 150]
    assert daily(*columns(patients[::-1])).day.tolist() == [150, 149]


def test_the_rolling_curve_of_two_patients_by_hand() -> None:
    """10 mg at once come and go; 24 mg over 24 h rise for a day and fall for a day."""
    patients = [("UTC", of(taken("morphine", 10, NOON))), ("UTC", of(taken("morphine", 24, NOON, 24)))]
    answer = rolling(*columns(patients))
    assert answer.patient.tolist() == [0, 0, 1, 1, 1]
    assert [moment(at) - NOON for at in answer.at] == [0 * DAY, DAY, 0 * DAY, DAY, 2 * DAY]
    assert answer.before.tolist() == [0, 10, 0, 24, 0]
    assert answer.after.tolist() == [10, 0, 0, 24, 0]


def same(one: Any, two: Any) -> bool:
    return all(np.array_equal(getattr(one, item.name), getattr(two, item.name)) for item in fields(type(one)))


def test_the_work_may_be_cut_between_patients(monkeypatch: pytest.MonkeyPatch) -> None:
    batch, prices = columns(ALL)
    whole = daily(batch, prices), rolling(batch, prices)
    monkeypatch.setattr(vector_daily, "_MOST_SLOTS", 0)
    assert same(daily(batch, prices), whole[0])
    only = columns([PATIENTS["one dose"]])
    assert same(daily(*only), daily(*only)) and daily(*only).total.tolist() == [10]
    # Alone, the one that lasts from 1968 to 1973 still needs its place on the axis: a little more than five years.
    monkeypatch.setattr(vector_rolling, "_FAR", micro(datetime(1975, 2, 1, tzinfo=UTC)))
    parted = rolling(batch, prices)
    assert same(parted, whole[1]) and len(parted.at) > 50
    monkeypatch.setattr(vector_rolling, "rolling", None)
    with pytest.raises(TypeError):  # it had asked itself for the parts
        rolling(batch, prices)
    monkeypatch.setattr(vector_daily, "daily", None)
    with pytest.raises(TypeError):
        daily(*columns([PATIENTS["one dose"]] * 2))


@pytest.mark.parametrize("most", [1, 2, 7, 30])
def test_however_many_places_are_worked_out_at_a_time_the_curve_is_the_same(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, prices = columns(ALL)
    whole = rolling(batch, prices)
    monkeypatch.setattr(vector_window, "_PAIRS", most)
    with np.errstate(divide="raise", invalid="raise"):
        parted = rolling(batch, prices)
    assert np.array_equal(parted.at, whole.at)
    for name in ("before", "after"):
        assert getattr(parted, name) == pytest.approx(getattr(whole, name), rel=1e-12)


def test_two_who_do_not_fit_on_one_axis_are_worked_out_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    patient = PATIENTS["before 1970 and long after"]
    alone, whole = rolling(*columns([patient])), rolling(*columns([patient] * 2))
    monkeypatch.setattr(vector_rolling, "_FAR", micro(datetime(1975, 2, 1, tzinfo=UTC)))
    both = rolling(*columns([patient] * 2))
    assert same(both, whole) and both.patient.tolist() == [0] * len(alone.at) + [1] * len(alone.at)


def test_a_band_of_which_nothing_counts_keeps_no_other_from_counting() -> None:
    """Hydromorphone as needed alone, and 30 mg of methadone, which are 240 MME."""
    asked = of(
        taken("hydromorphone", 4, NOON, route="intravenous", as_needed=True),
        taken("methadone", 30, NOON, as_needed=False),
        basis=Basis.ORDERED,
    )
    batch, prices = columns([("UTC", asked)])
    assert [row.row.ingredient for row in prices.groups] == ["hydromorphone", "methadone"]
    assert daily(batch, prices).total.tolist() == [240]
    assert rolling(batch, prices).after.tolist() == [240, 0]


def test_nobody_and_nothing_have_no_days_and_no_curve() -> None:
    for patients in ([], [("UTC", of())], [("UTC", of()), ("UTC", of())]):
        batch, prices = columns(patients)
        assert len(daily(batch, prices).day) == 0
        curve = rolling(batch, prices)
        assert [len(part) for part in (curve.patient, curve.at, curve.before, curve.after)] == [0] * 4
        assert curve.patient.dtype == curve.at.dtype == np.int64


def test_some_of_the_patients_are_as_they_were_among_all() -> None:
    batch, lots = batch_of(ALL)
    first = list(PATIENTS).index("two drugs of which one is refused twice")
    last = first + 3
    part = part_of(batch, first, last)
    alone, _ = batch_of(ALL[first:last])
    assert part.zones == alone.zones == ("Pacific/Apia", "Europe/Rome", "UTC")
    for name in ("patient", "start", "end", "mg", "refused_patient", "refused_start", "refused_end"):
        assert np.array_equal(getattr(part, name), getattr(alone, name)), name
    assert len(part.mg) == len(part.lot) > 3
    assert [lots[number].ingredient for number in part.lot.tolist()].count("tramadol") == 1
    everything = np.arange(len(part.mg))
    assert list(part.exact(everything)) == list(alone.exact(everything))
    assert [float(mass) for mass in part.exact(everything)] == part.mg.tolist()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"mg": [1.0, np.nan]}, "hold a mass that is no finite number"),
        ({"mg": [np.inf, 1.0]}, "hold a mass that is no finite number"),
        ({"mg": [1.0, -1e-9]}, "hold a mass below zero"),
        ({"end": [-1, 0]}, "hold one that ends before it starts"),
        ({"patient": [1, 0]}, "are not in order of patients"),
    ],
)
def test_columns_that_could_not_be_added_up_are_refused(changed: dict[str, Any], sentence: str) -> None:
    batch, _ = batch_of([("UTC", of(taken("morphine", 1, NOON))), ("UTC", of(taken("morphine", 0, NOON)))])
    check(batch)
    check(replace(batch, end=batch.start.copy()))
    shifts = {name: np.array(value) for name, value in changed.items()}
    if "end" in shifts:
        shifts["end"] = batch.start + shifts["end"]
    with pytest.raises(InputError) as caught:
        check(replace(batch, **shifts))
    assert str(caught.value) == f"exposures: {sentence}; import the source again."


def test_each_lot_is_priced_once_by_the_exact_lookup() -> None:
    patients = [
        PATIENTS["two drugs of which one is refused twice"],
        PATIENTS["at the edge of a band and just above"],
        PATIENTS["a band by the microgram"],
        ORDERED["as needed beside what is scheduled"],
    ]
    batch, lots = batch_of(patients)
    prices = price(lots, PLAN)
    assert prices.ingredients == ("hydromorphone", "methadone", "morphine", "tramadol")
    told = []
    for number, lot in enumerate(prices.lots):
        assert lot.segments == () and lot.row is not None
        group = int(prices.group[number])
        told.append(
            (
                prices.ingredients[prices.ingredient[number]],
                lot.route,
                str(prices.factor[number]),
                bool(prices.refused[number]),
                bool(prices.aside[number]),
                None if group < 0 else prices.groups[group].row.unit.code,
            )
        )
    assert sorted(told, key=str) == [
        ("hydromorphone", "epidural", "nan", True, True, None),
        ("methadone", "intravenous", "nan", False, False, "ug"),
        ("methadone", "oral", "nan", False, False, "mg"),
        ("methadone", "oral", "nan", False, True, "mg"),
        ("morphine", "epidural", "nan", True, False, None),
        ("morphine", "oral", "1.0", False, False, None),
        ("morphine", "oral", "1.0", False, True, None),
        ("tramadol", "oral", "nan", True, False, None),
    ]
    assert sorted(set(prices.group.tolist())) == [-1, 0, 1] and len(prices.groups) == 2
    again = price(lots[::-1], PLAN)
    assert [row.row.unit.code for row in again.groups] == [row.row.unit.code for row in prices.groups]
    mme = equivalents(batch, prices)
    known = ~np.isnan(mme)
    assert sorted(mme[known]) == [10, 10, 20]
    batch, prices = columns([PATIENTS["an infusion over the night without an hour"]])
    assert sorted(equivalents(batch, prices)) == [10, 23 * 3]
    assert totals(np.array([0, 2, 0]), np.array([1.5, 2.0, 3.0]), 4).tolist() == [4.5, 0, 2, 0]


@pytest.mark.parametrize("name", ["UTC", "Europe/Rome", "America/St_Johns"])
def test_midnights_are_those_of_the_zone_whatever_was_asked_before(name: str) -> None:
    local = ZoneInfo(name)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)

    def begins(day: int) -> int:
        found = (datetime(1970, 1, 1) + timedelta(days=day)).replace(tzinfo=local)
        return (found - epoch) // timedelta(microseconds=1)

    fresh = vector_days.Midnights(name)
    for days in ([0], [150, 121], [-200], [400, -199, 300], [1]):
        edges = [begins(day) for day in days]
        for shift, expected in ((0, 0), (-1, -1), (1, 0), (3600 * 10**6 * 20, 0)):
            asked = np.array(edges, dtype=np.int64) + shift
            assert fresh.day(asked).tolist() == [day + expected for day in days]
        assert fresh.start(np.array(days)).tolist() == edges
    for day in (7, -7):
        assert vector_days.Midnights(name).start(np.array([day])).tolist() == [begins(day)]
    assert len(fresh.day(np.zeros(0, np.int64))) == len(fresh.start(np.zeros(0, np.int64))) == 0
    assert midnights(name) is midnights(name) and midnights(name) is not midnights("Asia/Tokyo")


def test_no_day_outside_the_calendar_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the calendar had seven days."""
    monkeypatch.setattr(vector_days, "_LEAST", -3)
    monkeypatch.setattr(vector_days, "_MOST", 3)
    asked: list[int] = []

    class Short(vector_days.Midnights):
        def _midnight(self, day: int) -> int:
            asked.append(day)
            return day * 24 * 3600 * 10**6

    clock = Short("UTC")
    days = np.array([-3, 2, 0], dtype=np.int64)
    assert clock.day(days * 24 * 3600 * 10**6 + 1).tolist() == days.tolist()
    assert clock.start(days).tolist() == (days * 24 * 3600 * 10**6).tolist()
    assert sorted(asked) == [-3, -2, -1, 0, 1, 2, 3], "each of them once"


def test_an_unknown_bound_is_no_moment() -> None:
    assert micro(None) == UNBOUNDED < micro(datetime(1, 1, 1, tzinfo=UTC))
