"""Reading a protocol file: strict YAML in, a Protocol out, and every error with file, line and remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from adjuvant.citation import Citation, Provenance
from adjuvant.errors import LibraryError
from adjuvant.library import citations
from adjuvant.library.bibliography import read_citations
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import Entry, closest, read_file
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.values import SITE, Form, Sourced

__all__ = ["FILE", "form_of", "inherit", "located", "read_protocol", "tree", "want"]

F = TypeVar("F", bound=Form)
M = TypeVar("M", bound=BaseModel)
_TAG = "tag:yaml.org,2002:"
FILE = "protocol.yaml"
"""What the file of a protocol is called, in a folder of the protocol's name."""


def read_protocol(path: Path) -> Protocol:
    """The protocol of one file.

    It is named like its folder, or, where the file is not called protocol.yaml, like the file. A file outside
    the library may cite sources of a citations.yaml beside it.

    Every mapping in it then carries its citation and provenance, its own or that of the mapping around it.

    Raises:
        LibraryError: not strict YAML, an unknown or missing key, a value that breaks its form, a citation
            that does not exist, or a name that is not its folder's; with file, line and remedy.
    """
    top = read_file(path, shown_name(path))
    want(top, "protocol")
    protocol = form_of(Protocol, top, _beside(path))
    whole = path.resolve()
    what, name = ("folder", whole.parent.name) if path.name == FILE else ("file", path.stem)
    if protocol.protocol != name:
        raise located(top, ("protocol",)).error(
            f"{protocol.protocol!r} is not the name of its {what}, {name!r}", "name both alike"
        )
    return protocol


_TOLD_BY = {
    "site profile": {"approver"},
    "scenario": {"scenario", "steps"},
    "protocol": {"regimens", "evidence"},
}
_DOES = {
    "site profile": "`adjuvant protocols check` reads it, and a scenario names it under `site`",
    "scenario": "`adjuvant run` reads it",
    "protocol": "`adjuvant protocols check` and `show` read it",
}


def want(top: Entry, kind: str) -> None:
    """Refuse a file of one of the other kinds that people write, by its name and with the command for it.

    Raises:
        LibraryError: it has what only another kind has, and nothing of what is wanted.
    """
    keys = {key for key, _ in top.pairs()}
    if keys & _TOLD_BY[kind]:
        return
    for other, telling in _TOLD_BY.items():
        if keys & telling:
            raise top.error(f"is a {other}, not a {kind}", _DOES[other])


def _beside(path: Path) -> Mapping[str, Citation]:
    """The sources of a file outside the library, which its author could not add to the library's own."""
    own = path.parent / "citations.yaml"
    if FOLDER in path.resolve().parents or not own.is_file():
        return {}
    found = read_citations(own)
    for key in found:
        if key in citations():
            raise LibraryError(
                f"{shown_name(own)}: citation {key!r}",
                "is a source of the library too",
                "give it another key",
            )
    return found


def form_of(form: type[F], top: Entry, also: Mapping[str, Citation] | None = None) -> F:
    """`top` as a mapping of the given form, sources written in.

    Args:
        also: sources that may be cited beside those of the library.
    Raises:
        LibraryError: as for `read_protocol`.
    """
    try:
        found = form.model_validate(tree(top))
    except ValidationError as error:
        raise _explained(error, top, form) from None
    if not isinstance(found, Sourced):
        return found
    if found.citation is None or found.provenance is None:
        lacking = "citation" if found.citation is None else "provenance"
        raise top.error(f"has no {lacking!r}", f"add `{lacking}:`; it holds for all that names none itself")
    whole = inherit(found, found.citation, found.provenance)
    _check_citations(whole, top, {**citations(), **(also or {})})
    return whole


def tree(entry: Entry) -> Any:
    """An entry as plain Python: mappings, lists, text, exact numbers, truth values and dates.

    Raises:
        LibraryError: an empty value, a number that is not exact, a key twice.
    """
    kind = type(entry.node).__name__
    if kind == "MappingNode":
        return {key: tree(value) for key, value in entry.pairs()}
    if kind == "SequenceNode":
        return tuple(tree(item) for item in entry.items())
    tag = entry.node.tag.removeprefix(_TAG)
    if tag == "bool":
        return entry.yes()
    if tag in ("int", "float"):
        return entry.number()
    if tag == "timestamp" and ":" in entry.node.value:
        return entry.node.value  # an instant, which whoever takes it reads with its offset
    if tag == "timestamp":
        try:
            return date.fromisoformat(entry.node.value)
        except ValueError:
            raise entry.error(f"{entry.node.value!r} is no date", "write it as in 2026-11-29") from None
    return entry.text()


def inherit(form: M, citation: str, provenance: Provenance) -> M:
    """The same form with a citation and a provenance in every mapping that names none."""
    changes: dict[str, Any] = {}
    if isinstance(form, Sourced):
        # A mapping with a citation of its own says itself how it was come by.
        citation, provenance = form.citation or citation, form.provenance or provenance
        changes = {"citation": citation, "provenance": provenance}
    for name in type(form).model_fields:
        value = getattr(form, name)
        inner = _inherited(value, citation, provenance)
        if inner is not value:
            changes[name] = inner
    return form.model_copy(update=changes) if changes else form


