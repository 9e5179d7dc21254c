"""Every published or observed opioid case of the shared material: its expected answer, or a difference with its reason.

The cases come from other programs' tests, guideline footnotes, case reports and an adversarial set. They are read in
place and never copied here; what stands here is how each kind is asked, and where we answer otherwise and why.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adjuvant import library
from adjuvant.errors import InputError, QuantityError
from adjuvant.library.model import ConversionFactor
from adjuvant.opioids import (
    DailyMME,
    HealDefinition,
    LineStatus,
    RegimenLine,
    Total,
    daily_mme,
    find_factor,
    heal_figures,
    line_from_dispense,
    parse_regimen,
)
from adjuvant.quantity import Quantity, parse_quantity, parse_unit
from adjuvant.record import MedicationDispense, Origin, Refusal
from adjuvant.record.naming import product_form, resolve_drug

Case = Mapping[str, Any]
HOW_MANY = 129

# id -> (why we answer otherwise, what we answer). Every entry is checked: one that is no longer needed fails.
DIFFERENCES: dict[str, tuple[str, Any]] = {
    "C0020": (
        "A month has no fixed number of days. The peer takes 30; UCUM's month, which we read, has 30.4375.",
        Fraction(10) / Fraction("30.4375"),
    ),
    "C0027": (
        "The case's supplement keeps the bands of 2016 under the name of 2022; CDC 2022 prints one factor.",
        Fraction("4.7"),
    ),
    "C0028": ("As C0027: 8 is the band of 2016.", Fraction("4.7")),
    "C0030": ("As C0027: 12 is the band of 2016.", Fraction("4.7")),
    "C0161": ("The case states no regimen, only the peer's average; there is nothing to ask.", None),
    "C0163": (
        "The report's 5,266 is 31,600 over 6; the table prints the sixth as 0.1667, and what is printed is used.",
        Fraction("5267.72"),
    ),
    "C0190": (
        "11.46 is the median over all doses; Reddy 2017's row for less than 30 mg a day is 11.54.",
        {"us_equianalgesic_classic": 120, "fpm_anzca_2021": 90, "mdanderson_reddy2017": Fraction("69.24")},
    ),
}

# The peer COSRI's factors that are no table's own are asked of the published table that prints the same figure.
COSRI = {
    "oxycodone": "cdc2022",
    "hydrocodone": "cdc2022",
    "hydromorphone": "cdc2022",
    "morphine": "cdc2022",
    "tramadol": "cdc2022",
    "methadone": "cdc2016",
    "fentanyl": "cms2018",
    "buprenorphine": "cosri_js",
}
PLANS = {
    "cdc2016 (hard-coded) / cdc2022 (supplement) - same for these drugs": ("cdc2016", "cdc2022"),
    "cdc2016 research file": ("cms2018",),
    "n/a: refusal expected": ("cms2018", "cdc2022"),
    "cdc2022 supplement": ("cdc2022",),
    "cdc2016 hard-coded": ("cdc2016",),
    "cdc2016 tiers": ("cdc2016",),
    "cdc2022 (+fentanyl buccal 0.13, buprenorphine 10)": ("cdc2022",),
    "cdc2016": ("cdc2016",),
    "cdc2022": ("cdc2022",),
    "cms2018": ("cms2018",),
    "heal2025": ("heal2025",),
    "mcpherson_25_10 (implied 0.16667/ug)": ("mcpherson_25_10",),
    "uk": ("uk_bnf_openprescribing",),
    "2:1 rule": ("us_equianalgesic_classic",),
}
FORMS = {
    "316992": ("tablet", "oral"),
    "316987": ("patch", "transdermal"),
}  # RxNorm dose forms, as the peer uses them


def load() -> list[Case]:
    """The cases, or none where the shared material is not beside the checkout."""
    folder = Path(os.environ.get("ADJUVANT_SHARED") or Path(__file__).resolve().parents[3] / "shared")
    path = folder / "opioids" / "cases.json"
    if not path.is_file():
        return []
    cases: list[Case] = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["cases"]
    return cases


CASES = load()


def of_kind(*kinds: str, trusted: bool = True) -> Any:
    """Parametrize a test over the cases of these kinds."""
    found = [
        case
        for case in CASES
        if case["kind"] in kinds and str(case.get("trust", "")).startswith("DO NOT") is not trusted
    ]
    return pytest.mark.parametrize("case", found, ids=[case["id"] for case in found])


def test_there_are_as_many_cases_as_were_answered_here(shared: Path) -> None:
    assert (shared / "opioids" / "cases.json").is_file()
    assert len(CASES) == HOW_MANY
    kinds = {case["kind"] for case in CASES}
    assert kinds == set(ASKED), "a kind of case that nobody asks"
    assert set(DIFFERENCES) <= {case["id"] for case in CASES}


# --- asking ---------------------------------------------------------------------------------------------------


def plans_of(case: Case, ingredient: str | None = None) -> Sequence[str]:
    """The tables a case means; of the peer's own, the published one with the same figure."""
    table = case["table"]
    if table.startswith("cosri_js"):
        return (COSRI[ingredient or ""],)
    return PLANS[table]


