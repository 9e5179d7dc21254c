"""Numbers for people are written so that they are read once and rightly: 0.5 and never .5, 5 and never 5.0, microgram in full.

Every page that the command prints is looked at, over every example patient and every table.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from adjuvant import library, sources
from running import Run

RECORDS = [*sources.example_records(), *sources.example_reported()]
UNIT = r"(?:mg|g|kg|mL|L|h|microgram|MME|points|%)"
SPACE = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]"
MISREAD = {
    "a zero after the point": rf"(?<![\w./-])\d+\.\d*0(?={SPACE}?{UNIT}(?!\w))",
    "no zero before the point": rf"(?<![\w.])\.\d+(?={SPACE}?{UNIT}(?!\w))",
    "an abbreviated microgram": rf"\d{SPACE}?(?:ug|µg|μg|mcg)(?!\w)",
    "no space before the unit": r"(?<![\w./-])\d+(?:\.\d+)?(?:mg|kg|mL|microgram|MME)(?!\w)",
    "a minus that may be a dash": rf"(?<=[ (])-\d+(?:\.\d+)?(?={SPACE}?(?:{UNIT})(?!\w))",
}


def misread(text: str) -> list[str]:
    """What in `text` could be misread, with the words around it. A line that quotes the input may quote anything."""
    found = []
    for line in text.splitlines():
        if "as written:" in line or "charted as" in line:
            continue
        for name, pattern in MISREAD.items():
            found += [
                f"{name}: {line[max(0, m.start() - 30) : m.end() + 15]!r}" for m in re.finditer(pattern, line)
            ]
    return found


def lines_of(page: str) -> str:
    bare = re.sub(r"(?s)<style.*?</style>", "", page)
    apart = re.sub(r"</(td|th|p|div|li|tr|text|tspan|h\d|dt|dd|summary|span|title)>", "\n", bare)
    return html.unescape(re.sub(r"<[^>]+>", "", apart))


@pytest.mark.hazard("H-011")
@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.name)
def test_no_page_of_a_record_holds_a_number_that_could_be_misread(
    adjuvant: Run, tmp_path: Path, record: Path
) -> None:
    assert misread(adjuvant("evaluate", record).out) == []
    (written,) = adjuvant("report", record, "--out", tmp_path, "--json").json["reports"]
    assert misread(lines_of(Path(written["html"]).read_text(encoding="utf-8"))) == []


@pytest.mark.hazard("H-011")
def test_no_answer_for_people_holds_a_number_that_could_be_misread(adjuvant: Run, root: Path) -> None:
    assert misread(adjuvant("mme", root / "docs" / "tutorial" / "regimen.json").out) == []


@pytest.mark.hazard("H-011")
@pytest.mark.parametrize("key", library.table_keys())
def test_no_table_that_is_shown_holds_a_number_that_could_be_misread(adjuvant: Run, key: str) -> None:
    assert misread(adjuvant("tables", "show", key).out) == []


@pytest.mark.parametrize(
    "text",
    ["5.0 mg", "0.50 mg", ".5 mg", "75 ug/h", "75 µg", "10mg", "fell by -4 points", "12.50 MME a day"],
)
def test_the_scan_sees_what_could_be_misread(text: str) -> None:
    assert misread(text)


@pytest.mark.parametrize(
    "text",
    [
        "0.5 mg",
        "10 mg",
        "75 microgram/h",
        "fell by \N{MINUS SIGN}4 points",
        "version 0.1.0",
        "20 mg",
        "10.5 MME",
    ],
)
def test_the_scan_leaves_what_is_plain_alone(text: str) -> None:
    assert misread(text) == []
