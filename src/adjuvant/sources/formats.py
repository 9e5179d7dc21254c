"""Telling what a path holds, and handing it to the reader of that format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import cast

from adjuvant.errors import InputError, UsageError
from adjuvant.record import PatientRecord, QualitySummary
from adjuvant.sources.base import Import, Progress, QualityCounter, Reader, Stream, StreamReader
from adjuvant.sources.terms import Terms
from adjuvant.sources.text import missing_file, open_text

__all__ = ["FORMATS", "REPORTED", "detect_format", "read", "stream"]

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "store": "a record store, the folder that `adjuvant import` writes (manifest.json)",
        "fhir": "FHIR R4 resources (.json, .ndjson, or a folder of them)",
        "mimic3": "a folder of MIMIC-III tables (.csv or .csv.gz)",
        "mimic4": "a folder of MIMIC-IV tables (.csv, .csv.gz or .parquet)",
        "eicu": "a folder of eICU tables (.csv, .csv.gz or .parquet)",
        "omop": "a folder of OMOP CDM 5.3 or 5.4 tables (.csv, .csv.gz or .parquet)",
        "table": "CSV with a mapping (a folder with mapping.yaml, or the mapping itself)",
    }
)
"""Formats that give patient records, and what each looks like."""

REPORTED = "reported"
"""The format of figures that a document merely reports (``*.reported.yaml``): no events, so no record."""

_MAPPINGS = ("mapping.yaml", "mapping.yml")
_REPORTED_ENDS = (".reported.yaml", ".reported.yml")
_TABLE_ENDS = (".csv", ".parquet")
# How much of a file is looked at: Parquet names its columns at its end, FHIR its type at its beginning.
_FOOTER = 1 << 16
_MEANT = 6
_FHIR_ENDS = (".json", ".ndjson", ".jsonl")
# At least two of these tables make a folder MIMIC-III; one alone might be anything.
_MIMIC3 = {"patients", "d_items", "chartevents", "inputevents_mv", "inputevents_cv", "icustays"}
# Tables that only MIMIC-IV has. It shares the others; a column of `patients` tells the two apart.
_MIMIC4 = {"pharmacy", "emar", "emar_detail", "inputevents", "omr"}
_MIMIC4_COLUMN = "anchor_year"
# The same of eICU; its columns are its own, but `patient` and `medication` alone might be anybody's.
_EICU = {
    "patient", "infusiondrug", "vitalperiodic", "vitalaperiodic", "nursecharting", "admissiondrug",
    "apacheapsvar", "careplangeneral", "respiratorycharting",
}  # fmt: skip
# Both tables make a folder OMOP.
_OMOP = {"person", "drug_exposure"}


def detect_format(path: Path | str) -> str:
    """What `path` holds: a key of FORMATS, or ``reported``.

    Raises:
        InputError: it does not exist, or is none of them; says what was looked for.
    """
    place = Path(path)
    if not place.exists():
        raise missing_file(place)
    found = _of_folder(place) if place.is_dir() else _of_file(place)
    if found is None and place.is_dir() and not any(place.iterdir()):
        raise InputError(str(place), "is an empty folder", "name the folder that holds the record")
    if found is None:
        looked = "; ".join(FORMATS.values())
        raise InputError(str(place), "is of no format that can be read", f"give one of these: {looked}")
    return found


def _of_folder(folder: Path) -> str | None:
    names = sorted(item.name for item in folder.iterdir())
    if "manifest.json" in names:
        return "store"
    if any(name in names for name in _MAPPINGS):
        return "table"
    files = {_table(name): name for name in names if _table(name)}
    tables = set(files)
    if "patients" in tables and tables & (_MIMIC4 | _MIMIC3 - {"patients"}):
        return "mimic4" if tables & _MIMIC4 or _is_mimic4(folder / files["patients"]) else "mimic3"
    if len(tables & _MIMIC3) > 1:
        return "mimic3"
    if tables >= _OMOP:
        return "omop"
    if "patient" in tables and len(tables & _EICU) > 1:
        return "eicu"
    documents = [folder / name for name in names if _bare(name).endswith(_FHIR_ENDS)]
    if any(_speaks_fhir(path) for path in documents):
        return "fhir"
    _refuse_parent(folder)
    if documents:  # none of them is FHIR, and the reader says of the first why not
        return "fhir"
    if any(name.endswith(_REPORTED_ENDS) for name in names):
        return REPORTED
    if any(".csv" in name.lower() for name in names):
        raise InputError(
            str(folder),
            "holds CSV files without a mapping.yaml",
            "write one: `adjuvant import --template DIR`",
        )
    # FHIR exports keep each resource type in a folder of its own; the reader goes down, so this does too.
    below = (path for path in folder.rglob("*") if _bare(path.name).endswith(_FHIR_ENDS) and path.is_file())
    return "fhir" if any(_speaks_fhir(path) for path in below) else None


def _speaks_fhir(path: Path) -> bool:
    """Whether a file names a resource type near its beginning, as every FHIR document does."""
    try:
        with open_text(path) as text:
            return '"resourceType"' in text.read(_FOOTER)
    except (InputError, OSError, UnicodeError, EOFError):
        return True  # a damaged file says so when it is read


def _refuse_parent(folder: Path) -> None:
    """Refuse a folder that is none of the formats, but whose folders are: one too high was named.

    Raises:
        InputError: with the folders that it may have meant.
    """
    meant = []
    for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
        try:
            names = {_table(path.name) for path in inner.iterdir()} | {path.name for path in inner.iterdir()}
            if names & {"manifest.json", *_MAPPINGS} or names >= _OMOP or len(names & (_MIMIC3 | _EICU)) > 1:
                meant.append(f"{inner} ({_of_folder(inner)})")
        except (InputError, OSError):
            continue
    if meant:
        more = f" and {len(meant) - _MEANT} more" if len(meant) > _MEANT else ""
        raise InputError(
            str(folder),
            "is no record itself, but holds folders that are",
            f"name one of them: {', '.join(meant[:_MEANT])}{more}",
        )


def _table(name: str) -> str:
    """The table that a file of a folder of tables holds; empty for other files."""
    bare = _bare(name)
    return next((bare.removesuffix(end) for end in _TABLE_ENDS if bare.endswith(end)), "")


def _is_mimic4(patients: Path) -> bool:
    """Whether a table of patients has MIMIC-IV's columns; those of a Parquet file stand in its last bytes."""
    if _bare(patients.name).endswith(".parquet"):
        return _MIMIC4_COLUMN.encode() in patients.read_bytes()[-_FOOTER:].lower()
    try:
        with open_text(patients) as text:
            return _MIMIC4_COLUMN in text.readline().lower()
    except InputError:  # a damaged table says so when it is read
        return False


