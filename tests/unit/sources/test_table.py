"""The table reader: any medication chart and flowsheet as CSV, read as its mapping declares and no further."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.codes import Icd10
from adjuvant.errors import InputError
from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import (
    AdministrationKind,
    AdministrationStatus,
    ConsentStatus,
    NotAssessable,
    Outcome,
    PainKind,
    PainReporter,
)
from adjuvant.sources.base import Import
from adjuvant.sources.table import read

HEAD = "version: 1\nzone: Europe/London\n"

Chart = Callable[..., Import]


@pytest.fixture
def chart(tmp_path: Path) -> Chart:
    """Writes a mapping and its CSV files, and reads them."""

    def write(tables: str, head: str = HEAD, call: dict[str, str] | None = None, **files: str) -> Import:
        (tmp_path / "mapping.yaml").write_text(head + "tables:\n" + tables, encoding="utf-8")
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return read(tmp_path, **(call or {}))

    return write


GIVEN = """\
  administrations:
    file: mar.csv
    columns: {patient: mrn, time: start, end: end, drug: drug, route: route, kind: kind, dose: dose, rate: rate}
"""
PAIN = """\
  pain:
    file: pain.csv
    columns: {patient: mrn, time: at, score: score}
    constants: {scale: nrs_0_10, reporter: self}
"""
MAR = "mrn,start,end,drug,route,kind,dose,rate\n"


def lines(found: Import, outcome: Outcome) -> dict[str, int]:
    return {line.reason: line.count for line in found.quality.lines if line.outcome is outcome}


def test_a_dose_an_infusion_a_patch_and_demand_doses_are_read_each_in_its_shape(chart: Chart) -> None:
    rows = (
        "a,2031-03-01T08:00,,oxycodone,PO,dose,10 mg,\n"
        "a,2031-03-01T09:00,2031-03-01T13:00,hydromorphone,IV,infusion,,0.2 mg/h\n"
        "a,2031-03-01T09:00,2031-03-01T13:00,hydromorphone,IV,pca demand,1.2 mg,\n"
        "a,2031-03-01T10:00,,fentanyl,transdermal,patch on,,50 mcg/hr\n"
        "a,2031-03-04T10:00,,fentanyl,transdermal,patch off,,\n"
    )
    found = chart(GIVEN, mar=MAR + rows)
    dose, *running, on, off = found.record().administrations
    assert (dose.kind, dose.dose, dose.route) == (AdministrationKind.DOSE, Quantity(10, "mg"), "oral")
    assert dose.start == datetime(2031, 3, 1, 8, tzinfo=UTC)
    assert {item.kind for item in running} == {AdministrationKind.INFUSION, AdministrationKind.PCA_DEMAND}
    assert (on.kind, on.rate) == (AdministrationKind.PATCH_ON, Quantity(50, "ug/h"))
    assert off.kind is AdministrationKind.PATCH_OFF
    assert all(item.doubt == "" for item in found.record().administrations)
    assert found.quality.count(Outcome.USED) == 5


def test_each_event_keeps_where_it_was_read_and_its_raw_text(chart: Chart) -> None:
    found = chart(GIVEN, mar=MAR + "a,2031-03-01T08:00,,oxycodone,PO,dose,10 mg,\n")
    origin = found.record().administrations[0].origin
    assert (origin.table, origin.row) == ("mar.csv", "2")
    assert origin.raw == "mrn=a; start=2031-03-01T08:00; drug=oxycodone; route=PO; kind=dose; dose=10 mg"


def test_without_a_kind_a_row_with_a_rate_is_an_infusion_and_any_other_a_dose(chart: Chart) -> None:
    rows = (
        "a,2031-03-01T08:00,,oxycodone,PO,,10 mg,\na,2031-03-01T09:00,2031-03-01T10:00,morphine,IV,,,1 mg/h\n"
    )
    first, second = chart(GIVEN, mar=MAR + rows).record().administrations
    assert (first.kind, second.kind) == (AdministrationKind.DOSE, AdministrationKind.INFUSION)


def test_two_rows_of_the_same_dose_are_kept_and_said(chart: Chart) -> None:
    """Nothing but their likeness shows that a chart was exported twice; a person decides."""
    row = "a,2031-03-01T08:00,,oxycodone,PO,,10 mg,\n"
    found = chart(GIVEN, mar=MAR + row + row)
    assert len(found.record().administrations) == 2
    reason = "has the drug, time and dose of another administration: both are kept"
    assert lines(found, Outcome.DOUBTED)[reason] == 1


def test_own_words_are_translated_by_the_mapping_and_stay_in_the_raw_text(chart: Chart) -> None:
    tables = """\
  administrations:
    file: mar.csv
    columns: {patient: mrn, time: at, drug: med, route: how, dose: amount, dose_unit: unit, status: what, as_needed: prn}
    values:
      status: {"Gegeben": given, "VERWEIGERT": not given}
      route: {"p.o.": oral}
      drug: {"Oxygesic": oxycodone}
      as_needed: {"X": "yes"}
      dose_unit: {"Milligramm": mg}
