"""The mean over a window, drug by drug, with its derivation."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from zoneinfo import ZoneInfo

from adjuvant.opioids.model import WindowMME
from adjuvant.opioids.window import window_mme
from adjuvant.quantity import Quantity
from adjuvant.record import Basis, RefusalReason
from adjuvant.timeline import Interval
from builders import CITATION, a_drug, a_patient, a_plan, a_row

PATCH_FORM = frozenset({"patch"})
PLAN = a_plan(
    a_row("morphine", "1"),
    a_row("oxycodone", "1.5"),
    a_row("hydromorphone", "20", routes="intravenous"),
    a_row("fentanyl", "2.4", "ug/h", routes="transdermal", forms=PATCH_FORM, line=41),
    a_row("fentanyl", "0.13", "ug", routes="buccal", forms=frozenset({"tablet", "lozenge"})),
    a_row("fentanyl", "0.18", "ug", routes="buccal", forms=frozenset({"film"})),
    a_row("buprenorphine", "2.2", "ug/h", routes="transdermal", forms=PATCH_FORM),
    a_row("methadone", None, bands=[("0", "4"), ("20", "8")]),
)


def window(built, start=0, end=72, plan=PLAN, basis: Basis = Basis.ADMINISTERED, **more) -> WindowMME:
    span = Interval(built.when(start), built.when(end))
    return window_mme(built.exposures(basis=basis), plan, span, **more)


def test_the_mean_is_per_24_hours_of_elapsed_time() -> None:
    answer = window(a_patient().given("morphine", "30 mg", 1).given("morphine", "60 mg", 40))
    assert answer.per_day == 30
    assert answer.complete
    assert answer.refused == ()
    (drug,) = answer.drugs
    assert (drug.ingredient, drug.route, drug.mme_per_day) == ("morphine", "oral", 30)
    assert drug.amount_per_day.same_as(Quantity(30, "mg"))
    assert drug.label == "morphine oral"
    assert drug.release_rate is None


def test_any_length_of_window_reads_per_day() -> None:
    built = a_patient().infusion("hydromorphone", "0.2 mg/h", 0, 72)
    for start, end in ((0, 1), (0, 72), (5, 29), ("0.25", "0.5")):
        assert window(built, start, end).per_day == 96


def test_a_window_on_the_day_of_a_clock_change_counts_elapsed_hours() -> None:
    built = a_patient(zone="Europe/London", start="2026-03-28T00:00").infusion(
        "hydromorphone", "0.2 mg/h", 0, 80
    )
    assert window(built, 0, 71).per_day == 96


def test_a_window_is_half_open() -> None:
    built = a_patient().given("morphine", "10 mg", 24).given("morphine", "20 mg", 48)
    assert window(built, 24, 48).per_day == 10


def test_what_reaches_over_an_edge_counts_for_its_part() -> None:
    built = a_patient().infusion("hydromorphone", "1 mg/h", 0, 48)
    assert window(built, 36, 60).per_day == 240


def test_each_drug_and_route_has_a_line_and_patches_have_their_own() -> None:
    built = (
        a_patient()
        .given("morphine", "60 mg", 1)
        .infusion("hydromorphone", "0.2 mg/h", 0, 24)
        .patch_on("fentanyl", "50 ug/h", 0)
        .patch_on("fentanyl", "12 ug/h", 0)
        .patch_off("fentanyl", 24, dose="2 {patch}")
        .given("fentanyl", "200 ug", 2, route="buccal", form="tablet")
    )
    answer = window(built, 0, 24)
    found = {drug.label: drug.mme_per_day for drug in answer.drugs}
    assert found == {
        "fentanyl buccal": 26,
        "fentanyl patch": Fraction("148.8"),
        "hydromorphone intravenous": 96,
        "morphine oral": 60,
    }
    assert answer.per_day == Fraction("330.8")


def test_a_patch_shows_its_release_while_worn() -> None:
    """Two patches worn together release 62; worn for a third of the window they are still 62."""
    built = (
        a_patient()
        .patch_on("fentanyl", "50 ug/h", 0)
        .patch_on("fentanyl", "12 ug/h", 0)
        .patch_off("fentanyl", 24, dose="2 {patch}")
    )
    (drug,) = window(built).drugs
    assert drug.release_rate is not None
    assert drug.release_rate.same_as(Quantity(62, "ug/h"))
    assert drug.amount_per_day.same_as(Quantity(496, "ug"))
    assert drug.mme_per_day == Fraction("49.6")


def test_patches_one_after_another_do_not_add_in_their_release() -> None:
    built = (
        a_patient().patch_on("fentanyl", "50 ug/h", 0, site="A").patch_on("fentanyl", "25 ug/h", 36, site="A")
    )
    (drug,) = window(built.patch_off("fentanyl", 72, site="A")).drugs
    assert drug.release_rate is not None
    assert drug.release_rate.in_("ug/h") == Fraction("37.5")


def test_a_pause_between_patches_is_not_time_worn() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "50 ug/h", 0)
        .patch_off("fentanyl", 12)
        .patch_on("fentanyl", "50 ug/h", 48)
        .patch_off("fentanyl", 60)
    )
    (drug,) = window(built).drugs
    assert drug.release_rate is not None
    assert drug.release_rate.in_("ug/h") == 50


def test_a_patch_of_no_length_has_no_release_while_worn() -> None:
    built = a_patient()
    moment = built.when(1)
    exposures = built.patch_on("fentanyl", "50 ug/h", 0).patch_off("fentanyl", 2).exposures()
    (item,) = exposures.items
    point = replace(item, start=moment, end=moment)
    span = Interval(built.when(0), built.when(24))
    (drug,) = window_mme(replace(exposures, items=(point,)), PLAN, span).drugs
    assert drug.release_rate is None


def test_a_band_goes_by_the_mean_mass_per_day_of_the_window() -> None:
    # 15 and 45 mg on two days are 30 mg a day: 240 MME, not (60 + 360) / 2.
    built = a_patient().given("methadone", "15 mg", 1).given("methadone", "45 mg", 25)
    answer = window(built, 0, 48)
    assert answer.per_day == 240
    (drug,) = answer.drugs
    assert drug.factor_words == "8 MME per mg (band above 20 mg/day)"


def test_different_factors_by_form_share_a_line_and_show_both() -> None:
    built = (
        a_patient()
        .given("fentanyl", "100 ug", 1, route="buccal", form="tablet")
        .given("fentanyl", "100 ug", 2, route="buccal", form="film")
    )
    (drug,) = window(built, 0, 24).drugs
    assert drug.mme_per_day == 13 + 18
    assert drug.form is None
    assert drug.factor_words == "0.18 MME per microgram; 0.13 MME per microgram"


# --- what cannot be converted ------------------------------------------------------------------------------


def test_a_drug_without_a_factor_is_a_line_without_mme() -> None:
    answer = window(a_patient().given("codeine", "30 mg", 1).given("morphine", "30 mg", 2), 0, 24)
    codeine, morphine = answer.drugs
    assert (codeine.mme_per_day, codeine.factor_words) == (None, "no factor")
    assert codeine.amount_per_day.in_("mg") == 30
    assert "has no row for codeine" in codeine.derivation[-1].text
    assert morphine.mme_per_day == 30
    assert (answer.per_day, answer.complete, answer.high) == (30, False, None)
    assert [problem.reason for problem in answer.refused] == [RefusalReason.NO_FACTOR]


def test_a_line_of_which_one_form_has_no_factor_counts_the_others_and_says_so() -> None:
    built = (
        a_patient()
        .given("fentanyl", "100 ug", 1, route="buccal", form="tablet")
        .given("fentanyl", "100 ug", 2, route="buccal", form="spray")
    )
    answer = window(built, 0, 24)
    (drug,) = answer.drugs
    assert drug.mme_per_day == 13
    assert drug.amount_per_day.in_("ug") == 100
    assert "not counted: 0.1 mg per 24 h" in drug.derivation[-1].text
    assert not answer.complete


def test_a_refused_exposure_in_the_window_makes_it_incomplete() -> None:
    built = a_patient().given("morphine", None, 30)
    assert not window(built, 24, 48).complete
    assert window(built, 48, 72).complete
    assert window(built, 0, 24).complete


def test_a_refused_moment_at_the_windows_start_touches_it_and_at_its_end_does_not() -> None:
    built = a_patient().given("morphine", None, 24)
    assert not window(built, 24, 48).complete
    assert window(built, 0, 24).complete


def test_what_begins_as_the_window_ends_or_ended_as_it_begins_has_no_line() -> None:
    built = a_patient().infusion("hydromorphone", "1 mg/h", 0, 24).infusion("hydromorphone", "1 mg/h", 48, 60)
    assert window(built, 24, 48).drugs == ()


def test_refusals_of_a_plan_are_told_for_the_window_alone() -> None:
    built = a_patient().given("codeine", "30 mg", 1).given("codeine", "30 mg", 30)
    (problem,) = window(built, 24, 48).refused
    assert problem.events == ("administrations-0002",)
    assert problem.start == problem.end == built.when(30)


def test_an_empty_window_is_nothing_and_has_no_lines() -> None:
    answer = window(a_patient().given("morphine", "10 mg", 1), 24, 48)
    assert (answer.per_day, answer.drugs, answer.complete, answer.high) == (0, (), True, 0)


# --- with and without --------------------------------------------------------------------------------------


def test_buprenorphine_is_reported_with_and_without() -> None:
    built = (
        a_patient()
        .given("morphine", "30 mg", 1)
        .patch_on("buprenorphine", "20 ug/h", 0)
        .patch_off("buprenorphine", 24)
    )
    answer = window(built, 0, 24)
    assert answer.per_day == 74
    assert answer.without_buprenorphine == 30


def test_as_needed_orders_are_the_high_end_and_scheduled_ones_the_value() -> None:
    built = (
        a_patient()
        .order("morphine", "15 mg", 0, 72, times=4)
        .order("morphine", "10 mg", 0, 72, times=6, as_needed=True)
    )
    answer = window(built, basis=Basis.ORDERED)
    assert (answer.per_day, answer.high) == (60, 120)
    assert [drug.mme_per_day for drug in answer.drugs] == [60]


def test_an_as_needed_order_that_cannot_be_converted_leaves_no_high_end() -> None:
    built = (
        a_patient()
        .order("morphine", "15 mg", 0, 72, times=4)
        .order("codeine", "30 mg", 0, 72, times=6, as_needed=True)
    )
    answer = window(built, basis=Basis.ORDERED)
    assert (answer.per_day, answer.complete, answer.high) == (60, True, None)


def test_as_needed_doses_that_were_given_are_the_value_and_no_interval() -> None:
    answer = window(a_patient().given("morphine", "10 mg", 1, as_needed=True), 0, 24)
    assert (answer.per_day, answer.high) == (10, 10)
    assert "given as needed" in answer.drugs[0].derivation[0].text


# --- the derivation ----------------------------------------------------------------------------------------


def test_a_line_shows_its_whole_derivation() -> None:
    built = (
        a_patient()
        .given("oxycodone", "2 {tablet}", 1, strength="5 mg/{tablet}")
        .given("oxycodone", "5 mg", 20)
    )
    (drug,) = window(built, 0, 24).drugs
    assert [step.text for step in drug.derivation] == [
        "2026-03-02 01:00+00:00 dose: 2 tablet × 5 mg/tablet = 10 mg",
        "2026-03-02 20:00+00:00 dose: 5 mg",
        "15 mg in 24 h = 15 mg per 24 h",
        "15 mg per 24 h × 1.5 MME per mg = 22.5 MME per 24 h",
    ]
    last = drug.derivation[-1]
    assert last.citation == CITATION
    assert last.row == "opioids/invented.yaml"
    assert last.provenance is not None


def test_a_derivation_says_how_much_falls_in_the_window_and_what_is_doubtful() -> None:
    built = a_patient().patch_on("fentanyl", "25 ug/h", 0, wear=72).pain(3, 100)
    (drug,) = window(built, 48, 120).drugs
    assert drug.derivation[0].text == (
        "2026-03-02 00:00+00:00 to 2026-03-05 00:00+00:00 patch: 25 microgram/h; "
        "25 microgram/h × 72 h = 1800 microgram; "
        "600 microgram of it in the window; end from the ordered wear of 72 h"
    )
    assert drug.derivation[1].text == "600 microgram in 72 h = 200 microgram per 24 h"
    assert drug.derivation[-1].row == "opioids/invented.yaml:41"
    assert "2.4 MME/day per microgram/h" in drug.derivation[-1].text


def test_times_in_a_derivation_are_those_of_the_named_zone() -> None:
    built = a_patient(zone="America/New_York").given("morphine", "10 mg", 1)
    span = Interval(built.when(0), built.when(24))
    (local,) = window_mme(built.exposures(), PLAN, span, local=ZoneInfo("America/New_York")).drugs
    assert local.derivation[0].text.startswith("2026-03-02 01:00")
    (utc,) = window_mme(built.exposures(), PLAN, span).drugs
    assert utc.derivation[0].text.startswith("2026-03-02 06:00")


def test_without_single_administrations_the_figures_are_the_same() -> None:
    built = a_patient().on("morphine", "60 mg/d").given("codeine", "30 mg", 3)
    long, short = window(built), window(built, derive=False)
    assert (long.per_day, long.complete, long.refused) == (short.per_day, short.complete, short.refused)
    assert [drug.mme_per_day for drug in long.drugs] == [drug.mme_per_day for drug in short.drugs]
    assert len(short.drugs[-1].derivation) == 2
    assert len(long.drugs[-1].derivation) == 18 + 2


def test_the_lines_add_up_to_the_total() -> None:
    drug = a_drug(
        "oxycodone-acetaminophen", {"oxycodone": "5 mg/{tablet}", "acetaminophen": "325 mg/{tablet}"}
    )
    built = a_patient().on("morphine", "60 mg/d").given(drug, "2 {tablet}", 5).given("methadone", "25 mg", 6)
    span = Interval(built.when(0), built.when(72))
    answer = window_mme(built.exposures("morphine", "oxycodone", "methadone"), PLAN, span)
    assert answer.per_day == sum(line.mme_per_day or 0 for line in answer.drugs)