def ask(lines: Sequence[RegimenLine], plan: str) -> Total:
    """The total by a plan, which must be complete."""
    answer = daily_mme(lines, library.plan(plan))
    assert answer.total.complete, [str(line.refusal) for line in answer.lines if line.refusal]
    return answer.total


def lines_of(*medications: dict[str, Any]) -> tuple[RegimenLine, ...]:
    return parse_regimen({"medications": list(medications)})


def text(value: object, unit: str) -> str:
    return f"{value} {unit}"


def exact(value: object) -> Fraction:
    """A number of the case, exactly as printed."""
    return Fraction(str(value))


def check(case: Case, value: Fraction, expected: object, places: int = 6) -> None:
    """The answer is the expected one at the places that the case prints, or the listed difference exactly."""
    if case["id"] in DIFFERENCES:
        assert value == DIFFERENCES[case["id"]][1]
        assert abs(value - exact(expected)) * 10**places >= 1, (
            f"{case['id']} agrees now; drop it from DIFFERENCES"
        )
        return
    assert abs(value - exact(expected)) * 10**places < 1, f"{case['id']}: {float(value)} is not {expected}"


# --- one row of one table -------------------------------------------------------------------------------------


@of_kind("factor_lookup")
def test_a_factor_is_the_published_one_or_none(case: Case) -> None:
    given = case["input"]
    name = given.get("ingredient")
    if name is None:
        known = library.ingredient_by_rxnorm(given["ingredient_rxnorm"])
        assert known is not None
        name = known.name
    form, route = FORMS.get(given.get("dose_form_rxnorm", ""), (None, "oral"))
    if given.get("dose_form"):
        form, route = product_form(given["dose_form"])
    daily = exact(given.get("daily_dose_mg") or str(given["daily_dose"]).split()[0])
    expected = case["expected"]["factor"]
    for plan in plans_of(case, name):
        found = find_factor(library.plan(plan), name, route, form)
        if expected is None:
            assert isinstance(found, Refusal), f"{case['id']}: {found} stands where nothing is expected"
            assert found.detail
            assert found.remedy
            continue
        assert isinstance(found, ConversionFactor), str(found)
        if case["id"] == "C0047":
            # 7200 per mg/h and patch a day, as the peer presents it, is our 2.4 per ug/h worn all day: 28.8 MME.
            ours = daily * 1000 * (found.factor or 0)
            assert abs(ours - exact(expected) * daily / 3) * 10**6 < 1
            continue
        factor = found.at(daily)
        assert factor is not None
        check(case, factor, expected)


# --- how often ------------------------------------------------------------------------------------------------


