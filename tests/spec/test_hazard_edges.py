"""A limit is compared exactly: neither the unit of a figure nor the rounding of its print moves it over an edge.

Methadone by CDC 2016: up to 20 mg a day × 4, above 20 × 8, above 40 × 10, above 60 × 12. Worked by hand.
"""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from running import Run

UNITS = {"mg": Decimal(1), "ug": Decimal(1000), "g": Decimal("0.001")}
EDGES = [("20", 4, 8), ("40", 8, 10), ("60", 10, 12)]


def methadone(adjuvant: Run, dose: Decimal, unit: str) -> float:
    line = {"drug": "methadone", "route": "oral", "dose": f"{dose:f} {unit}", "times_per_day": 1}
    answer = adjuvant("mme", "-", "--table", "cdc2016", "--json", stdin=json.dumps({"medications": [line]}))
    return float(answer.json["total"]["mme_per_day"])


@pytest.mark.hazard("H-008", "H-030")
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(("edge", "below", "above"), EDGES)
def test_the_unit_of_a_dose_moves_it_over_no_edge(
    adjuvant: Run, edge: str, below: int, above: int, unit: str
) -> None:
    sliver = Decimal("0.000001")
    for shift, factor in ((-sliver, below), (Decimal(0), below), (sliver, above)):
        milligrams = Decimal(edge) + shift
        expected = float(milligrams * factor)
        assert methadone(adjuvant, milligrams * UNITS[unit], unit) == expected


@pytest.mark.hazard("H-008")
def test_a_figure_that_is_printed_rounded_is_compared_unrounded(adjuvant: Run) -> None:
    """20.04 mg prints as 20 and is above 20: 160.32 MME, not 80.16."""
    assert methadone(adjuvant, Decimal("20.04"), "mg") == 160.32
