"""A plan printed for people: what is set up, the arithmetic, the limits, and what is watched when."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from adjuvant.cli.output import print_filled, print_sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adjuvant.plan import InfusionPlan, Limit, MonitoringSchedule, PumpCheck, RefusedPlan
    from adjuvant.plan.by_hand import HandPlan
    from adjuvant.plan.conversion import Converted
    from adjuvant.protocol import Guidance

__all__ = ["print_hand", "print_onward", "print_plan", "print_pump"]


def print_plan(
    plan: InfusionPlan | RefusedPlan, title: str, schedule: MonitoringSchedule | None, local: tzinfo
) -> None:
    """A plan for people, or why there is none."""
    from adjuvant.library.preparations import preparations
    from adjuvant.plan import RefusedPlan
    from adjuvant.plan.figures import container_words, drug_words, span_words, way_words, words
    from adjuvant.plan.order import cap_words

    _head(plan.guidance, title, local)
    if isinstance(plan, RefusedPlan):
        print("\n  NO RATE. No plan is given:")
        for reason in plan.reasons:
            print_filled(reason, 4)
        if plan.remedy:
            print_filled(f"What to do: {plan.remedy}")
        print("\n  A clinician decides.\n")
        return
    made, order = plan.preparation, plan.order
    drug = drug_words(order.drug)
    holds = container_words(order.mode)
    print(f"\n  SET THE PUMP TO  {words(made.rate)}\n")
    print_filled(f"{drug[:1].upper()}{drug[1:]}, {order.route}, {way_words(order.mode)}.")
    if order.weight is not None:
        print_filled(f"Weight: {order.weight.derivation}.")
    if cap_words(plan.guidance):
        print_filled(cap_words(plan.guidance))
    if made.vial_content is not None:
        mass, volume = made.vial_content
        print_filled(f"One vial holds {words(mass)} in {words(volume)}: {words(made.vial.strength)}.")
    print_filled(f"Draw up {words(made.drawn)} of {drug} {words(made.vial.strength)}: {words(made.mass)}.")
    print_filled(
        f"Add {words(made.added)} of {made.diluent or 'a diluent, not stated'}: {words(made.bag)} in all."
    )
    print_filled(f"Label: {drug} {words(made.mass)} in {words(made.bag)}, {words(made.concentration)}.")
    print_filled(f"Strength: {made.filled}.")
    if plan.bag_change is not None:
        print_filled(plan.bag_change.words)
    if made.volume is not None and order.over is not None:
        print_filled(f"Volume to be infused: {words(made.volume)} over {words(order.over)}.")
    else:
        print_filled(f"The {holds} lasts {span_words(made.lasts)}.")
    if made.left is not None:
        print_filled(
            f"Left in the {holds}, discarded before a witness: {words(made.left[0])}, {words(made.left[1])}."
        )
    if made.left_in_vials is not None:
        volume, mass = made.left_in_vials
        print_filled(
            f"Left in {made.vials} vial{'s' if made.vials != 1 else ''}, discarded before a witness: "
            f"{words(volume)}, {words(mass)}."
        )
    print_filled(
        f"Ordered {words(order.hourly)}, delivers {words(made.hourly)}: {words(made.lost_hourly)} less; "
        f"of the dose {words(made.lost)} less, "
        f"where rounding may take {words(preparations().greatest_rounding)}."
    )
    if plan.per_day is not None:
        print_filled(f"In 24 hours, for comparison only: {words(plan.per_day)}.")
    for name, lines in (
        ("From the order to the pump", made.there),
        ("From the pump back to the order", made.back),
    ):
        print(f"\n  {name}")
        print_sums([(one.sum, one.result) for one in lines])
    print("  Both meet.\n\n  Limits")
    _limits(plan.limits)
    print("\n  In one line")
    for name, drugs in (("never", plan.line.never), ("on advice", plan.line.ask), ("may", plan.line.may)):
        if drugs:
            print_filled(f"{name}: " + "; ".join(f"{drug} [{source}]" for drug, source in drugs), 4)
    for text, source in plan.line.taken:
        print_filled(f"{text} [{source}]", 4)
    if schedule is not None:
        _print_schedule(schedule, plan.guidance.instant, local)
    print()
    print_filled("Two people check, each alone. Nothing reaches the pump. A clinician decides.")
    print()


def print_pump(check: PumpCheck) -> None:
    """The rate that the pump shows beside the planned one."""
    if check.as_planned:
        print_filled("The pump is set as planned.")
    else:
        print_filled("THE PUMP IS NOT SET AS PLANNED. Stop and look.")
        print_filled(check.words, 4)
    print()


def print_hand(plan: HandPlan, title: str, schedule: MonitoringSchedule | None, local: tzinfo) -> None:
    """A plan by hand for people: what is given, when, and out of which vial."""
    from adjuvant.plan.figures import drug_words, words
    from adjuvant.plan.order import cap_words
    from adjuvant.timeline import local_text

    _head(plan.guidance, title, local)
    print(f"\n  GIVE BY HAND, {plan.route}: {words(plan.amount)} of {drug_words(plan.drug)}\n")
    if plan.weight is not None:
        print_filled(f"Weight: {plan.weight.derivation}.")
    if cap_words(plan.guidance):
        print_filled(cap_words(plan.guidance))
    if plan.times_per_day is not None:
        print_filled(f"{plan.times_per_day} times a day.")
    for one in plan.parts:
        part = f"part {one.number} of {len(plan.parts)}, " if len(plan.parts) > 1 else ""
        volume = ""
        if plan.vial is not None and plan.drawn is not None and one.volume is not None:
            exact = f"{words(one.volume)} before rounding"
            held = f", which holds {words(plan.held)}" if plan.held not in (None, one.amount) else ""
            volume = f": {words(plan.drawn)} of {words(plan.vial.strength)} ({exact}){held}"
        print_filled(f"{local_text(one.at, local)}, {part}{words(one.amount)}{volume}")
    print("\n  Limits")
    _limits(plan.limits)
    if schedule is not None:
        _print_schedule(schedule, plan.guidance.instant, local)
    print()
    print_filled("Two people check, each alone. No pump is set. A clinician decides.")
    print()


def print_onward(found: tuple[Converted, ...]) -> None:
    """What the day's total comes to by another route, as each source has it; nothing where none is asked."""
    from adjuvant.plan.figures import converted_words

    if not found:
        return
    print_filled(
        "If it goes on by another route, of the day's total as ordered; sources differ, none is chosen"
    )
    for one in found:
        label = f", {one.provenance.label}" if one.provenance.label else ""
        print_filled(f"{one.to}, by {converted_words(one)} [{one.citation}{label}]", 4)
    print()


