"""The resources of one read sorted by patient, on disk where need be: each once, and nobody's apart."""

from __future__ import annotations

import heapq
from collections.abc import Container, Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from adjuvant.errors import InputError
from adjuvant.record import Outcome
from adjuvant.sources.base import Progress, QualityCounter
from adjuvant.sources.fhir.bundles import gather
from adjuvant.sources.fhir.index import Index, is_same
from adjuvant.sources.fhir.reading import Found, SetAside
from adjuvant.sources.spill import Spill

__all__ = ["SortedResources"]

_PATIENT = "p"
_AGAIN = "d"
_TOLD = 5


class _Kept(msgspec.Struct, array_like=True, gc=False):
    """A resource as it is sorted, and its number in the order of reading."""

    number: int
    place: str
    type: str
    id: str
    raw: bytes
    full_url: str | None

    def found(self) -> Found:
        return Found(self.place, self.type, self.id, msgspec.Raw(self.raw), self.full_url)


class _Told:
    """Lines of quality whose rows are met in another order than that of the files, in which they are told."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, Outcome, str, str], tuple[int, list[tuple[int, str]]]] = {}

    def line(self, number: int, outcome: Outcome, table: str, reason: str, remedy: str, example: str) -> None:
        key = (table, outcome, reason, remedy)
        count, examples = self._lines.get(key, (0, []))
        first = heapq.nsmallest(_TOLD, [*examples, (number, example)])
        self._lines[key] = (count + 1, first)

    def tell(self, quality: QualityCounter) -> None:
        for (table, outcome, reason, remedy), (count, examples) in self._lines.items():
            quality.read(table, count)
            for _, example in examples:
                quality.line(outcome, table, reason, remedy, example)
            if count > len(examples):
                quality.line(outcome, table, reason, remedy, n=count - len(examples))


class SortedResources:
    """Everything at a path, sorted.

    Memory holds one file or line at a time and what resources say of each other: addresses, the Medications,
    and the orders in force. The rest is sorted on disk where it is too much to hold.

    Args:
        clinical: the types of resources that belong to a patient.
        work: a folder for what is sorted on disk.
    Attributes:
        index: what the resources say of each other.
        partial: why what was read is not all there is, in words.
        quality: what became of files, bundles and resources that are nobody's.
        astray: resources that can be given to no patient, and why, in the order of the files.
        sizes: how many resources each patient has beside the Patient itself.
    """

    def __init__(self, clinical: frozenset[str], work: Path | None) -> None:
        self.index = Index()
        self.partial: list[str] = []
        self.quality = QualityCounter()
        self.astray: list[tuple[Found, SetAside]] = []
        self.sizes: dict[str, int] = {}
        self._clinical = clinical
        self._numbers = 0
        self._by_name = Spill(work)
        self._by_patient = Spill(work)
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(_Kept)
        self._told = _Told()

    def read(self, path: Path, progress: Progress | None) -> None:
        """Take everything at the path.

        Raises:
            InputError: as `gather`; two resources of one type and id differ: one of them is not what is true.
        """
        gathered = gather(path, self._take, progress)
        self.partial, self.quality = gathered.partial, gathered.quality
        with closing(self._by_name):
            self._note()
            self.index.settle()
            self._share_out()
        self._tell_of_medications()
        self._told.tell(self.quality)

    def again(self) -> Iterator[Found]:
        """The resources that were met before, in no order."""
        return (kept.found() for key, kept in self._sorted() if key == _AGAIN)

    def patients(self, wanted: Container[str]) -> Iterator[tuple[str, Found | None, list[Found]]]:
        """Those patients in order of id: the Patient, if it was there, and what is theirs, as it was met."""
        for key, entries in self._by_patient.groups():
            if not key.startswith(_PATIENT) or key.removeprefix(_PATIENT) not in wanted:
                continue
            kept = sorted(map(self._decoder.decode, entries), key=lambda one: one.number)
            person = next((one.found() for one in kept if one.type == "Patient"), None)
            yield key.removeprefix(_PATIENT), person, [one.found() for one in kept if one.type != "Patient"]

    def close(self) -> None:
        """Remove what was sorted on disk."""
        self._by_name.close()
        self._by_patient.close()

    # --- how it is done ------------------------------------------------------------------------------------

    def _take(self, item: Found) -> None:
        kept = _Kept(self._numbers, item.place, item.type, item.id, bytes(item.raw), item.full_url)
        self._by_name.add(f"{item.type}\0{item.id}", self._encoder.encode(kept))
        self._numbers += 1

    def _sorted(self) -> Iterator[tuple[str, _Kept]]:
        return ((key, self._decoder.decode(data)) for key, data in self._by_patient)

    def _note(self) -> None:
        """Note each resource once. One met again is a duplicate; with another content it stops the read.

        Two resources of one type and id are the same if they are equal in everything but `meta`. Orders that
        are equal in everything but their id are two orders.
        """
        differ: tuple[_Kept, _Kept] | None = None
        for _, entries in self._by_name.groups():
            first: _Kept | None = None
            for kept in map(self._decoder.decode, entries):
                if first is None:
                    first = kept
                    self.index.note(kept.number, kept.found())
                elif not is_same(kept.found(), first.found()):
                    if differ is None or kept.number < differ[0].number:
                        differ = (kept, first)
                else:
                    self._met_again(kept)
        if differ is not None:
            later, first = differ
            raise InputError(
                f"{later.type}/{later.id}: {first.place} and {later.place}",
                "are one resource with two different contents",
                "keep the one that holds",
            )

    def _met_again(self, kept: _Kept) -> None:
        example = f"{kept.type}/{kept.id}: {kept.place}"
        rule = "is the same resource again"
        self._told.line(kept.number, Outcome.DUPLICATE, kept.type, rule, "", example)
        if kept.type.startswith("Medication"):
            self._by_patient.add(_AGAIN, self._encoder.encode(kept))

    def _share_out(self) -> None:
        """Give each resource to its patient, or say why it is nobody's."""
        astray: list[tuple[int, Found, SetAside]] = []
        for _, entries in self._by_name.groups():
            kept = self._decoder.decode(next(entries))
            if kept.type == "Patient":
                self._by_patient.add(_PATIENT + kept.id, self._encoder.encode(kept))
                self.sizes.setdefault(kept.id, 0)
            elif kept.type in self._clinical:
                whose = self.index.whose(kept.found())
                if isinstance(whose, SetAside):
                    astray.append((kept.number, kept.found(), whose))
                    continue
                self._by_patient.add(_PATIENT + whose, self._encoder.encode(kept))
                self.sizes[whose] = self.sizes.get(whose, 0) + 1
            elif kept.type != "Medication":
                rule = "is not a kind of resource that is read"
                self._told.line(kept.number, Outcome.NOT_USED, kept.type, rule, "", kept.place)
        astray.sort(key=lambda each: each[0])
        self.astray = [(item, aside) for _, item, aside in astray]

    def _tell_of_medications(self) -> None:
        for number, item in self.index.medications:
            if not self.index.valid(item.key):
                rule, remedy = "is not valid FHIR R4", "correct it at the source"
                self._told.line(number, Outcome.NOT_USED, item.type, rule, remedy, item.place)
            elif item.key in self.index.referred:
                self.quality.read(item.type)
                self.quality.used(item.type)
            else:
                rule = "is referred to by nothing that is read"
                self._told.line(number, Outcome.NOT_USED, item.type, rule, "", item.place)
