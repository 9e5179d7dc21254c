"""What a protocol learns of a patient's record up to an instant: what was charted, and nothing made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import pytest

from adjuvant import library
from adjuvant.codes import Icd9, Icd10
from adjuvant.protocol import Facts, Situation, evaluate
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.charted import facts_from
from adjuvant.protocol.situation import Answer, Effect, Observed, WeightReading
from adjuvant.quantity import parse_quantity
from adjuvant.record import BodyWeight, Encounter, Origin, PainKind, PainReporter, VitalSign
from bedside import closed
from builders import PatientBuilder, a_patient

PLAN = library.default_plan()


def facts(patient: PatientBuilder, hour: int) -> Facts:
    """What is known at so many hours."""
    return facts_from(patient.record(), patient.when(hour), PLAN)


def seen(found: Facts, measure: str) -> list[Fraction | None]:
    """The values of one measure, oldest first."""
    return [one.value for one in sorted(found.observed, key=lambda one: one.at) if one.measure == measure]


def test_nothing_after_the_instant_is_told() -> None:
    patient = a_patient().pain(7, 1).pain(3, 5).vital("systolic", "120 mm[Hg]", 6).weight("70 kg", 7)
    found = facts(patient, 4)
    assert seen(found, "pain") == [7]
    assert seen(found, "systolic") == []
    assert found.weights == ()


def test_pain_is_the_patient_s_own_and_its_kinds_stay_apart() -> None:
    patient = (
        a_patient()
        .pain(7, 1, reporter=PainReporter.SELF)
        .pain(2, 2, reporter=PainReporter.PROXY)
        .pain(9, 3, kind=PainKind.WORST)
        .pain(5, 3, kind=PainKind.AVERAGE)
        .pain(3, 4, scale="cpot", reporter=PainReporter.BEHAVIOURAL)
    )
    found = facts(patient, 5)
    assert seen(found, "pain") == [7]
    assert seen(found, "pain_worst") == [9]
    assert seen(found, "pain_average") == [5]


def test_a_score_that_could_not_be_taken_is_no_score_and_says_why() -> None:
    found = facts(a_patient().pain(None, 1, why="asleep"), 2)
    (one,) = [one for one in found.observed if one.measure == "pain"]
    assert (one.value, one.source) == (None, "asleep")


def test_sedation_in_letters_is_no_number() -> None:
    found = facts(a_patient().sedation("3", 1).sedation("S", 2).sedation("-2", 3, scale="rass"), 4)
    assert seen(found, "sedation_poss") == [3, None]
    assert seen(found, "sedation_rass") == [-2]


def test_vital_signs_come_in_the_unit_of_the_observation() -> None:
    found = facts(a_patient().vital("respiratory_rate", "16 /min", 1).vital("spo2", "96 %", 1), 2)
    assert seen(found, "respiratory_rate") == [16]
    assert seen(found, "spo2") == [96]


def test_a_day_s_opioids_are_what_was_given_in_the_24_hours_before() -> None:
    # 60 mg of oral morphine a day, evenly; CDC counts oral morphine as itself.
    found = facts(a_patient().on("morphine", "60 mg/d", days=3), 48)
    assert seen(found, "medd_oral") == [60]


def test_the_same_opioids_stand_as_morphine_into_a_vein_by_the_table_s_own_row() -> None:
    # 60 mg by mouth; the classic table holds 30 mg by mouth equal to 10 mg into a vein.
    found = facts(a_patient().on("morphine", "60 mg/d", days=3), 48)
    assert seen(found, "medd_intravenous") == [20]
    (one,) = [one for one in found.observed if one.measure == "medd_intravenous"]
    assert "3 MME per mg" in one.source


def test_a_table_without_a_row_for_injections_says_nothing_of_morphine_into_a_vein() -> None:
    patient = a_patient().on("morphine", "60 mg/d", days=3)
    found = facts_from(patient.record(), patient.when(48), library.plan("cdc2022"))
    assert (seen(found, "medd_oral"), seen(found, "medd_intravenous")) == ([60], [None])


def test_a_day_of_which_something_cannot_be_counted_has_no_total() -> None:
    patient = a_patient().on("morphine", "60 mg/d", days=2).given("oxycodone", None, 30)
    assert seen(facts(patient, 48), "medd_oral") == [None]
    assert seen(facts(patient, 48), "medd_intravenous") == [None]


def test_rescue_doses_are_opioids_given_as_needed() -> None:
    patient = (
        a_patient()
        .given("morphine", "10 mg", 1, as_needed=True)
        .given("morphine", "10 mg", 2, as_needed=False)
        .held("morphine", "10 mg", 3, as_needed=True)
        .given("paracetamol", "1000 mg", 4, as_needed=True)
    )
    assert len(seen(facts(patient, 5), "rescue_doses")) == 1


def test_ketamine_that_was_given_becomes_events_in_order() -> None:
    patient = a_patient().rates("ketamine", [(1, "5 mg/h"), (9, "10 mg/h")], 17).given("morphine", "5 mg", 20)
    found = facts(patient, 21)
    assert [(one.what, str(one.dose) if one.dose else "") for one in found.ketamine] == [
        (Happened.START, "5 mg/h"),
        (Happened.CHANGE, "10 mg/h"),
        (Happened.STOP, ""),
    ]
    assert Situation.at(patient.when(21), found).state.phase == "stopped"
    assert Situation.at(patient.when(10), facts(patient, 10)).state.phase == "running"


def test_single_doses_of_ketamine_are_single_doses() -> None:
    found = facts(a_patient().given("ketamine", "35 mg", 2, route="intravenous"), 3)
    (one,) = found.ketamine
    assert (one.what, str(one.dose)) == (Happened.GIVEN, "35 mg")


def test_an_infusion_charted_as_an_amount_and_its_end_runs_at_its_rate() -> None:
    found = facts(
        a_patient().infusion("ketamine", None, 1, 25, dose="100 mg").given("morphine", "5 mg", 27), 30
    )
    start, stop = found.ketamine
    assert start.what is Happened.START and start.dose is not None
    assert start.dose.same_as(parse_quantity("100 mg/d"))  # 100 mg over 24 hours
    assert (stop.what, stop.at) == (Happened.STOP, a_patient().when(25))


@pytest.mark.parametrize(
    "charted", [{"dose": "35 mg"}, {"rate": "52.5 mg/h"}, {"dose": "35 mg", "rate": "52.5 mg/h"}]
)
def test_where_one_infusion_is_one_dose_it_is_that_dose_over_its_time(charted: dict[str, str]) -> None:
    rate, dose = charted.get("rate"), charted.get("dose")
    chart = a_patient().infusion("ketamine", rate, 2, Fraction(8, 3), dose=dose)
    found = facts_from(chart.record(), chart.when(3), PLAN, rated=False)
    (one,) = found.ketamine
    assert one.what is Happened.GIVEN and one.dose is not None and one.over is not None
    assert one.dose.same_as(parse_quantity("35 mg")) and one.over.same_as(parse_quantity("40 min"))


@pytest.mark.parametrize(
    "charted", [{"rate": None, "dose": None}, {"rate": "3 mL/h"}, {"rate": None, "dose": "20 mL"}]
)
def test_ketamine_that_cannot_be_read_is_never_taken_for_none(charted: dict[str, str | None]) -> None:
    chart = a_patient().infusion("ketamine", charted.get("rate"), 1, 5, dose=charted.get("dose"))
    found = facts(chart, 3)
    assert found.ketamine
    assert Situation.at(chart.when(3), found).contradictions()


def test_ketamine_that_was_held_was_not_given() -> None:
    assert facts(a_patient().held("ketamine", "35 mg", 2), 3).ketamine == ()


@pytest.mark.parametrize(
    ("born", "years"), [(date(1965, 3, 1), 61), (date(1965, 3, 2), 61), (date(1965, 3, 3), 60)]
)
def test_age_is_in_whole_years_at_the_instant(born: date, years: int) -> None:
    assert facts(a_patient(birth_date=born), 1).age_years == years


def test_a_condition_is_known_by_its_code_or_else_by_its_words() -> None:
    patient = (
        a_patient()
        .given("morphine", "5 mg", 1)
        .condition(
            "something else", code=Icd10("F20.0"), onset=datetime.fromisoformat("2026-03-01T00:00+00:00")
        )
        .condition("acute glaucoma", onset=datetime.fromisoformat("2026-03-01T00:00+00:00"))
    )
    known = {key for key, _, _ in facts(patient, 2).conditions}
    assert any("psychosis" in key for key in known)
    assert any("glaucoma" in key or "intraocular" in key for key in known)


def test_drugs_are_known_from_the_first_that_is_charted_on() -> None:
    patient = a_patient().given("morphine", "5 mg", 3)
    assert facts(patient, 4).taken_known_since == patient.when(3)
    assert facts(a_patient().pain(5, 1), 4).taken_known_since is None


# --- each thing as it was charted, with the entry that it was read from ---------------------------------------


def readings(found: Facts, measure: str) -> list[Observed]:
    """The readings of one measure, in the order told."""
    return [one for one in found.observed if one.measure == measure]


def test_the_patient_is_told_as_the_record_has_it_and_nothing_is_added() -> None:
    patient = a_patient("one", zone="Europe/Oslo", sex="female", age_years=61, pain_goal=3)
    said = (Answer("consent", True, patient.when(0), "Dr A"),)
    found = facts_from(patient.record(), patient.when(1), PLAN, said)
    assert replace(found, observed=()) == Facts(
        "one", "Europe/Oslo", age_years=Fraction(61), sex="female", goal=Fraction(3), synthetic=True, answers=said
    )  # fmt: skip
    assert facts(a_patient(pain_goal=0), 1).goal == 0  # no pain at all is a goal too
    unknown = facts_from(replace(a_patient().record(), patient=replace(patient.patient, pain_goal=None, age_years=None, synthetic=False)), patient.when(1), PLAN)  # fmt: skip
    assert (unknown.goal, unknown.age_years, unknown.synthetic) == (None, None, False)


def test_unwanted_effects_come_with_their_grade_and_their_end_and_only_those_that_protocols_know() -> None:
    patient = (
        a_patient()
        .adverse("hallucination", 1, grade=2, end=a_patient().when(3))
        .adverse("hallucination", 5)
        .adverse("sunburn", 2)
    )
    when = patient.when
    assert facts(patient, 6).effects == (
        Effect("hallucination", when(1), True, Fraction(2), when(3), "builder:adverse_events:1"),
        Effect("hallucination", when(5), True, None, None, "builder:adverse_events:2"),
    )


def test_weights_are_actual_ones_with_how_they_were_come_by() -> None:
    patient = a_patient().weight("70 kg", 1)
    stated = BodyWeight(
        "w", patient.when(2), parse_quantity("71 kg"), Origin("builder", "weights", "2"), "stated"
    )
    assert facts(patient.add("weights", stated), 3).weights == (
        WeightReading(patient.when(1), parse_quantity("70 kg"), "actual", "unstated"),
        WeightReading(patient.when(2), parse_quantity("71 kg"), "actual", "stated"),
    )


def test_only_drugs_that_were_given_were_taken() -> None:
    patient = (
        a_patient().given("morphine", "5 mg", 1).held("diazepam", "5 mg", 2).given("oxycodone", "5 mg", 3)
    )
    assert facts(patient, 4).taken == (("morphine", patient.when(1)), ("oxycodone", patient.when(3)))


def test_every_reading_names_the_entry_that_it_was_read_from() -> None:
    patient = a_patient().pain(7, 1).sedation("3", 1).vital("spo2", "96 %", 1)
    patient = patient.given("morphine", "5 mg", 1, as_needed=True)
    found, at = facts(patient, 2), patient.when(1)
    assert [one for one in found.observed if not one.measure.startswith("medd")] == [
        Observed("pain", at, Fraction(7), "builder:pain:1"),
        Observed("sedation_poss", at, Fraction(3), "builder:sedation:2"),
        Observed("spo2", at, Fraction(96), "builder:vitals:3"),
        Observed("rescue_doses", at, Fraction(1), "builder:administrations:4"),
    ]


def test_a_score_of_ten_that_somebody_else_gives_is_no_pain_of_the_patient_whoever_charts_it() -> None:
    """The PAINAD runs from 0 to 10 as well, and is filled in by an observer."""
    found = facts(a_patient().pain(6, 1, scale="painad", reporter=PainReporter.UNSTATED).pain(4, 2), 3)
    assert seen(found, "pain") == [4]


def test_a_scale_that_no_protocol_counts_hides_nothing_that_follows_it() -> None:
    found = facts(a_patient().sedation("4", 1, scale="riker_sas").sedation("S", 2).sedation("2", 3), 4)
    assert readings(found, "sedation_poss") == [
        Observed("sedation_poss", a_patient().when(2), None, "charted as 'S'"),
        Observed("sedation_poss", a_patient().when(3), Fraction(2), "builder:sedation:3"),
    ]


def test_a_vital_sign_in_another_unit_is_no_figure_and_hides_nothing_that_follows_it() -> None:
    patient = a_patient().vital("glucose", "5 mg", 1).vital("spo2", "96 mg", 1).vital("spo2", "95 %", 2)
    bad, good = readings(facts(patient, 3), "spo2")
    assert (bad.at, bad.value) == (patient.when(1), None)
    assert "mass" in bad.source and "measures" in bad.source
    assert (good.at, good.value) == (patient.when(2), 95)


def test_a_vital_sign_that_its_source_doubts_is_doubted() -> None:
    origin = Origin("builder", "vitals", "1")
    doubted = VitalSign(
        "v", a_patient().when(1), "spo2", parse_quantity("20 %"), origin, "flagged as an error"
    )
    (one,) = readings(facts(a_patient().add("vitals", doubted), 2), "spo2")
    assert (one.value, one.doubted) == (20, "flagged as an error")


def test_a_day_s_opioids_say_where_they_come_from_and_why_there_are_none() -> None:
    steady = a_patient().on("morphine", "60 mg/d", days=3)
    oral, vein = (readings(facts(steady, 48), f"medd_{name}") for name in ("oral", "intravenous"))
    assert [one.source for one in oral] == [f"given in the 24 h before, by {PLAN.key}"]
    assert [one.source for one in vein] == [f"given in the 24 h before, by {PLAN.key}: 3 MME per mg"]
    bare = facts_from(steady.record(), steady.when(48), library.plan("cdc2022"))
    assert [one.source for one in readings(bare, "medd_intravenous")] == [
        "cdc2022 has no row for morphine into a vein"
    ]
    uncounted = facts(a_patient().given("oxycodone", None, 1).given("oxycodone", None, 2), 3)
    for name in ("oral", "intravenous"):
        assert [one.source for one in readings(uncounted, f"medd_{name}")] == [
            "2 entries could not be counted"
        ]


def test_the_day_before_ketamine_stands_beside_the_day_that_is_now() -> None:
    """60 mg of morphine on the day before; ketamine from hour 24, and 20 mg of morphine in the 24 hours before hour 60."""
    patient = a_patient().on("morphine", "60 mg/d", days=1).infusion("ketamine", "5 mg/h", 24, 60)
    patient = patient.given("morphine", "20 mg", 50)
    found = facts(patient, 60)
    assert [(one.at, one.value) for one in readings(found, "medd_oral")] == [
        (patient.when(24), 60),
        (patient.when(60), 20),
    ]
    assert [one.value for one in readings(found, "medd_intravenous")] == [20, Fraction(20, 3)]


def test_a_day_in_which_no_drug_is_charted_is_no_day_without_opioids() -> None:
    patient = a_patient().on("morphine", "60 mg/d", days=1).pain(5, 90)
    assert seen(facts(patient, 90), "medd_oral") == []
    sober = a_patient().on("morphine", "60 mg/d", days=1).given("paracetamol", "1000 mg", 80)
    assert seen(facts(sober, 90), "medd_oral") == [0]


def test_a_patch_that_was_put_on_before_the_day_is_worn_in_it() -> None:
    """25 micrograms an hour at 2.4 MME for each, by the CDC's table of 2022, are 60 MME a day."""
    patient = a_patient().patch_on("fentanyl", "25 ug/h", 0, wear=72)
    found = facts_from(patient.record(), patient.when(60), library.plan("cdc2022"))
    assert seen(found, "medd_oral") == [60]