@of_kind("timing")
def test_how_often_is_read_from_frequency_and_period(case: Case) -> None:
    given = case["input"]
    expected = case["expected"]["doses_per_day"]
    period = Quantity(given["period"], given["period_unit"])
    if expected is None:
        with pytest.raises(QuantityError, match="measures mass"):
            period.in_("h")
        return
    hours = period.in_("h") / given["frequency"]
    line = RegimenLine("case", resolve_drug("morphine"), "oral", dose=Quantity(1, "mg"), every_hours=hours)
    check(case, ask([line], "cdc2022").value, expected)


# --- a product with its code ----------------------------------------------------------------------------------


@of_kind("drug_level")
def test_a_product_is_counted_from_its_code_and_strength(case: Case) -> None:
    given = case["input"]
    lines = lines_of(
        {
            "rxnorm": given["rxnorm"],
            "drug": given["drug"],
            "dose": text(given["dose"], given["dose_unit"]),
            "times_per_day": given["doses_per_day"],
        }
    )
    for plan in plans_of(case):
        if case["expected"]["value"] is None:
            answer = daily_mme(lines, library.plan(plan))
            assert answer.lines[0].status is LineStatus.REFUSED
            assert answer.total.high is None
        else:
            check(case, ask(lines, plan).value, case["expected"]["value"])


# --- dispensed ------------------------------------------------------------------------------------------------


def dispensed(
    rxnorm: str | None, name: str | None, quantity: str, days: object, **fields: Any
) -> RegimenLine:
    return line_from_dispense(
        MedicationDispense(
            id="1",
            drug=resolve_drug(name, rxnorm, fields.pop("strength", None)),
            origin=Origin("cases", "dispense", "1"),
            start=datetime(2026, 1, 1, tzinfo=UTC),
            quantity=parse_quantity(quantity),
            days_supply=exact(days),
            **fields,
        )
    )


@of_kind("dispense")
def test_a_dispense_is_quantity_times_strength_over_days(case: Case) -> None:
    (given,) = case["input"]["meds"]
    product = library.product(given["rxnorm"])
    assert product is not None
    opioid, strength = next(item for item in product.ingredients if library.is_opioid(item[0]))
    assert strength is not None
    unit = "{patch}" if product.form == "patch" else strength.unit.code.partition("/")[2]
    line = dispensed(given["rxnorm"], None, text(given["dispensed_quantity"], unit), given["days_supply"])
    (plan,) = plans_of(case, opioid)
    check(case, ask([line], plan).value, case["expected"]["value"])


# --- whole regimens -------------------------------------------------------------------------------------------


def medcalc(case: Case) -> tuple[RegimenLine, ...]:
    """The case's drugs; a drug without a form was meant to be swallowed, as the source's calculator is oral."""
    lines = []
    for given in case["input"]["meds"]:
        _, route = product_form(given["drug"])
        medication = {
            "drug": given["drug"],
            "dose": text(given["dose"], given["dose_unit"]),
            "times_per_day": given["doses_per_day"],
        }
        lines.append(medication if route else medication | {"route": "oral"})
    return lines_of(*lines)


@pytest.mark.hazard("H-088")
@of_kind("regimen")
def test_a_trusted_regimen_adds_up(case: Case) -> None:
    (plan,) = plans_of(case)
    check(case, ask(medcalc(case), plan).value, case["expected"]["value"])


@of_kind("regimen")
def test_a_regimen_that_states_no_route_is_refused_and_not_taken_as_swallowed(case: Case) -> None:
    medications = [
        {"drug": given["drug"], "dose": text(given["dose"], given["dose_unit"]), "times_per_day": 1}
        for given in case["input"]["meds"]
    ]
    answer = daily_mme(lines_of(*medications), library.plan("cdc2022"))
    assert {str(line.refusal.reason) for line in answer.lines if line.refusal} == {"missing route"}
    assert not answer.total.complete


