"""Doses that no pump gives: by mouth, by nose, by injection in parts; and the way on by another route."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.cli.plan_words import print_hand
from adjuvant.library.folder import FOLDER
from adjuvant.plan import RefusedPlan, read_setup
from adjuvant.plan.by_hand import HandPlan, by_hand
from adjuvant.protocol import Situation, evaluate, load, protocol_keys
from adjuvant.reports.order_sheet import hand_sheet, order_html, order_pdf
from bedside import closed
from infusions import advice, situation
from running import Run, adjuvant, home

__all__ = ["adjuvant", "home"]

PROTOCOLS = FOLDER / "protocols"
HAND = [
    (key, name)
    for key in protocol_keys()
    if load(key).protocol.kind == "protocol"
    for name, one in load(key).protocol.regimens.items()
    if one.mode in ("oral", "injection", "sublingual", "intranasal", "buccal")
]


def injections(weight: str = "70 kg", **stated: str | None) -> HandPlan | RefusedPlan | None:
    """Henry Ford at home: 0.5 mg/kg under the skin in three equal parts."""
    protocol = closed("henry_ford_home_sc")
    seen = situation(protocol, weight)
    return by_hand(advice(protocol, seen), protocol, seen, read_setup(vial="50 mg/mL", **stated))


def test_35_mg_are_three_parts_of_0_23_ml_at_0_15_and_30_minutes() -> None:
    """35 ÷ 3 = 11.667 mg; ÷ 50 = 0.2333 mL, which a syringe of 1 mL makes 0.23."""
    plan = injections()
    assert isinstance(plan, HandPlan)
    first = plan.parts[0].at
    assert [(one.at - first).total_seconds() / 60 for one in plan.parts] == [0, 15, 30]
    assert sum((one.amount.value for one in plan.parts), Fraction(0)) == 35
    assert str(plan.drawn) == "0.23 mL"
    assert str(plan.held) == "11.5 mg"  # 0.23 x 50, and not the 11.667 of the part


@pytest.mark.parametrize("weight", ["20 kg", "45 kg", "62 kg", "72 kg", "100 kg", "250 kg"])
def test_what_is_drawn_is_never_more_than_was_ordered(weight: str) -> None:
    plan = injections(weight)
    if isinstance(plan, HandPlan) and plan.drawn is not None:
        assert plan.drawn.value * 50 * len(plan.parts) <= plan.amount.value


def test_an_injection_without_a_stated_vial_is_asked_for() -> None:
    protocol = closed("henry_ford_home_sc")
    seen = situation(protocol)
    with pytest.raises(Exception, match="no strength is a default"):
        by_hand(advice(protocol, seen), protocol, seen, read_setup())


def test_a_volume_that_the_syringe_cannot_measure_is_refused() -> None:
    """0.5 mg/kg at 20 kg in three parts is 3.33 mg; of 50 mg/mL 0.0667 mL, of which 0.06 can be drawn: 10 % less."""
    plan = injections("20 kg")
    assert isinstance(plan, RefusedPlan)
    assert "cannot be drawn up" in plan.reasons[0]


@pytest.mark.hazard("H-012")
def test_a_vial_that_must_be_diluted_is_not_given_by_hand() -> None:
    protocol = closed("henry_ford_home_sc")
    seen = situation(protocol, "70 kg")
    plan = by_hand(advice(protocol, seen), protocol, seen, read_setup(vial="100 mg/mL"))
    assert isinstance(plan, RefusedPlan) and "diluted" in plan.reasons[0]


@pytest.mark.parametrize(("key", "name"), HAND)
def test_every_dose_that_no_pump_gives_has_a_sheet_without_a_rate(key: str, name: str) -> None:
    protocol = closed(key)
    seen = situation(protocol)
    guidance = advice(protocol, seen, name)
    plan = by_hand(
        guidance,
        protocol,
        seen,
        read_setup(vial=None if protocol.protocol.drug != "ketamine" else "10 mg/mL"),
    )
    if not isinstance(plan, HandPlan):
        assert plan is None or plan.reasons
        return
    page = order_html(hand_sheet(plan, protocol, seen, None, "An invented patient"))
    assert "Give by hand" in page and "Set the pump to" not in page and "mL/h" not in page
    assert page.count("My own dose") == 2 and "Example, not for use" in page


def test_the_sheet_by_hand_is_one_page_that_the_pdf_holds_too() -> None:
    plan = injections("72 kg")
    assert isinstance(plan, HandPlan)
    protocol = closed("henry_ford_home_sc")
    sheet = hand_sheet(plan, protocol, situation(protocol, "72 kg"), None, "An invented patient")
    pdf = order_pdf(sheet)
    assert pdf.startswith(b"%PDF") and pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 1
    assert [row.name for row in sheet.by_hand] == [
        "Part 1 of 3",
        "Part 2 of 3",
        "Part 3 of 3",
        "Left in the vial",
    ]


def test_the_sheet_and_the_print_say_what_the_syringe_holds_where_that_is_less_than_the_part(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """At 70 kg a part is 11.667 mg and 0.23 mL hold 11.5; at 72 kg it is 12 mg and 0.24 mL hold all of it."""
    for weight, held in (("70 kg", "11.5 mg"), ("72 kg", None)):
        protocol = closed("henry_ford_home_sc")
        seen = situation(protocol, weight)
        plan = injections(weight)
        assert isinstance(plan, HandPlan)
        rows = hand_sheet(plan, protocol, seen, None, "Invented patient").by_hand
        assert all(
            ("of the" in row.text) is (held is not None) for row in rows if row.name != "Left in the vial"
        )
        print_hand(plan, "A dose", None, UTC)
        said = " ".join(capsys.readouterr().out.split())
        assert (f", which holds {held}" in said) if held else ("which holds" not in said)
        assert held is None or all(f": {held} of the " in row.text for row in rows[:3])


def test_what_a_pump_gives_is_no_plan_by_hand() -> None:
    protocol = closed("civik")
    seen = situation(protocol)
    assert by_hand(evaluate(protocol, seen), protocol, seen, read_setup()) is None


def test_a_withheld_dose_is_no_plan_by_hand() -> None:
    protocol = closed("henry_ford_home_sc")
    seen = situation(protocol)
    bare = Situation.at(seen.instant, seen.facts.__class__("nobody", "UTC"))
    assert by_hand(evaluate(protocol, bare), protocol, bare, read_setup(vial="50 mg/mL")) is None


def test_the_command_gives_the_parts_in_print_in_json_and_on_the_sheet(adjuvant: Run, tmp_path: Path) -> None:
    path = PROTOCOLS / "henry_ford_home_sc" / "scenarios" / "first_week.yaml"
    told = adjuvant("plan", path, "--vial", "50 mg/mL", "--out", tmp_path, "--json")
    assert told.code == 0
    answer = json.loads(told.out)
    assert (answer["pump"], answer["refused"], answer["by_hand"]["amount"]) == (None, None, "36 mg")
    parts = answer["by_hand"]["parts"]
    assert [one["drawn"] for one in parts] == ["0.24 mL"] * 3
    times = [datetime.fromisoformat(one["at"]) for one in parts]
    assert [(at - times[0]).seconds // 60 for at in times] == [0, 15, 30]
    assert any(
        "part 3 of 3" in line for line in adjuvant("plan", path, "--vial", "50 mg/mL").out.splitlines()
    )
    (html,) = tmp_path.glob("*.html")
    assert "0.24 mL of ketamine 50 mg/mL: 12 mg" in html.read_text(encoding="utf-8")


# --- on by another route ------------------------------------------------------------------------------------


def onward(
    adjuvant: Run, tmp_path: Path, protocol: str, scenario: str, *more: str
) -> tuple[list[dict], str, str]:
    """What stands in JSON, in print and on the sheet."""
    path = PROTOCOLS / protocol / "scenarios" / f"{scenario}.yaml"
    stated = ("--vial", "50 mg/mL", "--bag", "48 mL", "--pump-step", "0.1 mL/h", *more)
    found = json.loads(adjuvant("plan", path, *stated, "--out", tmp_path, "--json").out)
    (html,) = tmp_path.glob("*.html")
    return (
        found["onward"],
        " ".join(adjuvant("plan", path, *stated).out.split()),
        html.read_text(encoding="utf-8"),
    )


def test_300_mg_a_day_under_the_skin_go_on_by_mouth_as_each_source_has_it(
    adjuvant: Run, tmp_path: Path
) -> None:
    """Companion: a third, 100 mg in four or more doses, so 25 mg. Benitez-Rosario: as much, up to half more."""
    found, text, page = onward(adjuvant, tmp_path, "islhd_burst", "second_and_third_day", "--lasts", "24 h")
    assert [one["protocol"] for one in found] == ["islhd_burst", "benitez_rosario"]
    own, other = found
    assert (own["per_day"], own["doses_per_day"], own["each"]) == (["100 mg/d"] * 2, 4, ["25 mg"] * 2)
    assert (other["per_day"], other["doses_per_day"]) == (["300 mg/d", "450 mg/d"], None)
    assert own["citation"] != other["citation"]
    for shown in (text, page):
        assert "100 mg/d, in at least 4 doses a day, of 25 mg" in shown
        assert "how long after the end is not said" in shown
    assert "By another route" in page


def test_a_protocol_that_changes_no_route_says_nothing_of_one(adjuvant: Run, tmp_path: Path) -> None:
    found, text, page = onward(adjuvant, tmp_path, "patel_ldk", "first_infusion")
    assert found == [] and "another route" not in text and "By another route" not in page


@pytest.mark.parametrize("key", protocol_keys())
def test_no_ratio_is_taken_from_a_protocol_of_the_other_drug(key: str) -> None:
    """Nothing converts racemic ketamine and S-ketamine."""
    protocol = load(key).protocol
    for regimen in protocol.regimens.values():
        for one in regimen.conversions:
            assert protocol.drug == "ketamine", "then a test of S-ketamine belongs here"
            assert one.to != (one.from_ or regimen.route)
