"""The published response definitions, one row each: rule, this patient, answer, what is missing, source."""

from __future__ import annotations

from adjuvant.outcomes.model import ResponseAnswer
from adjuvant.reports.content.cites import Cites
from adjuvant.reports.content.model import Cell, Column, Mark, Note, Section, Table
from adjuvant.reports.words import bound, count

__all__ = ["ANSWER_WORDS", "answers_section"]

ANSWER_WORDS = {"yes": "Yes", "no": "No", "cannot_evaluate": "Cannot evaluate"}
_MARKS = {"yes": Mark.YES, "no": Mark.NO, "cannot_evaluate": Mark.CANNOT}

# Widths on paper; where nothing is missing, no column says so.
_ANSWERED, _UNANSWERED = (19, 33, 30, 8, 0, 16), (18, 23, 18, 11, 25, 14)


def answers_section(responses: tuple[ResponseAnswer, ...], cites: Cites, rest_on: str) -> Section:
    """Every definition that was applied: those answered first, then those that cannot be; none is left out.

    Args:
        rest_on: what the definitions were applied to, in words.
    """
    answered = [answer for answer in responses if answer.word != "cannot_evaluate"]
    rest = [answer for answer in responses if answer.word == "cannot_evaluate"]
    tables = [
        Table(_columns(shares), tuple(_row(answer, cites) for answer in group), tight=True)
        for group, shares in ((answered, _ANSWERED), (rest, _UNANSWERED))
        if group
    ]
    title = f"{count(len(responses), 'published definition')}, answered one by one"
    return Section("answers", title, "Missing is not “no”.", (Note(rest_on), *tables))


def _columns(shares: tuple[int, ...]) -> tuple[Column, ...]:
    heads = ("Definition", "Rule", "This patient", "Answer", "Missing", "Source")
    return tuple(Column(head, share=share) for head, share in zip(heads, shares, strict=True) if share)


def _row(answer: ResponseAnswer, cites: Cites) -> tuple[Cell, ...]:
    missing = (Cell("; ".join(answer.missing)),) if answer.word == "cannot_evaluate" else ()
    return (
        Cell(answer.title, strong=True),
        Cell(bound(answer.rule)),
        Cell(bound(answer.seen)),
        Cell(ANSWER_WORDS[answer.word], mark=_MARKS[answer.word], strong=answer.word == "yes"),
        *missing,
        Cell(cites.ref(answer.citation, answer.provenance), quiet=True),
    )
