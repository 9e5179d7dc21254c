"""A file that never ends, packed or plain, is refused early and by name instead of filling the memory."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from adjuvant.errors import InputError
from adjuvant.sources import fhir
from adjuvant.sources.base import open_csv, open_text, read_text
from adjuvant.sources.limits import Limits, size_in_words
from adjuvant.sources.text import check_whole

SMALL = Limits(line=1000, document=5000, density=20, dense_from=10_000)


def test_a_line_without_an_end_is_refused_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "endless.ndjson"
    file.write_text("{}\n{}\n" + "x" * 20_000, encoding="utf-8")
    with pytest.raises(InputError, match=r"endless\.ndjson:3: is a line of more than 1000 bytes"):
        list_of(file)


def test_an_endless_line_of_csv_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "endless.csv"
    file.write_text("id," + "x" * (5 << 20), encoding="utf-8")
    with pytest.raises(InputError, match=r"endless\.csv:1: is a line of more than 4 MiB"), open_csv(file):
        pass


def test_a_gzip_file_that_unpacks_to_far_more_than_a_table_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.csv.gz"
    with gzip.open(file, "wt") as packed:
        packed.write("id,x\n" + "1,2\n" * 500_000)
    with pytest.raises(InputError, match="unpacks to more than 20 times its size"):
        list_of(file)
    with pytest.raises(InputError, match="unpacks to more than 20 times its size"):
        check_whole(file, limits=SMALL)


def test_a_gzip_bomb_is_refused_before_any_of_its_rows_is_taken(tmp_path: Path) -> None:
    """Rows cost far more time and memory than unpacking; the first line, which is no JSON, is never looked at."""
    rows, lines = tmp_path / "doses.csv.gz", tmp_path / "Basic.ndjson.gz"
    rows.write_bytes(gzip.compress(b"id,x\n") + gzip.compress(b"1,2\n" * (1 << 20)) * 17)
    lines.write_bytes(
        gzip.compress(b"no JSON\n") + gzip.compress(b'{"resourceType":"Basic"}\n' * 200_000) * 14
    )
    with pytest.raises(InputError, match="unpacks to more than 200 times its size"), open_csv(rows):
        pytest.fail("it was opened")
    with pytest.raises(InputError, match="unpacks to more than 200 times its size"):
        fhir.read(lines)


def test_a_packed_file_that_is_cut_off_gives_no_row(tmp_path: Path) -> None:
    file = tmp_path / "doses.csv.gz"
    file.write_bytes(gzip.compress(b"id,x\n" + b"1,2\n" * 1000)[:-6])
    with pytest.raises(InputError, match="truncated or damaged gzip file"), open_csv(file):
        pytest.fail("it was opened")


def test_lines_of_any_ending_within_the_limit_are_read(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        file = tmp_path / "sound.txt"
        file.write_bytes((("x" * 900 + end) * 50).encode())
        assert len(list_of(file)) == 50


def test_one_document_that_is_too_large_is_refused_with_a_way_out(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    file.write_text("[1]\n" * 2000, encoding="utf-8")
    with pytest.raises(
        InputError, match=r"is one document of more than 4\.88 KiB; export it in smaller pieces"
    ):
        read_text(file, limits=SMALL)


def test_a_gzip_file_is_checked_to_its_end_and_others_pass(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.csv", tmp_path / "a.csv.gz"
    plain.write_text("id\n1\n", encoding="utf-8")
    packed.write_bytes(gzip.compress(b"id\n1\n" * 5000)[:-6])
    check_whole(plain)
    with pytest.raises(InputError, match="is a truncated or damaged gzip file"):
        check_whole(packed)


def test_sizes_are_said_in_words() -> None:
    assert [size_in_words(size) for size in (1000, 4 << 20, 3 << 30)] == ["1000 bytes", "4 MiB", "3 GiB"]


def list_of(file: Path) -> list[str]:
    with open_text(file, limits=SMALL) as text:
        return list(text)
