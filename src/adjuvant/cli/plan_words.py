"""A plan, the opioids beside it and the ledger of courses, printed for people."""

from __future__ import annotations

import textwrap
from datetime import tzinfo
from typing import TYPE_CHECKING

from adjuvant.cli.output import line_width

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adjuvant.opioids import DailyMME
    from adjuvant.plan import (
        CourseReview,
        InfusionPlan,
        Ledger,
        MonitoringSchedule,
        OpioidStages,
        PumpCheck,
        RefusedPlan,
    )
    from adjuvant.plan.by_hand import HandPlan
    from adjuvant.plan.conversion import Converted

__all__ = [
    "print_hand",
    "print_ledger",
    "print_onward",
    "print_plan",
    "print_pump",
    "print_reviews",
    "print_stages",
]


def print_plan(
    plan: InfusionPlan | RefusedPlan, title: str, schedule: MonitoringSchedule | None, local: tzinfo
) -> None:
    """A plan for people, or why there is none."""
    from adjuvant.plan import RefusedPlan
    from adjuvant.plan.figures import drug_words, span_words, words
    from adjuvant.plan.order import cap_words
    from adjuvant.timeline import local_text

    guidance = plan.guidance
    example = " (an example profile, no site's own: not for use)" if guidance.example else ""
    print(f"{title} (invented patient)\n")
    print(f"{local_text(guidance.instant, local)}  {guidance.status.value.upper()}")
    _line(f"{guidance.protocol}, {guidance.regimen or 'no regimen'}, {guidance.site or 'no site'}{example}")
    if isinstance(plan, RefusedPlan):
        print("\n  NO RATE. No plan is given:")
        for reason in plan.reasons:
            _line(reason, 4)
        if plan.remedy:
            _line(f"What to do: {plan.remedy}")
        print("\n  A clinician decides.\n")
        return
    made, order = plan.preparation, plan.order
    drug = drug_words(order.drug)
    print(f"\n  SET THE PUMP TO  {words(made.rate)}\n")
    if order.weight is not None:
        _line(f"Weight: {order.weight.derivation}.")
    if cap_words(guidance):
        _line(cap_words(guidance))
    if made.vial_content is not None:
        mass, volume = made.vial_content
        _line(f"One vial holds {words(mass)} in {words(volume)}: {words(made.vial.strength)}.")
    _line(f"Draw up {words(made.drawn)} of {drug} {words(made.vial.strength)}: {words(made.mass)}.")
    _line(f"Add {words(made.added)} of {made.diluent or 'a diluent, not stated'}: {words(made.bag)} in all.")
    _line(f"Label: {drug} {words(made.mass)} in {words(made.bag)}, {words(made.concentration)}.")
    _line(f"Strength: {made.filled}.")
    if plan.bag_change is not None:
        _line(plan.bag_change.words)
    if made.volume is not None and order.over is not None:
        _line(f"Volume to be infused: {words(made.volume)} over {words(order.over)}.")
    else:
        _line(f"The bag lasts {span_words(made.lasts)}.")
    if made.left is not None:
        _line(f"Left in the bag, discarded before a witness: {words(made.left[0])}, {words(made.left[1])}.")
    if made.left_in_vials is not None:
        volume, mass = made.left_in_vials
        _line(
            f"Left in {made.vials} vial{'s' if made.vials != 1 else ''}, discarded before a witness: "
            f"{words(volume)}, {words(mass)}."
        )
    _line(
        f"Ordered {words(order.hourly)}, delivers {words(made.hourly)}: {words(made.lost_hourly)} less; "
        f"of the dose {words(made.lost)} less."
    )
    if plan.per_day is not None:
        _line(f"In 24 hours, for comparison only: {words(plan.per_day)}.")
    for name, lines in (
        ("From the order to the pump", made.there),
        ("From the pump back to the order", made.back),
    ):
        print(f"\n  {name}")
        for one in lines:
            print(f"    {one.sum:<58} {one.result:>20}")
    print("  Both meet.\n\n  Limits")
    for limit in plan.limits:
        kept = {True: "kept", False: "this order is above it", None: "cannot be compared"}[limit.kept]
        binds = "binds" if limit.binds else f"does not bind: {limit.why}"
        label = f", {limit.provenance.label}" if limit.provenance.label else ""
        _line(f"{limit.title}: {limit.limit}: {kept}; {binds} [{limit.citation}{label}]", 4)
    print("\n  In one line")
    for name, drugs in (("never", plan.line.never), ("on advice", plan.line.ask), ("may", plan.line.may)):
        if drugs:
            _line(f"{name}: " + "; ".join(f"{drug} [{source}]" for drug, source in drugs), 4)
    for text, source in plan.line.taken:
        _line(f"{text} [{source}]", 4)
    if schedule is not None:
        _print_schedule(schedule, local)
    print("\n  Two people check, each alone. Nothing reaches the pump. A clinician decides.\n")