def test_a_drug_that_begins_as_the_day_ends_is_none_of_the_day() -> None:
    """A day reaches up to its end, and what is given then belongs to the next one."""
    patient = a_patient().on("morphine", "60 mg/d", days=1).given("paracetamol", "1000 mg", 90)
    assert seen(facts(patient, 90), "medd_oral") == []
    assert seen(facts(patient, Fraction(9001, 100)), "medd_oral") == [0]


def test_where_nothing_is_charted_after_ketamine_the_day_has_no_figure_and_says_so() -> None:
    """60 mg of morphine on the day before ketamine, which ran from hour 24 to 30; nothing from then to hour 90."""
    patient = a_patient().on("morphine", "60 mg/d", days=1).infusion("ketamine", "5 mg/h", 24, 30).pain(5, 90)
    found = facts(patient, 90)
    assert [(one.at, one.value) for one in readings(found, "medd_oral")] == [
        (patient.when(24), 60),
        (patient.when(90), None),
    ]
    for name, before in (("oral", 60), ("intravenous", 20)):
        first, last = readings(found, f"medd_{name}")
        assert (first.value, last.at, last.value) == (before, patient.when(90), None)
        assert last.source == "what was given in the 24 h before is not charted"


@pytest.mark.parametrize(("hour", "figure"), [(28, True), (52, True), (Fraction(5201, 100), False)])
def test_a_day_is_charted_as_long_as_one_entry_reaches_into_it(hour: Fraction, figure: bool) -> None:
    """An infusion of another drug ends at hour 28; a day that begins then still has its last entry in it."""
    patient = a_patient().infusion("midazolam", "1 mg/h", 20, 28, route="subcutaneous").pain(5, 60)
    assert bool(seen(facts(patient, hour), "medd_oral")) is figure