@of_kind("regimen", trusted=False)
def test_a_regimen_that_its_source_got_wrong_is_refused_on_the_doubtful_line(case: Case) -> None:
    """Patches dosed in mg, and buccal fentanyl that the table has no factor for: asked back, never computed."""
    answer = daily_mme(medcalc(case), library.plan("cdc2022"))
    fentanyl = [line for line in answer.lines if line.ingredient == "fentanyl"]
    assert fentanyl
    for line in fentanyl:
        assert line.status is LineStatus.REFUSED
        assert line.refusal is not None
        assert line.refusal.remedy
    assert [line.status for line in answer.lines if line not in fentanyl] == [LineStatus.VALUE] * (
        len(answer.lines) - len(fentanyl)
    )
    assert answer.total.high is None
    assert not answer.total.complete
    assert answer.total.value < exact(case["expected"]["value"])


# --- worked examples ------------------------------------------------------------------------------------------


def patch(ug_per_h: object, every_days: object = 3) -> dict[str, Any]:
    return {
        "drug": "fentanyl",
        "form": "patch",
        "dose": text(ug_per_h, "ug/h"),
        "every_hours": Decimal(str(every_days)) * 24,
    }


def example_lines(given: Mapping[str, Any]) -> tuple[RegimenLine, ...]:
    """The regimen of a worked example."""
    drug = given["drug"]
    if "patches" in given:
        strength = parse_quantity(text(given["ug_per_h"], "ug/h"))
        quantity = text(given["patches"], "{patch}")
        return (dispensed(None, drug, quantity, given["days"], strength=strength),)
    if "bottles" in given:
        quantity = text(given["bottles"] * given["ml_per_bottle"], "mL")
        return (dispensed(None, drug, quantity, given["days"], form="spray"),)
    if "ug_per_h" in given:
        return lines_of(patch(given["ug_per_h"], given.get("every_days", 3)))
    if "ug_per_day" in given:
        return lines_of({"drug": drug, "rate": text(given["ug_per_day"], "ug/d")})
    dose, times = (
        (given["mg_per_day"], 1) if "mg_per_day" in given else (given["dose_mg"], given["doses_per_day"])
    )
    return lines_of({"drug": drug, "route": "oral", "dose": text(dose, "mg"), "times_per_day": times})


@pytest.mark.hazard("H-026")
@pytest.mark.hazard("H-088")
@of_kind("worked_example")
def test_a_worked_example_gives_its_printed_figure(case: Case) -> None:
    given, expected = case["input"], case["expected"]
    if case["id"] == "C0161":
        assert set(given) == {"note"}, "the case states a regimen now; ask it"
        return
    printed = expected.get("should_be", expected.get("oral_morphine", expected.get("value")))
    (plan,) = plans_of(case)
    value = ask(example_lines(given), plan).value
    if "tolerance" in expected:
        assert abs(value - exact(printed)) <= exact(expected["tolerance"])
    elif case["id"] == "C0159":
        assert round(value, 1) == exact(printed), "printed at one decimal"
    else:
        check(case, value, printed)


@of_kind("worked_example")
def test_figures_for_injections_are_only_ever_turned_into_oral_morphine(case: Case) -> None:
    """The sources also print what to inject instead. We never say that; their figures must count back to the oral one."""
    expected = case["expected"]
    if "sc_morphine" in expected:
        for drug in ("morphine", "diamorphine"):
            dose = {
                "drug": drug,
                "route": "sc",
                "dose": text(expected[f"sc_{drug}"], "mg"),
                "times_per_day": 1,
            }
            assert ask(lines_of(dose), "uk_palliative_local").value == expected["oral_morphine"]
    if "iv_morphine" in expected:
        dose = {
            "drug": "morphine",
            "route": "iv",
            "dose": text(expected["iv_morphine"], "mg"),
            "times_per_day": 1,
        }
        counted = ask(lines_of(dose), "us_equianalgesic_classic").value
        assert expected["oral_morphine"] - 4 <= counted <= expected["oral_morphine"], "a third, rounded down"


