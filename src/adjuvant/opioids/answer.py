"""mme_json: the answer of ``adjuvant mme`` as JSON-ready data; docs/reference/mme.md lists its keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adjuvant import library
from adjuvant.citation import Citation
from adjuvant.library.model import ConversionTable, TablePlan
from adjuvant.opioids.amount import Measured
from adjuvant.opioids.line import RegimenLine
from adjuvant.opioids.memo import Memo
from adjuvant.opioids.model import LineAnswer, PlanTotal, Spread, Step, Total
from adjuvant.opioids.regimen import assess, measured_lines
from adjuvant.opioids.share import MG
from adjuvant.opioids.spread import spread_of
from adjuvant.quantity import json_number
from adjuvant.record import RefusalReason

__all__ = ["mme_json"]


def mme_json(
    lines: Iterable[RegimenLine], plan: TablePlan, plans: Iterable[TablePlan] | None = None
) -> dict[str, Any]:
    """The whole answer: tables, total, totals by drug and by table, and every line with its derivation.

    Args:
        plan: the table or pair of the total.
        plans: those of ``by_table``; the library's own range where None.
    Returns:
        Data for `json.dumps`. Numbers are unrounded. `high` is null and `complete` false once an opioid line
        was refused; the total is then a lower bound.
    Raises:
        InputError: there are no lines.
    """
    items = measured_lines(lines)
    answer = assess(items, plan)
    found = spread_of(items, library.spread_plans() if plans is None else plans)
    return {
        "tables": [_table(table, plan) for table in plan.tables],
        "total": _total(answer.total),
        "by_drug": {name: _total(total) for name, total in answer.by_drug.items()},
        "by_table": {item.plan: _plan(item) for item in (*found.covered, *found.uncovered)},
        "lines": [_line(item, line) for item, line in zip(items, answer.lines, strict=True)],
        "plan": answer.plan,
        "definition": answer.definition,
        "range": _range(items, found),
        "without_buprenorphine": _total(answer.without_buprenorphine),
        "not_in_total": [
            _apart(item, line)
            for item, line in zip(items, answer.lines, strict=True)
            if line.refusal is not None and line.refusal.reason in _APART
        ],
        "warnings": list(answer.warnings),
        "citations": [_citation(citation) for citation in answer.citations],
        "library_digest": library.digest(),
    }


_APART = (RefusalReason.NEURAXIAL, RefusalReason.NO_CONSENSUS, RefusalReason.NO_FACTOR)


def _total(total: Total) -> dict[str, Any]:
    return {
        "mme_per_day": json_number(total.value),
        "low": json_number(total.low),
        "high": None if total.high is None else json_number(total.high),
        "complete": total.complete,
    }


def _table(table: ConversionTable, plan: TablePlan) -> dict[str, Any]:
    used_for = "everything"
    if plan.parenteral is not None:
        used_for = "parenteral routes" if table is plan.parenteral else "all but parenteral routes"
    return {
        "key": table.key,
        "title": table.title,
        "used_for": used_for,
        "scope": table.scope,
        "warning": table.warning,
        "evidence": table.evidence,
        "provenance": str(table.provenance),
        "guidance": table.guidance,
        "citation": _citation(table.citation),
        "digest": table.digest,
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {"key": citation.key, "identifier": citation.identifier, "text": citation.text}


def _plan(item: PlanTotal) -> dict[str, Any]:
    total = item.total
    return {
        "title": item.title,
        "covers_every_line": total is not None,
        "mme_per_day": None if total is None else json_number(total.value),
        "low": None if total is None else json_number(total.low),
        "high": None if total is None or total.high is None else json_number(total.high),
        "refused": [
            {
                "subject": refusal.subject,
                "reason": str(refusal.reason),
                "detail": refusal.detail,
                "remedy": refusal.remedy,
            }
            for refusal in item.refused
        ],
    }


def _range(items: Iterable[Measured], found: Spread) -> dict[str, Any]:
    totals = [item.total for item in found.covered if item.total is not None]
    faults = [item.line.subject for item in items if item.problem is not None]
    if faults:
        note = f"no table covers every line: refused whatever the table are {', '.join(faults)}"
    elif not totals:
        note = "no table or named pair covers every line"
    else:
        note = "over the tables and named pairs that cover every line"
    return {
        "tables": len(totals),
        "low": json_number(min(total.value for total in totals)) if totals else None,
        "high": json_number(max(total.value for total in totals)) if totals else None,
        "note": note,
    }


def _line(item: Measured, line: LineAnswer) -> dict[str, Any]:
    reason = detail = remedy = None
    if line.refusal is not None:
        reason, detail, remedy = str(line.refusal.reason), line.refusal.detail, line.refusal.remedy
    elif item.not_an_opioid:
        reason = "not an opioid"
    return {
        "place": item.line.place,
        "drug": item.line.drug.text,
        "ingredient": line.ingredient,
        "route": item.route,
        "form": item.line.form,
        "as_needed": line.as_needed,
        "status": str(line.status),
        "mme_per_day": None if line.value is None else json_number(line.value),
        "low": None if line.low is None else json_number(line.low),
        "high": None if line.high is None else json_number(line.high),
        "reason": reason,
        "detail": detail,
        "remedy": remedy,
        "derivation": [step.copy() for step in _STEPS(line.derivation)],
    }


def _steps(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    return [_step(step) for step in steps]


# A line that no other line has a say in keeps its derivation from one answer to the next.
_STEPS = Memo(_steps)


def _step(step: Step) -> dict[str, Any]:
    return {
        "text": step.text,
        "row": step.row,
        "citation": None if step.citation is None else step.citation.key,
        "provenance": None if step.provenance is None else str(step.provenance),
    }


def _apart(item: Measured, line: LineAnswer) -> dict[str, Any]:
    """An opioid that is known in milligrams and has no accepted equivalence: reported beside the total."""
    return {
        "place": item.line.place,
        "ingredient": line.ingredient,
        "route": item.route,
        "mg_per_day": [
            {
                "ingredient": share.ingredient,
                "unit": MG,
                "low": json_number(share.scheduled),
                "high": json_number(share.most),
            }
            for share in item.shares
            if share.patches_per_day is None
        ],
        "reason": None if line.refusal is None else str(line.refusal.reason),
    }
