"""Watching one chart under a sited protocol: looked at whenever something happens or falls due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adjuvant.alerts.actions import Act, act
from adjuvant.alerts.canary import canaries, prove
from adjuvant.alerts.delivered import MEASURE
from adjuvant.alerts.model import Alert
from adjuvant.alerts.reach import Reach, reach
from adjuvant.alerts.review import Review, review
from adjuvant.alerts.shown import View
from adjuvant.errors import UsageError
from adjuvant.plan import (
    CourseReview,
    MonitoringSchedule,
    Running,
    course_reviews,
    monitoring_schedule,
    running_of,
)
from adjuvant.protocol import Guidance, Sited, Situation, evaluate, lacking
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.finding import Context
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.judge import span
from adjuvant.protocol.opioid_review import questions_of
from adjuvant.protocol.premises import dosing_weight, validity, weight_change
from adjuvant.protocol.present import present
from adjuvant.protocol.situation import Facts
from adjuvant.timeline import as_instant
from adjuvant.unknown import Unknown

__all__ = ["Watch", "look", "watch"]


@dataclass(frozen=True, slots=True)
class Watch:
    """The alerts of one chart at one instant, and what they were worked out of.

    Args:
        unwatched: what nothing is raised for, in words, because the profile or the protocol does not give it.
        proved: the rules that did what they must on the canaries of this very look.
    """

    review: Review
    view: View
    unwatched: tuple[str, ...] = ()
    proved: tuple[str, ...] = ()


def watch(
    sited: Sited,
    facts: Facts,
    until: datetime,
    regimen: str | None = None,
    acts: Iterable[Act] = (),
    guardrails: Mapping[str, Guardrail] | None = None,
) -> Watch:
    """The alerts at `until`, as they came to be.

    The chart is looked at from the first dose on at every instant at which something was charted, fell due,
    was late or was done about an alert. Nothing later than such an instant is seen at it. Every rule is first
    tried on its canaries; one that is silent where it must fire is an alert of its own.

    Args:
        acts: what was done about alerts, in any order; those after `until` are not looked at.
    Raises:
        UsageError: an act on an alert that is not there, by nobody, or at a site where alerts are off.
        RefusedError: an alert is put off for longer, or more often, than is allowed.
    """
    end = as_instant(until)
    on = sited.profile is not None and sited.profile.alerts
    done = sorted((one for one in acts if as_instant(one.at) <= end), key=lambda one: as_instant(one.at))
    if done and not on:
        raise UsageError(
            "what was done about alerts",
            "belongs to a site where they are off",
            "turn them on, or leave it out",
        )
    snoozes = sited.profile.snoozes_at_most if sited.profile is not None else None
    alerts: tuple[Alert, ...] = ()
    for at in _moments(sited, facts, end, regimen, done) if on else ():
        alerts = _reviewed(look(sited, facts, at, regimen, guardrails), alerts, done, on, snoozes).alerts
    view = look(sited, facts, end, regimen, guardrails)
    name = view.guidance.regimen if view.guidance is not None else regimen or ""
    unwatched = list(_unwatched(sited, view))
    proved: tuple[str, ...] = ()
    if on and name in sited.protocol.regimens:
        faults, unmade, proved = _proved(sited, name, end, guardrails)
        view = replace(view, faults=(*view.faults, *faults))
        unwatched += unmade
    return Watch(_reviewed(view, alerts, done, on, snoozes), view, tuple(unwatched), proved)


def _proved(
    sited: Sited, regimen: str, at: datetime, guardrails: Mapping[str, Guardrail] | None
) -> tuple[list[tuple[str, str]], list[str], tuple[str, ...]]:
    """The rules that fail their canaries, what could not be tried, and the rules that did as they must."""
    if lacking(sited.protocol, regimen):
        return [], ["The protocol is not complete here: none of its rules is judged."], ()
    made, unmade = canaries(sited, regimen, at)
    wrong = dict(prove(sited, regimen, at, guardrails))
    faults = [(f"canary:{key}", words) for key, words in wrong.items()]
    tried = dict.fromkeys(one.rule for one in made)
    return faults, [f"{words}." for words in unmade], tuple(key for key in tried if key not in wrong)


def _reviewed(
    view: View, alerts: tuple[Alert, ...], done: list[Act], on: bool, snoozes: int | None
) -> Review:
    """One look: what the chart shows, what was done about it by then, and what it still shows."""
    found = review(view, previous=alerts, on=on)
    due = [one for one in done if as_instant(one.at) <= view.at]
    if not due:
        return found
    alerts = found.alerts
    for one in due:
        alerts = act(alerts, one, snoozes)
    del done[: len(due)]
    return review(view, previous=alerts, on=on)


def look(
    sited: Sited,
    facts: Facts,
    at: datetime,
    regimen: str | None = None,
    guardrails: Mapping[str, Guardrail] | None = None,
) -> View:
    """Everything that alerts are worked out of at one instant. A part that fails ends no other."""
    now = as_instant(at)
    situation = Situation.at(now, facts)
    faults: list[tuple[str, str]] = []
    guidance: Guidance | None = None
    schedule: MonitoringSchedule | None = None
    try:
        guidance = evaluate(sited, situation, regimen, guardrails)
    except Exception as error:  # noqa: BLE001 - alerts must outlive any fault of what they rest on
        faults.append(("rule", f"The protocol could not be asked ({type(error).__name__})"))
    name = guidance.regimen if guidance is not None else regimen or next(iter(sited.protocol.regimens), "")
    running: Running | None = None
    try:
        running = _running(situation)
        if running is not None and name in sited.protocol.regimens:
            schedule = monitoring_schedule(sited, name, running, now)
    except Exception as error:  # noqa: BLE001 - as above: it becomes an alert of its own
        faults.append(("overdue", f"What is due could not be worked out ({type(error).__name__})"))
    began = running.began if running is not None else None
    known = name in sited.protocol.regimens
    found = dosing_weight(sited, situation, name) if known else None
    weight = None if isinstance(found, Unknown) else found
    own = sited.profile.opioid_review if sited.profile is not None else None
    within = span(own.within) if own is not None and own.within is not None else None
    resume = _resume(sited, name, situation)
    reviews: tuple[CourseReview, ...] = ()
    try:
        reviews = course_reviews(sited, name, situation)
    except Exception as error:  # noqa: BLE001 - as above: it becomes an alert of its own
        faults.append(("review", f"What is to be reviewed could not be worked out ({type(error).__name__})"))
    reached: Mapping[str, Reach] = {}
    try:
        reached = _reached(sited, name, situation, weight) if known else {}
    except Exception as error:  # noqa: BLE001 - as above: it becomes an alert of its own
        faults.append(("reach", f"Whether a rule is met by more could not be told ({type(error).__name__})"))
    return View(
        now, situation, guidance, schedule, began, weight, resume, within, reviews, tuple(faults), reached
    )


def _reached(
    sited: Sited, name: str, situation: Situation, weight: DosingWeight | None
) -> Mapping[str, Reach]:
    """By rule, how far what it looks at has gone, in the present course as the engine counts it."""
    regimen = sited.protocol.regimens[name]
    if regimen.converted_from is None:
        situation = present(situation, regimen, weight)
    context = Context(validity(sited, name), weight, weight_change=weight_change(sited))
    return {rule.key: reach(rule.when, situation, context) for rule in sited.protocol.rules}


def _running(situation: Situation) -> Running | None:
    return running_of(situation.facts.ketamine) if situation.state.began is not None else None


def _resume(sited: Sited, regimen: str, situation: Situation) -> datetime | None:
    """When a pause was to be judged again: the longest wait of the rules that may have begun it."""
    paused = situation.state.paused
    waits = [
        span(rule.resume_after)
        for rule in sited.protocol.rules
        if rule.resume_after is not None and (not rule.regimens or regimen in rule.regimens)
    ]
    return paused + max(waits) if paused is not None and waits else None


def _moments(
    sited: Sited, facts: Facts, end: datetime, regimen: str | None, acts: Iterable[Act]
) -> Iterator[datetime]:
    """Every instant before `end` at which the chart is looked at, in rising order."""
    whole = Situation.at(end, facts)
    began = whole.state.began
    if began is None:
        return
    found = {one.at for one in whole.facts.observed} | {one.at for one in whole.facts.effects}
    found |= {one.at for one in whole.facts.ketamine} | {one.at for one in whole.facts.answers}
    found |= {one.at for one in whole.facts.weights}
    found |= {whole.facts.died} if whole.facts.died is not None else set()
    found |= {one.until for one in whole.facts.effects if one.until is not None}
    found |= {as_instant(one.at) for one in acts}
    found |= {as_instant(one.until) for one in acts if one.until is not None}
    schedule = look(sited, facts, end, regimen).schedule
    for due in schedule.due if schedule is not None else ():
        # It is late from the first instant after its grace.
        found |= {due.at} if due.late_after is None else {due.at, due.late_after + timedelta.resolution}
    yield from sorted(at for at in found if began <= at < end)


def _unwatched(sited: Sited, view: View) -> Iterator[str]:
    """What nothing is raised for, so that its silence says nothing."""
    profile = sited.profile
    if profile is not None and profile.alerts and profile.snoozes_at_most is None:
        yield "How often in a row an alert may be put off is not said (`snoozes_at_most`)."
    if profile is None or profile.grace is None:
        yield "No grace is set in the site's profile (`grace`): nothing can be called late."
    for one in view.reviews:
        if one.every is None and view.began is not None:
            yield f"No interval is given for it: {one.asks}. It is asked for before each further course."
    timed = sited.protocol.opioids is not None and sited.protocol.opioids.review_after is not None
    if not questions_of(sited) and not timed:
        yield "Nothing says when ketamine works (`opioid_review`): no review of the opioids is asked for."
    elif view.review_within is None:
        yield "By when the opioids are reviewed is not said (`opioid_review`): no such review is overdue."
    if view.schedule is None:
        return
    watched = {item for due in view.schedule.due for item in due.items} | set(view.schedule.continuous)
    if MEASURE not in watched and not view.situation.readings(MEASURE):
        yield f"What the pump delivered is asked for by nobody (`{MEASURE}`), and not held against the order."
    if view.schedule.unstated:
        yield f"When it is due is not said: {'; '.join(view.schedule.unstated)}"
    if view.schedule.continuous:
        yield f"Watched without a break by people, and not by this: {', '.join(view.schedule.continuous)}."