def test_a_condition_without_a_time_of_its_own_counts_from_the_first_encounter() -> None:
    later, first = (Encounter(f"e{hour}", a_patient().when(hour), Origin("builder", "encounters", str(hour))) for hour in (5, 2))  # fmt: skip
    patient = a_patient().condition("acute glaucoma")
    assert facts(patient, 6).conditions == ()  # from when on it was known cannot be told
    patient = patient.add("encounters", later).add("encounters", first)
    assert [(at, history) for _, at, history in facts(patient, 6).conditions] == [(patient.when(2), False)]


@pytest.mark.parametrize(
    ("status", "history"),
    [("active", False), ("", False), ("resolved", True), ("inactive", True), ("remission", True)],
)
def test_a_condition_that_is_over_is_history(status: str, history: bool) -> None:
    found = facts(a_patient().condition("glaucoma", onset=a_patient().when(1), status=status), 2)
    assert found.conditions == (("glaucoma", a_patient().when(1), history),)


@pytest.mark.parametrize(
    ("code", "known"),
    [
        (Icd10("H40.11"), {"glaucoma"}),
        (Icd10("H40.05"), {"raised_intraocular_pressure"}),
        (Icd10("I27.0"), {"pulmonary_hypertension"}),
        (Icd10("I27.9"), set()),
        (Icd9("365.11"), set()),  # glaucoma, in a classification of which the library holds no codes
    ],
)
def test_a_condition_with_a_code_is_known_by_it_alone(code: Icd9 | Icd10, known: set[str]) -> None:
    found = facts(a_patient().condition("glaucoma", code=code, onset=a_patient().when(1)), 2)
    assert {key for key, _, _ in found.conditions} == known


