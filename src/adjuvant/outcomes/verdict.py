"""The verdict: how far up the ladder the answers reach. It stops at clinical response, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from adjuvant.opioids.model import WindowMME
from adjuvant.outcomes.headline import Seen, headline_of, low_baseline
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
from adjuvant.outcomes.sparing import opioid_sparing, sparing_words
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
from adjuvant.symptoms import stopped_ketamine, unsettled_stops
from adjuvant.unknown import Ternary, Unknown

__all__ = ["PAIN_RULE", "clinical_response", "evaluable", "opioid_words", "response_words", "verdict_of"]

PAIN_RULE = "cid"

_PSEUDO = Unknown("a ketamine course: a pseudo-course has windows only")
_PSEUDO_WORDS = "Clinical response: not asked of a pseudo-course, which has windows only and no ketamine."


def verdict_of(
    course: Course,
    pain: PainSummary | None,
    opioids: OpioidSummary | None,
    answers: Sequence[ResponseAnswer],
    events: Sequence[AdverseEvent],
    *,
    doubts: Sequence[str] = (),
    strangers: Sequence[str] = (),
    died: str = "",
) -> Verdict:
    """The finding of one course.

    Args:
        events: the adverse events from the start of the course to the end of after.
        doubts: other reasons for a fall of opioids (`sparing_doubts`).
        strangers: drugs given in the windows of which the library knows no ingredient.
        died: when the patient died, in words; empty where not between the start and the end of after.
    """
    can, can_words = evaluable(pain, opioids, strangers)
    pseudo = course.kind is CourseKind.PSEUDO
    response = _PSEUDO if pseudo else clinical_response(answers)
    spared = _PSEUDO if pseudo else opioid_sparing(answers, opioids, _risen(pain), doubts)
    stops = stopped_ketamine(events)
    said = [f"The patient died {died}."] if died else []
    if stops:
        said.append(f"Ketamine was stopped for {listed(_kinds(stops))}.")
    elif unsettled_stops(events):
        kinds = listed(_kinds(unsettled_stops(events)))
        said.append(f"Whether ketamine was stopped for {kinds} is not settled.")
    said += [pain_sentence(pain), opioid_sentence(opioids)]
    if spared is True:
        said.append(sparing_words(spared, answers))
    seen = Seen(
        response=response,
        evaluable=can,
        sparing=spared,
        change=Unknown("pain before and after") if pain is None else pain.change,
        low=pain is not None and low_baseline(pain.before.mean),
        opioids=opioid_words(opioids),
        stopped_for=tuple(event.kind for event in stops),
        died=died,
        pseudo=pseudo,
    )
    return Verdict(
        headline=headline_of(seen),
        sentence=" ".join(said),
        limit=PSEUDO_LIMIT if pseudo else LIMIT,
        evaluable=can,
        clinical_response=response,
        not_asked=NOT_ASKED,
        evaluable_words=can_words,
        response_words=_PSEUDO_WORDS if pseudo else response_words(response, answers),
        opioid_sparing=spared,
        sparing_words=sparing_words(spared, answers),
    )


def evaluable(
    pain: PainSummary | None, opioids: OpioidSummary | None, strangers: Sequence[str] = ()
) -> tuple[bool, str]:
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
    log, words = _log(opioids, strangers)
    (seen if log else faults).append(words)
    if faults:
        return False, f"Not evaluable: {'; '.join(faults)}. The ladder ends at clinical response."
    return True, f"Evaluable: {'; '.join(seen)}."


def clinical_response(answers: Sequence[ResponseAnswer]) -> Ternary:
    """The second rung: pain down by the clinically important difference (library, ``cid``), and nothing else.

    Opioid sparing is a finding of its own beside it (`opioid_sparing`), never a response.
    """
    return next(answer.answer for answer in answers if answer.key == PAIN_RULE)


def opioid_words(opioids: OpioidSummary | None) -> str:
    """What a headline of a response must say of opioids: that they rose, or that they cannot be compared."""
    from adjuvant.library import setting

    if opioids is None:
        return ""
    percent, rise = opioids.percent, setting("opioid_rise_flag_percent").value
    if not isinstance(percent, Unknown):
        return f", with opioids up by {show(percent)} %" if percent >= rise else ""
    if not (opioids.before.complete and opioids.after.complete):
        return "; opioids cannot be compared"
    return ", with opioids begun" if opioids.after.per_day > 0 else ""


def response_words(response: Ternary, answers: Sequence[ResponseAnswer]) -> str:
    """What the second rung rests on, and how the other definitions answer."""
    rule = next(answer for answer in answers if answer.key == PAIN_RULE)
    said = {word: sum(answer.word == word for answer in answers) for word in ("yes", "no", "cannot_evaluate")}
    word = "cannot say" if isinstance(response, Unknown) else "yes" if response else "no"
    return (
        f"Clinical response: {word}, by {rule.title} (pain alone). Of {len(answers)} definitions "
        f"{said['yes']} say yes, {said['no']} no, {said['cannot_evaluate']} cannot be evaluated."
    )


def _kinds(events: Sequence[AdverseEvent]) -> list[str]:
    return list(dict.fromkeys(event.kind for event in events))


def _risen(pain: PainSummary | None) -> Ternary:
    if pain is None:
        return Unknown("pain before and after")
    return pain.change if isinstance(pain.change, Unknown) else pain.change > 0


def _missing_share(window: WindowPain) -> Fraction:
    charted = window.scored + window.not_assessable
    return Fraction(window.not_assessable, charted) if charted else Fraction(1)


def _log(opioids: OpioidSummary | None, strangers: Sequence[str]) -> tuple[bool, str]:
    if opioids is None:
        return False, "no opioid log: the record names no opioid and charts no administration"
    if opioids.basis != Basis.ADMINISTERED:
        return False, f"no opioid log: the record holds only what was {opioids.basis}"
    unread = [name for name, window in _named(opioids) if is_unread(window)]
    if unread:
        return False, f"no opioid log {' and '.join(unread)}"
    refused = sum(len(window.refused) for _, window in _named(opioids))
    words = f"opioid log incomplete, {refused} refused" if refused else "opioid log complete"
    if strangers:
        drugs = counted(len(strangers), "drug", "drugs")
        words += f" but for {drugs} that the library does not know"
    return True, words


def _named(opioids: OpioidSummary) -> tuple[tuple[str, WindowMME], ...]:
    return (("before", opioids.before), ("after", opioids.after))
