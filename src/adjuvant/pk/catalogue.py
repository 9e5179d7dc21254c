"""The models of the library by key, each read once; and those that cannot be run, with what they lack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from adjuvant.errors import LibraryError
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import closest, read_file
from adjuvant.pk.model import CompartmentModel, Figure, Source
from adjuvant.pk.reading import read_model
from adjuvant.pk.source import SOURCE, figures, source

__all__ = [
    "IncompleteModel",
    "incomplete_models",
    "load_model",
    "model_keys",
    "not_reached",
    "read_incomplete",
]

_FOLDER = FOLDER / "ketamine" / "pk"
_INCOMPLETE = FOLDER / "ketamine" / "incomplete_models.yaml"


@dataclass(frozen=True, slots=True)
class IncompleteModel:
    """A publication of which too little was read to run it.

    Args:
        lacks: what is missing, in words.
        figures: what was read, by name.
    """

    key: str
    title: str
    lacks: str
    source: Source
    figures: Mapping[str, Figure]


def model_keys() -> tuple[str, ...]:
    """The keys of every model that can be run, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@lru_cache(maxsize=64)
def load_model(key: str) -> CompartmentModel:
    """The model of a key, read and checked once.

    Raises:
        LibraryError: no such model, one that lacks something, or a file that breaks its form.
    """
    if key in incomplete_models():
        raise LibraryError(
            f"model {key!r}",
            f"cannot be run: {incomplete_models()[key].lacks.rstrip('.')}",
            f"use one of: {', '.join(model_keys())}",
        )
    if key not in model_keys():
        raise LibraryError(f"model {key!r}", "is not in the library", closest(key, model_keys()))
    return read_model(_FOLDER / f"{key}.yaml")


def read_incomplete(path: Path) -> dict[str, IncompleteModel]:
    """The publications of one file that cannot be run, by key.

    Raises:
        LibraryError: an entry breaks its form.
    """
    found: dict[str, IncompleteModel] = {}
    for key, entry in read_file(path, shown_name(path)).fields(["models", "not_reached"])["models"].pairs():
        fields = entry.fields(["title", "lacks", "citation", "provenance"], ["figures", "copy", "note"])
        own = source({name: fields[name] for name in SOURCE if name in fields})
        read = figures(fields["figures"], own) if "figures" in fields else {}
        found[key] = IncompleteModel(key, fields["title"].text(), fields["lacks"].text(), own, read)
    return found


@lru_cache(maxsize=1)
def not_reached() -> tuple[str, ...]:
    """Publications of which not even the tables were reached, by name."""
    fields = read_file(_INCOMPLETE, shown_name(_INCOMPLETE)).fields(["models", "not_reached"])
    return tuple(fields["not_reached"].words())


@lru_cache(maxsize=1)
def incomplete_models() -> Mapping[str, IncompleteModel]:
    """Every publication that cannot be run, by key; read once."""
    return read_incomplete(_INCOMPLETE)
