"""What is wrong in a chart is said, row by row; what can be used is used; nothing becomes a silent zero."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.errors import InputError
from adjuvant.record import AdministrationStatus, Outcome, RefusalReason
from adjuvant.record.exposures import build_exposures
from adjuvant.sources.base import Import
from adjuvant.sources.table import read, reader

HEAD = "version: 1\nzone: Europe/London\n"
GIVEN = """\
  administrations:
    file: mar.csv
    columns: {patient: mrn, time: start, end: end, drug: drug, route: route, kind: kind, dose: dose, rate: rate, status: status}
"""
MAR = "mrn,start,end,drug,route,kind,dose,rate,status\n"
GOOD = "a,2031-03-01T07:00,,oxycodone,PO,dose,5 mg,,given\n"

Chart = Callable[..., Import]


@pytest.fixture
def chart(tmp_path: Path) -> Chart:
    def write(tables: str, head: str = HEAD, **files: str | bytes) -> Import:
        (tmp_path / "mapping.yaml").write_text(head + "tables:\n" + tables, encoding="utf-8")
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        return read(tmp_path)

    return write


def lines(found: Import, outcome: Outcome) -> dict[str, int]:
    return {line.reason: line.count for line in found.quality.lines if line.outcome is outcome}


def dose(text: str, drug: str = "oxycodone") -> str:
    return f'a,2031-03-01T08:00,,{drug},PO,dose,"{text}",,given\n'


def running(rate: str, start: str = "08:00", end: str = "12:00") -> str:
    last = f"2031-03-01T{end}" if end else ""
    return f"a,2031-03-01T{start},{last},morphine,IV,infusion,,{rate},given\n"


@pytest.mark.hazard("H-003")
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (dose("5-10 mg"), "dose is a range, not one number"),
        (dose("5 to 10 mg"), "dose is a range, not one number"),
        (dose("1O mg"), "dose has a letter among its digits"),
        (dose("-5 mg"), "dose is negative"),
        (dose("nan mg"), "dose is not a finite number"),
        (dose("inf mg"), "dose is not a finite number"),
        (dose("1e3 mg"), "dose is not a plain decimal number"),
        (dose(".5 mg"), "dose begins with a bare point"),
        (dose("1,5 mg"), "dose has a comma, which may be a decimal sign or a thousands sign"),
        (dose("0 mg"), "dose is zero"),
        (dose("10000 g"), "dose is above 100 g, which nothing real reaches"),
        (dose("10"), "dose has no unit"),
        (dose("10spoons"), "dose is not a plain decimal number"),
        (dose("10 spoons"), "dose is neither UCUM nor a known spelling"),
        (running("1 kg/h"), "rate is above 100 g/h, which nothing real reaches"),
        (
            running("900 mL/h", end="09:00").replace("900 mL/h", "900 L/h"),
            "rate is above 5 L/h, which nothing real reaches",
        ),
        (running("1 mg/h", "12:00", "08:00"), "it ends before it starts"),
        (running("1 mg/h", end="25:00"), "end is not an ISO 8601 time"),
        (
            "a,2031-03-01T08:00,,fentanyl,transdermal,patch on,,50 mg/h,given\n",
            "rate is above 1 mg/h, which nothing real reaches",
        ),
        ("a,2031-03-01T08:00,,fentanyl,transdermal,patch on,,0 ug/h,given\n", "rate is zero"),
        (
            "a,2031-03-01T08:00,,fentanyl,transdermal,dose,50 ug,,given\n",
            "a patch is charted as a single dose",
        ),
        (
            "a,2031-03-01T08:00,,oxycodone,PO,swallowed,5 mg,,given\n",
            "kind is a word that the mapping does not explain",
        ),
        (
            "a,2031-03-01T08:00,,oxycodone,PO,dose,5 mg,,maybe\n",
            "status is a word that the mapping does not explain",
        ),
        ("a,2031-03-01T08:00,,oxycodone,PO,dose,5 mg,,\n", "status is empty"),
    ],
)
def test_an_opioid_row_that_cannot_be_used_stays_in_view_and_makes_the_total_incomplete(
    chart: Chart, row: str, reason: str
) -> None:
    found = chart(GIVEN, mar=MAR + GOOD + row)
    assert lines(found, Outcome.UNCONVERTIBLE) == {reason: 1}
    kept = found.record().administrations[1]
    assert reason in kept.doubt
    exposures = build_exposures(found.record(), frozenset({"oxycodone", "morphine", "fentanyl"}))
    assert [item.events for item in exposures.items] == [("mar.csv:2",)]
    assert len(exposures.refused) == 1, "the rest must be refused, never counted as nothing"


@pytest.mark.parametrize(
    ("row", "reason", "refusal"),
    [
        (dose(""), "no dose is charted", RefusalReason.MISSING_DOSE),
        (dose("2 TAB"), "dose is in {tablet}, without a strength", RefusalReason.AMBIGUOUS_STRENGTH),
        (running("5 ml/hr"), "rate is in mL/h, without a concentration", RefusalReason.MISSING_CONCENTRATION),
        (running(""), "neither dose nor rate is charted", RefusalReason.MISSING_DOSE),
        (running("1 mg/h", end=""), "no end is charted", RefusalReason.MISSING_TIMING),
        ("a,2031-03-01T08:00,,fentanyl,transdermal,patch on,,,given\n", "no release rate is charted", None),
    ],
)
def test_what_is_missing_is_named_and_refused_for_what_it_is(
    chart: Chart, row: str, reason: str, refusal: RefusalReason | None
) -> None:
    found = chart(GIVEN, mar=MAR + GOOD + row)
    assert lines(found, Outcome.UNCONVERTIBLE) == {reason: 1}
    exposures = build_exposures(found.record(), frozenset({"oxycodone", "morphine", "fentanyl"}))
    assert len(exposures.items) == 1
    assert len(exposures.refused) == 1
    assert refusal in (None, exposures.refused[0].reason)


def test_a_quality_line_names_row_reason_and_remedy(chart: Chart) -> None:
    found = chart(GIVEN, mar=MAR + GOOD + dose("5-10 mg"))
    (line,) = [item for item in found.quality.lines if item.outcome is Outcome.UNCONVERTIBLE]
    assert line.table == "mar.csv"
    assert line.examples == ("line 3: number '5-10'",)
    assert line.remedy == "write digits with at most one point, such as 0.5 or 12"


def test_a_drug_that_was_refused_needs_no_readable_dose(chart: Chart) -> None:
    found = chart(GIVEN, mar=MAR + GOOD + dose("5-10 mg").replace("given", "not given"))
    assert found.record().administrations[1].status is AdministrationStatus.NOT_GIVEN
    assert found.record().administrations[1].doubt == ""
    assert lines(found, Outcome.DOUBTED) == {"dose is a range, not one number": 1}


def test_an_unknown_drug_is_used_with_a_doubt_because_it_may_be_an_opioid(chart: Chart) -> None:
    found = chart(GIVEN, mar=MAR + GOOD + dose("4 mg", drug="hydromorfone"))
    assert lines(found, Outcome.DOUBTED) == {"drug is not in the library, so it counts as no known drug": 1}
    assert found.record().administrations[1].drug.ingredients == ()


@pytest.mark.parametrize("drug", ["ketorolac", "ketoprofen", "naloxone", "apomorphine"])
def test_a_name_that_only_looks_like_ketamine_or_an_opioid_is_neither(chart: Chart, drug: str) -> None:
    found = chart(GIVEN, mar=MAR + GOOD + dose("4 mg", drug=drug))
    exposures = build_exposures(found.record(), frozenset({"oxycodone", "ketamine", "morphine"}))
    assert [item.ingredient for item in exposures.items] == ["oxycodone"]


def test_an_unknown_route_is_kept_as_written_and_refused_by_whoever_needs_it(chart: Chart) -> None:
    found = chart(GIVEN, mar=MAR + GOOD + dose("4 mg").replace("PO", "by owl"))
    assert found.record().administrations[1].route == "by owl"
    assert lines(found, Outcome.DOUBTED) == {"route is a word that nobody explains": 1}


def test_a_code_that_contradicts_the_name_is_refused_and_not_resolved(chart: Chart) -> None:
    tables = GIVEN.replace("status: status}", "status: status, rxnorm: code}")
    text = MAR.replace("status", "status,code") + GOOD.replace("given", "given,7804")
    text += dose("4 mg").replace("given", "given,7052")  # 7804 is oxycodone, 7052 morphine
    text += dose("4 mg").replace("given", "given,78O4")
    found = chart(tables, mar=text)
    assert found.quality.count(Outcome.UNCONVERTIBLE) == 2
    assert all(item.doubt and not item.drug.ingredients for item in found.record().administrations[1:])


@pytest.mark.parametrize("strength", ["5", "five mg/mL", "0 mg/mL", "5 mg/owl", "5-10 mg/mL"])
def test_a_strength_that_cannot_be_read_refuses_its_row(chart: Chart, strength: str) -> None:
    tables = GIVEN.replace("status: status}", "status: status, strength: strength}")
    text = MAR.replace("status", "status,strength") + dose("2 mL").replace("given", f"given,{strength}")
    found = chart(tables, mar=text)
    assert found.quality.count(Outcome.UNCONVERTIBLE) == 1
    assert "strength" in found.record().administrations[0].doubt


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "time is empty"),
        ("yesterday", "time is not an ISO 8601 time"),
        ("2031-03-01", "time is a date without a time of day"),
        ("2031-02-30T08:00", "time is not an ISO 8601 time"),
        ("2031-03-30T01:30", "time was skipped when the clocks of Europe/London changed"),
        ("2031-10-26T01:30", "time happened twice when the clocks of Europe/London changed"),
    ],
)
def test_a_row_without_a_sure_time_cannot_be_placed_and_is_explained(
    chart: Chart, text: str, reason: str
) -> None:
    found = chart(GIVEN, mar=MAR + GOOD + dose("5 mg").replace("2031-03-01T08:00", text))
    assert lines(found, Outcome.NOT_USED) == {reason: 1}
    assert len(found.record().administrations) == 1


def test_a_time_in_another_format_than_the_declared_one_is_explained(chart: Chart) -> None:
    head = HEAD + 'time_format: "%d/%m/%Y %H:%M"\n'
    rows = GOOD.replace("2031-03-01T07:00", "01/03/2031 07:00") + dose("5 mg")
    found = chart(GIVEN, head=head, mar=MAR + rows)
    assert lines(found, Outcome.NOT_USED) == {"time is not a time as %d/%m/%Y %H:%M": 1}


def test_an_order_with_a_bad_time_or_range_stays_in_view(chart: Chart) -> None:
    tables = """\
  orders:
    file: orders.csv
    columns: {patient: mrn, time: start, end: stop, drug: drug, dose: dose, times_per_day: n, as_needed: prn}
