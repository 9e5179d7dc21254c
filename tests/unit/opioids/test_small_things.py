"""What is easily lost on the way: a route, a form, a source, one end of a total, the words of a refused lookup."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.citation import Citation
from adjuvant.errors import InternalError
from adjuvant.library.model import TablePlan
from adjuvant.opioids import (
    daily_mme,
    find_factor,
    line_from_dispense,
    mme_json,
    parse_regimen,
    read_regimen,
)
from adjuvant.opioids.factor import AppliedRow, factor_words
from adjuvant.opioids.pricing import total_of
from adjuvant.quantity import parse_quantity
from adjuvant.record import MedicationDispense, Origin, Refusal
from adjuvant.record.naming import resolve_drug
from small_tables import a_plan, a_row, a_table

MORPHINE = a_plan(a_row("morphine", "3", routes="subcutaneous"))
APART = "report the dose beside the total, never in it"


def shown(**medication: Any) -> dict[str, Any]:
    """The one line of the answer for this medication."""
    answer = mme_json(parse_regimen({"medications": [medication]}), MORPHINE, (MORPHINE,))
    (line,) = answer["lines"]
    return dict(line)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ({"dose": "5-10 mg", "times_per_day": 4}, "ambiguous dose"),  # the line cannot be read
        ({"dose": "5 mg"}, "missing timing"),  # it can, and has no amount a day
    ],
)
def test_a_refused_line_still_shows_its_route(written: dict[str, Any], reason: str) -> None:
    line = shown(drug="morphine", route="sc", **written)
    assert (line["status"], line["reason"], line["route"]) == ("refused", reason, "subcutaneous")


def test_a_patch_on_the_skin_is_meant_to_act_through_it() -> None:
    """Records write "topical" for anything put on the skin."""
    patch = {"drug": "fentanyl", "route": "topical", "dose": "50 ug/h"}
    lines = parse_regimen({"medications": [patch | {"form": "patch"}, patch | {"form": "cream"}]})
    assert [line.route for line in lines] == ["transdermal", "topical"]


def test_a_code_alone_says_the_form_and_the_route_of_its_product() -> None:
    """RxNorm 245134 is "72 HR fentanyl 0.025 MG/HR Transdermal System"."""
    (line,) = parse_regimen({"medications": [{"rxnorm": "245134", "dose": "1 {patch}"}]})
    assert (line.drug.name, line.form, line.route) == ("fentanyl", "patch", "transdermal")


@pytest.mark.parametrize("text", ["2 mg / h", "2  mg/h", "2 mg /h"])
def test_a_unit_may_be_written_with_spaces_in_it(text: str) -> None:
    (line,) = parse_regimen({"medications": [{"drug": "morphine", "route": "sc", "rate": text}]})
    assert line.problem is None and line.rate == parse_quantity("2 mg/h")


def test_the_supply_of_a_quarter_is_no_dose_that_nobody_believes() -> None:
    """9000 tablets of 10 mg in 90 days are 1000 mg a day, which somebody may take; 90 g at once nobody does."""
    supply = MedicationDispense(
        id="1",
        drug=resolve_drug("morphine sulfate 10 MG Oral Tablet"),
        origin=Origin("test", "dispense", "1"),
        start=datetime(2026, 3, 1, tzinfo=UTC),
        quantity=parse_quantity("9000 {tablet}"),
        days_supply=Fraction(90),
    )
    plan = a_plan(a_row("morphine", "1"))
    total = daily_mme([line_from_dispense(supply)], plan).total
    assert (total.value, total.complete) == (1000, True)
    at_once = {
        "drug": "morphine sulfate 10 MG Oral Tablet",
        "route": "oral",
        "dose": "9000 {tablet}",
        "times_per_day": 1,
    }
    assert not daily_mme(parse_regimen({"medications": [at_once]}), plan).total.complete


def test_each_end_of_a_total_is_added_up_for_itself() -> None:
    """Two parts, each with 10 scheduled, which is also the most, and 4 at least: 20, 8 and 20."""
    ten = Fraction(10)
    total = total_of([(ten, Fraction(4), ten), (ten, Fraction(4), ten)])
    assert (total.value, total.low, total.high) == (20, 8, 20)
    total = total_of([(ten, ten, Fraction(15)), (ten, ten, Fraction(15))])
    assert (total.value, total.low, total.high) == (20, 20, 30)


def test_the_source_of_a_row_is_cited_beside_that_of_its_table() -> None:
    other = Citation("another", "Somebody. Another source.", document="another test")
    table = a_table(replace(a_row("morphine", "1"), citation=other), a_row("codeine", "2"))
    (line,) = read_regimen(
        '{"medications": [{"drug": "morphine", "route": "po", "dose": "5 mg", "times_per_day": 2}]}'
    )
    answer = daily_mme([line], TablePlan(table))
    assert [citation.key for citation in answer.citations] == ["another", "invented"]


# --- the words of a lookup ------------------------------------------------------------------------------------

FORMS = (
    a_row("fentanyl", "1", routes="buccal", forms="tablet"),
    a_row("fentanyl", "2", routes="buccal", forms="film"),
)
LOOKED_UP = a_plan(
    a_row("morphine", "1"),
    a_row("methadone", None, refuse="it varies too much"),
    *FORMS,
    parenteral=a_table(a_row("morphine", "3", routes="intravenous"), key="second"),
)


@pytest.mark.parametrize(
    ("asked", "subject", "sentence"),
    [
        (
            ("morphine", None, None),
            "morphine",
            "the route is not stated, and factors differ by route; state it, such as oral, intravenous or transdermal",
        ),
        (
            ("morphine", "warp", "tablet"),
            "morphine warp tablet",
            "route 'warp' is not known; write one such as oral, intravenous or transdermal",
        ),
        (
            ("morphine", "epidural", None),
            "morphine epidural",
            f"epidural doses have no accepted equivalence; published ratios differ many times over; {APART}",
        ),
        (("methadone", "oral", None), "methadone oral", f"small: it varies too much; {APART}"),
        (
            ("fentanyl", "buccal", None),
            "fentanyl buccal",
            "small gives different factors buccal for tablet; film; state the form",
        ),
        (
            ("fentanyl", "buccal", "spray"),
            "fentanyl buccal spray",
            (
                "small has this drug buccal as tablet; film only, not as spray; "
                "choose a table that has it, or report the dose beside the total"
            ),
        ),
        (
            ("morphine", "sc", None),
            "morphine sc",
            (
                "second has morphine for intravenous only, not subcutaneous; "
                "choose a table that has it, or report the dose beside the total"
            ),
        ),
    ],
)
def test_a_lookup_that_finds_no_row_says_so_word_for_word(
    asked: tuple[str, str | None, str | None], subject: str, sentence: str
) -> None:
    found = find_factor(LOOKED_UP, *asked)
    assert isinstance(found, Refusal)
    assert (found.subject, found.ingredient) == (subject, asked[0])
    assert f"{found.detail}; {found.remedy}" == sentence


def test_a_row_without_bands_has_the_same_words_at_every_total() -> None:
    row = a_row("oxycodone", "1.5")
    assert factor_words(row) == factor_words(row, Fraction(50)) == "1.5 MME per mg"


def test_a_row_without_a_factor_cannot_be_put_to_work() -> None:
    with pytest.raises(InternalError) as caught:
        AppliedRow(a_row("codeine"), Fraction(1), None).factor(Fraction(5))
    assert str(caught.value) == "opioids/small.yaml: has no factor; look it up with find_factor."


def test_a_strength_that_can_only_be_the_partners_asks_for_the_opioids_own() -> None:
    tablet = {
        "drug": "oxycodone/acetaminophen",
        "route": "oral",
        "dose": "1 {tablet}",
        "strength": "325 mg/{tablet}",
        "times_per_day": 4,
    }
    (line,) = daily_mme(parse_regimen({"medications": [tablet]}), a_plan(a_row("oxycodone", "1"))).lines
    assert line.refusal is not None
    assert f"{line.refusal.detail}; {line.refusal.remedy}" == (
        "strength 325 mg/{tablet} of oxycodone can only be that of its partner; state the opioid's own strength"
    )


@pytest.mark.parametrize("times", [10**9, -(10**9), 10**9 - 1, 2])
def test_a_whole_number_is_read_as_written_however_large(times: int) -> None:
    given = {"drug": "morphine", "route": "sc", "dose": "1 mg", "times_per_day": times}
    (line,) = parse_regimen({"medications": [given]})
    assert line.times_per_day == times and type(line.times_per_day) is Fraction
