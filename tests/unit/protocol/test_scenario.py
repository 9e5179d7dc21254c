"""A scenario becomes facts as they were told: times from the beginning, units of the observation, nothing guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from adjuvant.citation import Provenance
from adjuvant.errors import LibraryError
from adjuvant.protocol import Facts, Situation, facts_of, read_scenario
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.expect import differences
from adjuvant.protocol.guidance import Guidance, Issue, Missing, Reason, Recommendation, Status
from adjuvant.protocol.scenario import Expected, Offset, Step
from adjuvant.protocol.situation import Answer, Effect, Observed, WeightReading
from adjuvant.quantity import parse_quantity

TOLD = """\
scenario: told
title: A chart
rule: None.
protocol: civik
begins: "2026-03-02T08:00:00+01:00"
zone: Europe/Berlin
age: 61
goal: 3
weights: [{at: -1 h, value: "154 [lb_av]", method: stated}]
readings:
  pain: [{at: 8 h, value: 5}, {at: 9 h, unread: asleep}]
  systolic: [{at: 90 min, value: "130 mm[Hg]"}]
rescue: [3 h, 7 h]
effects:
  hallucination: [{at: 1 h, grade: 2, until: 2 h}]
conditions: [{condition: psychosis, at: -1 d, history: true}]
taken: [{drug: morphine, at: -30 min}]
charted_since: -3 d
answers: [{by: Dr Invented, at: -1 h, yes: [consent], no: ["condition:pregnancy"]}]
ketamine: [{at: 0 h, what: start, dose: 0.05 mg/kg/h}, {at: 8 h, what: given, dose: 5 mg, over: 10 min}]
steps: [{at: 8 h}, {at: -2 h}]
"""
SEVEN = datetime(2026, 3, 2, 7, tzinfo=UTC)  # 08:00 in Berlin


def read(folder: Path, text: str = TOLD):
    path = folder / "told.yaml"
    path.write_text(text, encoding="utf-8")
    return read_scenario(path)


def test_every_time_is_counted_from_the_beginning_with_its_offset(tmp_path: Path) -> None:
    told = read(tmp_path)
    assert [told.at(step) for step in told.scenario.steps] == [
        SEVEN + timedelta(hours=8),
        SEVEN - timedelta(hours=2),
    ]
    facts = facts_of(told)
    assert {one.measure: one.at for one in facts.observed}["systolic"] == SEVEN + timedelta(minutes=90)
    assert facts.taken == (("morphine", SEVEN - timedelta(minutes=30)),)
    assert facts.taken_known_since == SEVEN - timedelta(days=3)


def test_facts_are_as_told(tmp_path: Path) -> None:
    facts = facts_of(read(tmp_path))
    assert facts.synthetic and (facts.age_years, facts.goal) == (61, 3)
    assert [one.value for one in facts.observed if one.measure == "pain"] == [5, None]
    assert [one.source for one in facts.observed if one.measure == "pain"] == ["", "asleep"]
    assert len([one for one in facts.observed if one.measure == "rescue_doses"]) == 2
    (weight,) = facts.weights
    assert (str(weight.value), weight.method) == ("154 [lb_av]", "stated")
    (effect,) = facts.effects
    assert (effect.grade, effect.until) == (Fraction(2), SEVEN + timedelta(hours=2))
    assert {(one.key, one.yes, one.by) for one in facts.answers} == {
        ("consent", True, "Dr Invented"),
        ("condition:pregnancy", False, "Dr Invented"),
    }
    assert [(one.what.value, str(one.dose)) for one in facts.ketamine] == [
        ("start", "0.05 mg/kg/h"),
        ("given", "5 mg"),
    ]


@pytest.mark.hazard("H-010")
@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf", "NaN", "1e400", "-", "five"])
def test_a_reading_that_is_no_finite_figure_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(LibraryError, match=r"told\.yaml:"):
        facts_of(read(tmp_path, TOLD.replace("value: 5}", f"value: {value}}}")))


@pytest.mark.hazard("H-010")
@pytest.mark.parametrize("dose", [".nan mg", "inf mg", "-5 mg", "0x5 mg", "5"])
def test_a_charted_dose_that_is_no_finite_amount_is_refused(tmp_path: Path, dose: str) -> None:
    with pytest.raises(LibraryError, match=r"told\.yaml:"):
        facts_of(read(tmp_path, TOLD.replace("dose: 5 mg", f'dose: "{dose}"')))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("steps: [{at: 8 h}, {at: -2 h}]", "steps: [{at: -99999999 d}]", "further from the beginning than any life"),
        ("rescue: [3 h, 7 h]", "rescue: [1e30 h]", "rescue"),
        ("begins: \"2026-03-02T08:00:00+01:00\"", "begins: \"9999-12-31T08:00:00+01:00\"", "edge of the calendar"),
        ("begins: \"2026-03-02T08:00:00+01:00\"", "begins: \"0001-01-02T08:00:00+01:00\"", "edge of the calendar"),
        ("over: 10 min", "over: 1000000000000 d", "is longer than any life"),
    ],
)  # fmt: skip
def test_a_time_that_no_calendar_holds_is_refused_in_words(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in TOLD
    path = tmp_path / "told.yaml"
    path.write_text(TOLD.replace(old, new), encoding="utf-8")
    with pytest.raises(LibraryError, match=words):
        read_scenario(path)


def test_nothing_later_than_a_step_is_known_at_it(tmp_path: Path) -> None:
    told = read(tmp_path)
    before = Situation.at(told.at(told.scenario.steps[1]), facts_of(told))
    assert before.state.phase == "none" and before.readings("pain") == ()


REASON = Reason("titration.raise_when", "pain", "pain 5", None, "park2025", Provenance.READ)
RAISED = Guidance(
    Status.RAISE,
    SEVEN,
    "eligible",
    (Recommendation("raise", "Raise.", (REASON,), parse_quantity("0.1 mg/kg/h"), parse_quantity("7 mg/h")),),
    issues=(Issue("advisory", "It is much."),),
    missing=(Missing("the weight", "weight"),),
)


def expected(**fields: object) -> Expected:
    return Expected.model_validate({"status": "raise", **fields})


def test_what_is_as_expected_differs_in_nothing_whatever_the_unit() -> None:
    same = expected(
        eligibility="eligible", dose="100 ug/kg/h", amount="168 mg/d", because=["titration.raise_when"],
        missing=["the weight"], issues=["much"],
    )  # fmt: skip
    assert differences(RAISED, same) == ()
    assert differences(RAISED, None) == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "hold"}, "status is raise, not hold"),
        ({"eligibility": "cannot say"}, "eligibility is eligible, not cannot say"),
        ({"dose": "0.15 mg/kg/h"}, "dose is 0.1 mg/kg/h, not 0.15 mg/kg/h"),
        ({"amount": "8 mg/h"}, "amount is 7 mg/h, not 8 mg/h"),
        ({"because": ["start"]}, "start is not among the reasons"),
        ({"missing": ["pain"]}, "'pain' is not named as missing; the weight"),
        ({"issues": ["interval"]}, "'interval' is not among the issues"),
    ],
)
def test_each_thing_that_is_not_as_expected_is_named(fields: dict[str, object], words: str) -> None:
    assert differences(RAISED, expected(**fields)) == (words,)


# --- word by word -------------------------------------------------------------------------------------------


def hours(count: float) -> datetime:
    """So many hours from the beginning."""
    return SEVEN + timedelta(hours=count)


def test_a_scenario_becomes_these_facts_and_no_others(tmp_path: Path) -> None:
    more = TOLD.replace("scenario: told", "scenario: told\nsex: female").replace(
        "unread: asleep}", "unread: asleep}, {at: 10 h, value: 4, doubted: flagged}"
    )
    more = more.replace(
        "[{at: 1 h, grade: 2, until: 2 h}]", "[{at: 1 h, grade: 2, until: 2 h}, {at: 3 h, present: false}]"
    )
    more = more.replace("method: stated}", "method: stated}, {at: 2 h, value: 60 kg, kind: ideal}")
    assert facts_of(read(tmp_path, more)) == Facts(
        patient="scenario told", zone="Europe/Berlin", age_years=Fraction(61), sex="female", goal=Fraction(3),
        synthetic=True,
        observed=(
            Observed("pain", hours(8), Fraction(5)), Observed("pain", hours(9), None, "asleep"),
            Observed("pain", hours(10), Fraction(4), "", "flagged"), Observed("systolic", hours(1.5), Fraction(130)),
            Observed("rescue_doses", hours(3), Fraction(1)), Observed("rescue_doses", hours(7), Fraction(1)),
        ),
        effects=(
            Effect("hallucination", hours(1), True, Fraction(2), hours(2)), Effect("hallucination", hours(3), False),
        ),
        weights=(
            WeightReading(hours(-1), parse_quantity("154 [lb_av]"), "actual", "stated"),
            WeightReading(hours(2), parse_quantity("60 kg"), "ideal", "measured"),
        ),
        conditions=(("psychosis", hours(-24), True),),
        taken=(("morphine", hours(-0.5)),),
        taken_known_since=hours(-72),
        answers=(
            Answer("consent", True, hours(-1), "Dr Invented"), Answer("condition:pregnancy", False, hours(-1), "Dr Invented"),
        ),
        ketamine=(
            ChartEvent(hours(0), Happened.START, parse_quantity("0.05 mg/kg/h"), None, "event 1"),
            ChartEvent(hours(8), Happened.GIVEN, parse_quantity("5 mg"), parse_quantity("10 min"), "event 2"),
        ),
    )  # fmt: skip


LITTLE = """\
scenario: little
title: A chart of nothing
rule: None.
protocol: civik
begins: "2026-03-02T08:00:00+01:00"
zone: Europe/Berlin
steps: [{at: 0 h}]
"""


def test_what_is_not_told_is_not_known(tmp_path: Path) -> None:
    told = read(tmp_path, LITTLE)
    assert facts_of(told) == Facts(patient="scenario little", zone="Europe/Berlin", synthetic=True)
    assert (told.begins, told.site) == (SEVEN, None)
    assert told.top.place == "told.yaml:1"


def test_a_site_is_looked_for_from_the_scenario_s_own_folder(tmp_path: Path) -> None:
    assert read(tmp_path, LITTLE + "site: ../site.yaml\n").site == tmp_path / "../site.yaml"


def refused(folder: Path, text: str) -> tuple[str, str, str]:
    """Place, rule and remedy of the refusal, of the file or of the facts."""
    with pytest.raises(LibraryError) as error:
        facts_of(read(folder, text))
    return error.value.thing, error.value.rule, error.value.remedy


@pytest.mark.parametrize(
    ("more", "place", "rule", "remedy"),
    [
        (
            "readings: {pain: [{at: 0 h, value: 1}], pains: [{at: 0 h, value: 1}]}",
            "readings.pains", "'pains' is no observation", "did you mean 'pain'",
        ),
        ("effects: {sadness: [{at: 0 h}]}", "effects.sadness", "'sadness' is no observation", "look it up: `adjuvant protocols names` lists them all"),
        (
            "conditions: [{condition: psychosis, at: 0 h}, {condition: sadness, at: 0 h}]",
            "conditions[1]", "'sadness' is no condition", "look it up: `adjuvant protocols names` lists them all",
        ),
        (
            "readings: {pain: [{at: 0 h}]}",
            "readings.pain[0]", "needs either a value or, under `unread`, why there is none", "give one of the two",
        ),
        (
            "readings: {pain: [{at: 0 h, value: 1}, {at: 0 h, value: 1, unread: asleep}]}",
            "readings.pain[1]", "needs either a value or, under `unread`, why there is none", "give one of the two",
        ),
        (
            "readings: {systolic: [{at: 0 h, value: 120}]}",
            "readings.systolic[0]", "120 has no unit", "write it with its unit, mm[Hg]",
        ),
        (
            "readings: {systolic: [{at: 0 h, value: 120 mg}]}",
            "readings.systolic[0]", "unit mg measures mass, and mm[Hg] measures mass per length per time^2", "give it in mm[Hg]",
        ),
        (
            "readings: {sedation: [{at: 0 h, value: 5 mg}]}",
            "readings.sedation[0]", "unit mg measures mass, and 1 measures a pure number", "give it in ",
        ),
        (
            "weights: [{at: 0 h, value: 60 kg}, {at: 0 h, value: 60 mL}]",
            "weights[1]", "60 mL is no weight", "give it in kg",
        ),
        (
            "rescue: [8]", "rescue[0]", "8 is no time from the beginning (holds no number)", None,
        ),
        (
            "rescue: [-5 mg]", "rescue[0]", "'-5 mg' is no time from the beginning (measures mass, not time)",
            "write such as 8 h or -2 h",
        ),
        (
            "rescue: [10001 wk]", "rescue[0]", "is further from the beginning than any life is long",
            "write such as 8 h or -2 h",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused_at_its_place(
    tmp_path: Path, more: str, place: str, rule: str, remedy: str | None
) -> None:
    thing, what, how = refused(tmp_path, f"{LITTLE}{more}\n")
    assert thing == f"told.yaml:8: {place}"
    if remedy is not None:
        assert (what, how) == (rule, remedy)


def test_a_score_of_the_observation_may_stand_bare(tmp_path: Path) -> None:
    more = "readings: {sedation: [{at: 0 h, value: 3}], pain: [{at: 0 h, value: 4}]}\n"
    values = {one.measure: one.value for one in facts_of(read(tmp_path, LITTLE + more)).observed}
    assert values == {"sedation": 3, "pain": 4}


@pytest.mark.parametrize(
    ("begins", "rule", "remedy"),
    [
        ("2026-03-02T08:00:00", None, None),
        ("9999-12-31T08:00:00+01:00", "9999-12-31T08:00:00+01:00 is at the edge of the calendar", "give a day of this patient's life"),
        ("0001-01-02T08:00:00+01:00", "0001-01-02T08:00:00+01:00 is at the edge of the calendar", "give a day of this patient's life"),
        # Twice the longest life, 20,000 weeks, is nearly 384 years: within it no time may leave the calendar.
        ("0384-01-01T00:00:00+00:00", "0384-01-01T00:00:00+00:00 is at the edge of the calendar", "give a day of this patient's life"),
        ("9615-12-31T00:00:00+00:00", "9615-12-31T00:00:00+00:00 is at the edge of the calendar", "give a day of this patient's life"),
    ],
)  # fmt: skip
def test_a_beginning_is_an_instant_with_its_offset_and_far_from_the_ends_of_the_calendar(
    tmp_path: Path, begins: str, rule: str | None, remedy: str | None
) -> None:
    text = LITTLE.replace("2026-03-02T08:00:00+01:00", begins)
    thing, what, how = refused(tmp_path, text)
    assert thing == "told.yaml:5: begins"
    if rule is not None:
        assert (what, how) == (rule, remedy)
    for taken in ("0385-01-01T00:00:00+00:00", "9614-01-01T00:00:00+00:00"):
        read(tmp_path, LITTLE.replace("2026-03-02T08:00:00+01:00", taken))


def test_a_zone_that_is_none_is_told_at_its_line(tmp_path: Path) -> None:
    assert refused(tmp_path, LITTLE.replace("Europe/Berlin", "Europe/Munich")) == (
        "told.yaml:6: zone", "time zone 'Europe/Munich' is not an IANA zone", "write one such as Europe/London or UTC",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("edge", "inwards"), [(datetime(1, 1, 1, tzinfo=UTC), 1), (datetime(9999, 1, 1, tzinfo=UTC), -1)]
)
def test_a_beginning_lies_more_than_twice_the_longest_life_within_the_calendar(
    tmp_path: Path, edge: datetime, inwards: int
) -> None:
    """20,000 weeks after the first day of the year 1, or before that of the year 9999, is too near; a second more is not."""
    first = edge + inwards * timedelta(weeks=20_000)
    shown = first.isoformat()
    assert refused(tmp_path, LITTLE.replace("2026-03-02T08:00:00+01:00", shown)) == (
        "told.yaml:5: begins", f"{shown} is at the edge of the calendar", "give a day of this patient's life",
    )  # fmt: skip
    taken = first + inwards * timedelta(seconds=1)
    assert read(tmp_path, LITTLE.replace("2026-03-02T08:00:00+01:00", taken.isoformat())).begins == taken


def test_a_time_may_be_given_as_what_it_is_and_before_the_beginning() -> None:
    length = timedelta(hours=8)
    assert Step.model_validate({"at": length}).at == length
    assert Step.model_validate({"at": "-90 min"}).at == timedelta(minutes=-90)
    assert Step.model_validate({"at": "10000 wk"}).at == timedelta(weeks=10000)


def test_a_bare_number_is_no_time_and_is_told_as_it_was_written() -> None:
    with pytest.raises(ValidationError) as error:
        TypeAdapter(Offset).validate_python(Fraction(8))
    assert error.value.errors()[0]["msg"].startswith("Value error, 8 is no time from the beginning")