"""
    text = "mrn,start,stop,drug,dose,n,prn\na,soon,,oxycodone,5 mg,4,\na,2031-03-02T08:00,2031-03-01T08:00,oxycodone,5 mg,4,\n"
    text += "a,2031-03-01T08:00,,oxycodone,10-5 mg,4,\na,2031-03-01T08:00,,oxycodone,5 mg,0,\na,2031-03-01T08:00,,oxycodone,5 mg,often,\n"
    text += "a,2031-03-01T08:00,,oxycodone,5 mg,4,perhaps\n"
    found = chart(tables, orders=text)
    assert set(lines(found, Outcome.UNCONVERTIBLE)) == {
        "time is not an ISO 8601 time",
        "it ends before it starts",
        "dose is a range that does not rise",
        "times_per_day is zero",
        "times_per_day is not a plain decimal number",
    }
    assert set(lines(found, Outcome.DOUBTED)) == {
        "as_needed is a word that the mapping does not explain, so it is left out"
    }
    assert len(found.record().requests) == 6
    assert sum(bool(item.doubt) for item in found.record().requests) == 5


def test_a_dispense_of_nothing_stays_in_view(chart: Chart) -> None:
    tables = "  dispenses:\n    file: d.csv\n    columns: {patient: mrn, time: at, drug: drug, quantity: n}\n    units: {quantity: '{tablet}'}\n"
    found = chart(tables, d="mrn,at,drug,n\na,2031-03-01T08:00,oxycodone,0\n")
    assert found.record().dispenses[0].doubt == "0 {tablet}: quantity is zero"


@pytest.mark.hazard("H-019")
def test_a_weight_on_a_dose_that_nobody_weighs_refuses_the_dose(chart: Chart) -> None:
    tables = GIVEN.replace("status: status}", "status: status, weight: kg}\n    units: {weight: kg}")
    text = MAR.replace("status", "status,kg") + running("0.1 mg/kg/h").replace("given", "given,7000")
    found = chart(tables, mar=text)
    assert lines(found, Outcome.UNCONVERTIBLE) == {"weight is hardly possible": 1}


# --- patients and files -----------------------------------------------------------------------------------------


PEOPLE = "  patients:\n    file: p.csv\n    columns: {id: mrn, sex: sex}\n"


@pytest.mark.hazard("H-021")
def test_two_records_for_one_patient_that_differ_refuse_the_import(chart: Chart) -> None:
    with pytest.raises(InputError) as caught:
        chart(PEOPLE, p="mrn,sex\na,female\nb,male\na,male\n")
    assert "p.csv:4: patients 'a': stands twice with different contents, first on line 2" in str(caught.value)


def test_two_records_for_one_patient_that_are_equal_are_one(chart: Chart) -> None:
    found = chart(PEOPLE, p="mrn,sex\na,female\na,female\n")
    assert len(found.records) == 1
    assert lines(found, Outcome.DUPLICATE) == {"repeats another row with the same id": 1}


def test_rows_of_somebody_who_is_not_in_the_patients_table_are_explained(chart: Chart) -> None:
    found = chart(PEOPLE + GIVEN, p="mrn,sex\nb,male\n", mar=MAR + GOOD)
    assert [record.patient.id for record in found.records] == ["b"]
    assert lines(found, Outcome.NOT_USED) == {"its patient is not in the patients table": 1}


def test_a_row_without_a_patient_is_explained(chart: Chart) -> None:
    found = chart(GIVEN, mar=MAR + GOOD + GOOD.replace("a,", ",", 1))
    assert lines(found, Outcome.NOT_USED) == {"patient is empty": 1}


@pytest.mark.hazard("H-022")
def test_equal_rows_without_ids_are_two_events_and_with_the_same_id_one(chart: Chart) -> None:
    """Two tablets charted at one moment are two tablets; a row exported twice is one."""
    assert len(chart(GIVEN, mar=MAR + GOOD + GOOD).record().administrations) == 2
    with_id = GIVEN.replace("{patient: mrn", "{id: no, patient: mrn")
    text = "no," + MAR + "17," + GOOD + "17," + GOOD + "18," + GOOD
    found = chart(with_id, mar=text)
    assert len(found.record().administrations) == 2
    assert lines(found, Outcome.DUPLICATE) == {"repeats another row with the same id": 1}


@pytest.mark.hazard("H-022")
def test_one_id_on_two_different_rows_refuses_the_import(chart: Chart) -> None:
    with_id = GIVEN.replace("{patient: mrn", "{id: no, patient: mrn")
    with pytest.raises(
        InputError, match=r"mar\.csv:3: administrations '17': stands twice with different contents"
    ):
        chart(with_id, mar="no," + MAR + "17," + GOOD + "17," + dose("9 mg"))


def test_a_ragged_row_is_explained_and_the_others_are_used(chart: Chart) -> None:
    found = chart(GIVEN, mar=MAR + GOOD + "a,2031-03-01T08:00,oxycodone\n")
    assert lines(found, Outcome.NOT_USED) == {"its fields are not as many as the header's": 1}
    assert found.quality.count(Outcome.USED) == 1


BIG = gzip.compress((MAR + "".join(dose(f"{n} mg") for n in range(1, 9000))).encode(), mtime=0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (BIG[: len(BIG) // 2], "is a truncated or damaged gzip file"),
        (MAR.replace(",", ";").encode(), "is separated by semicolon, not by comma"),
        (b"mrn,start,end\na,b,c\n", "has no column 'dose', 'drug', 'kind', 'rate', 'route', 'status'"),
        ((MAR + GOOD).encode().replace(b"oxycodone", b"oxy\xb5codone"), "holds the byte 0xb5"),
        (MAR.encode() + b'a,"2031-03-01T08:00\n', "is not well-formed CSV"),
        (MAR.encode(), "gives no patient"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line_with_its_name(
    chart: Chart, content: bytes, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        chart(GIVEN, mar=content)
    message = str(caught.value)
    assert words in message
    assert "\n" not in message
    assert caught.value.exit_code == 3
    assert "mar.csv" in message or "mapping.yaml" in message


def test_a_missing_file_is_refused_with_the_nearest_name(chart: Chart) -> None:
    with pytest.raises(InputError, match=r"mar\.csv: does not exist; did you mean mars\.csv"):
        chart(GIVEN, mars=MAR)


def test_a_form_that_nobody_explains_is_kept_as_written_with_a_doubt(chart: Chart) -> None:
    tables = GIVEN.replace("status: status}", "status: status, form: form}")
    found = chart(
        tables, mar=MAR.replace("status", "status,form") + GOOD.replace("given", "given,wafer-thin mint")
    )
    assert found.record().administrations[0].form == "wafer-thin mint"
    assert lines(found, Outcome.DOUBTED) == {"form is a word that nobody explains": 1}


@pytest.mark.parametrize("strength", ["", "5 mg/{tablet}"])
def test_a_number_of_patches_without_a_release_rate_lacks_one(chart: Chart, strength: str) -> None:
    tables = GIVEN.replace("status: status}", "status: status, strength: strength}")
    text = MAR.replace("status", "status,strength")
    text += f"a,2031-03-01T08:00,,fentanyl,transdermal,patch on,2 patches,,given,{strength}\n"
    found = chart(tables, mar=text)
    assert lines(found, Outcome.UNCONVERTIBLE) == {"no release rate is charted": 1}
    assert found.record().administrations[0].rate is None


def test_an_infusion_that_was_refused_neither_runs_nor_ends_another(chart: Chart) -> None:
    rows = running("1 mg/h", end="") + running("2 mg/h", "10:00", "").replace("given", "not given")
    rows += running("0 mg/h", "12:00", "")
    found = chart(GIVEN + "    infusion_end: next row\n", mar=MAR + rows)
    (exposure,) = build_exposures(found.record(), frozenset({"morphine"})).items
    assert exposure.amount.in_("mg") == 4


def test_a_score_between_two_steps_is_used_and_doubted(chart: Chart) -> None:
    tables = "  pain:\n    file: p.csv\n    columns: {patient: mrn, time: at, score: s}\n    constants: {scale: nrs_0_10}\n"
    found = chart(tables, p="mrn,at,s\na,2031-03-01T08:00,7.5\n")
    assert found.record().pain[0].value == Fraction(15, 2)
    assert lines(found, Outcome.DOUBTED) == {"score lies between the steps of nrs_0_10": 1}


def test_what_an_event_can_spare_does_not_cost_the_event(chart: Chart) -> None:
    """A diagnosis, a consent or an adverse event is not lost for an unreadable date beside it."""
    tables = """\
  conditions:
    file: dx.csv
    columns: {patient: mrn, text: what, time: at, cancer: cancer}
  consents:
    file: consents.csv
    columns: {patient: mrn, scope: what, status: status, time: at}
  adverse_events:
    file: ae.csv
    columns: {patient: mrn, time: at, end: until, event: what}
