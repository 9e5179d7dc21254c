"""Simulated ketamine courses: a subcutaneous burst, short intravenous infusions, or one that is titrated."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from adjuvant.quantity import Quantity
from adjuvant.record import AdministrationKind, AdverseEvent
from adjuvant.sources.synthetic.chart import Chart
from adjuvant.sources.synthetic.parameters import Parameters
from adjuvant.timeline import hours_between

__all__ = ["chart_ketamine"]

_Run = tuple[datetime, datetime, dict[str, Any]]


def chart_ketamine(
    chart: Chart, course: Parameters, weight_kg: int, stopping: Parameters | None
) -> tuple[datetime, datetime]:
    """Chart a ketamine course that begins on the first ketamine day, and give its first start and last stop.

    Args:
        stopping: the adverse event that ends the course, or None if nothing does. What was given up to it is
            charted in proportion.
    """
    weight = Quantity(weight_kg, "kg")
    runs = (
        _titrated(chart, course, weight)
        if course.text("mode") == "titrated"
        else _daily(chart, course, weight)
    )
    if stopping is not None:
        runs = _stopped(chart, runs, stopping)
    for start, end, amount in runs:
        chart.give(
            "ketamine",
            AdministrationKind.INFUSION,
            start,
            end=end,
            route=course.text("route"),
            body_weight=weight,
            **amount,
        )
    chart.ketamine = runs[0][0], runs[-1][1]
    return chart.ketamine


def _daily(chart: Chart, course: Parameters, weight: Quantity) -> list[_Run]:
    """Runs of a whole amount: one a day over 24 h from a list of doses, or short ones some days apart."""
    day = chart.before_days
    if "doses" in course:
        return [
            (
                chart.at(day + n, course.text("start")),
                chart.at(day + n + 1, course.text("start")),
                {"dose": dose},
            )
            for n, dose in enumerate(course.quantities("doses"))
        ]
    dose = Quantity(round(course.number("mg_per_kg") * float(weight.value)), "mg")
    starts = [
        chart.at(day + n * course.whole("every_days"), course.text("start"))
        for n in range(course.whole("infusions"))
    ]
    return [(start, start + timedelta(minutes=course.whole("minutes")), {"dose": dose}) for start in starts]


def _titrated(chart: Chart, course: Parameters, weight: Quantity) -> list[_Run]:
    """One infusion whose rate rises by steps up to a top, and then stays; rates in tenths of a mg/h."""
    step_h, kg = course.whole("step_h"), float(weight.value)
    start = chart.at(chart.before_days, course.text("start"))
    runs: list[_Run] = []
    for n in range(course.whole("hours") // step_h):
        per_kg = min(course.number("mg_per_kg_per_h") + n * course.number("step"), course.number("top"))
        rate = Quantity(Fraction(round(per_kg * kg * 10), 10), "mg/h")
        runs.append((start, start + timedelta(hours=step_h), {"rate": rate}))
        start += timedelta(hours=step_h)
    return runs


def _stopped(chart: Chart, runs: list[_Run], stopping: Parameters) -> list[_Run]:
    """The runs up to an adverse event in the second of them, which is charted."""
    start, end, amount = runs[1]
    stop = min(start + timedelta(hours=stopping.whole("after_h")), end)
    given = hours_between(start, stop) / hours_between(start, end)
    cut = {name: value * given if name == "dose" else value for name, value in amount.items()}
    id_, origin = chart.origin("adverse_events")
    event = AdverseEvent(
        id_,
        stop - timedelta(minutes=20),
        stopping.text("event"),
        origin,
        end=stop + timedelta(hours=4),
        grade=stopping.whole("grade"),
        led_to=stopping.text("led_to"),
    )
    chart.add("adverse_events", event)
    return [runs[0], (start, stop, cut)]
