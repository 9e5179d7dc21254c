"""The founding case from administrations: a regimen of our own that fits its figures, counted hour by hour.

The report states 458.8 MME a day, 310.0 after (a fall of 32.43 %) and fentanyl stopped; no regimen. A patch of 62
microgram/h (50 and 12) and hydromorphone by vein, 15.5 mg a day, is an inference that fits, and nothing more.
"""

from __future__ import annotations

from fractions import Fraction
from zoneinfo import ZoneInfo

from adjuvant import library
from adjuvant.opioids import mme_curve, window_mme
from adjuvant.quantity import Quantity, show
from adjuvant.timeline import Interval
from builders import a_drug, a_patient

P50, P12 = a_drug("fentanyl", "50 ug/h"), a_drug("fentanyl", "12 ug/h")


def story():
    """Six days: the pump all the time, the two patches for the first three."""
    built = a_patient(age_years=55)
    for patch in (P50, P12):
        built = built.patch_on(patch, None, 0, dose="1 {patch}", wear=72).patch_off(patch, 72)
    # 15.5 mg a day: 0.5 mg/h basal are 12 mg, and 3.5 mg of demand doses delivered a day.
    for day in range(6):
        built = built.pca("hydromorphone", 24 * day, 24 * day + 24, basal="0.5 mg/h", demand="3.5 mg")
    return built


def test_the_windows_read_458_8_and_310_0() -> None:
    built = story()
    exposures, plan = built.exposures(), library.default_plan()
    before = window_mme(exposures, plan, Interval(built.when(0), built.when(72)))
    after = window_mme(exposures, plan, Interval(built.when(72), built.when(144)))
    assert (before.per_day, after.per_day) == (Fraction("458.8"), 310)
    assert before.complete
    assert after.complete
    assert show(100 * (after.per_day - before.per_day) / before.per_day, 2) == "\N{MINUS SIGN}32.43"
    assert [drug.label for drug in after.drugs] == ["hydromorphone intravenous"]
    patch = before.drugs[0]
    assert patch.label == "fentanyl patch"
    assert patch.mme_per_day == Fraction("148.8")
    assert patch.release_rate is not None
    assert patch.release_rate.same_as(Quantity(62, "ug/h"))


def test_the_day_of_removal_is_the_last_with_fentanyl_and_the_rolling_curve_falls_over_a_day() -> None:
    built = story()
    span = Interval(built.when(0), built.when(144))
    curve = mme_curve(built.exposures(), library.default_plan(), span, ZoneInfo("UTC"))
    assert [day.total for day in curve.days] == [Fraction("458.8")] * 3 + [310] * 3
    assert ["fentanyl" in day.by_drug for day in curve.days] == [True] * 3 + [False] * 3
    points = {point.at: point.value for point in curve.rolling}
    assert points[built.when(24)] == points[built.when(72)] == Fraction("458.8")
    assert points[built.when(96)] == points[built.when(144)] == 310


def test_every_figure_leads_back_to_its_dose_its_factor_and_its_citation() -> None:
    built = story()
    answer = window_mme(built.exposures(), library.default_plan(), Interval(built.when(0), built.when(72)))
    for drug in answer.drugs:
        *_, last = drug.derivation
        assert last.citation is not None
        assert last.row is not None
        assert "MME" in last.text
    texts = [step.text for step in answer.drugs[0].derivation]
    assert any("1 patch × 50 microgram/h = 50 microgram/h" in text for text in texts)
    assert any("4464 microgram in 72 h = 1488 microgram per 24 h" in text for text in texts)
