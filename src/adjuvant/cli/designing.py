"""`adjuvant design`: a space searched, a level reached on paper, or next steps, under limits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjuvant.cli.comparing import print_page, question_text
from adjuvant.cli.output import print_json, progress
from adjuvant.errors import InputError

if TYPE_CHECKING:
    from adjuvant.design.searched import DesignQuestion
    from adjuvant.reports.schedules import Page

__all__ = ["run"]

_STEPS_HEADS = (
    "action", "dose", "model", "sampling", "highest", "highest_p5", "highest_p95", "at_end", "at_end_p5",
    "at_end_p95", "refused",
)  # fmt: skip


def run(name: str, out: Path | None, as_json: bool) -> bool:
    """Answer a question of `design`, print it, and write its page where a folder is named.

    Returns:
        False where limits refused the rates for a level.
    Raises:
        InputError: with the file and the place in it, what is missing or wrong there.
    """
    from adjuvant.design.searched import read_design
    from adjuvant.reports.schedules import write_schedules

    title, text, folder = question_text(name)
    try:
        question = read_design(text, folder)
        work = {"space": _searched, "target": _aimed, "next_steps": _stepped}[question.kind]
        page, answer, table, passed = work(question, Path(title).stem)
    except InputError as error:
        raise error.within(title) from error
    written: tuple[Path, ...] = ()
    if out is not None:
        written = write_schedules(
            page, table, out, (question.kind.replace("_", "-"), Path(title).stem.replace("_", "-"))
        )
    if as_json:
        print_json({**answer, "files": [str(one) for one in written]})
        return passed
    print_page(page)
    for one in written:
        print(f"  {one}")
    return passed


_Made = tuple["Page", dict[str, Any], tuple[Sequence[str], Sequence[Sequence[Any]]], bool]


def _who(question: DesignQuestion) -> tuple[tuple[str, str], ...]:
    from adjuvant.reports.schedules.content import who_of

    return who_of(question.common.weight_kg, question.common.covariates.age_years)


def _protocol(question: DesignQuestion) -> str:
    site = question.sited.profile.site if question.sited.profile is not None else ""
    return f"{question.sited.protocol.protocol}, {question.regimen}" + (f", {site}" if site else "")


def _searched(question: DesignQuestion, subject: str) -> _Made:
    from adjuvant.design import search
    from adjuvant.design.searched import bounds_of, objectives_of, space_of
    from adjuvant.design.wire import FOUND_HEADS, found_json, found_rows
    from adjuvant.reports.schedules import found_page

    common, bounds = question.common, bounds_of(question)
    if question.pump is None:
        raise InputError("pump", "is missing", "give concentration and step")
    found, left = common.groups(question.sited.protocol.drug)
    with progress("schedules") as tell:
        answer = search(
            question.sited,
            question.regimen,
            space_of(question),
            bounds,
            question.pump,
            found,
            common.kilograms,
            common.asked,
            objectives=objectives_of(question),
            tell=tell,
        )
    out = tuple(left.items())
    who = (*_who(question), ("Protocol", _protocol(question)))
    page = found_page(answer, common.asked, bounds, subject=subject, who=who, left=out, note=common.note)
    return page, found_json(answer, common.asked, out), (FOUND_HEADS, found_rows(answer)), True


def _aimed(question: DesignQuestion, subject: str) -> _Made:
    from adjuvant.design.searched import asked_proposal
    from adjuvant.design.wire import proposal_json, proposal_rows
    from adjuvant.reports.schedules import proposal_page

    found = asked_proposal(question)
    page = proposal_page(
        found,
        subject=subject,
        who=_who(question),
        protocol=_protocol(question),
        note=question.common.note,
    )
    heads = ("start_min", "end_min", "mL_per_h", "mg_per_h")
    return page, proposal_json(found), (heads, proposal_rows(found)), not found.refused


def _stepped(question: DesignQuestion, subject: str) -> _Made:
    from adjuvant.design.searched import asked_steps
    from adjuvant.design.wire import steps_json
    from adjuvant.reports.schedules import steps_page

    found = asked_steps(question)
    page = steps_page(
        found,
        question.common.asked,
        subject=subject,
        who=_who(question),
        protocol=_protocol(question),
        note=question.common.note,
    )
    rows = [
        [
            one.action, "" if one.dose is None else str(one.dose), each.model, each.sampling,
            each.highest.typical, each.highest.low, each.highest.high, each.at_end.typical, each.at_end.low,
            each.at_end.high, "; ".join(one.refused),
        ]
        for one in found.options
        for each in one.expected
    ]  # fmt: skip
    return page, steps_json(found), (_STEPS_HEADS, rows), True