def test_a_condition_in_words_is_known_by_whole_words_alone() -> None:
    patient = a_patient().condition("Preglaucoma", onset=a_patient().when(1))
    assert facts(patient, 2).conditions == ()


def test_two_infusions_of_ketamine_with_a_break_stop_and_start_and_say_which_entry_each_is_and_by_what_route() -> (
    None
):
    patient = a_patient().infusion("ketamine", "5 mg/h", 1, 3).infusion("ketamine", "6 mg/h", 5, 7)
    when, first, second = patient.when, "builder:administrations:1", "builder:administrations:2"
    assert facts(patient.pain(3, 8), 8).ketamine == (
        ChartEvent(when(1), Happened.START, parse_quantity("5 mg/h"), source=first, route="intravenous"),
        ChartEvent(when(3), Happened.STOP, source=second),
        ChartEvent(when(5), Happened.START, parse_quantity("6 mg/h"), source=second, route="intravenous"),
        ChartEvent(when(7), Happened.STOP),
    )


def test_single_doses_and_what_cannot_be_read_name_their_entry_and_route() -> None:
    patient = a_patient().given("ketamine", "35 mg", 1).infusion("ketamine", "3 mL/h", 2, 4, dose="20 mg")
    assert facts(patient, 5).ketamine == (
        ChartEvent(
            patient.when(1),
            Happened.GIVEN,
            parse_quantity("35 mg"),
            source="builder:administrations:1",
            route="oral",
        ),
        ChartEvent(
            patient.when(2), Happened.GIVEN, None, source="builder:administrations:2", route="intravenous"
        ),
    )
    once = a_patient().infusion("ketamine", "52.5 mg/h", 2, Fraction(8, 3))
    (one,) = facts_from(once.record(), once.when(3), PLAN, rated=False).ketamine
    assert (one.source, one.route) == ("builder:administrations:1", "intravenous")


