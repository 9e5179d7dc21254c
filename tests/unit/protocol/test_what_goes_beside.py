"""What is advised beside the dose: a drug for an unwanted effect that is there, and what follows the end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adjuvant.citation import Provenance
from adjuvant.protocol import Situation
from adjuvant.protocol.accompanying import afterwards, rescues
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.finding import Context
from adjuvant.protocol.guidance import Reason
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart
from written import plain, written

PUSH = "push: {title: Push, route: subcutaneous, mode: injection, start: 10 mg, course: {infusions: 1}}"
COMPANIONS = """\
companions:
  - {role: prophylaxis, drug: haloperidol, dose: 1 mg, symptoms: [hallucination]}
  - {role: rescue, drug: midazolam, symptoms: [dissociation]}
  - {role: rescue, drug: haloperidol, dose: 1 mg, route: subcutaneous, symptoms: [dissociation, hallucination],
     printed: repeated as in appendix X.}
  - {role: rescue, drug: midazolam, symptoms: [hallucination], alternative_to: haloperidol}
  - {role: rescue, drug: lorazepam, dose: 0.5 mg, symptoms: [hallucination]}
  - {role: rescue, drug: ondansetron, symptoms: [any_unwanted_effect]}
"""
FOLLOW_UP = [
    {"says": "Nothing more, at no set time."},
    {"says": "Ask how the patient slept, by plan X.", "after": "24 h", "citation": "park2025", "provenance": "secondary"},
    {"says": "Measure the pain", "after": {"low": "2 d", "high": "3 d"}},
]  # fmt: skip


def at(chart: Chart, hour: float) -> Situation:
    return Situation.at(BEGINS + timedelta(hours=hour), chart.facts)


def test_a_drug_is_named_for_an_effect_that_is_there_as_the_protocol_gives_it(tmp_path: Path) -> None:
    protocol = written(tmp_path, PUSH, more=COMPANIONS).protocol
    found = list(rescues(protocol, at(Chart().felt(1, "hallucination"), 1), Context()))
    assert [(one.action, one.words) for one in found] == [
        (
            "rescue",
            "For hallucination the protocol names haloperidol 1 mg, subcutaneous, repeated as in appendix X.",
        ),
        ("rescue", "For hallucination the protocol names midazolam, instead of haloperidol."),
        ("rescue", "For hallucination the protocol names lorazepam 0.5 mg."),
        # A hallucination is one of them, whatever was asked of the others.
        ("rescue", "For any unwanted effect the protocol names ondansetron."),
    ]
    assert all(reason.text == one.words for one in found for reason in one.because)
    assert [reason.rule for one in found for reason in one.because] == [
        "companions.haloperidol",
        "companions.midazolam",
        "companions.lorazepam",
        "companions.ondansetron",
    ]


def test_a_drug_for_two_effects_that_are_both_there_is_named_once(tmp_path: Path) -> None:
    protocol = written(tmp_path, PUSH, more=COMPANIONS).protocol
    both = at(Chart().felt(1, "hallucination").felt(1, "dissociation"), 1)
    named = [one.words for one in rescues(protocol, both, Context()) if "haloperidol 1 mg" in one.words]
    assert [one[:17] for one in named] == ["For dissociation "]


def test_what_follows_the_end_is_asked_for_when_its_time_is_counted_from_the_end() -> None:
    """Of a span the shorter end; what has no set time has no due time and is not asked for."""
    ended = Chart().ketamine(0, "start", "5 mg/h").ketamine(6, "stop")
    sleep, pain = afterwards(plain(follow_up=FOLLOW_UP), at(ended, 7))
    assert (sleep.action, sleep.words) == (
        "observe",
        "Ask how the patient slept, by plan X (24 h after the end).",
    )
    assert sleep.because == (
        Reason(
            "follow_up", "Ask how the patient slept, by plan X.", "", None, "park2025", Provenance.SECONDARY
        ),
    )
    assert sleep.due == BEGINS + timedelta(hours=6 + 24)
    assert pain.words == "Measure the pain (2 d to 3 d after the end)."
    assert pain.because == (Reason("follow_up", "Measure the pain", "", None, "", Provenance.ASSUMED),)
    assert pain.due == BEGINS + timedelta(hours=6 + 48)


def over(minutes: int | None, hour: float = 0) -> Chart:
    """One dose that takes so many minutes."""
    length = parse_quantity(f"{minutes} min") if minutes is not None else None
    given = ChartEvent(BEGINS + timedelta(hours=hour), Happened("given"), parse_quantity("10 mg"), length)
    chart = Chart()
    return chart.but(ketamine=(*chart.facts.ketamine, given))


@pytest.mark.parametrize(
    ("chart", "ends"),
    [
        pytest.param(over(None), 0, id="given at once"),
        pytest.param(over(30), 0.5, id="given over half an hour"),
        pytest.param(over(30).ketamine(2, "stop"), 2, id="stopped"),
        pytest.param(Chart().ketamine(0, "start", "5 mg/h"), None, id="a rate that runs"),
        pytest.param(Chart().ketamine(0, "start", "5 mg/h").ketamine(1, "given", "10 mg"), None, id="beside a rate"),
        pytest.param(Chart(), None, id="nothing given"),
    ],
)  # fmt: skip
def test_ketamine_ends_with_its_stop_or_with_the_last_dose_and_not_while_a_rate_runs(
    chart: Chart, ends: float | None
) -> None:
    due = [one.due for one in afterwards(plain(follow_up=FOLLOW_UP), at(chart, 3))]
    first = BEGINS + timedelta(hours=ends + 24) if ends is not None else None
    assert due[:1] == ([first] if first is not None else [])