"""
    text = "mrn,at,med,how,amount,unit,what,prn\na,2031-03-01T08:00,Oxygesic,p.o.,10,Milligramm,gegeben,x\n"
    text += "a,2031-03-01T20:00,Oxygesic,p.o.,10,Milligramm,verweigert,\n"
    given, refused = chart(tables, mar=text).record().administrations
    assert (given.drug.name, given.drug.text, given.route) == ("oxycodone", "Oxygesic", "oral")
    assert (given.dose, given.as_needed) == (Quantity(10, "mg"), True)
    assert refused.status is AdministrationStatus.NOT_GIVEN
    assert "unit=Milligramm" in given.origin.raw


def test_tablets_and_millilitres_become_usable_through_a_strength(chart: Chart) -> None:
    tables = GIVEN.replace("rate: rate}", "rate: rate, strength: strength}")
    text = "mrn,start,end,drug,route,kind,dose,rate,strength\n"
    text += "a,2031-03-01T08:00,,oxycodone,PO,dose,2 TAB,,5 mg/{tablet}\n"
    text += "a,2031-03-01T09:00,2031-03-01T10:00,morphine,IV,infusion,,2 ml/hr,50 mg/50 mL\n"
    tablets, infusion = chart(tables, mar=text).record().administrations
    assert (tablets.dose, tablets.unit_status) == (Quantity(2, "{tablet}"), UnitStatus.DERIVED)
    assert tablets.drug.ingredients[0].strength == Quantity(5, "mg/{tablet}")
    assert (infusion.unit_status, infusion.drug.ingredients[0].strength) == (
        UnitStatus.DERIVED,
        Quantity(1, "mg/mL"),
    )


def test_a_number_of_patches_is_their_strength_that_many_times(chart: Chart) -> None:
    tables = GIVEN.replace("rate: rate}", "rate: rate, strength: strength}")
    text = "mrn,start,end,drug,route,kind,dose,rate,strength\n"
    text += "a,2031-03-01T08:00,,fentanyl,TD,patch on,2 patches,,25 ug/h\n"
    (patch,) = chart(tables, mar=text).record().administrations
    assert (patch.rate, patch.unit_status) == (Quantity(50, "ug/h"), UnitStatus.DERIVED)


def test_a_rate_that_holds_until_the_next_row_is_read_so_only_where_the_mapping_says_it(chart: Chart) -> None:
    rows = (
        "a,2031-03-01T08:00,,morphine,IV,infusion,,1 mg/h\n"
        "a,2031-03-01T12:00,,morphine,IV,infusion,,2 mg/h\n"
        "a,2031-03-01T10:00,,fentanyl,IV,infusion,,50 ug/h\n"
        "a,2031-03-01T20:00,,morphine,IV,infusion,,0 mg/h\n"
    )
    declared = chart(GIVEN + "    infusion_end: next row\n", mar=MAR + rows)
    spans = {
        (item.drug.name, item.start.hour, item.end.hour if item.end else None)
        for item in declared.record().administrations
    }
    assert spans == {("morphine", 8, 12), ("morphine", 12, 20), ("fentanyl", 10, None)}
    assert "infusion has no later row that ends it" in lines(declared, Outcome.DOUBTED)
    plain = chart(GIVEN, mar=MAR + rows)
    assert all(item.end is None for item in plain.record().administrations)
    assert lines(plain, Outcome.UNCONVERTIBLE) == {"no end is charted": 4}


def test_orders_keep_a_range_and_are_never_administrations(chart: Chart) -> None:
    tables = """\
  orders:
    file: orders.csv
    columns: {patient: mrn, id: no, time: from, end: to, drug: med, dose: dose, times_per_day: n, as_needed: prn, instructions: sig}
    constants: {route: oral}
