"""Everything a protocol says, line by line, each with its source: for the terminal and for pages."""

from __future__ import annotations

from collections.abc import Iterator

from adjuvant.library import responses
from adjuvant.library.vocabulary import interactions
from adjuvant.protocol.body import Weight
from adjuvant.protocol.giving import dose_words, regimen_lines, with_note
from adjuvant.protocol.guardrail import Modifier
from adjuvant.protocol.model import Criterion, FollowUp, Protocol, Rule
from adjuvant.protocol.predicate import Event, Seen, Taken, walk
from adjuvant.protocol.words import group_words, predicate_words, quantity_words, source_words

__all__ = ["fact_lines", "modifier_words"]


def fact_lines(protocol: Protocol) -> list[tuple[str, list[str]]]:
    """Headings with their lines; a heading under which the protocol says nothing is left out."""
    sections: list[tuple[str, Iterator[str]]] = [
        ("Who may have it", _criteria(protocol)),
        *(
            (f"Giving it: {one.title} ({name})", regimen_lines(one))
            for name, one in protocol.regimens.items()
        ),
        ("Smaller starts and more care, which change no dose here", _modifiers(protocol)),
        ("Body weight", _weight(protocol)),
        ("Rules", _rules(protocol)),
        ("What is observed", _observed(protocol)),
        ("Beside ketamine", _companions(protocol)),
        ("Drugs that meet ketamine", _interactions(protocol)),
        ("Opioids", _opioids(protocol)),
        ("Preparation", _preparation(protocol)),
        (
            "Who may act",
            (with_note(f"{one.act}: {', '.join(one.who)}", one) for one in protocol.authority),
        ),
        ("What counts as a response", _responses(protocol)),
        ("Results", (with_note(one.says, one) for one in protocol.results)),
        ("Afterwards", (with_note(_after(one), one) for one in protocol.follow_up)),
        ("Sources disagree", _conflicts(protocol)),
        ("Not given by the source", _absent(protocol)),
    ]
    found = [(heading, [_noted(line) for line in lines]) for heading, lines in sections]
    return [(heading, lines) for heading, lines in found if lines]


def _responses(protocol: Protocol) -> Iterator[str]:
    for one in responses():
        if one.key in protocol.responses:
            label = f", {one.provenance.label}" if one.provenance.label else ""
            yield f"{one.key}: {one.rule} [{one.citation.key}{label}]"


def _after(one: FollowUp) -> str:
    return f"{one.says} Asked for {one.after} after the end." if one.after is not None else one.says


def _absent(protocol: Protocol) -> Iterator[str]:
    yield from (f"{one.field}: {one.text}" for one in protocol.absent)
    told = protocol.opioids is not None or any("opioid" in one.field for one in protocol.absent)
    if protocol.regimens and not told:
        yield "opioids: What is done with them is not written here; plan it before ketamine begins."


def _noted(line: str) -> str:
    return " ".join(line.split())


def _criteria(protocol: Protocol) -> Iterator[str]:
    heads = {
        "include": "Must",
        "exclude": "Must not",
        "relative": "Must not, unless a clinician weighs it",
        "caution": "Caution",
        "needs_test": "Test first",
    }
    for one in protocol.criteria:
        yield with_note(f"{heads[one.kind]}: {one.text}{_read_as(one)}", one)


def _read_as(one: Criterion | Rule) -> str:
    """What the program asks, in words made of the rule itself, where a figure or an effect decides."""
    parts = list(walk(one.when))
    notes = " ".join(part.note for part in parts if part.note)
    figures = any(
        isinstance(part, Seen | Event) or (isinstance(part, Taken) and part.within is not None)
        for part in parts
    )
    read = f" Read as: {predicate_words(one.when)}." if figures else ""
    return f"{read} {notes}".rstrip()


def modifier_words(one: Modifier) -> str:
    """Whom a modifier means, what its source advises for them, and the start that it gives."""
    whom = f", that is {predicate_words(one.when)}" if one.when is not None else ""
    start = f" Start: {quantity_words(one.start.value)}." if one.start and one.start.value else ""
    routes = f" By this route only: {', '.join(one.routes)}." if one.routes else ""
    return _noted(with_note(f"{one.title}{whom}: {one.advice}{start}{routes}", one))


def _modifiers(protocol: Protocol) -> Iterator[str]:
    """What any source says of frail, old or ill patients by these routes; its own first."""
    from adjuvant.protocol.limits import modifiers

    if protocol.drug != "ketamine" or not protocol.regimens:
        return
    routes = {one.route for one in protocol.regimens.values()}
    found = [one for one in modifiers().values() if not one.routes or routes & set(one.routes)]
    for one in sorted(found, key=lambda one: one.citation != protocol.citation):
        yield modifier_words(one)


