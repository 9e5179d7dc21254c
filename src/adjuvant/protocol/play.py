"""A course played hour by hour: what is advised is done, and the protocol is asked again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.evaluate import evaluate
from adjuvant.protocol.guidance import Guidance, Recommendation, Status
from adjuvant.protocol.limits import guardrails
from adjuvant.protocol.site import Sited
from adjuvant.protocol.situation import Facts, Situation
from adjuvant.protocol.values import is_rate

__all__ = ["FactsAt", "done", "play"]

FactsAt = Callable[[datetime, tuple[ChartEvent, ...]], Facts]
"""All that is charted by an instant, given the ketamine until then, so that a patient may answer to it. What
it says of ketamine itself is not looked at."""

_ENDED = (Status.STOP, Status.COMPLETE)
_DOSED = (Status.START, Status.CONTINUE, Status.RAISE, Status.LOWER)


def play(
    sited: Sited, facts_at: FactsAt, begins: datetime, hours: int, regimen: str | None = None
) -> list[tuple[datetime, Guidance]]:
    """Ask a protocol at every hour, and do what it advises before the next.

    It ends once ketamine was stopped or the course is complete. Nobody hesitates and nothing comes late, as
    at no bedside: it shows what a protocol comes to, and predicts nothing.

    Args:
        begins: the first instant that is asked, with its offset.
        hours: for how long at most.
    Raises:
        InputError: an instant without zone.
    """
    rails = guardrails()
    given: tuple[ChartEvent, ...] = ()
    answers: list[tuple[datetime, Guidance]] = []
    for hour in range(hours + 1):
        now = begins + timedelta(hours=hour)
        situation = Situation.at(now, replace(facts_at(now, given), ketamine=given))
        guidance = evaluate(sited, situation, regimen, rails)
        answers.append((now, guidance))
        given = (*given, *done(guidance, situation))
        if guidance.status in _ENDED:
            break
    return answers


def done(guidance: Guidance, situation: Situation) -> tuple[ChartEvent, ...]:
    """What is charted where advice is followed at once; nothing where there is nothing to do."""
    phase, now = situation.state.phase, situation.instant
    if guidance.status in _ENDED:
        running = phase in ("running", "paused", "between")
        return (ChartEvent(now, Happened.STOP, source="played"),) if running else ()
    if guidance.status is Status.HOLD:
        return (ChartEvent(now, Happened.PAUSE, source="played"),) if phase == "running" else ()
    dosed = [one for one in guidance.recommendations if one.dose is not None]
    if guidance.status not in _DOSED or not dosed:
        return ()
    return _doses(dosed[0], guidance.status, situation)


def _doses(advice: Recommendation, status: Status, situation: Situation) -> tuple[ChartEvent, ...]:
    phase, now = situation.state.phase, situation.instant
    dose = advice.dose
    if dose is None:
        return ()
    if phase == "running":
        same = situation.state.dose is not None and dose.same_as(situation.state.dose)
        return () if same else (ChartEvent(now, Happened.CHANGE, dose, source="played"),)
    if phase == "paused":
        # A lower dose during a pause is not begun by it: it is given once the pause ends.
        ends = status is Status.CONTINUE
        return (ChartEvent(now, Happened.RESUME, source="played"),) if ends else ()
    if advice.due is not None and advice.due > now:
        return ()
    happened = Happened.START if is_rate(dose) else Happened.GIVEN
    return (ChartEvent(now, happened, dose, advice.over, source="played"),)