def print_pump(check: PumpCheck) -> None:
    """The rate that the pump shows beside the planned one."""
    if check.as_planned:
        _line("The pump is set as planned.")
    else:
        _line("THE PUMP IS NOT SET AS PLANNED. Stop and look.")
        _line(check.words, 4)
    print()


def print_hand(plan: HandPlan, title: str, schedule: MonitoringSchedule | None, local: tzinfo) -> None:
    """A plan by hand for people: what is given, when, and out of which vial."""
    from adjuvant.plan.figures import drug_words, words
    from adjuvant.plan.order import cap_words
    from adjuvant.timeline import local_text

    guidance = plan.guidance
    example = " (an example profile, no site's own: not for use)" if guidance.example else ""
    print(f"{title} (invented patient)\n")
    print(f"{local_text(guidance.instant, local)}  {guidance.status.value.upper()}")
    _line(f"{guidance.protocol}, {guidance.regimen}, {guidance.site or 'no site'}{example}")
    print(f"\n  GIVE BY HAND, {plan.route}: {words(plan.amount)} of {drug_words(plan.drug)}\n")
    if plan.weight is not None:
        _line(f"Weight: {plan.weight.derivation}.")
    if cap_words(guidance):
        _line(cap_words(guidance))
    if plan.times_per_day is not None:
        _line(f"{plan.times_per_day} times a day.")
    for one in plan.parts:
        part = f"part {one.number} of {len(plan.parts)}, " if len(plan.parts) > 1 else ""
        volume = ""
        if plan.vial is not None and plan.drawn is not None and one.volume is not None:
            exact = f"{words(one.volume)} before rounding"
            volume = f": {words(plan.drawn)} of {words(plan.vial.strength)} ({exact})"
        _line(f"{local_text(one.at, local)}, {part}{words(one.amount)}{volume}")
    print("\n  Limits")
    for limit in plan.limits:
        kept = {True: "kept", False: "this order is above it", None: "cannot be compared"}[limit.kept]
        binds = "binds" if limit.binds else f"does not bind: {limit.why}"
        _line(f"{limit.title}: {limit.limit}: {kept}; {binds} [{limit.citation}]", 4)
    if schedule is not None:
        _print_schedule(schedule, local)
    print("\n  Two people check, each alone. No pump is set. A clinician decides.\n")


def print_onward(found: tuple[Converted, ...]) -> None:
    """What the day's total comes to by another route, as each source has it; nothing where none is asked."""
    from adjuvant.plan.figures import converted_words

    if not found:
        return
    print("  If it goes on by another route, of the day's total as ordered; sources differ, none is chosen")
    for one in found:
        label = f", {one.provenance.label}" if one.provenance.label else ""
        _line(f"{one.to}, by {converted_words(one)} [{one.citation}{label}]", 4)
    print()


