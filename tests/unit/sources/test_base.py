"""Opening text and CSV: a damaged or foreign file is refused with file, line and remedy; and what a read counts."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from adjuvant.errors import InputError, InternalError
from adjuvant.record import Outcome, Patient, PatientRecord, QualitySummary
from adjuvant.sources.base import Import, QualityCounter, choose_patient, open_csv, open_text, read_text

ROWS = "patient,score\nanna,3\nberta,4\n"


def written(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def rows_of(file: Path, **options: object) -> list[dict[str, str]]:
    with open_csv(file, **options) as table:  # type: ignore[arg-type]
        return [row.fields for row in table.rows()]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_text_reads_alike_plain_or_gzip_with_or_without_a_byte_order_mark(
    tmp_path: Path, mark: bytes, pack
) -> None:
    file = written(
        tmp_path, "pain.csv.gz" if pack is gzip.compress else "pain.csv", pack(mark + ROWS.encode())
    )
    assert read_text(file) == ROWS
    assert rows_of(file) == [{"patient": "anna", "score": "3"}, {"patient": "berta", "score": "4"}]


def test_gzip_is_told_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, "pain.csv", gzip.compress(ROWS.encode(), mtime=0))) == ROWS


def test_reading_does_not_change_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, "pain.csv", ROWS)
    before = file.stat()
    rows_of(file)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (ROWS.encode(), before.st_mtime_ns)


BIG = gzip.compress(
    "".join(f"{number},{number * number % 7919}\n" for number in range(60_000)).encode(), mtime=0
)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("pain.csv", b"", "is empty"),
        ("pain.csv", b"\n \n", "is empty"),
        ("pain.csv.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("pain.csv.gz", BIG[: len(BIG) // 2], "truncated or damaged gzip"),
        ("pain.csv.gz", BIG[:30], "truncated or damaged gzip"),
        ("pain.csv.gz", BIG[:-6] + b"\x00\x00\x00\x00\x00\x00", "truncated or damaged gzip"),
        ("pain.csv.gz", ROWS.encode(), "is named .gz but is not gzip"),
        ("pain.csv", b"a,b\n1,2\n3,\xb5g\n", "pain.csv:3: holds the byte 0xb5, which is not UTF-8"),
        ("pain.csv", ROWS.encode("utf-16"), "is UTF-16"),
        ("pain.csv", b"PK\x03\x04rest", "a zip archive or a spreadsheet"),
        ("pain.csv", b"%PDF-1.7", "is a PDF"),
        ("pain.csv", b"a,b\x00c\n", "is not text"),
    ],
)
def test_a_file_that_is_no_readable_text_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    file = written(tmp_path, name, content)
    with pytest.raises(InputError) as caught, open_text(file) as text:
        text.read()
    assert words in str(caught.value)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3


def test_a_missing_file_is_refused_with_the_name_that_is_nearest(tmp_path: Path) -> None:
    written(tmp_path, "administrations.csv", ROWS)
    with pytest.raises(InputError, match=r"does not exist; did you mean administrations\.csv"):
        read_text(tmp_path / "administration.csv")
    with pytest.raises(InputError, match="is no folder either"):
        read_text(tmp_path / "nowhere" / "pain.csv")


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder, not a file"):
        read_text(tmp_path)


@pytest.mark.parametrize(
    ("content", "delimiter", "words"),
    [
        ("patient;score\nanna;3\n", ",", "is separated by semicolon, not by comma"),
        ("patient\tscore\nanna\t3\n", ",", "is separated by tab, not by comma"),
        ("patient,score\nanna,3\n", ";", "is separated by comma, not by semicolon"),
        ("patient;b,c;score\nanna;1,3;4\n", ",", "is separated by semicolon, not by comma"),
        ("patient,scroe\nanna,3\n", ",", "has no column 'score'; did you mean 'scroe'"),
        ("who,what\nanna,3\n", ",", "has no column 'patient', 'score'; it has who, what"),
        ("patient,score,score\nanna,3,4\n", ",", "names the column 'score' twice"),
        ("patient,,score\nanna,,3\n", ",", "column 2 has no name"),
        ('patient,score\nanna,"3\nberta,4\n', ",", "is not well-formed CSV"),
    ],
)
def test_a_csv_that_is_not_as_declared_is_refused_with_what_it_is(
    tmp_path: Path, content: str, delimiter: str, words: str
) -> None:
    file = written(tmp_path, "pain.csv", content)
    with pytest.raises(InputError) as caught:
        rows_of(file, required=["patient", "score"], delimiter=delimiter)
    assert words in str(caught.value)
    assert f"{file}:" in str(caught.value)


def test_rows_know_the_line_they_begin_on_across_quoted_line_ends_and_blank_lines(tmp_path: Path) -> None:
    file = written(tmp_path, "notes.csv", 'patient,note\nanna,"one\ntwo"\n\nberta,three\n')
    with open_csv(file) as table:
        assert [(row.line, row.fields["note"]) for row in table.rows()] == [(2, "one\ntwo"), (5, "three")]


def test_a_row_with_too_few_or_too_many_fields_is_never_padded_or_cut(tmp_path: Path) -> None:
    file = written(tmp_path, "pain.csv", "patient,score\nanna\nberta,4,5\ncarla,6\n")
    with pytest.raises(InputError, match=r"pain\.csv:2: has 1 fields where the header has 2"):
        rows_of(file)
    ragged: list[tuple[int, str]] = []
    with open_csv(file) as table:
        kept = [row.fields["patient"] for row in table.rows(lambda line, why, _: ragged.append((line, why)))]
    assert kept == ["carla"]
    assert ragged == [(2, "has 1 fields where the header has 2"), (3, "has 3 fields where the header has 2")]


def test_a_file_with_a_header_and_no_row_is_read_as_no_row(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path, "pain.csv", "patient,score\n")) == []


# --- counting -------------------------------------------------------------------------------------------------


def test_every_row_that_is_read_must_be_used_or_explained() -> None:
    counter = QualityCounter()
    counter.read("pain.csv", 3)
    counter.used("pain.csv")
    counter.line(Outcome.NOT_USED, "pain.csv", "no time", "add it", "line 4")
    with pytest.raises(InternalError, match="leaves 1 rows unexplained"):
        counter.summary()
    counter.line(Outcome.NOT_ASSESSABLE, "pain.csv", "asleep", example="line 5")
    assert counter.summary().unaccounted("pain.csv") == 0


def test_a_doubted_row_is_a_used_row_with_a_warning() -> None:
    counter = QualityCounter()
    counter.read("pain.csv")
    counter.used("pain.csv")
    counter.line(Outcome.DOUBTED, "pain.csv", "between two steps", "check the scale", "line 2")
    assert counter.summary().unaccounted("pain.csv") == 0


def test_equal_reasons_are_counted_together_and_keep_five_examples() -> None:
    counter = QualityCounter()
    counter.read("pain.csv", 9)
    for number in range(9):
        counter.line(Outcome.NOT_USED, "pain.csv", "no time", "add it", f"line {number}")
    (line,) = [line for line in counter.summary().lines if line.outcome is Outcome.NOT_USED]
    assert (line.count, line.remedy) == (9, "add it")
    assert line.examples == tuple(f"line {number}" for number in range(5))


def test_a_line_without_a_reason_is_a_defect() -> None:
    with pytest.raises(InternalError, match="gives no reason"):
        QualityCounter().line(Outcome.NOT_USED, "pain.csv", "")


def test_lines_of_one_counter_can_be_added_to_another() -> None:
    first, second = QualityCounter(), QualityCounter()
    for counter in (first, second):
        counter.read("pain.csv", 2)
        counter.used("pain.csv")
        counter.line(Outcome.NOT_USED, "pain.csv", "no time", "add it", "line 3")
    second.add(first.summary())
    assert second.summary().count(Outcome.READ) == 4
    assert second.summary().count(Outcome.NOT_USED) == 2


# --- choosing a patient ---------------------------------------------------------------------------------------


def record(name: str) -> PatientRecord:
    return PatientRecord(Patient(name, "UTC", synthetic=True))


def test_the_only_patient_needs_no_name() -> None:
    one = Import((record("anna"),), QualitySummary(), "test")
    assert one.record().patient.id == "anna"


def test_of_several_patients_one_must_be_named() -> None:
    two = Import((record("anna"), record("berta")), QualitySummary(), "test")
    assert two.record("berta").patient.id == "berta"
    with pytest.raises(
        InputError, match="holds 2 patients; name one of them with --patient, such as anna, berta"
    ):
        two.record()


def test_an_unknown_patient_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="did you mean 'anna'"):
        choose_patient(["anna", "berta"], "ana", "test")
    with pytest.raises(InputError, match="it holds a, b, c, d, e and 1 more"):
        choose_patient(list("abcdef"), "zzzzz", "test")
    with pytest.raises(InputError, match="holds no patient"):
        choose_patient([], None, "test")


# --- odd but honest files ---------------------------------------------------------------------------------------


def test_blank_lines_before_the_header_are_passed_over_and_counted(tmp_path: Path) -> None:
    file = written(tmp_path, "pain.csv", "\n\npatient,score\nanna,3\n")
    with open_csv(file, required=["score"]) as table:
        assert [(row.line, row.fields["score"]) for row in table.rows()] == [(4, "3")]


@pytest.mark.parametrize(
    ("content", "words"), [("\n" * 5000, "has no header"), ('"patient,score\n', "is not well-formed CSV")]
)
def test_a_csv_whose_header_cannot_be_found_is_refused(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        rows_of(written(tmp_path, "pain.csv", content))


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "pain.csv", ROWS)
    with pytest.raises(InputError, match=r"cannot be opened \(Not a directory\)"):
        read_text(tmp_path / "pain.csv" / "more.csv")
