"""What a page of predicted levels says, part by part, so that HTML and PDF say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from adjuvant.citation import Citation
from adjuvant.pk.bands import Bands, Side
from adjuvant.pk.disagreement import Behind
from adjuvant.pk.effect_slow import EffectCourse, Norketamine
from adjuvant.pk.reported import reported_effects, reported_ranges
from adjuvant.reports.levels.because import because_section
from adjuvant.reports.levels.drawings import effect_drawing, level_drawing, norketamine_drawing
from adjuvant.reports.levels.parts import LevelsPage, Section, Table, level, side_words, spanned
from adjuvant.reports.words import listed, sentence, short_name

__all__ = ["LevelsPage", "Shown", "levels_page"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DRUGS = {"ketamine": "ketamine (the racemate)", "esketamine": "S-ketamine"}


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that one page is made of.

    Args:
        who: label and value, above all else.
        marks: minutes of the table, each with its words; each is among the forecast's own.
        now_min: the instant of now; None for a typed regimen.
        stop: the same forecast if what runs is stopped now; None where nothing runs.
        before: sections that stand above the figure, as on what was given.
        clock: what minute 0 is.
        at: the document's date; None for a typed regimen.
        outside: why nobody like this patient was studied, which stands before everything else.
        held: what measured levels say, a sentence for each model, under what was predicted.
    """

    subject: str
    bands: Bands
    marks: Sequence[tuple[float, str]]
    courses: Sequence[EffectCourse] = ()
    scenario: Sequence[Norketamine] = ()
    behind: Sequence[Behind] = ()
    who: tuple[tuple[str, str], ...] = ()
    now_min: float | None = None
    stop: Bands | None = None
    before: tuple[Section, ...] = ()
    after: tuple[Section, ...] = ()
    badge: str = ""
    clock: str = "the start"
    at: datetime | None = None
    measured: tuple[tuple[str, float, float], ...] = field(default=())
    outside: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


def levels_page(shown: Shown) -> LevelsPage:
    """The page of one forecast."""
    found = shown.bands
    drug = _DRUGS[found.drug]
    ranges = [one for one in reported_ranges().values() if one.drug == found.drug]
    figure = Section(
        "levels",
        "Levels, over models and over patients",
        ("Predicted; none measured." if not shown.measured else "Predicted; dots are measured.")
        + (" Nobody like this patient was studied." if shown.outside else ""),
        drawing=level_drawing(found, ranges, shown.now_min, shown.stop, shown.clock, shown.measured),
        paragraphs=(
            (
                "Two bands that answer two questions, and are never added: how far published models disagree "
                "about "
                "one typical patient, and how far patients of one model lie apart (5 to 95 of 100 drawn). "
                "Arterial "
                "and venous levels differ, and each side has its own panels."
            ),
            *(
                f"{one.title.capitalize()}, {one.low:.3g} to {one.high:.3g} ng/mL: "
                f"{_cited(one.source.citation)}. "
                f"{one.source.note}"
                for one in ranges
            ),
        ),
    )
    sections = [*shown.before, figure, _table(found, shown.marks)]
    if shown.stop is not None:
        sections.append(_stopped(shown.stop, shown.marks))
    sections += shown.after
    if shown.courses:
        sections.append(_effects(shown))
    if shown.scenario:
        sections.append(_against(shown))
    elif shown.courses:
        sections.append(_no_scenario(found))
    if shown.behind:
        sections.append(because_section(shown.behind, found))
    sections += _rest(found)
    return LevelsPage(
        title=f"Predicted levels of {drug}",
        subject=shown.subject,
        badge=shown.badge,
        who=shown.who,
        warning=" ".join((*shown.outside, *found.notices)),
        headline=_headline(shown),
        lines=(*(_line(side, shown) for side in found.sides), *shown.held),
        sections=tuple(sections),
        sources=_sources(shown, [one.source.citation for one in ranges]),
        at=shown.at or _EPOCH,
    )


