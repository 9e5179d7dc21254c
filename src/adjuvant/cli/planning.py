"""`adjuvant plan`: the plan of one step of a scenario, printed and written as an order sheet."""

from __future__ import annotations

import textwrap
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from adjuvant.cli.output import print_json
from adjuvant.errors import UsageError

if TYPE_CHECKING:
    from adjuvant.plan import InfusionPlan, MonitoringSchedule, RefusedPlan
    from adjuvant.protocol import Sited, Situation

__all__ = ["plan_scenario"]

_WIDTH = 100
_WATCHED = timedelta(hours=24)


def plan_scenario(
    path: Path, step: int, stated: dict[str, str | None], out: Path | None, as_json: bool
) -> bool:
    """Plan one step of a scenario.

    Returns:
        Whether there is a plan; False where it was refused.
    Raises:
        UsageError: the scenario has no such step.
    """
    from adjuvant import protocol
    from adjuvant.plan import draft, read_setup
    from adjuvant.plan.wire import plan_json
    from adjuvant.timeline import zone

    told = protocol.read_scenario(path)
    steps = told.scenario.steps
    if step > len(steps):
        raise UsageError(
            f"step {step}", f"is not in the scenario, which has {len(steps)}", "choose one of them"
        )
    sited = protocol.sited(protocol.load(told.scenario.protocol), told.site)
    situation = protocol.Situation.at(told.at(steps[step - 1]), protocol.facts_of(told))
    guidance = protocol.evaluate(sited, situation, told.scenario.regimen)
    plan = draft(guidance, sited, situation, read_setup(**stated))
    schedule = _schedule(plan, sited, situation)
    written: tuple[Path, ...] = ()
    if out is not None:
        from adjuvant.reports.order_sheet import order_sheet, write_order

        sheet = order_sheet(plan, sited, situation, schedule, told.scenario.title)
        written = write_order(
            sheet, out, (told.scenario.scenario, *([f"step {step}"] if len(steps) > 1 else []))
        )
    if as_json:
        print_json({**plan_json(plan, schedule), "files": [str(one) for one in written]})
    else:
        _print(plan, told.scenario.title, schedule, zone(told.scenario.zone))
        for one in written:
            print(f"  {one}")
    return not plan_refused(plan)


def plan_refused(plan: InfusionPlan | RefusedPlan) -> bool:
    """Whether there is no plan."""
    from adjuvant.plan import RefusedPlan

    return isinstance(plan, RefusedPlan)


def _schedule(
    plan: InfusionPlan | RefusedPlan, sited: Sited, situation: Situation
) -> MonitoringSchedule | None:
    """What is watched in the first day, counted from the planned start, or from what runs already."""
    from adjuvant.plan import InfusionPlan, Running, monitoring_schedule
    from adjuvant.protocol.judge import span

    if not isinstance(plan, InfusionPlan):
        return None
    due = plan.order.due
    ended = due + span(plan.order.over) if plan.order.over is not None else None
    running = Running(due, ended)
    began = situation.state.began
    if plan.order.over is None and began is not None:
        # A change of the rate begins those groups anew that the protocol says, and no others.
        changed = (due,) if plan.order.action in ("raise", "lower") else ()
        running = Running(began, None, changed)
    return monitoring_schedule(sited, plan.guidance.regimen, running, due + _WATCHED)


def _print(
    plan: InfusionPlan | RefusedPlan, title: str, schedule: MonitoringSchedule | None, local: tzinfo
) -> None:
    from adjuvant.plan import RefusedPlan
    from adjuvant.plan.figures import span_words, words
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
    print(f"\n  SET THE PUMP TO  {words(made.rate)}\n")
    if order.weight is not None:
        _line(f"Weight: {order.weight.derivation}.")
    _line(f"Draw up {words(made.drawn)} of ketamine {words(made.vial.strength)}: {words(made.mass)}.")
    _line(f"Add {words(made.added)} of {made.diluent or 'a diluent, not stated'}: {words(made.bag)} in all.")
    _line(f"Label: ketamine {words(made.mass)} in {words(made.bag)}, {words(made.concentration)}.")
    _line(f"Strength: {made.filled}.")
    if made.volume is not None and order.over is not None:
        _line(f"Volume to be infused: {words(made.volume)} over {words(order.over)}.")
    else:
        _line(f"The bag lasts {span_words(made.lasts)}.")
    if made.left is not None:
        _line(f"Left in the bag, discarded before a witness: {words(made.left[0])}, {words(made.left[1])}.")
    if made.left_in_vials is not None:
        volume, mass = made.left_in_vials
        _line(f"Left in {made.vials} vials, discarded before a witness: {words(volume)}, {words(mass)}.")
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


def _line(text: str, indent: int = 2) -> None:
    pad = " " * indent
    print(textwrap.fill(text, _WIDTH, initial_indent=pad, subsequent_indent=pad + "  "))