def _inherited(value: Any, citation: str, provenance: Provenance) -> Any:
    if isinstance(value, BaseModel):
        return inherit(value, citation, provenance)
    if isinstance(value, tuple) and any(isinstance(item, BaseModel) for item in value):
        return tuple(_inherited(item, citation, provenance) for item in value)
    if isinstance(value, Mapping):
        return {key: _inherited(item, citation, provenance) for key, item in value.items()}
    return value


def _check_citations(form: BaseModel, top: Entry, known: Mapping[str, Citation]) -> None:
    for path, part in parts(form):
        if not isinstance(part, Sourced) or part.citation in (None, SITE):
            continue
        if part.provenance is Provenance.SITE:
            raise located(top, (*path, "provenance")).error(
                "is `site`, which only a site profile may say", "say how the value was come by"
            )
        if part.citation not in known:
            place = located(top, (*path, "citation"))
            raise place.error(
                f"citation {part.citation!r} is not in citations.yaml", closest(part.citation, known)
            )


def parts(form: BaseModel, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], BaseModel]]:
    """The form and every form within it, each with its path, outermost first."""
    found: list[tuple[tuple[str | int, ...], BaseModel]] = [(path, form)]
    for name, field in type(form).model_fields.items():
        key = field.alias or name
        found += _parts_of(getattr(form, name), (*path, key))
    return found


def _parts_of(value: Any, path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], BaseModel]]:
    if isinstance(value, BaseModel):
        return parts(value, path)
    found: list[tuple[tuple[str | int, ...], BaseModel]] = []
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            found += _parts_of(item, (*path, index))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            found += _parts_of(item, (*path, key))
    return found


def located(top: Entry, path: Sequence[str | int]) -> Entry:
    """The entry at `path`, or the nearest around it; steps that the file does not have are passed over."""
    place = top
    for step in path:
        kind = type(place.node).__name__
        if kind == "MappingNode":
            place = next((value for key, value in place.pairs() if key == step), place)
        elif kind == "SequenceNode" and isinstance(step, int):
            items = place.items()
            place = items[step] if step < len(items) else place
    return place


def _explained(error: ValidationError, top: Entry, form: type[Form]) -> LibraryError:
    """The first of pydantic's complaints in the house's words."""
    # An unknown key is often a known one misspelt, which is then missing too: it is named first.
    # Where a bound may be a word or a figure, it is the figure whose complaint helps.
    first = min(
        error.errors(),
        key=lambda one: (one["type"] != "extra_forbidden", one["loc"][-1:] == ("literal['goal']",)),
    )
    (path, known), kind = _place(form, first["loc"]), first["type"]
    if kind == "extra_forbidden":
        return located(top, path).error(f"{path[-1]!r} is not a known key", closest(str(path[-1]), known))
    if kind == "missing":
        field = form.model_fields.get(str(path[-1])) if len(path) == 1 else None
        truth = field is not None and field.annotation is bool
        remedy = f"add `{path[-1]}: true` or `{path[-1]}: false`" if truth else f"add `{path[-1]}:`"
        return located(top, path[:-1]).error(f"has no {path[-1]!r}", remedy)
    text = first["msg"].removeprefix("Value error, ")
    if kind == "literal_error":
        text = f"{first['input']!r} is none of {first['ctx']['expected']}"
    if kind == "tuple_type":
        text = "is a single value, not a list; write it in brackets, or one on each line behind a dash"
    if kind.startswith("date_"):
        text = f"{first['input']!r} is no date; write it as in 2026-11-29"
    rule, _, remedy = text.partition("; ")
    return located(top, path).error(rule, remedy or f"write it as {form.PAGE} says")


def _place(form: type[BaseModel], steps: Sequence[str | int]) -> tuple[list[str | int], list[str]]:
    """The path in the file of one of pydantic's, and the keys that may stand where it ends, for the remedy.

    Where one of several forms may stand, as for a question, pydantic's path names which one it took: a step
    that no file has, though a key of that form may be called the same.
    """
    whole = form.model_json_schema(by_alias=True)
    path: list[str | int] = []
    here, around = _options(whole, whole), []
    for step in steps:
        forms = [one for one in here if "properties" in one]
        if len(forms) > 1:
            here = [one for one in forms if step in one["properties"]]
            continue
        path.append(step)
        around, here = forms, [inner for one in here for inner in _inner(one, step, whole)]
    return path, sorted({key for one in around for key in one["properties"]})


def _inner(schema: Any, step: str | int, whole: Mapping[str, Any]) -> list[Any]:
    """What may stand at one step within a schema; nothing where it has no such step."""
    inner = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
    if inner is None and isinstance(schema.get("additionalProperties"), dict):
        inner = schema["additionalProperties"]
    return _options(inner, whole) if inner is not None else []


def _options(schema: Any, whole: Mapping[str, Any]) -> list[Any]:
    """Every schema that one stands for: itself, what it refers to, or each of several."""
    if "$ref" in schema:
        return _options(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole)
    several = schema.get("anyOf") or schema.get("oneOf")
    return [inner for one in several for inner in _options(one, whole)] if several else [schema]
