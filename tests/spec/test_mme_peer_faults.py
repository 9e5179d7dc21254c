"""What other calculators get wrong, one fault a test: duplicates, units, routes, bands, patches, silent zeros.

Each was reproduced in the peer that its heading names. The figure beside it is the peer's.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from adjuvant import library
from adjuvant.opioids import (
    DailyMME,
    HealDefinition,
    HealSupply,
    LineStatus,
    daily_mme,
    heal_definitions,
    parse_regimen,
)
from adjuvant.record import RefusalReason

PAIR = "cdc2022+us_equianalgesic_classic"


def answer(plan: str, *medications: dict[str, Any]) -> DailyMME:
    return daily_mme(parse_regimen({"medications": list(medications)}), library.plan(plan))


def value(plan: str, *medications: dict[str, Any]) -> Fraction:
    """The total, which must be complete."""
    found = answer(plan, *medications)
    assert found.total.complete, [str(line.refusal) for line in found.lines if line.refusal]
    return found.total.value


def refused(plan: str, *medications: dict[str, Any]) -> RefusalReason:
    """The reason of the last line's refusal; the total must say that it is incomplete."""
    found = answer(plan, *medications)
    assert found.total.complete is False
    assert found.total.high is None
    assert found.lines[-1].status is LineStatus.REFUSED
    assert found.lines[-1].refusal is not None
    return found.lines[-1].refusal.reason


def oral(drug: str, dose: str, times: int | None = 2, **more: Any) -> dict[str, Any]:
    medication = {"drug": drug, "route": "oral", "dose": dose, "times_per_day": times, **more}
    return {key: item for key, item in medication.items() if item is not None}


def patch(dose: str = "75 ug/h", **more: Any) -> dict[str, Any]:
    return {"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": dose, **more}


# --- opioid-mme-r4 (CQL) --------------------------------------------------------------------------------------


def test_two_drugs_of_equal_mme_both_count() -> None:
    """Oxycodone 20 mg (30 MME) and morphine 30 mg (30 MME). Peer: 30."""
    assert value("cdc2022", oral("oxycodone", "10 mg"), oral("morphine", "15 mg")) == 60


@pytest.mark.hazard("H-031")
def test_two_identical_patch_orders_both_count() -> None:
    """Two of 50 microgram/h. Peer: 120."""
    assert value("cdc2022", patch("50 ug/h"), patch("50 ug/h")) == 240


def test_micrograms_are_not_multiplied_as_milligrams() -> None:
    """Oxycodone 10,000 microgram twice a day is 20 mg. Peer: 30,000."""
    assert value("cdc2022", oral("oxycodone", "10000 ug")) == 30


def test_an_injection_never_counts_as_if_it_were_swallowed() -> None:
    """Morphine 10 mg IV. Peer: 10, as oral. An oral table refuses; the pair takes its parenteral row, 3."""
    injected = oral("morphine", "10 mg", 1, route="iv")
    assert refused("cdc2022", injected) is RefusalReason.NO_FACTOR
    assert value(PAIR, injected) == 30


@pytest.mark.hazard("H-030")
def test_methadone_is_banded_on_the_days_total_and_not_per_order() -> None:
    """Two orders of 20 mg a day are 40 mg, the band of 8. Peer: 160 (and 80)."""
    assert value("cdc2016", oral("methadone", "10 mg"), oral("methadone", "10 mg")) == 320
    assert value("cdc2016", oral("methadone", "15 mg", 1), oral("methadone", "25 mg", 1)) == 320


@pytest.mark.hazard("H-030")
@pytest.mark.parametrize(
    ("mg", "mme"),
    [
        ("19.9", "79.6"), ("20", "80"), ("20.1", "160.8"), ("20.5", "164"),
        ("39.9", "319.2"), ("40", "320"), ("40.1", "401"),
        ("59.9", "599"), ("60", "600"), ("60.1", "721.2"),
    ],
)  # fmt: skip
def test_every_methadone_dose_has_an_answer_at_and_between_the_printed_edges(mg: str, mme: str) -> None:
    """Bands printed as 1-20, 21-40 leave 20.5 mg out. Peer: no answer."""
    assert value("cdc2016", oral("methadone", f"{mg} mg", 1)) == Fraction(mme)


