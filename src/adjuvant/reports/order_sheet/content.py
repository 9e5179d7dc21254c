"""What stands on an order sheet, in words, so that HTML and PDF say the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adjuvant.library.vocabulary import observations
from adjuvant.plan import InfusionPlan, InTheLine, MonitoringSchedule, RefusedPlan
from adjuvant.plan.conversion import Converted
from adjuvant.plan.figures import converted_words, drug_words, figure, span_words, words
from adjuvant.plan.limits import Limit
from adjuvant.plan.order import cap_words
from adjuvant.protocol import Protocol, Sited, Situation
from adjuvant.protocol.guidance import Guidance
from adjuvant.protocol.regimen import Course
from adjuvant.protocol.words import group_words, predicate_words
from adjuvant.quantity import Quantity
from adjuvant.reports.order_sheet.model import BLANK, OrderSheet, Row
from adjuvant.timeline import local_text, zone

__all__ = [
    "drug_of",
    "empty",
    "foot_of",
    "hand_limits",
    "hold_rows",
    "late_of",
    "line_rows",
    "order_sheet",
    "sentence",
    "watch_rows",
]

_WATCHED = timedelta(hours=2)
"""How much of the schedule is printed as times; the rest is printed as its intervals."""


def order_sheet(
    plan: InfusionPlan | RefusedPlan,
    sited: Sited,
    situation: Situation,
    schedule: MonitoringSchedule | None = None,
    title: str = "",
    onward: tuple[Converted, ...] = (),
) -> OrderSheet:
    """The sheet of a plan, or of its refusal.

    Args:
        title: a line about the patient, such as a scenario's.
        onward: by other routes, where the protocol goes on by one.
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
        made = {**_NOTHING, **_given(plan, sited.protocol, schedule)}
    regimen = sited.protocol.regimens.get(guidance.regimen)
    drug = sentence(drug_words(sited.protocol.drug))
    return OrderSheet(
        title=f"{drug} infusion order" if given else f"{drug}: no order",
        subject=title or facts.patient,
        banner=f"Example, not for use: {why}." if why else "",
        who=_who(plan, situation, title, regimen.course if regimen is not None else None),
        refused=plan.reasons if isinstance(plan, RefusedPlan) else (),
        remedy=plan.remedy if isinstance(plan, RefusedPlan) else "",
        onward=tuple(_onward(one) for one in onward) if given else (),
        drug=drug_of(sited.protocol),
        late=late_of(schedule),
        hold=hold_rows(sited.protocol, guidance.regimen) if given else (),
        signatures=("Prescriber, time", "Pharmacist, time", "Nurse in charge, time")
        if given
        else ("Read by, time",),
        foot=foot_of(guidance),
        at=guidance.instant,
        **made,
    )


_NOTHING: Mapping[str, Any] = {
    "rate": ("", ""), "beside": (), "ordered": "", "prepare": (), "there": (), "back": (), "meet": "",
    "limits": (), "others": (), "line": (), "watch": (), "checks": (), "by_hand": (),
}  # fmt: skip


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
        return f"a rate, {plan.order.action}"
    of = f" of {course.infusions}" if course is not None and course.infusions is not None else ""
    within = f" in {words(course.within)}" if course is not None and course.within is not None else ""
    return f"{given + 1}{of}{within}"


def _given(plan: InfusionPlan, protocol: Protocol, schedule: MonitoringSchedule | None) -> Mapping[str, Any]:
    made, order = plan.preparation, plan.order
    lost = (
        f"{words(made.lost_hourly)} less, {words(made.lost)} of the order"
        if made.lost.value
        else "nothing lost"
    )
    day = f" In 24 hours: {figure(plan.per_day.value)} mg." if plan.per_day is not None else ""
    beside = [("Dose", words(made.total if made.total is not None else made.hourly))]
    if made.volume is not None and order.over is not None:
        beside += [("Volume to be infused", words(made.volume)), ("Over", words(order.over))]
    else:
        beside.append(("Bag lasts", span_words(made.lasts)))
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
        "watch": watch_rows(protocol, plan.guidance.regimen, order.due, schedule),
        "checks": plan.checks,
    }


def _prepare(plan: InfusionPlan) -> tuple[Row, ...]:
    made, drug = plan.preparation, drug_words(plan.order.drug)
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
        rest = f"{words(volume)}, {words(mass)}" if volume.value else "nothing is left in the bag"
        found.append(Row("Left in the bag", "discard before a witness, and record", rest))
    else:
        found.append(Row("Left in the bag", "discard before a witness, and record", "______ mL  ______ mg"))
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


def line_rows(line: InTheLine) -> tuple[Row, ...]:
    """What may meet it in one line, and what must not."""
    found = [
        Row("Never in one line or syringe", "; ".join(name for name, _ in line.never) or "none is named"),
        Row("Only on advice", "; ".join(name for name, _ in line.ask)),
        Row("May meet it", "; ".join(name for name, _ in line.may)),
        *(Row("Given to this patient", text, f"[{source}]") for text, source in line.taken),
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


def _hours(schedule: MonitoringSchedule, start: datetime) -> int:
    return round((schedule.until - start) / timedelta(hours=1))


def _title(item: str) -> str:
    """An observation's name within a sentence; a name that is written in capitals stays so."""
    name = observations()[item].title
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def late_of(schedule: MonitoringSchedule | None) -> str:
    """When what is due is late: the site's grace, or that it has set none."""
    if schedule is None or not schedule.due:
        return ""
    grace = {one.late_after - one.at for one in schedule.due if one.late_after is not None}
    if not grace:
        return "; no grace is set, so that nothing is called late"
    return (
        f"; late {' or '.join(str(one // timedelta(minutes=1)) for one in sorted(grace))} min after it is due"
    )


def sentence(text: str) -> str:
    """A phrase with a capital."""
    return text[:1].upper() + text[1:]


def watch_rows(
    protocol: Protocol, regimen: str, start: datetime, schedule: MonitoringSchedule | None
) -> tuple[Row, ...]:
    """What is observed, in minutes from the start."""
    if schedule is None:
        return tuple(
            Row("", group_words(one))
            for one in protocol.monitoring
            if not one.regimens or regimen in one.regimens
        )
    found: dict[tuple[str, ...], list[str]] = {}
    for one in schedule.due_in(start, start + _WATCHED + timedelta(microseconds=1)):
        minutes = (one.at - start) // timedelta(minutes=1)
        for item in one.items:
            found.setdefault((item,), []).append(str(minutes))
    for one in schedule.due:  # what comes later than that has its first time
        for item in one.items:
            found.setdefault((item,), [str((one.at - start) // timedelta(minutes=1))])
    together: dict[tuple[str, ...], list[str]] = {}
    for (item,), times in found.items():
        more = ("…",) if any(item in one.items for one in schedule.due if one.at > start + _WATCHED) else ()
        together.setdefault((*times, *more), []).append(_title(item))
    rows = [
        Row(", ".join(times), sentence("; ".join(items)))
        for times, items in sorted(together.items(), key=lambda pair: (-len(pair[0]), pair[1]))
    ]
    later = [one for one in schedule.due if one.at > start + _WATCHED]
    if later:
        rows.append(
            Row("Then", f"{len(later)} more times in the {_hours(schedule, start)} h after the start")
        )
    if schedule.before:
        rows.insert(0, Row("Before", sentence("; ".join(_title(one) for one in schedule.before))))
    if schedule.continuous:
        rows.insert(
            0, Row("Without a break", "; ".join(observations()[one].title for one in schedule.continuous))
        )
    return tuple(rows)
