"""A chart is watched from the first dose on: rules that others outrank, pauses, short infusions, faults, restarts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adjuvant.alerts import Act, Alert, Gravity, Kind, State, Watch, look, review, shown, watch, watching
from adjuvant.errors import RefusedError
from adjuvant.protocol import Situation, evaluate, isolated
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.situation import Answer
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart, at_a_site

ON = "chosen: [{field: weight.kind, value: actual, reference: test}]\ngrace: 15 min\nalerts: true"


def site():
    return at_a_site("civik", ON)


def at(hour: float):
    return BEGINS + timedelta(hours=hour)


def running() -> Chart:
    """CIVIK since hour 0, with everything charted at the beginning."""
    return Chart().calm(0).seen(0, pain=5, medd_intravenous=150).ketamine(0, "start", "0.05 mg/kg/h")


def seen(chart: Chart, hour: float) -> Watch:
    return watch(site(), chart.facts, at(hour))


def only(found: Watch, key: str) -> Alert:
    (alert,) = [one for one in found.review.active if one.key == key]
    return alert


def keys(found: Watch) -> set[str]:
    return {one.key for one in found.review.active}


def test_an_alert_has_the_time_at_which_the_chart_first_showed_it() -> None:
    found = seen(running(), 11)
    assert only(found, "overdue:pain").raised == at(4.25) + timedelta.resolution
    fired = seen(running().calm(2, respiratory_rate=6).seen(2, pain=5), 3)
    assert only(fired, "rule:breathing").raised == at(2)


@pytest.mark.hazard("H-057")
def test_a_rule_that_a_graver_one_outranks_keeps_its_alert() -> None:
    """Advice names the stop alone; the sedation that was there before it stands all the same."""
    chart = running().calm(2, sedation_poss=3).seen(2, pain=5)
    assert "rule:sedation" in keys(seen(chart, 2.5))
    both = chart.calm(3, sedation_poss=3, respiratory_rate=6).seen(3, pain=5)
    guidance = both.ask(site(), 3)
    assert {one.rule for advice in guidance.recommendations for one in advice.because} == {"breathing"}
    found = seen(both, 3)
    assert {"rule:sedation", "rule:breathing"} <= keys(found)
    assert only(found, "rule:sedation").raised == at(2)


@pytest.mark.hazard("H-053")
def test_a_pause_that_nobody_judges_again_is_overdue() -> None:
    """The site's rule of sedation holds ketamine for an hour."""
    chart = running().calm(2, sedation_poss=3).seen(2, pain=5).ketamine(2, "pause")
    chart = chart.calm(2.5).seen(2.5, pain=5)
    assert "paused:ketamine" not in keys(seen(chart, 2.99))
    assert "paused:ketamine" in keys(seen(chart, 3.1))
    assert "paused:ketamine" not in keys(seen(chart.ketamine(3.2, "resume"), 3.3))


@pytest.mark.hazard("H-045")
def test_an_infusion_that_runs_past_the_end_of_its_course_is_an_alert() -> None:
    chart = running().calm(119.9).seen(119.9, pain=2)
    chart = chart.but(weights=tuple(replace(one, at=at(119)) for one in chart.facts.weights))
    key = "rule:regimens.infusion.course.fixed"
    assert key not in keys(seen(chart, 119.95))
    assert key in keys(seen(chart, 120))
    assert key not in keys(seen(chart.ketamine(120.1, "stop"), 120.2))


def test_one_dose_that_takes_its_time_runs_while_it_goes_in() -> None:
    given = ChartEvent(BEGINS, Happened.GIVEN, parse_quantity("35 mg"), parse_quantity("40 min"))
    facts = replace(Chart().facts, ketamine=(given,))
    assert look(site(), facts, BEGINS + timedelta(minutes=39)).runs
    assert not look(site(), facts, BEGINS + timedelta(minutes=40)).runs


def test_what_is_begun_again_after_a_stop_is_watched_from_its_own_beginning() -> None:
    chart = running().calm(3.9).seen(3.9, pain=3).ketamine(4, "stop").ketamine(30, "start", "0.05 mg/kg/h")
    chart = chart.calm(29.9).seen(29.9, pain=5)
    # Eight hours of rounds were due by the first beginning; of the second none is, before four hours.
    assert not any(key.startswith("overdue:") for key in keys(seen(chart, 34)))
    assert "overdue:pain" in keys(seen(chart, 34.3))


