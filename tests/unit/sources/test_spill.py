"""Sorting in bounded memory: the order that a plain sort gives, however little may be held."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.sources import spill
from adjuvant.sources.spill import Spill

ENTRIES = st.lists(st.tuples(st.text(max_size=4), st.binary(max_size=8)), max_size=60)


def filled(entries: list[tuple[str, bytes]], *, held: int) -> Spill:
    """A spill of these entries."""
    found = Spill(held=held)
    for key, data in entries:
        found.add(key, data)
    return found


@given(entries=ENTRIES, held=st.sampled_from([1, 700, 10_000]))
def test_entries_come_in_order_of_key_and_of_adding_as_a_stable_sort_gives_them(
    entries: list[tuple[str, bytes]], held: int
) -> None:
    found = filled(entries, held=held)
    try:
        assert list(found) == sorted(entries, key=lambda entry: entry[0])
        assert list(found) == sorted(entries, key=lambda entry: entry[0]), "as often as it is asked"
        grouped = [(key, list(data)) for key, data in found.groups()]
        assert [key for key, _ in grouped] == sorted({key for key, _ in entries})
        assert sum(len(data) for _, data in grouped) == len(entries)
    finally:
        found.close()


def test_more_runs_than_files_may_be_open_are_merged_and_keep_their_order(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(spill, "_MOST_RUNS", 3)
    entries = [(str(number % 7), bytes([number])) for number in range(100)]
    found = Spill(tmp_path / "work", held=600)
    for key, data in entries:
        found.add(key, data)
    assert list(found) == sorted(entries, key=lambda entry: entry[0])
    assert len(list((tmp_path / "work").rglob("*.run"))) <= 3
    found.close()
    assert list((tmp_path / "work").iterdir()) == []


def test_nothing_is_written_while_everything_can_be_held(tmp_path: Path) -> None:
    found = Spill(tmp_path / "work")
    found.add("a", b"1")
    assert list(found) == [("a", b"1")]
    assert not (tmp_path / "work").exists()


def test_a_run_that_was_cut_short_is_an_error_and_no_end(tmp_path: Path) -> None:
    found = Spill(tmp_path, held=1)
    found.add("a", b"1234567890")
    (run,) = tmp_path.rglob("*.run")
    run.write_bytes(run.read_bytes()[:-3])
    with pytest.raises(OSError, match="shorter than it was written"):
        list(found)
    found.close()
