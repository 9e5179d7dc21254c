"""Readers: other systems' files in, patient records out; each is imported only when it is used."""

from importlib import import_module
from typing import Any

from adjuvant.sources.base import Import, Progress, QualityCounter, Stream, collect
from adjuvant.sources.examples import example_folder, example_records, example_reported
from adjuvant.sources.fingerprint import fingerprint
from adjuvant.sources.formats import FORMATS, detect_format, read, stream
from adjuvant.sources.reported import ReportedDocument, read_reported
from adjuvant.sources.terms import Terms

__all__ = [
    "FORMATS",
    "Import",
    "Progress",
    "QualityCounter",
    "ReportedDocument",
    "Stream",
    "Terms",
    "collect",
    "detect_format",
    "example_folder",
    "example_records",
    "example_reported",
    "fingerprint",
    "read",
    "read_reported",
    "stream",
]

_READERS = ("eicu", "fhir", "mimic3", "mimic4", "omop", "store", "synthetic", "table")


def __getattr__(name: str) -> Any:
    """A reader's package, such as ``sources.table``, imported at its first use."""
    if name in _READERS:
        return import_module(f"adjuvant.sources.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
