"""The opioids beside ketamine: MME before, after a chosen cut, once one drug stops; never applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from adjuvant.errors import InputError, RefusedError
from adjuvant.library.model import TablePlan
from adjuvant.opioids import DailyMME, LineStatus, RegimenLine, daily_mme
from adjuvant.plan.figures import words
from adjuvant.protocol.model import Protocol
from adjuvant.quantity import Quantity, show_exact
from adjuvant.timeline import as_instant

__all__ = ["OpioidStages", "Stage", "WornPatch", "line_words", "opioid_stages"]

_NONE = Quantity(0, "%")


@dataclass(frozen=True, slots=True)
class Stage:
    """The regimen at one stage.

    Args:
        key: ``before``, ``during`` (cut, while ketamine runs) or ``after`` (one drug stopped as well).
        mme: by each table or named pair, in the order that was asked; each has its totals by drug.
    """

    key: str
    title: str
    lines: tuple[RegimenLine, ...]
    mme: tuple[DailyMME, ...]


@dataclass(frozen=True, slots=True)
class WornPatch:
    """A patch that is worn. It counts until somebody has seen it off; an order to stop takes none off.

    Args:
        name: drug and release.
        stops: whether it is of the drug that is to be stopped.
        removed: when it was seen to be off; None where nobody has charted it.
    """

    name: str
    stops: bool
    removed: datetime | None


@dataclass(frozen=True, slots=True)
class OpioidStages:
    """What a choice comes to. It is a reckoning for whoever prescribes: nothing is changed by it.

    Args:
        statement: what the protocol says of the opioids; empty where it says nothing.
        choices: the cuts that the protocol leaves; none at all is always among them.
        cut: the one that was chosen; None where nobody has chosen, and then only ``before`` is reckoned.
        notes: what a reader must know, each a sentence.
        review_after: when the protocol reviews the opioid.
        stop: the ingredient that is to be stopped; empty where none is.
        patches: every patch that is worn, and whether it was seen to be off.
    """

    statement: str
    citation: str
    choices: tuple[Quantity, ...]
    cut: Quantity | None
    stages: tuple[Stage, ...]
    notes: tuple[str, ...]
    review_after: Quantity | None
    stop: str = ""
    patches: tuple[WornPatch, ...] = ()


def line_words(line: RegimenLine) -> str:
    """A line as people say it: ``fentanyl patch 50 microgram/h``, ``morphine oral 15 mg``."""
    amount = line.rate if line.rate is not None and line.dose is None else line.dose
    kind = "patch" if line.is_patch else (line.route or "").replace("_", " ")
    worn = f"{show_exact(line.patches)} \N{MULTIPLICATION SIGN}" if line.patches not in (None, 1) else ""
    shown = words(amount) if amount is not None else ""
    if amount is not None and "{" in amount.unit.code and amount.value != 1:
        shown += "s"  # a counted thing: 2 tablets
    parts = (worn, line.drug.text, kind, shown)
    return " ".join(one for one in parts if one)


def opioid_stages(
    lines: Iterable[RegimenLine],
    protocol: Protocol,
    plans: Sequence[TablePlan],
    cut: Quantity | None = None,
    stop: str = "",
    removed: datetime | None = None,
) -> OpioidStages:
    """The opioids before, during and after ketamine, by every table that is asked.

    Args:
        cut: the share that was chosen; None leaves the choice open.
        stop: the ingredient of one drug that is to be stopped; empty for none.
        removed: when its patch was seen to be taken off; a patch counts until then.
    Raises:
        InputError: no table, no line, a drug to be stopped that no line has, a stop without a chosen cut, or
            a patch that was removed where none of a drug that stops is worn.
        RefusedError: a cut that the protocol does not leave.
    """
    before = tuple(lines)
    if not plans:
        raise InputError("tables", "none is named", "name a conversion table, or several")
    plan = protocol.opioids
    choices = _choices(protocol)
    notes: list[str] = [] if plan is not None else ["The protocol says nothing of the opioids."]
    if plan is not None and plan.observed_cut is not None:
        notes.append(f"Its authors report a fall of {plan.observed_cut}; they do not prescribe it.")
    if stop and cut is None:
        raise InputError(f"stop of {stop!r}", "comes without a chosen cut", "choose one; 0 % cuts nothing")
    if removed is not None and not stop:
        raise InputError(
            "removal of a patch", "comes without the drug that stops", "name the drug of the patch"
        )
    if cut is not None and not any(cut.same_as(one) for one in choices):
        raise RefusedError(
            f"cut of {cut}", f"is not among what {protocol.protocol} leaves: {', '.join(map(str, choices))}",
            "choose one of them, or write an order of your own",
        )  # fmt: skip
    first = _stage("before", "Before ketamine, as listed", before, plans)
    stages = [first]
    if cut is None:
        notes.append("No cut is chosen: nothing is reckoned beyond what is listed.")
    else:
        during = _during(before, first.mme, cut, notes)
        stages.append(_stage("during", f"While ketamine is given, cut by {cut}", during, plans))
        if stop:
            stages.append(_stopped(during, first.mme, stop, removed, plans, notes))
    patches = _patches(before, first.mme, stop, removed)
    if removed is not None and not any(one.stops for one in patches):
        raise InputError(
            "removal of a patch", f"is charted, and no patch of {stop} is listed", "list it, or leave it out"
        )
    notes += [f"The protocol stops {name} first." for name in (plan.stop_drugs if plan is not None else ())]
    notes.append("A clinician chooses and orders; nothing is changed by this reckoning.")
    return OpioidStages(
        statement=plan.statement if plan is not None else "",
        citation=plan.citation or "" if plan is not None else "",
        choices=choices,
        cut=cut,
        stages=tuple(stages),
        notes=tuple(notes),
        review_after=plan.review_after if plan is not None else None,
        stop=stop,
        patches=patches,
    )


def _patches(
    lines: tuple[RegimenLine, ...], known: Sequence[DailyMME], stop: str, removed: datetime | None
) -> tuple[WornPatch, ...]:
    found = []
    for n, line in enumerate(lines):
        if line.is_patch and {one.lines[n].status for one in known} != {LineStatus.NOT_AN_OPIOID}:
            stops = bool(stop) and stop in {one.lines[n].ingredient for one in known}
            found.append(WornPatch(line_words(line), stops, removed if stops else None))
    return tuple(found)


def _choices(protocol: Protocol) -> tuple[Quantity, ...]:
    given = protocol.opioids.cut if protocol.opioids is not None else ()
    return (_NONE, *sorted(one for one in given if one.value))


def _stage(key: str, title: str, lines: tuple[RegimenLine, ...], plans: Sequence[TablePlan]) -> Stage:
    return Stage(key, title, lines, tuple(daily_mme(lines, plan) for plan in plans) if lines else ())


def _during(
    lines: tuple[RegimenLine, ...], known: Sequence[DailyMME], cut: Quantity, notes: list[str]
) -> tuple[RegimenLine, ...]:
    keep = (100 - cut.value) / 100
    found: list[RegimenLine] = []
    for n, line in enumerate(lines):
        by_table = {one.lines[n].status for one in known}
        if by_table == {LineStatus.NOT_AN_OPIOID} or not cut.value:
            found.append(line)
        elif LineStatus.VALUE not in by_table:
            found.append(line)
            notes.append(f"{line_words(line)} could not be reckoned and is left as it is.")
        elif line.as_needed:
            found.append(line)
            notes.append(f"{line_words(line)} is given as needed, and is not cut.")
        elif line.is_patch:
            found.append(line)
            notes.append(
                f"{line_words(line)} is a patch, and no part of one is worn: change or stop it by order."
            )
        else:
            found.append(replace(line, dose=_part(line.dose, keep), rate=_part(line.rate, keep)))
            if line.dose is not None and not line.dose.unit.has(mass=1):
                notes.append(f"{line_words(line)} is counted in whole things: whoever orders it rounds.")
    return tuple(found)


def _part(value: Quantity | None, keep: Fraction) -> Quantity | None:
    return value * keep if value is not None else None


def _stopped(
    lines: tuple[RegimenLine, ...],
    known: Sequence[DailyMME],
    stop: str,
    removed: datetime | None,
    plans: Sequence[TablePlan],
    notes: list[str],
) -> Stage:
    names = [{one.lines[n].ingredient for one in known} for n in range(len(lines))]
    stopped = [stop in some for some in names]
    if not any(stopped):
        listed = ", ".join(sorted({one for some in names for one in some if one})) or "none"
        raise InputError(f"stop of {stop!r}", f"is a drug that no line has ({listed})", "name one of them")
    left = []
    for line, ends in zip(lines, stopped, strict=True):
        if not ends:
            left.append(line)
            continue
        if not line.is_patch:
            notes.append(f"{line_words(line)} stops; withdrawal and pain that returns are watched for.")
        elif removed is None:
            left.append(line)
            notes.append(
                f"{line_words(line)} counts until its removal is charted: an order to stop takes no patch "
                "off."
            )
        else:
            notes.append(
                f"{line_words(line)} was taken off at {as_instant(removed).isoformat()}. What is in the skin "
                "goes on being taken up after that, and sedation with it; the figure is what is left once "
                "that has ended, and is not reached at removal."
            )
    return _stage("after", f"Once {stop} is stopped", tuple(left), plans)