def _cited(one: Citation | None) -> str:
    return f"{short_name(one)}, {one.identifier}" if one is not None else "no source"


def _headline(shown: Shown) -> str:
    """When the figures below it hold; the first of the marks."""
    words = shown.marks[0][1]
    return f"On board now, {words}" if shown.now_min is not None else words[0].upper() + words[1:]


def _at(found: Bands, minute: float) -> int:
    return int(np.flatnonzero(found.times_min == minute)[0])


def _line(side: Side, shown: Shown) -> str:
    place = _at(shown.bands, shown.marks[0][0])
    ends = side.over_models()
    if ends is None:
        return ""
    low, high = float(ends[0][place]), float(ends[1][place])
    many = len(side.answers)
    models = f"{many} models" if many > 1 else f"one model, {side.answers[0].model.key}"
    said = f"{side_words(side.sampling)}: {spanned(low, high)} ng/mL for a typical patient by {models}"
    spreads = [one.patients.ng_per_ml["ketamine"][:, place] for one in side.answers if one.patients]
    if not spreads:
        return f"{said}; no spread between patients was read."
    least, most = min(float(row[0]) for row in spreads), max(float(row[-1]) for row in spreads)
    whose = "of its patients" if many == 1 else f"patients, by {_drawn(side)}"
    return f"{said}; {spanned(least, most)} for 90 of 100 {whose}."


def _drawn(side: Side) -> str:
    keys = [one.model.key for one in side.answers if one.patients]
    return keys[0] if len(keys) == 1 else f"{listed(keys)}, each its own"


def _table(found: Bands, marks: Sequence[tuple[float, str]]) -> Section:
    rows = []
    for side in found.sides:
        for one in side.answers:
            for analyte, curve in one.typical.ng_per_ml.items():
                if analyte == "hydroxynorketamine":
                    continue
                cells = [one.model.key if analyte == "ketamine" else "", analyte, side_words(side.sampling)]
                for minute, _ in marks:
                    place = _at(found, minute)
                    text = level(float(curve[place]))
                    spread = one.patients.ng_per_ml.get(analyte) if one.patients is not None else None
                    if spread is not None:
                        text += f" ({level(float(spread[0][place]))} to {level(float(spread[-1][place]))})"
                    cells.append(text)
                rows.append(tuple(cells))
    return Section(
        "table",
        "Level by level",
        "ng/mL, the typical patient (5 to 95 of 100 drawn patients)",
        table=Table(
            ("model", "of", "side", *(words for _, words in marks)),
            tuple(rows),
            tuple(range(3, 3 + len(marks))),
        ),
    )


def _stopped(stop: Bands, marks: Sequence[tuple[float, str]]) -> Section:
    later = [(minute, words) for minute, words in marks if minute > marks[0][0]]
    rows = [
        (
            one.model.key,
            side_words(side.sampling),
            *(level(float(one.typical.ng_per_ml["ketamine"][_at(stop, minute)])) for minute, _ in later),
        )
        for side in stop.sides
        for one in side.answers
    ]
    return Section(
        "stop",
        "If it stops now",
        "ng/mL of ketamine, the typical patient; a look ahead and no advice to stop",
        table=Table(
            ("model", "side", *(words for _, words in later)), tuple(rows), tuple(range(2, 2 + len(later)))
        ),
    )


