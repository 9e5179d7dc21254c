"""Every number of every model of ketamine levels, against the shared notes that it was read for."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.pk import CompartmentModel, Figure, incomplete_models, load_model, model_keys
from adjuvant.quantity import parse_unit

NAMES = {
    "kamp2020": "kamp2020_meta",
    "otto2021": "otto2021_s",
    "simons2022": "simons2022_sl",
    "perezruixo2020": "perezruixo2020_esk",
    "domino1982": "domino1982",
    "clements250": "clements250_1981",
    "hijazi2003": "hijazi2003",
    "herd2007": "herd2007_child",
    "hornik2018": "hornik2018_child",
    "flint2017": "flint2017_picu_s",
}
# Where the notes call a parameter of one model by another name than its file.
OTHER_NAMES = {
    "simons2022": {"F1_mucosal": "F1", "F2_swallowed_to_liver": "F2"},
    "perezruixo2020": {"logitFRn": "FRn", "Vcn": "Vcn_F", "CLn": "CLn_F"},
    "flint2017": {"CLM": "CLM_Fm"},
}


@pytest.fixture(scope="module")
def facts(shared: Path) -> dict[str, dict[str, Any]]:
    notes = json.loads((shared / "pk" / "models.json").read_text(encoding="utf-8"))["models"]
    return {one["id"]: one for one in notes}


def number(value: float | int | str) -> Fraction:
    """The decimal that the notes print, exactly."""
    return Fraction(str(value))


def unit(text: str) -> str:
    """The notes write 1/min, L/70kg and the like; the files write UCUM and the reference weight once."""
    return re.sub(r"^1/", "/", text.split(" ")[0].replace("/70kg", ""))


def named(key: str, name: str) -> str:
    return OTHER_NAMES.get(key, {}).get(name, name)


def test_every_complete_model_of_the_notes_is_there_and_no_other(facts: dict[str, dict[str, Any]]) -> None:
    rest = {"fanta2015_s_oral", "other_reported"}
    assert set(NAMES.values()) | rest == set(facts)
    assert set(NAMES) == set(model_keys())


@pytest.mark.parametrize("key", sorted(NAMES))
def test_every_parameter_has_the_value_unit_and_reading_of_the_notes(
    key: str, facts: dict[str, dict[str, Any]]
) -> None:
    model, noted = load_model(key), facts[NAMES[key]]["params"]
    ke0 = {name for name in noted if name.startswith("ke0")}
    assert {named(key, name) for name in noted.keys() - ke0} == set(model.parameters)
    for name in noted.keys() - ke0:
        said, found = noted[name], model.parameters[named(key, name)]
        assert found.value.value == number(said["value"]), name
        wanted = unit(said["unit"]) if "unit" in said else "1"
        assert found.value.unit == parse_unit(wanted), name
        # Every one of them was read in a transcription, none in its paper.
        assert (
            "simtiva" in said["provenance"]
            or "opentiva" in said["provenance"]
            or "nlmixr2lib" in said["provenance"]
        )
        assert found.source.provenance is Provenance.SECONDARY
        assert found.source.copy is not None and found.source.copy.key.split("_")[0] in said["provenance"]


def variances(model: CompartmentModel) -> Iterator[tuple[str, Figure]]:
    level = model.between_subject
    if level is not None:
        yield from level.logs.items()
        yield from level.logits.items()
        yield from (("_".join(pair), one) for pair, one in level.covariances.items())


@pytest.mark.parametrize("key", sorted(NAMES))
def test_every_variance_between_people_and_occasions_is_that_of_the_notes(
    key: str, facts: dict[str, dict[str, Any]]
) -> None:
    model, noted = load_model(key), facts[NAMES[key]].get("bsv")
    if not noted:
        assert model.between_subject is None
        return
    if "omega2" in noted:
        said = {named(key, name): number(value) for name, value in noted["omega2"].items()}
        said = {("CL_CLM_Fm" if name == "cov" else name): value for name, value in said.items()}
        assert {name: one.value.value for name, one in variances(model)} == said
    else:
        said = {name: number(value) for name, value in noted["suggest_cv"].items()}
        level = model.between_subject
        assert level is not None
        assert {name: one.value.value for name, one in level.as_cv.items()} == said
        assert {one.source.provenance for one in level.as_cv.values()} == {Provenance.ASSUMED}
    occasions = {name: number(value) for name, value in noted.get("iov2", {}).items()}
    level = model.between_occasion
    assert {name: one.value.value for name, one in (level.logs.items() if level else ())} == occasions


@pytest.mark.parametrize("key", ["otto2021", "flint2017"])
def test_the_proportional_residual_is_that_of_the_notes(key: str, facts: dict[str, dict[str, Any]]) -> None:
    said, found = facts[NAMES[key]]["residual"], load_model(key).residual
    assert {name: one.proportional.value.value for name, one in found.items() if one.proportional} == {
        "ketamine": number(said["prop_sd"]),
        "norketamine": number(said["prop_sd_nk"]),
    }


def test_the_residuals_of_simons_and_of_the_nasal_spray_are_those_of_the_notes(
    facts: dict[str, dict[str, Any]],
) -> None:
    said, found = facts["simons2022_sl"]["residual"], load_model("simons2022").residual
    for analyte, values in (
        ("ketamine", (said["prop_sd"], None)),
        ("norketamine", (said["nk"]["prop"], said["nk"]["add_nmol_ml"])),
        ("hydroxynorketamine", (said["hnk"]["prop"], said["hnk"]["add"])),
    ):
        own = found[analyte]
        assert own.proportional is not None and own.proportional.value.value == number(values[0])
        assert (own.additive.value.value if own.additive else None) == (values[1] and number(values[1]))
        assert own.additive is None or own.additive.value.unit == parse_unit("nmol/mL")
    said, found = facts["perezruixo2020_esk"]["residual"], load_model("perezruixo2020").residual
    assert {name: one.log.value.value for name, one in found.items() if one.log} == {
        "ketamine": number(said["log_sd"]),
        "norketamine": number(said["log_sd_nk"]),
    }


def test_exponents_of_the_weight_are_those_of_the_notes(facts: dict[str, dict[str, Any]]) -> None:
    """1 for volumes and 0.75 for clearances where the notes say so of all; of Otto's model, four parameters only."""
    for key in ("kamp2020", "simons2022", "herd2007", "hornik2018", "flint2017"):
        model = load_model(key)
        assert model.weight is not None and model.weight.reference.value.value == 70
        for name, one in model.parameters.items():
            if one.value.unit.code == "L":
                assert model.weight.exponents[name].value.value == 1
            elif one.value.unit.code.startswith("L/"):
                assert model.weight.exponents[name].value.value == Fraction(3, 4)
            else:
                assert name not in model.weight.exponents
    otto = load_model("otto2021").weight
    assert otto is not None
    assert {name: one.value.value for name, one in otto.exponents.items()} == {
        "V1": 1, "VM": 1, "CL": Fraction(3, 4), "CLM": Fraction(3, 4),
    }  # fmt: skip
    assert load_model("perezruixo2020").weight is None
    assumed = load_model("simons2022").weight
    assert assumed is not None
    assert {one.source.provenance for one in assumed.exponents.values()} == {Provenance.ASSUMED}


