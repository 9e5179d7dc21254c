"""Opioids before and after a course: in MME by the chosen plan, drug by drug, and over the covering plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from zoneinfo import ZoneInfo

from adjuvant.library.model import TablePlan
from adjuvant.opioids.model import DayMME, MmeCurve, WindowMME
from adjuvant.outcomes.model import DrugChange, DrugStop, OpioidSummary, PlanChange, Windows
from adjuvant.outcomes.observed import observed_part
from adjuvant.outcomes.opioid_window import (
    missing_orders,
    short_charting,
    uncharted,
    with_refusals,
    withheld,
)
from adjuvant.outcomes.stops import stopped_drugs
from adjuvant.quantity import show
from adjuvant.record import (
    Basis,
    Exposures,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    PatientRecord,
    Refusal,
)
from adjuvant.timeline import Interval
from adjuvant.unknown import Unknown

__all__ = ["is_unread", "opioid_basis", "opioid_needs", "opioid_summary", "plan_title"]

_LOUD = {
    Basis.ORDERED: "These figures are from ORDERS: no opioid administration is charted. "
    "Ordered is not given, and nothing here says what the patient received.",
    Basis.DISPENSED: "These figures are from DISPENSED supply: no opioid administration and no order is "
    "charted. Dispensed is not given.",
}


def opioid_basis(record: PatientRecord) -> Basis | None:
    """What the opioid figures are built from; bases are never mixed.

    Administrations, unless the record charts none of any opioid and has opioid orders, or else opioid supply;
    what could not be placed counts after what could, as it may be an opioid. None where the record names no
    opioid and charts no administration.
    """
    from adjuvant.library import is_opioid

    def names_opioid(
        items: Sequence[MedicationAdministration | MedicationRequest | MedicationDispense],
    ) -> bool:
        return any(is_opioid(part.name) for item in items for part in item.drug.ingredients)

    if names_opioid(record.administrations):
        return Basis.ADMINISTERED
    if names_opioid(record.requests):
        return Basis.ORDERED
    if names_opioid(record.dispenses):
        return Basis.DISPENSED
    lost = [why for why in record.unplaced if why.ingredient is None or is_opioid(why.ingredient)]
    for basis in (Basis.ADMINISTERED, Basis.ORDERED, Basis.DISPENSED):
        if any(why.basis in (basis, None) for why in lost):
            return basis
    return Basis.ADMINISTERED if record.administrations else None


def opioid_summary(
    record: PatientRecord, windows: Windows, plan: TablePlan, plans: Sequence[TablePlan], local: ZoneInfo
) -> OpioidSummary | None:
    """Opioids before and after by `plan`, and the percent change by every plan that covers both windows.

    Each window is cut to the part in which medication was charted (`observed_part`), so that silence after
    the chart's end, a discharge or a death is not counted as an opioid-free day; the cut is said in
    `warnings`. Charted for less than the library's ``charted_share_min`` of it, the window is incomplete: its
    figure is what was charted over its whole length, a lower bound. An opioid that is ordered regularly
    without one charted dose leaves it incomplete, too.

    Args:
        plans: the plans of the spread; `plan` counts among them whether it is named or not.
    Returns:
        None where the record names no opioid and charts no administration: not read, which is not none.
    """
    from adjuvant.library import opioid_names, setting
    from adjuvant.opioids.curve import daily_curve, mme_curve
    from adjuvant.opioids.window import window_mme
    from adjuvant.record.exposures import build_exposures

    basis = opioid_basis(record)
    if basis is None:
        return None
    exposures = build_exposures(record, opioid_names(), basis)
    silence = setting("pain_gap_h").value
    named = (("before", windows.before), ("after", windows.after))
    parts = {name: observed_part(record, window, silence, basis) for name, window in named}
    lacking: dict[str, tuple[Refusal, ...]] = {}
    spans: dict[str, Interval] = {}
    for name, window in named:
        part = parts[name]
        short = None if part is None else short_charting(record, name, window, part, local)
        spans[name] = window if part is None or short is not None else part
        given = part if basis is Basis.ADMINISTERED else None
        ordered = () if given is None else missing_orders(record, exposures, given, local)
        lacking[name] = (*([] if short is None else [short]), *ordered)
    every = {one.key: one for one in (plan, *plans)}

    def mean(one: TablePlan, name: str, window: Interval) -> WindowMME:
        if parts[name] is None:
            return uncharted(one.key, name, window, local)
        found = window_mme(exposures, one, spans[name], local=local, derive=one.key == plan.key)
        return with_refusals(found, lacking[name])

    answers = {key: tuple(mean(one, *item) for item in named) for key, one in every.items()}
    changes = [_plan_change(every[key], *answers[key]) for key in every]
    covering = tuple(change for change in changes if change.before is not None)
    before, after = answers[plan.key]
    span = Interval(windows.before.start, windows.after.end)
    curve = mme_curve(exposures, plan, span, local)
    others = [
        daily_curve(exposures, every[item.plan], span, local) for item in covering if item.plan != plan.key
    ]
    return OpioidSummary(
        plan=plan.key,
        plan_title=plan_title(plan),
        basis=basis.value,
        before=before,
        after=after,
        percent=_percent(before, after),
        drugs=_drug_changes(before, after),
        by_table=covering,
        uncovered=tuple(change for change in changes if change not in covering),
        stopped=_stopped(exposures, parts, lacking),
        curve=curve,
        curve_low_high=_low_high(curve, others),
        warnings=_warnings(basis, named, parts, spans, exposures, before, after, curve),
        withheld=withheld(record, named),
    )


def plan_title(plan: TablePlan) -> str:
    """The tables' titles as a sentence names them, such as ``CDC 2022 with US equianalgesic, classic``."""
    return " with ".join(table.title for table in plan.tables)


