"""After a death nothing is advised; a chart that goes on speaks against it, and rules are told again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adjuvant.protocol import Guidance, Situation, evaluate
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.scenario import facts_of, read_scenario
from adjuvant.protocol.situation import Effect
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart, at_a_site

DIED = BEGINS + timedelta(hours=6)


def running() -> Chart:
    """CIVIK since hour 0, calm, and a death at hour 6."""
    chart = Chart().calm(0).seen(0, pain=5, medd_intravenous=150).ketamine(0, "start", "0.05 mg/kg/h")
    return chart.calm(4).seen(4, pain=5).but(died=DIED)


def advice(chart: Chart, hour: float) -> Guidance:
    return evaluate(at_a_site("civik"), Situation.at(BEGINS + timedelta(hours=hour), chart.facts))


def single(chart: Chart, hour: float, over: str) -> Chart:
    """One dose that takes its time."""
    given = ChartEvent(
        BEGINS + timedelta(hours=hour), Happened.GIVEN, parse_quantity("20 mg"), parse_quantity(over)
    )
    return chart.but(ketamine=(*chart.facts.ketamine, given))


def words(guidance: Guidance, kind: str) -> list[str]:
    return [one.words for one in guidance.issues if one.kind == kind]


def test_nothing_is_advised_once_a_death_is_charted() -> None:
    assert advice(running(), 5.9).status.value == "continue"
    found = advice(running(), 6)
    assert (found.status.value, found.recommendations, found.missing) == ("withheld", (), ())
    assert words(found, "withheld") == ["nothing is advised after a death"]
    assert words(found, "death")[0] == "the patient's death is charted at 2026-03-02 14:00+00:00"
    assert (found.protocol, found.regimen) == ("civik", "infusion")


def test_a_death_is_told_on_the_patient_s_own_clock() -> None:
    found = advice(running().but(zone="Europe/Berlin"), 7)
    assert words(found, "death")[0] == "the patient's death is charted at 2026-03-02 15:00+01:00"


def test_all_that_is_said_after_a_death_speaks_against_ketamine() -> None:
    found = advice(running().seen(6.1, pain=5).seen(6.2, pain=4), 7)
    assert [(one.kind, one.against) for one in found.issues] == [
        ("withheld", False), ("death", True), ("death", True), ("contradiction", True),
    ]  # fmt: skip


def test_ketamine_that_nobody_ended_is_named() -> None:
    assert len(words(advice(running(), 7), "death")) == 2
    assert words(advice(running(), 7), "death")[1] == (
        "no end of ketamine is charted: see that none goes in any more, and chart its end"
    )
    assert len(words(advice(running().ketamine(6.5, "stop"), 7), "death")) == 1


def test_a_paused_infusion_is_named_too_and_a_dose_that_has_gone_in_is_not() -> None:
    assert len(words(advice(running().ketamine(5, "pause"), 7), "death")) == 2
    shots = Chart().calm(0).seen(0, pain=5, medd_intravenous=150).but(died=DIED)
    assert len(words(advice(single(shots, 5, "30 min"), 7), "death")) == 1
    assert len(words(advice(single(shots, 5.9, "30 min"), 6.2), "death")) == 2
    assert len(words(advice(single(shots, 5.7, "30 min"), 6.2), "death")) == 1


@pytest.mark.parametrize(
    ("chart", "what"),
    [
        (running().seen(6.1, pain=5), "pain"),
        (running().felt(6.1, "nausea"), "nausea"),
        (running().ketamine(6.1, "change", "0.1 mg/kg/h"), "ketamine"),
        (running().but(taken=(("midazolam", BEGINS + timedelta(hours=6.1)),)), "midazolam"),
    ],
)  # fmt: skip
def test_whatever_is_charted_of_a_living_patient_contradicts_the_death(chart: Chart, what: str) -> None:
    assert words(advice(chart, 6), "contradiction") == []
    (said,) = words(advice(chart, 7), "contradiction")
    assert said.startswith(f"{what} is charted at 2026-03-02T14:06:00+00:00, after the death that is charted")


def test_what_is_charted_of_the_dead_does_not() -> None:
    ended = running().ketamine(6.1, "pause").ketamine(6.2, "stop")
    looked = Effect("nausea", DIED + timedelta(minutes=20), present=False)
    ended = ended.but(effects=(*ended.facts.effects, looked))
    assert words(advice(ended, 7), "contradiction") == []
    assert words(advice(running().seen(6, pain=5), 7), "contradiction") == []  # at the very instant


def test_a_chart_that_goes_on_is_warned_of_as_if_no_death_were_charted() -> None:
    slow = advice(running().calm(6.5, respiratory_rate=6), 7)
    assert slow.status.value == "withheld"
    assert any("8 breaths" in one for one in words(slow, "warning"))
    assert words(advice(running().calm(5.5, respiratory_rate=6), 7), "warning") == []


def test_of_several_regimens_none_need_be_named_after_a_death() -> None:
    sited = at_a_site("civik")
    found = evaluate(sited, Situation.at(DIED, running().facts), "no such")
    assert words(found, "withheld") == ["nothing is advised after a death"]
    late = running().seen(6.5, pain=5).facts
    assert words(evaluate(sited, Situation.at(DIED + timedelta(hours=1), late), "no such"), "contradiction")


def test_a_later_death_is_not_known_before() -> None:
    facts = running().facts
    assert Situation.at(DIED - timedelta(microseconds=1), facts).facts.died is None
    assert Situation.at(DIED, facts).facts.died == DIED
    moved = replace(facts, died=DIED.astimezone().astimezone())
    assert Situation.at(DIED, moved).facts.died == DIED


def test_a_scenario_tells_a_death(tmp_path: Path) -> None:
    path = tmp_path / "end.yaml"
    path.write_text(
        "scenario: end\ntitle: A death\nrule: none\nprotocol: civik\nbegins: '2026-03-02T08:00:00+00:00'\n"
        "zone: UTC\ndied: 6 h\nsteps: [{at: 7 h}]\n",
        encoding="utf-8",
    )
    assert facts_of(read_scenario(path)).died == DIED