def test_age_and_ancestry_of_the_nasal_spray_are_those_of_the_notes(facts: dict[str, dict[str, Any]]) -> None:
    said, model = facts["perezruixo2020_esk"]["covariates"], load_model("perezruixo2020")
    assert model.age is not None
    assert said["Qh"] == (
        f"-{float(model.age.falls_by.value.value)} L/h per year over {model.age.above.value.value}"
    )
    assert model.age.parameter == "Qh"
    assert {
        name: {key: one.value.value for key, one in of.items()} for name, of in model.ancestry.items()
    } == {
        "asian": {"kel": number(said["kel_asian"]), "CLn_F": number(said["CLn_asian"])},
        "japanese": {"FRn": number(said["FRn_japanese"])},
    }
    between = model.between_subject
    assert between is not None and between.logs["kmet"].source.provenance is Provenance.ASSUMED


def test_rates_of_effect_sites_are_those_of_the_notes(shared: Path, facts: dict[str, dict[str, Any]]) -> None:
    whole = json.loads((shared / "pk" / "models.json").read_text(encoding="utf-8"))
    conflict = whole["pd"]["ke0_conflict"]
    peak = conflict["opentiva_tpeak1min"]["value"]
    for key, name in (
        ("domino1982", "Domino"),
        ("clements250", "Clements250"),
        ("herd2007", "Herd"),
        ("hijazi2003", "Hijazi"),
    ):
        found = load_model(key).effect_sites["opentiva_peak"].rate
        assert found is not None and found.value.value == number(peak[name])
    found = load_model("domino1982").effect_sites["navarrete"].rate
    assert found is not None and found.value.value == number(conflict["navarrete_domino_per_min"]["value"])
    kamp = load_model("kamp2020").effect_sites["simtiva_nociception"]
    assert kamp.slope is not None and kamp.intercept is not None
    slope, intercept = float(kamp.slope.value.value), float(kamp.intercept.value.value)
    assert facts["kamp2020_meta"]["params"]["ke0"]["value"] == f"{slope}*ln(WT)+{intercept}"
    assert round(slope * math.log(70) + intercept, 2) == conflict["simtiva_kamp70_per_min"]["value"]


