"""The verdict: how far up the ladder the answers reach. It stops at clinical response, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from adjuvant.opioids.model import WindowMME
from adjuvant.outcomes.model import (
    Course,
    CourseKind,
    OpioidSummary,
    PainSummary,
    ResponseAnswer,
    Verdict,
    WindowPain,
)
from adjuvant.outcomes.opioid_change import is_unread
from adjuvant.outcomes.words import (
    LIMIT,
    NOT_ASKED,
    PSEUDO_LIMIT,
    counted,
    listed,
    opioid_sentence,
    pain_sentence,
)
from adjuvant.quantity import show
from adjuvant.record import AdverseEvent, Basis
from adjuvant.symptoms import stopped_ketamine
from adjuvant.unknown import Ternary, Unknown, all_of, any_of, negate

__all__ = ["clinical_response", "evaluable", "headline_of", "response_words", "verdict_of"]

PAIN_RULE = "cid"
OPIOID_RULE = "opioid_sparing_25"


def verdict_of(
    course: Course,
    pain: PainSummary | None,
    opioids: OpioidSummary | None,
    answers: Sequence[ResponseAnswer],
    events: Sequence[AdverseEvent],
) -> Verdict:
    """The finding of one course.

    Args:
        events: the adverse events from the start of the course to the end of after.
    """
    can, can_words = evaluable(pain, opioids)
    free = opioids is not None and opioids.before.complete and opioids.before.per_day == 0
    response = clinical_response(answers, pain_risen=_risen(pain), opioid_free=free)
    stops = stopped_ketamine(events)
    sentence = f"{pain_sentence(pain)} {opioid_sentence(opioids)}"
    if stops:
        kinds = listed(list(dict.fromkeys(event.kind for event in stops)))
        sentence = f"Ketamine was stopped for {kinds}. {sentence}"
    pseudo = course.kind is CourseKind.PSEUDO
    return Verdict(
        headline=headline_of(
            response, answers, stopped_for=tuple(event.kind for event in stops), pseudo=pseudo
        ),
        sentence=sentence,
        limit=PSEUDO_LIMIT if pseudo else LIMIT,
        evaluable=can,
        clinical_response=response,
        not_asked=NOT_ASKED,
        evaluable_words=can_words,
        response_words=response_words(response, answers),
    )


def evaluable(pain: PainSummary | None, opioids: OpioidSummary | None) -> tuple[bool, str]:
    """The first rung: enough readings before and after, at most half of them missing, and an opioid log.

    Missing counts twice, because not every record charts what it missed: readings that could not be taken,
    as a share of those charted, and time that the mean does not rest on, as a share of the window.

    Returns:
        The answer, and the figures that it rests on in words.
    """
    from adjuvant.library import setting

    least, most = setting("evaluable_min_readings").value, setting("evaluable_max_missing_share").value
    faults: list[str] = []
    seen: list[str] = []
    for name, window in () if pain is None else (("before", pain.before), ("after", pain.after)):
        missing, uncovered = _missing_share(window), 1 - window.covered_share
        readings = f"{counted(window.scored, 'reading', 'readings')} {name}"
        seen.append(f"{readings}, {window.not_assessable} not assessable")
        if window.scored < least:
            faults.append(f"{readings}, fewer than {show(least)}")
        if missing > most:
            faults.append(f"{show(missing * 100, 0)} % of the readings {name} could not be taken")
        if uncovered > most:
            faults.append(f"{show(uncovered * 100, 0)} % of the time {name} has no mean")
    if pain is None:
        faults.append("no pain series to compare")
    log, words = _log(opioids)
    (seen if log else faults).append(words)
    if faults:
        return False, f"Not evaluable: {'; '.join(faults)}. The ladder ends at clinical response."
    return True, f"Evaluable: {'; '.join(seen)}."


def clinical_response(
    answers: Sequence[ResponseAnswer], *, pain_risen: Ternary, opioid_free: bool = False
) -> Ternary:
    """The second rung: pain down by the clinically important difference, or opioids down by the sparing
    threshold while pain is no higher. Both thresholds and their sources stand in the library.

    Args:
        opioid_free: True where the record shows that no opioid was given before: there was none to spare.
    """
    by_key = {answer.key: answer.answer for answer in answers}
    spared = False if opioid_free else by_key[OPIOID_RULE]
    return any_of([by_key[PAIN_RULE], all_of([spared, negate(pain_risen)])])


def headline_of(
    response: Ternary,
    answers: Sequence[ResponseAnswer],
    *,
    stopped_for: tuple[str, ...] = (),
    pseudo: bool = False,
) -> str:
    """A few calm words; never that a treatment was effective, and never a P value."""
    if pseudo:
        return "Pseudo-course, no ketamine given."
    if stopped_for:
        return f"Stopped for {listed(list(dict.fromkeys(stopped_for)))}."
    if isinstance(response, Unknown):
        return "Cannot say."
    if not response:
        return "No clinical response."
    by_pain = next(answer.answer for answer in answers if answer.key == PAIN_RULE)
    return "Clinical response." if by_pain is True else "Clinical response by opioid sparing."


def response_words(response: Ternary, answers: Sequence[ResponseAnswer]) -> str:
    """What the second rung rests on, and how the other definitions answer."""
    by_key = {answer.key: answer for answer in answers}
    said = {word: sum(answer.word == word for answer in answers) for word in ("yes", "no", "cannot_evaluate")}
    word = "cannot say" if isinstance(response, Unknown) else "yes" if response else "no"
    rules = " or ".join(
        f"{by_key[key].title} ({by_key[key].word.replace('_', ' ')}{extra})"
        for key, extra in ((PAIN_RULE, ""), (OPIOID_RULE, "; counts where pain is no higher"))
    )
    return (
        f"Clinical response: {word}, by {rules}. Of {len(answers)} definitions {said['yes']} say yes, "
        f"{said['no']} no, {said['cannot_evaluate']} cannot be evaluated."
    )


def _risen(pain: PainSummary | None) -> Ternary:
    if pain is None:
        return Unknown("pain before and after")
    return pain.change if isinstance(pain.change, Unknown) else pain.change > 0


def _missing_share(window: WindowPain) -> Fraction:
    charted = window.scored + window.not_assessable
    return Fraction(window.not_assessable, charted) if charted else Fraction(1)


def _log(opioids: OpioidSummary | None) -> tuple[bool, str]:
    if opioids is None:
        return False, "no opioid log: the record holds no medication"
    if opioids.basis != Basis.ADMINISTERED:
        return False, f"no opioid log: the record holds only what was {opioids.basis}"
    unread = [name for name, window in _named(opioids) if is_unread(window)]
    if unread:
        return False, f"no opioid log {' and '.join(unread)}"
    refused = sum(len(window.refused) for _, window in _named(opioids))
    return True, f"opioid log incomplete, {refused} refused" if refused else "opioid log complete"


def _named(opioids: OpioidSummary) -> tuple[tuple[str, WindowMME], ...]:
    return (("before", opioids.before), ("after", opioids.after))
