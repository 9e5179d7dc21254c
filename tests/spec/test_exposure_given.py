"""Doses, infusions and pumps: what the chart says, and the MME of the day by the default tables.

Oral doses by CDC 2022 (oxycodone 1.5, hydromorphone 5), injected ones by the classic equianalgesic table (morphine 3,
hydromorphone 20, fentanyl 0.3 per microgram). Each row is one clock day.
"""

from __future__ import annotations

from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from adjuvant import library
from adjuvant.opioids import mme_curve
from adjuvant.record import AdministrationStatus, RefusalReason
from adjuvant.timeline import Interval
from builders import PatientBuilder, a_drug, a_patient

A = a_patient()
PERCOCET = a_drug(
    "oxycodone-acetaminophen (5-325)", {"oxycodone": "5 mg/{tablet}", "acetaminophen": "325 mg/{tablet}"}
)
Reason = RefusalReason | None

# what the chart says | its rows | MME of the day | why it is incomplete
TABLE: list[tuple[str, PatientBuilder, Fraction | int, Reason]] = [
    ("morphine 10 mg by mouth six times", A.on("morphine", "60 mg/d", days=1), 60, None),
    ("the same in micrograms", A.given("morphine", "60000 ug", 1), 60, None),
    (
        "oxycodone 2 tablets of 5 mg",
        A.given("oxycodone", "2 {tablet}", 1, strength="5 mg/{tablet}"),
        15,
        None,
    ),
    ("of a combination only the opioid counts", A.given(PERCOCET, "2 {tablet}", 1), 15, None),
    (
        "oxycodone 20 mg and morphine 30 mg read the same and both count",
        A.given("oxycodone", "20 mg", 1).given("morphine", "30 mg", 1),
        60,
        None,
    ),
    ("hydromorphone by mouth is not hydromorphone by vein", A.given("hydromorphone", "4 mg", 1), 20, None),
    ("by vein", A.given("hydromorphone", "4 mg", 1, route="intravenous"), 80, None),
    ("an infusion of 0.2 mg/h all day", A.infusion("hydromorphone", "0.2 mg/h", 0, 24), 96, None),
    (
        "an infusion doubled at noon",
        A.rates("hydromorphone", [(0, "0.2 mg/h"), (12, "0.4 mg/h")], until=24),
        144,
        None,
    ),
    (
        "an infusion paused from 6 to 18",
        A.rates("hydromorphone", [(0, "0.2 mg/h"), (6, "0 mg/h"), (18, "0.2 mg/h")], until=24),
        48,
        None,
    ),
    ("fentanyl 50 microgram/h", A.infusion("fentanyl", "50 ug/h", 0, 24), 360, None),
    (
        "a pump: basal 0.1 mg/h and 1.6 mg of demand doses delivered",
        A.pca("hydromorphone", 0, 24, basal="0.1 mg/h", demand="1.6 mg"),
        80,
        None,
    ),
    (
        "a rescue dose that was given counts as given",
        A.given("morphine", "10 mg", 3, as_needed=True),
        10,
        None,
    ),
    ("a dose that was held counts nothing", A.held("morphine", "10 mg", 3), 0, None),
    (
        "nobody knows whether it was given",
        A.given("morphine", "10 mg", 3, status=AdministrationStatus.UNKNOWN),
        0,
        RefusalReason.DOUBTED,
    ),
    (
        "3 mL/h of an unknown concentration",
        A.infusion("morphine", "3 mL/h", 0, 8),
        0,
        RefusalReason.MISSING_CONCENTRATION,
    ),
    ("3 mL/h of 1 mg/mL", A.infusion("morphine", "3 mL/h", 0, 8, strength="1 mg/mL"), 72, None),
    (
        "0.02 mg/kg/h without a weight",
        A.infusion("morphine", "0.02 mg/kg/h", 0, 10),
        0,
        RefusalReason.MISSING_WEIGHT,
    ),
    ("0.02 mg/kg/h at 50 kg", A.infusion("morphine", "0.02 mg/kg/h", 0, 10, weight="50 kg"), 30, None),
    (
        "two tablets of unknown strength",
        A.given("oxycodone", "2 {tablet}", 1),
        0,
        RefusalReason.AMBIGUOUS_STRENGTH,
    ),
    (
        "an amount that the rate contradicts",
        A.infusion("fentanyl", "50 ug/h", 0, 4, dose="2 mg"),
        0,
        RefusalReason.AMBIGUOUS_DOSE,
    ),
    (
        "an infusion that nobody stopped",
        A.infusion("fentanyl", "50 ug/h", 0, None),
        0,
        RefusalReason.MISSING_TIMING,
    ),
    (
        "a route that nobody charted",
        A.given("morphine", "10 mg", 1, route=None),
        0,
        RefusalReason.MISSING_ROUTE,
    ),
    (
        "a dose into the epidural space",
        A.given("morphine", "3 mg", 1, route="epidural"),
        0,
        RefusalReason.NEURAXIAL,
    ),
    (
        "one infusion charted twice, as exports do that call every row completed",
        A.infusion("fentanyl", "50 ug/h", 0, 24).infusion("fentanyl", "50 ug/h", 0, 24),
        360,
        RefusalReason.OVERLAP,
    ),
    (
        "two orders that run side by side",
        A.infusion("fentanyl", "50 ug/h", 0, 24, order="A").infusion("fentanyl", "25 ug/h", 0, 24, order="B"),
        540,
        None,
    ),
]