def test_what_was_read_of_publications_that_cannot_be_run_is_that_of_the_notes(
    facts: dict[str, dict[str, Any]],
) -> None:
    read = {key: {n: one.value for n, one in of.figures.items()} for key, of in incomplete_models().items()}
    oral = facts["fanta2015_s_oral"]["params"]
    assert read["fanta2015_oral"]["F_oral"].value == number(oral["F_oral"]["value"])
    assert read["fanta2015_oral"]["F_oral_cv"].value == number(oral["F_oral"]["iiv_cv"])
    assert read["fanta2015_oral"]["CL"].in_("L/h") == number(oral["CL"]["value"])
    assert read["fanta2015_oral"]["CL_cv"].value == number(oral["CL"]["iiv_cv"])
    assert read["fanta2015_oral"]["AUCss_NK_over_K_oral"].value == number(
        oral["AUCss_NK_over_K_oral"]["value"]
    )
    henthorn, hasan, sigtermans, rest = facts["other_reported"]["entries"]
    assert read["henthorn2018"]["CL_S"].in_("L/min") == number(henthorn["CL_S_L_min"]["value"])
    assert read["henthorn2018"]["Qtotal"].in_("L/min") == number(henthorn["Qtotal_L_min"]["value"])
    own = read["hasan2021"]
    assert (own["CL_S"].in_("mL/min"), own["CL_S_sd"].in_("mL/min")) == (
        number(hasan["CL_S_mL_min"]["value"]),
        number(hasan["CL_S_mL_min"]["sd"]),
    )
    assert (own["CL_R"].in_("mL/min"), own["CL_R_sd"].in_("mL/min")) == (
        number(hasan["CL_R_mL_min"]["value"]),
        number(hasan["CL_R_mL_min"]["sd"]),
    )
    assert own["Vss_S"].value == number(hasan["Vss_S_L_kg"]["value"])
    assert own["Vss_R"].value == number(hasan["Vss_R_L_kg"]["value"])
    assert own["t_half_S"].in_("h") == number(hasan["t_half_S_h"]["value"])
    assert "women 20% higher" in sigtermans["note"]
    assert read["sigtermans2009"]["clearance_women_over_men"].value == 1 + Fraction(20, 100)
    assert rest["note"] == "parameter tables not reached"


def test_no_model_was_made_for_the_patients_of_this_program() -> None:
    for key in model_keys():
        assert not re.search(r"palliative|cancer|cachec", load_model(key).population.who)