def _print_schedule(schedule: MonitoringSchedule, local: tzinfo) -> None:
    from adjuvant.timeline import local_text

    print(f"\n  Watch, up to {local_text(schedule.until, local)}")
    for label, items in (("before", schedule.before), ("without a break", schedule.continuous)):
        if items:
            _line(f"{label}: {', '.join(items)}", 4)
    for due in schedule.due:
        late = ""
        if due.late_after is not None:
            late = f", late after {due.late_after.astimezone(local).strftime('%H:%M')}"
        _line(f"{local_text(due.at, local)}{late}: {', '.join(due.items)}", 4)
    for label, items in (("after", schedule.after), ("when is not said", schedule.unstated)):
        if items:
            _line(f"{label}: {', '.join(items)}", 4)


def print_stages(found: OpioidStages) -> None:
    """MME a day at each stage, by drug and by table; nothing of it is applied."""
    from adjuvant.cli.output import CAVEAT, print_columns
    from adjuvant.quantity import show

    print("  The opioids")
    if found.statement:
        _line(f"{found.statement} [{found.citation}]", 4)
    _line(f"Cuts that the protocol leaves: {', '.join(map(str, found.choices))}.", 4)
    for stage in found.stages:
        print(f"\n  {stage.title}, MME a day")
        drugs = sorted({name for one in stage.mme for name in one.by_drug})
        rows = [
            [
                one.plan,
                *(_figure(one, name) for name in drugs),
                show(one.total.value) + ("" if one.total.complete else ", not complete"),
            ]
            for one in stage.mme
        ]
        print_columns(["table", *drugs, "all"], rows, range(1, len(drugs) + 2))
    for note in found.notes:
        _line(note, 4)
    if found.review_after is not None:
        _line(f"Reviewed after {found.review_after}.", 4)
    print(f"  {CAVEAT}\n")


def _figure(one: DailyMME, name: str) -> str:
    """MME a day of one drug; a table that does not value it says so, and never nought."""
    from adjuvant.quantity import show

    total = one.by_drug.get(name)
    if total is None:
        return "none"
    if total.complete:
        return show(total.value)
    return f"at least {show(total.value)}" if total.value else "refused"


def print_ledger(found: Ledger, local: tzinfo) -> None:
    """Courses so far, what was given in all, and which reviews are due before another."""
    from adjuvant.plan.figures import words
    from adjuvant.timeline import local_text

    print("  Courses so far")
    if not found.courses:
        _line("none charted", 4)
    for n, one in enumerate(found.courses, 1):
        end = f"to {local_text(one.ended, local)}" if one.ended is not None else "runs"
        least = "" if one.complete else "at least "
        began = local_text(one.began, local)
        _line(f"{n}. {began} {end}: {least}{words(one.given)}", 4)
    if found.courses:
        _line(f"In all {'' if found.complete else 'at least '}{words(found.lifetime)}.", 4)
    for lack in found.lacking:
        _line(lack, 4)


def print_reviews(reviews: Iterable[CourseReview], local: tzinfo) -> None:
    """The reviews of liver and bladder: last charted, due, and that no interval is given where none is."""
    from adjuvant.timeline import local_text

    for one in reviews:
        last = f"last {local_text(one.last, local)}" if one.last is not None else "never charted"
        if one.due_at is not None:
            late = "OVERDUE since" if one.overdue else "due"
            when = f"{late} {local_text(one.due_at, local)}"
        else:
            when = "no interval is given" if one.every is None else "no course yet"
        _line(f"{one.asks[:1].upper()}{one.asks[1:]}: {last}; {when}.", 4)
        if one.due:
            begun = "; a further course was begun without it" if one.skipped else ""
            _line(f"Due before another course{begun} (a rule of the house).", 6)
    print()


def _line(text: str, indent: int = 2) -> None:
    pad = " " * indent
    print(textwrap.fill(text, line_width(), initial_indent=pad, subsequent_indent=pad + "  "))
