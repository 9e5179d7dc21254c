"""Rescue doses: as-needed opioid doses given, and what makes their number unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adjuvant.quantity import Quantity
from adjuvant.record import (
    AdministrationKind,
    AdministrationStatus,
    Drug,
    Ingredient,
    MedicationAdministration,
    MedicationRequest,
    Origin,
    Patient,
    PatientRecord,
)
from adjuvant.symptoms import rescue_doses
from adjuvant.timeline import Interval
from adjuvant.unknown import Unknown

T0 = datetime(2026, 3, 1, tzinfo=UTC)
HERE = Origin("test", "rows", "1")
TWO_DAYS = Interval(T0, T0 + timedelta(days=2))


def drug(*names: str) -> Drug:
    return Drug("+".join(names), tuple(Ingredient(name) for name in names))


def dose(hour: float, name: str = "oxycodone", **fields: Any) -> MedicationAdministration:
    values: dict[str, Any] = {
        "drug": drug(*name.split("+")),
        "kind": AdministrationKind.DOSE,
        "dose": Quantity(5, "mg"),
        "route": "oral",
        "as_needed": True,
    } | fields
    return MedicationAdministration(
        id=f"{hour}{name}{fields}", start=T0 + timedelta(hours=hour), origin=HERE, **values
    )


def a_record(*items: MedicationAdministration, orders: tuple[MedicationRequest, ...] = ()) -> PatientRecord:
    return PatientRecord(Patient("p", "UTC", synthetic=True), administrations=items, requests=orders)


def test_rescue_doses_are_counted_per_24_h_of_the_window() -> None:
    """Three in 48 h are 1.5 a day."""
    answer = rescue_doses(a_record(dose(1), dose(20), dose(47)), TWO_DAYS)
    assert (len(answer.doses), answer.per_day) == (3, 1.5)


def test_a_dose_at_the_windows_end_is_outside() -> None:
    assert rescue_doses(a_record(dose(0), dose(48)), TWO_DAYS).per_day == 0.5


@pytest.mark.parametrize(
    "item",
    [
        dose(1, as_needed=False),
        dose(1, "paracetamol"),
        dose(1, "naloxone"),
        dose(1, status=AdministrationStatus.NOT_GIVEN),
        dose(1, kind=AdministrationKind.INFUSION, end=T0 + timedelta(hours=9), as_needed=None),
        dose(1, "fentanyl", kind=AdministrationKind.PATCH_ON, as_needed=None),
    ],
    ids=["scheduled", "no opioid", "antagonist", "not given", "infusion", "patch"],
)
def test_what_is_no_rescue_dose(item: MedicationAdministration) -> None:
    assert rescue_doses(a_record(item), TWO_DAYS).per_day == 0


def test_a_combination_with_an_opioid_is_a_rescue_dose() -> None:
    assert rescue_doses(a_record(dose(1, "oxycodone+acetaminophen")), TWO_DAYS).per_day == 0.5


def test_a_dose_that_does_not_say_whether_it_was_as_needed_leaves_the_number_unknown() -> None:
    answer = rescue_doses(a_record(dose(1), dose(2, as_needed=None)), TWO_DAYS)
    assert isinstance(answer.per_day, Unknown)
    assert answer.per_day.needs == ("whether 1 opioid dose was given as needed (oxycodone)",)
    assert len(answer.doses) == 1


@pytest.mark.parametrize(("as_needed", "per_day"), [(True, 0.5), (False, 0)])
def test_the_order_that_a_dose_names_says_whether_it_was_as_needed(as_needed: bool, per_day: float) -> None:
    order = MedicationRequest("o1", drug("oxycodone"), HERE, as_needed=as_needed)
    record = a_record(dose(1, as_needed=None, request_id="o1"), orders=(order,))
    assert rescue_doses(record, TWO_DAYS).per_day == per_day


def test_an_order_with_two_instructions_that_differ_says_nothing() -> None:
    orders = tuple(
        MedicationRequest("o1", drug("oxycodone"), HERE, as_needed=as_needed) for as_needed in (True, False)
    )
    record = a_record(dose(1, as_needed=None, request_id="o1"), orders=orders)
    assert isinstance(rescue_doses(record, TWO_DAYS).per_day, Unknown)


def test_a_dose_not_known_to_be_given_leaves_the_number_unknown() -> None:
    answer = rescue_doses(a_record(dose(1, status=AdministrationStatus.UNKNOWN)), TWO_DAYS)
    assert isinstance(answer.per_day, Unknown)
    assert "really given" in answer.per_day.needs[0]


@pytest.mark.hazard("H-036")
def test_demand_doses_charted_as_a_sum_leave_the_number_unknown() -> None:
    pump = dose(1, kind=AdministrationKind.PCA_DEMAND, end=T0 + timedelta(hours=9))
    answer = rescue_doses(a_record(pump), TWO_DAYS)
    assert isinstance(answer.per_day, Unknown)
    assert "how many demand doses" in answer.per_day.needs[0]


def test_a_record_without_administrations_has_no_number_of_rescue_doses() -> None:
    """Not read is not none."""
    answer = rescue_doses(a_record(), TWO_DAYS)
    assert isinstance(answer.per_day, Unknown)
    assert "no administrations" in answer.per_day.needs[0]