@pytest.mark.hazard("H-054")
def test_an_infusion_of_which_nothing_was_ever_charted_is_overdue_from_its_start() -> None:
    bare = Chart().ketamine(0, "start", "0.05 mg/kg/h")
    found = seen(bare, 4.3)
    assert {"overdue:respiratory_rate", "overdue:sedation_poss", "overdue:pain"} <= keys(found)
    assert only(found, "missing:breathing:Respiratory rate").gravity is Gravity.GRAVEST


@pytest.mark.parametrize("slip", ["5 mg/kg/h", "0.07 mg/kg/h"])
def test_what_runs_and_is_none_of_the_protocols_doses_is_an_alert_until_it_is_set_right(slip: str) -> None:
    """CIVIK rises by 0.05 mg/kg/h up to 0.5: ten times the most, and between two steps."""
    wrong = Chart().calm(0).seen(0, pain=5, medd_intravenous=150).ketamine(0, "start", slip)
    wrong = wrong.calm(1).seen(1, pain=5)
    key = f"dose:{parse_quantity(slip)}"
    found = only(seen(wrong, 1), key)
    assert (found.kind, found.gravity) == (Kind.AGAINST, Gravity.GRAVEST)
    assert slip in found.words
    # A stop for another reason does not set it right; another rate does, and so does an end.
    assert {key, "rule:breathing"} <= keys(seen(wrong.calm(2, respiratory_rate=6).seen(2, pain=5), 2))
    changed = wrong.ketamine(2, "change", "0.05 mg/kg/h").calm(2).seen(2, pain=5)
    assert not any(one.startswith("dose:") for one in keys(seen(changed, 2.1)))
    assert not any(one.startswith("dose:") for one in keys(seen(wrong.ketamine(2, "stop"), 2.1)))


def test_a_dose_of_the_protocol_is_no_alert_however_its_unit_is_written() -> None:
    daily = Chart().calm(0).seen(0, pain=5, medd_intravenous=150).ketamine(0, "start", "1.2 mg/kg/d")
    assert not any(one.startswith("dose:") for one in keys(seen(daily.calm(1).seen(1, pain=5), 1)))


def test_what_speaks_against_ketamine_while_it_runs_is_an_alert() -> None:
    """CIVIK takes nobody whose hyperalgesia cannot be excluded; it is answered an hour after the beginning."""
    chart = running().answering(site().protocol).calm(1).seen(1, pain=5)
    assert "excluded:ketamine" not in keys(seen(chart, 1.5))
    said = Answer("hyperalgesia_not_excluded", True, at(1), "Dr Invented")
    after = chart.but(answers=(*chart.facts.answers, said))
    assert after.ask(site(), 1.5).status.value == "withheld"
    assert only(seen(after, 1.5), "excluded:ketamine").gravity is Gravity.GRAVEST


def test_breathing_that_stops_ketamine_is_an_alert_though_the_chart_contradicts_itself() -> None:
    """Paused twice: no advice can be made, and six breaths a minute are six breaths a minute."""
    twice = running().ketamine(1, "pause").ketamine(1.1, "pause").calm(2, respiratory_rate=6).seen(2, pain=5)
    assert twice.ask(site(), 2).status.value == "withheld"
    found = only(seen(twice, 2), "rule:breathing")
    assert (found.kind, found.gravity) == (Kind.RULE, Gravity.GRAVEST)
    assert "respiratory rate 6" in found.words


# --- faults -----------------------------------------------------------------------------------------------