def test_a_missing_timing_is_refused() -> None:
    """Peer: 0."""
    assert refused("cdc2022", oral("oxycodone", "10 mg", None)) is RefusalReason.MISSING_TIMING


def test_two_dosage_instructions_add_up() -> None:
    """Oxycodone 10 mg in the morning and 20 mg at night. Peers: an exception, and 15."""
    assert value("cdc2022", oral("oxycodone", "10 mg", 1), oral("oxycodone", "20 mg", 1)) == 45


# --- COSRI (JavaScript) ---------------------------------------------------------------------------------------


def test_buccal_fentanyl_in_milligrams_meets_a_factor_per_microgram() -> None:
    """0.2 mg four times a day is 800 microgram x 0.13. Peer: 0.104."""
    buccal = {"drug": "fentanyl", "form": "tablet", "route": "buccal", "dose": "0.2 mg", "times_per_day": 4}
    assert value("cms2018", buccal) == 104


@pytest.mark.hazard("H-031")
@pytest.mark.parametrize("hours", [48, 72])
def test_how_often_a_patch_is_changed_does_not_multiply(hours: int) -> None:
    """75 microgram/h changed every 48 hours. Peer: 270."""
    assert value("cdc2022", patch(every_hours=hours)) == 180


@pytest.mark.hazard("H-034")
def test_an_unknown_code_is_refused_because_it_could_be_an_opioid() -> None:
    """Peer: 0."""
    unknown = {"rxnorm": "99999999", "route": "oral", "dose": "10 mg", "times_per_day": 2}
    assert refused("cdc2022", unknown) is RefusalReason.UNKNOWN_DRUG


# --- mmequiv and the HEAL calculator --------------------------------------------------------------------------


def test_the_heal_table_refuses_what_it_has_no_route_for() -> None:
    """It knows no injection: IV morphine entered as "Morphine (mg)" counts as oral there."""
    assert refused("heal2025", oral("morphine", "10 mg", 1, route="iv")) is RefusalReason.NO_FACTOR


def test_a_patch_entered_as_a_third_a_day_is_still_worn_all_day() -> None:
    """Peer: 60."""
    assert value("heal2025", patch(times_per_day=0.3333)) == 180


def test_the_four_definitions_are_told_apart() -> None:
    """Ten days of 60 MME, five of them with 30 more, in a window of 20 days: 50, 75, 37.5 and 90."""
    lines = parse_regimen({"medications": [oral("oxycodone", "20 mg"), oral("oxycodone", "10 mg")]})
    supplies = [HealSupply(lines[0], date(2026, 3, 1), 10), HealSupply(lines[1], date(2026, 3, 6), 5)]
    window = (date(2026, 3, 1), date(2026, 3, 21))
    figures = heal_definitions(supplies, library.plan("heal2025"), window=window).with_buprenorphine
    read = {key: total.value for key, total in figures.by_definition.items() if total is not None}
    assert read == {
        HealDefinition.TOTAL_DAYS_SUPPLY: 50,
        HealDefinition.ON_THERAPY_DAYS: 75,
        HealDefinition.FIXED_WINDOW: Fraction("37.5"),
        HealDefinition.MAXIMUM_DAY: 90,
    }


# --- NotoMD, MedCalc-Bench, openprescribing, cqf-ruler --------------------------------------------------------


def test_the_patch_factor_is_the_tables_own() -> None:
    """75 microgram/h by CDC 2022. NotoMD: 225, with a factor of 3 from another table."""
    assert value("cdc2022", patch()) == 180
    assert value("fpm_anzca_2021", patch()) == 225


