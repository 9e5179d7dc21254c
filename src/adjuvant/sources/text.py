"""Opening text, plain or gzip, so that a damaged or foreign file is refused with file, line and remedy."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import IO, TextIO, cast

from adjuvant.errors import InputError
from adjuvant.sources.limits import LIMITS, Limits
from adjuvant.sources.watched import GZIP, Watched, too_large

__all__ = ["check_whole", "missing_file", "open_text", "read_text"]

_HEAD = 4096
_BLOCK = 1 << 20
# What people hand over instead of a text file, by its first bytes.
_FOREIGN = {
    b"PK\x03\x04": ("is a zip archive or a spreadsheet", "export it as CSV or unpack it first"),
    b"\xd0\xcf\x11\xe0": ("is an old Office file", "export it as CSV"),
    b"%PDF": ("is a PDF", "use the data it was printed from"),
    b"PAR1": ("is a Parquet file", "pass the record store's folder instead"),
    b"SQLite f": ("is an SQLite database", "export its tables as CSV"),
}
_WIDE = (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def open_text(path: Path | str, *, longest: int | None = None, limits: Limits = LIMITS) -> Iterator[TextIO]:
    """A UTF-8 text file, plain or gzip (told by its content), open for reading; line ends are kept for csv.

    Faults of the file that show while it is read are raised as errors of ours, so read inside the `with`.

    Args:
        longest: the longest line that is taken, in bytes; None takes the limit for lines of any text.
    Raises:
        InputError: missing, a folder, unreadable, empty, not text, not UTF-8 (with the line), a truncated or
            damaged gzip, one that unpacks to far more than any table does, a line without an end. A byte
            order mark is passed over.
    """
    file = Path(path)
    with _open_bytes(file) as raw:
        watched = Watched(file, raw, longest or limits.line, limits)
        text = io.TextIOWrapper(cast(IO[bytes], watched), encoding="utf-8-sig", newline="")
        try:
            yield text
        except UnicodeDecodeError as error:
            raise _wrong_encoding(file) from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _damaged(file) from error
        finally:
            text.detach()


def read_text(path: Path | str, *, limits: Limits = LIMITS) -> str:
    """The whole of a text file; line ends become newlines.

    Raises:
        InputError: as `open_text`, and a file that is too large to be taken in one piece.
    """
    with open_text(path, longest=limits.document, limits=limits) as file:
        text = file.read(limits.document + 1)
    if len(text) > limits.document:
        raise too_large(Path(path), limits.document)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_whole(path: Path, *, longest: int | None = None, limits: Limits = LIMITS) -> None:
    """Unpack a gzip file to its end and keep nothing, so that no half of it is ever used; others pass.

    Raises:
        InputError: as `open_text`; a reader that unpacks by itself may not notice that a file is cut off.
    """
    with _open_bytes(path) as raw:
        if getattr(raw, "fileobj", None) is None:  # not packed
            return
        watched = Watched(path, raw, longest or limits.line, limits)
        try:
            while watched.read1(_BLOCK):
                pass
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _damaged(path) from error


@contextmanager
def _open_bytes(file: Path) -> Iterator[IO[bytes]]:
    try:
        raw: IO[bytes] = file.open("rb")
    except FileNotFoundError as error:
        raise missing_file(file) from error
    except IsADirectoryError as error:
        raise InputError(str(file), "is a folder, not a file", "name a file in it") from error
    except OSError as error:
        raise InputError(
            str(file), f"cannot be opened ({error.strerror})", "check its permissions"
        ) from error
    with raw:
        head = raw.read(_HEAD)
        raw.seek(0)
        if head.startswith(GZIP):
            with gzip.GzipFile(fileobj=raw) as unpacked:
                try:
                    _check(file, unpacked.read(_HEAD))
                    unpacked.seek(0)
                except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                    raise _damaged(file) from error
                yield cast(IO[bytes], unpacked)
        elif head and file.suffix == ".gz":
            raise InputError(str(file), "is named .gz but is not gzip", "rename it, or compress it again")
        else:
            _check(file, head)
            yield raw


def _check(file: Path, head: bytes) -> None:
    if len(head) < _HEAD and not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise InputError(str(file), "is empty", "check the export, or name another file")
    for mark, (what, remedy) in _FOREIGN.items():
        if head.startswith(mark):
            raise InputError(str(file), what, remedy)
    if head.startswith(_WIDE):
        raise InputError(str(file), "is UTF-16, not UTF-8", "save it as UTF-8")
    if b"\x00" in head:
        raise InputError(str(file), "is not text", "name a UTF-8 text file")


def missing_file(file: Path) -> InputError:
    """The error for a path that does not exist, with the name beside it that is nearest."""
    try:
        names = sorted(item.name for item in file.parent.iterdir())
    except OSError:
        return InputError(str(file), "does not exist", f"check the path; {file.parent} is no folder either")
    found = get_close_matches(file.name, names, n=1, cutoff=0.6)
    return InputError(str(file), "does not exist", f"did you mean {found[0]}" if found else "check the path")


def _damaged(file: Path) -> InputError:
    return InputError(str(file), "is a truncated or damaged gzip file", "copy or download it again")


def _wrong_encoding(file: Path) -> InputError:
    # The decoder's offset counts from its own chunk; the line is found by decoding again, line by line.
    place, rule = str(file), "is not UTF-8"
    with _open_bytes(file) as raw:
        lines = iter(lambda: raw.readline(LIMITS.document), b"")
        for line, content in enumerate(lines, start=1):
            try:
                content.decode("utf-8")
            except UnicodeDecodeError as error:
                place = f"{file}:{line}"
                rule = f"holds the byte 0x{content[error.start]:02x}, which is not UTF-8"
                break
    return InputError(place, rule, "save the file as UTF-8")