"""
    text = "mrn,no,from,to,med,dose,n,prn,sig\n"
    text += "a,17,2031-03-01T08:00,2031-03-05T08:00,oxycodone,5-10 mg,6,yes,for pain\n"
    found = chart(tables, orders=text).record()
    (order,) = found.requests
    assert (order.id, order.dose, order.dose_high) == ("17", Quantity(5, "mg"), Quantity(10, "mg"))
    assert (order.times_per_day, order.as_needed, order.text) == (Fraction(6), True, "for pain")
    assert found.administrations == ()


def test_dispenses_keep_quantity_and_days(chart: Chart) -> None:
    tables = """\
  dispenses:
    file: dispenses.csv
    columns: {patient: mrn, time: at, drug: med, quantity: n, days_supply: days, strength: each}
    units: {quantity: "{tablet}"}
"""
    text = "mrn,at,med,n,days,each\na,2031-03-01T08:00,oxycodone,60,30,5 mg/{tablet}\n"
    (supply,) = chart(tables, dispenses=text).record().dispenses
    assert (supply.quantity, supply.days_supply) == (Quantity(60, "{tablet}"), Fraction(30))
    assert supply.unit_status is UnitStatus.DERIVED


# --- pain, sedation, vital signs, weight ------------------------------------------------------------------------


@pytest.mark.hazard("H-038")
def test_words_in_the_place_of_a_score_are_reasons_and_never_a_zero(chart: Chart) -> None:
    tables = PAIN + '    values: {score: {"Unable to Score": unable to score, "zzz": asleep}}\n'
    text = "mrn,at,score\n" + "".join(
        f"a,2031-03-01T{hour:02d}:00,{score}\n"
        for hour, score in enumerate(["0", "unable to score", "ZZZ", "declined", "", "7", "8/10"])
    )
    found = chart(tables, pain=text)
    values = [(item.value, item.not_assessable) for item in found.record().pain]
    assert values == [
        (Fraction(0), None),
        (None, NotAssessable.UNABLE),
        (None, NotAssessable.ASLEEP),
        (None, NotAssessable.DECLINED),
        (None, NotAssessable.NOT_RECORDED),
        (Fraction(7), None),
        (Fraction(8), None),
    ]
    assert found.quality.count(Outcome.NOT_ASSESSABLE) == 4
    assert {item.reporter for item in found.record().pain} == {PainReporter.SELF}


def test_a_reason_may_stand_in_its_own_column_and_a_score_beside_it_is_a_contradiction(chart: Chart) -> None:
    tables = PAIN.replace("score: score}", "score: score, reason: why, kind: kind, site: where}")
    text = "mrn,at,score,why,kind,where\na,2031-03-01T08:00,,sedated,,\na,2031-03-01T09:00,3,asleep,,\n"
    text += "a,2031-03-01T10:00,6,,worst,hip\n"
    found = chart(tables, pain=text)
    sedated, worst = found.record().pain
    assert sedated.not_assessable is NotAssessable.SEDATED
    assert (worst.kind, worst.site) == (PainKind.WORST, "hip")
    assert lines(found, Outcome.NOT_USED) == {"it has a score and a reason for having none": 1}


@pytest.mark.parametrize(
    ("score", "reason"),
    [
        ("11", "score is outside nrs_0_10, 0 to 10"),
        ("-1", "score is negative"),
        ("5-6", "score is a range, not one number"),
        ("1O", "score has a letter among its digits"),
        ("ouch", "score is a word that the mapping does not explain"),
        ("nan", "score is a word that the mapping does not explain"),
        ("7/100", "score is not a plain decimal number"),
    ],
)
def test_a_score_that_is_none_is_explained_and_not_used(chart: Chart, score: str, reason: str) -> None:
    found = chart(PAIN, pain=f"mrn,at,score\na,2031-03-01T08:00,{score}\na,2031-03-01T12:00,5\n")
    assert [item.value for item in found.record().pain] == [Fraction(5)]
    assert lines(found, Outcome.NOT_USED) == {reason: 1}


def test_a_scale_that_the_library_does_not_know_is_not_used(chart: Chart) -> None:
    tables = PAIN.replace("scale: nrs_0_10", "scale: nrs_0_100")
    found = chart(tables, pain="mrn,at,score\na,2031-03-01T08:00,5\n")
    assert lines(found, Outcome.NOT_USED) == {"scale does not exist": 1}
    wrong = chart(PAIN.replace("nrs_0_10", "poss"), pain="mrn,at,score\na,2031-03-01T08:00,3\n")
    assert lines(wrong, Outcome.NOT_USED) == {"scale is not one for pain": 1}


def test_sedation_is_kept_as_written_and_checked_against_its_scale(chart: Chart) -> None:
    tables = """\
  sedation:
    file: sed.csv
    columns: {patient: mrn, time: at, scale: scale, score: score}
