"""Files to resources: bundles, single resources, ndjson; places for errors; whether a bundle is complete."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from adjuvant.errors import InputError
from adjuvant.record import Outcome
from adjuvant.sources.base import Progress, QualityCounter, open_text, read_text
from adjuvant.sources.fhir import resources
from adjuvant.sources.fhir.decoding import as_type
from adjuvant.sources.fhir.reading import Found
from adjuvant.sources.fhir.releases import check_release
from adjuvant.sources.text import check_whole

__all__ = ["Gathered", "gather"]

_JSON = (".json",)
_LINES = (".ndjson", ".jsonl")
_BYTE = re.compile(r"^(?P<what>.*?)(?: \(byte (?P<byte>\d+)\))?$")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class _Page:
    """One bundle, as a page of a search: how many matches it holds, and of how many in all."""

    name: str
    next: str | None
    total: int | None
    matches: int


@dataclass(slots=True)
class Gathered:
    """What is known of everything that was found at a path.

    Args:
        take: given each resource, bundles opened, in the order in which they are met.
        partial: why what was read is not all there is, in words; empty where nothing says so.
        quality: what became of files and bundles.
    """

    take: Callable[[Found], None]
    partial: list[str] = field(default_factory=list)
    quality: QualityCounter = field(default_factory=QualityCounter)
    _pages: dict[str, _Page] = field(default_factory=dict)

    def finish(self) -> None:
        """Settle which pages are missing, once all files are read.

        A next link counts unless the page that it leads to was read too; and pages that follow one another
        must hold together as many matches as the search says that it found.
        """
        for page in self._pages.values():
            if page.next is not None and page.next not in self._pages:
                reason = "the bundle says that there is more (a link to the next page)"
                self._incomplete(page.name, reason, page.next)
        for chain in self._chains():
            total = max((page.total for page in chain if page.total is not None), default=0)
            matches = sum(page.matches for page in chain)
            if total > matches and not any(page.next and page.next not in self._pages for page in chain):
                reason = "the bundle holds fewer resources than it says"
                self._incomplete(chain[0].name, reason, f"{matches} of {total}")

    def _chains(self) -> list[list[_Page]]:
        """Pages of one search, each from its first page that was read."""
        followers = {page.next for page in self._pages.values()}
        chains: list[list[_Page]] = []
        for address, first in self._pages.items():
            if address in followers:
                continue
            chain, page = [first], first
            while page.next in self._pages and self._pages[page.next] not in chain:
                page = self._pages[page.next]
                chain.append(page)
            chains.append(chain)
        return chains

    def _incomplete(self, place: str, reason: str, detail: str = "") -> None:
        self.partial.append(f"{place}: {reason}")
        self.quality.line(
            Outcome.DOUBTED,
            "Bundle",
            reason,
            "export all pages; until then every total is too low by an unknown amount",
            f"{place}: {detail}" if detail else place,
        )

    def add_file(self, path: Path, name: str) -> None:
        """Read one file.

        Args:
            name: what the file is called in places and errors.
        Raises:
            InputError: it cannot be read, is not JSON or not FHIR R4; names file, line and column or path.
        """
        if _bare(path).endswith(_LINES):
            self._add_lines(path, name)
            return
        text = read_text(path)
        try:
            self._add(text.encode(), str(path), name, str(path))
        except _Malformed as error:
            # One resource a line without the ending .ndjson: told by the second line beginning an object.
            if error.trailing and text.count("\n{"):
                raise InputError(
                    f"{path}:2", "begins a second resource", "name the file .ndjson if it holds one a line"
                ) from error
            raise _placed(error, text, str(path)) from error

    def _add_lines(self, path: Path, name: str) -> None:
        check_whole(path)
        with open_text(path) as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    self._add(line.encode(), f"{path}:{number}", f"{name}:{number}", f"{path}:{number}")
                except _Malformed as error:
                    raise InputError(
                        f"{path}:{number}" + (f":{error.byte + 1}" if error.byte is not None else ""),
                        f"is not well-formed JSON ({error.what})",
                        "write one complete resource on each line",
                    ) from error

    def _add(self, data: bytes, error_place: str, name: str, thing: str) -> None:
        try:
            head = as_type(msgspec.Raw(data), dict[str, msgspec.Raw])
        except msgspec.ValidationError as error:
            raise InputError(
                thing, "is JSON, but no FHIR resource", "give a Bundle, a resource, or ndjson of resources"
            ) from error
        except msgspec.DecodeError as error:
            raise _Malformed(error) from error
        twice = _named_twice(data)
        if twice is not None:
            raise InputError(
                thing, f"names {twice!r} twice in one object", "keep one; the two may say different things"
            )
        self._resource(msgspec.Raw(data), head, error_place, name, None, depth=0)

    def _resource(
        self,
        raw: msgspec.Raw,
        head: dict[str, msgspec.Raw],
        error_place: str,
        name: str,
        full_url: str | None,
        *,
        depth: int,
    ) -> None:
        kind = _type_of(head, error_place)
        check_release(kind, head, error_place)
        if kind == "Bundle":
            self._bundle(raw, error_place, name, depth=depth)
            return
        if kind == "OperationOutcome":
            self._outcome(raw, name)
        own = _text(head.get("id"))
        made = full_url.rpartition("/")[2].rpartition(":")[2] if full_url else ""
        self.take(Found(name, kind, own or made or name, raw, full_url))

    def _bundle(self, raw: msgspec.Raw, error_place: str, name: str, *, depth: int) -> None:
        self.quality.read("Bundle")
        if depth >= _DEEPEST:
            raise InputError(error_place, "holds bundles within bundles within bundles", "export it flat")
        try:
            bundle = as_type(raw, resources.Bundle)
        except msgspec.DecodeError as error:
            raise InputError(error_place, f"is not a valid Bundle ({error})", "correct the export") from error
        if bundle.implicit_rules:
            raise InputError(
                error_place,
                f"follows rules that are not known here ({bundle.implicit_rules})",
                "export it without implicitRules",
            )
        if bundle.type == "history":
            raise InputError(
                error_place,
                "is a history: it holds old and deleted versions beside the current ones",
                "export the current versions, as a searchset or collection",
            )
        self.quality.used("Bundle")
        matches = 0
        for number, entry in enumerate(bundle.entry):
            place = f"{name}: $.entry[{number}]"
            matches += self._entry(entry, f"{error_place}: $.entry[{number}]", place, depth)
        self._note_page(bundle, name, matches)

    def _entry(self, entry: resources.BundleEntry, error_place: str, name: str, depth: int) -> int:
        """Read one entry; 1 if it is a match that the bundle's total counts."""
        status = (entry.response.status or "") if entry.response else ""
        if status and not status.startswith("2"):
            self._incomplete(name, "the server did not answer for every entry", status)
        if bytes(entry.resource) in (b"", b"null"):
            return 0
        method = (entry.request.method or "") if entry.request else ""
        if method == "DELETE" or entry.modifier_extension:
            why = (
                "is to be deleted" if method == "DELETE" else "its entry carries a modifier that is not known"
            )
            self.quality.read("Bundle.entry")
            self.quality.line(Outcome.NOT_USED, "Bundle.entry", why, example=name)
            return 0
        place = f"{error_place}.resource"
        try:
            head = as_type(entry.resource, dict[str, msgspec.Raw])
        except msgspec.DecodeError as error:
            raise InputError(place, "is no FHIR resource", "give an object with a resourceType") from error
        self._resource(entry.resource, head, place, name, entry.full_url, depth=depth + 1)
        mode = entry.search.mode if entry.search else None
        return 1 if mode in (None, "match") else 0

    def _note_page(self, bundle: resources.Bundle, name: str, matches: int) -> None:
        links = {link.relation: link.url or f"{name} ({link.relation})" for link in bundle.link}
        total = bundle.total if bundle.type == "searchset" else None
        page = _Page(name, links.get("next"), total, matches)
        # A bundle without an address, or with that of another, is a search of its own.
        address = links.get("self", name)
        self._pages[name if address in self._pages else address] = page

    def _outcome(self, raw: msgspec.Raw, name: str) -> None:
        try:
            outcome = as_type(raw, resources.Outcome)
        except msgspec.DecodeError:
            self._incomplete(name, "the server reports an outcome that cannot be read")
            return
        for issue in outcome.issue:
            if issue.severity in ("error", "fatal") or issue.code in ("incomplete", "timeout", "throttled"):
                detail = issue.diagnostics or issue.code or ""
                self._incomplete(name, "the server reports an error", detail[:100])


