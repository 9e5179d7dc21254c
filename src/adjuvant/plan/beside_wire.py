"""The opioid plan and the ledger as JSON with stable keys."""

from __future__ import annotations

from typing import Any

from adjuvant.opioids.model import Total
from adjuvant.plan.ledger import Ledger
from adjuvant.plan.opioid_plan import OpioidStages
from adjuvant.quantity import json_number, show_exact

__all__ = ["ledger_json", "opioid_stages_json"]


def opioid_stages_json(found: OpioidStages) -> dict[str, Any]:
    """The opioids before, during and after, by table and drug, in MME a day; ``applied`` is always false."""
    return {
        "statement": found.statement or None,
        "citation": found.citation or None,
        "choices": [str(one) for one in found.choices],
        "cut": str(found.cut) if found.cut is not None else None,
        "applied": False,
        "stages": [
            {
                "stage": stage.key,
                "title": stage.title,
                "tables": {
                    one.plan: {
                        "total": _total(one.total),
                        "by_drug": {name: _total(total) for name, total in one.by_drug.items()},
                    }
                    for one in stage.mme
                },
            }
            for stage in found.stages
        ],
        "patches": [
            {
                "line": one.name,
                "stops": one.stops,
                "removed_at": one.removed.isoformat() if one.removed is not None else None,
            }
            for one in found.patches
        ],
        "notes": list(found.notes),
        "review_after": str(found.review_after) if found.review_after is not None else None,
    }


def _total(one: Total) -> dict[str, Any]:
    return {
        "mme_per_day": json_number(one.value),
        "low": json_number(one.low),
        "high": json_number(one.high) if one.high is not None else None,
        "complete": one.complete,
    }


def ledger_json(found: Ledger) -> dict[str, Any]:
    """Courses and reviews; amounts as text with their unit, instants in UTC."""
    return {
        "courses": [
            {
                "began": one.began.isoformat(),
                "ended": one.ended.isoformat() if one.ended is not None else None,
                "given": f"{show_exact(one.given.value)} mg",
                "complete": one.complete,
                "days": one.days,
            }
            for one in found.courses
        ],
        "lifetime": f"{show_exact(found.lifetime.value)} mg",
        "complete": found.complete,
        "lacking": list(found.lacking),
        "reviews": [
            {
                "key": one.key,
                "asks": one.asks,
                "last": one.last.isoformat() if one.last is not None else None,
                "due": one.due,
            }
            for one in found.reviews
        ],
    }
