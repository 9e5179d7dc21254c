"""The day's total: what is added, what is banded together, what is an interval, and when it is incomplete."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import InputError
from adjuvant.library.model import TablePlan
from adjuvant.opioids import DailyMME, LineStatus, Total, daily_mme, parse_regimen
from adjuvant.record import RefusalReason
from small_tables import CITATION, a_plan, a_row, a_table

PLAN = a_plan(
    a_row("oxycodone", "2", line=12, note="twice as strong"),
    a_row("morphine", "1"),
    a_row("methadone", bands=(("above 0", "4"), ("above 20", "8"))),
    a_row("hydromorphone", bands=(("from 0", "12"), ("from 30", "10"))),
    a_row("buprenorphine", "30", routes="sublingual"),
    a_row("codeine", routes="oral", refuse="nobody agrees"),
)


def oral(drug: str, mg: str | int, times: int | float = 1, **more: Any) -> dict[str, Any]:
    return {"drug": drug, "route": "oral", "dose": f"{mg} mg", "times_per_day": times, **more}


def answer(*medications: dict[str, Any], plan: TablePlan = PLAN) -> DailyMME:
    return daily_mme(parse_regimen({"medications": list(medications)}), plan)


def total(*medications: dict[str, Any]) -> tuple[Fraction, Fraction, Fraction | None]:
    found = answer(*medications).total
    assert found.complete is (found.high is not None)
    return found.value, found.low, found.high


def test_lines_are_added() -> None:
    assert total(oral("oxycodone", 10, 4), oral("morphine", 15, 2)) == (110, 110, 110)


def test_the_same_line_twice_counts_twice() -> None:
    assert total(oral("oxycodone", 10), oral("oxycodone", 10)) == (40, 40, 40)


def test_as_needed_doses_make_an_interval() -> None:
    assert total(oral("oxycodone", 10, 4), oral("morphine", 15, 6, as_needed=True)) == (80, 80, 170)


def test_a_band_is_read_at_the_days_total_over_all_lines() -> None:
    """10 + 10 mg stay at 4; 10 + 10.1 mg are in the band of 8."""
    assert total(oral("methadone", 10), oral("methadone", 10)) == (80, 80, 80)
    assert total(oral("methadone", 10), oral("methadone", "10.1")) == ((Fraction("160.8"),) * 3)


def test_each_line_has_its_share_pro_rata() -> None:
    lines = answer(oral("methadone", 15), oral("methadone", 25)).lines
    assert [line.value for line in lines] == [120, 200]


def test_as_needed_methadone_is_banded_at_each_end() -> None:
    """20 mg scheduled: 80. With 10 mg as needed 30 mg, the band of 8: 240, shared 160 and 80."""
    found = answer(oral("methadone", 20), oral("methadone", 5, 2, as_needed=True))
    assert (found.total.value, found.total.low, found.total.high) == (80, 80, 240)
    assert [(line.value, line.low, line.high) for line in found.lines] == [(80, 80, 160), (0, 0, 80)]


def test_only_as_needed_methadone_begins_at_nothing() -> None:
    assert total(oral("methadone", 5, 6, as_needed=True)) == (0, 0, 240)


def test_where_a_band_falls_the_interval_holds_every_dose_between_its_ends() -> None:
    """29 mg read 348; up to just below 30 mg they rise to 360, and at 30 mg they read 300."""
    found = answer(oral("hydromorphone", 29), oral("hydromorphone", 2, 1, as_needed=True)).total
    assert (found.value, found.low, found.high) == (348, 300, 360)


def test_totals_are_given_by_drug() -> None:
    found = answer(oral("oxycodone", 10, 4), oral("morphine", 5, 2, as_needed=True), oral("oxycodone", 5))
    assert list(found.by_drug) == ["morphine", "oxycodone"]
    assert found.by_drug["oxycodone"] == Total(Fraction(90), Fraction(90), Fraction(90), True)
    assert found.by_drug["morphine"] == Total(Fraction(0), Fraction(0), Fraction(10), True)


def test_a_refused_line_makes_the_total_incomplete_and_open_above() -> None:
    found = answer(oral("oxycodone", 10), {"drug": "morphine", "route": "oral", "dose": "10 mg"})
    assert found.total == Total(Fraction(20), Fraction(20), None, False)
    assert found.by_drug["morphine"] == Total(Fraction(0), Fraction(0), None, False)
    assert found.by_drug["oxycodone"].complete
    refused = found.lines[1]
    assert refused.status is LineStatus.REFUSED
    assert refused.value is refused.low is refused.high is None
    assert refused.refusal is not None
    assert refused.refusal.subject == "medications[1] (morphine)"
    assert refused.refusal.ingredient == "morphine"
    assert str(refused.refusal) == (
        "medications[1] (morphine): missing timing: nothing says how often; state times_per_day or every_hours."
    )


def test_an_unknown_drug_makes_the_total_incomplete() -> None:
    found = answer(oral("oxycodone", 10), oral("Painaway", 10))
    assert not found.total.complete
    assert found.lines[1].ingredient is None


def test_what_is_no_opioid_changes_nothing() -> None:
    found = answer(oral("oxycodone", 10), {"drug": "gabapentin"})
    assert found.total == Total(Fraction(20), Fraction(20), Fraction(20), True)
    assert found.lines[1].status is LineStatus.NOT_AN_OPIOID
    assert found.lines[1].value is None
    assert "not an opioid" in found.lines[1].derivation[-1].text


def test_only_non_opioids_are_a_complete_total_of_nothing() -> None:
    assert answer({"drug": "gabapentin"}).total == Total(Fraction(0), Fraction(0), Fraction(0), True)


def test_no_line_at_all_is_not_nothing() -> None:
    with pytest.raises(InputError, match="nothing listed is not nothing taken"):
        daily_mme((), PLAN)


def test_a_row_without_consensus_refuses_its_line() -> None:
    found = answer(oral("codeine", 30))
    assert found.lines[0].refusal is not None
    assert found.lines[0].refusal.reason is RefusalReason.NO_CONSENSUS
    assert "nobody agrees" in found.lines[0].refusal.detail


def test_buprenorphine_is_reported_with_and_without() -> None:
    film = {"drug": "buprenorphine", "route": "sl", "dose": "2 mg", "times_per_day": 1}
    found = answer(oral("oxycodone", 10), film)
    assert found.total.value == 80
    assert found.without_buprenorphine == Total(Fraction(20), Fraction(20), Fraction(20), True)
    assert any("buprenorphine" in warning for warning in found.warnings)


def test_refused_buprenorphine_leaves_the_total_without_it_complete() -> None:
    found = answer(
        oral("oxycodone", 10), {"drug": "buprenorphine", "route": "iv", "dose": "1 mg", "times_per_day": 1}
    )
    assert not found.total.complete
    assert found.without_buprenorphine == Total(Fraction(20), Fraction(20), Fraction(20), True)


def test_another_refused_line_leaves_both_incomplete() -> None:
    found = answer(oral("oxycodone", 10), oral("Painaway", 10))
    assert not found.without_buprenorphine.complete


def test_a_total_with_methadone_says_so() -> None:
    assert any("methadone" in warning for warning in answer(oral("methadone", 10)).warnings)
    assert not any("methadone" in warning for warning in answer(oral("oxycodone", 10)).warnings)


def test_the_scope_warnings_of_all_tables_are_carried_once() -> None:
    first = a_table(a_row("oxycodone", "2"), warning="for outpatients")
    second = a_table(a_row("oxycodone", "3", routes="parenteral"), key="second", warning="for inpatients")
    found = answer(oral("oxycodone", 1), plan=TablePlan(first, second))
    assert found.plan == "small+second"
    assert found.warnings == ("for outpatients", "for inpatients")
    assert found.citations == (CITATION,)
    assert answer(oral("oxycodone", 1), plan=TablePlan(first, first)).warnings == ("for outpatients",)


def test_every_step_of_a_line_is_shown_with_its_row_and_citation() -> None:
    (line,) = answer(oral("oxycodone", 10, 4)).lines
    assert [step.text for step in line.derivation] == [
        "as written: drug oxycodone; route oral; dose 10 mg; times_per_day 4",
        "10 mg × 4 a day = 40 mg/day",
        "oxycodone: 2 MME per mg",
        "twice as strong",
        "40 mg/day × 2 = 80 MME/day",
    ]
    factor = line.derivation[2]
    assert (factor.row, factor.citation, factor.provenance) == (
        "opioids/small.yaml:12",
        CITATION,
        Provenance.ASSUMED,
    )


def test_an_as_needed_line_shows_its_maximum() -> None:
    (line,) = answer(oral("oxycodone", 10, 4, as_needed=True)).lines
    assert [step.text for step in line.derivation[1:]] == [
        "10 mg × 4 a day = 40 mg/day",
        "as needed: from none to this maximum",
        "oxycodone: 2 MME per mg",
        "twice as strong",
        "40 mg/day × 2 = 80 MME/day at most, none scheduled",
    ]


def test_a_pump_shows_both_its_ends() -> None:
    pump = {
        "drug": "oxycodone",
        "route": "oral",
        "rate": "1 mg/h",
        "demand": "1 mg",
        "max_demands_per_day": 10,
    }
    (line,) = answer(pump).lines
    assert [step.text for step in line.derivation[-2:]] == [
        "24 mg/day × 2 = 48 MME/day scheduled",
        "34 mg/day × 2 = 68 MME/day at most",
    ]


def test_a_banded_line_shows_the_days_total_that_its_factor_rests_on() -> None:
    lines = answer(oral("methadone", 15), oral("methadone", 25), oral("methadone", 5, as_needed=True)).lines
    assert lines[0].derivation[-1].text == (
        "scheduled: the day's total is 40 mg, so 15 mg of it × 8 = 120 MME/day; "
        "at most: the day's total is 45 mg, so 15 mg of it × 8 = 120 MME/day"
    )
    alone = answer(oral("methadone", 20)).lines[0]
    assert alone.derivation[-1].text == "scheduled: the day's total is 20 mg, so 20 mg of it × 4 = 80 MME/day"


def test_a_refused_line_shows_how_far_it_was_led() -> None:
    spinal = {"drug": "morphine", "route": "intrathecal", "dose": "1 mg", "times_per_day": 2}
    (line,) = answer(spinal).lines
    assert line.refusal is not None
    assert line.refusal.reason is RefusalReason.NEURAXIAL
    assert [step.text for step in line.derivation[1:]] == ["1 mg × 2 a day = 2 mg/day"]


def test_a_form_that_nobody_knows_is_mentioned() -> None:
    (line,) = answer(oral("oxycodone", 10, form="gummy bear")).lines
    assert line.value == 20
    assert "form 'gummy bear' is not known, and was not used" in [step.text for step in line.derivation]


def test_a_feeding_tube_says_that_the_oral_row_was_assumed_for_it() -> None:
    (line,) = answer({"drug": "oxycodone", "route": "ng tube", "dose": "10 mg", "times_per_day": 1}).lines
    assert line.value == 20
    (step,) = [step for step in line.derivation if "is counted as oral" in step.text]
    assert step.provenance is Provenance.ASSUMED


def test_a_trade_name_says_what_it_holds() -> None:
    (line,) = answer(oral("OxyContin", 10)).lines
    assert "OxyContin is oxycodone" in [step.text for step in line.derivation]


def test_thirds_are_exact_inside_and_marked_in_words() -> None:
    (line,) = answer(oral("oxycodone", 10, 1) | {"times_per_day": None, "every_hours": 36}).lines
    assert line.value == Fraction(40, 3)
    assert "about 6.66667 mg/day" in line.derivation[1].text
