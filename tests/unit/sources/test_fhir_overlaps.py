"""Overlapping MedicationAdministrations: FHIR exports mark rewritten rows as completed, and no dose counts twice.

Each case says what exposures count and refuse, and that the quality summary names the same two resources.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adjuvant.record import Basis, RefusalReason
from adjuvant.record.exposures import build_exposures
from adjuvant.sources import fhir
from adjuvant.sources.base import Import
from fixtures.fhir.build import given, imported, order, patient, ucum

COMMON = "covers the same time as another infusion of the drug: that time counts once"
BESIDE = "runs beside an infusion of the same drug by another order: both count"
AMOUNT = "is the amount that an infusion of the drug makes in whose time it lies: both are kept"


def at(hour: float) -> str:
    return f"2026-03-01T{int(hour):02}:{int(hour % 1 * 60):02}:00Z"


def running(name: str, start: float, end: float, rate: float | None = 1, **more: Any) -> dict[str, Any]:
    """An infusion of morphine by its rate in mg/h; with None by the amount that is given in its place."""
    amount = more.pop("amount", None)
    amounts = {"rateQuantity": ucum(rate, "mg/h")} if rate is not None else {"dose": ucum(amount, "mg")}
    return given(amounts, id=name, at=at(start), until=at(end), **more)


def of(number: str) -> dict[str, Any]:
    return {"request": {"reference": f"MedicationRequest/{number}"}}


def counted(found: Import) -> tuple[Fraction, list[tuple[str, ...]]]:
    """Milligrams of morphine that count, and the pairs of ids whose common time is refused."""
    exposures = build_exposures(found.record(), frozenset({"morphine"}), Basis.ADMINISTERED)
    assert {why.reason for why in exposures.refused} <= {RefusalReason.OVERLAP}
    assert all("covers the same time as" in why.detail and why.remedy for why in exposures.refused)
    return sum((item.amount.in_("mg") for item in exposures.items), Fraction(0)), [
        why.events for why in exposures.refused
    ]


def said(found: Import, reason: str) -> tuple[str, ...]:
    return tuple(
        example for line in found.quality.lines if line.reason == reason for example in line.examples
    )


def test_of_a_partial_overlap_the_common_time_counts_once(tmp_path: Path) -> None:
    """10 to 14 and 12 to 16 at 1 mg/h: 6 hours were covered, so 6 mg, not 8."""
    found = imported(tmp_path, running("a", 10, 14), running("b", 12, 16))
    assert counted(found) == (6, [("a", "b")])
    assert said(found, COMMON) == ("a and b",)


@pytest.mark.hazard("H-022")
def test_identical_periods_count_once(tmp_path: Path) -> None:
    found = imported(tmp_path, running("a", 10, 14), running("b", 10, 14))
    assert counted(found) == (4, [("a", "b")])
    assert said(found, COMMON) == ("a and b",)


def test_a_period_within_another_counts_not_at_all(tmp_path: Path) -> None:
    found = imported(tmp_path, running("a", 10, 18), running("b", 12, 13, 5))
    assert counted(found) == (8, [("a", "b")])
    assert said(found, COMMON) == ("a and b",)


def test_of_three_that_overlap_each_moment_counts_once(tmp_path: Path) -> None:
    """10-14, 11-15 and 13-17 cover 7 hours."""
    found = imported(tmp_path, running("a", 10, 14), running("b", 11, 15), running("c", 13, 17))
    assert counted(found) == (7, [("a", "b"), ("b", "c")])
    assert said(found, COMMON) == ("a and b", "b and c")


def test_a_short_one_between_does_not_hide_a_long_one(tmp_path: Path) -> None:
    found = imported(tmp_path, running("a", 10, 18), running("b", 11, 12), running("c", 14, 16))
    assert counted(found) == (8, [("a", "b"), ("a", "c")])
    assert said(found, COMMON) == ("a and b", "a and c")


def test_periods_that_touch_are_a_change_of_rate(tmp_path: Path) -> None:
    found = imported(tmp_path, running("a", 10, 14), running("b", 14, 16, 2))
    assert counted(found) == (8, [])
    assert not said(found, COMMON)


@pytest.mark.hazard("H-022")
def test_a_rate_and_an_amount_of_one_infusion_count_once(tmp_path: Path) -> None:
    """1 mg/h from 10 to 14 and, as a resource of its own, 4 mg over the same time."""
    found = imported(tmp_path, running("rate", 10, 14), running("sum", 10, 14, None, amount=4))
    assert counted(found) == (4, [("rate", "sum")])
    assert said(found, COMMON) == ("rate and sum",)


def test_an_amount_at_a_moment_that_is_what_an_infusion_makes_is_named(tmp_path: Path) -> None:
    """It may be the infusion charted once more, or a push of as much: a person decides."""
    found = imported(
        tmp_path, running("rate", 10, 14), given({"dose": ucum(4000, "ug")}, id="sum", at=at(14))
    )
    assert said(found, AMOUNT) == ("rate and sum",)
    whole = imported(
        tmp_path, running("a", 10, 14, None, amount=4), given({"dose": ucum(4, "mg")}, id="sum", at=at(11))
    )
    assert said(whole, AMOUNT) == ("a and sum",)


@pytest.mark.parametrize(
    "dose",
    [
        given({"dose": ucum(3, "mg")}, id="d", at=at(12)),
        given({"dose": ucum(4, "mg")}, id="d", at=at(15)),
        given({"dose": ucum(4, "mg")}, id="d", at=at(9)),
        given({"dose": ucum(4, "mg")}, id="d", at=at(12), by="subcutaneous"),
        given({"dose": ucum(4, "mg")}, id="d", at=at(12), drug="hydromorphone"),
        given({"dose": ucum(4, "mL")}, id="d", at=at(12)),
    ],
)
def test_another_amount_time_route_or_drug_is_a_push(tmp_path: Path, dose: dict[str, Any]) -> None:
    assert not said(imported(tmp_path, running("rate", 10, 14), dose), AMOUNT)


def test_two_named_orders_run_side_by_side_and_add(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        order(id="o1", drug="morphine"),
        order(id="o2", drug="morphine"),
        running("a", 10, 14, **of("o1")),
        running("b", 10, 14, **of("o2")),
    )
    assert counted(found) == (8, [])
    assert said(found, BESIDE) == ("a and b",)
    assert not said(found, COMMON)


def test_one_order_charted_twice_counts_once(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        order(id="o1", drug="morphine"),
        running("a", 10, 14, **of("o1")),
        running("b", 12, 16, **of("o1")),
    )
    assert counted(found) == (6, [("a", "b")])
    assert said(found, COMMON) == ("a and b",)


def test_a_row_without_an_order_is_added_on_top_of_none(tmp_path: Path) -> None:
    found = imported(
        tmp_path, order(id="o1", drug="morphine"), running("a", 10, 14, **of("o1")), running("b", 10, 14)
    )
    assert counted(found) == (4, [("a", "b")])
    assert said(found, COMMON) == ("a and b",)


@pytest.mark.parametrize("ending", ["json", "ndjson"])
def test_overlaps_across_files_are_found(tmp_path: Path, ending: str) -> None:
    """Bulk exports cut one patient over several files, and Bundles over several pages."""
    rows = [[patient(), running("a", 10, 14)], [running("b", 12, 16)], [running("c", 10, 11)]]
    for number, page in enumerate(rows):
        text = "\n".join(json.dumps(item) for item in page)
        if ending == "json":
            entries = [{"resource": item} for item in page]
            text = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
        (tmp_path / f"page{number}.{ending}").write_text(text, encoding="utf-8")
    found = fhir.read(tmp_path)
    # Of two that begin together the one with the lesser id counts.
    assert counted(found) == (6, [("a", "c"), ("a", "b")])
    assert said(found, COMMON) == ("a and c", "a and b")


def test_the_same_resource_in_two_files_counts_once(tmp_path: Path) -> None:
    for number in (1, 2):
        rows = [patient(), running("a", 10, 14)]
        (tmp_path / f"{number}.ndjson").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert counted(fhir.read(tmp_path)) == (4, [])


@pytest.mark.parametrize("more", [{"status": "not-done"}, {"status": "entered-in-error"}])
def test_what_was_not_given_covers_nothing(tmp_path: Path, more: dict[str, Any]) -> None:
    found = imported(tmp_path, running("a", 10, 14, **more), running("b", 10, 14))
    assert counted(found) == (4, [])
    assert not said(found, COMMON)


def test_other_drugs_and_routes_do_not_overlap(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        running("a", 10, 14),
        running("b", 10, 14, by="subcutaneous"),
        running("c", 10, 14, drug="hydromorphone"),
    )
    assert counted(found) == (8, [])
    assert not said(found, COMMON)
