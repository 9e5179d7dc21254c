"""Fentanyl patches: what the chart says, and the MME of each clock day by the CDC 2022 table (2.4 per microgram/h).

Three days from the midnight before the first application. A day stands under "incomplete" where its figure may be too low.
"""

from __future__ import annotations

from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from adjuvant import library
from adjuvant.opioids import mme_curve, window_mme
from adjuvant.record import AdministrationStatus
from adjuvant.timeline import Interval
from builders import PatientBuilder, a_drug, a_patient

A = a_patient()
P12, P50 = (a_drug("fentanyl", f"{release} ug/h") for release in (12, 50))
MME_62 = Fraction("148.8")

# what the chart says | its rows | MME of days 1 to 3 | incomplete days
TABLE: list[tuple[str, PatientBuilder, list[Fraction | int], set[int]]] = [
    (
        "75 microgram/h from midnight, off after two days: 75 x 2.4 for each day worn",
        A.patch_on("fentanyl", "75 ug/h", 0).patch_off("fentanyl", 48),
        [180, 180, 0],
        set(),
    ),
    (
        "the same release written in milligrams an hour",
        A.patch_on("fentanyl", "0.075 mg/h", 0).patch_off("fentanyl", 48),
        [180, 180, 0],
        set(),
    ),
    (
        "changed after 48 hours: how often a patch is changed multiplies nothing",
        A.patch_on("fentanyl", "75 ug/h", 0, site="left")
        .patch_on("fentanyl", "75 ug/h", 48, site="left")
        .patch_off("fentanyl", 72, site="left"),
        [180, 180, 180],
        set(),
    ),
    (
        "50 and 12 put on together are one dose of 62",
        A.patch_on(P50, None, 0, dose="1 {patch}")
        .patch_on(P12, None, 0, dose="1 {patch}")
        .patch_off(P50, 48)
        .patch_off(P12, 48),
        [MME_62, MME_62, 0],
        set(),
    ),
    (
        "two equal patches are two, not one",
        A.patch_on(P50, None, 0, dose="2 {patch}").patch_off(P50, 24),
        [240, 0, 0],
        set(),
    ),
    (
        "a second patch at another site while the first is still on: both count",
        A.patch_on("fentanyl", "50 ug/h", 0, site="left", wear=72).patch_on(
            "fentanyl", "50 ug/h", 24, site="right", wear=48
        ),
        [120, 240, 240],
        set(),
    ),
    (
        "on at 18:00, off at 06:00: a quarter of each day",
        A.patch_on("fentanyl", "50 ug/h", 18).patch_off("fentanyl", 30),
        [30, 30, 0],
        set(),
    ),
    (
        "no removal charted, ordered for 48 hours: counted for these",
        A.patch_on("fentanyl", "50 ug/h", 0, wear=48).pain(3, 72),
        [120, 120, 0],
        set(),
    ),
    (
        "removed later than ordered: it was still on, and counts until its removal",
        A.patch_on("fentanyl", "50 ug/h", 0, wear=24).patch_off("fentanyl", 36),
        [120, 60, 0],
        set(),
    ),
    (
        "no removal and no ordered wear: counted until the last fact, pain at 36 hours, and incomplete from then on",
        A.patch_on("fentanyl", "50 ug/h", 0).pain(3, 36),
        [120, 60, 0],
        {2, 3},
    ),
    (
        "a removal of a patch that nobody charted as put on: the time before it is incomplete, not zero",
        A.patch_off("fentanyl", 30),
        [0, 0, 0],
        {1, 2},
    ),
    (
        "another strength without a removal, no sites: it may have replaced the first, or been added to it",
        A.patch_on("fentanyl", "50 ug/h", 0).patch_on("fentanyl", "12 ug/h", 24).patch_off("fentanyl", 48),
        [120, Fraction("28.8"), 0],
        {2},
    ),
    (
        "an application that the patient refused",
        A.patch_on("fentanyl", "50 ug/h", 0, status=AdministrationStatus.NOT_GIVEN).pain(3, 72),
        [0, 0, 0],
        set(),
    ),
    (
        "a removal that did not take place",
        A.patch_on("fentanyl", "50 ug/h", 0)
        .patch_off("fentanyl", 24, status=AdministrationStatus.NOT_GIVEN)
        .patch_off("fentanyl", 48),
        [120, 120, 0],
        set(),
    ),
    (
        "7.5 mg is what a patch holds, not what it releases",
        A.patch_on("fentanyl", None, 0, dose="7.5 mg").patch_off("fentanyl", 24),
        [0, 0, 0],
        {1},
    ),
]


@pytest.mark.hazard("H-031")
@pytest.mark.parametrize(
    ("story", "mme", "incomplete"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_what_a_patch_counts(story: PatientBuilder, mme: list[Fraction], incomplete: set[int]) -> None:
    """MME end at removal; the depot in the skin is in no figure."""
    span = Interval(story.when(0), story.when(72))
    days = mme_curve(story.exposures("fentanyl"), library.plan("cdc2022"), span, ZoneInfo("UTC")).days
    assert [day.total for day in days] == mme
    assert {number for number, day in enumerate(days, 1) if not day.complete} == incomplete


@pytest.mark.hazard("H-032")
def test_an_old_patch_left_on_counts_beside_the_new_one() -> None:
    """Two patches of 50 at two sites are 240 MME a day for as long as both are on."""
    story = (
        A.patch_on("fentanyl", "50 ug/h", 0, site="left")
        .patch_on("fentanyl", "50 ug/h", 24, site="right")
        .patch_off("fentanyl", 60, site="left")
        .patch_off("fentanyl", 96, site="right")
    )
    window = Interval(story.when(24), story.when(60))
    answer = window_mme(story.exposures(), library.plan("cdc2022"), window)
    assert answer.per_day == 240
    (drug,) = answer.drugs
    assert drug.label == "fentanyl patch"
    assert drug.release_rate is not None
    assert drug.release_rate.in_("ug/h") == 100


@pytest.mark.parametrize(
    ("table", "mme"),
    [
        ("cdc2022", 180),
        ("cdc2016", 180),
        ("cms2018", 180),
        ("fpm_anzca_2021", 225),
        ("us_equianalgesic_classic", 150),
    ],
)
def test_the_same_patch_by_other_tables(table: str, mme: int) -> None:
    """75 microgram/h ordered for 72 hours: x 2.4 (CDC), x 7.2 a patch of three days (CMS), x 3 (ANZCA), x 2 (palliative)."""
    story = A.patch_on("fentanyl", "75 ug/h", 0, wear=72).patch_off("fentanyl", 72)
    window = Interval(story.when(0), story.when(72))
    answer = window_mme(story.exposures(), library.plan(table), window)
    assert (answer.per_day, answer.complete) == (mme, True)


def test_a_table_that_counts_three_day_patches_refuses_one_of_two_days() -> None:
    """Another calculator multiplies by the number of changes and reads 270."""
    story = A.patch_on("fentanyl", "75 ug/h", 0, wear=48).patch_off("fentanyl", 48)
    answer = window_mme(story.exposures(), library.plan("cms2018"), Interval(story.when(0), story.when(48)))
    assert (answer.per_day, answer.complete) == (0, False)
    assert "counts patches worn 72 h, and this one is worn 48 h" in str(answer.refused[0])
