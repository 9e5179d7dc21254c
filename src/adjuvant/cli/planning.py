"""`adjuvant plan`: the plan of one step of a scenario, printed and written as an order sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from adjuvant.cli.basis import print_evidence
from adjuvant.cli.output import print_json
from adjuvant.cli.plan_beside import print_ledger, print_reviews, print_stages
from adjuvant.cli.plan_words import print_hand, print_onward, print_plan, print_pump
from adjuvant.cli.stated import check_stated
from adjuvant.errors import InputError, QuantityError, UsageError

if TYPE_CHECKING:
    from adjuvant.plan import InfusionPlan, MonitoringSchedule, OpioidStages, PumpCheck, RefusedPlan
    from adjuvant.plan.by_hand import HandPlan
    from adjuvant.plan.conversion import Converted
    from adjuvant.protocol import Sited, Situation
    from adjuvant.protocol.dosing import DosingWeight
    from adjuvant.protocol.scenario import Told

__all__ = ["Beside", "monitored", "plan_scenario"]

_WATCHED = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is asked about the opioids beside ketamine; see `adjuvant.plan.opioid_stages`."""

    opioids: Path | None = None
    cut: str | None = None
    stop: str = ""
    removed: str | None = None


def plan_scenario(
    path: Path,
    step: int,
    stated: dict[str, str | None],
    beside: Beside,
    pump_shows: str | None,
    out: Path | None,
    replace: bool,
    as_json: bool,
) -> bool:
    """Plan one step of a scenario.

    Args:
        out: where the sheet is written; None for nowhere.
        replace: whether a sheet of another plan under the same name is replaced.
    Returns:
        Whether there is a plan; False where it was refused.
    Raises:
        UsageError: the scenario has no such step, or a sheet would be replaced that may not be.
    """
    from adjuvant import protocol
    from adjuvant.plan import course_reviews, draft, ledger, read_setup
    from adjuvant.plan.beside_wire import ledger_json, opioid_stages_json
    from adjuvant.plan.by_hand import HandPlan, by_hand
    from adjuvant.plan.course_reviews import course_reviews_json, reviewed
    from adjuvant.plan.wire import hand_json, onward_json, plan_json, pump_json
    from adjuvant.protocol.asked import check_asked
    from adjuvant.protocol.evidence_wire import evidence_json
    from adjuvant.protocol.present import present
    from adjuvant.timeline import zone

    told = protocol.read_scenario(path)
    steps = told.scenario.steps
    if step > len(steps):
        raise UsageError(
            f"step {step}", f"is not in the scenario, which has {len(steps)}", "choose one of them"
        )
    sited = protocol.sited(protocol.named(told.scenario.protocol, path.parent), told.site)
    check_asked(told, sited)
    situation = protocol.Situation.at(told.at(steps[step - 1]), protocol.facts_of(told))
    guidance = protocol.evaluate(sited, situation, told.scenario.regimen)
    setup = read_setup(**stated)
    check_stated(setup, sited, guidance)
    plan: InfusionPlan | RefusedPlan | HandPlan
    plan = by_hand(guidance, sited, situation, setup) or draft(guidance, sited, situation, setup)
    weight = protocol_weight(sited, situation, guidance.regimen)
    counted = situation
    if guidance.regimen in sited.protocol.regimens:
        counted = present(situation, sited.protocol.regimens[guidance.regimen], weight)
    schedule = monitored(plan, sited, counted)
    stages = _stages(beside, sited, situation)
    check = _pump(pump_shows, plan)
    further = _onward(plan, sited)
    courses = ledger(situation.facts.ketamine, situation.instant, weight, reviewed(situation))
    reviews = course_reviews(sited, guidance.regimen, situation)
    written: tuple[Path, ...] = ()
    if out is not None:
        from adjuvant.reports.order_sheet import hand_sheet, order_sheet, write_order

        if isinstance(plan, HandPlan):
            sheet = hand_sheet(plan, sited, counted, schedule, told.scenario.title, stages, courses, reviews)
        else:
            title = told.scenario.title
            sheet = order_sheet(plan, sited, counted, schedule, title, further, stages, courses, reviews)
        written = write_order(sheet, out, _names(told, step), replace=replace)
    if as_json:
        print_json(
            {
                **(hand_json(plan, schedule) if isinstance(plan, HandPlan) else plan_json(plan, schedule)),
                "evidence": evidence_json(sited.protocol),
                "pump_check": pump_json(check) if check is not None else None,
                "onward": onward_json(further),
                "opioids": opioid_stages_json(stages) if stages is not None else None,
                "ledger": ledger_json(courses),
                "reviews": course_reviews_json(reviews),
                "files": [str(one) for one in written],
            }
        )
    else:
        local = zone(told.scenario.zone)
        if isinstance(plan, HandPlan):
            print_hand(plan, told.scenario.title, schedule, local)
        else:
            print_plan(plan, told.scenario.title, schedule, local)
        print_evidence(guidance, sited)
        print_onward(further)
        if check is not None:
            print_pump(check)
        if stages is not None:
            print_stages(stages, local)
        print_ledger(courses, local)
        print_reviews(reviews, local)
        for one in written:
            print(f"  {one}")
    return not plan_refused(plan)


