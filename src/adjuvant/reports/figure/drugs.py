"""Ketamine as runs, and every opioid and co-intervention as one bar, from the exposures of the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction

from adjuvant.opioids.model import DrugMean
from adjuvant.outcomes.model import CourseOutcome, DrugChange, OpioidSummary
from adjuvant.outcomes.stops import exposure_label
from adjuvant.quantity import Quantity
from adjuvant.record import AdministrationStatus, Exposure
from adjuvant.reports.figure.data import DrugBar, KetamineRun
from adjuvant.reports.mme import absent_words
from adjuvant.reports.words import NBSP, amount, number, shared_unit
from adjuvant.timeline import Interval, hours_between

__all__ = ["drug_bars", "dose_words", "ketamine_runs"]

# How a figure is drawn, and no statement about a patient: one bar joins doses up to a day apart.
_JOINED = timedelta(hours=24)
_MOST_OTHERS = 8
_RATE = "mg/h"


def ketamine_runs(exposures: tuple[Exposure, ...]) -> tuple[KetamineRun, ...]:
    """Exposures of one drug joined where one begins as another ends, in order of time; two drugs never."""
    runs: list[list[Exposure]] = []
    open_run: dict[str, list[Exposure]] = {}
    for item in sorted(exposures, key=lambda one: (one.start, one.end)):
        last = open_run.get(item.ingredient, [])
        if last and item.start <= max(one.end for one in last) and item.end > item.start:
            last.append(item)
        else:
            open_run[item.ingredient] = [item]
            runs.append(open_run[item.ingredient])
    several = len(open_run) > 1
    return tuple(_run(items, named=several) for items in runs)


def _run(items: list[Exposure], *, named: bool) -> KetamineRun:
    total = items[0].amount
    for item in items[1:]:
        total += item.amount
    steps = tuple(
        (item.start, item.end, item.amount.in_("mg") / hours_between(item.start, item.end))
        for item in items
        if item.end > item.start
    )
    end = max(item.end for item in items)
    words = f"{items[0].ingredient} {amount(total)}" if named else amount(total)
    return KetamineRun(items[0].start, end, words, steps, _RATE if steps else "")


def drug_bars(outcome: CourseOutcome, span: Interval) -> tuple[DrugBar, ...]:
    """Opioids in the order of the drug table, then what else changed."""
    return (*_opioid_bars(outcome, span), *_other_bars(outcome, span))


def _opioid_bars(outcome: CourseOutcome, span: Interval) -> list[DrugBar]:
    if outcome.opioids is None:
        return []
    from adjuvant.library import opioid_names
    from adjuvant.record.exposures import build_exposures

    groups: dict[str, list[Exposure]] = {change.label: [] for change in outcome.opioids.drugs}
    exposures = build_exposures(outcome.record, opioid_names(), outcome.opioids.curve.basis)
    for item in exposures.items:
        if item.start < span.end and item.end >= span.start:
            groups.setdefault(exposure_label(item), []).append(item)
    changes = {change.label: change for change in outcome.opioids.drugs}
    stops = {stop.label: stop.at for stop in outcome.opioids.stopped}
    return [
        DrugBar(
            label=_short(label),
            spans=_joined((item.start, item.end) for item in items if not item.as_needed),
            doses=tuple(item.start for item in items if item.as_needed),
            stop=stops.get(label),
            words=_bar_words(changes.get(label), outcome.opioids, stopped=label in stops),
        )
        for label, items in groups.items()
        if items
    ]


def _bar_words(change: DrugChange | None, opioids: OpioidSummary, *, stopped: bool) -> str:
    if change is None:
        return ""
    absent = (absent_words(opioids.before), absent_words(opioids.after))
    words = dose_words(change, absent, rounded=True)
    return words.removesuffix(", then none") if stopped else words


def _short(label: str) -> str:
    """The label with the one route that is abbreviated everywhere, for the figure's narrow gutter."""
    return label.replace("intravenous", "IV")


def _other_bars(outcome: CourseOutcome, span: Interval) -> list[DrugBar]:
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for item in outcome.record.administrations:
        if item.status is not AdministrationStatus.GIVEN or not span.start <= item.start < span.end:
            continue
        for part in item.drug.ingredients:
            spans.setdefault(part.name, []).append((item.start, item.end or item.start))
    bars = []
    for name, times in sorted(spans.items()):
        said = [line for line in outcome.also_changed if line.startswith(f"{name} ")]
        if not said:
            continue
        words = " ".join(said)
        began = min(start for start, _ in times) if " started " in words or " given once" in words else None
        stop = max(end for _, end in times) if " stopped " in words else None
        once = " given once" in words
        bars.append(DrugBar(name, _joined(times), (), stop, began, once, also_changed=True))
    return bars[:_MOST_OTHERS]


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> tuple[tuple[datetime, datetime], ...]:
    found: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if found and start - found[-1][1] <= _JOINED:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def dose_words(
    change: DrugChange, absent: tuple[str, str] = ("none", "none"), *, rounded: bool = False
) -> str:
    """What was given a day before and after: ``40 mg a day``, ``12, then 11.54 mg a day``.

    Args:
        absent: what stands for no figure before and after, ``none`` or ``not read``.
        rounded: to three digits, for a figure; the table beside it has the rest.
    """
    before, after = _dose(change.before), _dose(change.after)
    if before is None and after is None:
        return ""
    if before is None or after is None:
        given = before if after is None else after
        words = f"{amount(given[0], _places(given[0], rounded))}{given[1]}" if given else ""
        return f"{words}, then {absent[1]}" if after is None else f"{absent[0]}, then {words}"
    later = shared_unit(before[0], after[0])
    if later == before[0]:
        return f"{amount(later, _places(later, rounded))}{before[1]}"
    first = number(before[0].value, _places(before[0], rounded))
    return f"{first}, then {amount(later, _places(later, rounded))}{after[1]}"


def _places(quantity: Quantity, rounded: bool) -> int:
    digits = len(str(abs(int(quantity.value))))
    return max(0, 3 - digits) if rounded else 2


def _dose(mean: DrugMean | None) -> tuple[Quantity, str] | None:
    if mean is None or mean.amount_per_day.value == Fraction(0):
        return None
    if mean.release_rate is not None:
        return mean.release_rate, ""
    return mean.amount_per_day, f" a{NBSP}day"
