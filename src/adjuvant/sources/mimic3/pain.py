"""Pain and sedation of ``chartevents``: the words decide, as the number beside them may say otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from adjuvant.errors import InputError, QuantityError
from adjuvant.record import NotAssessable, Outcome, PainKind, PainScore, SedationScore
from adjuvant.sources.gathering import Charts, Gathered, Item, instant, number
from adjuvant.sources.tables import Row

__all__ = ["PAIN", "SEDATION", "read_pain", "read_sedation"]

TABLE = "chartevents"
PAIN_SCALE = "nrs_0_10"
_REMEDY = "check the row in the source"


@dataclass(frozen=True, slots=True)
class _Pain:
    """What a pain item charts; `twin` names the item that charts the very same reading beside it."""

    kind: PainKind = PainKind.CURRENT
    site: str | None = None
    scale: str = PAIN_SCALE
    twin: str = ""


PAIN = {
    "pain level": _Pain(),
    "pain level (rest)": _Pain(site="at rest", twin="pain level"),
    "pain level response": _Pain(PainKind.AFTER_INTERVENTION),
    "pain level/response": _Pain(PainKind.AFTER_INTERVENTION),
    "pain level acceptable": _Pain(PainKind.ACCEPTABLE),
    "painlevel acceptable": _Pain(PainKind.ACCEPTABLE),
    "pain (0-10)": _Pain(scale="nrs_0_10"),
}
"""Pain items by their label in ``d_items``, in lower case."""

# The pick list of both systems: 0 to 10 with words. MetaVision charts the words, with the points in a column
# beside them; CareVue puts the points first ("7-Mod to Severe"). A full stop marks the upper of two points
# that have the same words.
_POINTS = {
    "none": 0,
    "none to mild": 1,
    "mild": 2,
    "mild to moderate": 3,
    "mild to moderate.": 4,
    "moderate": 5,
    "moderate to severe": 6,
    "moderate to severe.": 7,
    "severe": 8,
    "severe to worse": 9,
    "worst": 10,
}
_NUMBERED = re.compile(r"(10|[0-9])(?:-.*)?")
_UNABLE = ("unable to score", "unable to assess")
_YES_OR_NO = ("yes", "no", "tolerable", "not applicable", "other/remarks")

SEDATION = {"riker-sas scale": "riker_sas", "richmond-ras scale": "rass"}
"""Sedation items by their label in ``d_items``, in lower case, and the library's scale of each."""

# Riker's scale in words; CareVue charts them without the number.
_RIKER = {
    "unarousable": "1",
    "very sedated": "2",
    "sedated": "3",
    "calm/cooperative": "4",
    "agitated": "5",
    "very agitated": "6",
    "dangerous agitation": "7",
}


def read_pain(reading: Charts, items: Mapping[str, Item], rows: list[tuple[Gathered, Row]]) -> None:
    """Pain scores from the rows of pain items; the reporter is never charted and stays unstated."""
    taken = {
        (gathered.patient, items[row["itemid"]].label.lower(), row["charttime"], row["value"])
        for gathered, row in rows
    }
    for gathered, row in rows:
        item = items[row["itemid"]]
        meaning = PAIN[item.label.lower()]
        if meaning.twin and (gathered.patient, meaning.twin, row["charttime"], row["value"]) in taken:
            gathered.drop(
                Outcome.DUPLICATE, TABLE, f"{item.label}: the same reading is charted as {meaning.twin}", row
            )
            continue
        if _set_aside(gathered, item, row):
            continue
        try:
            value, missing = _score(row)
            event = PainScore(
                id=f"{TABLE}.{row['row_id']}",
                at=instant(row["charttime"], reading.local),
                scale=meaning.scale,
                origin=reading.origin(TABLE, row, item.label),
                value=value,
                not_assessable=missing,
                kind=meaning.kind,
                site=meaning.site,
            )
        except InputError as error:
            outcome = Outcome.NOT_USED if row["value"].lower() in _YES_OR_NO else Outcome.UNCONVERTIBLE
            gathered.drop(outcome, TABLE, f"{item.label}: {error.rule}", row, error.remedy)
            continue
        if missing is None:
            gathered.add("pain", TABLE, event)
        else:
            gathered.events.setdefault("pain", []).append(event)
            gathered.drop(Outcome.NOT_ASSESSABLE, TABLE, f"{item.label}: {missing}", row)


def _score(row: Row) -> tuple[Fraction | None, NotAssessable | None]:
    """The points that the words mean. "Unable to Score" stands beside a 0 in MetaVision, and is no zero."""
    words = row["value"].lower()
    if words in _UNABLE:
        return None, NotAssessable.UNABLE
    if words in _YES_OR_NO:
        raise InputError("pain", "answers in words whether there is pain or whether it is acceptable", "")
    numbered = _NUMBERED.fullmatch(words)
    points = (
        Fraction(int(numbered[1])) if numbered else Fraction(_POINTS[words]) if words in _POINTS else None
    )
    if points is None:
        raise InputError("pain", "the words are not on the list of pain levels", _REMEDY)
    beside = number(row["valuenum"])
    if beside is not None and beside != points:
        raise InputError("pain", "the number beside the words says another level", _REMEDY)
    return points, None


def read_sedation(reading: Charts, items: Mapping[str, Item], rows: list[tuple[Gathered, Row]]) -> None:
    """Sedation scores from the rows of sedation items, each as its scale's number."""
    for gathered, row in rows:
        item = items[row["itemid"]]
        scale = SEDATION[item.label.lower()]
        if _set_aside(gathered, item, row):
            continue
        try:
            value = _sedation(scale, row)
            at = instant(row["charttime"], reading.local)
        except InputError as error:
            gathered.drop(Outcome.UNCONVERTIBLE, TABLE, f"{item.label}: {error.rule}", row, error.remedy)
            continue
        event = SedationScore(
            f"{TABLE}.{row['row_id']}", at, scale, value, reading.origin(TABLE, row, item.label)
        )
        gathered.add("sedation", TABLE, event)


def _sedation(scale: str, row: Row) -> str:
    words = row["value"]
    if scale == "riker_sas":
        found = _RIKER.get(words.lower())
    else:
        leading = re.match(r"[+-]?[0-9]", words)
        found = leading[0].removeprefix("+") if leading else None
    if found is None:
        raise InputError("sedation", "the words are not on the scale", _REMEDY)
    beside = number(row["valuenum"])
    if beside is not None and beside != int(found):
        raise InputError("sedation", "the number beside the words says another level", _REMEDY)
    return found


def _set_aside(gathered: Gathered, item: Item, row: Row) -> bool:
    """Whether a row is out before it is read: flagged as an error, or empty."""
    try:
        flagged = number(row.get("error", "")) not in (None, 0)
    except QuantityError:
        flagged = True
    if flagged:
        gathered.drop(Outcome.NOT_USED, TABLE, f"{item.label}: the chart flags the row as an error", row)
    elif not row["value"]:
        gathered.drop(Outcome.NOT_ASSESSABLE, TABLE, f"{item.label}: nothing is charted", row)
    return flagged or not row["value"]
