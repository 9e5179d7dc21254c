"""Mean MME per 24 hours over a window, drug by drug, each with its whole derivation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from zoneinfo import ZoneInfo

from adjuvant.library.model import TablePlan
from adjuvant.opioids.curve import mme_in
from adjuvant.opioids.factor import factor_words, row_place
from adjuvant.opioids.model import DrugMean, Step, WindowMME
from adjuvant.opioids.segments import Lot, Segment, as_microseconds, convert, lots_of, touches
from adjuvant.opioids.share import number
from adjuvant.quantity import Quantity
from adjuvant.record import ExposureKind, Exposures
from adjuvant.record.exposure_amounts import in_words
from adjuvant.timeline import Interval, local_text, zone

__all__ = ["window_mme"]

_ZERO = Fraction(0)
_HOUR_US = 3600 * 10**6
_Taken = tuple[Lot, Fraction]


def window_mme(
    exposures: Exposures,
    plan: TablePlan,
    window: Interval,
    *,
    local: ZoneInfo | None = None,
    derive: bool = True,
) -> WindowMME:
    """Mean MME per 24 h of elapsed time over a window.

    Args:
        exposures: of opioids alone, on one basis. As-needed doses that were given count as given; as-needed
            orders are left out, and `high` adds them at their maximum.
        plan: the table, or the named pair, that converts all of them.
        window: half-open; any length. A band goes by the mean mass per 24 h of the window.
        local: zone of the times in the derivations; UTC unless told otherwise.
        derive: False leaves the single administrations out of the derivations, for a range over many plans.
    Returns:
        One line per ingredient and route (patches apart). A line that no factor converts has no MME; the
        total then is of the others, and `complete` is False. Nothing that touches the window is dropped in
        silence.
    """
    start, end = as_microseconds(window.start), as_microseconds(window.end)
    lots = convert(lots_of(exposures), plan)
    taken = [
        (lot, lot.mg_within(start, end))
        for lot in lots
        if any(item.touches(start, end) for item in lot.segments)
    ]
    days = window.hours / 24
    counted = [(lot, mg) for lot, mg in taken if not lot.as_needed]
    means = {name: total / days for name, total in mme_in(counted, days).items()}
    problems = [problem for problem in exposures.refused if touches(problem, window)]
    problems += [found for lot, _ in counted if (found := lot.refused_in(start, end)) is not None]
    lines: dict[tuple[str, str | None, bool], list[_Taken]] = {}
    for lot, mg in counted:
        lines.setdefault(lot.label, []).append((lot, mg))
    view = _View(counted, days, window, local or zone("UTC"), derive)
    per_day = sum(means.values(), _ZERO)
    high = sum(mme_in(taken, days).values(), _ZERO) / days
    doubtful = problems or any(lot.refusal is not None for lot, _ in taken)
    return WindowMME(
        plan=plan.key,
        window=window,
        per_day=per_day,
        drugs=tuple(view.line(parts) for parts in lines.values()),
        complete=not problems,
        refused=tuple(problems),
        without_buprenorphine=per_day - means.get("buprenorphine", _ZERO),
        high=None if doubtful else high,
    )


class _View:
    """What all lines of one window share."""

    def __init__(
        self, counted: Sequence[_Taken], days: Fraction, window: Interval, local: ZoneInfo, derive: bool
    ) -> None:
        self._counted = counted
        self._days = days
        self._window = window
        self._start, self._end = as_microseconds(window.start), as_microseconds(window.end)
        self._local = local
        self._derive = derive

    def line(self, parts: Sequence[_Taken]) -> DrugMean:
        """One drug by one route: the parts that a factor converts, or all of them where none does."""
        usable = [(lot, mg) for lot, mg in parts if lot.applied is not None]
        shown = usable or list(parts)
        forms = {lot.form for lot, _ in shown}
        total = sum((mg for _, mg in shown), _ZERO)
        steps: list[Step] = []
        words: list[str] = []
        mme = _ZERO
        for lot, mg in shown:
            if self._derive:
                steps += [
                    Step(self._taken(item)) for item in lot.segments if item.touches(self._start, self._end)
                ]
            daily = mg / self._days
            unit = lot.segments[0].exposure.amount.unit
            mean = f"{in_words(Quantity(daily, 'mg').to(unit))} per 24 h"
            steps.append(
                Step(f"{in_words(Quantity(mg, 'mg').to(unit))} in {number(self._window.hours)} h = {mean}")
            )
            row = lot.applied
            if row is None:
                continue
            group = self._band_total(lot)
            factor = factor_words(row.row, None if group is None else group * row.per_mg)
            part = row.mme(daily, group if group is not None else daily)
            words.append(factor)
            mme += part
            steps.append(
                Step(
                    f"{mean} × {factor} = {number(part)} MME per 24 h",
                    row=row_place(row.row),
                    citation=row.row.citation,
                    provenance=row.row.provenance,
                )
            )
        steps += [
            Step(f"not counted: {in_words(Quantity(mg / self._days, 'mg'))} per 24 h: {lot.refusal}")
            for lot, mg in parts
            if lot.refusal is not None
        ]
        first = shown[0][0]
        return DrugMean(
            ingredient=first.ingredient,
            route=first.route,
            form=first.form if len(forms) == 1 else None,
            amount_per_day=Quantity(total / self._days, "mg").to(first.segments[0].exposure.amount.unit),
            mme_per_day=mme if usable else None,
            factor_words="; ".join(dict.fromkeys(words)) or "no factor",
            derivation=tuple(steps),
            release_rate=self._release(shown),
        )

    def _band_total(self, lot: Lot) -> Fraction | None:
        """Mean mg per 24 h that decides the lot's band; None where no band does."""
        if lot.band_key is None:
            return None
        return sum((mg for other, mg in self._counted if other.band_key == lot.band_key), _ZERO) / self._days

    def _release(self, parts: Iterable[_Taken]) -> Quantity | None:
        """Mean release of patches over the time that any of them was worn within the window."""
        worn: list[tuple[int, int]] = []
        mass = _ZERO
        for lot, mg in parts:
            if not lot.patch:
                return None
            mass += mg
            worn += [
                (max(item.start, self._start), min(item.end, self._end))
                for item in lot.segments
                if item.touches(self._start, self._end)
            ]
        length, reach = 0, self._start
        for first, last in sorted(worn):
            length += max(last - max(first, reach), 0)
            reach = max(reach, last)
        if not length:
            return None
        return Quantity(mass * _HOUR_US / length, "mg/h").to("ug/h")

    def _taken(self, item: Segment) -> str:
        """One exposure in words: when, how its amount came about, and how much of it falls in the window."""
        exposure = item.exposure
        when = local_text(exposure.start, self._local)
        if item.end > item.start:
            when += f" to {local_text(exposure.end, self._local)}"
        text = f"{when} {exposure.kind}: {'; '.join(exposure.steps) or in_words(exposure.amount)}"
        inside = item.mg_within(self._start, self._end)
        if inside != item.mg:
            text += f"; {in_words(Quantity(inside, 'mg').to(exposure.amount.unit))} of it in the window"
        if exposure.as_needed and exposure.kind is ExposureKind.DOSE:
            text += "; given as needed"
        return f"{text}; {exposure.note}" if exposure.note else text
