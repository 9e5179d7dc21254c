"""Example patients, all synthetic, and the founding case as its report states it: where their files are."""

from __future__ import annotations

from pathlib import Path

__all__ = ["example_folder", "example_records", "example_reported"]


def example_folder() -> Path:
    """The folder of the example files."""
    return Path(__file__).parent


def example_records() -> list[Path]:
    """One folder for each example patient, in table format; every one is synthetic and says so."""
    return sorted(mapping.parent for mapping in example_folder().glob("*/mapping.yaml"))


def example_reported() -> list[Path]:
    """Files of figures that a document merely reports."""
    return sorted(example_folder().glob("*.reported.yaml"))
