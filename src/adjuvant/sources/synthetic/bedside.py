"""Simulated bedside charting: sedation, vital signs, weight, other drugs, adverse events."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from adjuvant.quantity import Quantity
from adjuvant.record import (
    AdministrationKind,
    AdverseEvent,
    BodyWeight,
    NotAssessable,
    SedationScore,
    VitalSign,
)
from adjuvant.sources.synthetic.chart import Chart
from adjuvant.sources.synthetic.pain import Round
from adjuvant.sources.synthetic.parameters import Parameters

__all__ = ["chart_bedside"]


def chart_bedside(chart: Chart, settings: Parameters, rounds: tuple[Round, ...], weight_kg: int) -> None:
    """Chart sedation and vital signs at every round, the weight, other drugs, and adverse events."""
    for item in rounds:
        _sedation(chart, settings.under("sedation"), item)
        _vitals(chart, settings.under("vitals"), item)
    id_, origin = chart.origin("weights")
    weight = Quantity(weight_kg, "kg")
    chart.add("weights", BodyWeight(id_, chart.at(0, "08:30"), weight, origin, "measured"))
    for drug in settings.each("also_given"):
        if chart.likely(drug.number("share")):
            _regular(chart, drug)
    _adverse_events(chart, settings.under("adverse_events"))


def _on_ketamine(chart: Chart, at: datetime) -> bool:
    return chart.ketamine is not None and chart.ketamine[0] <= at < chart.ketamine[1]


def _sedation(chart: Chart, shares: Parameters, item: Round) -> None:
    drowsy = shares.number("drowsy_on_ketamine" if _on_ketamine(chart, item.at) else "drowsy_share")
    if item.missing is NotAssessable.ASLEEP:
        level = "S"
    elif item.missing is NotAssessable.SEDATED:
        level = "3"
    else:
        level = "2" if chart.likely(drowsy) else "1"
    id_, origin = chart.origin("sedation")
    chart.add("sedation", SedationScore(id_, item.at, "poss", level, origin))


def _vitals(chart: Chart, settings: Parameters, item: Round) -> None:
    rises = settings.under("on_ketamine_rise")
    at = item.at + timedelta(minutes=2)
    for kind in settings.names():
        if kind == "on_ketamine_rise":
            continue
        sign = settings.under(kind)
        rise = rises.number(kind) if kind in rises and _on_ketamine(chart, at) else 0.0
        drawn = round(chart.rng.normal(sign.number("mean") + rise, sign.number("sd")))
        value = min(max(drawn, sign.whole("low")), sign.whole("high"))
        id_, origin = chart.origin("vitals")
        chart.add("vitals", VitalSign(f"{id_}:{kind}", at, kind, Quantity(value, sign.text("unit")), origin))


def _regular(chart: Chart, drug: Parameters) -> None:
    details: dict[str, Any] = {
        "route": drug.text("route"),
        "form": drug.text("form"),
        "dose": drug.quantity("dose"),
    }
    times = drug.texts("times")
    order = chart.order(
        drug.text("drug"),
        chart.at(0, "00:00"),
        chart.end,
        times_per_day=Fraction(len(times)),
        as_needed=False,
        **details,
    )
    for day in range(chart.days):
        for clock in times:
            chart.give(
                drug.text("drug"),
                AdministrationKind.DOSE,
                chart.at(day, clock),
                as_needed=False,
                request_id=order,
                **details,
            )


def _adverse_events(chart: Chart, settings: Parameters) -> None:
    begin = chart.ketamine[0] if chart.ketamine else chart.at(chart.before_days, "12:00")
    stopped = chart.events.get("adverse_events", [])
    if stopped:
        rescue = settings.under("rescue")
        chart.give(
            rescue.text("drug"),
            AdministrationKind.DOSE,
            stopped[0].at + timedelta(minutes=15),
            route=rescue.text("route"),
            form=rescue.text("form"),
            dose=rescue.quantity("dose"),
            as_needed=True,
        )
    elif chart.likely(settings.number("ordinary_share")):
        id_, origin = chart.origin("adverse_events")
        at = begin + timedelta(hours=int(chart.rng.integers(1, 20)))
        chart.add(
            "adverse_events", AdverseEvent(id_, at, chart.choose(settings.texts("ordinary")), origin, grade=1)
        )
