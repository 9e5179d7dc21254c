"""CareVue charts one infusion twice: its rates are the infusion, its amounts repeat them."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import (
    AdministrationKind,
    AdministrationStatus,
    Outcome,
    PatientRecord,
    RefusalReason,
)
from adjuvant.record.exposures import build_exposures
from mimic3_tables import Tables, a_folder, told

DAY = "2101-01-02"
REPEATS = "Fentanyl: the amount repeats what the charted rates give"
DIFFERS = "Fentanyl: the amount differs from what the charted rates give; the rates count"
UNEXPLAINED = "Fentanyl: an amount that no charted rate explains"
LAST = "Fentanyl: nothing says how long the last charted rate ran; it counts up to here"


def at(clock: str) -> str:
    return f"{DAY} {clock}:00"


def rates(path: Path, *charted: tuple[str, str], **more: str) -> Tables:
    folder = a_folder(path)
    for clock, rate in charted:
        folder.rate(at(clock), rate, **more)
    return folder


def running(record: PatientRecord) -> list[tuple[str, str, str]]:
    """Start, end and rate of each infusion that was given."""
    return [
        (f"{event.start:%H:%M}", f"{event.end:%H:%M}", str(event.rate))
        for event in record.administrations
        if event.kind is AdministrationKind.INFUSION and event.status is AdministrationStatus.GIVEN
    ]


def test_a_rate_holds_until_the_next_charted_rate(tmp_path: Path) -> None:
    record = rates(tmp_path, ("08:00", "50"), ("09:00", "50"), ("09:20", "75"), ("10:00", "0")).record()
    assert running(record) == [
        ("08:00", "09:00", "50 ug/h"),
        ("09:00", "09:20", "50 ug/h"),
        ("09:20", "10:00", "75 ug/h"),
    ]
    assert {event.route for event in record.administrations} == {"intravenous"}


def test_the_last_rate_counts_up_to_its_charting_and_no_further(tmp_path: Path) -> None:
    record = rates(tmp_path, ("08:00", "50"), ("09:00", "50")).record()
    assert running(record) == [("08:00", "09:00", "50 ug/h")]
    assert told(record.quality, Outcome.DOUBTED) == {LAST: 1}
    assert record.quality.count(Outcome.USED, "inputevents_cv") == 2


@pytest.mark.parametrize("word", ["Stopped", "D/C'd"])
def test_a_stop_ends_the_infusion_whatever_rate_stands_beside_it(tmp_path: Path, word: str) -> None:
    record = rates(tmp_path, ("08:00", "50")).rate(at("09:00"), "50", stopped=word).record()
    assert running(record) == [("08:00", "09:00", "50 ug/h")]
    assert told(record.quality, Outcome.DOUBTED) == {}


def test_nothing_runs_between_a_stop_and_the_next_rate(tmp_path: Path) -> None:
    folder = rates(tmp_path, ("08:00", "50")).rate(at("09:00"), "50", stopped="Stopped")
    folder.rate(at("11:00"), "25").rate(at("12:00"), "0")
    record = folder.record()
    assert running(record) == [("08:00", "09:00", "50 ug/h"), ("11:00", "12:00", "25 ug/h")]
    assert record.unplaced == ()


@pytest.mark.parametrize("unit", ["mcghr", "drops", ""])
def test_a_rate_of_zero_ends_an_infusion_and_is_no_dose_that_was_withheld(tmp_path: Path, unit: str) -> None:
    record = rates(tmp_path, ("08:00", "50")).rate(at("09:00"), "0", unit).record()
    assert running(record) == [("08:00", "09:00", "50 ug/h")]
    assert [event.status for event in record.administrations] == [AdministrationStatus.GIVEN]
    assert record.quality.unaccounted("inputevents_cv") == 0
    assert told(record.quality, Outcome.DOUBTED) == {}


def test_a_stop_is_no_dose_that_was_withheld(tmp_path: Path) -> None:
    record = rates(tmp_path, ("08:00", "50")).rate(at("09:00"), "", stopped="Stopped").record()
    assert [event.status for event in record.administrations] == [AdministrationStatus.GIVEN]


@pytest.mark.parametrize("rate", ["50", "ERROR"])
def test_the_time_after_the_last_rate_is_open_for_as_long_as_a_rate_is_believed(
    tmp_path: Path, rate: str
) -> None:
    """Nobody charted a stop: a total of the next four hours (the library's hold) is not complete."""
    record = rates(tmp_path, ("08:00", rate)).record()
    (open_end,) = record.unplaced
    assert (open_end.ingredient, open_end.reason) == ("fentanyl", RefusalReason.MISSING_TIMING)
    assert [f"{moment:%H:%M}" for moment in (open_end.start, open_end.end) if moment] == ["08:00", "12:00"]
    refused = build_exposures(record, frozenset({"fentanyl"})).refused
    assert open_end in refused


def test_an_empty_rate_that_no_rate_stands_before_leaves_its_time_open(tmp_path: Path) -> None:
    record = rates(tmp_path, ("07:30", ""), ("08:00", "50"), ("09:00", "0")).record()
    (open_end,) = record.unplaced
    assert f"{open_end.start:%H:%M}" == "07:30"
    assert told(record.quality, Outcome.UNCONVERTIBLE) == {
        "Fentanyl: the rate is empty, and no other row says what ran": 1
    }


def test_a_long_silence_between_two_rates_is_doubted_and_not_counted(tmp_path: Path) -> None:
    """Beyond the library's hold (4 h, a rule of the house) nobody knows what ran."""
    record = rates(tmp_path, ("08:00", "50"), ("12:00", "50"), ("16:01", "50"), ("17:00", "0")).record()
    doubts = [event.doubt for event in record.administrations if event.status is AdministrationStatus.GIVEN]
    assert doubts == ["", "no row says for how long the rate was held", ""]


def test_an_empty_rate_changes_nothing_and_is_said(tmp_path: Path) -> None:
    record = rates(tmp_path, ("08:00", "50"), ("08:30", ""), ("09:00", "0")).record()
    assert running(record) == [("08:00", "09:00", "50 ug/h")]
    assert told(record.quality, Outcome.UNCONVERTIBLE) == {
        "Fentanyl: the rate is empty; the one before it holds on": 1
    }


@pytest.mark.parametrize(
    ("rate", "unit", "doubt"),
    [
        ("-5", "mcghr", "the rate is negative"),
        ("ERROR", "mcghr", "number 'ERROR' is not a plain decimal number"),
        ("50", "drops", "unit 'drops' is neither UCUM nor a known spelling"),
        ("50", "", "unit '' is empty"),
    ],
)
def test_a_rate_that_cannot_be_used_stays_in_view(tmp_path: Path, rate: str, unit: str, doubt: str) -> None:
    record = a_folder(tmp_path).rate(at("08:00"), rate, unit).rate(at("09:00"), "0").record()
    assert record.administrations[0].doubt.startswith(doubt)
    assert sum(told(record.quality, Outcome.DOUBTED).values()) == 1


@pytest.mark.hazard("H-022")
def test_amounts_that_repeat_the_rates_are_duplicates(tmp_path: Path) -> None:
    """50 ug/h for one hour, then 20 min at 50 and 40 min at 75: 50, and 16.7 + 50 = 66.7 ug."""
    folder = rates(tmp_path, ("08:00", "50"), ("09:20", "75"), ("10:00", "0"))
    folder.amount(at("08:00"), "0").amount(at("09:00"), "50").amount(at("10:00"), "66.6667")
    record = folder.record()
    assert told(record.quality, Outcome.DUPLICATE) == {REPEATS: 3}
    assert all(event.kind is AdministrationKind.INFUSION for event in record.administrations)


def test_amounts_that_agree_only_together_agree(tmp_path: Path) -> None:
    """A bag is closed with 0 and the next row carries the sum of both hours."""
    folder = rates(tmp_path, ("08:00", "110"), ("10:00", "0"))
    folder.amount(at("08:00"), "0").amount(at("09:00"), "0", stopped="D/C'd").amount(at("10:00"), "220")
    assert told(folder.record().quality, Outcome.DUPLICATE) == {REPEATS: 3}


def test_an_amount_that_differs_is_set_aside_and_said(tmp_path: Path) -> None:
    folder = rates(tmp_path, ("08:00", "50"), ("10:00", "0"))
    folder.amount(at("08:00"), "0").amount(at("09:00"), "100").amount(at("10:00"), "50")
    record = folder.record()
    assert told(record.quality, Outcome.DUPLICATE) == {REPEATS: 2, DIFFERS: 1}
    assert told(record.quality, Outcome.DOUBTED) == {DIFFERS: 1}


def test_an_amount_that_no_rate_explains_stays_in_view_and_is_doubted(tmp_path: Path) -> None:
    folder = rates(tmp_path, ("08:00", "50"), ("09:00", "0"))
    folder.amount(at("08:00"), "0").amount(at("09:00"), "50").amount(at("11:00"), "30")
    record = folder.record()
    (dose,) = [event for event in record.administrations if event.kind is AdministrationKind.DOSE]
    assert dose.dose == Quantity(30, "ug")
    assert dose.doubt == "an amount that no charted rate explains"
    assert told(record.quality, Outcome.DOUBTED) == {UNEXPLAINED: 1}


def test_an_amount_without_any_charted_rate_is_a_push(tmp_path: Path) -> None:
    record = a_folder(tmp_path).amount(at("08:00"), "50").amount(at("09:00"), "0").record()
    (push,) = record.administrations
    assert (push.kind, push.dose, push.doubt) == (AdministrationKind.DOSE, Quantity(50, "ug"), "")
    assert told(record.quality, Outcome.NOT_USED) == {"Fentanyl: the amount is 0": 1}


def test_rates_of_one_drug_explain_no_amount_of_another(tmp_path: Path) -> None:
    folder = rates(tmp_path, ("08:00", "50"), ("09:00", "0"))
    folder.amount(at("09:00"), "2", "mg", label="Midazolam")
    (dose,) = [event for event in folder.record().administrations if event.kind is AdministrationKind.DOSE]
    assert (dose.drug.name, dose.doubt) == ("midazolam", "")


def test_amounts_in_another_kind_of_unit_are_set_aside_beside_rates(tmp_path: Path) -> None:
    folder = rates(tmp_path, ("08:00", "50"), ("09:00", "0")).amount(at("09:00"), "5", "ml")
    record = folder.record()
    reason = "Fentanyl: the amount cannot be compared with rates in another kind of unit; the rates count"
    assert told(record.quality, Outcome.DUPLICATE) == {reason: 1}


@pytest.mark.parametrize(
    ("amount", "unit", "doubt", "status"),
    [
        ("-5", "mcg", "the amount is negative", UnitStatus.EXACT),
        ("5", "handfuls", "unit 'handfuls' is neither UCUM", UnitStatus.UNCONVERTIBLE),
        ("5-10", "mcg", "number '5-10' is a range", UnitStatus.UNCONVERTIBLE),
    ],
)
def test_an_amount_that_cannot_be_used_stays_in_view(
    tmp_path: Path, amount: str, unit: str, doubt: str, status: UnitStatus
) -> None:
    record = a_folder(tmp_path).amount(at("08:00"), amount, unit).record()
    (event,) = record.administrations
    assert event.doubt.startswith(doubt)
    assert event.unit_status is status


def test_empty_rows_and_rows_without_a_time_are_counted(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).rate(at("08:00"), "", "").rate("", "50").amount(at("09:00"), "")
    record = folder.record()
    assert record.administrations == ()
    assert told(record.quality, Outcome.NOT_USED) == {
        "Fentanyl: the row has neither rate nor amount": 1,
        "Fentanyl: the time is empty": 1,
    }
    assert told(record.quality, Outcome.UNCONVERTIBLE) == {"Fentanyl: the amount is empty": 1}
    assert record.quality.unaccounted("inputevents_cv") == 0


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    folder = rates(tmp_path, ("08:00", "50"), ("09:00", "75"), ("10:00", "0"))
    folder.amount(at("08:00"), "0").amount(at("09:00"), "50").amount(at("10:00"), "75")
    forward = folder.record()
    folder.rows["inputevents_cv"].reverse()
    assert folder.record().administrations == forward.administrations


def test_a_label_that_names_two_opioids_stays_unresolved_and_in_view(tmp_path: Path) -> None:
    """Totals then refuse; guessing one of the two would count it as the other."""
    record = a_folder(tmp_path).amount(at("08:00"), "5", "mg", label="Morphine (Dilaudid)").record()
    (event,) = record.administrations
    assert (event.drug.text, event.drug.ingredients) == ("Morphine (Dilaudid)", ())


def test_items_that_are_no_drug_followed_here_are_counted(tmp_path: Path) -> None:
    record = a_folder(tmp_path).rate(at("08:00"), "40", "mlhr", label="TPN").record()
    assert told(record.quality, Outcome.NOT_USED) == {"the item is no drug that is followed here": 1}
