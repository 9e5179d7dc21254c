"""eICU infusions: the unit hides in the name, a rate holds until the next row, and nothing is guessed."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import (
    Basis,
    MedicationAdministration,
    MedicineCount,
    Outcome,
    RefusalReason,
)
from adjuvant.record.exposures import build_exposures
from adjuvant.sources import Terms, eicu
from eicu_tables import Tables, a_folder
from mimic3_tables import told

FENTANYL = frozenset({"fentanyl"})
ASSUMED = "the table names no route; an infusion is taken as intravenous"
LAST = "nothing says how long the last charted rate ran; it counts up to here"
BY_VOLUME = "a volume per hour, and no concentration with its unit"


def given(folder: Tables) -> list[MedicationAdministration]:
    return list(folder.record().administrations)


def masses(folder: Tables, *names: str) -> list[Fraction]:
    found = build_exposures(folder.record(), frozenset(names) or FENTANYL, Basis.ADMINISTERED)
    return [item.amount.in_("ug") for item in found.items]


def test_a_rate_holds_until_the_next_row_and_zero_ends_it(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).infusion("60", "50").infusion("120", "100").infusion("150", "0")
    first, second = given(folder)
    assert (first.rate, first.route) == (Quantity(50, "ug/h"), "intravenous")
    assert (first.start.isoformat(), first.end.isoformat() if first.end else "") == (
        "2200-01-01T08:06:00+00:00",
        "2200-01-01T09:06:00+00:00",
    )
    assert second.end is not None
    assert second.end.isoformat() == "2200-01-01T09:36:00+00:00"
    assert masses(folder) == [50, 50]  # an hour of 50 ug/h, and half an hour of 100


def test_the_last_rate_counts_up_to_its_own_row_and_leaves_the_time_after_it_incomplete(
    tmp_path: Path,
) -> None:
    folder = a_folder(tmp_path).infusion("60", "50").infusion("120", "100")
    record = folder.record()
    assert masses(folder) == [50]
    (open_end,) = record.unplaced
    assert (open_end.reason, open_end.ingredient) == (RefusalReason.MISSING_TIMING, "fentanyl")
    assert open_end.start is not None
    assert open_end.start.isoformat() == "2200-01-01T09:06:00+00:00"
    assert told(record.quality, Outcome.DOUBTED) == {f"Fentanyl: {LAST}": 1, ASSUMED: 1}
    assert record.quality.unaccounted("infusiondrug") == 0


def test_what_may_run_on_is_left_open_for_no_longer_than_the_unit_stay(tmp_path: Path) -> None:
    (open_end,) = a_folder(tmp_path).stay(unitdischargeoffset="90").infusion("60", "50").record().unplaced
    assert open_end.end is not None
    assert open_end.end.isoformat() == "2200-01-01T08:36:00+00:00"


def test_a_silence_longer_than_the_hold_is_doubted_and_not_counted(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).infusion("60", "50").infusion("361", "0")
    (first,) = given(folder)
    assert first.doubt == "no row says for how long the rate was held"
    assert masses(folder) == []


def test_a_row_without_a_rate_leaves_the_rate_before_it_to_hold_on(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).infusion("60", "50").infusion("90", "", "Fentanyl").infusion("120", "0")
    assert masses(folder) == [50]
    assert folder.record().unplaced == ()
    reasons = told(folder.record().quality, Outcome.UNCONVERTIBLE)
    assert reasons == {"Fentanyl: the rate is empty; the one before it holds on": 1}


def test_a_row_without_a_rate_and_without_others_leaves_its_time_open(tmp_path: Path) -> None:
    record = a_folder(tmp_path).infusion("90", "", "Fentanyl").record()
    (open_end,) = record.unplaced
    assert open_end.ingredient == "fentanyl"
    reasons = told(record.quality, Outcome.UNCONVERTIBLE)
    assert reasons == {"Fentanyl: the rate is empty, and no other row says what ran": 1}


@pytest.mark.parametrize(
    ("name", "rate", "doubt"),
    [
        ("Fentanyl ()", "50", "the name of the drug states no unit of the rate"),
        ("Fentanyl", "50", "the name of the drug states no unit of the rate"),
        ("Fentanyl (mcg/hr)", "ERROR", "the rate 'ERROR' is not a plain decimal number"),
        ("Fentanyl (puffs/hr)", "50", "unit 'puffs/hr' is neither UCUM nor a known spelling"),
    ],
)
def test_a_rate_that_cannot_be_read_stays_in_view_unconvertible(
    tmp_path: Path, name: str, rate: str, doubt: str
) -> None:
    folder = a_folder(tmp_path).infusion("60", rate, name).infusion("120", "0", name)
    (first,) = given(folder)
    assert (first.rate, first.unit_status, first.doubt) == (None, UnitStatus.UNCONVERTIBLE, doubt)
    refused = build_exposures(folder.record(), FENTANYL, Basis.ADMINISTERED).refused
    assert [item.reason for item in refused] == [RefusalReason.UNKNOWN_UNIT]


def test_zero_is_zero_in_any_unit_and_no_dose_that_was_withheld(tmp_path: Path) -> None:
    record = a_folder(tmp_path).infusion("60", "0", "Fentanyl ()").record()
    assert (record.administrations, record.unplaced) == ((), ())
    assert record.quality.count(Outcome.USED, "infusiondrug") == 1
    assert told(record.quality, Outcome.DOUBTED) == {}


def test_a_volume_without_a_concentration_is_not_converted(tmp_path: Path) -> None:
    """An amount and a volume beside it do not help: no column says the amount's unit."""
    name = "Fentanyl (ml/hr)"
    folder = (
        a_folder(tmp_path)
        .infusion("60", "5", name, pump="5", amount="1", volume="100")
        .infusion("120", "0", name)
    )
    (first,) = given(folder)
    assert (first.rate, first.doubt) == (Quantity(5, "mL/h"), "")
    refused = build_exposures(folder.record(), FENTANYL, Basis.ADMINISTERED).refused
    assert [item.reason for item in refused] == [RefusalReason.MISSING_CONCENTRATION]
    assert told(folder.record().quality, Outcome.DOUBTED)[f"Fentanyl: {BY_VOLUME}"] == 1


