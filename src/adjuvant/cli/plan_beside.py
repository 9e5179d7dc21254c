"""What stands beside a plan, printed for people: opioids, courses so far, reviews of liver and bladder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING

from adjuvant.cli.output import CAVEAT, print_filled, print_wrapped

if TYPE_CHECKING:
    from adjuvant.plan import CourseReview, Ledger, OpioidStages

__all__ = ["print_ledger", "print_reviews", "print_stages"]


def print_stages(found: OpioidStages, local: tzinfo) -> None:
    """MME a day before, during and after, by table and drug, and patches; nothing of it is applied."""
    from adjuvant.plan.opioid_table import by_tables, stage_heads
    from adjuvant.timeline import local_text, on_the_clock

    print("  The opioids")
    if found.statement:
        print_filled(f"{found.statement} [{found.citation}]", 4)
    print_filled(f"Cuts that the protocol leaves: {', '.join(map(str, found.choices))}.", 4)
    for one in found.patches:
        if one.removed is not None:
            seen = f"seen to be off at {local_text(one.removed, local)}."
        elif one.stops:
            seen = "stops, and is worn until somebody sees it off and charts when."
        else:
            seen = "worn, and goes on."
        print_filled(f"{one.name}: {seen}", 4)
    print()
    heads = stage_heads(found)
    rows = []
    for table in by_tables(found):
        rows.append([table.table, *table.total.cells])
        rows += [[f"  {row.name}", *row.cells] for row in table.drugs]
    print_wrapped(
        ["MME a day, by table and drug", *heads], rows, [34, *[20] * len(heads)], range(1, len(heads) + 1)
    )
    print()
    print_filled(
        "A span runs from no as-needed dose to the most that is allowed. Refused: not in that table.", 4
    )
    for note in found.notes:
        print_filled(on_the_clock(f"{note[:1].upper()}{note[1:]}", local), 4)
    if found.review_after is not None:
        print_filled(f"Reviewed after {found.review_after}.", 4)
    print_filled(CAVEAT)
    print()


def print_ledger(found: Ledger, local: tzinfo) -> None:
    """Courses so far, what was given in all, and which reviews are due before another."""
    from adjuvant.plan.figures import words
    from adjuvant.timeline import local_text

    print("  Courses so far")
    if not found.courses:
        print_filled("none charted", 4)
    for n, one in enumerate(found.courses, 1):
        end = f"to {local_text(one.ended, local)}" if one.ended is not None else "runs"
        least = "" if one.complete else "at least "
        began = local_text(one.began, local)
        print_filled(f"{n}. {began} {end}: {least}{words(one.given)}", 4)
    if found.courses:
        print_filled(f"In all {'' if found.complete else 'at least '}{words(found.lifetime)}.", 4)
    for lack in found.lacking:
        print_filled(lack, 4)


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
        print_filled(f"{one.asks[:1].upper()}{one.asks[1:]}: {last}; {when}.", 4)
        if one.due:
            begun = "; a further course was begun without it" if one.skipped else ""
            print_filled(f"Due before another course{begun} (a rule of the house).", 6)
    print()
