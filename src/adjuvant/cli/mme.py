"""`adjuvant mme`: MME a day of a regimen in JSON, with every step, for people or as JSON."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from adjuvant.cli.evaluate import choose_plan
from adjuvant.cli.output import print_columns, print_json
from adjuvant.errors import InputError
from adjuvant.quantity import show

if TYPE_CHECKING:
    from adjuvant.opioids import DailyMME, LineAnswer, Spread, Total

__all__ = ["regimen_text", "run"]


def run(file: str, table: str | None, parenteral: str | None, as_json: bool) -> None:
    """Answer the regimen in `file` (or standard input)."""
    from adjuvant import library, opioids

    name, text = ("standard input", sys.stdin.read()) if file == "-" else (file, regimen_text(Path(file)))
    try:
        lines = opioids.read_regimen(text)
    except InputError as error:
        raise error.within(name) from error
    plan = choose_plan(table, parenteral)
    plans = library.spread_plans()
    if as_json:
        print_json(opioids.mme_json(lines, plan, plans))
        return
    _print(opioids.daily_mme(lines, plan), opioids.spread(lines, plans))


def regimen_text(path: Path) -> str:
    """The text of a regimen's file.

    Raises:
        InputError: no such file, a folder, or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(
            str(path), "does not exist", "check the path, or use - for standard input"
        ) from error
    except IsADirectoryError as error:
        raise InputError(
            str(path), "is a folder, not a regimen", "name a JSON file; `adjuvant import` reads folders"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(str(path), "is not UTF-8 text", "save the regimen as JSON in UTF-8") from error


def _print(answer: DailyMME, spread: Spread) -> None:
    print(f"{_range(answer.total)} MME a day by {answer.plan}")
    if not answer.total.complete:
        print("Incomplete: an opioid line was refused, so the true total is higher by an unknown amount.")
    print()
    print_columns(["line", "MME a day", "note"], [_row(line) for line in answer.lines], right=[1])
    print("\nHow each figure came about")
    for line in answer.lines:
        print(f"  {line.subject}")
        for step in line.derivation:
            print(f"    {step.text}{_source(step.row, step.citation.identifier if step.citation else None)}")
        if line.refusal is not None:
            print(f"    {line.refusal.detail}; {line.refusal.remedy}.")
    if answer.without_buprenorphine != answer.total:
        print(f"\nWithout buprenorphine: {_range(answer.without_buprenorphine)} MME a day")
    print("\nThe same regimen by every table or pair that covers every line")
    if spread.covered:
        print_columns(
            ["table", "MME a day"],
            [[item.plan, _range(item.total)] for item in spread.covered if item.total is not None],
            right=[1],
        )
    else:
        print("  none covers every line")
    if spread.uncovered:
        print("Not covered by: " + ", ".join(item.plan for item in spread.uncovered))
    print(f"\nWhat is counted: {answer.definition}")
    for warning in answer.warnings:
        print(warning)


def _row(line: LineAnswer) -> list[str]:
    if line.value is None:
        note = str(line.refusal.reason) if line.refusal else "not an opioid"
        return [line.subject, "", f"refused: {note}" if line.refusal else note]
    if line.as_needed and line.high is not None:
        return [line.subject, show(line.value), f"as needed, up to {show(line.high)}"]
    return [line.subject, show(line.value), ""]


def _range(total: Total) -> str:
    if total.high is None:
        return f"at least {show(total.value)}"
    if total.low == total.high:
        return show(total.value)
    return f"{show(total.value)} ({show(total.low)} to {show(total.high)} with as-needed doses)"


def _source(row: str | None, identifier: str | None) -> str:
    known = ", ".join(part for part in (row, identifier) if part)
    return f"  [{known}]" if known else ""
