"""The mapping: strict, so that a slip in it is found there and not in the figures; and the template that is shipped."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from adjuvant.errors import InputError, LibraryError, QuantityError, UsageError
from adjuvant.record import Outcome
from adjuvant.sources.table import load_mapping, read, write_template
from adjuvant.sources.table.cells import read_strength
from adjuvant.sources.table.fields import TABLES

GOOD = """\
version: 1
zone: Europe/London
tables:
  pain:
    file: pain.csv
    columns: {patient: mrn, time: at, score: score}
    constants: {scale: nrs_0_10}
  weights:
    file: weights.csv
    columns: {patient: mrn, time: at, weight: kg}
    units: {weight: kg}
"""


def mapping(folder: Path, old: str = "", new: str = "", text: str = GOOD) -> Path:
    assert old in text
    file = folder / "mapping.yaml"
    file.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return file


def test_a_mapping_says_what_it_declares(tmp_path: Path) -> None:
    found = load_mapping(mapping(tmp_path))
    assert found.zone.key == "Europe/London"
    assert [(table.table, table.file.name, table.delimiter) for table in found.tables] == [
        ("pain", "pain.csv", ","),
        ("weights", "weights.csv", ","),
    ]
    assert load_mapping(tmp_path) == found


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("version: 1", "version: 2", "mapping.yaml:1: version: is not a version that this program reads"),
        ("version: 1\n", "", "has no 'version'"),
        ("zone: Europe/London", "zone: London", "mapping.yaml:2: zone: 'London' is not an IANA zone"),
        ("zone: Europe/London", "tz: Europe/London", "mapping.yaml:2: tz: is not a known key"),
        ("zone: Europe/London", "zone: Europe/London\nzone: UTC", "stands twice, first on line 2"),
        ("  pain:", "  pian:", "mapping.yaml:5: tables.pian: is not a known table; did you mean 'pain'"),
        ("file: pain.csv", "fle: pain.csv", "tables.pain.fle: is not a known key; did you mean 'file'"),
        (
            "score: score}",
            "scoer: score}",
            "tables.pain.columns.scoer: is not a known key; did you mean 'score'",
        ),
        ("time: at, score", "score", "tables.pain.columns: has no 'time'"),
        ("constants: {scale: nrs_0_10}", "constants: {}", "tables.pain.columns: has no 'scale'"),
        ("{scale: nrs_0_10}", "{scale: nrs_0_10, score: '5'}", "'score' is also a column"),
        ("{weight: kg}\n", "{weight: stone age}\n", "'stone age' is neither UCUM nor a known spelling"),
        (
            "weight: kg}\n    units",
            "weight: kg, weight_unit: u}\n    units",
            "'weight' also has a unit column",
        ),
        (
            "units: {weight: kg}",
            "units: {weight: 5}",
            "tables.weights.units.weight: '5' is a number, not text",
        ),
        ("zone: Europe/London", "zone: Europe/London\ndelimiter: space", "'space' is not a known delimiter"),
        ("zone: Europe/London", "zone: Europe/London\ntime_format: '%d.%m.%Y'", "holds no %H"),
        ("zone: Europe/London", "zone: Europe/London\ndate_format: '%m.%Y'", "holds no %d"),
        (
            "zone: Europe/London",
            "zone: Europe/London\ntime_format: '%d/%m/%mY %H:%M'",
            "names one part of a time twice",
        ),
        ("zone: Europe/London", "zone: Europe/London\ntime_format: '%d/%Q %H:%M'", "is no format"),
        ("zone: Europe/London", "zone: Europe/London\ndecimal_sign: ';'", "';' is not a known decimal sign"),
        (
            "{scale: nrs_0_10}",
            "{scale: nrs_0_10}\n    values: {score: {zzz: dozing}}",
            "'dozing' is not a known word here",
        ),
        (
            "{scale: nrs_0_10}",
            "{scale: nrs_0_10}\n    infusion_end: next row",
            "belongs to administrations only",
        ),
        ("tables:", "tables: {}\nrest:", "is not a known key"),
    ],
)
def test_a_slip_in_a_mapping_is_refused_with_file_line_and_remedy(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        load_mapping(mapping(tmp_path, old, new))
    assert words in str(caught.value)
    assert str(tmp_path / "mapping.yaml") in str(caught.value)
    assert caught.value.exit_code == 3


def test_a_mapping_that_is_no_yaml_or_empty_or_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"mapping\.yaml:2: is not YAML 1\.2"):
        load_mapping(mapping(tmp_path, text="version: 1\n  tables: [\n"))
    with pytest.raises(InputError, match="is empty"):
        load_mapping(mapping(tmp_path, text=""))
    with pytest.raises(InputError, match="declares no table"):
        load_mapping(mapping(tmp_path, text="version: 1\nzone: UTC\ntables: {}\n"))
    with pytest.raises(InputError, match="does not exist"):
        load_mapping(tmp_path / "elsewhere.yaml")
    with pytest.raises(InputError, match=r"nothere/mapping\.yaml: does not exist|nothere: does not exist"):
        load_mapping(tmp_path / "nothere")


@pytest.mark.hazard("H-079")
def test_times_without_a_zone_are_refused_unless_somebody_names_one(tmp_path: Path) -> None:
    file = mapping(tmp_path, "zone: Europe/London\n", "")
    with pytest.raises(InputError, match="declares no zone; add `zone:` with an IANA name"):
        load_mapping(file)
    assert load_mapping(file, zone="Asia/Tokyo").zone.key == "Asia/Tokyo"
    with pytest.raises(InputError, match="'Atlantis' is not an IANA zone"):
        load_mapping(file, zone="Atlantis")


def test_a_zone_that_contradicts_the_mapping_is_refused(tmp_path: Path) -> None:
    file = mapping(tmp_path)
    assert load_mapping(file, zone="Europe/London").zone.key == "Europe/London"
    with pytest.raises(InputError, match="is Europe/London, and Asia/Tokyo was asked for"):
        load_mapping(file, zone="Asia/Tokyo")


def test_a_clock_of_twelve_hours_needs_its_half_of_the_day(tmp_path: Path) -> None:
    declared = "zone: Europe/London\ntime_format: '%m/%d/%Y %I:%M %p'"
    assert load_mapping(mapping(tmp_path, "zone: Europe/London", declared)).time_format == "%m/%d/%Y %I:%M %p"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("5 mg/{tablet}", "5 mg/{tablet}"),
        ("5 mg/tab", "5 mg/{tablet}"),
        ("10mg/ml", "10 mg/mL"),
        ("50 mg/250 mL", "0.2 mg/mL"),
        ("75 mcg/hr", "75 ug/h"),
    ],
)
def test_strengths_are_read_as_people_write_them(text: str, wanted: str) -> None:
    assert str(read_strength(text)) == wanted


# --- the template -----------------------------------------------------------------------------------------------


def test_the_template_declares_only_columns_that_its_files_have(tmp_path: Path) -> None:
    files = write_template(tmp_path / "chart")
    assert files[0].name == "mapping.yaml"
    found = load_mapping(tmp_path / "chart")
    assert {table.table for table in found.tables} <= set(TABLES)
    assert {table.file for table in found.tables} == set(files[1:])
    for table in found.tables:
        with table.file.open(newline="", encoding="utf-8") as file:
            header = next(csv.reader(file))
        assert sorted(table.columns.values()) == sorted(header), table.table


def test_the_unfilled_template_gives_no_patient_and_says_so(tmp_path: Path) -> None:
    write_template(tmp_path)
    with pytest.raises(InputError, match="gives no patient; fill its CSV files with rows"):
        read(tmp_path)


def test_a_filled_template_reads_without_a_complaint(tmp_path: Path) -> None:
    write_template(tmp_path)
    rows = {
        "patients": ["a,female,1970-01-31,,3"],
        "administrations": [
            "a,1,2031-03-01T08:00,,OxyContin,,,PO,tablet,tablet,20,mg,,,Given,,N,,7",
            "a,2,2031-03-01T09:00,2031-03-01T10:00,morphine,,1 mg/mL,IV,,drip,,,2,mL/h,Given,,,,",
            "a,3,2031-03-01T10:00,,fentanyl,,,TD,patch,patch applied,,,25,ug/h,Given,,,left arm,",
            "a,4,2031-03-01T11:00,,oxycodone,,,PO,tablet,tablet,5,mg,,,Refused,asleep,Y,,",
        ],
        "orders": ["a,7,2031-03-01T08:00,,oxycodone,PO,tablet,20 mg,2,N,active,"],
        "pain": ["a,2031-03-01T08:00,7,,current", "a,2031-03-01T12:00,asleep,,"],
        "sedation": ["a,2031-03-01T08:00,1"],
        "vitals": ["a,2031-03-01T08:00,14,96,80,120,70"],
        "weights": ["a,2031-03-01T08:00,62.5,measured"],
        "adverse_events": ["a,2031-03-01T08:00,,nausea,1,"],
        "conditions": ["a,cancer of the lung,C34.9,yes"],
        "allergies": ["a,penicillin,rash"],
        "consents": ["a,publication,not sought,,"],
    }
    for name, lines in rows.items():
        with (tmp_path / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)
    found = read(tmp_path)
    assert {line.outcome for line in found.quality.lines} == {
        Outcome.READ,
        Outcome.USED,
        Outcome.NOT_ASSESSABLE,
    }
    assert found.record().event_count == 4 + 1 + 2 + 1 + 5 + 1 + 1 + 1 + 1 + 1


def test_the_template_never_overwrites_a_file(tmp_path: Path) -> None:
    (tmp_path / "pain.csv").write_text("mine\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"pain\.csv: is already there; name an empty or a new folder"):
        write_template(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["pain.csv"]


def test_a_folder_that_cannot_be_made_is_a_wrong_call(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        write_template(tmp_path / "file" / "chart")


@pytest.mark.parametrize("text", ["5 mg/0 mL", "5 mg/0.0 {tablet}"])
def test_a_strength_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(QuantityError, match="divides by zero"):
        read_strength(text)


# --- readings without times ------------------------------------------------------------------------------

UNDATED = """\
version: 1
zone: UTC
tables:
  pain:
    file: pain.csv
    columns: {patient: subject, score: rest}
    constants: {scale: nrs_0_10, time: "2000-01-01T00:00"}
    times: nominal
