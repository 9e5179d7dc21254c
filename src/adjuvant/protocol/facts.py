"""Everything a protocol says, line by line, each with its source: for the terminal and for pages."""

from __future__ import annotations

from collections.abc import Iterator

from adjuvant.library import responses
from adjuvant.library.vocabulary import interactions
from adjuvant.protocol.body import Weight
from adjuvant.protocol.guardrail import Modifier
from adjuvant.protocol.model import Criterion, Protocol, Rule
from adjuvant.protocol.predicate import Event, Seen, Taken, walk
from adjuvant.protocol.regimen import Ceiling, Regimen
from adjuvant.protocol.titration import ceiling_words
from adjuvant.protocol.values import Dose, Sourced
from adjuvant.protocol.words import dose_count, group_words, predicate_words, quantity_words, source_words
from adjuvant.quantity import show_exact

__all__ = ["fact_lines", "modifier_words"]


def fact_lines(protocol: Protocol) -> list[tuple[str, list[str]]]:
    """Headings with their lines; a heading under which the protocol says nothing is left out."""
    sections: list[tuple[str, Iterator[str]]] = [
        ("Who may have it", _criteria(protocol)),
        *((f"Giving it: {one.title} ({name})", _regimen(one)) for name, one in protocol.regimens.items()),
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
            (_with_note(f"{one.act}: {', '.join(one.who)}", one) for one in protocol.authority),
        ),
        ("What counts as a response", _responses(protocol)),
        ("Results", (_with_note(one.says, one) for one in protocol.results)),
        ("Afterwards", (_with_note(one.says, one) for one in protocol.follow_up)),
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


def _absent(protocol: Protocol) -> Iterator[str]:
    yield from (f"{one.field}: {one.text}" for one in protocol.absent)
    told = protocol.opioids is not None or any("opioid" in one.field for one in protocol.absent)
    if protocol.regimens and not told:
        yield "opioids: What is done with them is not written here; plan it before ketamine begins."


def _noted(line: str) -> str:
    return " ".join(line.split())


def _with_note(words: str, part: Sourced) -> str:
    note = f" ({part.note})" if part.note else ""
    return f"{words}{note} {source_words(part)}"


def _criteria(protocol: Protocol) -> Iterator[str]:
    heads = {
        "include": "Must",
        "exclude": "Must not",
        "relative": "Must not, unless a clinician weighs it",
        "caution": "Caution",
        "needs_test": "Test first",
    }
    for one in protocol.criteria:
        yield _with_note(f"{heads[one.kind]}: {one.text}{_read_as(one)}", one)


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


def _regimen(one: Regimen) -> Iterator[str]:
    mode = (
        "How it is given is not said" if one.mode == "not_stated" else one.mode.replace("_", " ").capitalize()
    )
    yield _with_note(mode if one.mode == one.route else f"{mode}, {one.route}", one)
    if one.when is not None:
        yield f"For: {predicate_words(one.when)} {source_words(one.when)}"
    if one.loading is not None:
        over = f" over {one.loading.over}" if one.loading.over is not None else ""
        free = ", left to the prescriber" if one.loading.optional else ""
        yield _with_note(f"Loading dose: {_dose(one.loading.dose)}{over}{free}", one.loading)
    if one.test_dose is not None:
        yield _with_note(f"Test dose: {_doses(one.test_dose.doses, one.test_dose)}", one.test_dose)
        if one.test_dose.evaluate_after is not None:
            yield _with_note(f"Judged after: {one.test_dose.evaluate_after}", one.test_dose.evaluate_after)
        if one.test_dose.passed_when is not None:
            passed = predicate_words(one.test_dose.passed_when)
            yield f"It worked when: {passed} {source_words(one.test_dose)}"
        for choice in one.test_dose.chooses:
            source = source_words(choice.then)
            yield f"After a test dose of {choice.tested}: {choice.then} {source}"
    if one.start is not None:
        yield _with_note(f"First dose: {_dose(one.start)}", one.start)
    if one.duration is not None:
        yield _with_note(f"Over: {one.duration}", one.duration)
    if one.duration_at_least is not None:
        yield f"Over at least: {quantity_words(one.duration_at_least)} {source_words(one)}"
    if one.times_per_day is not None:
        yield f"Times a day: {one.times_per_day} {source_words(one)}"
    if one.times_per_week is not None:
        yield f"Times a week: {one.times_per_week} {source_words(one)}"
    if one.every is not None:
        yield _with_note(f"Every: {one.every}", one.every)
    if one.repeat_not_before is not None:
        yield f"Not again before: {quantity_words(one.repeat_not_before)} {source_words(one)}"
    if one.split is not None:
        times = ", ".join(quantity_words(at) for at in one.split.at)
        yield _with_note(f"In {one.split.parts} equal parts, at {times}", one.split)
    yield from _titration(one)
    for ceiling in one.ceilings:
        yield _ceiling(ceiling)
    yield from _course(one)
    yield from _conversions(one)
    if one.patient_controlled is not None:
        beside = one.patient_controlled
        yield _with_note(
            f"Patient-controlled beside it: {beside.drug}, {beside.route}, {beside.printed}", beside
        )


