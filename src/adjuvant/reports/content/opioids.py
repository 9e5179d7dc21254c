"""Opioids drug by drug, and whether another conversion table would say the same."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from adjuvant.opioids.model import DrugMean
from adjuvant.outcomes.model import CourseOutcome, DrugChange, OpioidSummary, PlanChange
from adjuvant.record import Refusal
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.content.model import Block, Cell, Column, Mark, Note, Section, Strip, Table
from adjuvant.reports.course_facts import withheld_words
from adjuvant.reports.mme import absent_words, window_words
from adjuvant.reports.words import MME_CAVEAT, amount, change, count, listed, number, percent, sentence
from adjuvant.unknown import Unknown

__all__ = ["drug_anchor", "opioids_section", "refusal_lines", "tables_section"]


def drug_anchor(label: str, labels: list[str], window: str) -> str:
    """The anchor of one drug's derivation in one window; numbers, because labels are other people's text."""
    return f"d-drug-{labels.index(label) + 1}-{window}"


def opioids_section(outcome: CourseOutcome, clock: ReportClock) -> Section:
    """Each drug by its route: amount, factor and MME before and after, and the total."""
    opioids = outcome.opioids
    if opioids is None:
        return Section(
            "opioids", "Opioids, drug by drug", "", (Note("No medication is charted: not read is not none."),)
        )
    rows = tuple(_drug_row(item, opioids) for item in opioids.drugs)
    columns = (
        Column("Drug", share=19),
        Column("Before, a day", True, 15),
        Column("MME before", True, 11),
        Column("After, a day", True, 14),
        Column("MME after", True, 11),
        Column("Change", True, 10),
        Column("Factor", share=20),
    )
    whole = opioids.before.complete and opioids.after.complete
    total = (
        Cell("All opioids", strong=True),
        Cell(),
        Cell(window_words(outcome, opioids.before), strong=True, link="d-opioids"),
        Cell(),
        Cell(window_words(outcome, opioids.after), strong=True, link="d-opioids"),
        Cell(change(opioids.after.per_day - opioids.before.per_day) if whole else "", strong=True),
        Cell(
            "" if isinstance(opioids.percent, Unknown) else percent(opioids.percent, signed=True), strong=True
        ),
    )
    blocks: list[Block] = [Table(columns, rows, total)]
    stops = [f"{stop.label} stopped {clock.full(stop.at)}" for stop in opioids.stopped]
    if stops:
        blocks.append(Note(sentence("; ".join(stops))))
    fell = not isinstance(opioids.percent, Unknown) and opioids.percent < 0
    if fell:
        blocks.append(
            Note("Whether it could fall because pain did, or fell by decision, this record does not say.")
        )
    blocks += _buprenorphine(opioids)
    refused = dict.fromkeys((*opioids.before.refused, *opioids.after.refused))
    if refused:
        blocks.append(Note("; ".join(refusal_lines(tuple(refused))), "Refused, and in no figure:"))
    held = withheld_words(outcome)
    if held:
        blocks.append(Note(held, "Withheld, which may explain a fall:"))
    blocks.append(Note(MME_CAVEAT))
    aside = f"{opioids.basis.capitalize()}. Means per day over each window; {opioids.plan_title}."
    return Section("opioids", "Opioids, drug by drug", aside, tuple(blocks))


def _drug_row(item: DrugChange, opioids: OpioidSummary) -> tuple[Cell, ...]:
    labels = [drug.label for drug in opioids.drugs]
    cells = [Cell(item.label, strong=True)]
    spans = (("before", item.before, opioids.before), ("after", item.after, opioids.after))
    for window, mean, span in spans:
        if mean is None:
            absent = absent_words(span)
            cells += [Cell(absent, quiet=True), Cell("0" if absent == "none" else "", quiet=True)]
            continue
        mme = "refused" if mean.mme_per_day is None else number(mean.mme_per_day)
        cells += [
            Cell(_given(mean)),
            Cell(mme, link=drug_anchor(item.label, labels, window)),
        ]
    words = [
        mean.factor_words for mean in (item.before, item.after) if mean is not None and mean.factor_words
    ]
    cells += [
        Cell("" if item.change is None or not _both_read(opioids) else change(item.change)),
        Cell("; ".join(dict.fromkeys(word for word in words)), quiet=True),
    ]
    return tuple(cells)


def _both_read(opioids: OpioidSummary) -> bool:
    return "not read" not in (absent_words(opioids.before), absent_words(opioids.after))


def _given(mean: DrugMean) -> str:
    return amount(mean.release_rate if mean.release_rate is not None else mean.amount_per_day)


def _buprenorphine(opioids: OpioidSummary) -> list[Block]:
    found = []
    for name, window in (("before", opioids.before), ("after", opioids.after)):
        without = window.without_buprenorphine
        if without is not None and without != window.per_day:
            found.append(f"{number(without)} {name}")
    return [Note(f"Without buprenorphine: {listed(found)}.")] if found else []


def refusal_lines(refused: tuple[Refusal, ...]) -> list[str]:
    """Refusals in words, equal ones counted together, none left out."""
    groups = Counter(((item.ingredient or item.subject), str(item.reason), item.detail) for item in refused)
    return [
        f"{subject}: {reason} ({detail})" + (f", {count(many, 'time')}" if many > 1 else "")
        for (subject, reason, detail), many in groups.items()
    ]


def tables_section(opioids: OpioidSummary) -> Section:
    """One dot a table that covers every dose; tables that do not stay in the list with their reason."""
    covered = sorted(
        (item for item in opioids.by_table),
        key=lambda item: (item.percent is None, item.percent or 0, item.plan),
    )
    percents = [item.percent for item in covered if item.percent is not None]
    low, high = _ends(percents)
    rows = [_covered_row(item, opioids.plan, low, high) for item in covered]
    rows += [_refused_row(item) for item in opioids.uncovered]
    columns = (
        Column("Conversion table", share=38),
        Column("Before", True, 12),
        Column("After", True, 12),
        Column("Change", True, 14),
        Column("", share=30, strip=(low, high) if percents else None),
    )
    aside = "Filled dot: the reported choice. Rows of different tables are never mixed."
    return Section("tables", "Would another table say the same?", aside, (Table(columns, tuple(rows)),))


def _ends(percents: list[Fraction]) -> tuple[Fraction, Fraction]:
    """Whole tens around the values, with room on both sides."""
    if not percents:
        return Fraction(-10), Fraction(0)
    low = Fraction((min(percents) - 2) // 10 * 10)
    high = Fraction(-((-max(percents) - 2) // 10) * 10)
    return low, high


def _covered_row(item: PlanChange, chosen: str, low: Fraction, high: Fraction) -> tuple[Cell, ...]:
    mine = item.plan == chosen
    ends = [Cell("" if end is None else number(end)) for end in (item.before, item.after)]
    if item.percent is None:
        return (Cell(item.title, strong=mine), *ends, Cell("no percentage", quiet=True), Cell())
    return (
        Cell(item.title, strong=mine),
        *ends,
        Cell(percent(item.percent, signed=True), strong=mine),
        Cell(strip=Strip(item.percent, low, high, filled=mine)),
    )


def _refused_row(item: PlanChange) -> tuple[Cell, ...]:
    reasons = [f"{(one.ingredient or one.subject)}: {one.reason}" for one in item.refused]
    words = "; ".join(dict.fromkeys(reasons)) or "a window without any charting"
    return (
        Cell(item.title, quiet=True),
        Cell(f"Refused: {words}", mark=Mark.CANNOT, quiet=True, span=4),
    )