def test_a_single_dose_stays_one_though_its_end_is_charted_and_an_infusion_of_no_time_has_no_rate() -> None:
    patient = a_patient().given("ketamine", "35 mg", 1, end=a_patient().when(2))
    (one,) = facts(patient, 3).ketamine
    assert (one.what, one.dose, one.over) == (Happened.GIVEN, parse_quantity("35 mg"), None)
    (none,) = facts(a_patient().infusion("ketamine", None, 1, 1, dose="35 mg"), 3).ketamine
    assert (none.what, none.dose) == (Happened.GIVEN, None)


@pytest.mark.parametrize(
    ("born", "part"),
    [
        (date(2026, 2, 2), Fraction(1, 12)),
        (date(2025, 12, 1), Fraction(3, 12)),
        (date(2025, 12, 31), Fraction(2, 12)),
        (date(2025, 3, 31), Fraction(11, 12)),
        (date(2026, 2, 20), Fraction(10 * 4, 1461)),
    ],
)
def test_age_is_in_months_in_the_first_year_and_in_days_in_the_first_month(
    born: date, part: Fraction
) -> None:
    """A month is a twelfth of a year of 365.25 days; 1461 days are four such years."""
    assert facts(a_patient(birth_date=born), 1).age_years == part


@pytest.mark.parametrize(("drug", "contradicts"), [("ketamine", False), ("esketamine", True)])
def test_s_ketamine_that_runs_is_never_read_as_the_racemic_ketamine_of_a_protocol(
    drug: str, contradicts: bool
) -> None:
    """A driver with 100 mg of S-ketamine a day is not the first level of Hardy and others, which is racemic."""
    patient = a_patient().infusion(drug, "100 mg/d", 0, 24, route="subcutaneous")
    guidance = evaluate(closed("hardy_burst"), Situation.at(patient.when(2), facts(patient, 2)))
    said = [one.words for one in guidance.issues if one.kind == "contradiction"]
    assert bool(said) is contradicts
    assert all("esketamine is charted" in words and "gives ketamine" in words for words in said)


