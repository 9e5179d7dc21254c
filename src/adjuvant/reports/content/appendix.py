"""The appendix: each figure's derivation, step by step, and beneath them the facts."""

from __future__ import annotations

from adjuvant.opioids.model import DrugMean, Step
from adjuvant.outcomes.model import CourseOutcome, OpioidSummary, PainSummary, WindowPain
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.content.cites import Cites
from adjuvant.reports.content.facts import facts_blocks
from adjuvant.reports.content.model import Block, Derivation, Note, Section
from adjuvant.reports.content.opioids import drug_anchor
from adjuvant.reports.words import (
    change,
    count,
    hours,
    listed,
    number,
    percent,
    sentence,
)
from adjuvant.unknown import Unknown

__all__ = ["appendix_sections"]

_ROUNDING = "Figures are rounded for reading after the arithmetic, never before it."


def appendix_sections(outcome: CourseOutcome, clock: ReportClock, cites: Cites) -> tuple[Section, ...]:
    """Derivations first, then the facts they were made from."""
    blocks: list[Block] = [Note(_ROUNDING)]
    if outcome.pain is not None:
        blocks.append(_pain(outcome.pain, clock))
    if outcome.opioids is not None:
        blocks.append(_opioids(outcome.opioids))
        blocks += _drugs(outcome.opioids, cites)
    sections = [
        Section("derivations", "How each figure came about", "Appendix.", tuple(blocks), appendix=True)
    ]
    facts = facts_blocks(outcome, clock)
    if facts:
        sections.append(Section("facts", "The facts beneath", "Appendix.", facts, appendix=True))
    return tuple(sections)


def _pain(pain: PainSummary, clock: ReportClock) -> Derivation:
    steps = []
    for name, window in (("Before", pain.before), ("After", pain.after)):
        steps += _mean_steps(name, window, clock)
    if not isinstance(pain.change, Unknown) and not isinstance(pain.after.mean, Unknown):
        before = pain.before.mean if not isinstance(pain.before.mean, Unknown) else None
        if before is not None:
            ends = f"{number(pain.after.mean, 2)} − {number(before, 2)}"
            steps.append(f"Change: {ends} = {change(pain.change, 2)} points.")
    if isinstance(pain.percent, Unknown):
        steps.append(sentence(f"Percent: cannot evaluate, missing {listed(pain.percent.needs)}"))
    else:
        steps.append(f"Percent of the mean before: {percent(pain.percent, 2, signed=True)}.")
    steps += [sentence(caveat) for caveat in pain.caveats]
    result = "" if isinstance(pain.change, Unknown) else f"{change(pain.change)} points"
    return Derivation("d-pain", "Pain, time-weighted mean and change", result, tuple(steps))


def _mean_steps(name: str, window: WindowPain, clock: ReportClock) -> list[str]:
    asked = f"{name}, {clock.span_days(window.window)}: {count(window.scored, 'reading')} scored"
    asked += f", {window.not_assessable} not assessable and left out." if window.not_assessable else "."
    if isinstance(window.mean, Unknown) or isinstance(window.area, Unknown):
        needs = window.mean.needs if isinstance(window.mean, Unknown) else ("the area",)
        return [asked, sentence(f"{name}: cannot evaluate, missing {listed(needs)}")]
    covered = window.covered_share * window.window.hours
    area = (
        f"{name}: neighbouring readings joined by straight lines, gaps left out: {number(window.area, 2)} "
        f"point-hours over {number(covered, 2)} of {hours(window.window.hours)} "
        f"({percent(window.covered_share * 100)} covered)."
    )
    return [
        asked,
        area,
        f"{name}: {number(window.area, 2)} ÷ {number(covered, 2)} = {number(window.mean, 2)} points.",
    ]


def _opioids(opioids: OpioidSummary) -> Derivation:
    steps = []
    for name, window in (("Before", opioids.before), ("After", opioids.after)):
        parts = [f"{mean.label} {_mme(mean)}" for mean in window.drugs]
        if not window.complete and not window.per_day:
            steps.append(f"{name}: nothing could be counted; see the refusals.")
            continue
        whole = "" if window.complete else ", incomplete: a lower bound"
        steps.append(
            f"{name}: {' + '.join(parts) or 'no opioid'} = {number(window.per_day, 2)} MME a day, mean over "
            f"{hours(window.window.hours)}{whole}."
        )
    if isinstance(opioids.percent, Unknown):
        steps.append(sentence(f"Percent: cannot evaluate, missing {listed(opioids.percent.needs)}"))
    else:
        before, after = opioids.before.per_day, opioids.after.per_day
        steps.append(
            f"Change: {number(after, 2)} − {number(before, 2)} = {change(after - before, 2)}; "
            f"÷ {number(before, 2)} = {percent(opioids.percent, 2, signed=True)}."
        )
    result = "" if isinstance(opioids.percent, Unknown) else percent(opioids.percent, signed=True)
    return Derivation("d-opioids", f"All opioids, by {opioids.plan_title}", result, tuple(steps))


def _mme(mean: DrugMean) -> str:
    return "refused" if mean.mme_per_day is None else number(mean.mme_per_day, 2)


def _drugs(opioids: OpioidSummary, cites: Cites) -> list[Block]:
    labels = [item.label for item in opioids.drugs]
    found: list[Block] = []
    for item in opioids.drugs:
        for window, mean in (("before", item.before), ("after", item.after)):
            if mean is None:
                continue
            result = "refused" if mean.mme_per_day is None else f"{number(mean.mme_per_day)} MME a day"
            steps = tuple(_step(step, cites) for step in mean.derivation)
            found.append(
                Derivation(
                    drug_anchor(item.label, labels, window),
                    f"{item.label}, {window}",
                    result,
                    steps or ("The engine gave no steps for this figure.",),
                )
            )
    return found


def _step(step: Step, cites: Cites) -> str:
    parts = [sentence(step.text)]
    if step.row:
        parts.append(f"Row {step.row}.")
    if step.citation is not None:
        parts.append(f"{cites.ref(step.citation, step.provenance)}.")
    return " ".join(parts)