"""
    text = "mrn,at,scale,score\na,2031-03-01T08:00,poss,S\na,2031-03-01T09:00,rass,-2\na,2031-03-01T10:00,rass,+1\n"
    text += "a,2031-03-01T11:00,rass,-7\na,2031-03-01T12:00,poss,dozy\na,2031-03-01T13:00,nrs_0_10,3\n"
    found = chart(tables, sed=text)
    assert [item.value for item in found.record().sedation] == ["S", "-2", "+1"]
    assert set(lines(found, Outcome.NOT_USED)) == {
        "score is outside rass, -5 to 4",
        "score is a word that its scale does not know",
        "scale is not one for sedation",
    }


WIDE = """\
  vitals:
    file: obs.csv
    columns: {patient: mrn, time: at, respiratory_rate: rr, spo2: spo2, systolic: sbp}
    units: {respiratory_rate: /min, spo2: "%", systolic: "mm[Hg]"}
"""


def test_vital_signs_in_columns_are_one_event_each_and_one_bad_cell_spares_the_others(chart: Chart) -> None:
    found = chart(WIDE, obs="mrn,at,rr,spo2,sbp\na,2031-03-01T08:00,14,x9,\n")
    assert [(item.kind, item.value) for item in found.record().vitals] == [
        ("respiratory_rate", Quantity(14, "/min"))
    ]
    assert lines(found, Outcome.DOUBTED) == {"spo2 is not a plain decimal number, so it is left out": 1}


def test_a_vital_sign_that_is_hardly_possible_is_kept_and_flagged(chart: Chart) -> None:
    """Real charts hold systolic pressures of 11,647 and saturations of 0."""
    found = chart(WIDE, obs="mrn,at,rr,spo2,sbp\na,2031-03-01T08:00,14,0,11647\n")
    flagged = {item.kind: bool(item.flagged) for item in found.record().vitals}
    assert flagged == {"respiratory_rate": False, "spo2": True, "systolic": True}
    assert set(lines(found, Outcome.DOUBTED)) == {"spo2 is hardly possible", "systolic is hardly possible"}


def test_vital_signs_in_rows_are_told_apart_by_their_kind(chart: Chart) -> None:
    tables = """\
  vitals:
    file: obs.csv
    columns: {patient: mrn, time: at, kind: what, value: value, value_unit: unit}
    values:
      kind: {"RR": respiratory_rate}
      value_unit: {"bpm": /min, "mmHg": "mm[Hg]"}
