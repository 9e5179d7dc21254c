"""One course evaluated from doses and readings: figures worked by hand, and what is left open."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from adjuvant.library import load_table, plan
from adjuvant.library.model import TablePlan
from adjuvant.outcomes import (
    CourseKind,
    CourseOutcome,
    declared_course,
    evaluate,
    find_courses,
    pseudo_course,
)
from adjuvant.record import AdministrationStatus, PainKind, PainReporter, PatientRecord
from adjuvant.unknown import Unknown
from builders import PatientBuilder, a_drug, a_patient

DAY = 24


def evaluated(patient: PatientBuilder, **options: object) -> CourseOutcome:
    record = patient.record()
    return evaluate(record, find_courses(record)[0], **options)  # type: ignore[arg-type]


def with_pain(patient: PatientBuilder, before: int | None, after: int | None) -> PatientBuilder:
    """Pain every four hours: days 0 to 4 at `before`, days 5 to 9 at `after`; ketamine comes on day 3."""
    for hour in range(0, 10 * DAY, 4):
        points = before if hour < 5 * DAY else after
        patient = patient.pain(
            points, hour, reporter=PainReporter.SELF, why=None if points is not None else "asleep"
        )
    return patient


def with_ketamine(patient: PatientBuilder) -> PatientBuilder:
    for day in (3, 4, 5):
        patient = patient.ketamine("35 mg", day * DAY + 10)
    return patient


def founding_like() -> PatientBuilder:
    """A 62 ug/h patch until day 4, and IV hydromorphone 15.5 mg a day throughout."""
    patient = with_ketamine(with_pain(a_patient(), 9, 5))
    patient = patient.patch_on("fentanyl", "62 ug/h", 0, site="chest").patch_off(
        "fentanyl", 4 * DAY, site="chest"
    )
    return patient.infusion("hydromorphone", None, 0, 10 * DAY, dose="155 mg")


def test_pain_before_and_after_with_change_and_percent() -> None:
    pain = evaluated(founding_like()).pain
    assert pain is not None
    assert (pain.before.mean, pain.after.mean, pain.change) == (9, 5, -4)
    assert pain.percent == Fraction(-400, 9)
    assert pain.before.covered_share == Fraction(68, 72)  # 18 readings, 4 h apart, none beyond the edges
    assert (pain.before.scored, pain.after.scored) == (18, 18)


def test_the_opioid_change_by_the_default_pair_is_that_of_the_founding_case() -> None:
    """62 x 2.4 + 15.5 x 20 = 148.8 + 310 = 458.8; without the patch 310: -32.43 %."""
    opioids = evaluated(founding_like()).opioids
    assert opioids is not None
    assert (opioids.before.per_day, opioids.after.per_day) == (Fraction("458.8"), 310)
    assert opioids.percent == Fraction("-148.8") / Fraction("458.8") * 100
    assert opioids.basis == "administered"


@pytest.mark.hazard("H-029")
def test_the_percentage_carries_its_range_over_every_table_that_covers_all() -> None:
    """With whole tables and named pairs 28.6 to 44.4 %: 62 x 2 of 434, and 62 x 3 of 418.5."""
    opioids = evaluated(founding_like()).opioids
    assert opioids is not None
    percents = [item.percent for item in opioids.by_table]
    assert (min(percents), max(percents)) == (
        Fraction(-186) / Fraction("418.5") * 100,
        Fraction(-124, 434) * 100,
    )  # type: ignore[type-var]
    refused = {item.plan: item.refused for item in opioids.uncovered}
    assert "cdc2022" in refused  # no factor for IV hydromorphone
    assert all(refused.values())
    assert not set(refused) & {item.plan for item in opioids.by_table}


def test_drug_by_drug_and_what_stopped() -> None:
    outcome = evaluated(founding_like())
    assert outcome.opioids is not None
    changes = {drug.label: drug.change for drug in outcome.opioids.drugs}
    assert changes == {"fentanyl patch": Fraction("-148.8"), "hydromorphone intravenous": 0}
    assert outcome.opioids.drugs[0].after is None
    (stop,) = outcome.opioids.stopped
    assert (stop.label, stop.at) == ("fentanyl patch", founding_like().when(4 * DAY))


def test_the_daily_curve_stays_within_its_range_over_tables() -> None:
    opioids = evaluated(founding_like()).opioids
    assert opioids is not None
    assert len(opioids.curve.days) == len(opioids.curve_low_high) == 9  # days 0 to 8: before, course, after
    for day, (low, high) in zip(opioids.curve.days, opioids.curve_low_high, strict=True):
        assert low <= day.total <= high
    assert opioids.curve_low_high[0] == (Fraction("418.5"), Fraction("458.8"))


def test_another_table_may_be_chosen() -> None:
    classic = plan("us_equianalgesic_classic")
    opioids = evaluated(founding_like(), plan=classic, plans=()).opioids
    assert opioids is not None
    assert (opioids.plan, opioids.before.per_day) == ("us_equianalgesic_classic", 434)
    assert [item.plan for item in opioids.by_table] == ["us_equianalgesic_classic"]


def test_a_table_without_a_factor_answers_nothing_and_never_zero() -> None:
    lone = TablePlan(load_table("cdc2022"))
    opioids = evaluated(founding_like(), plan=lone, plans=()).opioids
    assert opioids is not None
    assert isinstance(opioids.percent, Unknown)
    assert not opioids.before.complete
    assert opioids.by_table == ()


def test_the_verdict_is_a_calm_sentence_and_stops_at_clinical_response() -> None:
    verdict = evaluated(founding_like()).verdict
    assert verdict.headline == "Clinical response."
    assert verdict.sentence == (
        "Pain fell by 4 points (9 to 5, 44 %; readings cover 94 % and 94 % of the two windows). Opioids fell by 32.4 % "
        "(458.8 to 310 MME a day) by CDC 2022 with US equianalgesic, classic (28.6 to 44.4 % over 4 tables, 3 different "
        "results). Fentanyl patch stopped. Opioids fell by 25 % or more with pain no higher: opioid sparing, whose cause "
        "this record does not say."
    )
    assert verdict.limit.startswith(
        "Whether this is more than the patient's own ups and downs has not been asked"
    )
    assert verdict.limit.endswith("One course cannot prove the cause.")
    assert (verdict.evaluable, verdict.clinical_response) == (True, True)
    assert any("variability: not asked yet" in rung for rung in verdict.not_asked)


def test_a_non_responder_is_told_so() -> None:
    patient = with_ketamine(with_pain(a_patient(), 8, 8)).on("morphine", "60 mg/d", days=10)
    verdict = evaluated(patient).verdict
    assert verdict.headline == "No clinical response."
    assert verdict.sentence.startswith("Pain stayed at 8 ")
    assert verdict.clinical_response is False


def test_a_response_by_opioid_sparing_alone_says_that_it_is_one() -> None:
    patient = with_ketamine(with_pain(a_patient(), 5, 5))
    for hour in range(0, 10 * DAY, 6):
        patient = patient.given("morphine", "20 mg" if hour < 4 * DAY else "10 mg", hour)
    verdict = evaluated(patient).verdict
    assert verdict.headline == "Opioid sparing, pain unchanged."
    assert "Opioids fell by 50 % (80 to 40 MME a day)" in verdict.sentence


def test_opioids_down_with_pain_up_is_no_response() -> None:
    patient = with_ketamine(with_pain(a_patient(), 5, 6))
    for hour in range(0, 10 * DAY, 6):
        patient = patient.given("morphine", "20 mg" if hour < 4 * DAY else "10 mg", hour)
    verdict = evaluated(patient).verdict
    assert verdict.clinical_response is False
    assert verdict.headline == "No clinical response."


@pytest.mark.hazard("H-071")
def test_a_course_stopped_for_an_adverse_effect_says_so_first() -> None:
    patient = with_ketamine(with_pain(a_patient(), 8, 7)).on("morphine", "60 mg/d", days=10)
    patient = patient.adverse("hallucination", 5 * DAY + 11, led_to="ketamine stopped")
    outcome = evaluated(patient)
    assert outcome.verdict.headline == "Stopped for hallucination."
    assert outcome.verdict.sentence.startswith(
        "Ketamine was stopped for hallucination. Pain fell by 1 point "
    )
    civik = next(item for item in outcome.responses if item.key == "civik_pr_published")
    assert civik.answer is False


def test_readings_that_could_not_be_taken_leave_the_change_open() -> None:
    patient = with_ketamine(with_pain(a_patient(), 8, None)).on("morphine", "60 mg/d", days=10)
    outcome = evaluated(patient)
    assert outcome.pain is not None
    assert isinstance(outcome.pain.change, Unknown)
    assert outcome.verdict.headline == "Cannot say."
    assert "missing: a pain score after" in outcome.verdict.sentence
    assert outcome.verdict.evaluable is False


def test_with_too_few_readings_the_rules_still_answer_and_the_ladder_ends_there() -> None:
    """Two readings on each side, 4 h apart: a mean, but not six readings."""
    patient = with_ketamine(a_patient()).on("morphine", "60 mg/d", days=10)
    for hour, points in ((10, 8), (14, 8), (7 * DAY, 4), (7 * DAY + 4, 4)):
        patient = patient.pain(points, hour, reporter=PainReporter.SELF)
    verdict = evaluated(patient).verdict
    assert verdict.evaluable is False
    assert "2 readings before, fewer than 6" in verdict.evaluable_words
    assert "The ladder ends at clinical response." in verdict.evaluable_words
    assert verdict.clinical_response is True


@pytest.mark.parametrize(("asleep", "evaluable"), [(6, True), (7, True), (9, True), (10, False)])
def test_at_most_half_of_the_readings_may_be_missing(asleep: int, evaluable: bool) -> None:
    """Of 18 readings after, at every four hours; exactly half (9) is still enough."""
    patient = with_ketamine(a_patient()).on("morphine", "60 mg/d", days=10)
    for hour in range(0, 6 * DAY, 4):
        patient = patient.pain(8, hour, reporter=PainReporter.SELF)
    missed = {2 * number for number in range(min(asleep, 9))} | ({1} if asleep > 9 else set())
    for number in range(18):
        points = None if number in missed else 4
        patient = patient.pain(
            points, 6 * DAY + 4 * number, reporter=PainReporter.SELF, why="asleep" if points is None else None
        )
    outcome = evaluated(patient)
    assert outcome.pain is not None
    assert outcome.pain.after.not_assessable == asleep
    assert outcome.verdict.evaluable is evaluable


def test_a_percent_of_a_low_baseline_is_flagged_and_of_zero_undefined() -> None:
    low = evaluated(with_ketamine(with_pain(a_patient(), 3, 2))).pain
    assert low is not None
    assert any("below 4" in caveat for caveat in low.caveats)
    at_limit = evaluated(with_ketamine(with_pain(a_patient(), 4, 2))).pain
    assert at_limit is not None
    assert not any("below 4" in caveat for caveat in at_limit.caveats)
    nil = evaluated(with_ketamine(with_pain(a_patient(), 0, 2))).pain
    assert nil is not None
    assert isinstance(nil.percent, Unknown)
    assert nil.change == 2


def test_rescue_doses_and_goal_are_counted_in_both_windows() -> None:
    patient = with_ketamine(with_pain(a_patient(pain_goal=5), 9, 5))
    patient = patient.on("acetaminophen", "3000 mg/d", days=10)
    for day in (0, 0, 1, 2, 7):
        patient = patient.given("oxycodone", "5 mg", day * DAY + 8, as_needed=True)
    outcome = evaluated(patient)
    assert (outcome.rescue_per_day_before, outcome.rescue_per_day_after) == (Fraction(4, 3), Fraction(1, 3))
    assert (outcome.goal_share_before, outcome.goal_share_after) == (0, 1)


def test_without_a_goal_or_a_log_both_are_unknown() -> None:
    patient = with_pain(a_patient(), 9, 5)
    outcome = evaluate(patient.record(), declared_course(patient.when(80), patient.when(120)))
    assert isinstance(outcome.goal_share_after, Unknown)
    assert isinstance(outcome.rescue_per_day_after, Unknown)
    assert outcome.opioids is None
    assert "Not read is not none" in outcome.verdict.sentence


def test_no_opioid_given_is_told_apart_from_no_log() -> None:
    """Other drugs are charted, opioids are not: none was given, and there was none to spare."""
    patient = with_ketamine(with_pain(a_patient(), 6, 6)).on("acetaminophen", "3000 mg/d", days=10)
    outcome = evaluated(patient)
    assert outcome.opioids is not None
    assert "No opioid is charted as given in either window." in outcome.verdict.sentence
    assert outcome.verdict.clinical_response is False


def test_orders_stand_in_only_where_no_opioid_was_charted_and_say_so_loudly() -> None:
    patient = with_ketamine(with_pain(a_patient(), 8, 5)).order("morphine", "10 mg", 0, 10 * DAY, times=6)
    outcome = evaluated(patient)
    assert outcome.opioids is not None
    assert outcome.opioids.basis == "ordered"
    assert outcome.opioids.warnings[0].startswith("These figures are from ORDERS")
    assert "Opioids as ordered, not as given," in outcome.verdict.sentence
    assert outcome.verdict.evaluable is False
    assert "only what was ordered" in outcome.verdict.evaluable_words


def test_orders_are_not_mixed_into_what_was_given() -> None:
    patient = with_ketamine(with_pain(a_patient(), 8, 5)).on("morphine", "60 mg/d", days=10)
    ordered = patient.order("oxycodone", "10 mg", 0, 10 * DAY, times=6)
    one, other = evaluated(patient).opioids, evaluated(ordered).opioids
    assert one is not None
    assert other is not None
    assert one.before.per_day == other.before.per_day == 60


def test_held_doses_still_make_the_log_one_of_administrations() -> None:
    patient = with_ketamine(with_pain(a_patient(), 8, 5)).order("morphine", "10 mg", 0, 10 * DAY, times=6)
    opioids = evaluated(patient.held("morphine", "10 mg", 4)).opioids
    assert opioids is not None
    assert (opioids.basis, opioids.before.per_day) == ("administered", 0)


@pytest.mark.hazard("H-034")
def test_a_refused_dose_makes_the_figure_a_lower_bound_and_the_percentage_unknown() -> None:
    patient = with_ketamine(with_pain(a_patient(), 8, 5)).on("morphine", "60 mg/d", days=10)
    opioids = evaluated(patient.given("oxycodone", None, 5)).opioids
    assert opioids is not None
    assert isinstance(opioids.percent, Unknown)
    assert not opioids.before.complete
    assert any("lower bound" in warning for warning in opioids.warnings)
    assert opioids.by_table == ()


@pytest.mark.hazard("H-034")
def test_silence_after_a_discharge_is_not_an_opioid_free_day() -> None:
    """Charting ends 48 h into the after window: opioids are averaged over those 48 h and not over 72."""
    patient = with_ketamine(a_patient())
    for hour in range(0, 8 * DAY + 1, 4):
        patient = patient.pain(6, hour, reporter=PainReporter.SELF).given("morphine", "10 mg", hour)
    outcome = evaluated(patient)
    assert outcome.opioids is not None
    # Six doses a day; the last, at 48 h exactly, closes the charting.
    assert (outcome.opioids.before.per_day, outcome.opioids.after.per_day) == (60, 60)
    assert any("covers 48 of the 72 h after" in warning for warning in outcome.opioids.warnings)


def test_a_record_that_ends_before_the_after_window_has_no_opioid_figure_there() -> None:
    patient = with_ketamine(a_patient())
    for hour in range(0, 6 * DAY - 3, 4):
        patient = patient.pain(6, hour, reporter=PainReporter.SELF).given("morphine", "10 mg", hour)
    outcome = evaluated(patient)
    assert outcome.opioids is not None
    assert isinstance(outcome.opioids.percent, Unknown)
    assert not outcome.opioids.after.complete
    assert outcome.opioids.stopped == ()
    assert "nothing is charted after" in outcome.verdict.sentence
    assert isinstance(outcome.rescue_per_day_after, Unknown)


@pytest.mark.hazard("H-070")
def test_death_ends_what_was_observed() -> None:
    patient = with_ketamine(a_patient(death=a_patient().when(7 * DAY)))
    for hour in range(0, 7 * DAY, 4):
        patient = patient.pain(6, hour, reporter=PainReporter.SELF).given("morphine", "10 mg", hour)
    outcome = evaluated(patient)
    assert outcome.opioids is not None
    assert outcome.opioids.after.per_day == 60
    assert any("died inside the after window" in flag for flag in outcome.flags)


def test_a_pseudo_course_is_called_that_and_claims_nothing_about_ketamine() -> None:
    patient = with_pain(a_patient(), 8, 5).on("morphine", "60 mg/d", days=10)
    outcome = evaluate(patient.record(), pseudo_course(patient.record()))
    assert outcome.course.kind is CourseKind.PSEUDO
    assert outcome.verdict.headline == "Pseudo-course, no ketamine given."
    assert "says nothing about ketamine" in outcome.verdict.limit


def test_a_declared_course_shows_the_ketamine_that_was_given_in_it() -> None:
    patient = with_ketamine(with_pain(a_patient(), 8, 5))
    outcome = evaluate(patient.record(), declared_course(patient.when(3 * DAY), patient.when(4 * DAY + 12)))
    assert len(outcome.course.exposures) == 2
    assert any("Ketamine was also given outside this course: 1 time" in flag for flag in outcome.flags)


def test_esketamine_beside_a_course_of_ketamine_is_flagged() -> None:
    patient = with_ketamine(with_pain(a_patient(), 8, 5)).infusion("esketamine", None, 84, 85, dose="20 mg")
    record = patient.record()
    first = next(course for course in find_courses(record) if course.exposures[0].ingredient == "ketamine")
    assert any(flag.startswith("Esketamine was also given") for flag in evaluate(record, first).flags)


def test_ketamine_set_aside_is_flagged() -> None:
    drug = a_drug("ketamine")
    intubation = type(drug)("Ketamine (For Intubation)", drug.ingredients)
    patient = with_ketamine(with_pain(a_patient(), 8, 5))
    outcome = evaluated(patient.given(intubation, "150 mg", 30, route="intravenous"))
    (flag,) = outcome.flags
    assert flag.startswith(
        "Set aside: Ketamine (For Intubation), 2026-03-03 06:00+00:00: its text says 'Intubation'"
    )


def test_a_rise_of_opioids_by_a_quarter_is_flagged() -> None:
    for dose, flagged in (("12.5 mg", True), ("12.4 mg", False)):
        patient = with_ketamine(with_pain(a_patient(), 8, 5))
        for hour in range(0, 10 * DAY, 4):
            patient = patient.given("morphine", "10 mg" if hour < 4 * DAY else dose, hour)
        assert any("Opioids rose by" in flag for flag in evaluated(patient).flags) is flagged


@pytest.mark.hazard("H-029")
def test_an_answer_that_another_table_would_turn_is_flagged() -> None:
    """A patch stopped beside oral hydromorphone: 30 % by one table and 20 % by another would differ at 25 %."""
    patient = with_ketamine(with_pain(a_patient(), 8, 8))
    patient = patient.patch_on("fentanyl", "25 ug/h", 0, site="c").patch_off("fentanyl", 4 * DAY, site="c")
    patient = patient.on("hydromorphone", "33 mg/d", days=10)
    outcome = evaluated(patient)
    sparing = next(item for item in outcome.responses if item.key == "opioid_sparing_25")
    assert sparing.answer is True  # CDC 2022: 60 of 225 is 26.7 %
    assert not any("Opioid sparing, 25 %" in flag for flag in outcome.flags)
    less = with_ketamine(with_pain(a_patient(), 8, 8))
    less = less.patch_on("fentanyl", "25 ug/h", 0, site="c").patch_off("fentanyl", 4 * DAY, site="c")
    turned = evaluated(less.on("hydromorphone", "40 mg/d", days=10))
    sparing = next(item for item in turned.responses if item.key == "opioid_sparing_25")
    assert sparing.answer is False  # CDC 2022: 60 of 260 is 23.1 %; CDC 2016: 60 of 220 is 27.3 %
    assert any("Opioid sparing, 25 %: no by" in flag for flag in turned.flags)


def test_what_else_changed_is_named() -> None:
    patient = with_ketamine(with_pain(a_patient(), 8, 5))
    for day in range(4, 10):
        patient = patient.given("dexamethasone", "8 mg", day * DAY + 8)
    for hour in range(0, 3 * DAY, 8):
        patient = patient.given("gabapentin", "300 mg", hour)
    for hour in range(0, 10 * DAY, 8):
        patient = patient.given("acetaminophen", "1000 mg", hour)
    lines = evaluated(patient).also_changed
    assert any(line.startswith("dexamethasone (corticosteroid) started 2026-03-06 08:00") for line in lines)
    assert any(line.startswith("gabapentin (gabapentinoid) stopped 2026-03-04 16:00") for line in lines)
    assert not any("acetaminophen" in line for line in lines)


def test_a_record_without_other_drugs_cannot_know_what_else_changed() -> None:
    lines = evaluated(
        with_ketamine(with_pain(a_patient(), 8, 5)).on("morphine", "60 mg/d", days=10)
    ).also_changed
    assert any("lists no drugs besides opioids and ketamine" in line for line in lines)
    assert any("not read" in line and "not none" in line for line in lines)


def test_the_outcome_holds_nothing_from_after_the_after_window() -> None:
    patient = (
        founding_like().pain(10, 30 * DAY, reporter=PainReporter.SELF).given("morphine", "500 mg", 30 * DAY)
    )
    assert evaluated(patient) == evaluated(founding_like())


def test_readings_of_other_kinds_are_listed_and_left_out() -> None:
    patient = (
        founding_like()
        .pain(7, 30, kind=PainKind.WORST, reporter=PainReporter.SELF)
        .pain(3, 31, scale="cpot", reporter=PainReporter.BEHAVIOURAL)
    )
    outcome = evaluated(patient)
    assert outcome.pain is not None
    assert outcome.pain.before.scored == 18
    assert [line.split(":")[0] for line in outcome.other_pain] == [
        "current pain, cpot, reported by behavioural scale",
        "worst pain, nrs_0_10, reported by self",
    ]


def test_worst_and_average_pain_answer_the_definitions_made_for_them() -> None:
    patient = founding_like()
    for day in range(10):
        fallen = day >= 6
        patient = patient.pain(
            6 if fallen else 8,
            day * DAY + 8,
            kind=PainKind.AVERAGE,
            reporter=PainReporter.SELF,
            scale="bpi_average",
        )
        patient = patient.pain(
            0 if fallen else 9, day * DAY + 9, kind=PainKind.WORST, reporter=PainReporter.SELF
        )
    words = {item.key: item.word for item in evaluated(patient).responses}
    assert words["bone_mets_cr"] == "yes"
    assert words["hardy2012"] == "yes"
    assert words["bone_mets_progression"] == "no"


def test_unknown_administrations_are_not_counted_and_not_ignored() -> None:
    patient = with_ketamine(with_pain(a_patient(), 8, 5)).on("morphine", "60 mg/d", days=10)
    unsure = patient.given("morphine", "100 mg", 20, status=AdministrationStatus.UNKNOWN)
    opioids = evaluated(unsure).opioids
    assert opioids is not None
    assert opioids.before.per_day == 60
    assert not opioids.before.complete


def test_evaluating_changes_nothing_in_the_record() -> None:
    record: PatientRecord = founding_like().record()
    copy = replace(record)
    evaluate(record, find_courses(record)[0])
    assert record == copy


def test_a_charted_acceptable_level_stands_for_the_goal_and_says_so() -> None:
    patient = founding_like().pain(5, 10, kind=PainKind.ACCEPTABLE, reporter=PainReporter.SELF)
    pain = evaluated(patient).pain
    assert pain is not None
    assert pain.goal == 5
    assert any("last acceptable level charted before the course" in caveat for caveat in pain.caveats)


def test_a_change_too_small_to_print_is_not_called_a_fall_of_nothing() -> None:
    """One 7 between two 8s takes 2 point-hours from 68 h: a fall of 0.03."""
    patient = with_ketamine(with_pain(a_patient(), 8, 8)).on("morphine", "60 mg/d", days=10)
    patient = patient.pain(7, 24 * 7 + 2, reporter=PainReporter.SELF)
    sentence = evaluated(patient).verdict.sentence
    assert sentence.startswith("Pain changed by less than 0.1 points (8 to 8; ")
