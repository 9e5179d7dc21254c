"""The opioids before, during and after ketamine as one small table for each conversion table, in words."""

from __future__ import annotations

from dataclasses import dataclass

from adjuvant.opioids import Total
from adjuvant.plan.opioid_plan import OpioidStages, Stage
from adjuvant.quantity import show

__all__ = ["ByTable", "MMERow", "by_tables", "stage_heads"]


@dataclass(frozen=True, slots=True)
class MMERow:
    """MME a day of one drug, or of all of them, at each stage.

    Args:
        cells: one for each stage, in order; a figure, or the word that stands for it.
    """

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ByTable:
    """What one conversion table, or one named pair, says.

    Args:
        complete: whether it values every line at every stage.
        total: all drugs together; `drugs`, each by itself.
    """

    table: str
    complete: bool
    total: MMERow
    drugs: tuple[MMERow, ...]


def stage_heads(found: OpioidStages) -> tuple[str, ...]:
    """A short head for each stage: ``before``, ``during, cut by 25 %``, ``after, fentanyl stopped``."""
    worn = any(one.stops and one.removed is None for one in found.patches)
    after = f"after, {found.stop} patch not seen off" if worn else f"after, {found.stop} stopped"
    heads = {"before": "before", "during": "during, not cut", "after": after}
    if found.cut is not None and found.cut.value:
        heads["during"] = f"during, cut by {found.cut}"
    return tuple(heads[one.key] for one in found.stages)


def by_tables(found: OpioidStages) -> tuple[ByTable, ...]:
    """Every table that was asked, in the order it was asked; none is chosen here."""
    answers = []
    for n, first in enumerate(found.stages[0].mme):
        named = {name for stage in found.stages if stage.mme for name in stage.mme[n].by_drug}
        answers.append(
            ByTable(
                first.plan,
                all(stage.mme[n].total.complete for stage in found.stages if stage.mme),
                MMERow("all", tuple(_all(stage, n) for stage in found.stages)),
                tuple(
                    MMERow(name, tuple(_drug(found, stage, n, name) for stage in found.stages))
                    for name in sorted(named)
                ),
            )
        )
    return tuple(answers)


def _all(stage: Stage, n: int) -> str:
    return _words(stage.mme[n].total) if stage.mme else "none is left"


def _drug(found: OpioidStages, stage: Stage, n: int, name: str) -> str:
    total = stage.mme[n].by_drug.get(name) if stage.mme else None
    if total is None:
        return "stopped" if stage.key == "after" and name == found.stop else "none"
    return _words(total)


def _words(total: Total) -> str:
    """A figure; what a table does not value is refused, never nought, and the sum then has no upper end."""
    if total.high is None:
        return f"at least {show(total.value)}" if total.value else "refused"
    if total.low != total.high:
        return f"{show(total.low)} to {show(total.high)}"
    return show(total.value)