BAG = "FentaNYL (Sublimaze) 2500 mcg Sodium Chloride 0.9% 250 ml  Premix (ml/hr)"


def test_a_volume_is_converted_where_the_name_says_what_the_bag_holds(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).infusion("60", "5", BAG).infusion("120", "0", BAG)
    (first,) = given(folder)
    assert first.unit_status is UnitStatus.DERIVED
    assert first.drug.name == "fentanyl"
    assert masses(folder) == [50]  # 5 mL at 2500 ug in 250 mL


@pytest.mark.parametrize(
    ("amount", "volume", "agrees"), [("2.5", "250", True), ("2500", "250", True), ("1", "250", False)]
)
def test_a_concentration_that_contradicts_the_columns_refuses(
    tmp_path: Path, amount: str, volume: str, agrees: bool
) -> None:
    folder = (
        a_folder(tmp_path).infusion("60", "5", BAG, amount=amount, volume=volume).infusion("120", "0", BAG)
    )
    (first,) = given(folder)
    assert first.doubt == ("" if agrees else "the name and the columns say two concentrations")


@pytest.mark.parametrize(
    ("name", "rate", "columns", "agrees"),
    [
        ("Fentanyl (mcg/hr)", "100", {"pump": "10", "amount": "1", "volume": "100"}, True),  # 1 mg in 100 mL
        ("Fentanyl (mcg/hr)", "100", {"pump": "10", "amount": "1000", "volume": "100"}, True),  # 1000 ug
        ("Fentanyl (mcg/hr)", "100", {"pump": "10", "amount": "3", "volume": "100"}, False),
        ("Fentanyl (mcg/hr)", "100", {"pump": "0", "amount": "2000", "volume": "100"}, False),
        ("Fentanyl (mcg/kg/hr)", "1", {"pump": "8", "amount": "1", "volume": "100", "weight": "80"}, True),
        ("Fentanyl (mcg/kg/hr)", "80", {"pump": "8", "amount": "1", "volume": "100", "weight": "80"}, False),
    ],
)
def test_a_label_is_compared_with_pump_and_bag(
    tmp_path: Path, name: str, rate: str, columns: dict[str, str], agrees: bool
) -> None:
    """A rate of 80 ug/h labelled (mcg/kg/hr) would be 80 times too much; the pump shows it."""
    folder = a_folder(tmp_path).infusion("60", rate, name, **columns).infusion("120", "0", name)
    (first,) = given(folder)
    assert first.doubt == ("" if agrees else "the rate is not the pump's rate times what the bag holds")