def _effects(shown: Shown) -> Section:
    effects = reported_effects()
    slow, half = effects.slow, effects.slow.half_lives_min
    days = [value / 1440 for value in half]
    return Section(
        "effect",
        "The effect at once, and the slow one",
        "Share of the greatest effect that each study found. No pain of this patient is predicted.",
        drawing=effect_drawing(shown.courses, shown.clock),
        paragraphs=(
            (
                "At once: follows the blood by minutes; half of the effect at "
                f"{effects.at_once.half_level:.0f} ng/mL of "
                f"S-ketamine ({effects.at_once.low:.0f} to {effects.at_once.high:.0f}), "
                f"{_cited(effects.at_once.source.citation)}. "
                f"{effects.at_once.source.note}"
            ),
            (
                f"Slow: comes and goes with a half-life of {days[1]:.1f} days ({days[0]:.1f} to "
                f"{days[2]:.1f}); half of the "
                f"effect at {slow.half_levels[1]:g} ng/mL ({slow.half_levels[0]:g} to "
                f"{slow.half_levels[2]:g}) at its own "
                f"place, {_cited(slow.source.citation)}. {slow.responders:.0%} of those given S-ketamine had "
                "it, and "
                f"{slow.responders_to_placebo:.0%} of those given placebo had one. {slow.source.note}"
            ),
            *(
                (
                    (
                        "Of the racemate, half of the level is taken for S-ketamine "
                        f"({effects.share_of_s.source.provenance.label})."
                    ),
                )
                if shown.bands.drug == "ketamine"
                else ()
            ),
            (
                "The two come from different people with different pain and cannot both be all of the truth. "
                "An effect at once "
                "alone misses pain relief that lasts for days after an infusion; the slow one alone misses "
                "what is felt "
                "within the hour."
            ),
        ),
    )


def _against(shown: Shown) -> Section:
    point = reported_effects().norketamine
    beyond = [one.model for one in shown.scenario if one.beyond]
    said = (
        (
            (
                f"In {listed(beyond)} levels pass {point.ketamine:g} ng/mL of ketamine or "
                f"{point.norketamine:g} of "
                "norketamine, beyond which nothing was reported; the line is drawn on, and means less the "
                "further it goes."
            ),
        )
        if beyond
        else ()
    )
    return Section(
        "norketamine",
        "If norketamine works against pain relief",
        "A scenario by one study of 12 volunteers, which its authors want confirmed.",
        drawing=norketamine_drawing(shown.scenario, shown.clock, shown.now_min),
        paragraphs=(
            (
                f"At {point.ketamine:g} ng/mL of S-ketamine and {point.norketamine:g} of norketamine, "
                "ketamine took "
                f"{point.relief_cm:g} cm off pain on a scale of 10 cm and norketamine put "
                f"{point.against_cm:g} cm back on, "
                f"{_cited(point.source.citation)}. Drawn in a line through nothing and that point. Models "
                "that carry "
                "norketamine in mass of S-ketamine are taken as they are."
            ),
            *said,
        ),
    )


def _no_scenario(found: Bands) -> Section:
    why = (
        "No model of the racemate gives levels of norketamine, and the study behind the scenario is of "
        "S-ketamine."
        if found.drug == "ketamine"
        else "None of these models gives levels of norketamine."
    )
    return Section(
        "norketamine",
        "If norketamine works against pain relief",
        "A scenario that cannot be drawn here.",
        paragraphs=(why,),
    )


def _rest(found: Bands) -> list[Section]:
    sections = []
    if found.left_out:
        rows = tuple((one.model, sentence(one.rule), sentence(one.remedy)) for one in found.left_out)
        sections.append(
            Section("left", "Models that are not in it", "", table=Table(("model", "why", "remedy"), rows))
        )
    if found.assumed:
        items = tuple((key, "; ".join(said) + ".") for key, said in found.assumed)
        sections.append(
            Section("assumed", "What is assumed", "Figures in it that nobody read in a source.", items=items)
        )
    notes = tuple((key, " ".join(sentence(one) for one in said)) for key, said in found.by_model if said)
    sections.append(Section("notes", "What each model says of itself", "", items=notes))
    return sections


def _sources(shown: Shown, more: Sequence[Citation | None]) -> tuple[str, ...]:
    cited = [one for answer in shown.bands.answers for one in answer.typical.citations]
    cited += [one for one in more if one is not None]
    if shown.courses:
        effects = reported_effects()
        of = [
            effects.at_once.source,
            effects.slow.source,
            *([effects.norketamine.source] if shown.scenario else []),
        ]
        cited += [one.citation for one in of if one.citation is not None]
    unique = {one.key: one for one in cited}
    return tuple(f"{one.text} {one.identifier}" for one in unique.values())