class _Malformed(Exception):  # noqa: N818  never leaves this module
    """JSON that is not well formed, before its line is known."""

    def __init__(self, error: msgspec.DecodeError) -> None:
        match = _BYTE.match(str(error))
        said = match["what"] if match else str(error)
        self.what = said.removeprefix("JSON is malformed: ").lower()
        self.byte = int(match["byte"]) if match and match["byte"] else None
        self.trailing = "trailing characters" in said
        super().__init__(said)


def _placed(error: _Malformed, text: str, place: str) -> InputError:
    data = text.encode()
    at = len(data) if error.byte is None else min(error.byte, len(data))
    before = data[:at]
    line, column = before.count(b"\n") + 1, at - (before.rfind(b"\n") + 1) + 1
    odd = data[at : at + len("Infinity")].decode("utf-8", "replace")
    remedy = "repair the export"
    if odd.startswith(("N", "I")) or data[max(at - 1, 0) : at + 1].startswith(b"-I"):
        remedy = "JSON has no NaN and no Infinity; leave the value out and give a dataAbsentReason"
    return InputError(f"{place}:{line}:{column}", f"is not well-formed JSON ({error.what})", remedy)


def _named_twice(data: bytes) -> str | None:
    """A name that stands twice in one object of well-formed JSON, or None: parsers keep only the last."""
    found: list[str] = []

    def look(pairs: list[tuple[str, object]]) -> None:
        names = {name for name, _ in pairs}
        if len(names) < len(pairs):
            found.extend(name for name in names if [key for key, _ in pairs].count(name) > 1)

    try:
        json.loads(data, object_pairs_hook=look, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None  # a text that only one of two parsers accepts is refused where it is decoded
    return min(found, default=None)


def _text(raw: msgspec.Raw | None) -> str | None:
    if raw is None:
        return None
    try:
        return as_type(raw, str) or None
    except msgspec.DecodeError:
        return None


def _type_of(head: dict[str, msgspec.Raw], place: str) -> str:
    if "resourceType" not in head:
        raise InputError(place, "has no resourceType, so it is no FHIR resource", "give FHIR R4 JSON")
    kind = _text(head["resourceType"])
    if not kind or not kind.isascii() or not kind.isalpha():
        raise InputError(place, "has a resourceType that is not a name", "give FHIR R4 JSON")
    return kind


def _bare(path: Path) -> str:
    return path.name.lower().removesuffix(".gz")


def gather(path: Path, take: Callable[[Found], None], progress: Progress | None = None) -> Gathered:
    """Every resource at a path: a file, or a folder and all folders within it. One file is held at a time.

    Files of a folder that are neither .json nor .ndjson are listed as not used.

    Args:
        take: given each resource; what it keeps is its own affair.
    Raises:
        InputError: no such path, no FHIR file in it, or one that cannot be read.
    """
    gathered = Gathered(take)
    if not path.is_dir():
        gathered.add_file(path, path.name)
    else:
        files = sorted(item for item in path.rglob("*") if item.is_file())
        wanted = [item for item in files if _bare(item).endswith((*_JSON, *_LINES))]
        if not wanted:
            raise InputError(str(path), "holds no .json and no .ndjson file", "name the folder of the export")
        for item in sorted(set(files) - set(wanted)):
            gathered.quality.read("file")
            gathered.quality.line(
                Outcome.NOT_USED, "file", "is not named as FHIR", "", str(item.relative_to(path))
            )
        for number, item in enumerate(wanted):
            if progress is not None:
                progress("FHIR files", number, len(wanted))
            gathered.add_file(item, str(item.relative_to(path)))
    gathered.finish()
    return gathered
