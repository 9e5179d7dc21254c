"""Writing reports to files: safe names, whole files or none."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from adjuvant.errors import InputError, UsageError
from adjuvant.reports.content import Content
from adjuvant.reports.html import html_of
from adjuvant.reports.pdf import pdf_of

__all__ = ["FORMATS", "file_stem", "write_content", "write_files"]

FORMATS: dict[str, Callable[[Content], bytes]] = {
    "html": lambda content: html_of(content).encode("utf-8"),
    "pdf": pdf_of,
}
"""How each format is made; its key is also the file's ending."""

_LONGEST = 60


def file_stem(parts: Sequence[str]) -> str:
    """A file name without ending, from other people's text.

    Only a to z, 0 to 9 and hyphens are left, so that no name leaves its folder, hides, or means something to
    a shell. Where that lost anything, a few digits of the text's own hash keep two names apart.
    """
    slugs = []
    for part in parts:
        folded = unicodedata.normalize("NFKD", part).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
        if slug != part or not slug or len(slug) > _LONGEST:
            digest = hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:8]
            slug = f"{slug[:_LONGEST].strip('-')}-{digest}".strip("-")
        slugs.append(slug)
    return "-".join(["adjuvant", *slugs])


def write_content(
    content: Content, out_dir: Path, formats: Sequence[str] = ("html", "pdf"), *, overwrite: bool = True
) -> tuple[Path, ...]:
    """One file for each format, each whole or not there.

    Args:
        out_dir: made if missing.
        overwrite: a report of the same record is the same file, so replacing it is the ordinary thing; False
            refuses where one exists, before anything is written.
    Raises:
        UsageError: a format that is not made here, or a file that exists and may not be replaced.
        InputError: the folder cannot be made or written to.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"format {unknown[0]!r}", "is not made here", f"choose from {', '.join(FORMATS)}")
    stem = file_stem(content.slug_parts)
    paths = [out_dir / f"{stem}.{name}" for name in formats]
    if not overwrite:
        for path in paths:
            if path.exists() or path.is_symlink():
                raise UsageError(
                    str(path), "exists already", "choose another folder, or allow it to be replaced"
                )
    made = {path: FORMATS[name](content) for name, path in zip(formats, paths, strict=True)}
    write_files(made, out_dir, overwrite=overwrite)
    return tuple(paths)


def write_files(made: Mapping[Path, bytes], out_dir: Path, *, overwrite: bool = True) -> None:
    """Files that are made already, each whole or not there.

    Args:
        out_dir: made if missing.
    Raises:
        UsageError: a file that exists and may not be replaced.
        InputError: the folder cannot be made or written to.
    """
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        for path, data in made.items():
            _put(path, data, overwrite=overwrite)
    except FileExistsError as error:
        raise UsageError(str(error.filename), "exists already", "choose another folder") from error
    except OSError as error:
        where = str(error.filename or out_dir)
        raise InputError(
            where, f"cannot be written: {error.strerror}", "choose a folder that can be written"
        ) from error


def _put(path: Path, data: bytes, *, overwrite: bool) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.stem[:20]}-", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        if overwrite:
            os.replace(name, path)
        else:
            os.link(name, path)
            os.unlink(name)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