def _dose(dose: Dose) -> str:
    return f"{dose}, printed as {dose.printed}" if dose.printed else str(dose)


def _doses(doses: tuple[Dose, ...], around: Sourced) -> str:
    """Several doses; one that was come by in another way than what it stands in says so itself."""
    found = []
    for one in doses:
        own = source_words(one)
        source = f" {own}" if own != source_words(around) else ""
        note = f" ({one.note})" if one.note else ""
        found.append(f"{one}{note}{source}")
    return ", then ".join(found)


def _ceiling(one: Ceiling) -> str:
    kind = f"{'Usual ceiling' if one.soft else 'Ceiling'} of {one.of.replace('_', ' ')}"
    if one.readings and one.chosen is None:
        readings = "; ".join(
            f"{item.key}: {'under' if item.strict else 'at most'} {item.limit}"
            + (f" ({item.limit.note})" if item.limit.note else "")
            for item in one.readings
        )
        return _with_note(f"{kind}, printed as {one.printed}; a site reads it as one of: {readings}", one)
    if one.limit is not None and one.limit.value is None:
        low, high = (quantity_words(end) for end in one.limit.ends)
        care = (
            "more asks for a review"
            if one.soft
            else f"above {low} a review is asked for, above {high} none is given"
        )
        return _with_note(f"{kind}: {low} to {high}; {care}", one)
    return _with_note(f"{kind}: {ceiling_words(one)}", one)


def _conversions(one: Regimen) -> Iterator[str]:
    for item in one.conversions:
        ratio = f" 1 to {show_exact(item.ratio)}" if item.ratio is not None else ""
        if item.ratio_low is not None and item.ratio_high is not None:
            ratio += f" (1 to {show_exact(item.ratio_low)} up to 1 to {show_exact(item.ratio_high)})"
        after = f" First dose after: {item.first_dose_after}." if item.first_dose_after is not None else ""
        times = f" In at least {item.doses_per_day} doses a day." if item.doses_per_day is not None else ""
        left = f"From {item.from_} to" if item.from_ is not None else "To"
        yield _with_note(f"{left} {item.to}:{ratio} {item.printed}{after}{times}", item)


def _titration(one: Regimen) -> Iterator[str]:
    found = one.titration
    if found is None:
        return
    if found.levels:
        yield f"Levels: {_doses(found.levels, found)} {source_words(found)}"
    if found.step is not None:
        yield _with_note(f"Step: {found.step}", found.step)
    if found.every is not None:
        yield _with_note(f"Judged every: {found.every}", found.every)
    if found.raise_when is not None:
        yield f"Up when: {predicate_words(found.raise_when)} {source_words(found)}"
    if found.keep_when is not None:
        yield f"Kept when: {predicate_words(found.keep_when)}; else up {source_words(found)}"
    if found.always:
        yield f"Up: every interval brings the next level, whatever the effect {source_words(found)}"
    if found.lower_when is not None:
        share = f", by {quantity_words(found.lower_by)}" if found.lower_by is not None else ""
        yield f"Down{share} when: {predicate_words(found.lower_when)} {source_words(found)}"
    if found.printed:
        yield f"As the source has it: {found.printed} {source_words(found)}"
    if found.note:
        yield f"On raising it: {found.note} {source_words(found)}"


