"""Laws of the table reader: whatever stands in a cell, every row is accounted for and nothing else than our errors."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adjuvant.errors import InputError
from adjuvant.record import AdministrationStatus, Outcome
from adjuvant.record.exposures import build_exposures
from adjuvant.sources.table import read

COLUMNS = [
    "patient",
    "time",
    "end",
    "drug",
    "route",
    "form",
    "kind",
    "dose",
    "rate",
    "status",
    "strength",
    "weight",
]
HEAD = "version: 1\nzone: Europe/London\ntables:\n  administrations:\n    file: mar.csv\n    columns:\n"
MAPPING = HEAD + "".join(f"      {name}: {name}\n" for name in COLUMNS)
TIMES = ["2031-03-01T08:00", "2031-03-01T12:00", "2031-03-30T01:30", "2031-03-01", "", "soon"]
CELLS = {
    "patient": ["a", "b", ""],
    "time": TIMES,
    "end": TIMES,
    "drug": ["morphine", "fentanyl", "oxycodone 5 MG Oral Tablet", "hydromorfone", "", "Morphine (Dilaudid)"],
    "route": ["IV", "PO", "transdermal", "owl", ""],
    "form": ["tablet", "patch", "", "dust"],
    "kind": ["dose", "infusion", "patch on", "patch off", "pca demand", "", "drip"],
    "dose": ["5 mg", "5-10 mg", "1O mg", "-5 mg", "0 mg", "9e9 kg", "2 {tablet}", "nan", "", "5", "3 mL"],
    "rate": ["1 mg/h", "2 ml/hr", "50 ug/h", "0.1 mg/kg/h", "ERROR", "", "0 mg/h"],
    "status": ["given", "not given", "unknown", "", "perhaps"],
    "strength": ["5 mg/{tablet}", "1 mg/mL", "", "x", "25 ug/h"],
    "weight": ["70 kg", "", "7000 kg", "70"],
}
ROW = st.tuples(*(st.sampled_from(CELLS[name]) | st.text(max_size=8) for name in COLUMNS))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(ROW, min_size=1, max_size=8))
def test_whatever_stands_in_the_cells_every_row_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    folder: Path = tmp_path_factory.mktemp("chart")
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *rows])
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    # What no text file can hold (a lone surrogate, a NUL) is the openers' matter.
    content = out.getvalue().encode("utf-8", "replace").replace(b"\x00", b"?")
    (folder / "mar.csv").write_bytes(content)
    try:
        found = read(folder)
    except InputError as error:
        message = str(error)
        assert "\n" not in message
        return
    events = [event for record in found.records for event in record.administrations]
    assert found.quality.unaccounted("mar.csv") == 0
    unconvertible = found.quality.count(Outcome.UNCONVERTIBLE)
    assert len(events) == found.quality.count(Outcome.USED) + unconvertible
    for record in found.records:
        exposures = build_exposures(record, frozenset({"morphine", "fentanyl", "oxycodone"}))
        counted = {event for item in exposures.items for event in item.events}
        for event in record.administrations:
            if event.doubt or event.status is not AdministrationStatus.GIVEN:
                assert event.id not in counted, "what is in doubt is never counted"