@pytest.mark.parametrize("columns", [{}, {"pump": "8"}, {"amount": "1", "volume": "100"}])
def test_a_rate_by_weight_that_no_pump_and_bag_confirm_is_doubted(
    tmp_path: Path, columns: dict[str, str]
) -> None:
    """100 under the label (mcg/kg/hr) is 7 mg an hour at 70 kg, and in truth nearly always 100 ug."""
    name = "Fentanyl (mcg/kg/hr)"
    folder = a_folder(tmp_path).infusion("60", "100", name, weight="70", **columns)
    (first,) = given(folder.infusion("120", "0", name))
    assert first.doubt.startswith("a rate per body weight is often mislabelled here")
    assert masses(folder) == []


def test_a_rate_that_is_the_pumps_own_number_is_doubted_without_the_bag(tmp_path: Path) -> None:
    """10 mL/h of a bag with 10 ug/mL under the label (mcg/hr) is 100 ug/h, and would count as 10."""
    folder = a_folder(tmp_path).infusion("60", "10", pump="10").infusion("120", "0")
    (first,) = given(folder)
    assert first.doubt.startswith("the rate is the pump's own number, in millilitres")
    held = a_folder(tmp_path / "held").infusion("60", "10", pump="10", amount="100", volume="100")
    assert masses(held.infusion("120", "0")) == [10]


def test_a_rate_by_weight_without_the_weight_is_refused(tmp_path: Path) -> None:
    name = "Fentanyl (mcg/kg/hr)"
    folder = a_folder(tmp_path).infusion("60", "1", name).infusion("120", "0", name)
    refused = build_exposures(folder.record(), FENTANYL, Basis.ADMINISTERED).refused
    assert [item.reason for item in refused] == [RefusalReason.MISSING_WEIGHT]


def test_a_patients_own_pump_is_doubted_and_an_epidural_one_is_neuraxial(tmp_path: Path) -> None:
    pump, epidural = "Dilaudid PCA (mg/hr)", "Fentanyl/Bupivicaine PCEA (ml/hr)"
    folder = a_folder(tmp_path).infusion("60", "0.2", pump).infusion("120", "0", pump)
    folder.infusion("60", "5", epidural).infusion("120", "0", epidural)
    by_route = {event.route: event for event in given(folder)}
    assert by_route["intravenous"].doubt.startswith("the rate of a patient's own pump may be its background")
    assert {item.name for item in by_route["epidural"].drug.ingredients} == {"fentanyl", "bupivacaine"}
    assert masses(folder, "fentanyl", "hydromorphone") == []


