"""Who may have ketamine under a protocol: eligible, not eligible or cannot say, and by which criterion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adjuvant.citation import Provenance
from adjuvant.protocol.guidance import Issue, Missing, Reason
from adjuvant.protocol.isolated import fault_issues, judge_alone
from adjuvant.protocol.judge import Context, Finding
from adjuvant.protocol.model import Criterion, Protocol
from adjuvant.protocol.predicate import Attested, Seen, Taken, walk
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.words import predicate_words
from adjuvant.unknown import Unknown

__all__ = ["Eligibility", "eligible", "missing_of", "reasons", "weighing"]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether a patient may have it, and why.

    Args:
        answer: ``eligible``, ``not eligible`` or ``cannot say``.
        because: what decided it: the criteria that are not met where there is one, else all that are.
        cautions: what does not decide and must be known.
        excluded: reasons against ketamine that hold, of those that are not of the entry alone: a diagnosis, a
            drug that is taken, an answer.
    """

    answer: str
    because: tuple[Reason, ...]
    missing: tuple[Missing, ...]
    cautions: tuple[Issue, ...]
    stale: tuple[tuple[str, Any], ...]
    excluded: tuple[Reason, ...] = ()


def reasons(finding: Finding, rule: str, text: str, source: Any) -> tuple[Reason, ...]:
    """One reason for each thing seen; one without where nothing was.

    Args:
        source: the mapping of the protocol that the rule stands in, with its citation and provenance.
    """
    citation, provenance = source.citation or "", source.provenance or Provenance.ASSUMED
    if not finding.seen:
        return (Reason(rule, text, "", None, citation, provenance),)
    return tuple(Reason(rule, text, one.words, one.at, citation, provenance) for one in finding.seen)


def missing_of(finding: Finding, rule: str) -> tuple[Missing, ...]:
    """What a finding lacks; nothing where it has an answer."""
    if not isinstance(finding.answer, Unknown):
        return ()
    return tuple(Missing(what, rule) for what in finding.answer.needs)


def eligible(protocol: Protocol, name: str, situation: Situation, context: Context) -> Eligibility:
    """Judge every criterion. One that fails decides; one that cannot be told leaves it open.

    Args:
        name: the key of the regimen, which may be for some patients only.
    """
    met: list[Reason] = []
    against: list[Reason] = []
    missing: list[Missing] = []
    cautions: list[Issue] = []
    stale: list[tuple[str, Any]] = []
    excluded: list[Reason] = []
    for one in (*protocol.criteria, *_own(protocol, name)):
        finding = judge_alone(one.when, situation, context)
        found = reasons(finding, one.key, one.text, one)
        stale += [(sight.words, sight.at) for sight in finding.stale]
        cautions += fault_issues(iter([(one.key, finding)]))
        if one.kind in ("caution", "needs_test"):
            if finding.answer is not False:
                unsure = "; whether it holds is not known" if isinstance(finding.answer, Unknown) else ""
                holds = finding.answer is True
                kind = one.kind.replace("_", " ")
                cautions.append(Issue(kind, f"{one.text}{unsure}", found, against=holds))
            continue
        if one.kind == "relative" and finding.answer is True:
            weighed = weighing(one.key, situation, context)
            stale += [(sight.words, sight.at) for sight in weighed.stale]
            if weighed.answer is True:
                by = f"{one.text} It counts against ketamine, and was weighed."
                issue = reasons(weighed, one.key, by, one)
                cautions.append(Issue("relative contraindication", by, (*found, *issue), against=True))
                met += issue
            elif weighed.answer is False:
                against += found
            else:
                missing += missing_of(weighed, one.key)
            if weighed.answer is not True:
                excluded += found
            continue
        wanted = one.kind == "include"
        if isinstance(finding.answer, Unknown):
            missing += missing_of(finding, one.key)
        elif finding.answer is wanted:
            met += found
        else:
            against += found
            if not wanted and not any(_of_entry(part) for part in walk(one.when)):
                excluded += found
    if against:
        answer, because = "not eligible", against
    else:
        answer, because = ("cannot say" if missing else "eligible"), met
    return Eligibility(answer, tuple(because), tuple(missing), tuple(cautions), tuple(stale), tuple(excluded))


def _of_entry(predicate: Any) -> bool:
    """Whether a question is of the entry alone: a reading, such as low pain, is what ketamine is for."""
    return isinstance(predicate, Seen) or (isinstance(predicate, Taken) and predicate.within is not None)


def weighing(key: str, situation: Situation, context: Context) -> Finding:
    """Whether a clinician says that a relative reason against ketamine does not forbid it in this patient."""
    question = Attested(
        attested=f"weighed:{key}",
        question=f"may ketamine be given in spite of {key.replace('_', ' ')} (answer weighed:{key})?",
    )
    return judge_alone(question, situation, context)


def _own(protocol: Protocol, name: str) -> tuple[Criterion, ...]:
    """For whom the regimen itself is, as a criterion; nothing where it is for everybody."""
    regimen = protocol.regimens[name]
    if regimen.when is None:
        return ()
    text = f"For whom this regimen is: {predicate_words(regimen.when)}."
    return (
        Criterion(
            key=f"regimens.{name}.when", kind="include", text=text, when=regimen.when,
            citation=regimen.citation, provenance=regimen.provenance,
        ),
    )  # fmt: skip
