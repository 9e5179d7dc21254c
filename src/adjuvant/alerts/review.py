"""Reviewing the alerts: what the chart shows now, joined with what was raised before. Nothing goes silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from adjuvant.alerts.model import Alert, Change, Gravity, Kind, State
from adjuvant.library.vocabulary import observations
from adjuvant.plan import Due, MonitoringSchedule
from adjuvant.protocol import Guidance, Situation, Status
from adjuvant.timeline import as_instant

__all__ = ["Review", "review"]

_GRAVEST = frozenset({"stop", "hold"})
_ACTS = frozenset({"stop", "hold", "lower", "call", "review"})
_RUNS = frozenset({"running", "paused"})


@dataclass(frozen=True, slots=True)
class Review:
    """All alerts of one patient at one instant, resolved ones included.

    Args:
        on: False where the site has not turned alerts on; nothing new is raised then, and nothing is dropped.
        ungraced: True where the site has set no grace, so that nothing can be called late.
    """

    at: datetime
    on: bool
    alerts: tuple[Alert, ...]
    ungraced: bool = False

    @property
    def active(self) -> tuple[Alert, ...]:
        """Those that are not resolved, the gravest first."""
        return tuple(
            sorted(
                (one for one in self.alerts if one.active),
                key=lambda one: (-one.gravity, one.raised, one.key),
            )
        )


@dataclass(frozen=True, slots=True)
class _Shown:
    """Something that the chart shows now."""

    kind: Kind
    gravity: Gravity
    words: str
    count: int = 1


def review(
    guidance: Guidance,
    schedule: MonitoringSchedule | None,
    situation: Situation,
    *,
    at: datetime,
    previous: Iterable[Alert] = (),
    on: bool,
) -> Review:
    """The alerts at `at`.

    An alert that was raised stays: as long as the chart shows what it is about, however it was acknowledged;
    when it grows worse it is open again; when a snooze ends it is open again; and when the chart no longer
    shows it, it is resolved and kept. What can no longer be told is not over.

    Args:
        guidance: of the same situation.
        schedule: what is to be observed; None where ketamine was not begun.
        on: whether the site has turned alerts on.
    """
    now = as_instant(at)
    shown = dict(_shown(guidance, schedule, situation, now)) if on else {}
    unsure = {one.rule for one in guidance.missing}
    found: list[Alert] = []
    met: set[str] = set()
    for alert in previous:
        if not alert.active:
            found.append(alert)
            continue
        met.add(alert.key)
        if not on:
            found.append(alert)
        elif alert.key in shown:
            found.append(_still(alert, shown[alert.key], now))
        elif _untold(alert, guidance, unsure):
            found.append(_awake(alert, now))
        else:
            over = Change(now, State.RESOLVED, "the chart no longer shows it")
            found.append(replace(alert, state=State.RESOLVED, until=None, history=(*alert.history, over)))
    for key, one in sorted(shown.items()):
        if key not in met:
            raised = Change(now, State.OPEN, one.words)
            found.append(
                Alert(key, one.kind, one.gravity, one.words, now, count=one.count, history=(raised,))
            )
    ungraced = schedule is not None and any(due.late_after is None for due in schedule.due)
    return Review(now, on, tuple(found), ungraced)


def _still(alert: Alert, one: _Shown, now: datetime) -> Alert:
    """The same alert: open again where it has grown worse, or where a snooze is over."""
    worse = (one.gravity, one.count) > (alert.gravity, alert.count)
    if worse:
        change = Change(now, State.OPEN, f"worse: {one.words}")
        return replace(
            alert, gravity=one.gravity, words=one.words, count=one.count, state=State.OPEN, until=None,
            history=(*alert.history, change),
        )  # fmt: skip
    # What has become less grave keeps the gravity that it was raised with, until it is over.
    return _awake(replace(alert, words=one.words), now)


def _awake(alert: Alert, now: datetime) -> Alert:
    if alert.state is State.SNOOZED and alert.until is not None and now >= alert.until:
        change = Change(now, State.OPEN, "the snooze is over")
        return replace(alert, state=State.OPEN, until=None, history=(*alert.history, change))
    return alert


def _untold(alert: Alert, guidance: Guidance, unsure: set[str]) -> bool:
    """Whether what an alert is about can no longer be told, so that its absence says nothing.

    Where advice is withheld, not every rule was judged; where nothing is named as missing either, as in a
    chart that contradicts itself, what was missing before may still be.
    """
    withheld = guidance.status is Status.WITHHELD
    if alert.kind is Kind.RULE:
        return withheld or alert.key.removeprefix("rule:") in unsure
    return alert.kind is Kind.MISSING and withheld and not unsure


# --- what the chart shows ----------------------------------------------------------------------------------


def _shown(
    guidance: Guidance, schedule: MonitoringSchedule | None, situation: Situation, now: datetime
) -> Iterator[tuple[str, _Shown]]:
    runs = situation.state.phase in _RUNS
    for advice in guidance.recommendations:
        if advice.action in _ACTS:
            gravity = Gravity.GRAVEST if advice.action in _GRAVEST else Gravity.ACT
            for rule in dict.fromkeys(reason.rule for reason in advice.because):
                seen = next((one.seen for one in advice.because if one.rule == rule and one.seen), "")
                yield f"rule:{rule}", _Shown(Kind.RULE, gravity, f"{advice.words} {seen}".strip())
    for lack in guidance.missing:
        gravity = Gravity.GRAVEST if runs else Gravity.NOTE
        yield f"missing:{lack.rule}:{lack.what}", _Shown(Kind.MISSING, gravity, f"Not known: {lack.what}")
    for issue in guidance.issues:
        if issue.kind == "contradiction":
            gravity = Gravity.GRAVEST if runs else Gravity.ACT
            yield f"contradiction:{issue.words}", _Shown(Kind.CONTRADICTION, gravity, issue.words)
    for one in situation.facts.observed:
        if one.doubted and one is situation.readings(one.measure)[-1]:
            yield f"doubted:{one.measure}", _Shown(Kind.DOUBTED, Gravity.ACT, one.doubted)
    if schedule is not None:
        yield from _overdue(schedule, situation, now, runs)


def _overdue(
    schedule: MonitoringSchedule, situation: Situation, now: datetime, runs: bool
) -> Iterator[tuple[str, _Shown]]:
    """Rounds of one observation that are past their grace since it was last charted."""
    charted = _last_charted(situation)
    late: dict[str, list[Due]] = {}
    for due in schedule.due:
        if due.late_after is None or now <= due.late_after:
            continue
        for item in due.items:
            if item not in charted or charted[item] <= _opens(schedule, item, due, situation.state.began):
                late.setdefault(item, []).append(due)
    for item, rounds in late.items():
        title = observations()[item].title if item in observations() else item
        first, several = (
            rounds[0].at.isoformat(),
            f", {len(rounds)} times in a row" if len(rounds) > 1 else "",
        )
        grave = Gravity.GRAVEST if runs and len(rounds) > 1 else Gravity.ACT
        yield (
            f"overdue:{item}",
            _Shown(
                Kind.OVERDUE, grave, f"{title} was due at {first} and is not charted{several}", len(rounds)
            ),
        )


def _opens(schedule: MonitoringSchedule, item: str, due: Due, began: datetime | None) -> datetime:
    """After which moment a charted reading counts for a round: that of the round before, or the beginning."""
    earlier = [one.at for one in schedule.due if item in one.items and one.at < due.at]
    return earlier[-1] if earlier else began or datetime.min.replace(tzinfo=due.at.tzinfo)


def _last_charted(situation: Situation) -> Mapping[str, datetime]:
    """When each observation was last charted, unreadable ones included: somebody looked."""
    found: dict[str, datetime] = {}
    for one in situation.facts.observed:
        found[one.measure] = max(found.get(one.measure, one.at), one.at)
    for effect in situation.facts.effects:
        found[effect.kind] = max(found.get(effect.kind, effect.at), effect.at)
    return found
