"""The sentences of a finding: what happened with its figures, and what one course cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from adjuvant.opioids.model import WindowMME
from adjuvant.outcomes.model import OpioidSummary, PainSummary, PlanChange
from adjuvant.outcomes.opioid_change import is_unread
from adjuvant.quantity import show
from adjuvant.record import Basis, RefusalReason
from adjuvant.unknown import Unknown

__all__ = [
    "CEILING",
    "LIMIT",
    "NOT_ASKED",
    "PSEUDO_LIMIT",
    "listed",
    "opioid_sentence",
    "pain_sentence",
    "signed",
]

CEILING = "Consistent with benefit"
"""The most that one course can ever say. Not reached here: the patient's own variability is unasked."""

LIMIT = (
    "Whether this is more than the patient's own ups and downs has not been asked yet. "
    "One course cannot prove the cause."
)

PSEUDO_LIMIT = (
    "No ketamine was given: a pseudo-course exercises the windows and says nothing about ketamine. "
    "Whether this is more than the patient's own ups and downs has not been asked yet."
)

NOT_ASKED = (
    "Beyond the patient's own variability: not asked yet.",
    "Durable: not asked yet.",
    "Proof of cause: out of reach of one course.",
)


_CHARTED = {
    Basis.ADMINISTERED: "charted as given",
    Basis.ORDERED: "ordered on a schedule",
    Basis.DISPENSED: "charted as dispensed",
}


def pain_sentence(pain: PainSummary | None) -> str:
    """What pain did, with both means, the percent and the share of time that they rest on."""
    if pain is None:
        return "Pain cannot be compared: no series on the 0 to 10 scale has a reading in the windows."
    before, after = pain.before.mean, pain.after.mean
    if isinstance(before, Unknown) or isinstance(after, Unknown) or isinstance(pain.change, Unknown):
        needs = pain.change.needs if isinstance(pain.change, Unknown) else ()
        return f"Pain cannot be compared; missing: {listed(needs)}."
    shares = [f"{show(window.covered_share * 100, 0)} %" for window in (pain.before, pain.after)]
    cover = f"readings cover {shares[0]} and {shares[1]} of the two windows"
    if pain.change == 0:
        return f"Pain stayed at {show(before)} ({cover})."
    percent = "" if isinstance(pain.percent, Unknown) else f", {show(abs(pain.percent), 0)} %{_low(before)}"
    verb = "fell" if pain.change < 0 else "rose"
    points = show(abs(pain.change))
    if points == "0":
        return f"Pain changed by less than 0.1 points ({show(before)} to {show(after)}; {cover})."
    unit = "point" if points == "1" else "points"
    return f"Pain {verb} by {points} {unit} ({show(before)} to {show(after)}{percent}; {cover})."


def opioid_sentence(opioids: OpioidSummary | None) -> str:
    """What opioids did by the chosen table or pair, the range over the others, and which drugs stopped."""
    if opioids is None:
        return (
            "Opioids cannot be compared: the record names no opioid and charts no administration. "
            "Not read is not none."
        )
    basis = Basis(opioids.basis)
    noun = "Opioids" if basis is Basis.ADMINISTERED else f"Opioids as {basis}, not as given,"
    stopped = listed([f"{stop.label} stopped" for stop in opioids.stopped])
    tail = f" {stopped[:1].upper()}{stopped[1:]}." if stopped else ""
    before, after, percent = opioids.before, opioids.after, opioids.percent
    if not (before.complete and after.complete):
        lacks = [_lack(name, window) for name, window in (("before", before), ("after", after))]
        return f"{noun} cannot be compared: {listed([lack for lack in lacks if lack])}.{tail}"
    if isinstance(percent, Unknown):
        if before.per_day == after.per_day == 0:
            return f"No opioid is {_CHARTED[basis]} in either window.{tail}"
        ends = f"from {show(before.per_day)} to {show(after.per_day)} MME a day"
        return f"{noun} went {ends}; a percentage of 0 is undefined.{tail}"
    size = show(abs(percent))
    first, last = show(before.per_day), show(after.per_day)
    ends = f"({first} MME a day)" if first == last else f"({first} to {last} MME a day)"
    verb = "stayed as they were" if size == "0" else f"{'fell' if percent < 0 else 'rose'} by {size} %"
    return f"{noun} {verb} {ends} by {opioids.plan_title}{_range(opioids.by_table)}.{tail}"


def listed(items: Sequence[str]) -> str:
    """Items as people list them: with commas, and ``and`` before the last."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def signed(value: Fraction, places: int = 1) -> str:
    """A change for people, with its sign: ``+2``, ``−4``, ``0``."""
    text = show(value, places)
    return f"+{text}" if value > 0 and text != "0" else text


def _low(baseline: Fraction) -> str:
    """A low baseline said beside its own percentage, where nobody can read past it."""
    from adjuvant.library import setting

    least = setting("percent_baseline_flag").value
    return f" of a baseline below {show(least)}" if baseline < least else ""


def _range(plans: Sequence[PlanChange]) -> str:
    percents = [item.percent for item in plans if item.percent is not None]
    if len(percents) < 2:
        return " (no other table covers every line)"
    low, high, differing = min(percents), max(percents), len(set(percents))
    # Tables copy one another: how many results differ says how many opinions there are.
    over = f"over {len(percents)} tables"
    if show(low) == show(high):
        return f" (the same {over})"
    if differing < len(percents):
        over += f", {differing} different results"
    if high <= 0 or low >= 0:
        ends = sorted((abs(low), abs(high)))
        return f" ({show(ends[0])} to {show(ends[1])} % {over})"
    return f" ({signed(low)} to {signed(high)} % {over})"


def _lack(name: str, window: WindowMME) -> str:
    """Why a window has no total, in a few words; empty where it has one."""
    if window.complete:
        return ""
    if is_unread(window):
        return f"nothing is charted {name}"
    short = [item for item in window.refused if item.reason is RefusalReason.NOT_CHARTED]
    rest = [item for item in window.refused if item not in short]
    parts = [f"medication is charted for only part of the time {name}"] if short else []
    if rest:
        names = sorted({item.ingredient or item.subject for item in rest})
        what = counted(len(rest), "entry", "entries")
        parts.append(f"{what} {name} cannot be converted ({listed(names)})")
    return listed(parts)


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: ``1 reading``, ``2 readings``."""
    return f"{number} {one if number == 1 else many}"
