"""The names of eICU infusions, which hide the unit of the rate, and now and then what the bag holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from adjuvant.errors import QuantityError
from adjuvant.quantity import Quantity, parse_decimal, read_unit

__all__ = ["Label", "read_label"]

# The last bracket is the unit of the rate, if it looks like one or is empty: "(mcg/hr)", "()".
_UNIT = re.compile(r"(.*?)\s*\(([^()]*/[^()]*|\s*)\)\s*")
_CONTENTS = re.compile(r"(\d[\d.,]*)\s*(mcg|mg|g|gm)\b(.*?)(\d[\d.,]*)\s*(ml|l)\b", re.IGNORECASE)
_PCA = re.compile(r"\bpca\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Label:
    """What the name of an infusion says.

    Args:
        text: as written.
        name: the drug, without unit and contents.
        unit: of the rate; empty brackets give an empty text, none give None.
        amount, volume: what the bag holds and in how much, where the name says both with their units.
        pca: whether it is a patient's own pump.
    """

    text: str
    name: str
    unit: str | None
    amount: Quantity | None = None
    volume: Quantity | None = None
    pca: bool = False


@lru_cache(maxsize=4096)
def read_label(text: str) -> Label:
    """What a ``drugname`` of the infusions says."""
    match = _UNIT.fullmatch(text)
    name, unit = (match[1], match[2].strip()) if match else (text.strip(), None)
    amount = volume = None
    contents = _CONTENTS.search(name)
    if contents:
        try:
            amount = Quantity(parse_decimal(contents[1]), read_unit(contents[2].lower().replace("gm", "g")))
            volume = Quantity(parse_decimal(contents[4]), read_unit(contents[5].lower()))
        except QuantityError:
            amount = volume = None
        else:
            name = name[: contents.start()].strip()
    if volume is not None and volume.value == 0:
        amount = volume = None
    return Label(text, name, unit, amount, volume, _PCA.search(name) is not None)
