"""How fast the place of action follows the blood: the library's default, its span and its source."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import read_file
from adjuvant.pk.model import Figure, Source
from adjuvant.pk.source import SOURCE, figure, source

__all__ = ["Equilibration", "equilibration"]

_FILE = FOLDER / "ketamine" / "effect_site.yaml"


@dataclass(frozen=True, slots=True)
class Equilibration:
    """The half-life of equilibration with the place of action, and the span that it is known to."""

    half_life: Figure
    low: Figure
    high: Figure
    source: Source

    @property
    def per_min(self) -> float:
        """The rate, ke0."""
        return math.log(2) / float(self.half_life.value.in_("min"))

    @property
    def span_per_min(self) -> tuple[float, float]:
        """The least and the greatest rate."""
        slow, fast = (math.log(2) / float(one.value.in_("min")) for one in (self.high, self.low))
        return slow, fast


@lru_cache(maxsize=1)
def equilibration() -> Equilibration:
    """The library's default; read once."""
    entry = read_file(_FILE, shown_name(_FILE)).fields(["half_life"])["half_life"]
    fields = entry.fields(["value", "low", "high", "citation", "provenance", "note"], ["copy"])
    own = source({name: fields[name] for name in SOURCE if name in fields})
    half, low, high = (figure(name, fields[name], own) for name in ("value", "low", "high"))
    return Equilibration(half, low, high, own)
