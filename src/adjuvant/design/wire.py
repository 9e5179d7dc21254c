"""Comparisons, searches, proposals and next steps as JSON with stable keys, and as rows of CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adjuvant.design.compare import UNKNOWN, Compared, conclusions
from adjuvant.design.measures import Asked, Chance, Measured, Spread
from adjuvant.design.next_steps import NextSteps
from adjuvant.design.proposal import Proposal
from adjuvant.design.search import Found
from adjuvant.quantity import json_number

__all__ = [
    "COMPARED_HEADS",
    "FOUND_HEADS",
    "compared_json",
    "compared_rows",
    "found_json",
    "found_rows",
    "proposal_json",
    "proposal_rows",
    "steps_json",
]

COMPARED_HEADS = (
    "schedule", "model", "sampling", "of", "total_mg", "most_mg_in_24_h", "days", "acts", "rounds",
    "peak_ng_per_mL", "peak_p5", "peak_p50", "peak_p95", "peak_h", "in_range_h", "in_range_h_p5",
    "in_range_h_p50", "in_range_h_p95", "above_ceiling", "above_low", "above_high", "patients",
)  # fmt: skip
FOUND_HEADS = (
    "schedule", "model", "kept", "frontier", "robust", "rate_mg_per_h", "minutes", "infusions", "every_h",
    "each_mg", "total_mg", "peak", "chance_above", "hours_in_range", "rounds", "acts", "days", "broken",
)  # fmt: skip


def _asked_json(asked: Asked) -> dict[str, Any]:
    return {
        "of": asked.of,
        "range_ng_per_mL": [asked.low, asked.high],
        "range_because": asked.range_because,
        "ceiling_ng_per_mL": asked.ceiling,
        "ceiling_because": asked.ceiling_because,
        "effect_per_min": asked.effect_per_min,
    }


def _spread_json(one: Spread) -> dict[str, float | None]:
    return {"typical": one.typical, "p5": one.low, "p50": one.median, "p95": one.high}


def _chance_json(one: Chance | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"share": one.share, "low": one.low, "high": one.high, "patients": one.patients}


def _measured_json(one: Measured) -> dict[str, Any]:
    return {
        "schedule": one.schedule,
        "model": one.model,
        "sampling": one.sampling,
        "peak_ng_per_mL": _spread_json(one.peak),
        "peak_h": one.peak_h,
        "in_range_h": _spread_json(one.in_range_h),
        "above_ceiling": _chance_json(one.above),
        "typical_above_ceiling": one.typical_above,
    }


def compared_json(found: Compared) -> dict[str, Any]:
    """A comparison; levels of two sides of the circulation stay under their own models."""
    facts = {one.schedule: one for one in found.facts}
    return {
        "weight_kg": found.weight_kg,
        "asked": _asked_json(found.asked),
        "patients": found.patients,
        "seed": found.seed,
        "schedules": [
            {
                "name": one.name,
                "drug": one.regimen.drug,
                "source": one.source,
                "chosen": list(one.chosen),
                "total_mg": facts[one.name].total_mg,
                "most_mg_in_24_h": facts[one.name].most_mg_in_24_h,
                "days": one.days,
                "acts": one.acts,
                "rounds": one.rounds,
            }
            for one in found.schedules
        ],
        "measured": [_measured_json(one) for one in found.measured],
        "conclusions": [
            {
                "about": one.about,
                "more": one.more,
                "less": one.less,
                "yes": list(one.yes),
                "no": list(one.no),
                "alike": list(one.alike),
                "survives_every_model": one.survives,
            }
            for one in conclusions(found)
        ],
        "left_out": [{"model": key, "why": why} for key, why in found.left],
        "unanswered": [
            {"schedule": schedule, "model": key, "why": why} for schedule, key, why in found.without
        ],
        "assumed": {key: list(words) for key, words in found.assumed},
        "notices": list(found.notices),
        "not_known": list(UNKNOWN),
    }


def compared_rows(found: Compared) -> list[list[Any]]:
    """One row for each schedule and model, under `COMPARED_HEADS`."""
    facts = {one.schedule: one for one in found.facts}
    rows = []
    for one in found.measured:
        fact, above = facts[one.schedule], one.above
        chance = [above.share, above.low, above.high, above.patients] if above is not None else [None] * 4
        rows.append(
            [
                one.schedule, one.model, one.sampling, found.asked.of, fact.total_mg, fact.most_mg_in_24_h,
                fact.days, fact.acts, fact.rounds, *_four(one.peak), one.peak_h,
                *_four(one.in_range_h), *chance,
            ]
        )  # fmt: skip
    return rows


def _four(one: Spread) -> list[float | None]:
    return [one.typical, one.low, one.median, one.high]


def found_json(found: Found, asked: Asked, left: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """A search: what was tried, refused and kept, and a frontier for each model."""
    return {
        "asked": _asked_json(asked),
        "objectives": list(found.objectives),
        "tried": found.tried,
        "refused": [{"schedule": name, "because": list(reasons)} for name, reasons in found.refused],
        "scored": [
            {
                "schedule": one.candidate.name,
                "model": one.model,
                "rate_mg_per_h": json_number(one.candidate.rate),
                "minutes": json_number(one.candidate.timing.minutes),
                "infusions": one.candidate.timing.infusions,
                "every_h": json_number(one.candidate.timing.every_h),
                "objectives": {
                    name: None if value != value else value for name, value in one.objectives.items()
                },
                "chances": [_chance_json(share) for share in one.chances],
                "broken": list(one.broken),
            }
            for one in found.scored
        ],
        "frontiers": {model: list(names) for model, names in found.frontiers},
        "kept_in_every_model": list(found.everywhere),
        "frontier_of_every_model": list(found.robust),
        "left_out": [{"model": key, "why": why} for key, why in left],
        "assumed": {key: list(words) for key, words in found.assumed},
        "notices": list(found.notices),
        "not_known": list(UNKNOWN),
    }


def found_rows(found: Found) -> list[list[Any]]:
    """One row for each schedule and model that needed a model, under `FOUND_HEADS`."""
    best = dict(found.frontiers)
    return [
        [
            one.candidate.name, one.model, not one.broken, one.candidate.name in best[one.model],
            one.candidate.name in found.robust, float(one.candidate.rate),
            float(one.candidate.timing.minutes),
            one.candidate.timing.infusions, float(one.candidate.timing.every_h), float(one.candidate.each_mg),
            *(one.objectives[name] for name in FOUND_HEADS[10:17]), "; ".join(one.broken),
        ]
        for one in found.scored
    ]  # fmt: skip


def proposal_json(found: Proposal) -> dict[str, Any]:
    """A table of rates; without rows where it is refused."""
    table = found.table
    return {
        "refused": list(found.refused),
        "target": table.target,
        "target_ng_per_mL": table.target_ng_per_ml,
        "model": table.levels.model,
        "sampling": table.levels.sampling,
        "reached_min": table.reached_min if found.rows else None,
        "held_by": list(table.held_by),
        "rows": [
            {
                "start_min": one.start_min,
                "end_min": one.end_min,
                "mL_per_h": json_number(one.ml_per_h),
                "mg_per_h": json_number(one.mg_per_h),
            }
            for one in found.rows
        ],
        "total_mg": json_number(table.total_mg) if found.rows else None,
        "citation": table.citation.identifier,
        "notices": list(found.notices),
        "assumed": list(table.levels.assumed),
    }


def proposal_rows(found: Proposal) -> list[list[Any]]:
    """One row for each rate: from, to, mL/h, mg/h."""
    return [[one.start_min, one.end_min, float(one.ml_per_h), float(one.mg_per_h)] for one in found.rows]


def steps_json(found: NextSteps) -> dict[str, Any]:
    """Every step of the protocol from here, with its refusals and what each model expects."""
    return {
        "from_min": found.from_min,
        "hours": found.hours,
        "options": [
            {
                "action": one.action,
                "dose": None if one.dose is None else str(one.dose),
                "refused": list(one.refused),
                "expected": [
                    {
                        "model": each.model,
                        "sampling": each.sampling,
                        "highest_ng_per_mL": _spread_json(each.highest),
                        "at_end_ng_per_mL": _spread_json(each.at_end),
                    }
                    for each in one.expected
                ],
            }
            for one in found.options
        ],
        "assumed": {key: list(words) for key, words in found.assumed},
        "notices": list(found.notices),
        "not_known": list(UNKNOWN),
    }
