"""The order sheet of a dose that is given by hand: what is given, when, and out of which vial."""

from __future__ import annotations

from adjuvant.plan import CourseReview, Ledger, MonitoringSchedule, OpioidStages
from adjuvant.plan.by_hand import HandPlan
from adjuvant.plan.figures import drug_words, words
from adjuvant.plan.order import cap_words
from adjuvant.protocol import Sited, Situation
from adjuvant.reports.order_sheet.beside import course_rows, opioids_of
from adjuvant.reports.order_sheet.content import (
    SIGNED,
    drug_of,
    empty,
    evidence_of,
    foot_of,
    hand_limits,
    hold_rows,
    line_rows,
)
from adjuvant.reports.order_sheet.model import BLANK, OrderSheet, Row
from adjuvant.reports.order_sheet.watch import sentence, watch_of
from adjuvant.timeline import local_text, zone

__all__ = ["hand_sheet"]


def hand_sheet(
    plan: HandPlan,
    sited: Sited,
    situation: Situation,
    schedule: MonitoringSchedule | None,
    title: str = "",
    opioids: OpioidStages | None = None,
    courses: Ledger | None = None,
    reviews: tuple[CourseReview, ...] = (),
) -> OrderSheet:
    """The sheet of a plan by hand. It has no rate anywhere.

    Args:
        title, opioids, courses, reviews: as `order_sheet` takes them.
    """
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
    watch = watch_of(sited.protocol, guidance.regimen, guidance.instant, schedule, local)
    said = (
        f"{words(weight.value)}, {weight.kind}, {local_text(weight.at, local)}"
        if weight is not None
        else BLANK
    )
    return OrderSheet(
        **{
            **empty(),
            "title": f"{sentence(drug_words(plan.drug))} order: given by hand, {plan.route}",
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
            "beside": (("By hand", _each(plan)),),
            "ordered": _ordered(plan),
            "limits": hand_limits(plan.limits, True),
            "others": hand_limits(plan.limits, False),
            "line": line_rows(plan.line, sited.protocol.regimens[guidance.regimen].mode == "injection"),
            "hold": hold_rows(sited.protocol, guidance.regimen),
            "grid": watch.grid,
            "watch": watch.rows,
            "late": watch.late,
            "courses": course_rows(courses, reviews, local),
            "evidence": evidence_of(sited.protocol),
            "given": _given(plan),
            "whole": watch.grid is None,
            "opioids": opioids_of(opioids, local) if opioids is not None else None,
            "checks": plan.checks,
            "onward": (),
            "drug": drug_of(sited.protocol),
            "signatures": SIGNED,
            "foot": foot_of(guidance),
            "at": guidance.instant,
        }
    )


def _given(plan: HandPlan) -> tuple[str, ...]:
    """What is written once it was given: each part, and what was discarded of a vial."""
    parts = [f"Part {one.number} given, time, by" for one in plan.parts] if len(plan.parts) > 1 else []
    if not parts and plan.times_per_day is not None:
        parts = [f"Dose {n + 1}, time, by" for n in range(plan.times_per_day)]
    left = ("Discarded, mL and mg", "Discarded by", "Witness") if plan.vial is not None else ()
    return (*(parts or ["Given, date and time", "Given, mg", "Given by"]), *left)


def _each(plan: HandPlan) -> str:
    """What is given each time, in the largest type: ``2 × 28 mg, nasal``."""
    several = f"{len(plan.parts)} \N{MULTIPLICATION SIGN} " if len(plan.parts) > 1 else ""
    return f"{several}{words(plan.parts[0].amount)}, {plan.route}"


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
            # What the syringe holds, where rounding takes some of it: the part is not what is given then.
            held = plan.held if plan.held != one.amount else None
            of = f"{words(held)} of the " if held is not None else ""
            text = f"{words(plan.drawn)} of {drug_words(plan.drug)} {words(plan.vial.strength)}: {of}{text}"
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
