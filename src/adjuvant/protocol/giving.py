"""What a protocol says of one way of giving ketamine, line by line, each with its source."""

from __future__ import annotations

from collections.abc import Iterator

from adjuvant.protocol.ceiling import ceiling_words
from adjuvant.protocol.regimen import Ceiling, Conversion, Regimen
from adjuvant.protocol.values import Dose, Sourced
from adjuvant.protocol.words import dose_count, predicate_words, quantity_words, source_words
from adjuvant.quantity import show_exact

__all__ = ["dose_words", "regimen_lines", "with_note"]


def with_note(words: str, part: Sourced) -> str:
    """A line with the note and the source of the mapping that it stands in."""
    note = f" ({part.note})" if part.note else ""
    return f"{words}{note} {source_words(part)}"


def regimen_lines(one: Regimen) -> Iterator[str]:
    """What a protocol says of one way of giving ketamine, line by line."""
    mode = (
        "How it is given is not said" if one.mode == "not_stated" else one.mode.replace("_", " ").capitalize()
    )
    yield with_note(mode if one.mode == one.route else f"{mode}, {one.route}", one)
    if one.when is not None:
        yield f"For: {predicate_words(one.when)} {source_words(one.when)}"
    if one.loading is not None:
        over = f" over {one.loading.over}" if one.loading.over is not None else ""
        free = ", left to the prescriber" if one.loading.optional else ""
        yield with_note(f"Loading dose: {dose_words(one.loading.dose)}{over}{free}", one.loading)
    if one.test_dose is not None:
        yield with_note(f"Test dose: {_doses(one.test_dose.doses, one.test_dose)}", one.test_dose)
        if one.test_dose.evaluate_after is not None:
            yield with_note(f"Judged after: {one.test_dose.evaluate_after}", one.test_dose.evaluate_after)
        if one.test_dose.passed_when is not None:
            passed = predicate_words(one.test_dose.passed_when)
            yield f"It worked when: {passed} {source_words(one.test_dose)}"
        for choice in one.test_dose.chooses:
            source = source_words(choice.then)
            yield f"After a test dose of {choice.tested}: {choice.then} {source}"
    if one.start is not None:
        yield with_note(f"First dose: {dose_words(one.start)}", one.start)
    if one.converted_from is not None:
        yield from (f"First dose by conversion. {line}" for line in _conversion(one.converted_from))
    if one.duration is not None:
        yield with_note(f"Over: {one.duration}", one.duration)
    if one.duration_at_least is not None:
        yield f"Over at least: {quantity_words(one.duration_at_least)} {source_words(one)}"
    if one.times_per_day is not None:
        yield f"Times a day: {one.times_per_day} {source_words(one)}"
    if one.times_per_week is not None:
        yield f"Times a week: {one.times_per_week} {source_words(one)}"
    if one.every is not None:
        yield with_note(f"Every: {one.every}", one.every)
    if one.repeat_not_before is not None:
        yield f"Not again before: {quantity_words(one.repeat_not_before)} {source_words(one)}"
    if one.split is not None:
        times = ", ".join(quantity_words(at) for at in one.split.at)
        yield with_note(f"In {one.split.parts} equal parts, at {times}", one.split)
    yield from _titration(one)
    for ceiling in one.ceilings:
        yield _ceiling(ceiling)
    yield from _course(one)
    yield from _conversions(one)
    if one.patient_controlled is not None:
        beside = one.patient_controlled
        yield with_note(
            f"Patient-controlled beside it: {beside.drug}, {beside.route}, {beside.printed}", beside
        )


def dose_words(dose: Dose) -> str:
    """A dose, with the source's own figures where they are written in another unit."""
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
        return with_note(f"{kind}, printed as {one.printed}; a site reads it as one of: {readings}", one)
    if one.limit is not None and one.limit.value is None:
        low, high = (quantity_words(end) for end in one.limit.ends)
        care = "more asks for a review" if one.soft else f"above {low} a review is asked for, {high} caps"
        return with_note(f"{kind}: {low} to {high}; {care}", one)
    return with_note(f"{kind}: {ceiling_words(one)}", one)


def _conversions(one: Regimen) -> Iterator[str]:
    for item in one.conversions:
        yield from _conversion(item)


def _conversion(item: Conversion) -> Iterator[str]:
    ratio = f" 1 to {show_exact(item.ratio)}" if item.ratio is not None else ""
    if item.ratio_low is not None and item.ratio_high is not None:
        ratio += f" (1 to {show_exact(item.ratio_low)} up to 1 to {show_exact(item.ratio_high)})"
    after = f" First dose after: {item.first_dose_after}." if item.first_dose_after is not None else ""
    times = f" In at least {item.doses_per_day} doses a day." if item.doses_per_day is not None else ""
    left = f"From {item.from_} to" if item.from_ is not None else "To"
    yield with_note(f"{left} {item.to}:{ratio} {item.printed}{after}{times}", item)


def _titration(one: Regimen) -> Iterator[str]:
    found = one.titration
    if found is None:
        return
    if found.levels:
        yield f"Levels: {_doses(found.levels, found)} {source_words(found)}"
    if found.step is not None:
        yield with_note(f"Step: {found.step}", found.step)
    if found.every is not None:
        yield with_note(f"Judged every: {found.every}", found.every)
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
        yield with_note(f"From one to the next: {found.spacing}", found.spacing)
    if found.fixed is not None:
        yield with_note(f"Course: {found.fixed}", found.fixed)
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
        yield with_note(f"Taper: {longer}{found.taper.printed or 'gradually'}{over}", found.taper)
