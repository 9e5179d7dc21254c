"""Laws of the OMOP reader: whatever the cells hold, nothing is lost, nothing raises, and order does not matter."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjuvant.library import opioid_names
from adjuvant.library.omop import omop_book
from adjuvant.record import Basis, Outcome
from adjuvant.record.exposures import build_exposures
from adjuvant.sources.base import Import
from omop_tables import MG, OXYCODONE, PAIN, Folder, an_omop

pytestmark = pytest.mark.slow

TABLET = "9000001"
odd = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "1e3",
        "NaN",
        "1,5",
        "2.000",
        "9000001.0",
        "99999999999999999999",
        "2026-02-30",
        "ß",
        "two",
        '"',
    ]
)
days = st.sampled_from(["2026-03-01", "2026-03-02", "2026-03-01 08:00:00", "2026-03-02 00:00:00"]) | odd
rows = st.fixed_dictionaries(
    {},
    optional={
        "drug_concept_id": st.sampled_from([TABLET, OXYCODONE, "0"]) | odd,
        "drug_type_concept_id": st.sampled_from(sorted(omop_book().drug_types)) | odd,
        "drug_exposure_start_date": days,
        "drug_exposure_start_datetime": days,
        "drug_exposure_end_date": days,
        "drug_exposure_end_datetime": days,
        "quantity": odd,
        "days_supply": odd,
        "refills": odd,
        "route_source_value": st.sampled_from(["PO", "IV", ""]) | odd,
        "dose_unit_source_value": st.sampled_from(["mg", "mL", "TAB", "VIAL"]) | odd,
        "drug_source_value": st.sampled_from(["Fentanyl Patch", "00406055262", ""]) | odd,
        "drug_exposure_id": st.sampled_from(["1", "2", "3"]),
    },
)
strengths = st.fixed_dictionaries(
    {},
    optional={
        "amount_value": odd | st.just("5"),
        "amount_unit_concept_id": odd | st.just(MG),
        "numerator_value": odd,
        "denominator_value": odd,
        "box_size": odd,
        "valid_start_date": days,
        "valid_end_date": days,
    },
)
readings = st.fixed_dictionaries(
    {}, optional={"value_as_number": odd, "measurement_date": days, "unit_source_value": odd}
)


def read(folder: Folder) -> Import:
    return folder.read()


@settings(max_examples=25)
@given(st.lists(rows, max_size=4), strengths, st.lists(readings, max_size=3))
def test_whatever_the_cells_hold_every_row_is_accounted_for(
    exposures: list[dict[str, str]], strength: dict[str, str], measured: list[dict[str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = an_omop(Path(place)).concept(TABLET, "oxycodone hydrochloride 5 MG Oral Tablet")
        folder.strength(TABLET, OXYCODONE, **strength)
        for row in exposures:
            folder.exposure(TABLET, **({"quantity": "2"} | row))  # type: ignore[arg-type]
        for row in measured:
            folder.measure(PAIN, "5", **row)
        found = read(folder)
        (record,) = found.records
        assert found.quality.count(Outcome.READ, "drug_exposure") == len(exposures)
        assert found.quality.count(Outcome.READ, "measurement") == len(measured)
        for basis in Basis:
            answer = build_exposures(record, opioid_names(), basis)
            assert all(item.amount.value > 0 for item in answer.items)
            assert all(why.detail and why.remedy for why in answer.refused)


@settings(max_examples=10)
@given(st.permutations(range(5)))
def test_the_order_of_rows_changes_no_total(order: list[int]) -> None:
    totals = []
    for arranged in (range(5), order):
        with tempfile.TemporaryDirectory() as place:
            folder = an_omop(Path(place)).concept(TABLET, "oxycodone hydrochloride 5 MG Oral Tablet")
            folder.strength(TABLET, OXYCODONE, amount_value="5", amount_unit_concept_id=MG)
            for number in arranged:
                start = f"2026-03-02 0{number}:00:00"
                folder.exposure(
                    TABLET,
                    "32818",
                    start=start,
                    end=start,
                    quantity=str(number + 1),
                    drug_exposure_id=str(number),
                )
            items = build_exposures(read(folder).record(), opioid_names()).items
            totals.append([(item.start, item.amount.in_("mg"), item.events) for item in items])
    assert totals[0] == totals[1]
    assert [amount for _, amount, _ in totals[0]] == [5, 10, 15, 20, 25]
