"""The order sheet of a dose that is given by hand: what is given, when, and out of which vial."""

from __future__ import annotations

from adjuvant.plan import MonitoringSchedule
from adjuvant.plan.by_hand import HandPlan
from adjuvant.plan.figures import drug_words, words
from adjuvant.plan.order import cap_words
from adjuvant.protocol import Sited, Situation
from adjuvant.reports.order_sheet.content import (
    drug_of,
    empty,
    foot_of,
    hand_limits,
    hold_rows,
    late_of,
    line_rows,
    sentence,
    watch_rows,
)
from adjuvant.reports.order_sheet.model import BLANK, OrderSheet, Row
from adjuvant.timeline import local_text, zone

__all__ = ["hand_sheet"]


def hand_sheet(
    plan: HandPlan, sited: Sited, situation: Situation, schedule: MonitoringSchedule | None, title: str = ""
) -> OrderSheet:
    """The sheet of a plan by hand. It has no rate anywhere."""
    guidance, facts = plan.guidance, situation.facts
    local = zone(facts.zone)
    why = ", ".join(
        one
        for one in (
            "invented patient" if facts.synthetic else "",
            "example profile" if guidance.example else "",
            guidance.hypothetical,
        )
        if one
    )
    weight = plan.weight
    said = (
        f"{words(weight.value)}, {weight.kind}, {local_text(weight.at, local)}"
        if weight is not None
        else BLANK
    )
    return OrderSheet(
        **{
            **empty(),
            "title": f"{sentence(drug_words(plan.drug))} order, given by hand",
            "subject": title or facts.patient,
            "banner": f"Example, not for use: {why}." if why else "",
            "who": (
                ("Patient", title or facts.patient),
                ("Born", BLANK),
                ("Number", BLANK),
                ("Allergies", BLANK),
                ("Weight", said),
                ("Planned for", local_text(plan.parts[0].at, local)),
                ("Doses given so far", str(len(situation.state.given)) if situation.state.given else "none"),
                ("Treatment consent", BLANK),
            ),
            "refused": (),
            "remedy": "",
            "by_hand": _doses(plan, situation),
            "ordered": _ordered(plan),
            "limits": hand_limits(plan.limits, True),
            "others": hand_limits(plan.limits, False),
            "line": line_rows(plan.line),
            "hold": hold_rows(sited.protocol, guidance.regimen),
            "watch": watch_rows(sited.protocol, guidance.regimen, plan.parts[0].at, schedule),
            "checks": plan.checks,
            "onward": (),
            "drug": drug_of(sited.protocol),
            "late": late_of(schedule),
            "signatures": ("Prescriber, time", "Pharmacist, time", "Nurse in charge, time"),
            "foot": foot_of(guidance),
            "at": guidance.instant,
        }
    )


def _ordered(plan: HandPlan) -> str:
    often = f", {plan.times_per_day} times a day" if plan.times_per_day is not None else ""
    parts = f", in {len(plan.parts)} equal parts" if len(plan.parts) > 1 else ""
    each = f", which is {words(plan.amount)}" if not plan.amount.same_as(plan.dose) else ""
    return (
        f"Ordered {words(plan.dose)}{each}, {plan.route}{parts}{often}. {cap_words(plan.guidance)}".rstrip()
    )


def _doses(plan: HandPlan, situation: Situation) -> tuple[Row, ...]:
    local = zone(situation.facts.zone)
    found = []
    for one in plan.parts:
        name = f"Part {one.number} of {len(plan.parts)}" if len(plan.parts) > 1 else "Give"
        text = f"{words(one.amount)} at {local_text(one.at, local)}"
        if plan.vial is not None and plan.drawn is not None and one.volume is not None:
            text = f"{words(plan.drawn)} of {drug_words(plan.drug)} {words(plan.vial.strength)}: {text}"
            found.append(
                Row(
                    name,
                    text,
                    f"{words(one.amount)} ÷ {words(plan.vial.strength)} = {words(one.volume)}",
                    True,
                )
            )
        else:
            found.append(Row(name, text, "product and volume: ______________________", True))
    if plan.vial is not None:
        found.append(Row("Left in the vial", "discard before a witness, and record", "______ mL  ______ mg"))
    return tuple(found)
