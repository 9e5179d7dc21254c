"""The ICU's tables, as MetaVision charts them: ``inputevents`` and ``chartevents``, read as in MIMIC-III."""

from __future__ import annotations

from adjuvant.record import AdministrationKind, Outcome
from adjuvant.sources.gathering import in_general
from adjuvant.sources.mimic3.chart import OTHER, hand_out, wanted_items
from adjuvant.sources.mimic3.drugs import NOT_FOLLOWED, matters
from adjuvant.sources.mimic3.metavision import REWRITTEN, administration, say_overlaps
from adjuvant.sources.mimic4.reading import Reading
from adjuvant.sources.tables import Row
from adjuvant.timeline import Interval

__all__ = ["INPUTS", "read_chart", "read_inputs"]

INPUTS, CHART = "inputevents", "chartevents"
_REMEDY = "check the row in the source"


def read_inputs(reading: Reading) -> None:
    """Every charted push and infusion of a drug that matters; a row of status Rewritten is a duplicate."""
    if INPUTS not in reading.folder:
        return
    items = [item for item in reading.items.values() if item.table == INPUTS]
    wanted = {item.id: drug for item in items if matters(drug := reading.drug(item.label))}
    running: dict[tuple[str, str], list[tuple[Interval, Row]]] = {}
    for gathered, row in reading.rows(INPUTS, {"itemid": sorted(wanted)}):
        drug = wanted[row["itemid"]]
        unit = row["amountuom"] or row["rateuom"]
        if row["statusdescription"].lower() == REWRITTEN:
            gathered.medicine(INPUTS, drug, unit, Outcome.DUPLICATE)
            reason = f"{drug.text}: the row was rewritten, and another row stands for it"
            gathered.drop(Outcome.DUPLICATE, INPUTS, reason, row)
            continue
        event = administration(reading, INPUTS, gathered, drug, reading.items[row["itemid"]].label, row)
        if event is None:
            gathered.medicine(INPUTS, drug, unit, Outcome.NOT_USED)
            continue
        gathered.add("administrations", INPUTS, event)
        gathered.medicine(INPUTS, drug, unit, Outcome.USED, doubted=bool(event.doubt))
        if event.doubt:
            gathered.doubt(INPUTS, f"{drug.text}: {in_general(event)}", row, _REMEDY)
        elif event.kind is AdministrationKind.INFUSION and event.end is not None:
            span = Interval(event.start, event.end)
            running.setdefault((gathered.patient, row["itemid"]), []).append((span, row))
    say_overlaps(reading.patients, INPUTS, wanted, running)
    reading.count_others(INPUTS, frozenset(wanted), NOT_FOLLOWED)


def read_chart(reading: Reading) -> None:
    """Pain, sedation, vital signs and weights; rows of other items are counted."""
    if CHART not in reading.folder:
        return
    wanted = wanted_items(reading.items)
    hand_out(reading, reading.items, wanted, reading.rows(CHART, {"itemid": sorted(wanted)}))
    reading.count_others(CHART, frozenset(wanted), OTHER)
