"""Simulated opioid regimens: tablets, patches, PCA, infusions, and rescue that follows the pain."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from adjuvant.quantity import Quantity
from adjuvant.record import AdministrationKind, NotAssessable
from adjuvant.sources.synthetic.chart import Chart, snapped
from adjuvant.sources.synthetic.pain import Round
from adjuvant.sources.synthetic.parameters import Parameters

__all__ = ["chart_regimen"]

_Rounds = tuple[Round, ...]


def chart_regimen(chart: Chart, settings: Parameters, regimen: Parameters, rounds: _Rounds) -> None:
    """Chart everything that a regimen gives, for the whole stay."""
    if "scheduled" in regimen:
        _scheduled(chart, regimen.under("scheduled"), settings.under("rescue").number("not_given"))
    if "patch" in regimen:
        _patches(chart, regimen.under("patch"))
    if "pca" in regimen:
        _pca(chart, regimen.under("pca"), rounds, settings.under("rescue").number("threshold"))
    if "infusion" in regimen:
        _infusion(chart, regimen.under("infusion"), rounds, settings.under("rescue").number("threshold"))
    if "rescue" in regimen:
        _rescue(chart, regimen.under("rescue"), rounds, settings.under("rescue"))


def _phases(chart: Chart, value: Quantity, step: Quantity) -> list[tuple[int, int, Quantity]]:
    """First day, day after the last, and dose: before the scenario's change of opioids, and after it."""
    turn = chart.last_ketamine_day + 1
    if chart.kept == 1:
        return [(0, chart.days, value)]
    return [(0, turn, value), (turn, chart.days, snapped(value, chart.kept, step))]


def _scheduled(chart: Chart, item: Parameters, refused: float) -> None:
    first = chart.choose(item.quantities("doses"))
    for begin, end, dose in _phases(chart, first, item.quantity("snap")):
        details: dict[str, Any] = {"route": item.text("route"), "form": item.text("form"), "dose": dose}
        times = item.texts("times")
        order = chart.order(
            item.text("drug"),
            chart.at(begin, "00:00"),
            chart.at(end, "00:00"),
            times_per_day=Fraction(len(times)),
            as_needed=False,
            **details,
        )
        for day in range(begin, end):
            for clock in times:
                chart.give(
                    item.text("drug"),
                    AdministrationKind.DOSE,
                    chart.at(day, clock),
                    given=not chart.likely(refused),
                    as_needed=False,
                    request_id=order,
                    **details,
                )


def _patches(chart: Chart, item: Parameters) -> None:
    first = chart.choose(item.quantities("rates"))
    every = item.whole("every_days")
    number = 0
    for begin, end, rate in _phases(chart, first, item.quantity("snap")):
        hours = Fraction(every * 24)
        order = chart.order(
            item.text("drug"),
            chart.at(begin, "00:00"),
            chart.at(end, "00:00"),
            route="transdermal",
            form="patch",
            rate=rate,
            every_hours=hours,
            as_needed=False,
        )
        for day in range(begin, end, every):
            number += 1
            off = chart.at(min(day + every, end), item.text("time"))
            details: dict[str, Any] = {
                "route": "transdermal",
                "form": "patch",
                "patch": f"patch {number}",
                "request_id": order,
            }
            on = chart.at(day, item.text("time"))
            chart.give(
                item.text("drug"), AdministrationKind.PATCH_ON, on, rate=rate, wear_hours=hours, **details
            )
            if off < chart.end:
                chart.give(item.text("drug"), AdministrationKind.PATCH_OFF, off, **details)


def _pca(chart: Chart, item: Parameters, rounds: _Rounds, threshold: float) -> None:
    hours = item.whole("charted_h")
    one = item.quantity("demand")
    for begin, end, basal in _phases(chart, chart.choose(item.quantities("basal")), item.quantity("snap")):
        order = chart.order(
            item.text("drug"),
            chart.at(begin, "00:00"),
            chart.at(end, "00:00"),
            route=item.text("route"),
            rate=basal,
            as_needed=False,
            text="patient-controlled analgesia: basal rate, and demand doses",
        )
        start = chart.at(begin, "00:00")
        while start < chart.at(end, "00:00"):
            stop = min(start + timedelta(hours=hours), chart.at(end, "00:00"))
            details: dict[str, Any] = {"end": stop, "route": item.text("route"), "request_id": order}
            chart.give(item.text("drug"), AdministrationKind.INFUSION, start, rate=basal, **details)
            worse = _felt(rounds, start) / threshold
            count = int(chart.rng.poisson(item.number("per_round") * worse * chart.share(begin)))
            chart.give(
                item.text("drug"),
                AdministrationKind.PCA_DEMAND,
                start,
                dose=one * count,
                as_needed=True,
                **details,
            )
            start = stop


def _infusion(chart: Chart, item: Parameters, rounds: _Rounds, threshold: float) -> None:
    """A rate stepped up where the pain was bad and down where it was not, never far from where it began."""
    step, reach = item.quantity("step"), item.whole("reach")
    for begin, end, usual in _phases(chart, chart.choose(item.quantities("rates")), item.quantity("snap")):
        start, last = chart.at(begin, "00:00"), chart.at(end, "00:00")
        steps = 0
        while start < last:
            hours = chart.rng.exponential(24 / item.number("changes_per_day"))
            stop = min(start + timedelta(hours=4) * max(1, round(hours / 4)), last)
            details: dict[str, Any] = {"end": stop, "route": item.text("route"), "rate": usual + step * steps}
            chart.give(item.text("drug"), AdministrationKind.INFUSION, start, **details)
            lowest = 1 - usual.value // step.value  # the rate never falls to nothing
            change = 1 if _felt(rounds, stop) >= threshold else -1
            steps = min(max(steps + change, -reach, lowest), reach)
            start = stop


def _rescue(chart: Chart, item: Parameters, rounds: _Rounds, habits: Parameters) -> None:
    dose = chart.choose(item.quantities("doses"))
    details: dict[str, Any] = {
        "route": item.text("route"),
        "form": item.text("form"),
        "dose": dose,
        "as_needed": True,
    }
    order = chart.order(
        item.text("drug"), chart.at(0, "00:00"), chart.end, times_per_day=Fraction(6), **details
    )
    for at in rounds:
        bad = at.felt >= habits.number("threshold")
        if at.missing is NotAssessable.ASLEEP:
            continue
        if chart.likely(habits.number("likely" if bad else "unlikely")):
            chart.give(
                item.text("drug"),
                AdministrationKind.DOSE,
                at.at + timedelta(minutes=10),
                request_id=order,
                **details,
            )


def _felt(rounds: _Rounds, moment: datetime) -> float:
    """How bad the pain was at the last round before `moment`, or at the first."""
    before = [item.felt for item in rounds if item.at <= moment]
    return float(before[-1] if before else rounds[0].felt)
