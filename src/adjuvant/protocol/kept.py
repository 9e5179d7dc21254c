"""Protocols of the library once they are read and checked, kept by the digest of all that this hangs on.

An entry is found by the SHA-256 of the protocol's bytes and name, of every file of the library that reading
and checking consult, of the code that does both, and of the versions of Python, pydantic and the parser.
Where any of them is another, or changed since this program began, nothing kept is used and nothing is kept.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from adjuvant.errors import QuantityError
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.parsed import cache_folder, entry, keep
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.packed import pack, unpack

__all__ = ["kept", "put"]

_FORM = b"1"  # of the entries: raised when they change, so that none of another form is read
_PACKAGE = FOLDER.parent
_CODE = ("", "library", "protocol", "quantity")
_PROTOCOLS = "protocols"  # a protocol hangs on itself alone, and on none of the others
_ENDS = (".py", ".yaml", ".json")

_NOT_OURS = (ArithmeticError, AttributeError, LookupError, QuantityError, TypeError, ValueError)
"""What data that :func:`pack` did not write may come to."""

_Stamps = dict[str, tuple[int, int]]


def kept(path: Path, content: bytes) -> tuple[Protocol, Any] | None:
    """A protocol and its file as plain Python, as they were when they were checked; None where none is kept.

    Args:
        content: the bytes of the file.
    """
    place = _place(path, content)
    packed = None if place is None else entry(place)
    if packed is None:
        return None
    try:
        protocol, raw = map(unpack, packed)
    except _NOT_OURS:
        return None
    return (protocol, raw) if isinstance(protocol, Protocol) else None


def put(path: Path, content: bytes, protocol: Protocol, raw: Any) -> None:
    """Keep a protocol that was read of these bytes and checked."""
    place = _place(path, content)
    if place is None or _stamps() != _AT_FIRST:
        return
    try:
        packed = [pack(protocol), pack(raw)]
    except TypeError:  # a form that has no packed form is read anew each time
        return
    keep(place, packed)


def _place(path: Path, content: bytes) -> Path | None:
    """Where the entry of a protocol is; None for somebody's own file, whose sources may stand beside it."""
    folder = cache_folder()
    if folder is None or not os.path.realpath(path).startswith(f"{FOLDER}{os.sep}"):
        return None
    whole = _whole()
    if whole is None:
        return None
    name = shown_name(path).encode()
    key = sha256(b"\n".join((_FORM, whole, name, content))).hexdigest()
    return folder / _PROTOCOLS / f"{key}.json"


@lru_cache(maxsize=1)
def _whole() -> bytes | None:
    """SHA-256 over all but the protocol itself that an entry hangs on; None if it is not what began."""
    found = sha256(f"{sys.version} {_version('pydantic')} {_version('ruamel.yaml')}\n".encode())
    for name in _AT_FIRST:
        try:
            content = (_PACKAGE / name).read_bytes()
        except OSError:
            return None
        found.update(f"{name} {len(content)}\n".encode())
        found.update(content)
    return found.digest() if _stamps() == _AT_FIRST else None


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "none"


def _stamps() -> _Stamps:
    """Size and time of change of every file of the code and of the library but the protocols, by name."""
    found: _Stamps = {}
    for name in _CODE:
        _stamp(os.path.join(_PACKAGE, name), name, found, within=name == "library")
    return dict(sorted(found.items()))


def _stamp(folder: str, name: str, found: _Stamps, *, within: bool) -> None:
    with os.scandir(folder) as items:
        for item in items:
            shown = f"{name}/{item.name}" if name else item.name
            if item.name.endswith(_ENDS):
                status = item.stat()
                found[shown] = (status.st_mtime_ns, status.st_size)
            elif within and item.name != _PROTOCOLS and item.is_dir():
                _stamp(item.path, shown, found, within=True)


# Taken as this module is loaded, when the code beside it is: code that changes on the disk afterwards is not
# the code that runs, and what it reads must not be kept under the digest of the other.
_AT_FIRST = _stamps()
