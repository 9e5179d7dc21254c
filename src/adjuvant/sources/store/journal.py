"""The journal of an import that is under way: what is read, and which parts of it are finished."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adjuvant.errors import AdjuvantError
from adjuvant.record import QualitySummary
from adjuvant.sources.store.manifest import JOURNAL, Part, put_json
from adjuvant.sources.store.part import check_file
from adjuvant.sources.store.wholes import from_json, to_json

__all__ = ["Journal"]

_FORMAT = "adjuvant import"


@dataclass(slots=True)
class Journal:
    """What is known of an import that has not finished.

    Args:
        fingerprint: of what is read and how; another fingerprint is another import.
        parts: the parts that are finished, in order.
        quality: of the rows of the patients in them.
    """

    fingerprint: dict[str, Any]
    parts: list[Part] = field(default_factory=list)
    quality: QualitySummary = field(default_factory=QualitySummary)

    @property
    def last(self) -> str | None:
        """The last patient that is finished."""
        return self.parts[-1].last if self.parts else None

    def write(self, place: Path) -> None:
        """Keep it in the store's folder."""
        content = {
            "format": _FORMAT,
            "fingerprint": self.fingerprint,
            "parts": [part.plain() for part in self.parts],
            "quality": to_json(self.quality),
        }
        put_json(place / JOURNAL, content)

    @classmethod
    def read(cls, place: Path) -> Journal | None:
        """The journal in a store's folder; None if there is none that can be used.

        A journal whose parts are not all there as they were written is of no use: the import begins anew.
        """
        try:
            content = json.loads((place / JOURNAL).read_text(encoding="utf-8"))
            if content["format"] != _FORMAT:
                return None
            parts = [Part.of(place, item) for item in content["parts"]]
            for part in parts:
                for table in part.files:
                    check_file(part, table)
            return cls(dict(content["fingerprint"]), parts, from_json(content["quality"]))
        except (OSError, AdjuvantError, AttributeError, KeyError, TypeError, ValueError):
            return None