def _of_file(file: Path) -> str | None:
    name = _bare(file.name)
    if name.endswith(_REPORTED_ENDS):
        return REPORTED
    if name.endswith((".yaml", ".yml")):
        return "table"
    if name == "manifest.json":
        return "store"
    if name.endswith(_FHIR_ENDS):
        return "fhir"
    if name.endswith((".csv", ".tsv")):
        raise InputError(
            str(file),
            "is a CSV file, whose columns nobody has declared",
            "put a mapping.yaml beside it (`adjuvant import --template DIR` writes one) and name that",
        )
    with open_text(file) as text:
        return "fhir" if text.read(64).lstrip()[:1] in ("{", "[") else None


def _bare(name: str) -> str:
    return name.lower().removesuffix(".gz")


def read(
    path: Path | str,
    format: str | None = None,  # noqa: A002  the word of the command line
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
    progress: Progress | None = None,
) -> Import:
    """Read patient records from `path`.

    Args:
        format: a key of FORMATS; None detects it.
        patient: read only this patient.
        zone: IANA zone of times that carry no offset, where the format does not say it itself.
        terms: the user's own lines on drug names.
        progress: told now and then how far the reader is.
    Raises:
        UsageError: no such format.
        InputError: the path cannot be used, or holds no patient; says why.
    """
    chosen = _chosen(path, format)
    reader = cast(Reader, import_module(f"adjuvant.sources.{chosen}").read)
    found = reader(Path(path), patient=patient, zone=zone, progress=progress, **_known_terms(terms, chosen))
    if not found.records and chosen != "store":
        raise _no_patient(path)
    return found


