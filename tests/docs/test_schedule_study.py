"""The study of schedules is as made, and says where its figures are from and what cannot be known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "studies" / "schedules.md"


@pytest.mark.slow
def test_the_study_is_as_made() -> None:
    made = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "schedule-study"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr


def test_the_study_compares_the_five_ways_and_says_what_cannot_be_known() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for way in (
        "Founding, 3 x 0.5 mg/kg",
        "CIVIK, first rate",
        "Burst, rising daily",
        "Step, rising daily",
        "Oral,",
    ):
        assert f"| {way}" in text
    for said in (
        "Nothing here advises a dose by itself",
        "no model was made from palliative patients",
        "Whether any of these schedules relieves pain",
        "## What does not survive every model",
        "## What survives every model",
        "doi:10.1124/pr.117.015198",
        "invented",
    ):
        assert said in text


def test_an_unknown_word_on_the_command_line_is_refused() -> None:
    made = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "schedule-study"), "--cheque"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode != 0 and "usage" in made.stderr
