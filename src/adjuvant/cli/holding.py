"""Measured levels beside a forecast: each model of their side is held against them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjuvant.cli.mme import regimen_text
from adjuvant.cli.output import print_columns, print_filled
from adjuvant.errors import InputError

if TYPE_CHECKING:
    from adjuvant.cli.simulating import Options
    from adjuvant.pk import Bands, Covariates
    from adjuvant.pk.estimation import Estimate
    from adjuvant.pk.given import Given
    from adjuvant.record import PatientRecord

__all__ = ["Held", "held_json", "hold", "print_held"]


@dataclass(frozen=True, slots=True)
class Held:
    """Models against measured levels.

    Args:
        refused: models that could not be held against them, and why.
        dots: side, minute and level of what was measured of ketamine, for the figure.
    """

    estimates: tuple[Estimate, ...]
    refused: tuple[tuple[str, str], ...]
    dots: tuple[tuple[str, float, float], ...]


def hold(
    path: Path,
    occasions: Sequence[str],
    record: PatientRecord,
    given: Given,
    found: Bands,
    covariates: Covariates,
    options: Options,
) -> Held:
    """Every model of a forecast against the levels of a file.

    Raises:
        InputError: the file cannot be read, a level is later than the instant, or no model can be held
        against them.
    """
    from adjuvant.pk.estimation import estimate
    from adjuvant.pk.measured import COLUMNS, read_measured
    from adjuvant.timeline import parse_instant

    def minute(text: str) -> float:
        at = parse_instant(text, record.local)
        if at > given.at:
            raise InputError(f"time {text}", "is later than the instant of now", "leave it out, or move --at")
        if at < given.start:
            raise InputError(f"time {text}", "is before the first dose that is counted", "leave it out")
        return given.minute(at)

    rows = csv.DictReader(regimen_text(path).splitlines())
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise InputError(str(path), f"has no column {missing[0]!r}", f"head it {','.join(COLUMNS)}")
    try:
        measured = read_measured(list(rows), minute)
    except InputError as error:
        raise error.within(str(path)) from error
    starts = [0.0]
    for text in occasions:
        begins = parse_instant(text, record.local)
        if begins > given.at:
            raise InputError(
                f"--occasion {text}", "is later than the instant of now", "leave it out, or move --at"
            )
        if given.minute(begins) <= starts[-1]:
            words = "is not after the first dose that is counted, or the occasion before it"
            raise InputError(f"--occasion {text}", words, "give the later occasions, in rising order")
        starts.append(given.minute(begins))
    estimates, refused = [], []
    for one in found.answers:
        try:
            estimates.append(
                estimate(
                    one.model,
                    given.regimen,
                    covariates,
                    measured,
                    occasions=starts,
                    beyond_population=options.beyond,
                )
            )
        except InputError as error:
            refused.append((one.model.key, f"{error.thing}: {error.rule}; {error.remedy}."))
    if not estimates:
        said = "; ".join(why for _, why in refused)
        raise InputError(str(path), f"can be held against no model: {said}", "name the side that was sampled")
    dots = tuple((one.side, one.at_min, one.ng_per_ml) for one in measured if one.analyte == "ketamine")
    return Held(tuple(estimates), tuple(refused), dots)


def held_json(held: Held) -> dict[str, Any]:
    """What was learned and what was not, in stable keys."""
    return {
        "models": [
            {
                "model": one.model.key,
                "statement": list(one.statement),
                "figures": [
                    {
                        "name": each.name,
                        "occasion": each.occasion or None,
                        "typical": each.typical,
                        "found": each.found,
                        "spread_before": each.spread_before,
                        "spread_after": each.spread_after,
                    }
                    for each in one.learned
                ],
                "levels": [
                    {
                        "at_min": each.measured.at_min,
                        "analyte": each.measured.analyte,
                        "measured_ng_per_mL": each.measured.ng_per_ml,
                        "typical_ng_per_mL": each.before,
                        "this_patient_ng_per_mL": each.after,
                        "surprise": each.surprise,
                        "residual": each.residual,
                    }
                    for each in one.misfits
                ],
            }
            for one in held.estimates
        ],
        "not_held": [{"model": key, "why": why} for key, why in held.refused],
    }


def print_held(held: Held, marks: Sequence[tuple[float, str]]) -> None:
    """What was learned and what was not, for people."""
    from adjuvant.reports.levels.held import held_sections

    for section in held_sections(held.estimates, held.refused, marks):
        print(f"\n{section.title}")
        if section.table is not None:
            print_columns(section.table.heads, section.table.rows, right=section.table.numbers)
        for text in section.paragraphs:
            print_filled(text)
        for lead, text in section.items:
            print_filled(f"{lead} {text}")
