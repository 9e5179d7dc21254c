"""MetaVision: pushes are doses, infusions carry amount and rate, rewritten rows repeat another."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import AdministrationKind, MedicationAdministration, Outcome
from mimic3_tables import Tables, a_folder, told

EIGHT, TEN, NOON = "2101-01-02 08:00:00", "2101-01-02 10:00:00", "2101-01-02 12:00:00"


def infusion(path: Path, amount: str = "0.1", **more: str) -> Tables:
    """0.1 mg of fentanyl over two hours, which is 50 ug/h."""
    values = {"rate": "50", "rate_unit": "mcg/hour"} | more
    return a_folder(path).given("Fentanyl", amount, "mg", EIGHT, TEN, **values)


def only(folder: Tables) -> MedicationAdministration:
    (event,) = folder.record().administrations
    return event


def test_a_push_is_a_dose_at_one_moment(tmp_path: Path) -> None:
    push = only(
        a_folder(tmp_path).given(
            "Morphine Sulfate", "2.5", "mg", EIGHT, "2101-01-02 08:01:00", kind="Drug Push"
        )
    )
    assert (push.kind, push.end) == (AdministrationKind.DOSE, None)
    assert push.dose == Quantity("2.5", "mg")
    assert push.route == "intravenous"
    assert push.drug.name == "morphine"


def test_an_infusion_keeps_amount_in_mg_and_rate_in_micrograms(tmp_path: Path) -> None:
    given = only(infusion(tmp_path))
    assert given.kind is AdministrationKind.INFUSION
    assert given.dose == Quantity("0.1", "mg")
    assert given.rate == Quantity(50, "ug/h")
    assert given.body_weight == Quantity(70, "kg")
    assert given.unit_status is UnitStatus.EXACT
    assert given.doubt == ""


def test_the_row_stays_readable_as_it_stood(tmp_path: Path) -> None:
    origin = only(infusion(tmp_path)).origin
    assert (origin.source, origin.table, origin.row) == ("mimic3", "inputevents_mv", "1")
    assert "label=Fentanyl" in origin.raw
    assert "amount=0.1; amountuom=mg; rate=50; rateuom=mcg/hour" in origin.raw


@pytest.mark.hazard("H-022")
def test_a_rewritten_row_is_a_duplicate_and_not_given(tmp_path: Path) -> None:
    """Counting rewritten rows nearly doubles the fentanyl of the real data."""
    folder = infusion(tmp_path).given(
        "Fentanyl", "0.1", "mg", EIGHT, TEN, rate="50", rate_unit="mcg/hour", statusdescription="Rewritten"
    )
    record = folder.record()
    assert len(record.administrations) == 1
    assert told(record.quality, Outcome.DUPLICATE) == {
        "Fentanyl: the row was rewritten, and another row stands for it": 1
    }


@pytest.mark.parametrize("status", ["FinishedRunning", "Changed", "Paused", "Stopped"])
def test_every_other_status_was_given(tmp_path: Path, status: str) -> None:
    assert only(infusion(tmp_path, statusdescription=status)).doubt == ""


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({"rate": "500"}, "the amount over the duration is not the charted rate"),
        ({"rate": "50", "rate_unit": "mg/hour"}, "the amount over the duration is not the charted rate"),
        ({"rate": "50", "rate_unit": "mL/hour"}, "amount and rate do not go together"),
        (
            {"rate": "0.7", "rate_unit": "mcg/kg/hour", "patientweight": ""},
            "the rate is per body weight, and the row",
        ),
        ({"rate": "-50"}, "the amount or the rate is negative"),
        ({"amount": ""}, "the row has no amount"),
        ({"endtime": EIGHT}, "the infusion does not end after it starts"),
        ({"endtime": "2101-01-02 07:00:00"}, "the infusion does not end after it starts"),
        (
            {"ordercategorydescription": "Elsewhere"},
            "the order category 'Elsewhere' says neither push nor infusion",
        ),
        ({"cancelreason": "2"}, "the order was cancelled"),
        ({"amountuom": "dollop"}, "unit 'dollop' is neither UCUM nor a known spelling"),
        ({"amountuom": ""}, "unit '' is empty"),
        ({"amount": "much"}, "number 'much' is not a plain decimal number"),
    ],
)
def test_an_odd_row_stays_in_view_with_its_doubt(tmp_path: Path, change: dict[str, str], doubt: str) -> None:
    record = infusion(tmp_path, **change).record()
    (event,) = record.administrations
    assert doubt in event.doubt
    unread = event.unit_status is UnitStatus.UNCONVERTIBLE
    said = "Fentanyl: an amount, a rate or a unit cannot be read" if unread else doubt
    assert any(said in reason for reason in told(record.quality, Outcome.DOUBTED))
    assert record.quality.count(Outcome.USED, "inputevents_mv") == 1


def test_a_rate_per_body_weight_agrees_through_the_weight_of_the_row(tmp_path: Path) -> None:
    """10 ug/kg/min for 70 kg is 42 mg/h; over two hours 84 mg."""
    folder = a_folder(tmp_path).given("Propofol", "84", "mg", EIGHT, TEN, rate="10", rate_unit="mcg/kg/min")
    assert only(folder).doubt == ""


def test_a_unit_that_is_not_known_is_unconvertible_and_no_gram(tmp_path: Path) -> None:
    event = only(infusion(tmp_path, amountuom="dollop"))
    assert event.unit_status is UnitStatus.UNCONVERTIBLE
    assert event.dose is None


def test_ketamine_for_intubation_keeps_its_words(tmp_path: Path) -> None:
    push = only(
        a_folder(tmp_path).given("Ketamine (For Intubation)", "100", "mg", EIGHT, EIGHT, kind="Drug Push")
    )
    assert push.drug.name == "ketamine"
    assert push.drug.text == "Ketamine (For Intubation)"


@pytest.mark.hazard("H-016")
def test_ketorolac_is_not_ketamine(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).given("Ketorolac (Toradol)", "30", "mg", EIGHT, EIGHT, kind="Drug Push")
    assert all("ketamine" not in event.drug.name for event in folder.record().administrations)


def test_naloxone_is_an_administration_of_an_antagonist(tmp_path: Path) -> None:
    push = only(a_folder(tmp_path).given("Naloxone (Narcan)", "0.4", "mg", EIGHT, EIGHT, kind="Drug Push"))
    assert push.drug.name == "naloxone"


def test_a_route_that_the_category_leaves_open_is_not_guessed(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).given("Morphine Sulfate", "5", "mg", EIGHT, EIGHT, kind="Non Iv Meds")
    assert only(folder).route is None


def test_overlapping_infusions_of_one_drug_are_used_and_said(tmp_path: Path) -> None:
    folder = infusion(tmp_path, linkorderid="5").given(
        "Fentanyl",
        "0.15",
        "mg",
        "2101-01-02 09:00:00",
        NOON,
        rate="50",
        rate_unit="mcg/hour",
        linkorderid="6",
    )
    record = folder.record()
    assert len(record.administrations) == 2
    assert len({event.request_id for event in record.administrations}) == 2
    reason = "Fentanyl: overlaps another infusion of the same drug; both are used"
    assert told(record.quality, Outcome.DOUBTED) == {reason: 1}


def test_infusions_end_to_end_do_not_overlap(tmp_path: Path) -> None:
    folder = infusion(tmp_path).given("Fentanyl", "0.1", "mg", TEN, NOON, rate="50", rate_unit="mcg/hour")
    assert told(folder.record().quality, Outcome.DOUBTED) == {}


def test_a_row_without_a_time_is_not_used_and_counted(tmp_path: Path) -> None:
    record = infusion(tmp_path, starttime="").record()
    assert record.administrations == ()
    assert told(record.quality, Outcome.NOT_USED) == {"Fentanyl: the time is empty": 1}


def test_rows_of_other_items_are_counted_with_their_labels(tmp_path: Path) -> None:
    record = infusion(tmp_path).given("Dextrose 5%", "100", "ml", EIGHT, TEN).record()
    (line,) = [line for line in record.quality.lines if line.outcome is Outcome.NOT_USED]
    assert (line.count, line.examples) == (1, ("Dextrose 5%",))
    assert record.quality.unaccounted("inputevents_mv") == 0


def test_exact_numbers_stay_exact(tmp_path: Path) -> None:
    given = only(
        a_folder(tmp_path).given(
            "Fentanyl", "0.1000000001", "mg", EIGHT, TEN, rate="50", rate_unit="mcg/hour"
        )
    )
    assert given.dose is not None
    assert given.dose.value == Fraction("0.1000000001")
