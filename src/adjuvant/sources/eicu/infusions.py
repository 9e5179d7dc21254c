"""Infusions (``infusiondrug``): a rate is charted at an instant, and holds until the next row of its drug.

The table says when a rate was charted, and neither when it began nor when it ended. So a rate counts from its
own row to the next row of the same drug in the same unit stay, if the silence is no longer than the library's
hold. A rate of 0 ends it. The last rate of a stay counts for nothing, because nobody charted how long it ran.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, zip_longest

from adjuvant.errors import InputError
from adjuvant.library import setting
from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import (
    AdministrationKind,
    Basis,
    Drug,
    MedicationAdministration,
    Outcome,
)
from adjuvant.sources.eicu.labels import Label, read_label
from adjuvant.sources.eicu.rates import Rate, read_rate
from adjuvant.sources.eicu.reading import Reading, Stay, origin
from adjuvant.sources.gathering import Gathered
from adjuvant.sources.mimic3.drugs import matters
from adjuvant.sources.tables import Row
from adjuvant.timeline import hours_between

__all__ = ["read_infusions"]

TABLE = "infusiondrug"
_REMEDY = "check the row in the source"
_ROUTE = "intravenous"
_ASSUMED = "the table names no route; an infusion is taken as intravenous"
_NOT_FOLLOWED = "the drug is none that is followed here"
_LAST = "nothing says how long the last charted rate ran; it counts up to here"
_EMPTY = "the rate is empty, and no other row says what ran"
_REPEATED = "the same infusion is charted at the same moment under another name"
_RIVAL = "another row of the same moment says another rate"
_BY_VOLUME = "a volume per hour, and no concentration with its unit"
_SILENCE = "no row says for how long the rate was held"


@dataclass(slots=True)
class _Charted:
    """One row whose time could be read."""

    at: datetime
    stay: Stay
    label: Label
    row: Row
    rate: Rate
    named_route: str | None
    """What the user's own lines or the drug's name say of the route."""

    @property
    def drug(self) -> Drug:
        return self.rate.drug

    @property
    def route(self) -> str:
        return self.named_route or _ROUTE


def read_infusions(reading: Reading) -> None:
    """Every charted rate of a drug that matters here; rows of other drugs are counted."""
    found: dict[tuple[str, str, str, bool], list[_Charted]] = {}
    for gathered, stay, row in reading.rows(TABLE, "infusiondrugid"):
        label = read_label(row["drugname"])
        drug = reading.drug(label.name or label.text)
        if not matters(drug):
            _count(gathered, drug, label, Outcome.NOT_USED)
            gathered.drop(Outcome.NOT_USED, TABLE, _NOT_FOLLOWED, {"row_id": row["drugname"]})
            continue
        try:
            at = stay.at(row["infusionoffset"])
        except InputError as error:
            _count(gathered, drug, label, Outcome.NOT_USED)
            gathered.drop(Outcome.NOT_USED, TABLE, f"{drug.text}: the offset {error.rule}", row, error.remedy)
            gathered.lose(drug, Basis.ADMINISTERED, f"the offset {error.rule}", row)
            continue
        one = _Charted(at, stay, label, row, read_rate(label, drug, row), reading.names.form(label.name)[1])
        found.setdefault((stay.id, drug.name, one.route, label.pca), []).append(one)
    for rows in found.values():
        gathered = reading.patients[rows[0].stay.record]
        _read_chain(gathered, sorted(rows, key=lambda one: (one.at, one.row["row_id"])))


def _read_chain(gathered: Gathered, rows: list[_Charted]) -> None:
    """The rows of one drug in one unit stay, in order of time."""
    telling: list[list[_Charted]] = []
    for _, group in groupby((one for one in rows if not one.rate.empty), key=lambda one: one.at):
        telling.append(_of_one_moment(gathered, list(group)))
    for one in (one for one in rows if one.rate.empty):
        held = bool(telling) and telling[0][0].at <= one.at < telling[-1][0].at
        _set_aside(gathered, one, held=held)
    for moment, following in zip_longest(telling, telling[1:]):
        for one in moment:
            _keep(gathered, one, following[0].at if following else None, rivals=len(moment) > 1)


def _set_aside(gathered: Gathered, one: _Charted, *, held: bool) -> None:
    """A row without a rate: between two rates the one before it holds on, else nobody knows what ran."""
    why = "the rate is empty; the one before it holds on" if held else _EMPTY
    _count(gathered, one.drug, one.label, Outcome.UNCONVERTIBLE)
    gathered.drop(Outcome.UNCONVERTIBLE, TABLE, f"{one.drug.text}: {why}", one.row)
    if not held:
        gathered.leave_open(one.drug, _EMPTY, TABLE, one.row, one.at, one.stay.ends)


def _of_one_moment(gathered: Gathered, rows: list[_Charted]) -> list[_Charted]:
    """The rows of one moment that count: hospitals chart one infusion under several names.

    A rate as a mass stands for rows of the same moment that cannot be read or are a volume. Rates that differ
    are all doubted.
    """
    usable = [one for one in rows if one.rate.usable]
    chosen = usable[:1] or rows[:1]
    for one in rows:
        if one is chosen[0]:
            continue
        unreadable = one.rate.value is None or one.rate.by_volume
        if (usable and unreadable and not one.rate.off) or _equal(one.rate.value, chosen[0].rate.value):
            _count(gathered, one.drug, one.label, Outcome.DUPLICATE)
            gathered.drop(Outcome.DUPLICATE, TABLE, f"{one.drug.text}: {_REPEATED}", one.row)
        else:
            chosen.append(one)
    return chosen


def _equal(one: Quantity | None, other: Quantity | None) -> bool:
    return one is not None and other is not None and one.unit.commensurable(other.unit) and one.same_as(other)


def _keep(gathered: Gathered, one: _Charted, until: datetime | None, *, rivals: bool) -> None:
    rate, drug = one.rate, one.drug
    if rate.off:
        # It ends what ran before it, and is no dose that was withheld.
        _count(gathered, drug, one.label, Outcome.USED)
        gathered.counter.used(TABLE)
        return
    if until is None:
        _count(gathered, drug, one.label, Outcome.USED, doubted=True)
        gathered.counter.used(TABLE)
        gathered.doubt(TABLE, f"{drug.text}: {_LAST}", one.row)
        gathered.leave_open(drug, _LAST, TABLE, one.row, one.at, one.stay.ends)
        return
    doubt = rate.doubt or (_RIVAL if rivals else "")
    if not doubt and hours_between(one.at, until) > setting("rate_hold_h").value:
        doubt = _SILENCE
    event = MedicationAdministration(
        id=f"{TABLE}.{one.row['row_id']}",
        drug=drug,
        kind=AdministrationKind.INFUSION,
        start=one.at,
        end=until,
        origin=origin(TABLE, one.row),
        route=one.route,
        rate=rate.value,
        unit_status=rate.status,
        doubt=doubt,
        body_weight=rate.weight,
    )
    gathered.add("administrations", TABLE, event)
    said = _in_general(rate, doubt)
    _count(gathered, drug, one.label, Outcome.USED, doubted=bool(said))
    if said:
        gathered.doubt(TABLE, f"{drug.text}: {said}", one.row, _REMEDY)
    if one.named_route is None:
        gathered.doubt(TABLE, _ASSUMED, {"row_id": one.label.text})


def _in_general(rate: Rate, doubt: str) -> str:
    """The doubt in words that are the same for all rows of its kind."""
    if rate.status is UnitStatus.UNCONVERTIBLE:
        unit = "states no unit" in doubt
        return doubt if unit else "the rate, its unit or what the bag holds cannot be read"
    return doubt or (_BY_VOLUME if rate.by_volume else "")


def _count(gathered: Gathered, drug: Drug, label: Label, outcome: Outcome, *, doubted: bool = False) -> None:
    gathered.medicine(TABLE, drug, label.unit or "", outcome, doubted=doubted)
