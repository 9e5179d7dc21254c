"""What stands on the order sheet of a pump, in words, so that HTML and PDF say the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from adjuvant.library.preparations import preparations
from adjuvant.plan import (
    CourseReview,
    InfusionPlan,
    InTheLine,
    Ledger,
    MonitoringSchedule,
    OpioidStages,
    RefusedPlan,
)
from adjuvant.plan.conversion import Converted
from adjuvant.plan.figures import (
    container_words,
    converted_words,
    drug_words,
    figure,
    span_words,
    way_words,
    words,
)
from adjuvant.plan.limits import Limit
from adjuvant.plan.order import cap_words
from adjuvant.protocol import Protocol, Sited, Situation
from adjuvant.protocol.guidance import Guidance
from adjuvant.protocol.regimen import Course
from adjuvant.protocol.words import predicate_words
from adjuvant.quantity import Quantity
from adjuvant.reports.order_sheet.beside import course_rows, opioids_of
from adjuvant.reports.order_sheet.model import BLANK, OrderSheet, Row
from adjuvant.reports.order_sheet.watch import sentence, watch_of
from adjuvant.timeline import local_text, zone

__all__ = [
    "SIGNED",
    "drug_of",
    "empty",
    "evidence_of",
    "foot_of",
    "hand_limits",
    "hold_rows",
    "line_rows",
    "order_sheet",
]

SIGNED = ("Prescriber, time", "Pharmacist, time", "Nurse in charge, time")


def order_sheet(
    plan: InfusionPlan | RefusedPlan,
    sited: Sited,
    situation: Situation,
    schedule: MonitoringSchedule | None = None,
    title: str = "",
    onward: tuple[Converted, ...] = (),
    opioids: OpioidStages | None = None,
    courses: Ledger | None = None,
    reviews: tuple[CourseReview, ...] = (),
) -> OrderSheet:
    """The sheet of a plan, or of its refusal.

    Args:
        title: a line about the patient, such as a scenario's.
        onward: by other routes, where the protocol goes on by one.
        opioids: what a choice on them comes to, for a page of its own; a refused plan has none.
        courses, reviews: what was given before, and what is reviewed before another course.
    """
    guidance, facts = plan.guidance, situation.facts
    reasons = [
        "invented patient" if facts.synthetic else "",
        "example profile" if guidance.example else "",
        guidance.hypothetical,
    ]
    why = ", ".join(one for one in reasons if one)
    given = isinstance(plan, InfusionPlan)
    # The two keep apart what is for a pump from what is not: a refused plan has no number anywhere.
    made: Mapping[str, Any] = _NOTHING
    if isinstance(plan, InfusionPlan):
        made = {**_NOTHING, **_given(plan, sited.protocol, schedule, zone(facts.zone))}
        if opioids is not None:
            made = {**made, "opioids": opioids_of(opioids, zone(facts.zone))}
        made = {**made, "courses": course_rows(courses, reviews, zone(facts.zone))}
        made = {**made, "evidence": evidence_of(sited.protocol)}
    regimen = sited.protocol.regimens.get(guidance.regimen)
    drug = sentence(drug_words(sited.protocol.drug))
    return OrderSheet(
        title=_title(plan, drug),
        subject=title or facts.patient,
        banner=f"Example, not for use: {why}." if why else "",
        who=_who(plan, situation, title, regimen.course if regimen is not None else None),
        refused=plan.reasons if isinstance(plan, RefusedPlan) else (),
        remedy=plan.remedy if isinstance(plan, RefusedPlan) else "",
        onward=tuple(_onward(one) for one in onward) if given else (),
        drug=drug_of(sited.protocol),
        hold=hold_rows(sited.protocol, guidance.regimen) if given else (),
        signatures=SIGNED if given else ("Read by, time",),
        foot=foot_of(guidance),
        at=guidance.instant,
        **made,
    )


_NOTHING: Mapping[str, Any] = {
    "rate": ("", ""), "beside": (), "ordered": "", "prepare": (), "there": (), "back": (), "meet": "",
    "limits": (), "others": (), "line": (), "watch": (), "checks": (), "by_hand": (), "holds": "bag",
    "grid": None, "late": "", "courses": (), "evidence": "", "given": (), "opioids": None,
    "whole": False,
}  # fmt: skip


_GIVEN = (
    "Started, date and time", "Ended, date and time", "Given, mL and mg",
    "Discarded, mL and mg", "Discarded by", "Witness",
)  # fmt: skip


def evidence_of(protocol: Protocol) -> str:
    """What the evidence is, in a word, and what it says: those who sign see both."""
    return f"{sentence(protocol.evidence.label.replace('_', ' '))}. {protocol.evidence.statement}"


def _title(plan: InfusionPlan | RefusedPlan, drug: str) -> str:
    if isinstance(plan, RefusedPlan):
        return f"{drug}: no order"
    return f"{drug} order: {way_words(plan.order.mode)}, {plan.order.route}"


def _who(
    plan: InfusionPlan | RefusedPlan, situation: Situation, title: str, course: Course | None
) -> tuple[tuple[str, str], ...]:
    weight = plan.order.weight if isinstance(plan, InfusionPlan) else None
    reading = situation.weight(weight.kind) if weight is not None else situation.weight("actual")
    said = BLANK
    if weight is not None:
        said = f"{words(weight.value)}, {weight.kind}, {local_text(weight.at, zone(situation.facts.zone))}"
    elif reading is not None:
        said = f"{words(reading.value)}, {reading.kind}, {local_text(reading.at, zone(situation.facts.zone))}"
    start = plan.order.due if isinstance(plan, InfusionPlan) else situation.instant
    label = "Planned start" if isinstance(plan, InfusionPlan) else "Asked at"
    return (
        ("Patient", title or situation.facts.patient),
        ("Born", BLANK),
        ("Number", BLANK),
        ("Allergies", BLANK),
        ("Weight", said),
        (label, local_text(start, zone(situation.facts.zone))),
        ("Infusion" if isinstance(plan, InfusionPlan) else "Given so far", _which(plan, situation, course)),
        ("Treatment consent", BLANK),
    )


def _which(plan: InfusionPlan | RefusedPlan, situation: Situation, course: Course | None) -> str:
    """Which dose of the course this is; of a rate, and of a refusal, what has gone before."""
    given = len(situation.state.given)
    if isinstance(plan, RefusedPlan):
        return f"{given} doses charted" if given else "none charted"
    if plan.order.over is None:
        before = situation.state.dose
        done = {"start": "begun", "raise": "raised", "lower": "lowered"}.get(
            plan.order.action, plan.order.action
        )
        return f"a rate, {done}" + (f" from {words(before)}" if before is not None else "")
    of = f" of {course.infusions}" if course is not None and course.infusions is not None else ""
    within = f" in {words(course.within)}" if course is not None and course.within is not None else ""
    return f"{given + 1}{of}{within}"


def _given(
    plan: InfusionPlan, protocol: Protocol, schedule: MonitoringSchedule | None, local: tzinfo
) -> Mapping[str, Any]:
    made, order = plan.preparation, plan.order
    holds = container_words(order.mode)
    watch = watch_of(protocol, plan.guidance.regimen, plan.guidance.instant, schedule, local)
    lost = (
        f"{words(made.lost_hourly)} less, {words(made.lost)} of the order, where rounding may take "
        f"{words(preparations().greatest_rounding)}"
        if made.lost.value
        else "nothing lost"
    )
    day = f" In 24 hours: {figure(plan.per_day.value)} mg." if plan.per_day is not None else ""
    beside = [("Dose", words(made.total if made.total is not None else made.hourly))]
    if made.volume is not None and order.over is not None:
        beside += [("Volume to be infused", words(made.volume)), ("Over", words(order.over))]
    else:
        beside.append((f"{sentence(holds)} lasts", span_words(made.lasts)))
    beside.append(("Strength", words(made.concentration)))
    return {
        "rate": (figure(made.rate.value), "mL/h"),
        "beside": tuple(beside),
        "ordered": (
            f"Ordered {words(order.dose)}, which is {words(order.hourly)} while it runs; the pump gives "
            f"{words(made.hourly)}: {lost}.{day} {cap_words(plan.guidance)}".rstrip()
        ),
        "prepare": _prepare(plan),
        "there": tuple(Row(str(n), line.sum, line.result) for n, line in enumerate(made.there, 1)),
        "back": tuple(Row(str(n), line.sum, line.result) for n, line in enumerate(made.back, 1)),
        "meet": f"Both meet: ordered {words(order.dose)}, delivered {words(made.dose)}, never more.",
        "limits": tuple(_limit(one, plan) for one in plan.limits if one.binds),
        "others": tuple(_limit(one, plan) for one in plan.limits if not one.binds),
        "line": line_rows(plan.line),
        "holds": holds,
        "grid": watch.grid,
        "watch": watch.rows,
        "late": watch.late,
        "given": _GIVEN,
        "checks": plan.checks,
    }


def _prepare(plan: InfusionPlan) -> tuple[Row, ...]:
    made, drug = plan.preparation, drug_words(plan.order.drug)
    left = f"Left in the {container_words(plan.order.mode)}"
    vials = f", {made.vials} vial{'s' if made.vials != 1 else ''}" if made.vials is not None else ""
    whole = ""
    if made.vial_content is not None:
        whole = f" (a vial holds {words(made.vial_content[0])} in {words(made.vial_content[1])})"
    found = [
        Row("Draw up", f"{words(made.drawn)} of {drug} {words(made.vial.strength)}{whole}{vials}",
            f"{words(made.drawn)} × {words(made.vial.strength)} = {words(made.mass)}"),
        Row("Add", f"{words(made.added)} of {made.diluent or '______________________'}",
            f"{words(made.added)} + {words(made.drawn)} = {words(made.bag)}"),
        Row("Label", f"{drug} {words(made.mass)} in {words(made.bag)}",
            f"{words(made.mass)} ÷ {words(made.bag)} = {words(made.concentration)}"),
    ]  # fmt: skip
    if plan.bag_change is not None:
        found.append(Row("The bag before", plan.bag_change.words, strong=True))
    if made.left is not None:
        volume, mass = made.left
        rest = f"{words(volume)}, {words(mass)}" if volume.value else "nothing is left in it"
        found.append(Row(left, "discard before a witness, and record", rest))
    else:
        found.append(Row(left, "discard before a witness, and record", "______ mL  ______ mg"))
    if made.left_in_vials is not None:
        volume, mass = made.left_in_vials
        found.append(Row("Left in the vial", "discard before a witness", f"{words(volume)}, {words(mass)}"))
    else:
        found.append(Row("Left in the vial", "discard before a witness, and record", "______ mL  ______ mg"))
    return tuple(found)


def _limit(one: Limit, plan: InfusionPlan | None) -> Row:
    label = one.provenance.label
    source = ", ".join(part for part in (one.citation, label) if part)
    here = one.here
    if plan is None:
        here = None  # a dose by hand has no rate to be held against it
    elif here is not None and "/h" in here.unit.code:
        # On the pump's own scale, rounded down, so that it can be held against the number that is set.
        made = plan.preparation
        steps = here.value / made.concentration.value // made.step.value
        here = Quantity(steps * made.step.value, "mL/h")
    shown = f", here {words(here)}" if here is not None else ""
    state = {True: "kept", False: "this order is above it", None: "cannot be compared"}[one.kept]
    if one.binds:
        return Row(one.title, f"{one.limit}{shown}: {state}", f"[{source}]", strong=True)
    return Row(
        one.title, f"{one.limit}{shown}: {state}", f"{one.why} [{source}]", strong=one.kept is not True
    )


_DRUGS = {
    "ketamine": "Racemic ketamine, amounts as base.",
    "esketamine": "S-ketamine and not racemic ketamine, amounts as base.",
}


def drug_of(protocol: Protocol) -> str:
    """What is in the vial, and how it is counted."""
    return _DRUGS[protocol.drug]


def empty() -> dict[str, Any]:
    """Every part that a sheet may lack, without content."""
    return dict(_NOTHING)


def foot_of(guidance: Guidance) -> str:
    """Protocol, version, site and digest."""
    return (
        f"Protocol {guidance.protocol} ({guidance.version}), regimen {guidance.regimen or 'none'}"
        + (f", as {guidance.site} runs it" if guidance.site else "")
        + f". Digest {guidance.digest[:12]}."
    )


def hand_limits(found: tuple[Limit, ...], binding: bool) -> tuple[Row, ...]:
    """The limits that bind, or the others, of a dose that is given by hand."""
    return tuple(_limit(one, None) for one in found if one.binds is binding)


def _onward(one: Converted) -> Row:
    """One source's way to go on: the day's total, its doses, and when the first is given."""
    label = ", ".join(part for part in (one.citation, one.provenance.label) if part)
    return Row(sentence(one.to), converted_words(one), f"[{label}]")


def line_rows(line: InTheLine, injected: bool = True) -> tuple[Row, ...]:
    """What may meet it in one line and what must not, and what the patient's other drugs do beside it.

    Args:
        injected: False where it goes through no line: then only the patient's other drugs are named.
    """
    beside = tuple(Row("Given to this patient", text, f"[{source}]") for text, source in line.taken)
    if not injected:
        return beside
    found = [
        Row("Never in one line or syringe", "; ".join(name for name, _ in line.never) or "none is named"),
        Row("Only on advice", "; ".join(name for name, _ in line.ask)),
        Row("May meet it", "; ".join(name for name, _ in line.may)),
        *beside,
    ]
    named = tuple(one for one in found if one.text)
    return (*named, Row("Any other drug", "not known to be compatible: ask the pharmacist"))


def hold_rows(protocol: Protocol, regimen: str) -> tuple[Row, ...]:
    """What lowers, holds or ends ketamine."""
    acts = {"stop": "stop", "pause": "hold", "reduce": "lower", "futility": "stop"}
    return tuple(
        Row(
            acts[rule.kind],
            sentence(predicate_words(rule.when)),
            f"[{rule.citation}]",
            strong=rule.kind == "stop",
        )
        for kind in acts
        for rule in protocol.rules
        if rule.kind == kind and (not rule.regimens or regimen in rule.regimens)
    )
