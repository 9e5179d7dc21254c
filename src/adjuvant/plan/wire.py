"""A plan as JSON with stable keys: quantities as text with their unit, instants in UTC."""

from __future__ import annotations

from typing import Any

from adjuvant.plan.arithmetic import Line
from adjuvant.plan.by_hand import HandPlan
from adjuvant.plan.conversion import Converted
from adjuvant.plan.draft import InfusionPlan, RefusedPlan
from adjuvant.plan.limits import Limit
from adjuvant.plan.order import advised
from adjuvant.plan.preparation import Preparation
from adjuvant.plan.pump import BagChange, PumpCheck
from adjuvant.plan.schedule import MonitoringSchedule
from adjuvant.protocol.guidance import Guidance
from adjuvant.protocol.wire import uncapped_json
from adjuvant.quantity import Quantity, show_exact

__all__ = ["hand_json", "onward_json", "plan_json", "pump_json"]


def _head(guidance: Guidance) -> dict[str, Any]:
    return {
        "status": guidance.status.value,
        "at": guidance.instant.isoformat(),
        "protocol": {
            "key": guidance.protocol,
            "version": guidance.version,
            "regimen": guidance.regimen,
            "digest": guidance.digest,
        },
        "site": {"name": guidance.site, "example": guidance.example} if guidance.site else None,
        "hypothetical": guidance.hypothetical or None,
    }


def hand_json(plan: HandPlan, schedule: MonitoringSchedule | None = None) -> dict[str, Any]:
    """A plan by hand for programs: ``pump`` is null, because none is set, and ``by_hand`` holds the doses."""
    weight = plan.weight
    return {
        **_head(plan.guidance),
        "refused": None,
        "pump": None,
        "by_hand": {
            "drug": plan.drug,
            "route": plan.route,
            "dose": str(plan.dose),
            "amount": _exact(plan.amount),
            "uncapped": _uncapped(plan.guidance),
            "times_per_day": plan.times_per_day,
            "weight": {"value": str(weight.value), "kind": weight.kind, "at": weight.at.isoformat()}
            if weight is not None
            else None,
            "vial": str(plan.vial.strength) if plan.vial is not None else None,
            "parts": [
                {
                    "at": one.at.isoformat(),
                    "amount": _exact(one.amount),
                    "volume": _exact(one.volume) if one.volume is not None else None,
                    "drawn": str(plan.drawn) if plan.drawn is not None else None,
                }
                for one in plan.parts
            ],
        },
        "limits": [_limit(one) for one in plan.limits],
        "checks": list(plan.checks),
        "monitoring": _schedule(schedule) if schedule is not None else None,
    }


def _uncapped(guidance: Guidance) -> dict[str, Any] | None:
    found = advised(guidance)
    return uncapped_json(found.uncapped) if found is not None else None


def plan_json(plan: InfusionPlan | RefusedPlan, schedule: MonitoringSchedule | None = None) -> dict[str, Any]:
    """A plan for programs. A refused plan has no rate: ``pump`` is null, ``refused`` holds why."""
    guidance = plan.guidance
    head = _head(guidance)
    if isinstance(plan, RefusedPlan):
        refused = {"reasons": list(plan.reasons), "remedy": plan.remedy or None}
        return {**head, "refused": refused, "pump": None, "order": None, "preparation": None}
    made, order = plan.preparation, plan.order
    weight = order.weight
    return {
        **head,
        "refused": None,
        "pump": {
            "rate": str(made.rate),
            "step": str(made.step),
            "before_rounding": _exact(made.exact),
            "volume": _text(made.volume),
            "over": _text(order.over),
        },
        "order": {
            "action": order.action,
            "drug": order.drug,
            "route": order.route,
            "mode": order.mode,
            "dose": str(order.dose),
            "amount": _exact(order.amount),
            "hourly": _exact(order.hourly),
            "weight": {"value": str(weight.value), "kind": weight.kind, "at": weight.at.isoformat()}
            if weight is not None
            else None,
            "due": order.due.isoformat(),
            "uncapped": _uncapped(guidance),
        },
        "delivers": {
            "hourly": _exact(made.hourly),
            "total": _exact(made.total) if made.total is not None else None,
            "dose": _exact(made.dose),
            "per_day": _exact(plan.per_day) if plan.per_day is not None else None,
            "less_per_hour": _exact(made.lost_hourly),
            "less_percent": _exact(made.lost),
        },
        "preparation": _preparation(made),
        "arithmetic": {"forward": _lines(made.there), "backward": _lines(made.back), "agree": True},
        "limits": [_limit(one) for one in plan.limits],
        "line": {
            "never": [{"drug": name, "citation": source} for name, source in plan.line.never],
            "ask": [{"drug": name, "citation": source} for name, source in plan.line.ask],
            "may": [{"drug": name, "citation": source} for name, source in plan.line.may],
            "given": [{"text": text, "citation": source} for text, source in plan.line.taken],
        },
        **({"bag_change": _change(plan.bag_change)} if plan.bag_change is not None else {}),
        "checks": list(plan.checks),
        "monitoring": _schedule(schedule) if schedule is not None else None,
    }