def broken(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """Judging one rule of the site fails."""
    rule = next(one for one in site().protocol.rules if one.key == key)
    real = isolated.judge

    def judge(predicate, situation, context):
        if predicate is rule.when:
            raise ZeroDivisionError
        return real(predicate, situation, context)

    monkeypatch.setattr(isolated, "judge", judge)


RULES = [one.key for one in site().protocol.rules]
GRAVE = {
    "breathing": {"respiratory_rate": 6},
    "pressure": {"systolic": 190},
    "sedation": {"sedation_poss": 3},
}


@pytest.mark.hazard("H-062")
@pytest.mark.parametrize("key", RULES)
def test_a_rule_that_fails_is_an_alert_withholds_advice_and_silences_no_other(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    broken(monkeypatch, key)
    calm = running().calm(2).seen(2, pain=9)
    assert calm.ask(site(), 2).status.value == "withheld"
    found = seen(calm, 2)
    assert only(found, f"fault:{key}").gravity is Gravity.GRAVEST
    assert only(found, f"fault:{key}").kind is Kind.FAULT
    for other, worst in GRAVE.items():
        if other != key:
            chart = running().calm(2, **worst).seen(2, pain=9)
            assert {f"rule:{other}", f"fault:{key}"} <= keys(seen(chart, 2)), other
            assert chart.ask(site(), 2).status.value in ("stop", "hold")


@pytest.mark.hazard("H-062")
def test_an_alert_whose_rule_then_fails_is_not_over(monkeypatch: pytest.MonkeyPatch) -> None:
    before = seen(running().calm(2, respiratory_rate=6).seen(2, pain=5), 2).review.alerts
    broken(monkeypatch, "breathing")
    chart = running().calm(2, respiratory_rate=6).calm(3).seen(3, pain=5)
    found = review(look(site(), chart.facts, at(3)), previous=before, on=True)
    assert [one.state for one in found.alerts if one.key == "rule:breathing"] == [State.OPEN]


@pytest.mark.hazard("H-062")
def test_a_part_of_the_watching_that_fails_is_an_alert_and_ends_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chart = running().calm(2, respiratory_rate=6).seen(2, pain=5)
    before = seen(chart, 2).review.alerts

    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(shown, "_last_charted", fails)
    found = review(look(site(), chart.facts, at(7)), previous=before, on=True)
    assert {"fault:overdue", "rule:breathing"} <= {one.key for one in found.active}
    # And where the protocol itself cannot be asked, what was raised by it stays.
    monkeypatch.setattr(watching, "evaluate", fails)
    monkeypatch.setattr(watching, "monitoring_schedule", fails)
    found = review(look(site(), chart.facts, at(7)), previous=before, on=True)
    assert {"fault:rule", "fault:overdue", "rule:breathing"} <= {one.key for one in found.active}


def test_no_rule_fails_where_nothing_is_broken() -> None:
    guidance = evaluate(site(), Situation.at(at(2), running().calm(2).seen(2, pain=9).facts))
    assert not [one for one in guidance.issues if one.kind == "fault"]
    assert all(one.fault == "" for one in guidance.judged)


def test_a_death_ends_what_was_due_and_keeps_its_history() -> None:
    dead = running().but(died=at(9))
    assert {"overdue:pain", "overdue:respiratory_rate"} <= keys(seen(dead, 8.9))
    found = seen(dead, 12)
    assert keys(found) == {"death:ketamine"}
    assert only(found, "death:ketamine").gravity is Gravity.GRAVEST
    assert only(found, "death:ketamine").raised == at(9)
    (pain,) = [one for one in found.review.alerts if one.key == "overdue:pain"]
    assert (pain.history[-1].at, pain.history[-1].words) == (at(9), "the patient's death is charted")
    assert keys(seen(dead.ketamine(9.5, "stop"), 12)) == set()


def test_a_chart_that_goes_on_after_a_death_is_watched_as_before() -> None:
    dead = running().but(died=at(9)).calm(13, respiratory_rate=6)
    assert keys(seen(dead, 12.9)) == {"death:ketamine"}
    found = seen(dead, 13)
    assert {"rule:breathing", "overdue:pain"} <= keys(found)
    assert any(key.startswith("contradiction:") for key in keys(found))
    assert "death:ketamine" not in keys(found)


def test_a_part_that_fails_stays_in_view_after_a_death_whose_chart_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(watching, "monitoring_schedule", broken)
    found = seen(running().but(died=at(9)).seen(13, pain=5), 13)
    assert "fault:overdue" in keys(found)


def test_a_site_s_bound_on_putting_off_holds_while_a_chart_is_watched() -> None:
    chart = running().calm(2, respiratory_rate=6).seen(2, pain=5)
    acts = [Act(at(2 + n / 10), "snooze", "rule:breathing", "Nurse", at(2.1 + n / 10)) for n in range(3)]
    free = watch(site(), chart.facts, at(2.3), acts=acts)
    assert only(free, "rule:breathing").put_off == 3
    assert any("snoozes_at_most" in words for words in free.unwatched)
    bound = at_a_site("civik", f"{ON}\nsnoozes_at_most: 2")
    kept = watch(bound, chart.facts, at(2.2), acts=acts[:2])
    assert only(kept, "rule:breathing").put_off == 2
    assert not any("snoozes_at_most" in words for words in kept.unwatched)
    with pytest.raises(RefusedError, match="2 times in a row"):
        watch(bound, chart.facts, at(2.3), acts=acts)
