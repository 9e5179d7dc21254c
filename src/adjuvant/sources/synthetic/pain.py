"""Simulated pain: a level that the scenario moves, an AR(1) latent process, and missing readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import exp, sqrt

from adjuvant.record import NotAssessable, PainReporter, PainScore
from adjuvant.sources.synthetic.chart import Chart
from adjuvant.sources.synthetic.parameters import Parameters
from adjuvant.timeline import hours_between

__all__ = ["Round", "chart_pain"]

_TOP = 10


@dataclass(frozen=True, slots=True)
class Round:
    """One round of the ward: when, how bad it really is, and what was charted in place of a score."""

    at: datetime
    day: int
    hour: int
    felt: int
    missing: NotAssessable | None
    charted: bool = True


def chart_pain(chart: Chart, settings: Parameters, scenario: Parameters) -> tuple[Round, ...]:
    """Chart every round's pain, and give the rounds with what was really felt.

    Felt pain is the baseline, plus the scenario's effect that sets in from the first ketamine with its time
    constant, plus its drift per day, plus AR(1) noise; rounded, and held to 0 to 10. Readings are missing by
    sleep at night, by sedation, by refusal and by chance, and as often as the scenario leaves rounds out.
    """
    pain, missing = settings.under("pain"), settings.under("missing")
    rng = chart.rng
    baseline = rng.normal(pain.under("baseline").number("mean"), pain.under("baseline").number("sd"))
    phi, spread = pain.number("phi"), pain.number("sd")
    latent = rng.normal(0, spread)
    rounds: list[Round] = []
    for day in range(chart.days):
        for hour in pain.wholes("round_hours"):
            jitter = int(rng.integers(-pain.whole("jitter_min"), pain.whole("jitter_min") + 1))
            at = chart.at(day, f"{hour:02d}:00", jitter)
            latent = phi * latent + rng.normal(0, spread * sqrt(1 - phi * phi))
            level = baseline + scenario.number("drift_per_day") * day
            level += scenario.number("effect") * _onset(chart, at, pain.number("onset_h"))
            felt = min(max(round(level + latent), 0), _TOP)
            rounds.append(_round(chart, missing, scenario, at, day, hour, felt))
    for item in rounds:
        if item.charted:
            _chart(chart, item)
    return tuple(rounds)


def _onset(chart: Chart, at: datetime, constant_h: float) -> float:
    """The share of the effect that has set in: 0 before the first ketamine, towards 1 after it."""
    if chart.ketamine is None or at <= chart.ketamine[0]:
        return 0.0
    return 1 - exp(-float(hours_between(chart.ketamine[0], at)) / constant_h)


def _round(
    chart: Chart, missing: Parameters, scenario: Parameters, at: datetime, day: int, hour: int, felt: int
) -> Round:
    if chart.likely(scenario.number("omitted")):
        return Round(at, day, hour, felt, NotAssessable.NOT_RECORDED)
    if hour in missing.wholes("night_hours") and chart.likely(missing.number("asleep_at_night")):
        return Round(at, day, hour, felt, NotAssessable.ASLEEP)
    running = chart.ketamine is not None and chart.ketamine[0] <= at < chart.ketamine[1]
    if chart.likely(missing.number("sedated_on_ketamine" if running else "sedated")):
        return Round(at, day, hour, felt, NotAssessable.SEDATED)
    if chart.likely(missing.number("declined")):
        return Round(at, day, hour, felt, NotAssessable.DECLINED)
    # A round that nobody charted leaves no row at all.
    return Round(at, day, hour, felt, None, charted=not chart.likely(missing.number("not_recorded")))


def _chart(chart: Chart, item: Round) -> None:
    id_, origin = chart.origin("pain")
    score = PainScore(
        id_,
        item.at,
        "nrs_0_10",
        origin,
        value=None if item.missing else Fraction(item.felt),
        not_assessable=item.missing,
        reporter=PainReporter.SELF,
    )
    chart.add("pain", score)