def _change(one: BagChange) -> dict[str, str]:
    return {
        "before": _exact(one.before),
        "old_rate": _exact(one.old_rate),
        "at_the_old_rate": _exact(one.kept),
        "words": one.words,
    }


def pump_json(one: PumpCheck) -> dict[str, Any]:
    """The rate that the pump shows, held against the plan."""
    return {"as_planned": one.as_planned, "words": one.words or None}


def onward_json(found: tuple[Converted, ...]) -> list[dict[str, Any]]:
    """By another route, as each source has it; a pair is the two ends of a span."""
    return [
        {
            "protocol": one.protocol,
            "to": one.to,
            "ratio": one.ratio,
            "per_day": [_exact(one.low), _exact(one.high)],
            "doses_per_day": one.doses_per_day,
            "each": [_exact(part) for part in one.each] if one.each is not None else None,
            "first_dose_after": [str(part) for part in one.after] if one.after is not None else None,
            "printed": one.printed or None,
            "citation": one.citation,
            "provenance": one.provenance.value,
        }
        for one in found
    ]


def _exact(value: Quantity) -> str:
    return f"{show_exact(value.value)} {value.unit.code}"


def _text(value: Quantity | None) -> str | None:
    return str(value) if value is not None else None


def _lines(lines: tuple[Line, ...]) -> list[dict[str, str]]:
    return [{"sum": one.sum, "result": one.result} for one in lines]


def _preparation(made: Preparation) -> dict[str, Any]:
    return {
        "vial": str(made.vial.strength),
        "drawn": str(made.drawn),
        "mass": str(made.mass),
        "diluent": made.diluent or None,
        "added": str(made.added),
        "bag": str(made.bag),
        "concentration": _exact(made.concentration),
        "filled": made.filled,
        "lasts": _exact(made.lasts),
        "left_in_bag": [_exact(one) for one in made.left] if made.left is not None else None,
        "vials": made.vials,
        **(
            {"vial_content": [_exact(one) for one in made.vial_content]}
            if made.vial_content is not None
            else {}
        ),
        "left_in_vials": [_exact(one) for one in made.left_in_vials]
        if made.left_in_vials is not None
        else None,
    }


def _limit(one: Limit) -> dict[str, Any]:
    return {
        "title": one.title,
        "limit": one.limit,
        "here": _exact(one.here) if one.here is not None else None,
        "delivers": _exact(one.delivers) if one.delivers is not None else None,
        "kept": one.kept,
        "binds": one.binds,
        "why": one.why or None,
        "citation": one.citation,
        "provenance": one.provenance.value,
    }


def _schedule(one: MonitoringSchedule) -> dict[str, Any]:
    return {
        "until": one.until.isoformat(),
        "before": list(one.before),
        "after": list(one.after),
        "continuous": list(one.continuous),
        "unstated": list(one.unstated),
        "due": [
            {
                "at": due.at.isoformat(),
                "late_after": due.late_after.isoformat() if due.late_after is not None else None,
                "items": list(due.items),
            }
            for due in one.due
        ],
    }
