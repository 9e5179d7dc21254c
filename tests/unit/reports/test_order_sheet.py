"""The order sheet: one number to set, in the largest type; a refusal in its place; one page; nothing unescaped."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.plan import InfusionPlan, RefusedPlan, Running, draft, monitoring_schedule
from adjuvant.plan.figures import span_words
from adjuvant.quantity import Quantity
from adjuvant.reports.order_sheet import OrderSheet, order_html, order_pdf, order_sheet
from bedside import closed
from infusions import advice, founding, setup, situation


def sheet(
    key: str = "patel_ldk", weight: str = "67.6 kg", regimen: str | None = None, **stated: str | None
) -> OrderSheet:
    protocol = founding() if key == "patel_ldk" else closed(key)
    seen = situation(protocol, weight)
    plan = draft(advice(protocol, seen, regimen), protocol, seen, setup(**stated))
    schedule = None
    if isinstance(plan, InfusionPlan):
        due = plan.order.due
        schedule = monitoring_schedule(
            protocol,
            plan.guidance.regimen,
            Running(due, due + timedelta(minutes=40)),
            due + timedelta(hours=24),
        )
    return order_sheet(plan, protocol, seen, schedule, "Invented patient")


def withheld() -> OrderSheet:
    seen = situation(founding())
    silent = replace(seen, facts=replace(seen.facts, answers=()))
    plan = draft(advice(founding(), silent), founding(), silent, setup())
    assert isinstance(plan, RefusedPlan)
    return order_sheet(plan, founding(), silent, None, "Invented patient")


STANDARD = {"bag": "100 mL", "concentration": "1 mg/mL"}


def test_the_pump_s_rate_stands_once_and_in_the_largest_type() -> None:
    page = order_html(sheet(**STANDARD))
    assert page.count("Set the pump to") == 1
    sizes = sorted({float(size) for size in re.findall(r"(?:font-size:|font: 600) (\d+(?:\.\d+)?)pt", page)})
    rate = re.search(r"\.rate b \{[^}]*font-size: (\d+)pt", page)
    assert rate is not None and float(rate[1]) == sizes[-1] and sizes[-2] <= sizes[-1] * 0.65
    assert re.search(r"<b>50\.7 <small>mL/h</small></b>", page)


def test_it_says_what_is_drawn_added_labelled_and_left() -> None:
    rows = {row.name: (row.text, row.sum) for row in sheet(**STANDARD).prepare}
    assert rows["Draw up"] == ("2 mL of ketamine 50 mg/mL", "2 mL × 50 mg/mL = 100 mg")
    assert rows["Left in the bag"][1] == "66.2 mL, 66.2 mg"
    assert "____" in rows["Add"][0] and "____" in rows["Left in the vial"][1]


def test_an_example_says_that_it_is_not_for_use() -> None:
    assert sheet().banner == "Example, not for use: invented patient, example profile."
    assert "Example, not for use" in order_html(sheet()) and "Example, not for use" in order_html(withheld())


def test_a_refusal_stands_in_the_place_of_the_number() -> None:
    found = withheld()
    assert found.rate == ("", "") and found.prepare == found.there == found.back == found.beside == ()
    page = order_html(found)
    body = page.split("</head>")[1]
    assert "No rate" in body and "Missing: whether there is stroke." in body
    assert "mL" not in body and "Set the pump" not in body


def test_a_preparation_that_is_refused_has_no_number_and_says_what_to_do() -> None:
    found = sheet(bag="20 mL", concentration="1 mg/mL")
    body = order_html(found).split("</head>")[1]
    assert "smaller than the dose" in body and "take a larger bag" in body and "Set the pump" not in body


def test_limits_that_bind_stand_apart_and_an_order_above_another_setting_s_limit_says_so() -> None:
    found = sheet(**STANDARD)
    assert [row.name for row in found.limits] == ["The protocol's own, single dose"]
    above = [row.name for row in found.others if row.strong]
    # 0.75 mg/kg/h and 50.7 mg/h: above 0.5 mg/kg/h and 10 mg/h, below 1, 2 and 1.5 mg/kg/h.
    assert above == ["Faculty of Pain Medicine, greatest rate", "Transcribed sarcoma protocol, greatest rate"]
    assert "here 67.6 mL/h" in next(row.text for row in found.others if row.name.startswith("ASRA, acute"))


def test_whom_it_is_for_and_who_signs_are_blanks_and_never_made_up() -> None:
    found = sheet()
    blanks = {label for label, value in found.who if not value}
    assert blanks == {"Born", "Number", "Allergies", "Treatment consent"}
    assert len(found.signatures) == 3
    assert order_html(found).count("My own rate") == 2


def test_other_people_s_text_is_escaped() -> None:
    found = replace(
        sheet(), subject="<b>x</b>", who=(("Patient", "<script>alert(1)</script>"), *sheet().who[1:])
    )
    assert "<script>" not in order_html(found) and "&lt;script&gt;" in order_html(found)


@pytest.mark.parametrize(
    ("key", "stated"),
    [
        ("patel_ldk", STANDARD), ("patel_ldk", {}), ("civik", {"bag": "100 mL"}),
        ("islhd_burst", {"regimen": "burst", "bag": "20 mL", "lasts": "24 h", "pump_step": "0.01 mL/h"}),
    ],
)  # fmt: skip
def test_the_pdf_is_one_page_and_the_same_bytes_each_time(key: str, stated: dict[str, str]) -> None:
    made = order_pdf(sheet(key, **stated))
    assert made.startswith(b"%PDF") and made == order_pdf(sheet(key, **stated))
    assert b"/Type/Pages/Count 1/" in made


def test_a_refusal_is_one_page_too() -> None:
    assert b"/Type/Pages/Count 1/" in order_pdf(withheld())


@pytest.mark.slow
@pytest.mark.parametrize("stated", [STANDARD, {}, {"vial_holds": "10 mL"}])
def test_the_page_prints_on_one_sheet(chromium: Path, tmp_path: Path, stated: dict[str, str]) -> None:
    page, printed = tmp_path / "order.html", tmp_path / "order.pdf"
    page.write_text(order_html(sheet(**stated)), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    subprocess.run(
        [chromium, *options, f"--print-to-pdf={printed}", page.as_uri()], check=True, capture_output=True
    )
    assert len(re.findall(rb"/Type /Page\b", printed.read_bytes())) == 1


def test_a_length_of_time_is_rounded_down_to_whole_minutes() -> None:
    assert [span_words(Quantity(Fraction(n), "min")) for n in (Fraction(199, 2), 120, Fraction(1463.9))] == [
        "99 min", "2 h", "24 h 23 min",
    ]  # fmt: skip
