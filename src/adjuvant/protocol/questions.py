"""What a clinician may answer for a protocol, each question by its key; and where what is missing belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from adjuvant.library.preparations import preparations
from adjuvant.library.vocabulary import conditions
from adjuvant.protocol.converting import old_route_key
from adjuvant.protocol.finding import lowered, title_of
from adjuvant.protocol.guidance import Missing
from adjuvant.protocol.opioid_review import REVIEWED, questions_of
from adjuvant.protocol.predicate import Attested, Event, Present, Seen, Taken, question_key, walk
from adjuvant.protocol.reading import parts
from adjuvant.protocol.site import Sited

__all__ = ["questions", "settled_by"]

_NAMED = re.compile(r"\(answer (?:one of )?([^)]+)\)")
_ELSEWHERE: Mapping[str, str] = {
    "body weight": "weights", "actual body weight": "weights", "a body weight": "weights",
    "ideal body weight": "weights", "age": "age", "the patient's own pain goal": "goal",
}  # fmt: skip


def questions(sited: Sited) -> dict[str, str]:
    """Every question that a clinician may answer under a sited protocol: its key, and what it asks.

    ``condition:KEY`` may be answered of any condition of the library besides: others' protocols may mind it.
    """
    protocol = sited.protocol
    found: dict[str, str] = {}
    asked = [part for _, part in parts(protocol)]
    asked += [part for _, one in questions_of(sited) for part in walk(one.when)]
    for part in asked:
        if isinstance(part, Attested | Present | Taken):
            found.setdefault(question_key(part), _asked(part))
    for one in protocol.criteria:
        if one.kind == "relative":
            found[f"weighed:{one.key}"] = f"may ketamine be given in spite of this: {one.text}"
    for regimen in protocol.regimens.values():
        if regimen.converted_from is not None:
            words = f"whether what ended was {regimen.converted_from.from_}"
            found[old_route_key(regimen.converted_from)] = words
        if regimen.test_dose is not None:
            for choice in regimen.test_dose.chooses:
                found[f"test_dose:{choice.tested}"] = f"whether the test dose of {choice.tested} worked"
    for review in preparations().reviews:
        found[f"review:{review.key}"] = review.asks
    found[REVIEWED] = "were the opioids reviewed since ketamine worked?"
    found["another_course"] = "is another course wanted?"
    return found


def _asked(part: Attested | Present | Taken) -> str:
    if isinstance(part, Attested):
        return part.question
    if isinstance(part, Present):
        return f"whether there is {lowered(conditions()[part.condition].title)}"
    return f"whether {part.taken} was taken"


def settled_by(sited: Sited, lack: Missing) -> str:
    """Where what is missing is charted or answered, such as ``answers: consent`` or ``readings: pain``.

    Empty where it is none of these: a gap of the protocol, or what several readings come to.
    """
    named = _NAMED.search(lack.what)
    if named is not None:
        return f"answers: {named[1]}"
    for words, place in _places(sited):
        if lack.what == words or lack.what.startswith(f"{words} ") or f": {words}" in lack.what:
            return place
    return ""


def _places(sited: Sited) -> Iterator[tuple[str, str]]:
    """What is missing in words, and where it belongs; the longest first: none is taken for another."""
    found: dict[str, str] = {}
    for key, words in questions(sited).items():
        found[words] = f"answers: {key}"
    for _, part in parts(sited.protocol):
        if isinstance(part, Event):
            title = lowered(title_of(part.event))
            found[f"whether there is {title}"] = f"effects: {part.event}"
            found[f"the grade of {title}"] = f"effects: {part.event}"
        elif isinstance(part, Seen):
            found[title_of(part.measure)] = f"readings: {part.measure}"
    found |= _ELSEWHERE
    yield from sorted(found.items(), key=lambda item: (-len(item[0]), item))
