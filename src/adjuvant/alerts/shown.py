"""What the chart shows now that somebody must know. A part that fails silences no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adjuvant.alerts.delivered import Compared, delivered, setting
from adjuvant.alerts.model import Gravity, Kind
from adjuvant.alerts.reach import Reach
from adjuvant.library.vocabulary import observations
from adjuvant.plan import CourseReview, Due, MonitoringSchedule
from adjuvant.protocol import Guidance, Situation
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.opioid_review import KEY as REVIEW
from adjuvant.quantity import Quantity, show
from adjuvant.timeline import local_text, zone
from adjuvant.unknown import Unknown

__all__ = ["Shown", "View", "shown", "told"]

_HOLDS = frozenset({"stop", "futility", "pause"})
_ASKED = frozenset({"stop", "hold", "lower", "call", "review", "complete"})
_GRAVE = frozenset({"stop", "hold"})
_JUDGES_THE_DOSE = frozenset({"continue", "raise"})


@dataclass(frozen=True, slots=True)
class View:
    """Everything that alerts are worked out of, at one instant.

    Args:
        guidance: None where the protocol could not be asked at all; `faults` then says why.
        schedule: what is to be observed; None where ketamine was not begun, or where it could not be made.
        began: when what is watched was begun: the present course, or its last.
        weight: that the order is worked out with; None where there is none, or none is needed.
        resume: when a pause was to be judged again; None where ketamine is not paused or nothing says when.
        review_within: by when the opioids are reviewed once ketamine works, where the site says so.
        reviews: those of liver and bladder.
        faults: parts of the watching that failed: their names, and what went wrong in words.
        reached: by rule, how far what it looks at has gone.
    """

    at: datetime
    situation: Situation
    guidance: Guidance | None
    schedule: MonitoringSchedule | None
    began: datetime | None = None
    weight: DosingWeight | None = None
    resume: datetime | None = None
    review_within: timedelta | None = None
    reviews: tuple[CourseReview, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    reached: Mapping[str, Reach] = field(default_factory=dict)

    def when(self, at: datetime) -> str:
        """An instant on the patient's own clock, in words."""
        return local_text(at, zone(self.situation.facts.zone))

    @property
    def runs(self) -> bool:
        """Whether ketamine goes in, or is only paused: a rate, or one dose that takes its time."""
        return self.situation.flows

    @property
    def dead(self) -> bool:
        """Whether a death is charted that nothing in the chart speaks against."""
        return self.situation.facts.died is not None and not self.situation.contradictions()


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that the chart shows now; see `Alert` for its fields.

    Args:
        within: how long it may stand before it is overdue; None where nothing says so.
        reach: how far what a rule looks at has gone.
    """

    kind: Kind
    gravity: Gravity
    words: str
    count: int = 1
    within: timedelta | None = None
    reach: Reach = ()


Found = Iterator[tuple[str, Shown]]


def shown(view: View) -> tuple[Mapping[str, Shown], frozenset[str]]:
    """What the chart shows, by the key of its alert, and the parts that could not be looked at.

    A part is the word before the colon of its keys. Where one fails, that is an alert of its own.
    """
    found: dict[str, Shown] = {}
    failed: set[str] = set()
    if view.dead:
        return dict(_death(view)), frozenset()
    for part, words in view.faults:
        failed.add(part)
        found[f"fault:{part}"] = Shown(Kind.FAULT, Gravity.GRAVEST, words)
    for part, look in _PARTS.items():
        try:
            found.update(look(view))
        except Exception as error:  # noqa: BLE001 - what is wrong with one part must not silence the others
            failed.add(part)
            words = f"What is {_TITLES[part]} could not be looked at ({type(error).__name__})"
            found[f"fault:{part}"] = Shown(Kind.FAULT, Gravity.GRAVEST, words)
    return found, frozenset(failed)


def told(key: str, view: View, failed: frozenset[str]) -> bool:
    """Whether the chart can tell that what an alert is about is over. What cannot be told is not over."""
    part, _, name = key.partition(":")
    if part in failed:
        return False
    if view.dead:
        return True
    guidance = view.guidance
    if part in ("dose", "excluded"):
        return _set_right(part, name, view)
    if part in ("rule", "missing", "contradiction", "fault") and guidance is None:
        return False
    if guidance is None or part not in ("rule", "missing"):
        return True
    answers = {one.rule: one.answer for one in guidance.judged}
    if part == "missing":
        # Before any rule was judged nothing is named as missing, though it may still be.
        return bool(answers) or bool(guidance.missing)
    withheld = guidance.status.value == "withheld"
    return answers[name] is not None if name in answers else not withheld


def _set_right(part: str, name: str, view: View) -> bool:
    """Whether what spoke against ketamine is known to be over: advice may rest on another thing."""
    if not view.runs:
        return True
    if part == "dose" and str(view.situation.state.dose) != name:
        return True
    guidance = view.guidance
    if part == "excluded":
        return guidance is not None and guidance.eligibility == "eligible"
    return guidance is not None and guidance.status.value in _JUDGES_THE_DOSE


def _death(view: View) -> Found:
    """Of the dead nothing is due and nothing overdue; only what still goes in is to be seen to."""
    if view.runs:
        words = (
            "A death is charted, and no end of ketamine: see that none goes in any more, and chart its end"
        )
        yield "death:ketamine", Shown(Kind.AGAINST, Gravity.GRAVEST, words)


# --- the protocol -----------------------------------------------------------------------------------------


def _rules(view: View) -> Found:
    """Every rule that fires, whatever the advice rests on, and what else is asked for."""
    if view.guidance is None:
        return
    rules = {one.rule for one in view.guidance.judged}
    for one in view.guidance.judged:
        if one.answer is True and (view.runs or one.kind != "futility"):
            seen = "; ".join(dict.fromkeys(reason.seen for reason in one.because if reason.seen))
            gravity = Gravity.GRAVEST if one.kind in _HOLDS and view.runs else Gravity.ACT
            within = view.review_within if one.rule == REVIEW else None
            words = f"{one.text} {seen}".strip()
            far = view.reached.get(one.rule, ())
            yield f"rule:{one.rule}", Shown(Kind.RULE, gravity, words, within=within, reach=far)
    for advice in view.guidance.recommendations:
        if advice.action not in _ASKED or (advice.action == "complete" and not view.runs):
            continue
        gravity = Gravity.GRAVEST if advice.action in _GRAVE else Gravity.ACT
        for name in dict.fromkeys(reason.rule for reason in advice.because if reason.rule not in rules):
            seen = next((one.seen for one in advice.because if one.rule == name and one.seen), "")
            yield f"rule:{name}", Shown(Kind.RULE, gravity, f"{advice.words} {seen}".strip())
    for issue in view.guidance.issues:
        if issue.kind == "warning":  # of a rule that is met where no advice can be made, and none is judged
            for name in dict.fromkeys(reason.rule for reason in issue.because):
                far = view.reached.get(name, ())
                yield f"rule:{name}", Shown(Kind.RULE, Gravity.GRAVEST, issue.words, reach=far)


def _dose(view: View) -> Found:
    """What runs and is none of the protocol's doses: ten times one, or a day's milligrams in an hour."""
    for issue in view.guidance.issues if view.guidance is not None and view.runs else ():
        if issue.kind == "step":
            key = f"dose:{view.situation.state.dose}"
            yield key, Shown(Kind.AGAINST, Gravity.GRAVEST, issue.words)


def _excluded(view: View) -> Found:
    """What speaks against ketamine that is being given."""
    for issue in view.guidance.issues if view.guidance is not None and view.runs else ():
        if issue.kind == "exclusion":
            words = f"{issue.words[:1].upper()}{issue.words[1:]}"
            yield "excluded:ketamine", Shown(Kind.AGAINST, Gravity.GRAVEST, words)


def _missing(view: View) -> Found:
    if view.guidance is None:
        return
    gravity = Gravity.GRAVEST if view.runs else Gravity.NOTE
    for lack in view.guidance.missing:
        yield f"missing:{lack.rule}:{lack.what}", Shown(Kind.MISSING, gravity, f"Not known: {lack.what}")
    if not view.runs:
        return
    for one in view.guidance.judged:
        grave = Gravity.GRAVEST if one.kind in _HOLDS or one.kind == "reduce" else Gravity.ACT
        if one.answer is None and one.kind != "entry":
            for what in one.missing:
                key = f"missing:{one.rule}:{what}"
                yield key, Shown(Kind.MISSING, grave, f"Not known: {what}")


def _contradictions(view: View) -> Found:
    for issue in view.guidance.issues if view.guidance is not None else ():
        if issue.kind == "contradiction":
            gravity = Gravity.GRAVEST if view.runs else Gravity.ACT
            yield f"contradiction:{issue.words}", Shown(Kind.CONTRADICTION, gravity, issue.words)


def _faults(view: View) -> Found:
    for issue in view.guidance.issues if view.guidance is not None else ():
        if issue.kind == "fault":
            yield f"fault:{issue.words.split()[0]}", Shown(Kind.FAULT, Gravity.GRAVEST, issue.words)


# --- the chart itself -------------------------------------------------------------------------------------


def _doubted(view: View) -> Found:
    latest = {one.measure: one for one in view.situation.facts.observed}
    for measure, one in latest.items():
        if one.doubted:
            yield f"doubted:{measure}", Shown(Kind.DOUBTED, Gravity.ACT, one.doubted)


def _paused(view: View) -> Found:
    """A pause that nothing asks for any more, or that nobody has judged again in time."""
    if view.situation.state.phase != "paused":
        return
    words = ""
    if view.resume is not None and view.at > view.resume:
        words = f"Ketamine is paused, and was to be judged again at {view.when(view.resume)}"
    elif view.guidance is not None and view.guidance.status.value == "continue":
        words = "Ketamine is paused, and no rule holds it any more"
    if words:
        yield "paused:ketamine", Shown(Kind.OVERDUE, Gravity.ACT, words)


def _overdue(view: View) -> Found:
    """Rounds of one observation that are past their grace since it was last charted."""
    if view.schedule is None:
        return
    charted = _last_charted(view.situation)
    late: dict[str, list[Due]] = {}
    before: dict[str, datetime] = {}
    for due in view.schedule.due:
        for item in due.items:
            # A reading counts for a round from the round before on, or from the beginning.
            opens = before.get(item, view.began)
            before[item] = due.at
            if due.late_after is None or view.at <= due.late_after:
                continue
            if item not in charted or (opens is not None and charted[item] <= opens):
                late.setdefault(item, []).append(due)
    for item, rounds in late.items():
        title = observations()[item].title if item in observations() else item
        several = f", {len(rounds)} times in a row" if len(rounds) > 1 else ""
        grave = Gravity.GRAVEST if view.runs and len(rounds) > 1 else Gravity.ACT
        words = f"{title} was due at {view.when(rounds[0].at)} and is not charted{several}"
        yield f"overdue:{item}", Shown(Kind.OVERDUE, grave, words, len(rounds))


def _delivered(view: View) -> Found:
    """What the pump delivered, against the order. What cannot be compared is said, and is no agreement."""
    shares = view.situation.readings("share_delivered")
    if shares and shares[-1].value is not None and not shares[-1].doubted:
        differs = Quantity(abs(shares[-1].value - 100), "%")
        words = f"Of the ketamine that was ordered {show(shares[-1].value)} % is charted as given"
        yield from _diverged("delivered:share", differs, words, more=shares[-1].value > 100)
    if view.began is None:
        return
    found = delivered(view.situation, view.began, view.weight)
    if isinstance(found, Unknown):
        yield "delivered:unknown", Shown(Kind.MISSING, Gravity.ACT, f"Not known: {', '.join(found.needs)}")
        return
    for key, one in zip(("delivered:lately", "delivered:in all"), found, strict=False):
        yield from _diverged(key, one.differs, _compared(one, view), more=one.given > one.ordered)


def _reviews(view: View) -> Found:
    """Reviews of liver and bladder that a further course was begun without, or whose interval has passed."""
    for one in view.reviews:
        if one.overdue and one.due_at is not None:
            words = f"Was due at {view.when(one.due_at)} and is not charted: {one.asks}"
            yield f"review:{one.key}", Shown(Kind.OVERDUE, Gravity.ACT, words)
        elif one.skipped and view.runs:
            words = f"A further course was begun without it: {one.asks} (a rule of the house)"
            yield f"review:{one.key}", Shown(Kind.OVERDUE, Gravity.ACT, words)


def _compared(one: Compared, view: View) -> str:
    when = f"From {view.when(one.since)} to {view.when(one.at)}"
    return f"{when} {show(one.given)} mg went in, and {show(one.ordered)} mg were ordered"


def _diverged(key: str, differs: Quantity | None, words: str, *, more: bool) -> Found:
    if differs is not None and differs <= setting("delivered_kept"):
        return
    if differs is not None and differs <= setting("delivered_alarm"):
        yield key, Shown(Kind.DIVERGED, Gravity.NOTE, words)
    else:
        yield key, Shown(Kind.DIVERGED, Gravity.GRAVEST if more else Gravity.ACT, words)


def _last_charted(situation: Situation) -> Mapping[str, datetime]:
    """When each observation was last charted, unreadable ones included: somebody looked."""
    found: dict[str, datetime] = {}
    for one in situation.facts.observed:
        found[one.measure] = max(found.get(one.measure, one.at), one.at)
    for effect in situation.facts.effects:
        found[effect.kind] = max(found.get(effect.kind, effect.at), effect.at)
    return found


_PARTS: Mapping[str, Callable[[View], Found]] = {
    "rule": _rules,
    "dose": _dose,
    "excluded": _excluded,
    "missing": _missing,
    "contradiction": _contradictions,
    "fault": _faults,
    "doubted": _doubted,
    "paused": _paused,
    "overdue": _overdue,
    "delivered": _delivered,
    "review": _reviews,
}
_TITLES: Mapping[str, str] = {
    "rule": "asked by the rules",
    "dose": "running and none of the protocol's doses",
    "excluded": "speaking against ketamine",
    "missing": "missing",
    "contradiction": "contradictory",
    "fault": "failing",
    "doubted": "doubted",
    "paused": "paused",
    "overdue": "overdue",
    "delivered": "delivered",
    "review": "to be reviewed",
}