def test_the_same_infusion_under_two_names_at_one_moment_counts_once(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    for offset, rate in (("60", "50"), ("120", "0")):
        folder.infusion(offset, rate).infusion(offset, str(int(rate) // 10), "Fentanyl (ml/hr)")
    assert masses(folder) == [50]
    duplicates = told(folder.record().quality, Outcome.DUPLICATE)
    assert duplicates == {"Fentanyl: the same infusion is charted at the same moment under another name": 1}


def test_two_rates_of_one_moment_are_both_doubted(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).infusion("60", "50").infusion("60", "75").infusion("120", "0")
    assert [event.doubt for event in given(folder)] == [
        "another row of the same moment says another rate"
    ] * 2
    assert masses(folder) == []


@pytest.mark.parametrize(
    ("name", "rate", "columns", "doubt"),
    [
        ("Fentanyl (mcg/hr)", "-5", {}, "the rate is negative"),
        ("Fentanyl (mcg/mL)", "5", {}, "the rate is neither mass nor volume per time"),
        (BAG, "5", {"pump": "9"}, "the rate is not the pump's rate, though both are volumes"),
        ("Fentanyl (mcg/hr)", "5", {"pump": "ERROR"}, "number 'ERROR' is not a plain decimal number"),
    ],
)
def test_what_cannot_be_right_is_doubted(
    tmp_path: Path, name: str, rate: str, columns: dict[str, str], doubt: str
) -> None:
    folder = a_folder(tmp_path).infusion("60", rate, name, **columns).infusion("120", "0", name)
    (first,) = given(folder)
    assert first.doubt == doubt
    assert masses(folder) == []


@pytest.mark.parametrize(
    "name",
    [
        "Fentanyl 2,500 mcg in 250 ml (ml/hr)",  # is that two and a half, or thousands?
        "Fentanyl 2500 mcg in 0 ml (ml/hr)",
        "Fentanyl/Bupivacaine 2500 mcg in 250 ml (ml/hr)",  # of which of the two?
    ],
)
def test_a_name_that_leaves_the_concentration_open_gives_none(tmp_path: Path, name: str) -> None:
    folder = a_folder(tmp_path).infusion("60", "5", name).infusion("120", "0", name)
    assert masses(folder) == []
    refused = build_exposures(folder.record(), FENTANYL, Basis.ADMINISTERED).refused
    assert [item.reason for item in refused] == [RefusalReason.MISSING_CONCENTRATION]


def test_the_users_own_lines_go_first(tmp_path: Path) -> None:
    """A line names the drug as it stands before the unit."""
    lines = tmp_path / "terms.csv"
    lines.write_text(
        "name,ingredients,strength,form,route\nHouse drip,fentanyl,,,epidural\n", encoding="utf-8"
    )
    folder = (
        a_folder(tmp_path)
        .infusion("60", "50", "House drip (mcg/hr)")
        .infusion("120", "0", "House drip (mcg/hr)")
    )
    (event,) = eicu.read(folder.write(), terms=Terms.read(lines)).record("900").administrations
    assert (event.drug.name, event.route) == ("fentanyl", "epidural")


@pytest.mark.parametrize("offset", ["60.5", "99999999999999999999", "99999999999", ""])
def test_an_offset_that_leads_nowhere_is_said_and_its_drug_left_open(tmp_path: Path, offset: str) -> None:
    record = a_folder(tmp_path).infusion(offset, "50").record()
    (said,) = told(record.quality, Outcome.NOT_USED)
    assert said.startswith("Fentanyl: the offset ")
    assert len(record.unplaced) == 1


def test_two_unit_stays_do_not_run_into_each_other(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).stay().stay("2", hospitaladmitoffset="-240", hospitaldischargeoffset="3880")
    folder.infusion("60", "50").infusion("0", "50", patientunitstayid="2")
    record = folder.record()
    assert record.administrations == ()
    assert len(record.unplaced) == 2


def test_other_drugs_and_rows_without_a_time_are_counted(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).infusion("60", "5", "Nosuchdrug (ml/hr)").infusion("soon", "50")
    record = folder.record()
    assert record.administrations == ()
    assert told(record.quality, Outcome.NOT_USED) == {
        "the drug is none that is followed here": 1,
        "Fentanyl: the offset is not a plain decimal number": 1,
    }
    assert [(item.name, item.count) for item in record.quality.names] == [("Nosuchdrug", 1)]
    assert len(record.unplaced) == 1


def test_every_row_is_counted_by_drug_and_unit(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).infusion("60", "50").infusion("120", "0").infusion("60", "5", "Morphine ()")
    assert set(folder.record().quality.medicines) == {
        MedicineCount("infusiondrug", "fentanyl", "mcg/hr", Outcome.USED, 2),
        MedicineCount("infusiondrug", "morphine", "", Outcome.USED, 1),
        MedicineCount("infusiondrug", "morphine", "", Outcome.DOUBTED, 1),
    }
