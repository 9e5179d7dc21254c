"""What else changed around a course: starts, stops, single doses, orders, and drugs that nobody knows."""

from __future__ import annotations

from adjuvant.outcomes import also_changed, declared_course, windows_for
from adjuvant.outcomes.cochanges import NOT_IN_RECORD
from adjuvant.record import AdministrationStatus, Drug
from builders import PatientBuilder, a_patient

DAY = 24


def watched(patient: PatientBuilder | None = None, start: int = 0) -> PatientBuilder:
    """Medication charted through both windows, so that starts and stops can be told from the edges of the chart."""
    patient = patient or a_patient()
    for hour in range(start, 8 * DAY, 8):
        patient = patient.held("morphine", "10 mg", hour)
    return patient


def lines(patient: PatientBuilder) -> list[str]:
    """The lines of a course on day 3; before is days 0 to 2, after is days 4 to 6."""
    record = patient.record()
    windows = windows_for(declared_course(patient.when(80), patient.when(81)), record.local)
    *found, last = also_changed(record, windows, record.local)
    assert last == NOT_IN_RECORD
    return found


def every(patient: PatientBuilder, drug: str, hours: range) -> PatientBuilder:
    for hour in hours:
        patient = patient.given(drug, "1 mg", hour)
    return patient


def test_a_drug_given_throughout_did_not_change() -> None:
    assert lines(every(watched(), "haloperidol", range(0, 7 * DAY, 12))) == []


def test_a_drug_given_once_is_said_to_be_given_once() -> None:
    assert lines(watched().given("haloperidol", "2 mg", 90)) == [
        "haloperidol (antipsychotic) given once, 2026-03-05 18:00+00:00."
    ]


def test_a_drug_started_and_stopped_within_the_span_says_both() -> None:
    assert lines(every(watched(), "haloperidol", range(48, 121, 12))) == [
        "haloperidol (antipsychotic) started 2026-03-04 00:00+00:00.",
        "haloperidol (antipsychotic) stopped 2026-03-07 00:00+00:00.",
    ]


def test_a_drug_that_was_already_running_before_the_windows_did_not_start() -> None:
    assert lines(every(watched(), "haloperidol", range(-200, 7 * DAY, 12))) == []


def test_drugs_given_outside_the_span_are_not_looked_at() -> None:
    assert lines(every(watched(), "haloperidol", range(-200, -100, 12))) == []


def test_where_the_record_begins_nothing_is_called_a_start() -> None:
    """Charting begins on day 1, and with it the haloperidol: nobody knows whether it is new."""
    patient = watched(start=DAY)
    for hour in range(0, 8 * DAY, 8):
        patient = patient.pain(5, hour)
    assert lines(every(patient, "haloperidol", range(DAY, 7 * DAY, 12))) == []


def test_a_drug_that_is_only_ordered_is_said_to_be_only_ordered() -> None:
    patient = watched().order("dexamethasone", "8 mg", 96, 400, times=1)
    assert lines(patient) == [
        "dexamethasone (corticosteroid) started 2026-03-06 00:00+00:00 (ordered; not charted as given)."
    ]


def test_orders_of_a_drug_that_is_charted_as_given_are_not_looked_at() -> None:
    patient = every(watched(), "dexamethasone", range(0, 7 * DAY, 24)).order("dexamethasone", "8 mg", 96, 400)
    assert lines(patient) == []


def test_drugs_that_the_library_does_not_know_are_named_as_not_examined() -> None:
    patient = every(watched(), "haloperidol", range(0, 7 * DAY, 12))
    for number in range(7):
        patient = patient.given(Drug(f"Mystery {number}"), None, 10 + number)
    patient = patient.given("strangeol", "1 mg", 20)
    (line,) = lines(patient)
    assert line.endswith("Mystery 0, Mystery 1, Mystery 2, Mystery 3, Mystery 4 and 3 more.")
    assert line.startswith("Not examined, because the library does not know them:")


def test_doses_not_given_change_nothing_and_opioids_and_ketamine_are_no_co_interventions() -> None:
    patient = watched().held("haloperidol", "2 mg", 90).ketamine("35 mg", 80).given("morphine", "10 mg", 90)
    patient = patient.given("midazolam", "2 mg", 91, status=AdministrationStatus.UNKNOWN)
    (only,) = lines(patient)
    assert "lists no drugs besides opioids and ketamine" in only


def test_times_are_those_of_the_patients_zone() -> None:
    there = watched(a_patient(zone="Europe/Berlin"))
    record = there.given("haloperidol", "2 mg", 90).record()
    windows = windows_for(declared_course(there.when(80), there.when(81)), record.local)
    assert also_changed(record, windows, record.local)[0].endswith("2026-03-05 18:00+01:00.")


def test_a_changed_dose_is_listed_with_both_amounts_a_day() -> None:
    """2 mg once a day before, 16 mg once a day from the course on."""
    patient = watched()
    for day in range(8):
        patient = patient.given("dexamethasone", "2 mg" if day < 3 else "16 mg", day * DAY + 8)
    assert lines(patient) == [
        "dexamethasone (corticosteroid) changed from 2 mg to 16 mg a day, by the means of the windows."
    ]


def test_a_drug_begun_within_before_is_a_start_where_charting_reaches_further_back() -> None:
    """Ten hours into before, once a day: before's own edge cannot tell, ten earlier days of charting can."""
    patient = every(watched(start=-10 * DAY), "dexamethasone", range(10, 8 * DAY, DAY))
    assert lines(patient) == ["dexamethasone (corticosteroid) started 2026-03-02 10:00+00:00."]