"""
    found = chart(
        tables,
        dx="mrn,what,at,cancer\na,cancer of the lung,last year,surely\n",
        consents="mrn,what,status,at\na,treatment,given,once\na,treatment,,\n",
        ae="mrn,at,until,what\na,2031-03-01T08:00,later,nausea\n",
    )
    record = found.record()
    assert (len(record.conditions), len(record.consents), len(record.adverse_events)) == (1, 1, 1)
    assert (record.conditions[0].onset, record.conditions[0].cancer) == (None, None)
    assert found.quality.count(Outcome.DOUBTED) == 4
    assert lines(found, Outcome.NOT_USED) == {"scope or status is empty": 1}


def test_an_error_that_nobody_foresaw_costs_its_row_and_not_the_import(
    chart: Chart, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(row: object) -> None:
        raise InputError("row", "cannot be made into a record", "report this")

    monkeypatch.setitem(reader._BUILDERS, "weights", ("weights", broken))  # type: ignore[attr-defined]
    tables = "  weights:\n    file: w.csv\n    columns: {patient: mrn, time: at, weight: kg}\n    units: {weight: kg}\n"
    found = chart(PEOPLE + tables, p="mrn,sex\na,female\n", w="mrn,at,kg\na,2031-03-01T08:00,70\n")
    assert lines(found, Outcome.NOT_USED) == {"cannot be made into a record": 1}
