"""The weight that limits per kilogram are compared by where no dose is per kilogram: the latest that is believed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adjuvant.protocol import Sited, Situation
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.premises import weight_to_compare
from adjuvant.protocol.situation import WeightReading
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart, at_a_site
from written import written

HOUR = timedelta(hours=1)


def weighed(*weights: tuple[float, str]) -> Situation:
    """Weights so many hours before the beginning."""
    readings = tuple(WeightReading(BEGINS - hours * HOUR, parse_quantity(value)) for hours, value in weights)
    return Situation.at(BEGINS, Chart().but(weights=readings).facts)


@pytest.fixture
def plain(tmp_path: Path) -> Sited:
    """A protocol that no site has taken up."""
    drip = "drip: {title: D, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 5 d}}"
    return written(tmp_path, drip)


def test_it_is_the_latest_actual_weight_in_kilograms_with_its_time_and_its_purpose(plain: Sited) -> None:
    found = weight_to_compare(plain, weighed((50, "71 kg"), (2, "70000 g")))
    assert found == DosingWeight(
        parse_quantity("70 kg"), "actual", BEGINS - 2 * HOUR, "to compare limits with"
    )
    assert weight_to_compare(plain, weighed()) is None


def test_without_a_site_no_weight_is_too_old_and_with_one_as_old_as_it_says(plain: Sited) -> None:
    assert weight_to_compare(plain, weighed((5000, "70 kg"))) is not None
    week = at_a_site("civik")  # seven days
    assert weight_to_compare(week, weighed((168, "70 kg"))) is not None
    assert weight_to_compare(week, weighed((168.1, "70 kg"))) is None


def test_a_weight_that_jumps_compares_nothing_and_how_far_is_the_site_s_to_say(plain: Sited) -> None:
    """70 after 60 kg a day before is more than the tenth that the house believes, and less than a site's fifth."""
    jump = weighed((26, "60 kg"), (2, "70 kg"))
    assert weight_to_compare(plain, jump) is None
    chosen = "chosen: [{field: weight.kind, value: actual, reference: test}]"
    assert weight_to_compare(at_a_site("civik", chosen), jump) is None
    wide = at_a_site("civik", f"{chosen}\nweight_change_at_most: 20 %")
    assert weight_to_compare(wide, jump) is not None