"""
    text = "mrn,at,what,value,unit\na,2031-03-01T08:00,RR,14,bpm\na,2031-03-01T08:00,systolic,120,bpm\n"
    text += "a,2031-03-01T08:00,urine,30,ml\na,2031-03-01T08:00,spo2,,\n"
    found = chart(tables, obs=text)
    assert [item.kind for item in found.record().vitals] == ["respiratory_rate"]
    assert set(lines(found, Outcome.NOT_USED)) == {
        "systolic has a unit of another kind",
        "kind is a word that the mapping does not explain",
        "holds no vital sign that can be used",
    }


def test_weights_are_read_in_any_unit_of_mass_and_refused_where_nobody_weighs_that(chart: Chart) -> None:
    tables = """\
  weights:
    file: weights.csv
    columns: {patient: mrn, time: at, weight: weight, weight_unit: unit, method: how}
"""
    text = "mrn,at,weight,unit,how\na,2031-03-01T08:00,70,kg,stated\na,2031-03-02T08:00,7000,kg,\na,2031-03-03T08:00,70,cm,\n"
    text += "a,2031-03-04T08:00,,kg,\n"
    found = chart(tables, weights=text)
    (weight,) = found.record().weights
    assert (weight.value, weight.method) == (Quantity(70, "kg"), "stated")
    assert set(lines(found, Outcome.NOT_USED)) == {
        "weight is hardly possible",
        "weight has a unit of another kind",
        "weight is empty",
    }


# --- the patient ------------------------------------------------------------------------------------------------


def test_the_patient_with_diagnoses_allergies_consents_stays_and_adverse_events(chart: Chart) -> None:
    tables = """\
  patients:
    file: patients.csv
    columns: {id: mrn, sex: sex, birth_date: born, death: died, age_years: age, pain_goal: goal, note: note}
  encounters:
    file: stays.csv
    columns: {patient: mrn, time: in, end: out, kind: ward}
  conditions:
    file: dx.csv
    columns: {patient: mrn, text: what, code: code, time: since, cancer: cancer}
    constants: {code_system: ICD-10}
  allergies:
    file: allergies.csv
    columns: {patient: mrn, text: what, reaction: reaction}
  consents:
    file: consents.csv
    columns: {patient: mrn, scope: scope, status: status, given_by: who, time: at}
  adverse_events:
    file: ae.csv
    columns: {patient: mrn, time: at, end: until, event: what, grade: grade, led_to: did}
