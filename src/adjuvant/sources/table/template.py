"""The template of a mapping and its CSV files, shipped in the package and copied on request."""

from __future__ import annotations

from pathlib import Path

from adjuvant.errors import UsageError

__all__ = ["template_folder", "write_template"]


def template_folder() -> Path:
    """Where the template's files are."""
    return Path(__file__).with_name("template")


def write_template(directory: Path | str) -> tuple[Path, ...]:
    """Copy the template into `directory`, which is made if need be.

    Returns:
        The files written: the mapping, then one CSV with its header for each table.
    Raises:
        UsageError: one of the files is already there (nothing is then written), or the folder cannot be made.
    """
    target = Path(directory)
    shipped = sorted(template_folder().iterdir(), key=lambda file: (file.suffix == ".csv", file.name))
    for file in shipped:
        if (target / file.name).exists():
            raise UsageError(str(target / file.name), "is already there", "name an empty or a new folder")
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file in shipped:
            (target / file.name).write_bytes(file.read_bytes())
    except OSError as error:
        raise UsageError(
            str(target), f"cannot be written ({error.strerror})", "name another folder"
        ) from error
    return tuple(target / file.name for file in shipped)
