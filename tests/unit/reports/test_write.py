"""Files: names that cannot leave their folder, whole files or none, nothing replaced that may not be."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.errors import InputError, UsageError
from adjuvant.reports import write_report
from adjuvant.reports.write import FORMATS, file_stem

from .conftest import HOSTILE, build_reported


@given(parts=st.lists(st.text(max_size=200), min_size=1, max_size=3))
def test_a_file_name_is_lower_case_letters_digits_and_hyphens(parts) -> None:
    stem = file_stem(parts)
    assert re.fullmatch(r"adjuvant(-[a-z0-9]+)*", stem)
    assert len(stem) < 250


@given(one=st.text(max_size=20), other=st.text(max_size=20))
def test_two_patients_never_share_a_name(one, other) -> None:
    assert (file_stem([one]) == file_stem([other])) == (one == other)


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "/", "con", ".hidden", "a/b\\c", *HOSTILE])
def test_a_name_that_wants_out_of_its_folder_stays_in_it(name, outcome, renamed, tmp_path) -> None:
    folder = tmp_path / "out"
    (path,) = write_report(renamed(outcome, name), folder, formats=("html",))
    assert path.parent == folder
    assert sorted(tmp_path.rglob("*")) == [folder, path]


def test_both_formats_are_written_and_nothing_else_is_left(outcome, tmp_path) -> None:
    paths = write_report(outcome, tmp_path / "new" / "folder")
    assert [path.name for path in paths] == ["adjuvant-0412-course-1.html", "adjuvant-0412-course-1.pdf"]
    assert sorted(path.name for path in paths[0].parent.iterdir()) == [path.name for path in paths]
    assert paths[0].read_bytes().startswith(b"<!doctype html>")
    assert paths[1].read_bytes().startswith(b"%PDF-")


def test_writing_again_replaces_the_same_report(outcome, tmp_path) -> None:
    first = write_report(outcome, tmp_path)
    before = [path.read_bytes() for path in first]
    assert [path.read_bytes() for path in write_report(outcome, str(tmp_path))] == before


def test_a_file_that_may_not_be_replaced_is_left_as_it_is_and_no_other_is_written(outcome, tmp_path) -> None:
    mine = tmp_path / "adjuvant-0412-course-1.pdf"
    mine.write_text("mine")
    with pytest.raises(UsageError, match=r"adjuvant-0412-course-1\.pdf: exists already"):
        write_report(outcome, tmp_path, overwrite=False)
    assert [path.name for path in tmp_path.iterdir()] == [mine.name]
    assert mine.read_text() == "mine"


def test_a_file_that_appears_meanwhile_is_not_replaced_either(outcome, tmp_path, monkeypatch) -> None:
    target = tmp_path / "adjuvant-0412-course-1.html"

    def late(content: object) -> bytes:
        target.write_text("mine")
        return b"report"

    monkeypatch.setitem(FORMATS, "html", late)
    with pytest.raises(UsageError, match="exists already"):
        write_report(outcome, tmp_path, formats=("html",), overwrite=False)
    assert target.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_new_file_is_written_where_replacing_is_not_allowed(outcome, tmp_path) -> None:
    (path,) = write_report(outcome, tmp_path, formats=("html",), overwrite=False)
    assert path.stat().st_size > 1000


def test_a_failure_while_writing_leaves_neither_half_a_file_nor_the_old_one_changed(
    outcome, tmp_path, monkeypatch
) -> None:
    (path,) = write_report(outcome, tmp_path, formats=("html",))
    before = path.read_bytes()

    def fail(file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(InputError, match="No space left on device"):
        write_report(outcome, tmp_path, formats=("html",))
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_a_file_is_refused_with_its_name(outcome, tmp_path) -> None:
    file = tmp_path / "report"
    file.write_text("")
    with pytest.raises((InputError, UsageError), match="report"):
        write_report(outcome, file, formats=("html",))


def test_an_unknown_format_is_refused_before_anything_is_written(outcome, tmp_path) -> None:
    with pytest.raises(UsageError, match="format 'docx': is not made here; choose from html, pdf"):
        write_report(outcome, tmp_path, formats=("html", "docx"))
    assert not list(tmp_path.iterdir())


def test_figures_of_a_document_are_written_under_its_title(tmp_path) -> None:
    (path,) = write_report(build_reported(), tmp_path, formats=("html",))
    assert path.name.startswith("adjuvant-reported-the-founding-case-as-reported-")