"""


def test_readings_without_a_time_are_kept_at_a_nominal_one_and_say_so(tmp_path: Path) -> None:
    (tmp_path / "pain.csv").write_text("subject,rest\n1,4\n1,6\n", encoding="utf-8")
    found = read(mapping(tmp_path, text=UNDATED))
    record = found.record()
    assert [score.value for score in record.pain] == [4, 6]
    assert record.patient.note == "The source states no times of pain: what stands there is nominal."
    doubted = {line.reason: line.count for line in found.quality.lines if line.outcome is Outcome.DOUBTED}
    assert doubted == {"the file states no time, and a nominal one stands": 2}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (', time: "2000-01-01T00:00"', "", "has no 'time'"),
        ("score: rest}", "score: rest, time: at}", "'time' is also a column"),
        ("times: nominal", "times: about noon", "is not a known way to give times"),
    ],
)
def test_a_nominal_time_is_declared_as_a_constant(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises((InputError, LibraryError), match=words):
        load_mapping(mapping(tmp_path, old, new, UNDATED))


def test_a_dose_is_never_placed_at_a_nominal_time(tmp_path: Path) -> None:
    text = (
        UNDATED.replace("  pain:", "  administrations:")
        .replace("score: rest}", "drug: rest}")
        .replace("scale: nrs_0_10, ", "")
    )
    with pytest.raises((InputError, LibraryError), match="a dose at a time that nobody stated"):
        load_mapping(mapping(tmp_path, text=text))