def _course(one: Regimen) -> Iterator[str]:
    found = one.course
    if found is None:
        return
    if found.infusions is not None:
        within = f" within {quantity_words(found.within)}" if found.within is not None else ""
        yield f"Course: {dose_count(found.infusions)}{within} {source_words(found)}"
    if found.spacing is not None:
        yield _with_note(f"From one to the next: {found.spacing}", found.spacing)
    if found.fixed is not None:
        yield _with_note(f"Course: {found.fixed}", found.fixed)
    if found.keep_effective is not None:
        kept = quantity_words(found.keep_effective)
        yield f"The level that works is kept for {kept}, then ketamine stops {source_words(found)}"
    if found.at_most is not None:
        yield f"At most: {quantity_words(found.at_most)} {source_words(found)}"
    if found.pause_between is not None:
        yield f"Between courses at least: {quantity_words(found.pause_between)} {source_words(found)}"
    if found.note:
        yield f"On the course: {found.note} {source_words(found)}"
    if found.taper is not None:
        longer = (
            f"after more than {quantity_words(found.taper.if_longer_than)}, "
            if found.taper.if_longer_than is not None
            else ""
        )
        over = f", over {found.taper.over}" if found.taper.over is not None else ""
        yield _with_note(f"Taper: {longer}{found.taper.printed or 'gradually'}{over}", found.taper)


def modifier_words(one: Modifier) -> str:
    """Whom a modifier means, what its source advises for them, and the start that it gives."""
    whom = f", that is {predicate_words(one.when)}" if one.when is not None else ""
    start = f" Start: {quantity_words(one.start.value)}." if one.start and one.start.value else ""
    routes = f" By this route only: {', '.join(one.routes)}." if one.routes else ""
    return _noted(_with_note(f"{one.title}{whom}: {one.advice}{start}{routes}", one))


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
        yield _with_note(f"{of}{words}{cap}{age}", weight)


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
        yield _with_note(words, one)


def _observed(protocol: Protocol) -> Iterator[str]:
    for one in protocol.monitoring:
        part = f" (only under {', '.join(one.regimens)})" if one.regimens else ""
        yield _with_note(f"{group_words(one)}{part}", one)
    if protocol.grading is not None:
        every = f", every {quantity_words(protocol.grading.every)}" if protocol.grading.every else ""
        yield _with_note(f"Grades of unwanted effects: {protocol.grading.scale}{every}", protocol.grading)


def _interactions(protocol: Protocol) -> Iterator[str]:
    for key in protocol.interactions:
        yield f"{interactions()[key].title if key in interactions() else key} {source_words(protocol)}"


def _companions(protocol: Protocol) -> Iterator[str]:
    for one in protocol.companions:
        dose = f" {_dose(one.dose)}" if one.dose is not None else ""
        route = f", {one.route}" if one.route else ""
        printed = f", {one.printed}" if one.printed else ""
        instead = f", or instead of {one.alternative_to}" if one.alternative_to else ""
        line = "; it must not meet ketamine in one line" if one.incompatible_in_line else ""
        words = f"{one.role.capitalize()}: {one.drug}{dose}{route}{printed}{instead}{line}"
        yield _with_note(words, one)


def _opioids(protocol: Protocol) -> Iterator[str]:
    found = protocol.opioids
    if found is None:
        return
    yield _with_note(found.statement, found)
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
        yield _with_note(f"Rotation from {one.of} to {one.to}{less}{printed}", one)


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
        sides = " | ".join(f"{_with_note(item.says, item)}" for item in one.statements)
        yield f"{one.about}: {sides}"
