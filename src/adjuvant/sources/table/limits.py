"""Limits of credulity for doses and rates, which are not clinical limits: what no chart can mean."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from adjuvant.library.strict import read_file
from adjuvant.quantity import Quantity, parse_unit

__all__ = ["beyond", "limits"]

_FILE = Path(__file__).with_name("limits.yaml")


@lru_cache(maxsize=1)
def limits() -> Mapping[str, Quantity]:
    """Every limit of ``limits.yaml`` by name; what is above it is not credible."""
    found: dict[str, Quantity] = {}
    for name, entry in read_file(_FILE, _FILE.name).pairs():
        fields = entry.fields(("above", "unit"))
        found[name] = Quantity(fields["above"].number(), parse_unit(fields["unit"].text()))
    return found


def beyond(value: Quantity, *, patch: bool = False) -> str:
    """Why a dose or rate is not credible, in words; empty if it is, or if no limit measures the same.

    Args:
        patch: the value is the release rate of patches.
    """
    for name, limit in limits().items():
        if value.unit.commensurable(limit.unit) and patch == (name == "patch_rate") and value > limit:
            return f"is above {limit}, which nothing real reaches"
    return ""
