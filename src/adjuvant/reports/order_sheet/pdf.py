"""The order sheet as PDF by typst: one page, tagged and archival, the same bytes from the same plan."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from adjuvant.reports.order_sheet.model import OrderSheet
from adjuvant.reports.pdf import compiled, drawable

__all__ = ["order_pdf"]


def order_pdf(sheet: OrderSheet) -> bytes:
    """The PDF. Its document date is the instant of the advice, never the time of writing.

    Raises:
        InternalError: typst refuses the document, with its reason.
    """
    moment = sheet.at
    data = _drawn(asdict(replace(sheet, at=moment)))
    data["at"] = moment.isoformat()
    data["date"] = {"year": moment.year, "month": moment.month, "day": moment.day}
    return compiled("order.typ", json.dumps(data, ensure_ascii=False, sort_keys=True), moment)


def _drawn(thing: Any) -> Any:
    """The same with every character that the typeface lacks written as its code point."""
    if isinstance(thing, str):
        return drawable(thing)
    if isinstance(thing, dict):
        return {key: _drawn(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [_drawn(value) for value in thing]
    return thing