def _names(told: Told, step: int) -> tuple[str, ...]:
    """What the files are named by; scenarios of two protocols often have one name."""
    scenario = told.scenario
    steps = (f"step-{step}",) if len(scenario.steps) > 1 else ()
    return (scenario.protocol.replace("_", "-"), scenario.scenario.replace("_", "-"), *steps)


def _onward(plan: InfusionPlan | RefusedPlan | HandPlan, sited: Sited) -> tuple[Converted, ...]:
    from adjuvant.plan import InfusionPlan
    from adjuvant.plan.conversion import onward
    from adjuvant.protocol import load, protocol_keys

    if not isinstance(plan, InfusionPlan) or not sited.protocol.regimens[plan.guidance.regimen].conversions:
        return ()
    return onward(plan, sited, (load(key).protocol for key in protocol_keys()))


def protocol_weight(sited: Sited, situation: Situation, regimen: str) -> DosingWeight | None:
    """The weight of the regimen at this instant; None where there is none."""
    from adjuvant.protocol.evaluate import dosing_weight
    from adjuvant.unknown import Unknown

    weight = dosing_weight(sited, situation, regimen)
    return None if isinstance(weight, Unknown) else weight


def _stages(beside: Beside, sited: Sited, situation: Situation) -> OpioidStages | None:
    from adjuvant.cli.mme import regimen_text
    from adjuvant.library import spread_plans
    from adjuvant.opioids import read_regimen
    from adjuvant.plan import opioid_stages
    from adjuvant.quantity import parse_quantity
    from adjuvant.timeline import parse_instant

    if beside.opioids is None:
        if beside.cut or beside.stop or beside.removed:
            raise UsageError(
                "--cut, --stop, --patch-removed", "ask about opioids that are not given", "add --opioids"
            )
        return None
    lines = read_regimen(regimen_text(beside.opioids), str(beside.opioids))
    try:
        cut = parse_quantity(beside.cut) if beside.cut is not None else None
    except QuantityError as error:
        raise UsageError(f"--cut {beside.cut!r}", error.rule, "write it such as 25 %") from None
    removed = parse_instant(beside.removed) if beside.removed is not None else None
    if removed is not None and removed > situation.instant:
        raise InputError(
            f"--patch-removed {beside.removed}",
            f"is later than the instant of the advice, {situation.instant.isoformat()}",
            "state when it was seen to be off; what is still to come was not seen",
        )
    return opioid_stages(lines, sited.protocol, spread_plans(), cut, beside.stop, removed)


def _pump(shows: str | None, plan: InfusionPlan | RefusedPlan | HandPlan) -> PumpCheck | None:
    """The rate on the pump's display against the plan; None where none was read off, or there is no plan."""
    from adjuvant.plan import InfusionPlan, check_pump
    from adjuvant.quantity import parse_quantity

    if shows is None or not isinstance(plan, InfusionPlan):
        return None
    try:
        rate = parse_quantity(shows).to("mL/h")
    except QuantityError as error:
        raise UsageError(f"--pump-shows {shows!r}", error.rule, "write it in mL/h") from None
    return check_pump(plan.preparation, rate)


def plan_refused(plan: InfusionPlan | RefusedPlan | HandPlan) -> bool:
    """Whether there is no plan."""
    from adjuvant.plan import RefusedPlan

    return isinstance(plan, RefusedPlan)


def monitored(
    plan: InfusionPlan | RefusedPlan | HandPlan, sited: Sited, situation: Situation
) -> MonitoringSchedule | None:
    """What is watched in the first day, counted from the planned start, or from what runs already."""
    from adjuvant.plan import InfusionPlan, Running, monitoring_schedule
    from adjuvant.plan.by_hand import HandPlan
    from adjuvant.protocol.judge import span

    if isinstance(plan, HandPlan):
        first = plan.parts[0].at
        given = Running(first, plan.parts[-1].at, boluses=(first,))
        return monitoring_schedule(sited, plan.guidance.regimen, given, first + _WATCHED)
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