def _weight(protocol: Protocol) -> Iterator[str]:
    common = [one for one in protocol.regimens.values() if one.weight is None]
    if any(
        one.doses() or one.loading for one in common
    ):  # else there is no dose that a weight could belong to
        yield from _weight_words(protocol.weight, "")
    for name, one in protocol.regimens.items():
        if one.weight is not None and (one.doses() or one.loading):
            yield from _weight_words(one.weight, f"Under {name}: ")


def _weight_words(weight: Weight, of: str) -> Iterator[str]:
    kinds = {
        "not_used": "no dose is per kilogram" if of else "",
        "not_stated": "Doses are per kilogram; which weight is meant is not said",
        "lower_of_ideal_and_actual": "The lower of ideal and actual weight",
    }
    words = kinds.get(weight.kind, f"{weight.kind.capitalize()} weight")
    if words:
        cap = f", counted up to {quantity_words(weight.cap)}" if weight.cap is not None else ""
        oldest = weight.no_older_than
        age = f", no older than {quantity_words(oldest)}" if oldest is not None else ""
        yield with_note(f"{of}{words}{cap}{age}", weight)


def _rules(protocol: Protocol) -> Iterator[str]:
    for one in protocol.rules:
        who = f" Who: {', '.join(one.who)}." if one.who else ""
        lower = f" Lower by {quantity_words(one.reduce_by)}." if one.reduce_by is not None else ""
        wait = (
            f" Judge it again after {quantity_words(one.resume_after)}."
            if one.resume_after is not None
            else ""
        )
        call = f" Call: {one.call}." if one.call else ""
        part = f" Only under: {', '.join(one.regimens)}." if one.regimens else ""
        words = f"{one.kind.capitalize()}: {one.text}{_read_as(one)}{lower}{wait}{call}{who}{part}"
        yield with_note(words, one)


def _observed(protocol: Protocol) -> Iterator[str]:
    for one in protocol.monitoring:
        part = f" (only under {', '.join(one.regimens)})" if one.regimens else ""
        yield with_note(f"{group_words(one)}{part}", one)
    if protocol.grading is not None:
        every = f", every {quantity_words(protocol.grading.every)}" if protocol.grading.every else ""
        yield with_note(f"Grades of unwanted effects: {protocol.grading.scale}{every}", protocol.grading)


def _interactions(protocol: Protocol) -> Iterator[str]:
    for key in protocol.interactions:
        yield f"{interactions()[key].title if key in interactions() else key} {source_words(protocol)}"


def _companions(protocol: Protocol) -> Iterator[str]:
    for one in protocol.companions:
        dose = f" {dose_words(one.dose)}" if one.dose is not None else ""
        route = f", {one.route}" if one.route else ""
        printed = f", {one.printed}" if one.printed else ""
        instead = f", or instead of {one.alternative_to}" if one.alternative_to else ""
        line = "; it must not meet ketamine in one line" if one.incompatible_in_line else ""
        words = f"{one.role.capitalize()}: {one.drug}{dose}{route}{printed}{instead}{line}"
        yield with_note(words, one)


def _opioids(protocol: Protocol) -> Iterator[str]:
    found = protocol.opioids
    if found is None:
        return
    yield with_note(found.statement, found)
    source = source_words(found)
    if found.cut:
        yield f"Cut at the start: {' or '.join(quantity_words(one) for one in found.cut)} {source}"
    for words, share in (
        ("Cut that was observed", found.observed_cut),
        ("Rise that is allowed", found.increase),
    ):
        if share is not None:
            yield f"{words}: {quantity_words(share)} {source}"
    if found.stop_drugs:
        yield f"Stopped first: {', '.join(found.stop_drugs)} {source}"
    if found.review_after is not None:
        yield f"Reviewed after: {quantity_words(found.review_after)} {source}"
    if found.rotation is not None:
        one = found.rotation
        less = f", lowered by {quantity_words(one.reduce_by)}" if one.reduce_by is not None else ""
        printed = f"; {one.printed}" if one.printed else ""
        yield with_note(f"Rotation from {one.of} to {one.to}{less}{printed}", one)


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
        yield with_note("; ".join(part for part in parts if part), one)


def _conflicts(protocol: Protocol) -> Iterator[str]:
    for one in protocol.conflicts:
        sides = " | ".join(f"{with_note(item.says, item)}" for item in one.statements)
        yield f"{one.about}: {sides}"
