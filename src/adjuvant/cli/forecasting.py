"""`adjuvant forecast`: a patient's record in; what was given, what is on board, and what comes of it out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from adjuvant.cli.holding import held_json, hold, print_held
from adjuvant.cli.level_words import print_bands, print_given
from adjuvant.cli.output import print_json, progress
from adjuvant.cli.simulating import checked_ahead, disagreeing, effects_of, evenly, who_of
from adjuvant.errors import InputError, QuantityError, UsageError

if TYPE_CHECKING:
    from adjuvant.cli.holding import Held
    from adjuvant.cli.simulating import Options
    from adjuvant.pk import Absorption, Bands, Covariates
    from adjuvant.pk.given import Given
    from adjuvant.record import PatientRecord

__all__ = ["Asked", "absorptions_of", "covariates_of", "given_json", "run"]

_ABSORPTION = re.compile(r"([a-z0-9_]+)=(?:([0-9.]+),)?\s*([0-9.]+\s*[a-z]+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom, up to when, and what the record does not say, as text of the command line."""

    record: Path
    at: str | None
    since: str | None
    patient: str | None
    source_format: str | None
    zone: str | None
    weight: str | None
    absorptions: tuple[str, ...]
    measured: Path | None = None
    occasions: tuple[str, ...] = ()


def run(asked: Asked, options: Options, out: Path | None, as_json: bool) -> None:
    """Forecast every kind of ketamine that the record charts, each by itself.

    Raises:
        InputError: no ketamine, no weight, or something given that cannot be counted.
    """
    from adjuvant import sources
    from adjuvant.pk.altered import NONE_CHARTED, altered_clearance, outside_words
    from adjuvant.pk.given import given_ketamine, ketamine_of
    from adjuvant.record.cut import last_fact
    from adjuvant.timeline import local_text, parse_instant

    checked_ahead(options.ahead_h)
    with progress(f"reading {asked.record.name}") as tell:
        imported = sources.read(
            asked.record,
            format=asked.source_format,
            patient=asked.patient,
            zone=asked.zone,
            progress=tell,
        )
    record = imported.record(asked.patient)
    at = parse_instant(asked.at, record.local) if asked.at is not None else last_fact(record)
    if at is None:
        raise InputError(
            f"record of {record.patient.id}", "has no fact with a time", "name the instant with --at"
        )
    since = parse_instant(asked.since, record.local) if asked.since is not None else None
    drugs = ketamine_of(record)
    if asked.measured is not None and len(drugs) > 1:
        raise UsageError(
            "--measured", "is of one drug, and the record charts two", "leave one of them out of it"
        )
    if asked.occasions and asked.measured is None:
        raise InputError("--occasion", "is of measured levels, and none are given", "name them by --measured")
    if not drugs:
        raise InputError(
            f"record of {record.patient.id}",
            "charts no ketamine",
            "simulate a regimen with `adjuvant simulate`",
        )
    covariates, said = covariates_of(record, at, asked.weight)
    altered = altered_clearance(record, at)
    outside = outside_words(altered, record.local)
    said = (*said, *(() if altered else (NONE_CHARTED,)))
    given_by = absorptions_of(asked.absorptions)
    ahead = timedelta(hours=options.ahead_h)
    answers = []
    with progress("levels of ketamine") as tell:
        for drug in drugs:
            given = given_ketamine(record, drug, at, ahead, since)
            forecast = _forecast(given, covariates, given_by, options, tell)
            held = None
            if asked.measured is not None:
                held = hold(asked.measured, asked.occasions, record, given, forecast[0], covariates, options)
            answers.append((given, *forecast, held))
    documents: list[dict[str, Any]] = []
    written: list[Path] = []
    for given, found, stop, held in answers:
        files: tuple[Path, ...] = ()
        if out is not None:
            files = _write(
                record, given, found, stop, held, covariates, (said, outside), given_by, options, out
            )  # fmt: skip
        written += files
        document = _json(record, given, found, stop, (said, outside), files)
        documents.append(document if held is None else {**document, "held_against_levels": held_json(held)})
    if as_json:
        print_json({"patient": record.patient.id, "at": at.isoformat(), "forecasts": documents})
        return
    invented = " (synthetic)" if record.patient.synthetic else ""
    print(f"Patient {record.patient.id}{invented}, {local_text(at, record.local)}")
    for given, found, _, held in answers:
        print()
        print_given(given, record.local, said)
        print_bands(found, _marks(given, options.ahead_h, record), now="now", outside=outside)
        if held is not None:
            print_held(held, _marks(given, options.ahead_h, record))
    for path in written:
        print(f"  {path}")


