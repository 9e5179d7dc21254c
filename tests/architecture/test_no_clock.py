"""The instant is an argument: only the doors, web and cli, read the clock."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

DOORS = {"web", "cli"}
METHODS = {"now", "utcnow", "today"}  # of datetime, date, Timestamp, pendulum and the like
TIME = {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime", "asctime"}
SQL = re.compile(
    r"\b(current_timestamp|current_date|current_time|localtimestamp|now\s*\(\s*\))", re.IGNORECASE
)


def clock_reads(tree: ast.Module, prose: set[int] = frozenset()) -> Iterator[str]:  # type: ignore[assignment]
    """Each place in `tree` that reads a clock, as `line: what`; docstrings, in `prose`, are passed over."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            of_time = isinstance(node.value, ast.Name) and node.value.id == "time" and node.attr in TIME
            if node.attr in METHODS or of_time:
                yield f"{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (
                f"{node.lineno}: from time import {name.name}" for name in node.names if name.name in TIME
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield from (f"{node.lineno}: {match[0]} in a string" for match in SQL.finditer(node.value))


def test_no_module_but_the_doors_reads_the_clock(modules) -> None:
    reads = [
        f"{module.path}:{read}"
        for module in modules
        if module.package not in DOORS
        for read in clock_reads(module.tree, module.docstrings())
    ]
    assert not reads, "pass the instant as an argument:\n" + "\n".join(reads)


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime\ndatetime.now()",
        "import datetime as dt\ndt.datetime.utcnow()",
        "from datetime import date\nage = date.today().year",
        "import time\ntime.time()",
        "from time import time_ns",
        "connection.execute('select current_timestamp')",
        "make = datetime.now",
    ],
)
def test_the_scan_sees_every_usual_way_to_read_a_clock(code: str) -> None:
    assert list(clock_reads(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["now = interval.start", "import time\ntime.perf_counter()", "text = 'what is known now'"]
)
def test_the_scan_leaves_ordinary_code_alone(code: str) -> None:
    assert not list(clock_reads(ast.parse(code)))
