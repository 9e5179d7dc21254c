"""Terms: the user's own lines that say which drug a name of their records means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from adjuvant.record import Drug

__all__ = ["Terms"]


@dataclass(frozen=True, slots=True)
class Terms:
    """The user's own lines.

    Args:
        drugs: what each name means.
        digest: of the file, so that an import can tell whether it changed.
    """

    drugs: Mapping[str, Drug] = field(default_factory=lambda: MappingProxyType({}))
    digest: str = ""
