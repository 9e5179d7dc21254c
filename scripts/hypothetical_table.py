"""What the protocols say of patients who never had ketamine: two askings of each, and the table of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from adjuvant.cli.advising import facts_at
from adjuvant.library.folder import FOLDER
from adjuvant.protocol import Guidance, Protocol, Sited, Situation, evaluate, load, sited
from adjuvant.protocol.predicate import Attested, Event, Present, Taken, walk
from adjuvant.protocol.situation import Answer, Effect, Facts
from adjuvant.record import PatientRecord

__all__ = ["Asking", "answered", "asked", "instant_of", "sites", "table"]

_WHO = "Dr Invented"
_HEADINGS = (
    "protocol, regimen",
    "asked",
    "as charted: eligible, not, cannot say",
    "answered in favour: eligible, not, cannot say",
    "a first dose",
    "what stood against it most often",
)


@dataclass(frozen=True, slots=True)
class Asking:
    """One patient, one regimen of one protocol, one instant.

    Args:
        charted: what is advised from the record as it stands.
        answered: what is advised once somebody answers every question of the protocol in favour of ketamine,
            and no unwanted effect is there. Those answers are invented.
    """

    patient: str
    at: datetime
    protocol: str
    regimen: str
    charted: Guidance
    answered: Guidance


@cache
def sites() -> dict[str, Sited]:
    """Every protocol that can run, with its worked example of a site."""
    folders = sorted((FOLDER / "protocols").glob("*/example_site.yaml"))
    return {path.parent.name: sited(load(path.parent.name), path) for path in folders}


def instant_of(record: PatientRecord) -> datetime | None:
    """The middle one of the scored pain readings, or of the vital signs where no pain was scored."""
    scored = sorted(one.at for one in record.pain if one.value is not None)
    moments = scored or sorted(one.at for one in record.vitals)
    return moments[len(moments) // 2] if moments else None


def answered(facts: Facts, protocol: Protocol, regimen: str, at: datetime) -> Facts:
    """The facts once all questions are answered in favour of ketamine, and each effect is absent."""
    answers: dict[str, bool] = {}
    absent: set[str] = set()
    asking = [(one.when, one.kind == "include") for one in protocol.criteria]
    asking += [(one.when, False) for one in protocol.rules]
    if (whom := protocol.regimens[regimen].when) is not None:
        asking.append((whom, True))
    for when, yes in asking:
        for part in walk(when):
            match part:
                case Attested(attested=key):
                    answers[key] = yes
                case Present(condition=key):
                    answers[f"condition:{key}"] = yes
                case Taken(taken=key):
                    answers[f"taken:{key}"] = yes
                case Event(event=key):
                    absent.add(key)
    return replace(
        facts,
        answers=tuple(Answer(key, yes, at, _WHO) for key, yes in sorted(answers.items())),
        effects=(*facts.effects, *(Effect(key, at, present=False) for key in sorted(absent))),
    )


def asked(records: Iterable[PatientRecord]) -> Iterator[Asking]:
    """Every regimen of every protocol, asked about every patient of whom anything was charted."""
    for record in records:
        at = instant_of(record)
        if at is None:
            continue
        facts = facts_at(record, at)
        for key, site in sites().items():
            for name in site.protocol.regimens:
                charted = evaluate(site, Situation.at(at, facts), name)
                favoured = Situation.at(at, answered(facts, site.protocol, name, at))
                yield Asking(record.patient.id, at, key, name, charted, evaluate(site, favoured, name))


def table(askings: Iterable[Asking]) -> str:
    """The counts as a Markdown table, one line a regimen."""
    by: dict[tuple[str, str], list[Asking]] = {}
    for one in askings:
        by.setdefault((one.protocol, one.regimen), []).append(one)
    lines = ["| " + " | ".join(_HEADINGS) + " |", "|" + "---|" * len(_HEADINGS)]
    for (key, name), found in by.items():
        favoured = [one.answered for one in found]
        cells = [
            f"`{key}`, {name.replace('_', ' ')}",
            str(len(found)),
            _counts([one.charted for one in found]),
            _counts(favoured),
            str(sum(one.status == "start" for one in favoured)),
            _against(favoured),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _counts(found: Sequence[Guidance]) -> str:
    seen = Counter(one.eligibility for one in found)
    return ", ".join(str(seen[word]) for word in ("eligible", "not eligible", "cannot say"))


def _against(found: Sequence[Guidance]) -> str:
    """The most frequent thing that kept a first dose from being advised, and of how many."""
    seen: Counter[str] = Counter()
    for one in found:
        if one.status == "start":
            continue
        if one.eligibility == "not eligible":
            seen.update({reason.text for reason in one.eligibility_because})
        elif one.missing:
            seen.update({f"not charted: {lack.what}" for lack in one.missing})
        elif one.recommendations:
            seen.update({reason.text for advice in one.recommendations for reason in advice.because})
        else:
            seen.update({issue.words for issue in one.issues if issue.kind != "caution"} or {"no reason"})
    if not seen:
        return ""
    words, count = min(seen.items(), key=lambda item: (-item[1], item[0]))
    return f"{words.rstrip('.')} ({count})".replace("|", "/")
