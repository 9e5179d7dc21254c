"""Printing: JSON with stable keys, plain tables, and progress on what takes longer than two seconds."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

__all__ = [
    "CAVEAT",
    "data_folder",
    "line_width",
    "print_columns",
    "print_filled",
    "print_json",
    "print_sums",
    "print_wrapped",
    "progress",
    "wants_colour",
    "write_picture",
]


CAVEAT = "MME are for adding up doses, never for converting a patient from one opioid to another."
"""Printed wherever MME or their factors are."""

_WIDEST, _NARROWEST = 100, 60
_SUMS = 84
"""How wide sums are at most: a result far from its sum is read in the wrong line."""


class Progress(Protocol):
    """How far a job is: `done` of `total` (None where unknown) of `what`."""

    def __call__(self, what: str, done: int, total: int | None = None) -> None:
        """Report progress."""


def print_json(answer: Any) -> None:
    """One JSON document on stdout; numbers unrounded, text as it is."""
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def data_folder() -> Path:
    """Where the default record store and the demo's reports live.

    ``ADJUVANT_HOME``, else ``adjuvant`` in ``XDG_DATA_HOME`` or ``~/.local/share``.
    """
    chosen = os.environ.get("ADJUVANT_HOME")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "adjuvant"


def default_store() -> Path:
    """The default record store."""
    return data_folder() / "store"


def wants_colour() -> bool:
    """Whether stdout is a terminal that may be coloured (NO_COLOR is respected)."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def print_columns(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """A plain table: two spaces between columns, the columns in `right` aligned to the right."""
    table = [list(header), *[list(row) for row in rows]]
    widths = [max(len(row[index]) for row in table) for index in range(len(header))]
    for number, row in enumerate(table):
        cells = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def line_width() -> int:
    """How wide printed lines may be: a hundred columns, fewer where the terminal is narrower."""
    if not sys.stdout.isatty():
        return _WIDEST
    return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((_WIDEST, 0)).columns))


_BEFORE_A_UNIT = re.compile(r"(?<=\d) (?=%|(?:mg|mL|microgram|kg|min|h|mmHg)\b)")


def print_filled(words: str, indent: int = 2) -> None:
    """A sentence over as many lines as it needs, set in, and set in further where it goes on.

    A figure keeps its unit on its line. A no-break space holds its line together, and is printed as a space.
    """
    pad = " " * indent
    lines = textwrap.fill(
        _BEFORE_A_UNIT.sub("\N{NO-BREAK SPACE}", words),
        line_width(),
        initial_indent=pad,
        subsequent_indent=pad + "  ",
        break_on_hyphens=False,
    )
    print(lines.replace("\N{NO-BREAK SPACE}", " "))


def print_sums(rows: Sequence[tuple[str, str]], indent: int = 4) -> None:
    """Sums, each with its result on the right: one number under the other."""
    most = max((len(result) for _, result in rows), default=0)
    room = min(line_width(), _SUMS) - indent - 2 - most
    for words, result in rows:
        first, *further = textwrap.wrap(words, room, break_long_words=False) or [""]
        print(f"{' ' * indent}{first:<{room}}  {result:>{most}}")
        for line in further:
            print(f"{' ' * indent}  {line}")


def _fitted(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> list[int]:
    """The widths, narrowed where the terminal asks for it, but never to less than the longest word."""
    found = list(widths)
    words = [max(_longest(row[at]) for row in rows) for at in range(len(widths))]
    over = sum(found) + 2 * (len(found) - 1) - line_width()
    while over > 0:
        slack = [width - word for width, word in zip(found, words, strict=True)]
        at = slack.index(max(slack))
        if slack[at] <= 0:
            break
        found[at] -= 1
        over -= 1
    return found


def _longest(cell: str) -> int:
    """The longest word of a cell; the first of a line with what it is set in by."""
    lines = cell.split("\n")
    set_in = [len(line) - len(line.lstrip()) + len(line.split()[0]) for line in lines if line.strip()]
    return max((*set_in, *(len(word) for word in cell.split())), default=1)


def print_wrapped(
    header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], right: Sequence[int] = ()
) -> None:
    """A plain table whose cells go on in the next line where they are wider than `widths`.

    A line break in a cell is kept. A word longer than its column is not broken. On a narrower terminal the
    columns with the most room give way.
    """
    widths = _fitted([header, *rows], widths)
    for number, row in enumerate([header, *rows]):
        cells = [
            [line for part in cell.split("\n") for line in textwrap.wrap(part, width, break_long_words=False)]
            for cell, width in zip(row, widths, strict=True)
        ]
        for at in range(max(len(lines) for lines in cells)):
            parts = [lines[at] if at < len(lines) else "" for lines in cells]
            shown = [
                part.rjust(width) if index in right else part.ljust(width)
                for index, (part, width) in enumerate(zip(parts, widths, strict=True))
            ]
            print("  ".join(shown).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def _silent(what: str, done: int, total: int | None = None) -> None:
    """No bar where nobody is looking."""


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """A progress callback ``(what, done, total)``; a bar appears on stderr once two seconds have passed.

    Nothing is drawn where stderr is not a terminal.
    """
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(title, total=None)
    begun, shown = time.monotonic(), False

    def report(what: str, done: int, total: int | None = None) -> None:
        nonlocal shown
        if not shown and time.monotonic() - begun > 2:
            bar.start()
            shown = True
        bar.update(task, description=what or title, completed=done, total=total or None)

    try:
        yield report
    finally:
        if shown:
            bar.stop()


def write_picture(path: Path, svg: str) -> None:
    """A picture as a file, whole or not there; one of the same name is replaced.

    Raises:
        UsageError: a name that does not end in .svg.
        InputError: the folder cannot be made or written to.
    """
    from adjuvant.errors import UsageError
    from adjuvant.reports.write import write_files

    if path.suffix.lower() != ".svg":
        raise UsageError("--figure", f"{path.name!r} does not end in .svg", "name it such as course.svg")
    write_files({path: svg.encode("utf-8")}, path.parent)
    print(f"Picture: {path}", file=sys.stderr)