@of_kind("outcome_arithmetic")
def test_a_reported_reduction_follows_from_its_own_figures(case: Case) -> None:
    """1,017.5 of 1,657.2 is 61.4 %."""
    share = Fraction("1017.5") / exact(case["input"]["baseline_ome"]) * 100
    assert round(share, 1) == exact(case["expected"]["reduction_pct"])


# --- the HEAL calculator's own answers ------------------------------------------------------------------------

HEAL_NAMES = {
    "Buprenorphine buccal film (mcg) buccal": ("buprenorphine", "film", "buccal", "ug"),
    "Hydrocodone (mg)": ("hydrocodone", None, "oral", "mg"),
}


def heal_answer(medications: Sequence[Mapping[str, Any]]) -> list[tuple[Fraction, int, str]]:
    """MME per day, days and drug of each medication, by heal2025."""
    found = []
    for given in medications:
        drug, form, route, unit = HEAL_NAMES[given["medication_name"]]
        medication = {
            "drug": drug,
            "form": form,
            "route": route,
            "dose": text(given["dose"], unit),
            "times_per_day": given["doses_per_24_hours"],
        }
        found.append((ask(lines_of(medication), "heal2025").value, given["days_of_medication"], drug))
    return found


@of_kind("heal_api")
def test_the_four_heal_definitions_agree_with_the_calculators_recorded_answers(case: Case) -> None:
    given, expected = case["input"], case["expected"]
    found = heal_answer(given["medications"])
    for (daily, days, _), printed in zip(found, expected["per_med"], strict=True):
        assert daily == exact(printed["single_day_mme"])
        assert daily * days == exact(printed["mme"])
    for side in ("with", "without"):
        counted = [item for item in found if side == "with" or item[2] != "buprenorphine"]
        (printed,) = expected["definitions"][f"{side}_buprenorphine"]
        whole = sum((daily * days for daily, days, _ in counted), Fraction(0))
        most = sum((daily for daily, _, _ in counted), Fraction(0))
        figures = heal_figures(
            Total(whole, whole, whole, True),
            Total(most, most, most, True),
            days_supply=sum(days for _, days, _ in counted),
            therapy_days=given[side]["therapy_days"],
            window_days=given[side]["observation_window_days"],
        )
        assert figures.total.value == exact(printed["total_mme"])
        assert figures.days_supply == printed["total_days"]
        for key, definition in zip(("mme1", "mme2", "mme3", "mme4"), HealDefinition, strict=True):
            answer = figures.by_definition[definition]
            if printed[key] is None:
                assert answer is None
            else:
                assert answer is not None
                assert answer.value == exact(printed[key])


# --- FHIR bundles, as the case lists their medications --------------------------------------------------------

BUNDLE_ROUTES = {"C0001": "oral"}  # stated in the bundle itself, and left out of the case's list


def from_bundle(case: Case) -> tuple[RegimenLine, ...]:
    lines = []
    for given in case["input"]["meds"]:
        dose = given["doseAndRate"][0]["doseQuantity"]
        timing = given["timing"]
        medication = {
            "rxnorm": given["rxnorm_codes"][0],
            "drug": given["display"],
            "route": BUNDLE_ROUTES.get(case["id"]),
            "dose": text(dose["value"], dose["code"]),
            "as_needed": given["asNeeded"],
        }
        if "timeOfDay" in timing:
            medication["times_per_day"] = len(timing["timeOfDay"])
        else:
            period = Quantity(timing["period"], parse_unit(timing["periodUnit"])).in_("h")
            medication["every_hours"] = Decimal(int(period)) / timing["frequency"]
        lines.append(medication)
    return lines_of(*lines)


@of_kind("fhir_bundle")
def test_a_fhir_bundles_orders_add_up(case: Case) -> None:
    expected = case["expected"]["value"]
    if expected is None:
        with pytest.raises(InputError, match="nothing listed is not nothing taken"):
            from_bundle(case)
        return
    for plan in plans_of(case):
        check(case, ask(from_bundle(case), plan).value, expected)


