"""A forecast as JSON and as rows of a table: every number of it, with side, model and unit in its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from adjuvant.citation import Citation
from adjuvant.pk.arrays import Floats
from adjuvant.pk.bands import Bands, ModelAnswer, Side
from adjuvant.pk.effect_slow import EFFECT_NOTICES, EffectCourse, Norketamine, Share
from adjuvant.pk.levels import Levels
from adjuvant.pk.reported import ReportedRange

__all__ = ["HEADS", "bands_json", "bands_rows", "effects_json", "levels_json", "ranges_json"]

HEADS = ("drug", "minute", "side", "model", "analyte", "what", "share_of_patients", "ng_per_mL")
"""The columns of `bands_rows`."""


def _list(values: Floats) -> list[float]:
    return [float(one) for one in values]


def levels_json(found: Levels) -> dict[str, Any]:
    """The answer of one model for a typical patient, in the keys that scripts rely on."""
    metabolite = found.ng_per_ml.get("norketamine")
    return {
        "model": found.model,
        "drug": found.drug,
        "sampling": found.sampling,
        "times_min": _list(found.times_min),
        "cp_ng_per_mL": _list(found.ng_per_ml["ketamine"]),
        "ce_ng_per_mL": None if found.effect_ng_per_ml is None else _list(found.effect_ng_per_ml),
        "norketamine_ng_per_mL": None if metabolite is None else _list(metabolite),
        "notices": list(found.notices),
        "assumed": list(found.assumed),
        "citations": [_cited(one) for one in found.citations],
    }


def _cited(one: Citation) -> dict[str, str]:
    return {"key": one.key, "identifier": one.identifier}


def bands_json(found: Bands) -> dict[str, Any]:
    """A forecast: the bands over models and over patients, side by side of the circulation, never mixed."""
    notes, assumed = dict(found.by_model), dict(found.assumed)
    return {
        "drug": found.drug,
        "weight_kg": float(found.covariates.weight_kg),
        "age_years": found.covariates.age_years,
        "times_min": _list(found.times_min),
        "sides": [_side(side, notes, assumed) for side in found.sides],
        "left_out": [{"model": one.model, "rule": one.rule, "remedy": one.remedy} for one in found.left_out],
        "notices": list(found.notices),
    }


def _side(
    side: Side, notes: dict[str, tuple[str, ...]], assumed: dict[str, tuple[str, ...]]
) -> dict[str, Any]:
    over = {}
    for analyte in ("ketamine", "norketamine"):
        ends = side.over_models(analyte)
        if ends is not None:
            over[f"{analyte}_ng_per_mL"] = {
                "models": [one.model.key for one in side.measuring(analyte)],
                "low": _list(ends[0]),
                "high": _list(ends[1]),
            }
    models = [
        _answer(one, notes.get(one.model.key, ()), assumed.get(one.model.key, ())) for one in side.answers
    ]
    return {"sampling": side.sampling, "over_models": over, "models": models}


def _answer(one: ModelAnswer, notes: Iterable[str], assumed: Iterable[str]) -> dict[str, Any]:
    patients = None
    if one.patients is not None:
        patients = {
            "drawn": one.patients.patients,
            "quantiles": {
                f"{analyte}_ng_per_mL": {
                    f"{share:g}": _list(row) for share, row in zip(one.patients.shares, rows, strict=True)
                }
                for analyte, rows in one.patients.ng_per_ml.items()
            },
        }
    alone = levels_json(one.typical)
    return {
        "model": one.model.key,
        "typical": {key: alone[key] for key in ("cp_ng_per_mL", "ce_ng_per_mL", "norketamine_ng_per_mL")},
        "patients": patients,
        "no_patients": one.no_patients or None,
        "notices": list(notes),
        "assumed": list(assumed),
        "citations": alone["citations"],
    }


def ranges_json(ranges: Iterable[ReportedRange]) -> list[dict[str, Any]]:
    """Reported ranges with their sources."""
    return [
        {
            "key": one.key,
            "title": one.title,
            "drug": one.drug,
            "low_ng_per_mL": one.low,
            "high_ng_per_mL": one.high,
            "citation": one.source.citation.identifier if one.source.citation else None,
            "provenance": one.source.provenance.value,
            "note": one.source.note,
        }
        for one in ranges
    ]


def effects_json(courses: Iterable[EffectCourse], scenario: Iterable[Norketamine]) -> dict[str, Any]:
    """The course of both effects, and the scenario with norketamine against pain relief."""
    return {
        "sides": [
            {
                "sampling": one.sampling,
                "models": list(one.models),
                "times_min": _list(one.times_min),
                "at_once": _share(one.at_once),
                "slow": _share(one.slow),
            }
            for one in courses
        ],
        "norketamine_against_relief": [
            {
                "model": one.model,
                "sampling": one.sampling,
                "times_min": _list(one.times_min),
                "relief_cm": _list(one.relief_cm),
                "against_cm": _list(one.against_cm),
                "left_cm": _list(one.left_cm),
                "beyond_what_was_reported": one.beyond,
            }
            for one in scenario
        ],
        "notices": list(EFFECT_NOTICES),
    }


def _share(one: Share) -> dict[str, Any]:
    return {
        "low": _list(one.typical[0]),
        "high": _list(one.typical[1]),
        "span_low": _list(one.span[0]),
        "span_high": _list(one.span[1]),
    }


def bands_rows(found: Bands) -> Iterator[tuple[str, ...]]:
    """One row for each number of a forecast, in the columns of `HEADS`; levels to nine digits."""
    for side in found.sides:
        for one in side.answers:
            head = (side.sampling, one.model.key)
            for analyte, curve in one.typical.ng_per_ml.items():
                yield from _rows(found, head, (analyte, "typical patient", ""), curve)
            if one.typical.effect_ng_per_ml is not None:
                site = ("ketamine at the place of action", "typical patient", "")
                yield from _rows(found, head, site, one.typical.effect_ng_per_ml)
            for analyte, rows in one.patients.ng_per_ml.items() if one.patients is not None else ():
                for share, row in zip(one.patients.shares if one.patients else (), rows, strict=True):
                    yield from _rows(found, head, (analyte, "drawn patients", f"{share:g}"), row)


def _rows(
    found: Bands, head: tuple[str, str], what: tuple[str, str, str], curve: Floats
) -> Iterator[tuple[str, ...]]:
    for minute, level in zip(found.times_min, curve, strict=True):
        yield (found.drug, f"{minute:.9g}", *head, *what, f"{level:.9g}")
