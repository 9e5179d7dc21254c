"""Where the library's files are, what each is called in errors, and the digest over all of them."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

__all__ = ["FOLDER", "digest", "file_digest", "shown_name", "typed_name"]

FOLDER = Path(__file__).resolve().parent


def shown_name(path: Path) -> str:
    """The file's name as errors and derivations show it: relative to the library, or as it was typed."""
    try:
        return path.resolve().relative_to(FOLDER).as_posix()
    except ValueError:
        return path.as_posix() if not path.is_absolute() else f"{path.parent.name}/{path.name}"


def typed_name(path: Path) -> str:
    """The name of a person's own file as errors show it: as it was typed, or bare where the path is whole."""
    return path.name if path.is_absolute() else shown_name(path)


def file_digest(path: Path) -> str:
    """SHA-256 of one file's bytes, in hexadecimal."""
    return sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def digest() -> str:
    """SHA-256 over every file of the library: names and contents, ordered by name.

    Two programs with the same digest hold the same clinical numbers.
    """
    whole = sha256()
    for path in sorted(FOLDER.rglob("*.yaml"), key=lambda item: item.relative_to(FOLDER).as_posix()):
        whole.update(f"{path.relative_to(FOLDER).as_posix()} {file_digest(path)}\n".encode())
    return whole.hexdigest()
