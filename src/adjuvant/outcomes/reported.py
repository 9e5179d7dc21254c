"""Evaluating figures that a document merely reports: only what two numbers can answer, and that said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from adjuvant.errors import InputError
from adjuvant.outcomes.facts import BeforeAfter, ResponseFacts
from adjuvant.outcomes.headline import Seen, headline_of, low_baseline
from adjuvant.outcomes.model import ReportedOutcome, ResponseAnswer, Verdict
from adjuvant.outcomes.responses import answer_all
from adjuvant.outcomes.sparing import opioid_sparing, sparing_words
from adjuvant.outcomes.verdict import clinical_response, response_words
from adjuvant.outcomes.words import listed, signed
from adjuvant.quantity import show
from adjuvant.record import ReportedFigure
from adjuvant.unknown import Ternary, Unknown

__all__ = ["REPORTED_KEYS", "evaluate_reported"]

REPORTED_KEYS: Mapping[str, str] = {
    "pain_before": "pain before, 0 to 10",
    "pain_after": "pain after, 0 to 10",
    "average_pain_before": "average pain before, 0 to 10 (counts as pain where that is not given)",
    "average_pain_after": "average pain after, 0 to 10 (counts as pain where that is not given)",
    "worst_pain_before": "worst pain before, 0 to 10",
    "worst_pain_after": "worst pain after, 0 to 10",
    "pain_goal": "personalised pain goal, 0 to 10",
    "opioid_before": "opioids before, MME a day",
    "opioid_after": "opioids after, MME a day",
    "opioid_percent": "change of opioids in percent, negative for a fall",
    "rescue_after": "rescue doses a day after",
}
"""The figures that are reckoned with; any other key is carried and shown as printed."""

_LIMIT = (
    "Whether this is more than the patient's own ups and downs cannot be evaluated from reported figures. "
    "One course cannot prove the cause."
)
_NOT_ASKED = (
    "Beyond the patient's own variability: cannot be evaluated without the readings.",
    "Durable: cannot be evaluated without the readings.",
    "Proof of cause: out of reach of one course.",
)
_EVALUABLE = (
    "Not evaluable: the document gives figures and no readings. The ladder ends at clinical response."
)


def evaluate_reported(
    title: str,
    figures: Sequence[ReportedFigure],
    tensions: Sequence[str] = (),
    *,
    notes: Sequence[str] = (),
    not_stated: Sequence[str] = (),
) -> ReportedOutcome:
    """What the definitions answer to figures as a document prints them.

    Nothing is derived from doses. A percentage that the document prints is used as printed; one that follows
    from two printed figures is named as our arithmetic in `derived`.

    Args:
        figures: keys of `REPORTED_KEYS` are reckoned with; others are only shown.
        tensions: where the document disagrees with itself, in words.
        notes: what else the document says: the patient, other drugs, consent.
        not_stated: what a reader would look for and does not find there.
    Raises:
        InputError: a key twice, a reckoned figure without a number, pain off its scale, a negative dose.
    """
    values = _checked(title, figures)
    pain = _pair(values, "pain")
    average = _pair(values, "average_pain")
    if isinstance(pain.before, Unknown) and isinstance(pain.after, Unknown):
        pain = average
    worst = _pair(values, "worst_pain")
    opioid = replace(_pair(values, "opioid"), given_percent=values.get("opioid_percent"))
    facts = ResponseFacts(
        pain=pain,
        average=average,
        worst=worst,
        opioid=opioid,
        rescue_after=_one(values, "rescue_after"),
        goal=_one(values, "pain_goal"),
    )
    answers = answer_all(facts)
    response = clinical_response(answers)
    spared = opioid_sparing(answers, None, pain.risen, ())
    cited = {figure.citation.key: figure.citation for figure in figures}
    cited |= {answer.citation.key: answer.citation for answer in answers}
    return ReportedOutcome(
        title=title,
        figures=tuple(figures),
        change=pain.change,
        percent=pain.percent,
        opioid_percent=opioid.percent,
        responses=answers,
        verdict=Verdict(
            headline=_headline(response, spared, pain, opioid),
            sentence=_sentence(pain, opioid, figures),
            limit=_LIMIT,
            evaluable=False,
            clinical_response=response,
            not_asked=_NOT_ASKED,
            evaluable_words=_EVALUABLE,
            response_words=response_words(response, answers),
            opioid_sparing=spared,
            sparing_words=sparing_words(spared, answers),
        ),
        tensions=tuple(tensions),
        citations=tuple(cited[key] for key in sorted(cited)),
        derived=tuple(_derived(pain, opioid, facts)),
        notes=tuple(notes),
        not_stated=tuple(not_stated),
    )


def _headline(response: Ternary, spared: Ternary, pain: BeforeAfter, opioid: BeforeAfter) -> str:
    from adjuvant.library import setting

    percent, rise = opioid.percent, setting("opioid_rise_flag_percent").value
    up = not isinstance(percent, Unknown) and percent >= rise
    # That the readings are not there is said by "as reported" and by the first rung.
    seen = Seen(
        response=response,
        evaluable=True,
        sparing=spared,
        change=pain.change,
        low=low_baseline(pain.before),
        opioids=f", with opioids up by {show(percent)} %" if up and isinstance(percent, Fraction) else "",
    )
    return headline_of(seen).removesuffix(".") + ", as reported."


def _checked(title: str, figures: Sequence[ReportedFigure]) -> dict[str, Fraction]:
    from adjuvant.library import scale

    numeric = scale("nrs_0_10")
    values: dict[str, Fraction] = {}
    seen: set[str] = set()
    for figure in figures:
        thing = f"{title}: {figure.key}"
        if figure.key in seen:
            raise InputError(thing, "is reported twice", "keep one, or name the other a tension")
        seen.add(figure.key)
        if figure.key not in REPORTED_KEYS:
            continue
        if figure.value is None:
            raise InputError(thing, f"{figure.as_printed!r} has no number", "give the number, or another key")
        low, high = numeric.low, numeric.high
        if "pain" in figure.key and low is not None and high is not None and not low <= figure.value <= high:
            raise InputError(thing, f"{figure.as_printed!r} is off the 0 to 10 scale", "check the document")
        if figure.key in ("opioid_before", "opioid_after", "rescue_after") and figure.value < 0:
            raise InputError(thing, f"{figure.as_printed!r} is below zero", "check the document")
        values[figure.key] = figure.value
    return values


def _one(values: Mapping[str, Fraction], key: str) -> Fraction | Unknown:
    return values.get(key, Unknown(f"{REPORTED_KEYS[key]}: the document does not state it"))


def _pair(values: Mapping[str, Fraction], name: str) -> BeforeAfter:
    return BeforeAfter(_one(values, f"{name}_before"), _one(values, f"{name}_after"))


def _sentence(pain: BeforeAfter, opioid: BeforeAfter, figures: Sequence[ReportedFigure]) -> str:
    parts = []
    change, percent = pain.change, pain.percent
    if isinstance(change, Unknown) or isinstance(pain.before, Unknown) or isinstance(pain.after, Unknown):
        parts.append("Pain before and after is not reported.")
    elif change == 0:
        parts.append(f"Pain is reported as unchanged at {show(pain.after)}.")
    else:
        share = "" if isinstance(percent, Unknown) else f", {show(abs(percent), 0)} %"
        points = show(abs(change))
        parts.append(
            f"Pain is reported to have {'fallen' if change < 0 else 'risen'} by {points} "
            f"{'point' if points == '1' else 'points'} ({show(pain.before)} to {show(pain.after)}{share})."
        )
    if isinstance(opioid.percent, Unknown):
        parts.append("The change of opioids is not reported.")
    else:
        verb = "fallen" if opioid.percent < 0 else "risen"
        how = "as printed" if opioid.given_percent is not None else "from the two printed doses"
        parts.append(f"Opioids are reported to have {verb} by {show(abs(opioid.percent), 2)} %, {how}.")
    words = [
        f"{figure.key.replace('_', ' ')} {figure.as_printed}" for figure in figures if figure.value is None
    ]
    if words:
        parts.append(f"Also reported: {listed(words)}.")
    return " ".join(parts)


def _derived(pain: BeforeAfter, opioid: BeforeAfter, facts: ResponseFacts) -> list[str]:
    lines = []
    if not isinstance(pain.change, Unknown) and not isinstance(pain.percent, Unknown):
        lines.append(
            f"Pain {pain.words()}: change and percentage are our arithmetic on the two printed figures."
        )
    before, after, printed = opioid.before, opioid.after, opioid.given_percent
    if not isinstance(before, Unknown) and printed is not None:
        reckoned = before * (100 + printed) / 100
        lines.append(
            f"{show(before)} MME/day and {signed(printed, 2)} % give {show(reckoned)} MME/day after: "
            "our arithmetic on the printed percentage."
        )
        if not isinstance(after, Unknown) and before > 0:
            own = (after - before) / before * 100
            lines.append(f"{show(before)} to {show(after)} MME/day is {signed(own, 2)} % by our arithmetic.")
    return lines + _if_worst(facts)


def _if_worst(facts: ResponseFacts) -> list[str]:
    """What the bone-metastasis consensus would answer if the reported pain stood for worst pain."""
    if not isinstance(facts.worst.change, Unknown) or isinstance(facts.pain.change, Unknown):
        return []
    supposed: list[ResponseAnswer] = [
        answer
        for answer in answer_all(replace(facts, worst=facts.pain))
        if answer.key.startswith("bone_mets") and answer.answer is True
    ]
    return [
        f"{answer.title}: would say yes if the reported pain stood for worst pain. "
        "It is made for worst pain, so it stays at cannot evaluate."
        for answer in supposed
    ]
