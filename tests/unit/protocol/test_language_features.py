"""The eighteen things that published protocols need of a language, each written as a file, read and run."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.library import responses
from adjuvant.library.vocabulary import observations
from adjuvant.plan.schedule import Running, monitoring_schedule
from adjuvant.protocol import Guidance, Status, lacking, load, protocol_keys
from adjuvant.protocol.compare import reference_weight
from adjuvant.protocol.dosing import per_day
from adjuvant.protocol.limits import guardrails, modifiers
from adjuvant.protocol.situation import Effect
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart
from written import written

SEVENTY = reference_weight(parse_quantity("70 kg"))
ACTUAL = "{kind: actual, no_older_than: 7 d}"
VEIN = "drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 0.1 mg/kg/h, course: {at_most: 5 d}"


def ask(folder: Path, regimens: str, chart: Chart, hour: float = 0, **parts: str) -> Guidance:
    return chart.ask(written(folder, regimens, **parts), hour)


def calm(hour: float = 0, **readings: int) -> Chart:
    return Chart().calm(hour, **({"pain": 8} | readings))


def actions(guidance: Guidance) -> list[str]:
    return [one.action for one in guidance.recommendations]


def words(guidance: Guidance, action: str) -> str:
    return next(one.words for one in guidance.recommendations if one.action == action)


@pytest.mark.shared
def test_there_are_eighteen_of_them(shared: Path) -> None:
    notes = json.loads((shared / "clinical" / "protocols.json").read_text(encoding="utf-8"))
    assert len(notes["features_needed"]) == 18


@pytest.mark.parametrize(
    ("start", "mode", "daily"),
    [
        ("100 mg", "injection", "100 mg/d"),
        ("0.5 mg/kg", "injection", "35 mg/d"),
        ("0.1 mg/kg/h", "continuous_infusion", "168 mg/d"),
        ("0.5 mg/kg/d", "syringe_driver", "35 mg/d"),
        ("100 mg/d", "syringe_driver", "100 mg/d"),
        ("2.5 ug/kg/min", "continuous_infusion", "252 mg/d"),
        ("100 ug/kg/h", "continuous_infusion", "168 mg/d"),
    ],
)
def test_1_every_basis_of_a_dose_comes_to_milligrams_in_a_day(
    tmp_path: Path, start: str, mode: str, daily: str
) -> None:
    """The notes: 0.1 mg/kg/h at 70 kg is 168 mg a day, 0.5 mg/kg/day is 35 mg; the weight has kind and date."""
    text = f"one: {{title: One, route: subcutaneous, mode: {mode}, start: {start}, course: {{at_most: 5 d}}}}"
    site = written(tmp_path, text, weight=ACTUAL if "/kg" in start else "{kind: not_used}")
    assert per_day(parse_quantity(start), site.protocol.regimens["one"], SEVENTY) == parse_quantity(daily)
    stale = calm(24 * 8).ask(site, 24 * 8)
    assert (stale.status is Status.WITHHELD) == ("/kg" in start)


def test_2_a_bolus_before_an_infusion_is_advised_with_it_and_held_to_the_limits_of_a_bolus(
    tmp_path: Path,
) -> None:
    """Henry Ford: 0.3 mg/kg, then 0.1 mg/kg/h."""
    text = VEIN + ", loading: {dose: 0.3 mg/kg, over: 5 min}}"
    guidance = ask(tmp_path, text, calm(), weight=ACTUAL)
    assert actions(guidance)[:2] == ["start", "loading"]
    assert "0.3 mg/kg, 21 mg, over 5 min" in words(guidance, "loading")
    fast = ask(tmp_path, text.replace("over: 5 min", "over: 30 s"), calm(), weight=ACTUAL)
    assert fast.status is Status.WITHHELD
    assert any("Loading dose: " in one.words and "30 s" in one.words for one in fast.issues)


def test_2_a_test_dose_is_a_gate(tmp_path: Path) -> None:
    """Comfort Care: 25 mg are tried, and 50 mg follow where they helped."""
    text = (
        "home: {title: Home, route: oral, mode: oral, times_per_day: 1, course: {at_most: 5 d}, test_dose: "
        "{doses: [25 mg], evaluate_after: 1 h, chooses: [{tested: 25 mg, then: 50 mg}]}}"
    )
    assert ask(tmp_path, text, calm()).status is Status.WITHHELD
    passed = calm().answered(**{"test_dose__25 mg": True})
    assert str(ask(tmp_path, text, passed).recommendations[0].dose) == "50 mg"


def test_2_patient_controlled_analgesia_beside_it_is_named(tmp_path: Path) -> None:
    text = VEIN + ", patient_controlled: {drug: hydromorphone, route: intravenous, printed: 10 mg on demand}}"
    beside = written(tmp_path, text, weight=ACTUAL).protocol.regimens["drip"].patient_controlled
    assert beside is not None and beside.drug == "hydromorphone"


@pytest.mark.parametrize(
    ("course", "hour", "complete"),
    [
        ("{fixed: 5 d}", 119, False),
        ("{fixed: 5 d}", 120, True),
        ("{keep_effective: 3 d}", 71, False),
        ("{keep_effective: 3 d}", 72, True),
        ("{at_most: 6 d}", 144, True),
    ],
)
def test_3_a_course_ends_by_its_days_or_three_days_after_the_level_that_works(
    tmp_path: Path, course: str, hour: int, complete: bool
) -> None:
    text = (
        f"driver: {{title: D, route: subcutaneous, mode: syringe_driver, start: 100 mg/d, course: {course}}}"
    )
    guidance = ask(tmp_path, text, calm(hour).ketamine(0, "start", "100 mg/d"), hour)
    assert (guidance.status is Status.COMPLETE) == complete


STEPS = (
    "driver: {title: D, route: subcutaneous, mode: syringe_driver, start: 100 mg/d, course: {at_most: 9 d}, "
    "ceilings: [{key: top, of: rate, limit: 300 mg/d}], titration: {kind: steps, step: 100 mg/d, every: 8 h, raise_when: RULE}}"
)


@pytest.mark.parametrize(
    ("rule", "readings", "rescues", "raised"),
    [
        ("{measure: pain, above: goal}", {"pain": 4}, (), True),
        ("{measure: pain, above: goal}", {"pain": 3}, (), False),
        ("{measure: rescue_doses, statistic: count, within: 8 h, from: 2}", {}, (2, 7), True),
        ("{measure: rescue_doses, statistic: count, within: 8 h, from: 2}", {}, (7,), False),
        ("{not: {measure: pain, of: fall_from_baseline, from: 2}}", {"pain": 7}, (), True),
        ("{not: {measure: pain, of: fall_from_baseline, from: 2}}", {"pain": 6}, (), False),
        ("{measure: share_delivered, from: 80 %}", {"share_delivered": 80}, (), True),
        ("{measure: share_delivered, from: 80 %}", {"share_delivered": 79}, (), False),
    ],
)
def test_4_a_dose_rises_by_a_rule_over_windows(
    tmp_path: Path, rule: str, readings: dict[str, int], rescues: tuple[int, ...], raised: bool
) -> None:
    chart = calm(0).ketamine(0, "start", "100 mg/d").rescued(*rescues).calm(8, **readings)
    guidance = ask(tmp_path, STEPS.replace("RULE", rule), chart, 8)
    assert (guidance.status is Status.RAISE) == raised


def test_5_a_window_without_data_is_not_a_criterion_that_is_not_met(tmp_path: Path) -> None:
    chart = Chart().ketamine(0, "start", "100 mg/d").calm(8)
    guidance = ask(tmp_path, STEPS.replace("RULE", "{measure: pain, above: goal}"), chart, 8)
    assert guidance.status is Status.WITHHELD
    assert any("pain" in one.what.lower() for one in guidance.missing)


def test_6_limits_stand_apart_from_protocols_and_smaller_starts_beside_them(tmp_path: Path) -> None:
    kinds = {(one.kind, one.of) for one in guardrails().values()}
    assert {("maximum", "single_dose"), ("maximum", "rate"), ("maximum", "day")} <= kinds
    assert {"minimum", "least_interval", "least_duration"} <= {kind for kind, _ in kinds}
    assert {one.who for one in modifiers().values()} >= {"frailty", "elderly"}
    fast = "push: {title: P, route: intravenous, mode: slow_bolus, start: 60 mg, duration: 60 s, course: {infusions: 1}}"
    assert ask(tmp_path, fast, calm()).status is Status.WITHHELD  # 0.86 mg/kg/min, above the label's 0.5


@pytest.mark.parametrize(
    ("when", "kind", "answers", "expected"),
    [
        ("{taken: ketamine, within: 6 mo}", "exclude", {}, "eligible"),
        ('{attested: rt, question: "Radiotherapy within four weeks?", no_older_than: 4 wk}', "exclude", {"rt": True}, "not eligible"),
        ("{measure: medd_intravenous, from: 120 mg/d}", "include", {}, "eligible"),
        ("{measure: medd_intravenous, from: 160 mg/d}", "include", {}, "not eligible"),
        ("{condition: pregnancy}", "caution", {"condition__pregnancy": True}, "eligible"),
        ("{condition: pregnancy}", "relative", {"condition__pregnancy": True}, "cannot say"),
        ("{condition: pregnancy}", "needs_test", {"condition__pregnancy": True}, "eligible"),
    ],
)  # fmt: skip
def test_7_criteria_have_kinds_windows_and_a_floor_of_opioid(
    tmp_path: Path, when: str, kind: str, answers: dict[str, bool], expected: str
) -> None:
    text = "driver: {title: D, route: subcutaneous, mode: syringe_driver, start: 100 mg/d, course: {at_most: 5 d}}"
    chart = calm(medd_intravenous=150).answered(**answers)
    criteria = f"- {{key: asked, kind: {kind}, text: Asked., when: {when}}}"
    assert ask(tmp_path, text, chart, criteria=criteria).eligibility == expected


def test_8_observations_come_in_phases_and_begin_anew_on_a_change(tmp_path: Path) -> None:
    """Royal Cornwall: every 15 min for an hour, every 30 for two, then hourly."""
    phases = "[{lasts: 1 h, every: 15 min}, {lasts: 2 h, every: 30 min}, {every: 1 h}]"
    group = f"- {{items: [spo2], phases: {phases}, restart_on: [dose_change], regimens: [drip]}}"
    site = written(tmp_path, VEIN + "}", weight=ACTUAL, monitoring=group)
    changed = BEGINS + timedelta(hours=4)
    running, until = Running(BEGINS, None, (changed,)), BEGINS + timedelta(hours=5)
    due = [one for one in monitoring_schedule(site, "drip", running, until).due if "spo2" in one.items]
    minutes = [(one.at - BEGINS) // timedelta(minutes=1) for one in due]
    assert minutes == [15, 30, 45, 60, 90, 120, 150, 180, 255, 270, 285, 300]


def test_9_everything_that_protocols_observe_has_a_name() -> None:
    named = set(observations())
    assert {
        "pain", "pain_average", "pain_worst", "pain_on_movement", "rescue_doses", "systolic", "mean_pressure",
        "heart_rate", "respiratory_rate", "spo2", "sedation_poss", "sedation_rass", "dysphoria", "hallucination",
        "nausea", "site_reaction", "satisfaction", "tolerance", "esas", "cadss", "bprs", "pain_goal", "mmse", "pgic",
    } <= named  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "status", "action"),
    [
        ("{key: r, kind: pause, text: R., when: WHEN, resume_after: 1 h, who: [nurse]}", Status.HOLD, "hold"),
        ("{key: r, kind: reduce, text: R., when: WHEN, reduce_by: 50 %}", Status.LOWER, "lower"),
        ("{key: r, kind: stop, text: R., when: WHEN}", Status.STOP, "stop"),
        ("{key: r, kind: review, text: R., when: WHEN}", Status.CONTINUE, "review"),
        ("{key: r, kind: call, text: R., when: WHEN, call: the pain service}", Status.CONTINUE, "call"),
    ],
)
def test_10_each_rule_does_what_its_kind_says(tmp_path: Path, rule: str, status: Status, action: str) -> None:
    text = "driver: {title: D, route: subcutaneous, mode: syringe_driver, start: 100 mg/d, course: {at_most: 5 d}}"
    chart = calm(8).ketamine(0, "start", "100 mg/d").felt(8, "nausea")
    guidance = ask(tmp_path, text, chart, 8, rules="- " + rule.replace("WHEN", "{event: nausea}"))
    assert guidance.status is status
    assert action in actions(guidance)


def test_11_a_drug_for_a_symptom_is_named_when_the_symptom_is_there_and_only_then(tmp_path: Path) -> None:
    """Mercadante: diazepam 1 mg into a vein against hallucinations."""
    text = "driver: {title: D, route: subcutaneous, mode: syringe_driver, start: 100 mg/d, course: {at_most: 5 d}}"
    more = "companions:\n  - {role: rescue, drug: diazepam, dose: 1 mg, route: intravenous, symptoms: [nausea], incompatible_in_line: true}"
    running = calm(8).ketamine(0, "start", "100 mg/d")
    there = ask(tmp_path, text, running.felt(8, "nausea"), 8, more=more)
    assert words(there, "rescue") == "For nausea the protocol names diazepam 1 mg, intravenous."
    assert "rescue" not in actions(ask(tmp_path, text, running, 8, more=more))


@pytest.mark.parametrize("share", ["25 %", "33 %", "50 %"])
def test_12_a_cut_of_opioids_a_stop_and_a_rotation_are_data(tmp_path: Path, share: str) -> None:
    more = (
        f"opioids: {{statement: S., cut: [{share}], stop_drugs: [fentanyl], review_after: 24 h, "
        "rotation: {of: fentanyl, to: hydromorphone, reduce_by: 25 %}}"
    )
    plan = written(tmp_path, VEIN + "}", weight=ACTUAL, more=more).protocol.opioids
    assert plan is not None and plan.rotation is not None and plan.stop_drugs == ("fentanyl",)
    assert [str(one) for one in plan.cut] == [share] and str(plan.rotation.reduce_by) == "25 %"


def test_13_a_change_of_route_has_ratio_delay_and_divided_doses() -> None:
    """Run in test_language_conversion; here that the three sources which differ are all there."""
    found = {
        key: one.converted_from
        for key in ("islhd_burst", "benitez_rosario", "oral_us")
        for one in load(key).protocol.regimens.values()
        if one.converted_from is not None
    }
    assert [str(one.ratio) for one in found.values()] == ["1/3", "1", "1"]
    assert str(found["oral_us"].first_dose_after) == "4 h to 8 h" and found["islhd_burst"].doses_per_day == 4


def test_14_a_preparation_names_strength_diluent_and_vials(tmp_path: Path) -> None:
    more = "preparation:\n  - {concentration: [1 mg/mL], diluents: [sodium chloride 0.9 %], vials: [10 mg/mL, 50 mg/mL]}"
    (made,) = written(tmp_path, VEIN + "}", weight=ACTUAL, more=more).protocol.preparation
    assert [str(one) for one in made.concentration] == ["1 mg/mL"] and len(made.vials) == 2


def test_15_a_response_is_named_by_its_key_and_an_unknown_one_refused(tmp_path: Path) -> None:
    known = next(iter(responses())).key
    assert written(tmp_path, VEIN + "}", weight=ACTUAL, more=f"responses: [{known}]").protocol.responses
    with pytest.raises(LibraryError, match=r"is no response of responses\.yaml"):
        written(tmp_path, VEIN + "}", weight=ACTUAL, more="responses: [much_better]")


@pytest.mark.parametrize(("grade", "stopped"), [(2, False), (3, True), (4, True)])
def test_16_a_grade_ends_ketamine_from_the_one_that_the_protocol_names(
    tmp_path: Path, grade: int, stopped: bool
) -> None:
    text = "driver: {title: D, route: subcutaneous, mode: syringe_driver, start: 100 mg/d, course: {at_most: 5 d}}"
    rule = "- {key: toxic, kind: stop, text: Grade 3., when: {event: vomiting, grade: 3, within: 1 d}}"
    chart = calm(8).ketamine(0, "start", "100 mg/d")
    chart = chart.but(
        effects=(*chart.facts.effects, Effect("vomiting", BEGINS + timedelta(hours=2), grade=grade))
    )  # type: ignore[arg-type]
    guidance = ask(tmp_path, text, chart, 8, rules=rule, more="grading: {scale: CTCAE 5, every: 24 h}")
    assert (guidance.status is Status.STOP) == stopped


def test_17_every_protocol_has_a_label_of_evidence_and_a_gap_keeps_it_from_running(tmp_path: Path) -> None:
    assert {load(key).protocol.evidence.label for key in protocol_keys()} >= {"negative_rct", "uncontrolled"}
    without = VEIN.replace("start: 0.1 mg/kg/h, ", "") + "}"
    absent = "absent:\n  - {field: regimens.drip.start, text: Not given.}"
    site = written(tmp_path, without, more=absent)
    assert [need.field for need in lacking(site.protocol)] == ["regimens.drip.start"]
    assert calm().ask(site, 0).status is Status.WITHHELD


def test_18_what_follows_the_end_is_asked_for_at_its_time(tmp_path: Path) -> None:
    """Emory: a telephone call 14 days after the last dose."""
    text = "nose: {title: N, route: nasal, mode: intranasal, start: 10 mg, course: {infusions: 1}}"
    more = "follow_up:\n  - {says: A telephone call., after: 14 d}\n  - {says: Nothing more.}"
    chart = calm(2).ketamine(0, "given", "10 mg")
    guidance = ask(tmp_path, text, chart, 2, more=more)
    (call,) = [one for one in guidance.recommendations if one.action == "observe"]
    assert (guidance.status, call.due) == (Status.COMPLETE, BEGINS + timedelta(days=14))
