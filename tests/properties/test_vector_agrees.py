"""The vectorised path equals the exact one within one in 10^9, whatever the exposures are.

Masses run from a thousandth to a million milligrams beside each other, spans over decades, days through clock changes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjuvant import library
from adjuvant.opioids.curve import daily_curve
from adjuvant.opioids.model import DayMME
from adjuvant.opioids.rolling import rolling_points
from adjuvant.opioids.segments import convert, lots_of
from adjuvant.opioids.vector import Prices, price
from adjuvant.opioids.vector_daily import Daily, daily
from adjuvant.opioids.vector_rolling import Rolling, rolling
from adjuvant.quantity import Quantity
from adjuvant.record import Basis, Exposure, ExposureKind, Exposures, Refusal, RefusalReason
from adjuvant.timeline import Interval
from batches import batch_of, micro, moment
from builders import a_plan, a_row

BANDS = [("0", "4"), ("20", "8"), ("40", "10"), ("60", "12")]
FALLING = [("0", "5"), ("10", "3")]
PLANS = {
    inclusive: a_plan(
        a_row("morphine", "1"),
        a_row("morphine", "3", routes="intravenous"),
        a_row("remifentanil", "0.3", "ug", routes="intravenous"),
        a_row("fentanyl", "2.4", "ug/h", routes="transdermal", forms=frozenset({"patch"})),
        a_row("buprenorphine", "36", "ug/h", routes="transdermal", per_patch_hours=Fraction(168)),
        a_row("methadone", None, bands=BANDS, inclusive=inclusive),
        a_row("hydromorphone", None, routes="intravenous", bands=FALLING, inclusive=inclusive),
    )
    for inclusive in (False, True)
}
ZONES = ["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]
# Around the spring and the autumn change of most of these zones.
ORIGINS = [datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 18, tzinfo=UTC)]
# London's midnights in winter; whole hours hit the edges of days and of windows.
OFFSETS = st.one_of(
    st.integers(-60, 100).map(lambda hours: hours * 3600 * 10**6),
    st.integers(-(10**11), 10**11),
    st.integers(-(10**15), 10**15),
)
LENGTHS = st.one_of(
    st.just(24 * 3600 * 10**6),
    st.integers(1, 80).map(lambda hours: hours * 3600 * 10**6),
    st.integers(1, 3 * 10**11),
    st.integers(1, 10),
    st.integers(1, 10**13),
)
MASSES = st.one_of(
    st.sampled_from([Fraction(0), Fraction(1, 1000), Fraction(10), Fraction(20), Fraction(10**6)]),
    st.integers(1, 10**9).map(lambda thousandth: Fraction(thousandth, 1000)),
    st.fractions(Fraction(1, 10**6), 100),
    st.just(Fraction(10**13)),
)
GIVEN = [
    ("morphine", "oral", None, ExposureKind.DOSE),
    ("morphine", "intravenous", None, ExposureKind.INFUSION),
    ("morphine", "epidural", None, ExposureKind.INFUSION),
    ("morphine", None, None, ExposureKind.DOSE),
    ("remifentanil", "intravenous", None, ExposureKind.INFUSION),
    ("remifentanil", "intravenous", None, ExposureKind.PCA_DEMAND),
    ("fentanyl", "transdermal", "patch", ExposureKind.PATCH),
    ("fentanyl", "transdermal", "patch", ExposureKind.INFUSION),
    ("buprenorphine", "transdermal", "patch", ExposureKind.PATCH),
    ("methadone", "oral", None, ExposureKind.DOSE),
    ("methadone", "oral", "tablet", ExposureKind.INFUSION),
    ("hydromorphone", "intravenous", None, ExposureKind.INFUSION),
    ("hydromorphone", "intravenous", None, ExposureKind.DOSE),
]


@st.composite
def exposures(draw: st.DrawFn) -> tuple[str, Exposures]:
    origin = draw(st.sampled_from(ORIGINS))
    basis = draw(st.sampled_from(list(Basis)))
    items = []
    for _ in range(draw(st.integers(0, 9))):
        ingredient, route, form, kind = draw(st.sampled_from(GIVEN))
        start = origin + timedelta(microseconds=draw(OFFSETS))
        length = 0 if kind is ExposureKind.DOSE else draw(LENGTHS)
        items.append(
            Exposure(
                ingredient,
                route,
                form,
                kind,
                start,
                start + timedelta(microseconds=length),
                Quantity(draw(MASSES), "mg"),
                basis,
                as_needed=draw(st.sampled_from([None, False, True])),
                wear_hours=draw(st.sampled_from([None, Fraction(168), Fraction(72)])),
            )
        )
    refused = []
    for _ in range(draw(st.integers(0, 2))):
        # A short span, or no bound on one side or both.
        start = origin + timedelta(microseconds=draw(OFFSETS))
        end = start + timedelta(hours=draw(st.sampled_from([0, 1, 24, 50])))
        bounds = draw(st.sampled_from([(start, end), (None, end), (start, None), (None, None)]))
        refused.append(Refusal("row", RefusalReason.UNKNOWN_UNIT, "what", "why", *bounds))
    return draw(st.sampled_from(ZONES)), Exposures(basis, tuple(items), tuple(refused))


groups = st.lists(exposures(), min_size=1, max_size=4)


def worked(patients: list[tuple[str, Exposures]], plan: Any) -> tuple[Daily, Rolling, Prices]:
    batch, lots = batch_of(patients)
    prices = price(lots, plan)
    return daily(batch, prices), rolling(batch, prices), prices


def near(found: float, exact: Fraction) -> bool:
    return abs(Fraction(float(found)) - exact) <= Fraction(1, 10**9) * max(1, abs(exact))


def days_of(answer: Daily, prices: Prices, number: int) -> dict[int, tuple[float, dict[str, float], int]]:
    found: dict[int, tuple[float, dict[str, float], int]] = {}
    for row in np.flatnonzero(answer.patient == number).tolist():
        drugs = {
            prices.ingredients[answer.drug[at]]: float(answer.drug_mme[at])
            for at in np.flatnonzero(answer.drug_row == row)
        }
        found[int(answer.day[row])] = (float(answer.total[row]), drugs, int(answer.refused[row]))
    return found


def exact_days(patient: tuple[str, Exposures], plan: Any, days: list[int]) -> dict[int, DayMME]:
    """Each of these days and the days beside it, by the exact path, a day at a time."""
    name, found = patient
    answer = {}
    for day in sorted({day + shift for day in days for shift in (-1, 0, 1)}):
        noon = datetime(1970, 1, 1, 12, tzinfo=ZoneInfo(name)) + timedelta(days=day)
        (only,) = daily_curve(found, plan, Interval(noon, noon + timedelta(seconds=1)), ZoneInfo(name))
        answer[day] = only
    return answer


@given(groups, st.booleans())
@settings(deadline=None, max_examples=60)
def test_each_day_has_the_total_drugs_and_refusals_of_the_exact_path(
    patients: list[tuple[str, Exposures]], inclusive: bool
) -> None:
    plan = PLANS[inclusive]
    answer, _, prices = worked(patients, plan)
    for number, patient in enumerate(patients):
        found = days_of(answer, prices, number)
        looked = list(found)
        if len(looked) > 40:
            looked = looked[:20] + looked[-20:]
        ends = (min(found, default=0), max(found, default=0))
        for day, exact in exact_days(patient, plan, looked).items():
            if day not in found:
                assert not exact.by_drug and not exact.total
                # Beyond its own days a patient has only what has no bound.
                bounded = [item for item in exact.refused if item.start is not None and item.end is not None]
                assert not bounded and (not exact.refused or not ends[0] <= day <= ends[1])
                continue
            total, drugs, refused = found[day]
            assert near(total, exact.total)
            assert drugs.keys() == exact.by_drug.keys()
            assert all(near(drugs[name], exact.by_drug[name]) for name in drugs)
            assert refused == len(exact.refused)


@given(groups, st.booleans())
@settings(deadline=None, max_examples=60)
def test_the_rolling_curve_has_the_break_points_and_values_of_the_exact_path(
    patients: list[tuple[str, Exposures]], inclusive: bool
) -> None:
    plan = PLANS[inclusive]
    _, answer, _ = worked(patients, plan)
    for number, (_, found) in enumerate(patients):
        mine = np.flatnonzero(answer.patient == number)
        if not len(mine):
            lots = convert(lots_of(found), plan)
            assert all(lot.as_needed or lot.refusal is not None for lot in lots)
            continue
        hour = timedelta(hours=1)
        span = Interval(moment(answer.at[mine[0]]) - hour, moment(answer.at[mine[-1]]) + hour)
        exact = rolling_points(convert(lots_of(found), plan), span)[1:-1]
        sides: dict[int, list[Fraction]] = {}
        for point in exact:
            sides.setdefault(micro(point.at), []).append(point.value)
        assert answer.at[mine].tolist() == sorted(sides)
        for row in mine.tolist():
            values = sides[int(answer.at[row])]
            assert near(answer.before[row], values[0])
            assert near(answer.after[row], values[-1])


@given(groups)
@settings(deadline=None, max_examples=30)
def test_a_patient_has_the_same_figures_alone_as_among_others(patients: list[tuple[str, Exposures]]) -> None:
    plan = PLANS[False]
    answer, curve, prices = worked(patients, plan)
    for number, patient in enumerate(patients):
        alone, alone_curve, alone_prices = worked([patient], plan)
        assert days_of(alone, alone_prices, 0) == days_of(answer, prices, number)
        mine = curve.patient == number
        for name in ("at", "before", "after"):
            assert np.array_equal(getattr(curve, name)[mine], getattr(alone_curve, name))


@pytest.mark.parametrize("key", ["cdc2016", "cdc2022"])
def test_tables_of_the_library_agree_for_a_million_milligrams_that_left_before_a_thousandth(key: str) -> None:
    """What has left the window leaves nothing behind."""
    plan = library.plan(key)
    hour = timedelta(hours=1)
    items = [
        Exposure(
            "morphine",
            "intravenous",
            None,
            ExposureKind.INFUSION,
            at,
            at + hour,
            Quantity(mg, "mg"),
            Basis.ADMINISTERED,
        )
        for turn in range(400)
        for at in [ORIGINS[0] + turn * hour]
        for mg in [Fraction(10**6 + turn, 7) if turn < 300 else Fraction(1, 1000)]
    ]
    _, curve, _ = worked([("UTC", Exposures(Basis.ADMINISTERED, tuple(items)))], plan)
    span = Interval(items[0].start - hour, items[-1].end + 30 * hour)
    exact = {
        micro(point.at): point.value
        for point in rolling_points(convert(lots_of(Exposures(Basis.ADMINISTERED, tuple(items))), plan), span)
    }
    assert all(
        near(after, exact[at]) for at, after in zip(curve.at.tolist(), curve.after.tolist(), strict=True)
    )


@pytest.mark.parametrize("hours", [1, 24, 25, 72, 240])
def test_a_banded_run_longer_than_the_window_crosses_edges_where_the_exact_path_does(hours: int) -> None:
    """50 mg of methadone a day, which passes the edges at 20 and 40."""
    start = ORIGINS[0]
    amount = Quantity(Fraction(50 * max(hours, 24), 24), "mg")
    end = start + timedelta(hours=hours)
    run = Exposure("methadone", "oral", None, ExposureKind.INFUSION, start, end, amount, Basis.ADMINISTERED)
    found = Exposures(Basis.ADMINISTERED, (run,))
    _, curve, _ = worked([("UTC", found)], PLANS[False])
    span = Interval(start, end + timedelta(hours=24))
    exact = rolling_points(convert(lots_of(found), PLANS[False]), span)
    assert curve.at.tolist() == sorted({micro(point.at) for point in exact})
    assert near(curve.after.max(), max(point.value for point in exact)) and curve.after.max() >= 500 - 1e-6
