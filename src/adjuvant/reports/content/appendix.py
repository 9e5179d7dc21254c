"""The appendix: each figure's derivation, the readings and days it rests on, and the fate of every row."""

from __future__ import annotations

from datetime import datetime

from adjuvant.opioids.model import DrugMean, Step
from adjuvant.outcomes.model import CourseOutcome, OpioidSummary, PainSummary, WindowPain
from adjuvant.reports.clock import ReportClock, offset_words
from adjuvant.reports.content.cites import Cites
from adjuvant.reports.content.model import Block, Cell, Column, Derivation, Note, Section, Table
from adjuvant.reports.content.opioids import drug_anchor, refusal_lines
from adjuvant.reports.words import (
    NBSP,
    amount,
    change,
    count,
    hours,
    listed,
    number,
    percent,
    plain,
    sentence,
)
from adjuvant.timeline import Interval
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
    sections = [Section("derivations", "How each figure came about", "", tuple(blocks), appendix=True)]
    facts: list[Block] = [
        block
        for block in (
            _ketamine(outcome, clock),
            _days(outcome.opioids, clock),
            _readings(outcome, clock),
            *_sedation(outcome, clock),
            _rows(outcome),
        )
        if block is not None
    ]
    if facts:
        sections.append(Section("facts", "The facts beneath", "", tuple(facts), appendix=True))
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
    steps += [sentence(plain(caveat)) for caveat in pain.caveats]
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
        parts = [f"{plain(mean.label)} {_mme(mean)}" for mean in window.drugs]
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
                    f"{plain(item.label)}, {window}",
                    result,
                    steps or ("The engine gave no steps for this figure.",),
                )
            )
    return found


def _step(step: Step, cites: Cites) -> str:
    parts = [sentence(plain(step.text))]
    if step.row:
        parts.append(f"Row {plain(step.row)}.")
    if step.citation is not None:
        parts.append(f"{cites.ref(step.citation, step.provenance)}.")
    return " ".join(parts)


def _ketamine(outcome: CourseOutcome, clock: ReportClock) -> Derivation | None:
    exposures = outcome.course.exposures
    if not exposures:
        return None
    columns = (
        Column("From", share=24),
        Column("To", share=24),
        Column("Amount", True, 12),
        Column("Rate", True, 14),
        Column("As charted", share=26),
    )
    rows = tuple(
        (
            Cell(clock.full(item.start)),
            Cell(clock.full(item.end) if item.end > item.start else "at once", quiet=item.end == item.start),
            Cell(amount(item.amount)),
            Cell(amount(item.rate.to("mg/h")) if item.rate is not None else ""),
            Cell(plain("; ".join((*item.steps, item.note)).strip("; ")), quiet=True),
        )
        for item in exposures
    )
    title = "Ketamine, each administration"
    return Derivation(
        "f-ketamine", title, count(len(exposures), "row"), table=Table(columns, rows, small=True)
    )


def _days(opioids: OpioidSummary | None, clock: ReportClock) -> Derivation | None:
    if opioids is None or not opioids.curve.days:
        return None
    columns = (
        Column("Day", share=24),
        Column("MME", True, 12),
        Column("Range over tables", True, 22),
        Column("Complete", share=42),
    )
    ranges = opioids.curve_low_high or tuple((day.total, day.total) for day in opioids.curve.days)
    rows = []
    for day, (low, high) in zip(opioids.curve.days, ranges, strict=True):
        lines = refusal_lines(day.refused)
        rows.append(
            (
                Cell(f"{clock.day_words(day.day.interval.start)}, {day.day.date.isoformat()}"),
                Cell(number(day.total)),
                Cell(f"{number(low)} to {number(high)}" if low != high else "one value"),
                Cell("yes" if day.complete else sentence(f"no; {'; '.join(lines)}" if lines else "no")),
            )
        )
    title = f"MME of each clock day, {opioids.basis}"
    return Derivation("f-days", title, count(len(rows), "day"), table=Table(columns, tuple(rows), small=True))


def _readings(outcome: CourseOutcome, clock: ReportClock) -> Derivation | None:
    span = Interval(outcome.windows.before.start, outcome.windows.after.end)
    scores = outcome.pain_series.within(span).values
    if not scores:
        return None
    words = [
        (score.at, number(score.value) if score.value is not None else str(score.not_assessable))
        for score in scores
    ]
    title = "Pain readings of these days, as charted"
    return Derivation("f-readings", title, count(len(words), "reading"), table=_by_day(words, clock, span))


def _sedation(outcome: CourseOutcome, clock: ReportClock) -> list[Derivation]:
    span = Interval(outcome.windows.before.start, outcome.windows.after.end)
    scores = outcome.sedation.within(span).values
    found = []
    for index, key in enumerate(dict.fromkeys(score.scale for score in scores), 1):
        words = [(score.at, plain(score.value)) for score in scores if score.scale == key]
        title = f"Sedation readings of these days, {plain(key)}, as charted"
        table = _by_day(words, clock, span)
        found.append(Derivation(f"f-sedation-{index}", title, count(len(words), "reading"), table=table))
    return found


def _by_day(readings: list[tuple[datetime, str]], clock: ReportClock, span: Interval) -> Table:
    """One row a day: its date and offset, then each time with what was charted at it."""
    columns = (Column("Day", share=30), Column("Time and reading", share=70))
    turns = clock.changes(span)
    rows = []
    for day in clock.days(span):
        inside = day.interval
        said = [f"{at.astimezone(clock.local):%H:%M}{NBSP}{words}" for at, words in readings if at in inside]
        if not said:
            continue
        offset = offset_words(inside.start, clock.local)
        for turn in turns:
            if turn in inside:
                offset += f", from {turn.astimezone(clock.local):%H:%M} {offset_words(turn, clock.local)}"
        name = f"{clock.day_words(inside.start)}, {day.date.isoformat()} ({offset})"
        rows.append((Cell(name), Cell(";  ".join(said))))
    return Table(columns, tuple(rows), small=True)


def _rows(outcome: CourseOutcome) -> Derivation | None:
    lines = outcome.quality.lines
    if not lines:
        return None
    columns = (
        Column("Table", share=20),
        Column("Fate", share=15),
        Column("Rows", True, 9),
        Column("Reason", share=34),
        Column("What can be done", share=22),
    )
    rows = tuple(
        (
            Cell(plain(line.table)),
            Cell(line.outcome.value),
            Cell(f"{line.count:,}"),
            Cell(plain(line.reason), sub=plain("; ".join(line.examples))),
            Cell(plain(line.remedy), quiet=True),
        )
        for line in lines
    )
    return Derivation(
        "f-rows",
        "What became of every row read",
        count(len(rows), "line"),
        table=Table(columns, rows, small=True),
    )