@pytest.mark.hazard("H-022")
@pytest.mark.parametrize(("story", "mme", "why"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_counts(story: PatientBuilder, mme: Fraction, why: Reason) -> None:
    """A figure or a reason; where there is a reason the day says that it is incomplete."""
    span = Interval(story.when(0), story.when(24))
    exposures = story.exposures(*library.opioid_names())
    (day,) = mme_curve(exposures, library.default_plan(), span, ZoneInfo("UTC")).days
    assert day.total == mme
    assert day.complete is (why is None)
    assert [problem.reason for problem in day.refused] == ([why] if why else [])


@pytest.mark.hazard("H-030")
@pytest.mark.parametrize(
    ("doses", "cdc2016", "cdc2022"),
    [
        (["20 mg"], 80, 94),
        (["20 mg", "20 mg"], 320, 188),
        (["15 mg", "25 mg"], 320, 188),
        (["20.5 mg"], 164, Fraction("96.35")),
    ],
)
def test_methadone_goes_by_the_days_total(doses: list[str], cdc2016: Fraction, cdc2022: Fraction) -> None:
    """CDC 2016 has bands (4 up to 20 mg a day, 8 up to 40); CDC 2022 has 4.7 throughout."""
    story = A
    for number, dose in enumerate(doses):
        story = story.given("methadone", dose, 12 * number)
    span = Interval(story.when(0), story.when(24))
    for table, mme in (("cdc2016", cdc2016), ("cdc2022", cdc2022)):
        (day,) = mme_curve(story.exposures(), library.plan(table), span, ZoneInfo("UTC")).days
        assert (day.total, day.complete) == (mme, True)


SOURCES = {
    "scheduled": A.given("morphine", None, 3),
    "rescue": A.given("morphine", "1 {tablet}", 3, as_needed=True),
    "infusion": A.infusion("hydromorphone", "1 mL/h", 2, 8),
    "pump": A.pca("hydromorphone", 0, None, demand="2 mg"),
    "patch": A.patch_on("fentanyl", None, 0, wear=72),
    "another drug": A.given("codeine", "30 mg", 3, route="intravenous"),
}


@pytest.mark.hazard("H-034")
@pytest.mark.parametrize("missing", SOURCES)
def test_whatever_opioid_cannot_be_counted_the_day_is_never_called_complete(missing: str) -> None:
    """A silent zero reads as an opioid that was spared."""
    story = A.on("morphine", "60 mg/d", days=1)
    story = PatientBuilder(story.patient, story.start, (*story.events, *SOURCES[missing].events[-1:]))
    span = Interval(story.when(0), story.when(24))
    (day,) = mme_curve(story.exposures(), library.default_plan(), span, ZoneInfo("UTC")).days
    assert day.total == 60
    assert not day.complete
