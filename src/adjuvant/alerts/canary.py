"""Canaries: invented charts on which a rule must fire or must not, made of its own thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from adjuvant.alerts.picture import Picture, holds, pictures
from adjuvant.protocol import Sited, Situation, evaluate
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.judge import span
from adjuvant.protocol.situation import Answer, Effect, Facts, Observed, WeightReading
from adjuvant.protocol.titration import levels
from adjuvant.quantity import Quantity

__all__ = ["Canary", "canaries", "prove"]

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Canary:
    """One invented chart.

    Args:
        fires: whether the rule must fire on it.
    """

    rule: str
    fires: bool
    at: datetime
    facts: Facts


def canaries(sited: Sited, regimen: str, at: datetime) -> tuple[tuple[Canary, ...], tuple[str, ...]]:
    """The canaries of every rule of a regimen, and those that could not be made, in words.

    For a rule that is met in several ways there is one chart for each way.
    """
    found: list[Canary] = []
    unmade: list[str] = []
    for rule in sited.protocol.rules:
        if rule.regimens and regimen not in rule.regimens:
            continue
        for fires in (True, False):
            charts = [one for one in pictures(rule.when, fires) if holds(rule.when, one) is fires]
            if not charts:
                unmade.append(
                    f"{rule.key}: no chart on which it {'fires' if fires else 'is silent'} could be made"
                )
            found += [Canary(rule.key, fires, at, _facts(sited, regimen, one, at)) for one in charts]
    return tuple(found), tuple(unmade)


def prove(
    sited: Sited, regimen: str, at: datetime, guardrails: Mapping[str, Guardrail] | None = None
) -> Iterator[tuple[str, str]]:
    """Rules that do not do what they must on their canaries, each with what is wrong, in words.

    Args:
        at: an instant; the invented patients are charted around it, and nothing else depends on it.
    """
    made, _ = canaries(sited, regimen, at)
    for one in made:
        try:
            guidance = evaluate(sited, Situation.at(one.at, one.facts), regimen, guardrails)
            answers = {item.rule: item.answer for item in guidance.judged}
        except Exception as error:  # noqa: BLE001 - that the protocol cannot be asked is what a canary shows
            yield one.rule, f"The rule {one.rule} could not be proved ({type(error).__name__})"
            continue
        if answers.get(one.rule) is not one.fires:
            wrong = "is silent on a chart on which it must fire" if one.fires else "fires where it must not"
            yield one.rule, f"The rule {one.rule} {wrong}: its silence means nothing"


def _facts(sited: Sited, regimen: str, picture: Picture, at: datetime) -> Facts:
    """An invented patient on ketamine of whom a picture is true."""
    form = sited.protocol.regimens[regimen]
    known = levels(form)
    began = at - timedelta(seconds=int((picture.days if picture.days is not None else 1) * 86400))
    every = (
        form.titration.every.value
        if form.titration is not None and form.titration.every is not None
        else None
    )
    if picture.days is None and every is not None:
        began -= span(every)
    # Rules are judged whatever the dose is: of a first dose that is yet to be worked out, any will do.
    dose = known[0] if known else Quantity(1, "mg")
    values = dict(picture.values)
    if form.rated and "ketamine_per_day" in values:  # the engine works it out of the rate that runs
        dose = Quantity(values.pop("ketamine_per_day"), "mg/d")
    given = ChartEvent(began, Happened.START if form.rated else Happened.GIVEN, dose)
    weight = picture.weight if picture.weight is not None else Quantity(60, "kg")
    observed = [Observed(name, at, value) for name, value in values.items()]
    observed += [Observed(name, began, value) for name, value in picture.baselines.items()]
    observed += [Observed(name, at, Fraction(1)) for name, n in picture.counts.items() for _ in range(n)]
    effects = []
    for name, felt in picture.effects.items():
        if felt is None:
            effects.append(Effect(name, at, present=False))
            continue
        since = at - span(felt.lasted) if felt.lasted is not None else at - 2 * _MINUTE
        ended = at - _MINUTE if felt.gone else None
        effects += [Effect(name, since, True, felt.grade, ended)] * felt.times
    return Facts(
        patient="canary",
        zone="UTC",
        age_years=picture.age,
        goal=picture.goal,
        synthetic=True,
        observed=tuple(observed),
        effects=tuple(effects),
        weights=(
            WeightReading(at, weight),
            WeightReading(at, weight, "ideal"),
        ),
        taken_known_since=at - _DAY * 1000,
        answers=tuple(Answer(key, yes, at, "canary") for key, yes in picture.answers.items()),
        ketamine=(given,),
    )
