"""`adjuvant simulate`: a typed regimen in, levels by every model that applies out."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from adjuvant.cli.level_words import print_bands, print_sensitivities
from adjuvant.cli.mme import regimen_text
from adjuvant.cli.output import print_json, progress
from adjuvant.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adjuvant.pk import Absorption, Bands, Covariates, Regimen
    from adjuvant.pk.arrays import Floats
    from adjuvant.pk.asked import Asked
    from adjuvant.pk.disagreement import Behind
    from adjuvant.pk.effect_slow import EffectCourse, Norketamine
    from adjuvant.pk.sensitivity import Sensitivity

__all__ = ["Options", "as_minutes", "disagreeing", "effects_of", "evenly", "last_minute", "run"]

_POINTS = 241
_WEEKS_H = 24 * 7 * 8.0
_HIGHER_PERCENT = 10.0


@dataclass(frozen=True, slots=True)
class Options:
    """What was chosen on the command line."""

    models: tuple[str, ...]
    ahead_h: float
    patients: int
    norketamine: bool
    beyond: bool
    replace: bool = False
    sensitivity: bool = False


def run(name: str, options: Options, out: Path | None, as_json: bool) -> None:
    """Work out a regimen, print it, and write the page where a folder is named."""
    from adjuvant import pk
    from adjuvant.pk.asked import read_asked
    from adjuvant.pk.bands_wire import bands_json, effects_json, levels_json, ranges_json

    checked_ahead(options.ahead_h)
    place, text = ("standard input", sys.stdin.read()) if name == "-" else (name, regimen_text(Path(name)))
    one = options.models[0] if len(options.models) == 1 else ""
    own = pk.load_model(one).drug if one else ""
    try:
        asked = read_asked(text, own)
    except InputError as error:
        raise error.within(place) from error
    last = last_minute(asked.regimen)
    marks = _marks(asked.times_min, last, options.ahead_h)
    times = as_minutes(asked.times_min) if asked.times_min else evenly(
        0.0, last + options.ahead_h * 60, [minute for minute, _ in marks]
    )  # fmt: skip
    with progress("levels of ketamine") as tell:
        found = pk.bands(
            asked.regimen,
            times,
            asked.covariates,
            models=options.models,
            absorptions=asked.absorptions,
            patients=options.patients,
            metabolite_patients=options.norketamine,
            beyond_population=options.beyond,
            tell=tell,
        )
        courses, scenario = effects_of(found, asked.absorptions, options.beyond)
        hanging = _hanging(found, asked, marks) if options.sensitivity else []
    written: tuple[Path, ...] = ()
    if out is not None:
        written = _write(place, found, marks, courses, scenario, asked.covariates, options, out)
    if as_json:
        files: dict[str, Any] = {"files": [str(path) for path in written]}
        if options.sensitivity:
            files = {"sensitivity": _hanging_json(hanging), **files}
        if one:
            (answer,) = found.answers
            whole = bands_json(found)["sides"][0]["models"][0]
            print_json({**levels_json(answer.typical), "patients": whole["patients"], **files})
            return
        ranges = [item for item in pk.reported_ranges().values() if item.drug == found.drug]
        more = {"ranges": ranges_json(ranges), "effects": effects_json(courses, scenario)}
        print_json({**bands_json(found), **more, **files})
        return
    print_bands(found, marks)
    if options.sensitivity:
        print_sensitivities(hanging, marks)
    for path in written:
        print(f"  {path}")


def _hanging(found: Bands, asked: Asked, marks: Sequence[tuple[float, str]]) -> list[Sensitivity]:
    """What levels hang on, at the minutes that the file names, or else at those of the table."""
    from adjuvant.pk.sensitivity import sensitivities

    minutes = asked.times_min or sorted({minute for minute, _ in marks})
    return sensitivities(found, minutes, _HIGHER_PERCENT, asked.absorptions)


def _hanging_json(hanging: Sequence[Sensitivity]) -> dict[str, Any]:
    from adjuvant.pk.sensitivity import sensitivity_json

    return {"percent_higher": _HIGHER_PERCENT, "models": [sensitivity_json(one) for one in hanging]}


def checked_ahead(hours: float) -> None:
    """Refuse a look ahead that is no length of time.

    Raises:
        UsageError: NaN, infinite or negative.
    """
    if not np.isfinite(hours) or hours < 0:
        raise UsageError(f"--ahead {hours}", "is no length of time", "give hours, zero or more")


def last_minute(regimen: Regimen) -> float:
    """The minute of the last dose, or at which the last infusion ends."""
    return max(span.end_min for span in regimen.spans(1.0))


def evenly(start: float, end: float, more: Sequence[float]) -> Floats:
    """Minutes of a figure: evenly spaced, and those that a table names."""
    return np.unique(np.concatenate([np.linspace(start, max(end, start + 1.0), _POINTS), np.asarray(more)]))


def as_minutes(times: Sequence[float]) -> Floats:
    """The minutes that a file names, as they stand; what is wrong with them is for the simulation to say."""
    return np.asarray(times, dtype=np.float64)


def _marks(times: Sequence[float], last: float, ahead_h: float) -> list[tuple[float, str]]:
    """The minutes of the table, each with its words, the first being the one of the headline."""
    if times:
        chosen = [
            times[int(place)] for place in np.unique(np.linspace(0, len(times) - 1, min(len(times), 6)))
        ]
        return [(minute, f"at {span_words(minute)}") for minute in dict.fromkeys(chosen)]
    found = [(last, f"at the end of what is given, {span_words(last)}" if last else "right after the dose")]
    later = [hours for hours in (1, 4, 12, 24) if hours <= ahead_h]
    return [*found, *((last + hours * 60, f"{hours} h after") for hours in later)]


def span_words(minutes: float) -> str:
    """A length of time: minutes under two hours, else hours."""
    return f"{minutes:.3g} min" if minutes < 2 * 60 else f"{minutes / 60:.4g} h"


def effects_of(
    found: Bands, absorptions: Sequence[Absorption], beyond: bool
) -> tuple[tuple[EffectCourse, ...], tuple[Norketamine, ...]]:
    """Both effects over eight weeks after the last dose, and the scenario of norketamine."""
    from adjuvant.pk.effect_slow import effect_courses, opposed

    weeks = evenly(0.0, last_minute(found.regimen) + _WEEKS_H * 60, [])
    return effect_courses(found, weeks, absorptions, beyond_population=beyond), opposed(found)


def disagreeing(found: Bands, covariates: Covariates, beyond: bool) -> list[Behind]:
    """The figures behind each model of a forecast."""
    from adjuvant.pk.disagreement import behind, held_against

    held = held_against()
    return [
        behind(one.model, covariates, held.bolus, held.rate, held.hours, beyond_population=beyond)
        for one in found.answers
    ]


def _write(
    place: str,
    found: Bands,
    marks: Sequence[tuple[float, str]],
    courses: Sequence[EffectCourse],
    scenario: Sequence[Norketamine],
    covariates: Covariates,
    options: Options,
    out: Path,
) -> tuple[Path, ...]:
    from adjuvant.pk.bands_wire import HEADS, bands_rows
    from adjuvant.reports.levels import levels_page, write_levels
    from adjuvant.reports.levels.pages import Shown

    name = Path(place).stem
    page = levels_page(
        Shown(
            subject=name,
            bands=found,
            marks=marks,
            courses=courses,
            scenario=scenario,
            behind=disagreeing(found, covariates, options.beyond),
            who=who_of(covariates),
            badge="A typed regimen, of no patient",
        )
    )
    table = (HEADS, bands_rows(found))
    return write_levels(page, table, out, (name, found.drug), replace=options.replace)


def who_of(covariates: Covariates) -> tuple[tuple[str, str], ...]:
    """Weight and age as they were given."""
    age = "not known" if covariates.age_years is None else f"{covariates.age_years:g} years"
    return (("Weight", f"{float(covariates.weight_kg):g} kg"), ("Age", age))