@pytest.mark.hazard("H-034")
def test_methadone_does_not_fall_out_of_the_total() -> None:
    """NotoMD counts the rest only."""
    assert value("cdc2022", oral("morphine", "15 mg"), oral("methadone", "10 mg")) == 30 + 94


@pytest.mark.hazard("H-031")
def test_a_patch_dosed_in_milligrams_is_refused() -> None:
    """MedCalc-Bench multiplies the milligrams."""
    assert refused("cdc2022", patch("60 mg")) is RefusalReason.AMBIGUOUS_DOSE


@pytest.mark.hazard("H-031")
def test_a_patch_of_75_is_180_and_not_504() -> None:
    """Reported by users of openprescribing and cqf-ruler."""
    assert value("cms2018", patch(every_hours=72)) == 180


@pytest.mark.hazard("H-034")
def test_every_line_that_goes_in_comes_out() -> None:
    """cqf-ruler dropped prescriptions that it had fetched beforehand."""
    medications = [
        oral("oxycodone", "10 mg"),
        oral("oxycodone", "10 mg"),
        {"drug": "gabapentin"},
        oral("Painaway", "10 mg"),
        patch(),
    ]
    statuses = [line.status.value for line in answer("cdc2022", *medications).lines]
    assert statuses == ["value", "value", "not_an_opioid", "refused", "value"]


SOURCES: dict[str, dict[str, Any]] = {
    "a regular dose": oral("oxycodone", "10 mg"),
    "a rescue dose": oral("morphine", "15 mg", 6, as_needed=True),
    "a patch": patch(),
    "an infusion": {"drug": "hydromorphone", "route": "intravenous", "rate": "0.2 mg/h"},
    "a dose under the skin": {"drug": "morphine", "route": "sc", "dose": "5 mg", "times_per_day": 4},
    "tablets of a strength": {
        "drug": "codeine", "route": "oral", "dose": "2 {tablet}", "strength": "30 mg/{tablet}", "times_per_day": 3,
    },
}  # fmt: skip
LOST = {
    "its dose": {"dose": "?", "rate": "?"},
    "its unit": {"dose": "10", "rate": "10"},
    "when it is given": {"times_per_day": None, "every_hours": None},
    "what it is": {"drug": "a name that nobody knows"},
    "its route": {"route": "epidural"},
}


def without(line: dict[str, Any], lost: str) -> dict[str, Any]:
    """The line without one thing; keys that it has not are not lost."""
    changed = {key: value for key, value in LOST[lost].items() if key in line}
    return {key: value for key, value in (line | changed).items() if value is not None}


@pytest.mark.hazard("H-034")
@pytest.mark.parametrize(
    ("source", "lost"),
    [(name, lost) for name, line in SOURCES.items() for lost in LOST if without(line, lost) != line],
)
def test_whichever_source_of_opioid_is_lost_the_total_never_calls_itself_complete(
    source: str, lost: str
) -> None:
    """Six ways in which an opioid comes to a patient, and what makes each countable, taken away one by one."""
    table = "cdc2022+us_equianalgesic_classic"
    whole = answer(table, *SOURCES.values()).total
    assert whole.complete
    broken = without(SOURCES[source], lost)
    total = answer(table, *(broken if name == source else line for name, line in SOURCES.items())).total
    assert not total.complete
    assert total.high is None
    assert total.value <= whole.value


@pytest.mark.hazard("H-034")
def test_dropping_the_knowledge_of_any_one_line_leaves_no_complete_total() -> None:
    """Each line in turn loses what makes it countable; the total then never calls itself complete."""
    medications = [oral("oxycodone", "10 mg"), oral("morphine", "15 mg", 6, as_needed=True), patch()]
    whole = answer("cdc2022", *medications).total
    for index in range(len(medications)):
        broken = [item | {"dose": "?"} if place == index else item for place, item in enumerate(medications)]
        total = answer("cdc2022", *broken).total
        assert not total.complete
        assert total.high is None
        assert total.value <= whole.value
