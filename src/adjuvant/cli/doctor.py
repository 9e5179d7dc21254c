"""`adjuvant doctor`: what is installed, what is missing, and how to get it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from adjuvant.cli.output import data_folder, default_store, print_json

__all__ = ["run"]

_PACKAGES = {
    "ruamel.yaml": "reads the library of numbers",
    "pydantic": "checks the library of numbers",
    "pint": "unit conversions",
    "ucumvert": "UCUM units",
    "msgspec": "reads FHIR",
    "duckdb": "reads large CSV and the record store",
    "pyarrow": "the record store",
    "jinja2": "HTML reports",
    "typst": "PDF reports",
    "typer": "this command line",
    "rich": "progress bars",
    "tzdata": "time zones",
}
_PROGRAMS = {
    "chromium": ("looks at pages in tests", "apt-get install chromium"),
    "pdftoppm": ("looks at PDFs in tests", "apt-get install poppler-utils"),
    "node": ("the independent UCUM library in tests", "apt-get install nodejs npm"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    state: str
    detail: str
    needed: bool
    remedy: str = ""


def run(as_json: bool) -> None:
    """Print every check; leaves with 3 if something needed is missing."""
    checks = [
        _python(),
        *map(_package, _PACKAGES),
        _libyaml(),
        *_library(),
        *_places(),
        *map(_program, _PROGRAMS),
    ]
    missing = [check for check in checks if check.needed and check.state != "ok"]
    if as_json:
        print_json({"ok": not missing, "checks": [asdict(check) for check in checks]})
    else:
        width = max(len(check.what) for check in checks)
        for check in checks:
            print(f"{check.state:8} {check.what:{width}}  {check.detail}")
            if check.remedy and check.state != "ok":
                print(f"{'':8} {'':{width}}  to get it: {check.remedy}")
        print()
        print(
            "Everything that Adjuvant needs is here."
            if not missing
            else f"{len(missing)} needed things are missing: " + ", ".join(check.what for check in missing)
        )
    if missing:
        sys.exit(3)


def _python() -> Check:
    good = sys.version_info >= (3, 11)
    return Check(
        "Python", "ok" if good else "missing", platform.python_version(), True, "install Python 3.11 or newer"
    )


def _package(name: str) -> Check:
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Check(name, "missing", _PACKAGES[name], True, "run `make demo` again, or pip install adjuvant")
    return Check(name, "ok", f"{version}, {_PACKAGES[name]}", True)


def _library() -> list[Check]:
    from adjuvant import library
    from adjuvant.errors import AdjuvantError

    try:
        keys = library.table_keys()
        for key in keys:
            library.load_table(key)
    except AdjuvantError as error:
        return [Check("library of numbers", "broken", str(error), True, "restore the file, or install again")]
    return [
        Check(
            "library of numbers", "ok", f"{len(keys)} conversion tables, digest {library.digest()[:16]}", True
        )
    ]


def _places() -> list[Check]:
    home = data_folder()
    nearest = next(folder for folder in (home, *home.parents) if folder.exists())
    writable = os.access(nearest, os.W_OK)
    places = [
        Check(
            "data folder",
            "ok" if writable else "missing",
            str(home),
            True,
            "set ADJUVANT_HOME to a folder you may write",
        )
    ]
    store: Path = default_store()
    places.append(
        Check(
            "record store",
            "ok" if store.is_dir() else "none yet",
            str(store),
            False,
            "adjuvant demo, or adjuvant import",
        )
    )
    places.append(_cache())
    return places


def _cache() -> Check:
    """Where the library is kept once it was read: it saves time, and nothing else hangs on it."""
    from adjuvant.library.parsed import cache_folder

    folder = cache_folder()
    if folder is None:
        return Check("cache", "off", "the library is read anew by every command", False)
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            return Check("cache", "ok", f"{folder}, the library once it was read", False)
    except OSError as error:
        return Check(
            "cache",
            "missing",
            f"{folder} cannot be written ({error.strerror}): every command reads the library anew",
            False,
            "set ADJUVANT_CACHE to a folder you may write, or to off",
        )


def _libyaml() -> Check:
    """The parser in C, which spares a second where nothing is in the cache."""
    found = importlib.util.find_spec("_ruamel_yaml") is not None
    return Check(
        "libyaml",
        "ok" if found else "optional",
        "reads the library quickly",
        False,
        "pip install ruamel.yaml.clib",
    )


def _program(name: str) -> Check:
    use, remedy = _PROGRAMS[name]
    found = shutil.which(name)
    return Check(name, "ok" if found else "optional", f"{found}, {use}" if found else use, False, remedy)
