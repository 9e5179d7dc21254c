"""Ketamine of a record as a regimen: what counts, what goes on, what is assumed, and what refuses."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from adjuvant.errors import InputError
from adjuvant.pk import Covariates, Infusion, Regimen, load_model, simulate
from adjuvant.pk.given import Given, given_ketamine, ketamine_of
from adjuvant.record import AdministrationStatus
from builders import PatientBuilder, a_patient

ADULT = Covariates(60.0, age_years=50)
DAY = timedelta(hours=24)


def given(built: PatientBuilder, hour: int, drug: str = "ketamine", since: int | None = None) -> Given:
    return given_ketamine(
        built.record(), drug, built.when(hour), DAY, built.when(since) if since is not None else None
    )


def levels(regimen: Regimen, minutes: list[float]) -> np.ndarray:
    return simulate(load_model("kamp2020"), regimen, minutes, ADULT).ng_per_ml["ketamine"]


RISING = a_patient().rates("ketamine", [(10, "5 mg/h"), (14, "10 mg/h")], 20)


def test_the_regimen_of_a_chart_is_the_one_that_was_typed() -> None:
    """Five mg/h for four hours, then ten; asked after two hours of ten: 40 mg so far, and ten goes on."""
    found = given(RISING, 16)
    assert float(found.total.in_("mg")) == 5 * 4 + 10 * 2
    typed = Regimen((Infusion(0, 240, "5 mg/h", "iv"), Infusion(240, 360 + 1440, "10 mg/h", "iv")))
    minutes = [60.0, 240.0, 360.0, 700.0, 1800.0]
    np.testing.assert_allclose(levels(found.regimen, minutes), levels(typed, minutes), rtol=1e-12)
    assert found.minute(found.at) == 360 and [line.words for line in found.running] == ["10 mg/h"]


def test_if_it_stops_now_nothing_comes_after_now() -> None:
    found = given(RISING, 16)
    assert found.stopped is not None
    typed = Regimen((Infusion(0, 240, "5 mg/h", "iv"), Infusion(240, 360, "10 mg/h", "iv")))
    np.testing.assert_allclose(
        levels(found.stopped, [360.0, 900.0]), levels(typed, [360.0, 900.0]), rtol=1e-12
    )


def test_nothing_later_than_the_instant_is_looked_at() -> None:
    later = RISING.rates("ketamine", [(20, "30 mg/h")], 30, order="later").given("ketamine", "50 mg", 17)
    assert given(later, 16) == given(RISING, 16)


def test_what_has_ended_does_not_go_on() -> None:
    found = given(a_patient().ketamine("35 mg", 0, 1), 5)
    assert found.running == () and found.stopped is None and float(found.total.in_("mg")) == 35
    assert float(levels(found.regimen, [24 * 60.0])[0]) < float(levels(found.regimen, [60.0])[0]) / 100


def test_an_amount_that_is_charted_over_a_time_ends_there() -> None:
    found = given(a_patient().ketamine("40 mg", 0, 2), 1)
    typed = Regimen((Infusion(0, 120, "20 mg/h", "iv"),))
    np.testing.assert_allclose(
        levels(found.regimen, [60.0, 120.0, 300.0]), levels(typed, [60.0, 120.0, 300.0]), rtol=1e-12
    )


def test_an_infusion_without_a_charted_end_runs_and_that_is_said() -> None:
    found = given(a_patient().infusion("ketamine", "5 mg/h", 0, None), 6)
    assert float(found.total.in_("mg")) == 30 and len(found.running) == 1
    assert found.assumed == (
        "The end of the infusion that began 2026-03-02 00:00+00:00 is not charted; it is taken as running.",
    )


def test_one_without_an_end_that_another_follows_is_not_guessed() -> None:
    built = a_patient().infusion("ketamine", "5 mg/h", 0, None).infusion("ketamine", "10 mg/h", 4, 8)
    with pytest.raises(InputError, match="the infusion has no end"):
        given(built, 6)


def test_two_orders_side_by_side_add_up() -> None:
    built = (
        a_patient()
        .infusion("ketamine", "5 mg/h", 0, 4, order="a")
        .infusion("ketamine", "3 mg/h", 0, 4, order="b")
    )
    found = given(built, 4)
    typed = Regimen((Infusion(0, 240, "8 mg/h", "iv"),))
    np.testing.assert_allclose(
        levels(found.regimen, [120.0, 240.0]), levels(typed, [120.0, 240.0]), rtol=1e-12
    )


def test_a_dose_per_kilogram_is_of_the_weight_of_its_own_row() -> None:
    found = given(a_patient().infusion("ketamine", "0.1 mg/kg/h", 0, 10, weight="50 kg"), 10)
    assert float(found.total.in_("mg")) == 50


REFUSED = {
    "no dose": (a_patient().given("ketamine", None, 0, route="intravenous"), "no dose is charted"),
    "neither dose nor rate": (a_patient().infusion("ketamine", None, 0, 4), "neither dose nor rate is charted"),
    "no weight": (a_patient().infusion("ketamine", "0.1 mg/kg/h", 0, 4), "0.1 mg/kg/h without a body weight"),
    "a volume without strength": (a_patient().infusion("ketamine", "5 mL/h", 0, 4), "its strength is not stated"),
    "not known to be given": (
        a_patient().given("ketamine", "10 mg", 0, route="intravenous", status=AdministrationStatus.UNKNOWN),
        "does not say whether it was given",
    ),
    "overlapping rows of one order": (
        a_patient().infusion("ketamine", "5 mg/h", 0, 8).infusion("ketamine", "10 mg/h", 4, 8),
        "",
    ),
    "amount and rate that disagree": (
        a_patient().infusion("ketamine", "5 mg/h", 0, 4, dose="200 mg"),
        "the charted rate makes 20 mg",
    ),
}  # fmt: skip


@pytest.mark.hazard("H-040")
@pytest.mark.parametrize("name", REFUSED)
def test_what_was_given_and_cannot_be_counted_refuses_the_whole(name: str) -> None:
    """Levels without it would be too low, and nobody would see it."""
    built, said = REFUSED[name]
    with pytest.raises(InputError) as caught:
        given(built.infusion("ketamine", "1 mg/h", 20, 24), 24)
    assert str(caught.value).startswith(
        "levels of ketamine: cannot be worked out, because what was given is not known"
    )
    assert said in str(caught.value) and "--since" in str(caught.value)


def test_what_lies_before_can_be_left_out_and_that_is_said() -> None:
    built = (
        a_patient().given("ketamine", None, 0, route="intravenous").infusion("ketamine", "1 mg/h", 200, 204)
    )
    found = given(built, 204, since=100)
    assert float(found.total.in_("mg")) == 4 and found.minute(found.start) == 0
    assert found.assumed == (
        "1 charted before 2026-03-06 04:00+00:00 are left out, as if nothing of them were left.",
    )


def test_a_dose_without_a_route_is_refused() -> None:
    with pytest.raises(InputError, match="has no route"):
        given(a_patient().given("ketamine", "10 mg", 0, route=None), 1)


def test_what_was_charted_as_not_given_is_none() -> None:
    with pytest.raises(InputError, match="charts no ketamine as given up to 2026-03-02 05:00"):
        given(a_patient().held("ketamine", "10 mg", 0, route="intravenous"), 5)


def test_the_racemate_and_the_s_form_stand_apart() -> None:
    built = a_patient().infusion("ketamine", "5 mg/h", 0, 4).infusion("esketamine", "2 mg/h", 2, 6)
    assert ketamine_of(built.record()) == ("ketamine", "esketamine")
    racemic, s_form = given(built, 6), given(built, 6, "esketamine")
    assert (float(racemic.total.in_("mg")), float(s_form.total.in_("mg"))) == (20, 8)
    assert racemic.regimen.drug == "ketamine" and s_form.regimen.drug == "esketamine"
    assert "esketamine is charted too; its levels stand apart, and are not added." in racemic.notices
    assert ketamine_of(a_patient().given("morphine", "5 mg", 0).record()) == ()
