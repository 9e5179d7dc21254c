"""What a pump delivered against what was ordered: more than 10 % over 15 minutes is flagged, up to 5 % is not."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adjuvant.alerts import Alert, Gravity, Kind, look, review
from adjuvant.library import citations
from adjuvant.library.folder import FOLDER
from adjuvant.library.rules import read_settings
from adjuvant.protocol.situation import Observed
from bedside import BEGINS, Chart, at_a_site

RATE = Fraction(7, 2)
"""0.05 mg/kg/h at 70 kg, in mg/h, worked by hand."""


def site():
    return at_a_site("civik")


def running() -> Chart:
    return Chart().calm(0).seen(0, pain=5, medd_intravenous=150).ketamine(0, "start", "0.05 mg/kg/h")


def read(chart: Chart, minute: int, milligrams: Fraction | None, **more: str) -> Chart:
    one = Observed("ketamine_delivered", BEGINS + timedelta(minutes=minute), milligrams, **more)
    return chart.but(observed=(*chart.facts.observed, one))


def flagged(chart: Chart, minute: int) -> dict[str, Alert]:
    found = review(look(site(), chart.facts, BEGINS + timedelta(minutes=minute)), on=True)
    return {one.key: one for one in found.active if one.key.startswith("delivered:")}


@pytest.mark.hazard("H-049")
@given(minute=st.integers(1, 600), percent=st.integers(-100, 100))
@example(minute=14, percent=-100)
@example(minute=15, percent=-100)
@example(minute=15, percent=11)
@example(minute=15, percent=10)
@example(minute=15, percent=6)
@example(minute=15, percent=-5)
def test_a_first_reading_is_flagged_from_15_minutes_and_10_percent_on_and_never_within_5(
    minute: int, percent: int
) -> None:
    ordered = RATE * minute / 60
    found = flagged(read(running(), minute, ordered * (100 + percent) / 100), minute)
    if minute < 15 or abs(percent) <= 5:
        assert found == {}
    else:
        alert = found["delivered:lately"]
        grave = Gravity.GRAVEST if percent > 0 else Gravity.ACT
        assert alert.kind is Kind.DIVERGED
        assert alert.gravity is (grave if abs(percent) > 10 else Gravity.NOTE)


@pytest.mark.hazard("H-049")
def test_what_stands_still_late_in_a_long_infusion_is_seen_though_the_whole_hardly_differs() -> None:
    """Two days at 3.5 mg/h are 168 mg; half an hour of nothing, where 1.75 mg were due, is 1 % of the whole, and all of that half hour."""
    chart = read(running(), 2880, RATE * 48)
    found = flagged(read(chart, 2910, RATE * 48), 2910)
    assert set(found) == {"delivered:lately"}
    assert "0 mg went in, and 1.8 mg were ordered" in found["delivered:lately"].words


@pytest.mark.hazard("H-049")
def test_a_slow_drift_is_seen_over_the_whole() -> None:
    """Three hours at 88 % of the order, then half an hour that is right."""
    chart = read(running(), 180, RATE * 3 * Fraction(88, 100))
    found = flagged(read(chart, 210, RATE * 3 * Fraction(88, 100) + RATE / 2), 210)
    assert set(found) == {"delivered:in all"}  # 10.99 mg of 12.25 mg are 10.3 % too little


@pytest.mark.hazard("H-049")
def test_a_changed_rate_a_pause_and_a_stop_count_as_they_were_charted() -> None:
    chart = running().ketamine(1, "change", "0.1 mg/kg/h").ketamine(2, "pause").ketamine(3, "resume")
    right = RATE + 2 * RATE + 2 * RATE / 2  # an hour, an hour at twice as much, none, and half an hour
    assert flagged(read(chart, 210, right), 210) == {}
    assert "delivered:lately" in flagged(read(chart, 210, right + RATE), 210)


@pytest.mark.hazard("H-049")
@pytest.mark.parametrize(
    ("reading", "words"),
    [
        ((None, {"source": "display dark"}), "display dark"),
        ((Fraction(7), {"doubted": "read by the wrong pump"}), "wrong pump"),
        ((Fraction(1), {}), "its total has fallen"),
    ],
)
def test_a_pump_that_cannot_be_compared_is_an_alert_and_never_taken_to_agree(reading, words: str) -> None:
    value, more = reading
    found = flagged(read(read(running(), 60, RATE), 120, value, **more), 120)
    assert list(found) == ["delivered:unknown"] and words in found["delivered:unknown"].words


def test_milligrams_where_none_were_ordered_are_flagged() -> None:
    chart = read(running().ketamine(1, "pause"), 60, RATE)
    found = flagged(read(chart, 120, RATE * 2), 120)
    assert found["delivered:lately"].gravity is Gravity.GRAVEST
    assert "0 mg were ordered" in found["delivered:lately"].words


@pytest.mark.parametrize(
    ("share", "gravity"), [(95, None), (94, Gravity.NOTE), (89, Gravity.ACT), (111, Gravity.GRAVEST)]
)
def test_a_charted_share_of_the_order_is_held_to_the_same(share: int, gravity: Gravity | None) -> None:
    found = flagged(running().seen(24, share_delivered=share), 1440)
    assert (found["delivered:share"].gravity if found else None) is gravity


def test_the_numbers_stand_in_the_library_with_their_source() -> None:
    found = read_settings(FOLDER / "alerts.yaml")
    for key, value in (("delivered_alarm", 10), ("delivered_after", 15), ("delivered_kept", 5)):
        assert found[key].value == value and found[key].citation is citations()["gip_v1"]
    assert found["snooze_gravest"].citation is None and found["snooze_gravest"].provenance.label