# --- the adversarial set --------------------------------------------------------------------------------------


def methadone(mg: object) -> dict[str, Any]:
    return {"drug": "methadone", "route": "oral", "dose": text(mg, "mg"), "times_per_day": 1}


def oral(drug: str, amount: str, times: object = 2) -> dict[str, Any]:
    return {"drug": drug, "route": "oral", "dose": amount, "times_per_day": times}


def adversarial_lines(given: Mapping[str, Any]) -> tuple[RegimenLine, ...]:
    if "orders_mg_per_day" in given:
        return lines_of(*(methadone(mg) for mg in given["orders_mg_per_day"]))
    if "instructions_mg" in given:
        return lines_of(*(oral(given["drug"], text(mg, "mg"), 1) for mg in given["instructions_mg"]))
    if "meds" in given:
        parts = [item.split() for item in given["meds"]]
        assert [part[3] for part in parts] == ["BID", "BID"]
        return lines_of(*(oral(name, f"{amount} {unit}") for name, amount, unit, _ in parts))
    if isinstance(given.get("ug_per_h"), list):
        return lines_of(*(patch(rate) for rate in given["ug_per_h"]))
    if "ug_per_h" in given:
        return lines_of(patch(given["ug_per_h"], given["every_days"]))
    if given.get("unit") == "ug/h":
        return lines_of(patch(given["dose"], given["every_days"]))
    if "mg_per_day" in given:
        amount = text(given["mg_per_day"], "mg")
        return lines_of(oral(given["drug"], amount, 1) | {"route": given["route"]})
    return lines_of(oral(given["drug"], text(given["dose"], given["unit"]), given["doses_per_day"]))


@of_kind("adversarial")
def test_the_adversarial_cases_are_answered_rightly(case: Case) -> None:
    lines = adversarial_lines(case["input"])
    if case["id"] in DIFFERENCES:
        printed = {
            "us_equianalgesic_classic": "x20",
            "fpm_anzca_2021": "x15",
            "mdanderson_reddy2017": "x11.46",
        }
        for plan, value in DIFFERENCES[case["id"]][1].items():
            assert ask(lines, plan).value == value
            assert (value == exact(case["expected"][printed[plan]])) is (plan != "mdanderson_reddy2017")
        return
    answered = 0
    for plan, expected in case["expected"].items():
        if plan != "or":
            check(case, ask(lines, "cdc2022" if plan == "any" else plan).value, expected)
            answered += 1
    assert answered


@of_kind("adversarial")
def test_no_adversarial_case_is_answered_as_a_peer_got_it_wrong(case: Case) -> None:
    right = {exact(value) for plan, value in case["expected"].items() if plan != "or"}
    wrong = {exact(v) for v in case.get("peers_observed", {}).values() if not isinstance(v, str)} - right
    answers: list[DailyMME] = [
        daily_mme(adversarial_lines(case["input"]), library.plan(key)) for key in ("cdc2016", "cdc2022")
    ]
    assert not wrong & {answer.total.value for answer in answers if answer.total.complete}


ASKED: dict[str, Callable[..., None]] = {
    "factor_lookup": test_a_factor_is_the_published_one_or_none,
    "timing": test_how_often_is_read_from_frequency_and_period,
    "drug_level": test_a_product_is_counted_from_its_code_and_strength,
    "dispense": test_a_dispense_is_quantity_times_strength_over_days,
    "regimen": test_a_trusted_regimen_adds_up,
    "worked_example": test_a_worked_example_gives_its_printed_figure,
    "outcome_arithmetic": test_a_reported_reduction_follows_from_its_own_figures,
    "heal_api": test_the_four_heal_definitions_agree_with_the_calculators_recorded_answers,
    "fhir_bundle": test_a_fhir_bundles_orders_add_up,
    "adversarial": test_the_adversarial_cases_are_answered_rightly,
}