"""
    found = chart(
        tables,
        head=HEAD + 'date_format: "%d.%m.%Y"\nempty: ["-"]\n',
        patients="mrn,sex,born,died,age,goal,note\na,female,31.12.1969,-,61,3,quiet\n",
        stays="mrn,in,out,ward\na,2031-03-01T08:00,2031-03-09T08:00,hospice\na,2031-03-20T08:00,2031-03-19T08:00,-\n",
        dx="mrn,what,code,since,cancer\na,cancer of the lung,C34.9,-,yes\na,sore back,-,-,-\n",
        allergies="mrn,what,reaction\na,penicillin,rash\n",
        consents="mrn,scope,status,who,at\na,publication,not possible: died,-,-\na,treatment,given,patient,2031-03-01T09:00\n",
        ae="mrn,at,until,what,grade,did\na,2031-03-02T08:00,2031-03-02T09:00,hallucination,2,ketamine stopped\n"
        "a,2031-03-03T08:00,2031-03-03T07:00,nausea,9,\n",
    )
    record = found.record()
    assert (record.patient.sex, record.patient.age_years, record.patient.pain_goal) == ("female", 61, 3)
    assert str(record.patient.birth_date) == "1969-12-31"
    assert record.patient.death is None
    assert (record.conditions[0].code, record.conditions[0].cancer) == (Icd10("C34.9"), True)
    assert (record.conditions[1].code, record.conditions[1].cancer) == (None, None)
    assert record.allergies[0].reaction == "rash"
    assert {item.scope: item.status for item in record.consents} == {
        "publication": ConsentStatus.NOT_POSSIBLE_DIED,
        "treatment": ConsentStatus.GIVEN,
    }
    assert [item.end is None for item in record.encounters] == [False, True]
    assert [(item.grade, item.led_to) for item in record.adverse_events] == [
        (2, "ketamine stopped"),
        (None, ""),
    ]
    assert record.adverse_events[1].end is None
    assert set(lines(found, Outcome.DOUBTED)) == {
        "it ends before it starts, so its end is left out",
        "grade is not 1 to 5, so it is left out",
    }


def test_a_birth_date_or_goal_that_cannot_be_read_does_not_lose_the_patient(chart: Chart) -> None:
    tables = "  patients:\n    file: p.csv\n    columns: {id: mrn, birth_date: born, age_years: age, pain_goal: goal, death: died}\n"
    found = chart(tables, p="mrn,born,age,goal,died\na,1.1.70,61.5,low,soon\n")
    patient = found.record().patient
    assert (patient.birth_date, patient.age_years, patient.pain_goal, patient.death) == (
        None,
        None,
        None,
        None,
    )
    assert len(lines(found, Outcome.DOUBTED)) == 4


def test_codes_of_unknown_systems_are_left_out_with_a_doubt(chart: Chart) -> None:
    tables = "  conditions:\n    file: dx.csv\n    columns: {patient: mrn, text: what, code: code, code_system: system}\n"
    found = chart(tables, dx="mrn,what,code,system\na,pain,X1,house list\na,pain,12a,SNOMED CT\n")
    assert [item.code for item in found.record().conditions] == [None, None]
    assert set(lines(found, Outcome.DOUBTED)) == {
        "code is of no known system, so it is left out",
        "code has other characters than digits, so it is left out",
    }


def test_synthetic_can_be_said_of_a_whole_chart_or_of_one_patient(chart: Chart) -> None:
    tables = "  patients:\n    file: p.csv\n    columns: {id: mrn, synthetic: invented}\n"
    found = chart(tables, p="mrn,invented\na,yes\nb,no\nc,\n")
    assert [record.patient.synthetic for record in found.records] == [True, False, False]
    whole = chart(tables, head=HEAD + "synthetic: true\nnote: All invented.\n", p="mrn,invented\na,no\n")
    assert (whole.record().patient.synthetic, whole.record().patient.note) == (True, "All invented.")


# --- files, zones, times ----------------------------------------------------------------------------------------


def test_times_are_read_in_the_declared_zone_and_format(chart: Chart) -> None:
    head = 'version: 1\nzone: America/New_York\ntime_format: "%d/%m/%Y %H:%M"\n'
    found = chart(PAIN, head=head, pain="mrn,at,score\na,01/03/2031 08:00,5\n")
    assert found.record().pain[0].at == datetime(2031, 3, 1, 13, tzinfo=UTC)


def test_an_offset_in_a_time_wins_over_the_zone(chart: Chart) -> None:
    found = chart(PAIN, pain="mrn,at,score\na,2031-03-01T08:00+05:30,5\n")
    assert found.record().pain[0].at == datetime(2031, 3, 1, 2, 30, tzinfo=UTC)
    head = 'version: 1\nzone: Europe/London\ntime_format: "%d/%m/%Y %H:%M %z"\n'
    formatted = chart(PAIN, head=head, pain="mrn,at,score\na,01/03/2031 08:00 +0530,5\n")
    assert formatted.record().pain[0].at == datetime(2031, 3, 1, 2, 30, tzinfo=UTC)


@pytest.mark.hazard("H-009")
def test_european_files_with_semicolons_and_decimal_commas_are_read_as_declared(chart: Chart) -> None:
    tables = GIVEN.replace("mar.csv", "mar.csv\n    delimiter: semicolon")
    rows = (
        MAR.replace(",", ";")
        + "a;2031-03-01T08:00;;oxycodone;PO;dose;2,5 mg;\na;2031-03-01T09:00;;oxycodone;PO;dose;2.5 mg;\n"
    )
    found = chart(tables, head=HEAD + 'decimal_sign: ","\n', mar=rows)
    good, bad = found.record().administrations
    assert good.dose == Quantity(Fraction(5, 2), "mg")
    assert (bad.dose, bad.doubt) == (
        None,
        "number '2.5': dose has a point where the mapping declares a comma",
    )


def test_one_file_can_fill_several_tables_by_a_column_that_says_what_a_row_is(chart: Chart) -> None:
    tables = """\
  pain:
    file: flow.csv
    columns: {patient: mrn, time: at, score: value}
    constants: {scale: nrs_0_10}
    where: {measure: [Pain, "Pain score"]}
  sedation:
    file: flow.csv
    columns: {patient: mrn, time: at, score: value}
    constants: {scale: poss}
    where: {measure: POSS}