def stream(
    path: Path | str,
    format: str | None = None,  # noqa: A002  the word of the command line
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
    progress: Progress | None = None,
    after: str | None = None,
    work: Path | None = None,
) -> Stream:
    """Read patient records from `path` one after the other, in order of patient id.

    Args:
        format, patient, zone, terms, progress: as for `read`.
        after: pass over the patients whose id is not greater than this one, as a resumed import does.
        work: a folder for what a reader sorts on disk; None uses one that is removed at the end.
    Raises:
        UsageError: no such format.
        InputError: the path cannot be used; says why. It may be raised only while records are taken.
    """
    chosen = _chosen(path, format)
    module = import_module(f"adjuvant.sources.{chosen}")
    if hasattr(module, "stream"):
        reader = cast(StreamReader, module.stream)
        found = reader(
            Path(path),
            patient=patient,
            zone=zone,
            progress=progress,
            after=after,
            work=work,
            **_known_terms(terms, chosen),
        )
        found.records = _not_none(found.records, path, resumed=after is not None)
        return found
    whole = read(path, chosen, patient=patient, zone=zone, terms=terms, progress=progress)
    return _of_import(whole, after)


def _not_none(
    records: Iterator[PatientRecord], path: Path | str, *, resumed: bool
) -> Iterator[PatientRecord]:
    """The same records; a read from its beginning that gives none is an error, as it is for `read`."""
    found = resumed
    for record in records:
        found = True
        yield record
    if not found:
        raise _no_patient(path)


def _no_patient(path: Path | str) -> InputError:
    return InputError(str(path), "holds no patient", "check that it is the right file, and whole")


def _chosen(path: Path | str, named: str | None) -> str:
    chosen = named or detect_format(path)
    if chosen == REPORTED:
        raise InputError(
            str(path), "holds figures that a document reports, not a patient's record", "evaluate it as it is"
        )
    if chosen not in FORMATS:
        raise UsageError(
            f"format {chosen!r}", "is not known", f"use one of: {', '.join((*FORMATS, REPORTED))}"
        )
    return chosen


def _known_terms(terms: Terms | None, chosen: str) -> dict[str, Terms]:
    """The user's lines for a reader; a store has been read already, and that is said."""
    if terms is None:
        return {}
    if chosen == "store":
        raise UsageError(
            "--terms",
            "is heeded while source data are read, and a record store keeps what was made of them",
            "import the source again with it: `adjuvant import SOURCE --replace --terms FILE`",
        )
    return {"terms": terms}


def _of_import(whole: Import, after: str | None) -> Stream:
    """What was read at once as a stream; its strays are the lines that its records do not account for."""
    left = {(line.table, line.outcome, line.reason): line.count for line in whole.quality.lines}
    for line in (line for record in whole.records for line in record.quality.lines):
        left[line.table, line.outcome, line.reason] -= line.count
    strays = QualityCounter()
    strays.add(
        QualitySummary(
            tuple(
                replace(line, count=count)
                for line in whole.quality.lines
                if (count := left[line.table, line.outcome, line.reason]) > 0
            )
        )
    )
    _strays_by_drug(whole, strays)
    records = sorted(whole.records, key=lambda record: record.patient.id)
    kept = [record for record in records if after is None or record.patient.id > after]
    return Stream(whole.source, iter(kept), strays, len(kept))


def _strays_by_drug(whole: Import, strays: QualityCounter) -> None:
    """Count the rows of medication and the names that the records do not account for."""
    held = QualitySummary.of(replace(record.quality, lines=()) for record in whole.records)
    medicines = {(item.table, item.drug, item.unit, item.outcome): item.count for item in held.medicines}
    for item in whole.quality.medicines:
        key = (item.table, item.drug, item.unit, item.outcome)
        if (count := item.count - medicines.get(key, 0)) > 0:
            strays.medicine(*key, count)
    names = {(item.table, item.name): item.count for item in held.names}
    for one in whole.quality.names:
        if (count := one.count - names.get((one.table, one.name), 0)) > 0:
            strays.unknown_name(one.table, one.name, count)
