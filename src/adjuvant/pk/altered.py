"""What a record charts that changes how fast ketamine leaves the blood, of which no model of levels knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path

from adjuvant.citation import Citation, Provenance
from adjuvant.library.bibliography import source_of
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import closest, read_file
from adjuvant.library.vocabulary import KnownCondition, conditions, interactions
from adjuvant.record import AdministrationStatus, Condition, PatientRecord
from adjuvant.timeline import local_text

__all__ = [
    "NONE_CHARTED",
    "OUTSIDE",
    "Altered",
    "Alters",
    "altered_clearance",
    "outside_words",
    "read_altered",
]

_FILE = FOLDER / "ketamine" / "altered.yaml"
_OVER = ("resolved", "inactive", "remission")


@dataclass(frozen=True, slots=True)
class Alters:
    """One thing that changes the clearance of ketamine, and who says so.

    Args:
        drugs: ingredients, where it is a drug; else `condition` is the key of a condition.
    """

    key: str
    title: str
    effect: str
    citation: Citation
    provenance: Provenance
    drugs: frozenset[str] = frozenset()
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Altered:
    """One such thing that a record charts.

    Args:
        seen: as the record names it.
        at: when it was last given or ordered, or since when it is known; None where the record does not say.
        given: whether it was given, and not only ordered; None of a condition.
    """

    why: Alters
    seen: str
    at: datetime | None
    given: bool | None

    def words(self, local: tzinfo) -> str:
        """In a sentence: what it is, when it was charted, what it does, who says so."""
        when = "at no known time" if self.at is None else local_text(self.at, local)
        if self.given is None:
            known = f"charted {when}" if self.at is None else f"known since {when}"
        else:
            known = f"{'last given' if self.given else 'ordered'} {when}"
        source = ", ".join(one for one in (self.why.citation.identifier, self.why.provenance.label) if one)
        return f"{self.seen} ({self.why.title}, {known}): {self.why.effect.rstrip('.')} ({source})."


def read_altered(path: Path) -> tuple[Alters, ...]:
    """Everything that changes the clearance of ketamine, by the file of the library.

    Raises:
        LibraryError: an interaction or a condition that is not in the library, or has no effect or source.
    """
    top = read_file(path, shown_name(path)).fields(["drugs", "conditions"])
    found = []
    for key in top["drugs"].words():
        if key not in interactions():
            raise top["drugs"].error(f"{key!r} is no interaction", closest(key, interactions()))
        one = interactions()[key]
        found.append(
            Alters(key, one.title, one.effect, one.citation, one.provenance, drugs=frozenset(one.drugs))
        )
    for key, entry in top["conditions"].pairs():
        if key not in conditions():
            raise entry.error(f"{key!r} is no condition", closest(key, conditions()))
        fields = entry.fields(["effect", "citation", "provenance"], ["note"])
        found.append(
            Alters(key, conditions()[key].title, fields["effect"].text(), *source_of(fields), condition=key)
        )
    return tuple(found)


@lru_cache(maxsize=1)
def _known() -> tuple[Alters, ...]:
    return read_altered(_FILE)


def altered_clearance(record: PatientRecord, at: datetime) -> tuple[Altered, ...]:
    """What is charted up to an instant, each drug and condition once with its last time.

    A record that charts none of it says nothing of what it does not chart. How long a drug goes on acting
    after its last dose no source that was read says, so that all of the record up to the instant counts,
    with its time.

    Args:
        at: nothing later is looked at.
    """
    known = record.known_at(at)
    taken = _taken(known)
    found: dict[str, Altered] = {}
    for why in _known():
        # A drug of two classes and a disease of two names stand once, with the first: graver ones come first.
        for name in sorted(why.drugs & taken.keys()):
            found.setdefault(name, Altered(why, name, *taken[name]))
        if why.condition:
            own = conditions()[why.condition]
            for one in known.conditions:
                if one.status not in _OVER and _means(one, own):
                    found.setdefault(
                        f"condition {one.id}", Altered(why, one.text.strip() or own.title, one.onset, None)
                    )
    return tuple(found.values())


def _taken(record: PatientRecord) -> Mapping[str, tuple[datetime | None, bool]]:
    """Every ingredient that was given or ordered, with its last time, and whether it was given."""
    found: dict[str, tuple[datetime | None, bool]] = {}
    for order in record.requests:
        for part in order.drug.ingredients:
            found[part.name] = (order.start, False)
    for row in record.administrations:
        if row.status is AdministrationStatus.NOT_GIVEN:
            continue
        for part in row.drug.ingredients:
            before = found.get(part.name)
            if before is None or not before[1] or before[0] is None or row.start >= before[0]:
                found[part.name] = (row.start, True)
    return found


def _means(one: Condition, known: KnownCondition) -> bool:
    if one.code is not None and one.code.system == "ICD-10":
        code = one.code.value.replace(".", "").upper()
        return any(code.startswith(start.replace(".", "").upper()) for start in known.icd10)
    if one.code is not None and one.code.system == "SNOMED CT" and one.code.value in known.snomed:
        return True
    text = f" {one.text.lower()} "
    return any(f" {name.lower()} " in text for name in known.names)


OUTSIDE = "This patient is outside of the population that any model was made from."
"""Said before all else where a record charts something that changes the clearance of ketamine."""

NONE_CHARTED = (
    "Of the drugs and diseases of the liver that are known to change how fast ketamine leaves the blood none "
    "is charted; what is not charted is not known."
)


def outside_words(found: Sequence[Altered], local: tzinfo) -> tuple[str, ...]:
    """What must stand before the levels: that nobody like this was studied, and why; else nothing."""
    return (OUTSIDE, *(one.words(local) for one in found)) if found else ()
