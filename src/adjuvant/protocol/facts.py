"""Everything a protocol says, line by line, each with its source: for the terminal and for pages."""

from __future__ import annotations

from collections.abc import Iterator

from adjuvant.protocol.model import Protocol
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.titration import ceiling_words
from adjuvant.protocol.values import Sourced
from adjuvant.protocol.words import group_words, predicate_words, quantity_words, source_words

__all__ = ["fact_lines"]


def fact_lines(protocol: Protocol) -> list[tuple[str, list[str]]]:
    """Headings with their lines; a heading under which the protocol says nothing is left out."""
    sections: list[tuple[str, Iterator[str]]] = [
        ("Who may have it", _criteria(protocol)),
        *((f"Giving it: {one.title} ({name})", _regimen(one)) for name, one in protocol.regimens.items()),
        ("Body weight", _weight(protocol)),
        ("Rules", _rules(protocol)),
        ("What is observed", (f"{group_words(one)} {source_words(one)}" for one in protocol.monitoring)),
        ("Beside ketamine", _companions(protocol)),
        ("Opioids", _opioids(protocol)),
        ("Preparation", _preparation(protocol)),
        (
            "Who may act",
            (f"{one.act}: {', '.join(one.who)} {source_words(one)}" for one in protocol.authority),
        ),
        ("Results", (f"{one.says} {source_words(one)}" for one in protocol.results)),
        ("Afterwards", (f"{one.says} {source_words(one)}" for one in protocol.follow_up)),
        ("Sources disagree", _conflicts(protocol)),
        ("Not given by the source", (f"{one.field}: {one.text}" for one in protocol.absent)),
    ]
    found = [(heading, [_noted(line) for line in lines]) for heading, lines in sections]
    return [(heading, lines) for heading, lines in found if lines]


def _noted(line: str) -> str:
    return " ".join(line.split())


def _with_note(words: str, part: Sourced) -> str:
    note = f" ({part.note})" if part.note else ""
    return f"{words}{note} {source_words(part)}"


def _criteria(protocol: Protocol) -> Iterator[str]:
    heads = {"include": "Must", "exclude": "Must not", "caution": "Caution", "needs_test": "Test first"}
    for one in protocol.criteria:
        yield _with_note(f"{heads[one.kind]}: {one.text}", one)


def _regimen(one: Regimen) -> Iterator[str]:
    yield f"{one.mode.replace('_', ' ').capitalize()}, {one.route} {source_words(one)}"
    if one.when is not None:
        yield f"For: {predicate_words(one.when)}"
    if one.loading is not None:
        over = f" over {one.loading.over}" if one.loading.over is not None else ""
        yield _with_note(f"Loading dose: {one.loading.dose}{over}", one.loading)
    if one.test_dose is not None:
        yield _with_note("Test dose: " + ", then ".join(map(str, one.test_dose.doses)), one.test_dose)
        for choice in one.test_dose.chooses:
            yield f"After a test dose of {choice.tested}: {choice.then}"
    if one.start is not None:
        printed = f", printed as {one.start.printed}" if one.start.printed else ""
        yield _with_note(f"First dose: {one.start}{printed}", one.start)
    if one.duration is not None:
        yield _with_note(f"Over: {one.duration}", one.duration)
    if one.times_per_day is not None:
        yield f"Times a day: {one.times_per_day}"
    if one.every is not None:
        yield _with_note(f"Every: {one.every}", one.every)
    if one.repeat_not_before is not None:
        yield f"Not again before: {quantity_words(one.repeat_not_before)}"
    if one.split is not None:
        times = ", ".join(quantity_words(at) for at in one.split.at)
        yield _with_note(f"In {one.split.parts} equal parts, at {times}", one.split)
    yield from _titration(one)
    for ceiling in one.ceilings:
        kind = "Usual ceiling" if ceiling.soft else "Ceiling"
        readings = "; ".join(
            f"{item.key}: {'under' if item.strict else 'at most'} {item.limit}" for item in ceiling.readings
        )
        open_words = (
            f", which a site reads as one of: {readings}" if readings and ceiling.chosen is None else ""
        )
        yield _with_note(
            f"{kind} of {ceiling.of.replace('_', ' ')}: {ceiling_words(ceiling)}{open_words}", ceiling
        )
    yield from _course(one)
    for item in one.conversions:
        ratio = f" 1 to {item.ratio}" if item.ratio is not None else ""
        yield _with_note(f"To {item.to}:{ratio} {item.printed}".rstrip(), item)


