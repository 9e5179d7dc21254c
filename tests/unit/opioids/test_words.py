"""What the engine says, word for word: why a line is refused, what would mend it, and how an amount came about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.errors import InputError
from adjuvant.opioids import (
    HealFigures,
    HealSupply,
    daily_mme,
    heal_definitions,
    heal_figures,
    parse_regimen,
    read_regimen,
)
from adjuvant.opioids.model import Total
from adjuvant.opioids.reading import read_amount
from adjuvant.record.exposure_amounts import Problem
from small_tables import a_plan, a_row

PLAN = a_plan(
    a_row("oxycodone", "1.5"),
    a_row("morphine", "3", routes="intravenous"),
    a_row("fentanyl", "2", routes="transdermal", forms="patch", unit="ug/h"),
)
NO_DOSE_BELOW = "leave the line out if nothing is taken"


def a_medication(**fields: Any) -> dict[str, Any]:
    """10 mg of oral oxycodone four times a day, unless told otherwise; None leaves a field out."""
    plain = {"drug": "oxycodone", "route": "oral", "dose": "10 mg", "times_per_day": 4, **fields}
    return {key: value for key, value in plain.items() if value is not None}


def a_pump(**fields: Any) -> dict[str, Any]:
    plain = {"drug": "morphine", "route": "iv", "dose": None, "times_per_day": None, "demand": "2 mg"}
    return a_medication(**{**plain, **fields})


def an_infusion(**fields: Any) -> dict[str, Any]:
    plain = {"drug": "morphine", "route": "iv", "dose": None, "times_per_day": None, "rate": "2 mg/h"}
    return a_medication(**{**plain, **fields})


def a_patch(**fields: Any) -> dict[str, Any]:
    plain = {
        "drug": "fentanyl",
        "form": "patch",
        "route": "transdermal",
        "dose": "50 ug/h",
        "times_per_day": None,
    }
    return a_medication(**{**plain, **fields})


def refusal(medication: dict[str, Any]) -> str:
    """Detail and remedy of the refusal of one line."""
    (line,) = daily_mme(parse_regimen({"medications": [medication]}), PLAN).lines
    assert line.refusal is not None, line
    return f"{line.refusal.detail}; {line.refusal.remedy}"


@pytest.mark.parametrize(
    ("medication", "sentence"),
    [
        # --- doses
        (a_medication(dose=None), "neither a dose nor a rate is stated; state one of them"),
        (a_medication(times_per_day=None), "nothing says how often; state times_per_day or every_hours"),
        (
            a_medication(times_per_day=None, as_needed=True),
            "an as-needed dose without a maximum; state times_per_day or every_hours as the most allowed",
        ),
        (
            a_medication(every_hours=8),
            "4 times a day and every 8 hours contradict each other; keep the one that was meant",
        ),
        (
            a_medication(times_per_day=0),
            "times per day 0 is not above zero; correct it, or leave the line out if nothing is taken",
        ),
        (
            a_medication(times_per_day=None, every_hours=0),
            "every 0 hours is not above zero; correct it, or leave the line out if nothing is taken",
        ),
        (
            a_medication(times_per_day=1441),
            ("1441 times a day is more often than every minute; "
            "correct it, or leave the line out if nothing is taken"),
        ),
        (
            a_medication(dose="10 mg/h"),
            "10 mg/h is not a dose; chart a dose in mass or volume",
        ),
        (
            a_medication(patches=2),
            "the line counts 2 patches and is no patch; state form patch, or leave patches out",
        ),
        # --- where it is given
        (
            a_medication(route=None),
            ("the route is not stated, and factors differ by route; "
            "state it, such as oral, intravenous or transdermal"),
        ),
        (
            a_medication(route="warp"),
            "route 'warp' is not known; write one such as oral, intravenous or transdermal",
        ),
        (a_patch(route="oral"), "a patch is not given oral; correct the route or the form"),
        # --- which drug
        (
            a_medication(drug="squidol"),
            ("'squidol' is not a drug that the library knows, and could be an opioid; "
            "write the generic name or the RxNorm code"),
        ),
        (a_medication(drug=None), "neither a drug nor a code is stated; state drug or rxnorm"),
        # --- infusions
        (
            an_infusion(dose="5 mg"),
            "the line states a dose, 5 mg, and a rate, 2 mg/h; write the infusion and the doses as two lines",
        ),
        (
            an_infusion(every_hours=4),
            ("rate 2 mg/h runs all day, and the line also says how often; "
            "leave that out, or state a dose and no rate"),
        ),
        (
            an_infusion(times_per_day=4),
            ("rate 2 mg/h runs all day, and the line also says how often; "
            "leave that out, or state a dose and no rate"),
        ),
        # --- pumps
        (
            a_pump(demand=None, demands_per_day=10),
            "demands are counted, but no demand dose is stated; state demand",
        ),
        *(
            (
                a_pump(demands_per_day=10, **more),
                ("the line states a pump's demand dose and also a dose, how often, or as needed; "
                "give the pump a line of its own"),
            )
            for more in ({"dose": "1 mg"}, {"times_per_day": 2}, {"every_hours": 4}, {"as_needed": True})
        ),
        (
            a_pump(demands_per_day=10, max_demands_per_day=20),
            ("the line states both the demands delivered and the most possible; "
            "keep the one that the question is about"),
        ),
        (
            a_pump(),
            "demand dose 2 mg without a number of demands; state demands_per_day or max_demands_per_day",
        ),
        (
            a_pump(demands_per_day=-1),
            "-1 demands a day is negative; correct the number of demands",
        ),
        # --- patches
        (
            a_patch(rate="75 ug/h"),
            "the line states a dose, 50 ug/h, and a rate, 75 ug/h; keep the release rate of one patch",
        ),
        (a_patch(demand="1 ug"), "a patch has no demand dose; write the pump on its own line"),
        (a_patch(patches=0), "0 patches; leave the line out if none is worn"),
        (a_patch(dose=None), "the release rate is not stated; state it, such as 75 ug/h"),
        (
            a_patch(dose="5 mg"),
            "5 mg is not the release rate of a patch; write what it releases, such as 75 ug/h, or {patch}",
        ),
        (
            a_patch(dose="2 {patch}", patches=1, strength="50 ug/h"),
            "dose 2 {patch} and patches 1 contradict each other; keep the number that are worn at once",
        ),
        (
            a_patch(dose="2 {patch}"),
            "the strength of the patch is not stated; state strength as a release rate, such as 75 ug/h",
        ),
        (
            a_patch(dose="2 {patch}", strength="5 mg"),
            ("the strength of the patch 5 mg is not a release rate; "
            "state strength as a release rate, such as 75 ug/h"),
        ),
    ],
)  # fmt: skip
def test_a_line_that_is_refused(medication: dict[str, Any], sentence: str) -> None:
    assert refusal(medication) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "dose '' is empty; write number, space, unit, such as 5 mg"),
        ("5-10 mg", "dose '5-10 mg' is a range, not one amount; state the amount meant"),
        ("5 mg or 10 mg", "dose '5 mg or 10 mg' is a range, not one amount; state the amount meant"),
        ("5", "dose '5' has no unit; write number, space, unit, such as 5 mg"),
        (
            "5 squid",
            ("dose '5 squid': unit 'squid' is neither UCUM nor a known spelling; "
            "correct it, such as mg, ug, mL, mg/h or {tablet}"),
        ),
        ("0 mg", f"dose '0 mg' is zero; {NO_DOSE_BELOW}"),
        ("-5 mg", "dose '-5 mg' is negative; correct the amount"),
        ("NaN mg", "dose 'NaN mg' is not a finite number; correct the amount"),
        (
            "5mg",
            "dose '5mg' does not have one number, a space and a unit; write number, space, unit, such as 5 mg",
        ),
        (
            "1O mg",
            ("dose '1O mg': the number has a letter among its digits; "
            "write digits with at most one point, such as 0.5 or 12"),
        ),
        (
            "1e3 mg",
            ("dose '1e3 mg': the number is not a plain decimal number; "
            "write digits with at most one point, such as 0.5 or 12"),
        ),
        (".5 mg", "dose '.5 mg': the number begins with a bare point; write 0.5"),
        (
            "5 " + 70 * "x",
            (f"dose '5 {58 * 'x'}': unit '{40 * 'x'}' is neither UCUM nor a known spelling; "
            "correct it, such as mg, ug, mL, mg/h or {tablet}"),
        ),
    ],
)  # fmt: skip
def test_an_amount_that_cannot_be_read(text: str, sentence: str) -> None:
    found = read_amount("dose", text)
    assert isinstance(found, Problem)
    assert f"{found.detail}; {found.remedy}" == sentence


def steps(*medications: dict[str, Any], **top: Any) -> list[list[str]]:
    """The derivation of every line, without what was written."""
    answer = daily_mme(parse_regimen({"medications": list(medications), **top}), PLAN)
    return [[step.text for step in line.derivation][1:] for line in answer.lines]


@pytest.mark.parametrize(
    ("medication", "told"),
    [
        (
            a_medication(),
            ["10 mg × 4 a day = 40 mg/day", "oxycodone: 1.5 MME per mg", "40 mg/day × 1.5 = 60 MME/day"],
        ),
        (
            a_medication(times_per_day=None, every_hours=8, as_needed=True),
            [
                "10 mg every 8 h = 30 mg/day",
                "as needed: from none to this maximum",
                "oxycodone: 1.5 MME per mg",
                "30 mg/day × 1.5 = 45 MME/day at most, none scheduled",
            ],
        ),
        (
            an_infusion(),
            ["2 mg/h for 24 h = 48 mg/day", "morphine: 3 MME per mg", "48 mg/day × 3 = 144 MME/day"],
        ),
        (
            an_infusion(as_needed=True),
            [
                "2 mg/h for 24 h = 48 mg/day",
                "as needed: from none to this rate all day",
                "morphine: 3 MME per mg",
                "48 mg/day × 3 = 144 MME/day at most, none scheduled",
            ],
        ),
        (
            a_pump(demands_per_day=6),
            [
                "2 mg × 6 demands a day delivered = 12 mg/day",
                "morphine: 3 MME per mg",
                "12 mg/day × 3 = 36 MME/day",
            ],
        ),
        (
            a_pump(max_demands_per_day=6, rate="0.5 mg/h"),
            [
                "0.5 mg/h for 24 h = 12 mg/day",
                "2 mg × 6 demands a day possible at most = 12 mg/day",
                "morphine: 3 MME per mg",
                "12 mg/day × 3 = 36 MME/day scheduled",
                "24 mg/day × 3 = 72 MME/day at most",
            ],
        ),
        (
            a_pump(demands_per_day=6, demand="0.2 mL", strength="10 mg/mL"),
            [
                "0.2 mL × 10 mg/mL = 2 mg",
                "2 mg × 6 demands a day delivered = 12 mg/day",
                "morphine: 3 MME per mg",
                "12 mg/day × 3 = 36 MME/day",
            ],
        ),
        (
            a_patch(),
            [
                "50 microgram/h, worn 24 h a day = 1.2 mg/day",
                "fentanyl: 2 MME/day per microgram/h",
                "50 microgram/h × 2 = 100 MME/day",
            ],
        ),
        (
            a_patch(patches=2, every_hours=72, as_needed=True),
            [
                "2 × 50 microgram/h, worn 24 h a day = 2.4 mg/day",
                "how often the patch is changed does not multiply its release",
                "as needed: from none to worn all day",
                "fentanyl: 2 MME/day per microgram/h",
                "100 microgram/h × 2 = 200 MME/day at most, none scheduled",
            ],
        ),
    ],
)
def test_a_derivation_tells_every_step(medication: dict[str, Any], told: list[str]) -> None:
    assert steps(medication) == [told]


def test_a_third_is_about() -> None:
    assert (
        steps(a_medication(times_per_day=None, every_hours=7))[0][0]
        == "10 mg every 7 h = about 34.2857 mg/day"
    )


# --- whole files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"\xff", "regimen: is not UTF-8 (byte 0); save it as UTF-8."),
        (" ", 'regimen: is empty; write {"medications": [...]}.'),
        ("{", "line 1, column 2: is not JSON: Expecting property name enclosed in double quotes; correct it there."),
        ('{"a": NaN}', "number NaN: is not JSON and not a finite number; write a plain number."),
        ('{"a": 1, "a": 2}', "key 'a': stands twice in one object; keep one of the two."),
        ("[" * 100_000, "regimen: is nested too deeply or holds too long a number; shorten it."),
        ("[" + "1" * 5000 + "]", "regimen: is nested too deeply or holds too long a number; shorten it."),
        ("[]", "regimen: is a list, not an object; write an object with medications, weight."),
        ("{}", 'medications: is missing; write {"medications": [...]}.'),
        ('{"medications": 5}', 'medications: is a number, not a list; write {"medications": [...]}.'),
        ('{"medications": 0.5}', 'medications: is a number, not a list; write {"medications": [...]}.'),
        ('{"medications": true}', 'medications: is true or false, not a list; write {"medications": [...]}.'),
        ('{"medications": {}}', 'medications: is an object, not a list; write {"medications": [...]}.'),
        ('{"medications": "a"}', 'medications: is text, not a list; write {"medications": [...]}.'),
        (
            '{"medications": []}',
            "medications: is an empty list, and nothing listed is not nothing taken; list each medicine.",
        ),
        (
            '{"medications": [null]}',
            "medications[0]: is null, not an object; write an object with drug, rxnorm, form, route.",
        ),
        ('{"medication": []}', "medication: is not a known key; write 'medications' if that was meant."),
        ('{"x y": []}', "'x y': is not a known key; known keys are medications, weight."),
        (
            '{"medications": [{"tims_per_day": 4}]}',
            "medications[0].tims_per_day: is not a known key; write 'times_per_day' if that was meant.",
        ),
        ('{"medications": [{"drug": 5}]}', "medications[0].drug: is a number, not text; write it in quotes."),
        (
            '{"medications": [{"drug": "a\\u0007b"}]}',
            "medications[0].drug: 'a\\x07b' holds a character that cannot be printed; write plain text.",
        ),
        (
            '{"medications": [{"dose": []}]}',
            'medications[0].dose: is a list, not text; write it with its unit, such as "5 mg".',
        ),
        (
            '{"medications": [{"times_per_day": "4"}]}',
            "medications[0].times_per_day: is text, not a number; write a plain number, such as 4.",
        ),
        (
            '{"medications": [{"as_needed": 1}]}',
            "medications[0].as_needed: is a number; write true or false.",
        ),
        (
            '{"medications": [{}], "weight": 70}',
            'weight: is a number, not text; write it with its unit, such as "70 kg".',
        ),
        (
            '{"medications": [{}], "weight": "70"}',
            "weight: weight '70' has no unit; write number, space, unit, such as 5 mg.",
        ),
        (
            '{"medications": [{}], "weight": "70 cm"}',
            "weight 70 cm: measures length, not mass; give it in such a unit.",
        ),
    ],
)  # fmt: skip
def test_a_regimen_that_is_none(text: str | bytes, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read_regimen(text)
    assert str(caught.value) == sentence
    with pytest.raises(InputError) as caught:
        read_regimen(text, "ward.json")
    assert str(caught.value) == f"ward.json: {sentence}"


def test_what_no_json_holds_is_named_by_its_type() -> None:
    with pytest.raises(InputError, match=r"^medications: is a set, not a list"):
        parse_regimen({"medications": {"morphine"}})


def test_a_bare_number_is_an_amount_without_a_unit() -> None:
    assert (
        refusal(a_medication(dose=5)) == 'dose 5 has no unit; write it as text with its unit, such as "5 mg"'
    )
    assert refusal(a_medication(times_per_day=1e200)) == "times_per_day 1e+200 cannot be; correct it"


# --- the four HEAL figures --------------------------------------------------------------------------------------

(LINE,) = parse_regimen({"medications": [a_medication()]})
NOTHING = Total(Fraction(0), Fraction(0), Fraction(0), complete=True)
DAY = date(2031, 3, 1)


def counted(**counts: Any) -> HealFigures:
    return heal_figures(NOTHING, NOTHING, **{"days_supply": 1, "therapy_days": 1, "window_days": 1, **counts})


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: counted(days_supply=-1), "days of supply -1: is negative; count the days again."),
        (lambda: counted(therapy_days=-2), "therapy days -2: is negative; count the days again."),
        (lambda: counted(window_days=0), "window of 0 days: has no day; name a window of at least one day."),
        (
            lambda: heal_definitions([HealSupply(LINE, DAY, 0)], PLAN),
            "medications[0] (oxycodone): 0 days: is not a day of supply; give whole days.",
        ),
        (
            lambda: heal_definitions([HealSupply(LINE, DAY, 1)], PLAN, window=(DAY, DAY)),
            "window 2031-03-01 to 2031-03-01: does not end after it starts; correct the two days.",
        ),
        (
            lambda: heal_definitions([HealSupply(LINE, DAY, 1)], PLAN, window=(DAY, date(2031, 2, 1))),
            "window 2031-03-01 to 2031-02-01: does not end after it starts; correct the two days.",
        ),
        (
            lambda: daily_mme([], PLAN),
            "regimen: has no line, and nothing listed is not nothing taken; list each medicine.",
        ),
    ],
)  # fmt: skip
def test_counts_that_cannot_be(call: Callable[[], object], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value) == sentence


def test_one_day_of_supply_and_a_window_of_one_day_are_enough() -> None:
    assert counted(days_supply=0, therapy_days=0).total is NOTHING
    found = heal_definitions([HealSupply(LINE, DAY, 1)], PLAN, window=(DAY, date(2031, 3, 2)))
    assert found.with_buprenorphine.window_days == 1 and found.with_buprenorphine.total.value == 60


def test_the_first_day_after_the_window_is_outside_it() -> None:
    figures = heal_definitions(
        [HealSupply(LINE, DAY, 3)], PLAN, window=(date(2031, 2, 27), date(2031, 3, 2))
    ).without_buprenorphine
    fixed = {str(key): total for key, total in figures.by_definition.items()}["fixed observation window"]
    assert fixed is not None and fixed.value == Fraction(60, 3), "one of three days has a supply"