def _head(guidance: Guidance, title: str, local: tzinfo) -> None:
    """For whom, when, and by which protocol and site."""
    from adjuvant.timeline import local_text

    example = " (an example profile, no site's own: not for use)" if guidance.example else ""
    print_filled(f"{title} (invented patient)", 0)
    print(f"\n{local_text(guidance.instant, local)}  {guidance.status.value.upper()}")
    print_filled(
        f"{guidance.protocol}, {guidance.regimen or 'no regimen'}, {guidance.site or 'no site'}{example}"
    )


def _limits(limits: Sequence[Limit]) -> None:
    if not limits:
        print_filled("None is known for this way of giving it.", 4)
    for limit in limits:
        kept = {True: "kept", False: "this order is above it", None: "cannot be compared"}[limit.kept]
        binds = "binds" if limit.binds else f"does not bind: {limit.why}"
        label = f", {limit.provenance.label}" if limit.provenance.label else ""
        print_filled(f"{limit.title}: {limit.limit}: {kept}; {binds} [{limit.citation}{label}]", 4)


def _print_schedule(schedule: MonitoringSchedule, now: datetime, local: tzinfo) -> None:
    """What is watched: the observation sets, then every time; what is past is called so."""
    from adjuvant.plan.rounds import grace_words, item_words, rounds, times_words
    from adjuvant.timeline import local_text

    grace = grace_words(schedule)
    print()
    print_filled(f"Watch, up to {local_text(schedule.until, local)}{f'; {grace}' if grace else ''}")
    for label, items in (("Before", schedule.before), ("Without a break", schedule.continuous)):
        if items:
            print_filled(f"{label}: {'; '.join(map(item_words, items))}", 4)
    found = rounds(schedule, now)
    for letter, items in found.sets:
        print_filled(f"{letter}: {'; '.join(items)}", 4)
    late = ", in brackets from when it is late" if any(one.late_after for one in schedule.due) else ""
    for times, heading in (
        (found.past, f"Past at {local_text(now, local)}; whether it was charted, `adjuvant alerts` says"),
        (found.to_come, f"To come{late}"),
    ):
        if times:
            print_filled(heading, 4)
        for day, words in times_words(times, local):
            print_filled(f"{day}: {words}", 6)
    if schedule.after:
        print_filled(f"After: {'; '.join(map(item_words, schedule.after))}", 4)
    for words in schedule.unstated:
        print_filled(words, 4)
    if not (schedule.due or schedule.before or schedule.continuous or schedule.after or schedule.unstated):
        print_filled("The protocol names nothing that is observed: the site says what is.", 4)
