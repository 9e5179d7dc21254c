"""Alerts on a CIVIK infusion: raised, acknowledged, put off within limits, raised again when worse, never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adjuvant.alerts import (
    AID,
    Alert,
    Gravity,
    Kind,
    Review,
    State,
    acknowledge,
    longest_snooze,
    resolve,
    review,
    snooze,
)
from adjuvant.alerts import look as watching
from adjuvant.errors import RefusedError, UsageError
from bedside import BEGINS, Chart, at_a_site

GRACED = "chosen: [{field: weight.kind, value: actual, reference: test}]\ngrace: 15 min"


def running() -> Chart:
    """CIVIK since hour 0, with everything charted at the beginning."""
    return Chart().calm(0).seen(0, pain=5, medd_intravenous=150).ketamine(0, "start", "0.05 mg/kg/h")


def look(chart: Chart, hour: float, previous: tuple[Alert, ...] = (), *, on: bool = True) -> Review:
    """The alerts at so many hours."""
    protocol = at_a_site("civik", GRACED)
    seen = watching(protocol, chart.facts, BEGINS + timedelta(hours=hour))
    return review(seen, previous=previous, on=on)


def only(found: Review, start: str) -> Alert:
    """The one alert that is not resolved and whose key begins so."""
    (alert,) = [one for one in found.active if one.key.startswith(start)]
    return alert


def when(hour: float) -> object:
    return BEGINS + timedelta(hours=hour)


def test_nothing_is_raised_until_a_site_turns_alerts_on() -> None:
    chart = running().calm(4, respiratory_rate=6).seen(4, pain=5)
    assert look(chart, 4, on=False).alerts == ()
    assert look(chart, 4).active


def test_turning_alerts_off_drops_none_that_was_raised() -> None:
    before = look(running().calm(4, respiratory_rate=6).seen(4, pain=5), 4)
    after = look(running().calm(5).seen(5, pain=5), 5, before.alerts, on=False)
    assert after.alerts == before.alerts


@pytest.mark.hazard("H-054")
def test_an_observation_is_overdue_once_its_grace_has_passed() -> None:
    # Everything is observed every four hours, with 15 minutes of grace.
    in_time = look(running(), 4.25)
    assert not [one for one in in_time.active if one.kind is Kind.OVERDUE]
    late = look(running(), 4.26)
    assert only(late, "overdue:respiratory_rate").gravity is Gravity.ACT
    assert "12:00" in only(late, "overdue:respiratory_rate").words  # begun at 08:00


@pytest.mark.hazard("H-057")
def test_a_second_round_missed_raises_an_acknowledged_alert_again() -> None:
    first = look(running(), 4.5)
    seen = tuple(acknowledge(one, "Nurse", when(4.6)) for one in first.active)  # type: ignore[arg-type]
    still = look(running(), 5, seen)
    assert only(still, "overdue:respiratory_rate").state is State.ACKNOWLEDGED
    worse = only(look(running(), 8.5, still.alerts), "overdue:respiratory_rate")
    assert worse.state is State.OPEN
    assert worse.gravity is Gravity.GRAVEST
    assert worse.history[-1].words.startswith("worse")


def test_what_was_charted_late_resolves_and_the_alert_is_kept() -> None:
    late = look(running(), 4.5)
    done = look(running().calm(4.6).seen(4.6, pain=4), 4.7, late.alerts)
    assert not [one for one in done.active if one.kind is Kind.OVERDUE]
    kept = [one for one in done.alerts if one.key == "overdue:respiratory_rate"]
    assert [one.state for one in kept] == [State.RESOLVED]
    assert kept[0].history[-1].words == "the chart no longer shows it"


def test_a_rule_that_fires_is_an_alert_of_the_gravest_kind() -> None:
    found = look(running().calm(4, respiratory_rate=6).seen(4, pain=5), 4)
    alert = only(found, "rule:breathing")
    assert (alert.kind, alert.gravity) == (Kind.RULE, Gravity.GRAVEST)
    assert "respiratory rate 6" in alert.words


@pytest.mark.hazard("H-057")
def test_a_rule_that_can_no_longer_be_told_is_not_over() -> None:
    fired = look(running().calm(4, sedation_poss=3).seen(4, pain=5), 4)
    chart = running().calm(4, sedation_poss=3).seen(4, pain=5)
    # Nine hours later nothing is charted any more: nobody can say that the sedation has gone.
    later = look(chart, 13, fired.alerts)
    assert only(later, "rule:sedation").active


@pytest.mark.hazard("H-057")
def test_a_snooze_has_a_limit_and_ends() -> None:
    alert = only(look(running().calm(4, respiratory_rate=6).seen(4, pain=5), 4), "rule:breathing")
    most = longest_snooze(alert.gravity)
    assert str(most) == "15 min"
    with pytest.raises(RefusedError, match="at most 15 min are allowed"):
        snooze(alert, "Nurse", when(4), when(4.5))  # type: ignore[arg-type]
    put_off = snooze(alert, "Nurse", when(4), when(4.25))  # type: ignore[arg-type]
    chart = running().calm(4, respiratory_rate=6).seen(4, pain=5)
    assert only(look(chart, 4.1, (put_off,)), "rule:breathing").state is State.SNOOZED
    awake = only(look(chart, 4.25, (put_off,)), "rule:breathing")
    assert awake.state is State.OPEN
    assert awake.history[-1].words == "the snooze is over, and the chart still shows it"


@pytest.mark.hazard("H-057")
@pytest.mark.parametrize("act", ["snoozed", "acknowledged"])
@pytest.mark.parametrize(
    ("then", "state"), [(5, State.OPEN), (6, None), (7, None)], ids=["slower", "as slow", "less slow"]
)
def test_breathing_that_slows_after_it_was_put_off_is_open_again(
    act: str, then: int, state: State | None
) -> None:
    """Fewer than 8 breaths a minute stop ketamine; the nurse put off 6, and nobody has put off 5."""
    chart = running().calm(4, respiratory_rate=6).seen(4, pain=5)
    alert = only(look(chart, 4), "rule:breathing")
    if act == "snoozed":
        put_off = snooze(alert, "Nurse", when(4), when(4.25))  # type: ignore[arg-type]
    else:
        put_off = acknowledge(alert, "Nurse", when(4))  # type: ignore[arg-type]
    slower = only(look(chart.calm(4.1, respiratory_rate=then), 4.1, (put_off,)), "rule:breathing")
    assert slower.state is (state or put_off.state)
    assert f"respiratory rate {then}" in slower.words
    assert slower.history[-1].words.startswith("worse: ") is (state is State.OPEN)


def test_what_was_put_off_at_its_worst_is_held_against_that_and_not_against_a_better_reading() -> None:
    chart = running().calm(4, respiratory_rate=5).seen(4, pain=5)
    alert = only(look(chart, 4), "rule:breathing")
    put_off = snooze(alert, "Nurse", when(4), when(4.25))  # type: ignore[arg-type]
    better = look(chart.calm(4.05, respiratory_rate=7), 4.05, (put_off,))
    again = look(chart.calm(4.05, respiratory_rate=7).calm(4.1, respiratory_rate=5), 4.1, better.alerts)
    assert only(again, "rule:breathing").state is State.SNOOZED
    # Once it was open again it is put off anew, as it is then.
    worse = chart.calm(4.05, respiratory_rate=4)
    opened = only(look(worse, 4.05, (put_off,)), "rule:breathing")
    off_again = snooze(opened, "Nurse", when(4.05), when(4.2))  # type: ignore[arg-type]
    assert only(look(worse, 4.1, (off_again,)), "rule:breathing").state is State.SNOOZED


def test_a_pressure_that_rises_further_after_it_was_put_off_is_open_again() -> None:
    chart = running().calm(4, systolic=190).seen(4, pain=5)
    put_off = snooze(only(look(chart, 4), "rule:pressure"), "Nurse", when(4), when(4.25))  # type: ignore[arg-type]
    assert only(look(chart.calm(4.1, systolic=185), 4.1, (put_off,)), "rule:pressure").state is State.SNOOZED
    assert only(look(chart.calm(4.1, systolic=191), 4.1, (put_off,)), "rule:pressure").state is State.OPEN


def test_what_a_rule_asks_for_stands_before_what_is_missing_and_what_is_late() -> None:
    """At three in the morning the first line is read."""
    chart = running().calm(12.5, respiratory_rate=6)
    found = look(chart, 12.5, look(running(), 12.4).alerts)
    assert {one.kind for one in found.active if one.gravity is Gravity.GRAVEST} >= {Kind.RULE, Kind.OVERDUE}
    assert found.active[0].key == "rule:breathing"


@pytest.mark.hazard("H-057")
def test_an_alert_that_is_resolved_by_hand_comes_back_while_the_chart_shows_it() -> None:
    chart = running().calm(4, respiratory_rate=6).seen(4, pain=5)
    alert = only(look(chart, 4), "rule:breathing")
    ended = resolve(alert, "Nurse", when(4.1), "counted again, 14 a minute")  # type: ignore[arg-type]
    again = look(chart, 4.2, (ended,))
    assert [one.state for one in again.alerts if one.key == "rule:breathing"] == [State.RESOLVED, State.OPEN]


def test_nobody_and_no_reason_change_nothing() -> None:
    alert = only(look(running().calm(4, respiratory_rate=6).seen(4, pain=5), 4), "rule:breathing")
    with pytest.raises(UsageError, match="changed by nobody"):
        acknowledge(alert, " ", when(4))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="without a reason"):
        resolve(alert, "Nurse", when(4), " ")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="a time that has passed"):
        snooze(alert, "Nurse", when(4), when(4))  # type: ignore[arg-type]
    over = resolve(alert, "Nurse", when(4), "counted again")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="is resolved"):
        acknowledge(over, "Nurse", when(5))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="before its last change"):
        acknowledge(alert, "Nurse", when(3))  # type: ignore[arg-type]


@pytest.mark.hazard("H-054")
def test_missing_data_while_ketamine_runs_is_grave_and_contradictions_too() -> None:
    bare = Chart().ketamine(0, "start", "0.05 mg/kg/h").seen(0, pain=5)
    found = look(bare, 1)
    assert only(found, "missing:breathing").gravity is Gravity.GRAVEST
    twice = running().ketamine(1, "start", "0.1 mg/kg/h")
    assert only(look(twice, 2), "contradiction:").gravity is Gravity.GRAVEST


def test_what_was_missing_stays_while_the_chart_contradicts_itself() -> None:
    before = look(Chart().ketamine(0, "start", "0.05 mg/kg/h").seen(0, pain=5), 1)
    twice = Chart().ketamine(0, "start", "0.05 mg/kg/h").ketamine(1.5, "start", "0.1 mg/kg/h").seen(0, pain=5)
    after = look(twice, 2, before.alerts)
    assert only(after, "missing:breathing").active


def test_no_alert_is_ever_lost_whatever_is_charted_next() -> None:
    chart, alerts = running(), ()
    for hour in range(1, 30):
        if hour % 3 == 0:
            chart = chart.calm(hour, respiratory_rate=6 if hour % 2 else 16).seen(hour, pain=hour % 11)
        found = look(chart, hour, alerts)
        keys = [one.key for one in alerts]
        assert [one.key for one in found.alerts][: len(keys)] == keys
        for old, new in zip(alerts, found.alerts, strict=False):
            assert new.history[: len(old.history)] == old.history
            assert new.raised == old.raised
        alerts = found.alerts
    assert alerts


def test_without_a_grace_nothing_is_called_late_and_that_is_said() -> None:
    seen = watching(at_a_site("civik"), running().facts, BEGINS + timedelta(hours=9))
    found = review(seen, on=True)
    assert found.ungraced
    assert not [one for one in found.alerts if one.kind is Kind.OVERDUE]


def test_the_words_beside_alerts_say_what_they_are() -> None:
    assert "not an alarm" in AID


def put_off(alert: Alert, hour: float, times: int | None) -> Alert:
    return snooze(alert, "Nurse", when(hour), when(hour + 0.1), times)  # type: ignore[arg-type]


def test_an_alert_is_put_off_no_more_often_in_a_row_than_the_site_allows() -> None:
    chart = running().calm(4, respiratory_rate=6).seen(4, pain=5)
    once = put_off(only(look(chart, 4), "rule:breathing"), 4.0, 2)
    twice = put_off(once, 4.1, 2)
    assert (once.put_off, twice.put_off) == (1, 2)
    with pytest.raises(RefusedError, match="was put off 2 times in a row; this site allows 2"):
        put_off(twice, 4.2, 2)
    assert put_off(twice, 4.2, 3).put_off == 3
    assert put_off(twice, 4.2, None).put_off == 3
    assert acknowledge(twice, "Nurse", when(4.2)).put_off == 2  # type: ignore[arg-type]


def test_one_that_grows_worse_may_be_put_off_anew() -> None:
    chart = running().calm(4, respiratory_rate=6).seen(4, pain=5)
    alert = put_off(only(look(chart, 4), "rule:breathing"), 4.0, 1)
    graver = look(chart.calm(4.05, respiratory_rate=5), 4.05, (alert,))
    assert only(graver, "rule:breathing").put_off == 0
    assert put_off(only(graver, "rule:breathing"), 4.06, 1).put_off == 1
