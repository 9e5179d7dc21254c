"""What stands beside ketamine on an order sheet: the opioids by table and drug, patches, courses, reviews."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from adjuvant.library import default_plan, spread_plans
from adjuvant.plan import CourseReview, Ledger, OpioidStages
from adjuvant.plan.figures import words
from adjuvant.plan.opioid_plan import WornPatch
from adjuvant.plan.opioid_table import by_tables, stage_heads
from adjuvant.reports.order_sheet.model import Opioids, PatchRow, Row, TableRow
from adjuvant.reports.order_sheet.watch import sentence
from adjuvant.reports.words import MME_CAVEAT
from adjuvant.timeline import local_text, on_the_clock

__all__ = ["course_rows", "opioids_of"]

_LEGEND = (
    "A span runs from no as-needed dose to the most that is allowed. Refused: the table does not value it; a "
    "sum is then a lower end."
)
_SKIN = "What is in the skin goes on being taken up after that."
_ON_A_PATCH = "It counts until somebody has seen it off and charts when: an order to stop takes no patch off."


def opioids_of(found: OpioidStages, local: tzinfo) -> Opioids:
    """The opioids before, during and after ketamine, as they stand on the sheet; nothing of it is applied."""
    titles = {one.key: one.title for one in spread_plans()}
    rows = []
    for one in by_tables(found):
        name = titles.get(one.table, one.table)
        rows.append(
            TableRow(
                name + (", the default" if one.table == default_plan().key else ""), one.total.cells, True
            )
        )
        rows += [TableRow(drug.name, drug.cells, False) for drug in one.drugs]
    chosen = "No cut is chosen." if found.cut is None else f"Chosen: {found.cut}."
    notes = [on_the_clock(sentence(note), local) for note in found.notes]
    if found.review_after is not None:
        notes.append(f"The protocol reviews the opioids after {words(found.review_after)}.")
    return Opioids(
        statement=f"{found.statement} [{found.citation}]" if found.statement else "",
        choice=f"Cuts that the protocol leaves: {', '.join(map(str, found.choices))}. {chosen}",
        heads=tuple(sentence(one) for one in stage_heads(found)),
        rows=tuple(rows),
        legend=f"{_LEGEND} {MME_CAVEAT}",
        patches=tuple(_patch(one, local) for one in found.patches),
        notes=tuple(notes),
    )


def _patch(one: WornPatch, local: tzinfo) -> PatchRow:
    if one.removed is not None:
        seen = f"Seen off at {local_text(one.removed, local)}. {_SKIN}"
        return PatchRow(sentence(one.name), seen, ("Where on the skin", "Seen off by", "Witness"))
    if one.stops:
        blanks = ("Where on the skin", "Seen off, date and time", "By", "Witness")
        return PatchRow(sentence(one.name), f"Stops. {_ON_A_PATCH}", blanks)
    return PatchRow(sentence(one.name), "Worn, and goes on.", ())


def course_rows(found: Ledger | None, reviews: Iterable[CourseReview], local: tzinfo) -> tuple[Row, ...]:
    """Courses so far and what was given in all; each review of liver and bladder, and whether it is due."""
    rows = []
    if found is not None:
        for n, one in enumerate(found.courses, 1):
            end = f"to {local_text(one.ended, local)}" if one.ended is not None else "and runs"
            least = "" if one.complete else "at least "
            said = f"{local_text(one.began, local)} {end}: {least}{words(one.given)}"
            rows.append(Row(f"Course {n}", said))
        if not found.courses:
            rows.append(Row("Courses so far", "none charted"))
        if len(found.courses) > 1:
            least = "" if found.complete else "at least "
            rows.append(Row("In all", f"{least}{words(found.lifetime)}", strong=True))
        rows += [Row("Not counted", lack) for lack in found.lacking]
    rows += [_review(one, local) for one in reviews]
    return tuple(rows)


def _review(one: CourseReview, local: tzinfo) -> Row:
    last = f"last {local_text(one.last, local)}" if one.last is not None else "never charted"
    if one.due_at is not None:
        when = f"{'overdue since' if one.overdue else 'due'} {local_text(one.due_at, local)}"
    else:
        when = "no interval is given" if one.every is None else "no course yet"
    before = "; due before another course" if one.due else ""
    return Row("Review", f"{sentence(one.asks)}: {last}; {when}{before}", strong=one.overdue or one.due)