@pytest.mark.parametrize(
    ("route", "contradicts"),
    [
        ("subcutaneous", False),
        ("intravenous", True),
        ("oral", True),
        (None, False),  # a record that names no route contradicts none
    ],
)
def test_a_driver_by_another_route_is_never_read_as_a_level_of_the_protocol(
    route: str | None, contradicts: bool
) -> None:
    patient = a_patient().infusion("ketamine", "100 mg/d", 0, 24, route=route)
    guidance = evaluate(closed("hardy_burst"), Situation.at(patient.when(2), facts(patient, 2)))
    said = [one.words for one in guidance.issues if one.kind == "contradiction"]
    assert bool(said) is contradicts
    assert all(f"charted as {route}" in words and "gives it as subcutaneous" in words for words in said)
    assert not contradicts or all(one.dose is None for one in guidance.recommendations)


def test_the_route_of_a_course_two_months_ago_contradicts_nothing() -> None:
    patient = a_patient().infusion("ketamine", "5 mg/h", 0, 4, route="intravenous")
    patient = patient.infusion("ketamine", "100 mg/d", 1500, 1524, route="subcutaneous")
    guidance = evaluate(closed("hardy_burst"), Situation.at(patient.when(1502), facts(patient, 1502)))
    assert not [one for one in guidance.issues if one.kind == "contradiction"]


def test_a_death_is_known_from_its_instant_on_and_the_day_s_opioids_are_those_before_it() -> None:
    chart = a_patient().given("morphine", "10 mg", 1).pain(5, 2)
    died = chart.when(4)
    record = chart.record()
    dead = replace(record, patient=replace(record.patient, death=died))
    assert facts_from(dead, chart.when(3), PLAN).died is None
    found = facts_from(dead, chart.when(9), PLAN)
    assert found.died == died
    assert [one.at for one in found.observed if one.measure == "medd_oral"] == [died]
    assert Situation.at(chart.when(9), found).contradictions() == ()
    late = replace(record, patient=replace(record.patient, death=chart.when(1.5)))
    assert len(Situation.at(chart.when(9), facts_from(late, chart.when(9), PLAN)).contradictions()) == 1
