"""Whether the opioids are to be reviewed: a response is charted or it is time, and nothing was changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from adjuvant.citation import Provenance
from adjuvant.library import responses
from adjuvant.protocol.eligibility import reasons
from adjuvant.protocol.finding import Context, Finding
from adjuvant.protocol.guidance import Judged, Reason, Recommendation
from adjuvant.protocol.isolated import judge_alone
from adjuvant.protocol.judge import span
from adjuvant.protocol.limits import response_questions
from adjuvant.protocol.model import Protocol, Question
from adjuvant.protocol.predicate import Seen, walk
from adjuvant.protocol.site import Sited
from adjuvant.protocol.situation import Situation
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = ["KEY", "REVIEWED", "opioid_review", "questions_of"]

KEY = "opioids.review"
REVIEWED = "opioid_review"
"""The key of a clinician's answer that the opioids were reviewed."""
_DAILY = ("medd_oral", "medd_intravenous", "morphine_subcutaneous")


def questions_of(sited: Sited) -> tuple[tuple[str, Question], ...]:
    """What counts as a response: the protocol's responses that a chart can tell, and the site's own."""
    known = response_questions()
    own = sited.profile.opioid_review if sited.profile is not None else None
    found = [(key, known[key]) for key in sited.protocol.responses if key in known]
    if own is not None and own.when is not None:
        found.append((KEY, Question(when=own.when, citation=own.citation, provenance=own.provenance)))
    return tuple(found)


def opioid_review(
    sited: Sited, situation: Situation, context: Context
) -> tuple[Judged, Recommendation | None] | None:
    """Whether a review of the opioids is asked for, and how it is put.

    Returns:
        None where ketamine was not begun, or nothing says when such a review is due.
    """
    began, asked = situation.state.began, questions_of(sited)
    after = sited.protocol.opioids.review_after if sited.protocol.opioids is not None else None
    if began is None or (not asked and after is None):
        return None
    found = [(key, one, _responded(one, situation, context)) for key, one in asked]
    met = [(key, one, finding) for key, one, finding in found if finding.answer is True]
    timed = after is not None and situation.instant >= began + span(after)
    unsure = any(isinstance(finding.answer, Unknown) for _, _, finding in found)
    if not met and not timed:
        return Judged(KEY, "review", None if unsure else False, _TEXT), None
    if _reviewed(sited, situation, context, bool(met)) or _fell(situation, context):
        return Judged(KEY, "review", False, _TEXT), None
    because: list[Reason] = []
    for key, one, finding in met:
        because += reasons(finding, KEY, _response_words(key), one)
    if timed and sited.protocol.opioids is not None:
        because += reasons(
            Finding(True), KEY, f"The opioids are reviewed after {after}.", sited.protocol.opioids
        )
    because.append(_opioids(situation, context))
    return (
        Judged(KEY, "review", True, _TEXT, tuple(because)),
        Recommendation("review", f"{_TEXT} {_statement(sited.protocol)}".rstrip(), tuple(because)),
    )


_TEXT = "Review the opioids."


def _response_words(key: str) -> str:
    # That pain fell after ketamine does not show that it fell for it: what is charted is said, and no more.
    if key == KEY:
        return "What the site counts as a response is charted."
    title = next(one.title for one in responses() if one.key == key)
    return f"A response is charted since ketamine began: {title}."


def _statement(protocol: Protocol) -> str:
    plan = protocol.opioids
    return (
        f"The protocol says: {plan.statement}" if plan is not None else "The protocol says nothing of them."
    )


def _reviewed(sited: Sited, situation: Situation, context: Context, responded: bool) -> bool:
    """Whether they were reviewed in this course; where a response is charted, after it was."""
    given = situation.answer(REVIEWED)
    began = situation.state.began
    if given is None or not given.yes or began is None or given.at < began:
        return False
    then = Situation.at(given.at, situation.facts)
    return not responded or any(
        _responded(one, then, context).answer is True for _, one in questions_of(sited)
    )


def _responded(question: Question, situation: Situation, context: Context) -> Finding:
    """Whether a response is charted since ketamine was begun.

    Where doses are counted, all of the span must lie after the first dose: what was not needed before it
    speaks of no effect.
    """
    began = situation.state.began
    if began is None:
        return Finding(False)
    spans = [
        span(one.within) for one in walk(question.when) if isinstance(one, Seen) and one.within is not None
    ]
    if any(situation.instant < began + length for length in spans):
        return Finding(False)
    return judge_alone(question.when, situation, replace(context, after=began))


def _changes(situation: Situation, context: Context) -> Iterator[Finding]:
    began = situation.state.began
    for measure in _DAILY:
        readings = situation.readings(measure)
        # A figure of before ketamine says nothing of what became of the opioids.
        if began is not None and readings and readings[-1].at > began:
            fall = Seen(measure=measure, of="percent_fall_from_baseline", above=Quantity(0, "%"))
            yield judge_alone(fall, situation, context)


def _fell(situation: Situation, context: Context) -> bool:
    return any(one.answer is True for one in _changes(situation, context))


def _opioids(situation: Situation, context: Context) -> Reason:
    """What is known of the opioids since ketamine began; a rule of the house, with no figure of its own."""
    for one in _changes(situation, context):
        if one.answer is False and one.seen:
            text = "The opioids are not lower than before ketamine."
            return Reason(KEY, text, one.seen[0].words, one.seen[0].at, "house", Provenance.ASSUMED)
    return Reason(
        KEY, "Whether the opioids were changed is not known.", "", None, "house", Provenance.ASSUMED
    )
