"""Reports of real intensive-care records: gaps, silences and hundreds of drugs, with nothing covered or made up."""

from __future__ import annotations

import pytest

from adjuvant import sources
from adjuvant.errors import AdjuvantError
from adjuvant.outcomes import evaluate, pseudo_course
from adjuvant.reports import html_report, terminal_summary
from adjuvant.reports.cells import cells
from adjuvant.reports.figure import PHONE, PRINT, SCREEN

pytestmark = [pytest.mark.slow, pytest.mark.shared]


@pytest.fixture(scope="module")
def evaluated(shared):
    """A pseudo-course of every patient of the MIMIC-III demo that has charted pain."""
    found = {}
    for record in sources.read(shared / "data" / "mimic3_demo", format="mimic3").records:
        try:
            found[record.patient.id] = evaluate(record, pseudo_course(record))
        except AdjuvantError:
            continue  # nothing charted from which a pseudo-course could be made
    assert len(found) > 20
    return found


@pytest.mark.parametrize("layout", [SCREEN, PRINT, PHONE], ids=lambda layout: layout.name)
def test_no_label_is_covered_or_clipped_on_any_of_them(evaluated, draw, layout) -> None:
    for name, outcome in evaluated.items():
        figure = draw(outcome, layout)
        labels = [label for label in figure.labels() if label[4]]
        for index, (left, top, right, bottom, words) in enumerate(labels):
            assert left >= -0.5, (name, words)
            assert right <= figure.width + 0.5, (name, words)
            assert bottom <= figure.height + 0.5, (name, words)
            for other in labels[index + 1 :]:
                beside = right <= other[0] + 0.6 or other[2] <= left + 0.6
                above = bottom <= other[1] + 0.6 or other[3] <= top + 0.6
                assert beside or above, f"{name}: {words!r} covers {other[4]!r}"


def test_each_says_that_no_ketamine_was_given_and_that_it_is_a_real_record(evaluated) -> None:
    for outcome in evaluated.values():
        text = terminal_summary(outcome)
        assert "Pseudo-course, no ketamine given." in text
        assert "MIMIC-III: a real, de-identified record" in " ".join(text.split())
        assert "Synthetic" not in text
        assert max(cells(line) for line in text.splitlines()) <= 80


def test_none_claims_an_opioid_free_time_that_nobody_charted(evaluated, page) -> None:
    for outcome in evaluated.values():
        assert "at least 0 " not in page(html_report(outcome)).words(figures=True)
