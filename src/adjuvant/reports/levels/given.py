"""The part of a page that says what was given, what runs, and what had to be assumed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from adjuvant.pk.given import Given, GivenLine
from adjuvant.reports.levels.parts import Section, Table
from adjuvant.reports.words import amount
from adjuvant.timeline import local_text

__all__ = ["given_section", "given_words"]

_MOST = 12


def given_words(given: Given) -> str:
    """What was given so far and what goes on, in one sentence."""
    runs = "; ".join(f"{line.words}, {line.route}" for line in given.running)
    on = f" Runs now and goes on if nothing changes: {runs}." if runs else " Nothing runs now."
    return f"{amount(given.total)} of {given.drug} given so far.{on}"


def given_section(given: Given, local: tzinfo, said: Sequence[str]) -> Section:
    """The section: a sentence, the last doses, and every assumption."""
    shown = given.lines[-_MOST:]
    earlier = len(given.lines) - len(shown)
    more = (f"{earlier} earlier doses and stretches are counted and not listed here; JSON has them all.",)
    return Section(
        "given",
        "What was given",
        "As charted up to this instant; nothing later is looked at.",
        table=Table(("from", "to", "what", "route"), tuple(_row(line, local) for line in shown)),
        paragraphs=(given_words(given), *(more if earlier else ())),
        items=(
            *(("Assumed.", one) for one in given.assumed),
            *(("", one) for one in (*said, *given.notices)),
        ),
    )


def _row(line: GivenLine, local: tzinfo) -> tuple[str, str, str, str]:
    end = "runs" if line.running else local_text(line.end, local) if line.end is not None else "at once"
    return local_text(line.start, local), end, line.words, line.route
