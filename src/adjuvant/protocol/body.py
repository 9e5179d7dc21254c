"""Which body weight doses per kilogram refer to: of a whole protocol, or of one of its regimens."""

from __future__ import annotations

from typing import Literal

from adjuvant.protocol.values import AnyQuantity, Duration, Sourced

__all__ = ["Weight"]

WeightKind = Literal["actual", "ideal", "lower_of_ideal_and_actual", "not_used", "not_stated"]


class Weight(Sourced):
    """Which body weight doses per kilogram refer to.

    Args:
        kind: ``not_used`` where no dose is per kilogram, ``not_stated`` where a site must choose.
        cap: the greatest weight that is dosed for.
        no_older_than: how old a weight may be.
    """

    kind: WeightKind
    cap: AnyQuantity | None = None
    no_older_than: Duration | None = None
