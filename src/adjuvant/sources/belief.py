"""Whether a reading is believed, by the library's limits of belief."""

from __future__ import annotations

from adjuvant.library import plausible_limit
from adjuvant.quantity import Quantity

__all__ = ["beyond_belief"]


def beyond_belief(kind: str, value: Quantity) -> str:
    """Why a reading is not believed, in the words of the library's limit; empty if it is."""
    limit = plausible_limit(kind)
    if limit is None:
        return ""
    amount = value.value if value.unit.code == limit.unit else value.in_(limit.unit)
    if limit.low <= amount <= limit.high:
        return ""
    side = "below" if amount < limit.low else "above"
    return f"{side} what is believed of a {kind.replace('_', ' ')}"