def opioid_needs(name: str, window: WindowMME) -> list[str]:
    """What an incomplete window lacks, one line a refusal; `name` is what the window is called."""
    found = [f"opioids {name}: {item.subject}: {item.detail}" for item in window.refused]
    return list(dict.fromkeys(found)) or [f"all opioids {name}"]


def is_unread(window: WindowMME) -> bool:
    """Whether nothing at all was charted in the window, so that its 0 is no figure."""
    return not window.charted


def _percent(before: WindowMME, after: WindowMME) -> Fraction | Unknown:
    needs: list[str] = []
    for name, window in (("before", before), ("after", after)):
        if not window.complete:
            needs += opioid_needs(name, window)
    if not needs and before.per_day == 0:
        needs = ["an opioid before: a percentage of 0 MME is undefined"]
    if needs:
        return Unknown(needs)
    return (after.per_day - before.per_day) / before.per_day * 100


def _plan_change(plan: TablePlan, before: WindowMME, after: WindowMME) -> PlanChange:
    percent = _percent(before, after)
    whole = before.complete and after.complete
    return PlanChange(
        plan=plan.key,
        title=plan_title(plan),
        before=before.per_day if whole else None,
        after=after.per_day if whole else None,
        percent=None if isinstance(percent, Unknown) else percent,
        refused=tuple(dict.fromkeys((*before.refused, *after.refused))),
    )


def _stopped(
    exposures: Exposures, parts: Mapping[str, Interval | None], lacking: Mapping[str, Sequence[Refusal]]
) -> tuple[DrugStop, ...]:
    before, after = parts["before"], parts["after"]
    # A chart that ends early cannot show that a drug stayed away, nor can one without the regular doses.
    if before is None or after is None or any(item.ingredient is None for item in lacking["after"]):
        return ()
    ordered = tuple(lacking["after"])
    return stopped_drugs(replace(exposures, refused=(*exposures.refused, *ordered)), before, after)


def _drug_changes(before: WindowMME, after: WindowMME) -> tuple[DrugChange, ...]:
    # window_mme answers one line an ingredient and route, patches apart, so labels do not repeat.
    first, second = ({mean.label: mean for mean in window.drugs} for window in (before, after))
    changes = []
    for label in dict.fromkeys((*first, *second)):
        old, new = first.get(label), second.get(label)
        ends = [Fraction(0) if mean is None else mean.mme_per_day for mean in (old, new)]
        known = [end for end in ends if end is not None]
        changes.append(DrugChange(label, old, new, known[1] - known[0] if len(known) == 2 else None))
    return tuple(changes)


def _low_high(curve: MmeCurve, others: Sequence[Sequence[DayMME]]) -> tuple[tuple[Fraction, Fraction], ...]:
    ranges = []
    for index, day in enumerate(curve.days):
        totals = [day.total, *(days[index].total for days in others if days[index].complete)]
        ranges.append((min(totals), max(totals)))
    return tuple(ranges)


def _warnings(
    basis: Basis,
    named: Sequence[tuple[str, Interval]],
    parts: Mapping[str, Interval | None],
    spans: Mapping[str, Interval],
    exposures: Exposures,
    before: WindowMME,
    after: WindowMME,
    curve: MmeCurve,
) -> tuple[str, ...]:
    found = [_LOUD[basis]] if basis in _LOUD else []
    for name, window in named:
        part = parts[name]
        if part is None:
            found.append(f"No medication is charted {name}: opioids there are not read, which is not none.")
        elif part != window:
            found.append(
                f"The medication chart covers {show(part.hours)} of the {show(window.hours)} h {name}"
                + ("; opioids are averaged over that part only." if spans[name] == part else ", too little.")
            )
    for name, mean in (("before", before), ("after", after)):
        if not mean.complete and parts[name] is not None:
            found.append(f"Opioids {name}: {len(mean.refused)} refused, so the figure is a lower bound.")
        if mean.high is not None and mean.high > mean.per_day:
            found.append(f"As-needed orders, left out, could add up to {show(mean.high)} MME a day {name}.")
    if basis is Basis.ADMINISTERED and not exposures.items and not exposures.refused:
        found.append("No opioid administration is charted.")
    return tuple(dict.fromkeys((*found, *curve.warnings)))
