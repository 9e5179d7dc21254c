"""The published response definitions, one row each: rule, this patient, answer, what is missing, source."""

from __future__ import annotations

from adjuvant.outcomes.model import ResponseAnswer
from adjuvant.reports.content.cites import Cites
from adjuvant.reports.content.model import Cell, Column, Mark, Note, Section, Table
from adjuvant.reports.words import bound, count

__all__ = ["ANSWER_WORDS", "answers_section"]

ANSWER_WORDS = {"yes": "Yes", "no": "No", "cannot_evaluate": "Cannot evaluate"}
_MARKS = {"yes": Mark.YES, "no": Mark.NO, "cannot_evaluate": Mark.CANNOT}


def answers_section(responses: tuple[ResponseAnswer, ...], cites: Cites, rest_on: str) -> Section:
    """Every definition that was applied: those answered first, then those that cannot be; none is left out.

    Args:
        rest_on: what the definitions were applied to, in words.
    """
    answered = [answer for answer in responses if answer.word != "cannot_evaluate"]
    rest = [answer for answer in responses if answer.word == "cannot_evaluate"]
    rows = tuple(_row(answer, cites) for answer in (*answered, *rest))
    columns = (
        Column("Definition", share=17),
        Column("Rule", share=24),
        Column("This patient", share=20),
        Column("Answer", share=12),
        Column("Missing", share=22),
        Column("Source", share=15),
    )
    return Section(
        "answers",
        f"{count(len(responses), 'published definition')}, answered one by one",
        "Missing is not “no”.",
        (Table(columns, rows), Note(rest_on)),
    )


def _row(answer: ResponseAnswer, cites: Cites) -> tuple[Cell, ...]:
    missing = "; ".join(need for need in answer.missing)
    return (
        Cell(answer.title, strong=True),
        Cell(bound(answer.rule)),
        Cell(bound(answer.seen)),
        Cell(ANSWER_WORDS[answer.word], mark=_MARKS[answer.word], strong=answer.word == "yes"),
        Cell(missing or "nothing", quiet=not missing),
        Cell(cites.ref(answer.citation, answer.provenance), quiet=True),
    )
