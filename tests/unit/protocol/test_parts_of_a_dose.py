"""What is one part of a dose, which parts are one dose, and after how long a dose begins another course."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adjuvant.protocol import Situation
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.compare import reference_weight
from adjuvant.protocol.present import PartsGiven, free_interval, parts_given, present
from adjuvant.protocol.regimen import Regimen
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart

SEVENTY = reference_weight(parse_quantity("70 kg"))
THIRDS = {"parts": 3, "at": ["0 min", "15 min", "30 min"]}
HALVES = {"parts": 2, "at": ["0 min", "15 min"]}
DAILY = {"infusions": 4, "spacing": "1 d"}


def regimen(**fields: Any) -> Regimen:
    """42 mg in three parts of 14 mg, once a day."""
    whole = {
        "title": "Written", "route": "subcutaneous", "mode": "injection", "start": "42 mg", "split": THIRDS,
        "course": DAILY,
    }  # fmt: skip
    return Regimen.model_validate(whole | fields)


def given(*told: tuple[float, str]) -> Chart:
    chart = Chart()
    for hour, amount in told:
        chart = chart.ketamine(hour, "given", amount)
    return chart


def at(chart: Chart, hour: float) -> Situation:
    return Situation.at(BEGINS + timedelta(hours=hour), chart.facts)


def counted(chart: Chart, of: Regimen | None = None, hour: float = 30) -> list[tuple[float, str]]:
    """The doses of the present course as the regimen counts them: at which hour, and how much."""
    found = present(at(chart, hour), of or regimen(), SEVENTY).state.given
    return [((one.at - BEGINS).total_seconds() / 3600, str(one.dose)) for one in found]


def begun(chart: Chart, hour: float, of: Regimen | None = None) -> PartsGiven | None:
    """The dose that is not yet whole."""
    one = of or regimen()
    return parts_given(present(at(chart, hour), one, SEVENTY), one, SEVENTY)


PART = "14 mg"


@pytest.mark.parametrize(
    ("chart", "doses"),
    [
        pytest.param(given((0, PART), (0.25, PART), (0.5, PART)), [(0, "42 mg")], id="three parts"),
        pytest.param(given((0, PART)), [(0, "42 mg")], id="the first part stands for the dose"),
        pytest.param(
            given((0, PART), (0.25, PART), (0.5, PART), (0.75, PART)),
            [(0, "42 mg"), (0.75, "42 mg")],
            id="a fourth part is of another dose",
        ),
        pytest.param(
            given((0, PART), (24, PART)), [(0, "42 mg"), (24, "42 mg")], id="a part of the next day just then"
        ),
        pytest.param(given((0, PART), (23.9, PART)), [(0, "42 mg")], id="a part that is late"),
        pytest.param(
            given((0, PART), (0.1, "5 mg"), (0.25, PART)),
            [(0, "42 mg"), (0.1, "5 mg")],
            id="another dose between two parts",
        ),
        pytest.param(
            given((0, PART)).ketamine(0.1, "stop").ketamine(0.25, "given", PART),
            [(0, "42 mg"), (0.25, "42 mg")],
            id="a stop between two parts",
        ),
        pytest.param(given((0, PART)).ketamine(0.1, "stop"), [(0, "42 mg")], id="a stop after a part"),
        pytest.param(given((0, "42 mg")), [(0, "42 mg")], id="the whole at once"),
        pytest.param(given((0, "14 mg/h")), [(0, "14 mg/h")], id="a rate is no part"),
    ],
)
def test_parts_are_counted_as_the_doses_that_they_are_of(
    chart: Chart, doses: list[tuple[float, str]]
) -> None:
    assert counted(chart) == doses


def test_what_was_begun_and_not_given_is_no_part() -> None:
    """A start of 14 mg and a dose without an amount are slips of a chart, and nothing is made of them."""
    assert present(at(Chart().ketamine(0, "start", PART), 1), regimen(), SEVENTY).state.given == ()
    (one,) = present(at(Chart().ketamine(0, "given"), 1), regimen(), SEVENTY).state.given
    assert one.dose is None


def test_parts_of_two_levels_are_of_two_doses() -> None:
    """Halves of 10 mg and of 20 mg: 5 mg and 10 mg."""
    ladder = regimen(
        start="10 mg",
        split=HALVES,
        titration={"kind": "ladder", "levels": ["10 mg", "20 mg"], "every": "1 d"},
    )
    assert counted(given((0, "5 mg"), (0.25, "10 mg")), ladder) == [(0, "10 mg"), (0.25, "20 mg")]
    assert counted(given((0, "10 mg"), (0.25, "10 mg")), ladder) == [(0, "20 mg")]


def test_a_part_of_a_cap_is_known_as_it_is_charted_per_kilogram() -> None:
    """0.6 mg/kg would be 42 mg; half of the cap of 35 mg is 17.5 mg, which is 0.25 mg/kg at 70 kg."""
    capped = regimen(
        start="0.6 mg/kg", split=HALVES, ceilings=[{"key": "cap", "of": "single_dose", "limit": "35 mg"}]
    )
    assert counted(given((0, "0.25 mg/kg"), (0.25, "17.5 mg")), capped) == [(0, "35 mg")]


def test_a_dose_that_was_made_whole_keeps_where_its_first_part_was_read() -> None:
    part = ChartEvent(BEGINS, Happened.GIVEN, parse_quantity(PART), source="row 7")
    (one,) = present(at(Chart().but(ketamine=(part,)), 1), regimen(), SEVENTY).state.given
    assert one.source == "row 7, the first of 3 parts"


def test_a_dose_that_is_not_whole_tells_when_its_next_part_is_due() -> None:
    found = begun(given((0, PART), (0.25, PART)), 0.3)
    assert found == PartsGiven(
        parse_quantity("42 mg"), (BEGINS, BEGINS + timedelta(minutes=15)), BEGINS + timedelta(minutes=30)
    )


@pytest.mark.parametrize(
    ("chart", "hour", "open_"),
    [
        pytest.param(given((0, PART)), 23.9, True, id="until the next dose is due"),
        pytest.param(given((0, PART)), 24, False, id="once the next dose is due"),
        pytest.param(given((0, PART), (0.25, PART), (0.5, PART)), 1, False, id="whole"),
        pytest.param(given((0, PART), (0.1, "5 mg")), 1, False, id="another dose since"),
        pytest.param(given((0, PART)).ketamine(0.1, "start", "5 mg/h"), 1, False, id="a rate runs"),
        pytest.param(given((0, PART)).ketamine(0.1, "stop"), 1, False, id="stopped"),
        pytest.param(Chart(), 1, False, id="nothing given"),
    ],
)
def test_a_dose_is_made_whole_until_the_next_is_due_and_while_nothing_else_was_given(
    chart: Chart, hour: float, open_: bool
) -> None:
    assert (begun(chart, hour) is not None) is open_


def test_where_nothing_says_when_the_next_is_due_a_dose_is_made_whole_whenever() -> None:
    bare = regimen(course={"infusions": 4})
    assert begun(given((0, PART)), 100, bare) is not None
    assert counted(given((0, PART), (100, PART)), bare, 101) == [(0, "42 mg")]


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        # Seven days by evaluation.yaml; from when the next dose would have been due, where that is said.
        ({"course": None}, 7),
        ({"course": {"infusions": 4}}, 7),
        ({"course": {"infusions": 4, "spacing": "2 d"}}, 9),
        ({"course": {"infusions": 4, "pause_between": "2 d"}}, 7),
        ({"course": {"infusions": 4, "pause_between": "30 d"}}, 30),
        ({"course": {"infusions": 4, "pause_between": "30 d", "spacing": "1 d"}}, 31),
    ],
)
def test_a_dose_begins_another_course_after_a_week_or_the_protocol_s_longer_pause(
    fields: dict[str, Any], days: int
) -> None:
    assert free_interval(regimen(**fields)) == timedelta(days=days)