"""
    text = "mrn,at,measure,value\na,2031-03-01T08:00,pain SCORE,5\na,2031-03-01T08:00,poss,2\na,2031-03-01T08:00,Braden,18\n"
    found = chart(tables, flow=text)
    assert (len(found.record().pain), len(found.record().sedation)) == (1, 1)
    assert lines(found, Outcome.NOT_USED) == {"belongs to no table by its `where`": 1}
    assert {line.table for line in found.quality.lines} == {
        "flow.csv",
        "flow.csv (pain)",
        "flow.csv (sedation)",
    }


def test_a_table_can_be_spread_over_several_files(chart: Chart) -> None:
    tables = "  pain:\n" + "".join(
        f"    - file: {name}.csv\n      columns: {{patient: mrn, time: at, score: score}}\n"
        "      constants: {scale: nrs_0_10}\n"
        for name in ("january", "february")
    )
    text = "mrn,at,score\na,2031-0{}-01T08:00,5\n"
    found = chart(tables, january=text.format(1), february=text.format(2))
    assert len(found.record().pain) == 2


def test_a_compressed_table_is_read_like_a_plain_one(chart: Chart, tmp_path: Path) -> None:
    (tmp_path / "pain.csv.gz").write_bytes(gzip.compress(b"mrn,at,score\na,2031-03-01T08:00,5\n"))
    found = chart(PAIN.replace("pain.csv", "pain.csv.gz"))
    assert len(found.record().pain) == 1


def test_one_patient_can_be_asked_for_and_others_are_then_not_counted(chart: Chart) -> None:
    text = "mrn,at,score\na,2031-03-01T08:00,5\nb,2031-03-01T08:00,6\n"
    found = chart(PAIN, call={"patient": "b"}, pain=text)
    assert [record.patient.id for record in found.records] == ["b"]
    assert found.quality.count(Outcome.READ) == 1
    with pytest.raises(InputError, match="patient 'c': is not in it"):
        chart(PAIN, call={"patient": "c"}, pain=text)


def test_the_order_of_rows_does_not_matter(chart: Chart) -> None:
    rows = [f"a,2031-03-01T{hour:02d}:00,{hour % 10}\n" for hour in range(24)]
    forward = chart(PAIN, pain="mrn,at,score\n" + "".join(rows)).record()
    backward = chart(PAIN, pain="mrn,at,score\n" + "".join(reversed(rows))).record()
    assert [(p.at, p.value) for p in forward.pain] == [(p.at, p.value) for p in backward.pain]


def test_a_long_file_reports_its_progress(chart: Chart, tmp_path: Path) -> None:
    text = "mrn,at,score\n" + "a,2031-03-01T08:00,5\n" * 4100
    chart(PAIN, pain=text)
    told: list[tuple[str, int]] = []
    read(tmp_path, progress=lambda what, done, total=None: told.append((what, done)))
    assert told == [("pain.csv", 2000), ("pain.csv", 4000)]


def test_the_input_is_never_changed(chart: Chart, tmp_path: Path) -> None:
    chart(PAIN, pain="mrn,at,score\na,2031-03-01T08:00,ouch\n")
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in tmp_path.iterdir()}
    read(tmp_path)
    assert {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in tmp_path.iterdir()} == before