def _titration(one: Regimen) -> Iterator[str]:
    found = one.titration
    if found is None:
        return
    if found.levels:
        yield _with_note("Levels: " + ", ".join(map(str, found.levels)), found)
    if found.step is not None:
        yield _with_note(f"Step: {found.step}", found.step)
    if found.every is not None:
        yield _with_note(f"Judged every: {found.every}", found.every)
    if found.raise_when is not None:
        yield f"Up when: {predicate_words(found.raise_when)}"
    if found.keep_when is not None:
        yield f"Kept when: {predicate_words(found.keep_when)}; else up"
    if found.lower_when is not None:
        yield f"Down when: {predicate_words(found.lower_when)}"
    if found.printed:
        yield f"As the source has it: {found.printed}"


def _course(one: Regimen) -> Iterator[str]:
    found = one.course
    if found is None:
        return
    if found.infusions is not None:
        within = f" within {quantity_words(found.within)}" if found.within is not None else ""
        yield _with_note(f"Course: {found.infusions} doses{within}", found)
    if found.spacing is not None:
        yield _with_note(f"From one to the next: {found.spacing}", found.spacing)
    if found.fixed is not None:
        yield _with_note(f"Course: {found.fixed}", found.fixed)
    if found.keep_effective is not None:
        yield f"The level that works is kept for {quantity_words(found.keep_effective)}, then ketamine stops"
    if found.at_most is not None:
        yield f"At most: {quantity_words(found.at_most)}"
    if found.pause_between is not None:
        yield f"Between courses at least: {quantity_words(found.pause_between)}"
    if found.taper is not None:
        yield _with_note(f"Taper: {found.taper.printed or 'gradually'}", found.taper)


def _weight(protocol: Protocol) -> Iterator[str]:
    kinds = {
        "not_used": "",
        "not_stated": "Doses are per kilogram; which weight is meant is not said",
        "lower_of_ideal_and_actual": "The lower of ideal and actual weight",
    }
    words = kinds.get(protocol.weight.kind, f"{protocol.weight.kind.capitalize()} weight")
    if words:
        cap = (
            f", counted up to {quantity_words(protocol.weight.cap)}"
            if protocol.weight.cap is not None
            else ""
        )
        yield _with_note(f"{words}{cap}", protocol.weight)


def _rules(protocol: Protocol) -> Iterator[str]:
    for one in protocol.rules:
        who = f" Who: {', '.join(one.who)}." if one.who else ""
        yield _with_note(f"{one.kind.capitalize()}: {one.text}{who}", one)


def _companions(protocol: Protocol) -> Iterator[str]:
    for one in protocol.companions:
        dose = f" {one.dose}" if one.dose is not None else ""
        route = f", {one.route}" if one.route else ""
        printed = f", {one.printed}" if one.printed else ""
        instead = f", or instead of {one.alternative_to}" if one.alternative_to else ""
        yield _with_note(f"{one.role.capitalize()}: {one.drug}{dose}{route}{printed}{instead}", one)


def _opioids(protocol: Protocol) -> Iterator[str]:
    found = protocol.opioids
    if found is None:
        return
    yield _with_note(found.statement, found)
    if found.cut:
        yield "Cut at the start: " + " or ".join(quantity_words(one) for one in found.cut)
    if found.observed_cut is not None:
        yield f"Cut that was observed: {quantity_words(found.observed_cut)}"
    if found.rotation is not None:
        yield _with_note(f"Rotation from {found.rotation.of} to {found.rotation.to}", found.rotation)


def _preparation(protocol: Protocol) -> Iterator[str]:
    for one in protocol.preparation:
        parts = [
            "; ".join(quantity_words(item) for item in one.concentration),
            one.printed,
            f"in {', '.join(one.diluents)}" if one.diluents else "",
            f"vials of {', '.join(quantity_words(item) for item in one.vials)}" if one.vials else "",
            f"may meet {', '.join(one.compatible)}" if one.compatible else "",
            f"must not meet {', '.join(one.incompatible)}" if one.incompatible else "",
            f"ask before it meets {', '.join(one.ask)}" if one.ask else "",
            one.storage,
        ]
        yield _with_note("; ".join(part for part in parts if part), one)


def _conflicts(protocol: Protocol) -> Iterator[str]:
    for one in protocol.conflicts:
        sides = " | ".join(f"{item.says} {source_words(item)}" for item in one.statements)
        yield f"{one.about}: {sides}"