def covariates_of(
    record: PatientRecord, at: datetime, weight: str | None
) -> tuple[Covariates, tuple[str, ...]]:
    """Weight and age at the instant, and what must be said of them.

    The weight is the one that is stated, else the last that was charted by then.

    Raises:
        InputError: no weight is known.
        UsageError: the stated weight is none.
    """
    from adjuvant.pk import Covariates
    from adjuvant.quantity import parse_quantity
    from adjuvant.timeline import local_text

    known = record.known_at(at)
    said = []
    if weight is not None:
        try:
            kg = float(parse_quantity(weight).in_("kg"))
        except QuantityError as error:
            raise UsageError(f"--weight {weight!r}", error.rule, "write it such as '62 kg'") from None
        said.append(f"Weight {kg:g} kg, as stated on the command line.")
    elif known.weights:
        last = known.weights[-1]
        kg = float(last.value.in_("kg"))
        said.append(f"Weight {kg:g} kg, charted {local_text(last.at, record.local)}.")
    else:
        raise InputError(
            f"record of {record.patient.id}", "charts no body weight up to then", "state it with --weight"
        )
    age = _age(record, at)
    if age is None:
        said.append("The age is not known; models that need it are left out.")
    return Covariates(kg, age), tuple(said)


def _age(record: PatientRecord, at: datetime) -> float | None:
    patient = record.patient
    if patient.birth_date is None:
        return float(patient.age_years) if patient.age_years is not None else None
    today = at.astimezone(record.local).date()
    born = patient.birth_date
    return float(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


def absorptions_of(texts: Sequence[str]) -> tuple[Absorption, ...]:
    """Absorptions as ``KEY=SHARE,HALF-LIFE`` or ``KEY=HALF-LIFE``.

    Raises:
        UsageError: another form.
        InputError: no such finding, or a share that it does not have.
    """
    from adjuvant.pk import absorption
    from adjuvant.quantity import parse_quantity

    found = []
    for text in texts:
        match = _ABSORPTION.fullmatch(text.strip())
        if match is None:
            raise UsageError(
                f"--absorption {text!r}",
                "is not KEY=SHARE,HALF-LIFE",
                "write subcutaneous_assumed=0.9,20 min",
            )
        key, share, half_life = match.groups()
        try:
            minutes = float(parse_quantity(half_life).in_("min"))
            part = float(share) if share is not None else None
        except (QuantityError, ValueError):
            raise UsageError(
                f"--absorption {text!r}", "has no share or no time", "write 0.9,20 min"
            ) from None
        found.append(absorption(key, half_life_min=minutes, share=part, because="stated on the command line"))
    return tuple(found)


def _forecast(
    given: Given, covariates: Covariates, given_by: Sequence[Absorption], options: Options, tell: Any
) -> tuple[Bands, Bands | None]:
    from adjuvant.pk import bands

    now, end = given.minute(given.at), given.minute(given.until)
    marks = [now + hours * 60 for hours in _later(options.ahead_h)]
    starts = [span.start_min for span in given.regimen.spans(float(covariates.weight_kg))]
    # A course of weeks is drawn from the last week on, so that the hours before now are seen.
    begin = max(0.0, min(now - 24 * 60, max(starts)))
    first = 0.0 if end <= 24 * 60 * 7 else begin
    times = evenly(first, end, [now, *marks])
    common: dict[str, Any] = {
        "models": options.models,
        "absorptions": given_by,
        "beyond_population": options.beyond,
    }
    found = bands(
        given.regimen, times, covariates, patients=options.patients,
        metabolite_patients=options.norketamine, tell=tell, **common,
    )  # fmt: skip
    if given.stopped is None:
        return found, None
    return found, bands(given.stopped, times[times >= now], covariates, patients=0, **common)


def _later(ahead_h: float) -> list[int]:
    return [hours for hours in (0, 1, 4, 12, 24) if hours <= ahead_h]


def _marks(given: Given, ahead_h: float, record: PatientRecord) -> list[tuple[float, str]]:
    from adjuvant.timeline import local_text

    now = given.minute(given.at)
    return [
        (now + hours * 60, f"in {hours} h" if hours else local_text(given.at, record.local))
        for hours in _later(ahead_h)
    ]


def given_json(given: Given) -> dict[str, Any]:
    """What was given, in stable keys."""
    return {
        "drug": given.drug,
        "from": given.start.isoformat(),
        "given_so_far_mg": float(given.total.in_("mg")),
        "lines": [
            {
                "start": line.start.isoformat(),
                "end": line.end.isoformat() if line.end is not None else None,
                "what": line.words,
                "route": line.route,
                "running": line.running,
            }
            for line in given.lines
        ],
        "goes_on": [{"what": line.words, "route": line.route} for line in given.running],
        "assumed": list(given.assumed),
        "notices": list(given.notices),
    }


def _json(
    record: PatientRecord,
    given: Given,
    found: Bands,
    stop: Bands | None,
    words: tuple[Sequence[str], Sequence[str]],
    files: Sequence[Path],
) -> dict[str, Any]:
    from adjuvant.pk import reported_ranges
    from adjuvant.pk.bands_wire import bands_json, ranges_json

    now = given.minute(given.at)
    place = int(np.flatnonzero(found.times_min == now)[0])
    on_board = [
        {
            "model": one.model.key,
            "sampling": side.sampling,
            **{f"{name}_ng_per_mL": float(curve[place]) for name, curve in one.typical.ng_per_ml.items()},
        }
        for side in found.sides
        for one in side.answers
    ]
    ranges = [item for item in reported_ranges().values() if item.drug == found.drug]
    return {
        "given": given_json(given),
        "patient_facts": list(words[0]),
        "outside_of_those_studied": list(words[1]),
        "now_min": now,
        "on_board_now": on_board,
        "if_nothing_changes": bands_json(found),
        "if_it_stops_now": bands_json(stop) if stop is not None else None,
        "ranges": ranges_json(ranges),
        "files": [str(path) for path in files],
    }


def _write(
    record: PatientRecord,
    given: Given,
    found: Bands,
    stop: Bands | None,
    held: Held | None,
    covariates: Covariates,
    words: tuple[Sequence[str], Sequence[str]],
    given_by: Sequence[Absorption],
    options: Options,
    out: Path,
) -> tuple[Path, ...]:
    from adjuvant.pk.bands_wire import HEADS, bands_rows
    from adjuvant.reports.levels import levels_page, write_levels
    from adjuvant.reports.levels.given import given_section
    from adjuvant.reports.levels.held import held_line, held_sections
    from adjuvant.reports.levels.pages import Shown
    from adjuvant.timeline import local_text

    marks = _marks(given, options.ahead_h, record)
    courses, scenario = effects_of(found, given_by, options.beyond)
    page = levels_page(
        Shown(
            subject=f"Patient {record.patient.id}",
            bands=found,
            marks=marks,
            courses=courses,
            scenario=scenario,
            behind=disagreeing(found, covariates, options.beyond),
            who=who_of(covariates),
            now_min=given.minute(given.at),
            stop=stop,
            before=(given_section(given, record.local, words[0]),),
            after=held_sections(held.estimates, held.refused, marks) if held is not None else (),
            measured=held.dots if held is not None else (),
            badge="Synthetic: no real patient" if record.patient.synthetic else "",
            clock=f"the first dose, {local_text(given.start, record.local)}",
            at=given.at,
            outside=tuple(words[1]),
            held=held_line(held.estimates, held.refused, marks) if held is not None else (),
        )
    )
    table = (HEADS, bands_rows(found))
    return write_levels(page, table, out, (record.patient.id, given.drug), replace=options.replace)
