"""Outcomes built by hand, figure by figure, so that a report is tested against numbers that nobody computed for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from adjuvant.citation import Citation, Provenance
from adjuvant.opioids.model import DayMME, DrugMean, MmeCurve, Step, WindowMME
from adjuvant.outcomes.model import (
    Course,
    CourseKind,
    CourseOutcome,
    DrugChange,
    DrugStop,
    OpioidSummary,
    PainSummary,
    PlanChange,
    ReportedOutcome,
    ResponseAnswer,
    Verdict,
    WindowPain,
    Windows,
)
from adjuvant.quantity import Quantity
from adjuvant.record import (
    AdministrationKind,
    AdverseEvent,
    Basis,
    BodyWeight,
    Condition,
    Drug,
    Exposure,
    ExposureKind,
    Ingredient,
    MedicationAdministration,
    NotAssessable,
    Origin,
    Outcome,
    PainKind,
    PainReporter,
    PainScore,
    Patient,
    PatientRecord,
    QualityLine,
    QualitySummary,
    Refusal,
    RefusalReason,
    ReportedFigure,
    SedationScore,
)
from adjuvant.timeline import Interval, Series, clock_days
from adjuvant.unknown import Unknown

NEW_YORK = ZoneInfo("America/New_York")
ZERO = date(2026, 3, 5)  # so that the clocks go forward on day 3, within the figure
ORIGIN = Origin("synthetic", "patient", "1")
DALAL = Citation(
    "dalal2012", "Dalal S, Hui D, Nguyen L et al. J Pain Symptom Manage. 2012", 2012, doi="10.1000/made.up.1"
)
CDC = Citation(
    "dowell2022",
    "Dowell D, Ragan KR, Jones CM et al. MMWR Recomm Rep 71(RR-3). 2022",
    2022,
    doi="10.15585/mmwr.rr7103a1",
)
HARDY = Citation("hardy2012", "Hardy J et al. J Clin Oncol 30: 3611. 2012", 2012, pmid="22965960")
IMMPACT = Citation("dworkin2008", "Dworkin RH et al. J Pain 9: 105. 2008", 2008, pmid="18055266")

BEFORE = (7, 7, 6, 8, 8, None, 7, 7, 8, None, 7, 7, 7, 7, None, 5, 5, 6)
DURING = (8, 7, 6, None, 7, 6, 5, 5, 6, 6, 5, 5, 6, 5, 5, 4, 4, 4, 4, 5, 4, 4, 5, 5, 4, 4, None, 5, 4, 4)
AFTER = (4, 5, 5, 5, 4, 4, None, 4, 5, 3, None, None, None, None, None, None, 5, 4)


def local(day: int, hour: float = 0) -> datetime:
    """An instant by relative day and local hour."""
    at = datetime(ZERO.year, ZERO.month, ZERO.day, tzinfo=NEW_YORK) + timedelta(days=day)
    return at.replace(hour=int(hour), minute=round(hour % 1 * 60)).astimezone(UTC)


def reading(
    number: int, at: datetime, value: int | None, why: NotAssessable = NotAssessable.ASLEEP
) -> PainScore:
    """One current pain score by the patient, or why there is none."""
    return PainScore(
        id=f"p{number}",
        at=at,
        scale="nrs_0_10",
        origin=ORIGIN,
        value=None if value is None else Fraction(value),
        not_assessable=why if value is None else None,
        reporter=PainReporter.SELF,
    )


def pain_readings() -> tuple[PainScore, ...]:
    """Every four hours from day −3 to day 7, with sleep, sedation, one declined, and a gap of 28 h."""
    values = (*BEFORE, *DURING, *AFTER)
    found = []
    for index, value in enumerate(values):
        at = local(-3) + timedelta(hours=4 * index + 2)
        why = NotAssessable.ASLEEP
        if value is None and 18 <= index < 48:
            why = NotAssessable.SEDATED
        if value is None and index == 54:
            why = NotAssessable.DECLINED
        if value is None and index > 57:
            continue
        found.append(reading(index, at, value, why))
    return tuple(found)


def given(name: str, text: str, start: datetime, **rest: object) -> MedicationAdministration:
    """One charted administration of a known drug."""
    kind = rest.pop("kind", AdministrationKind.DOSE)
    ident = f"{name}-{start:%m%d%H%M}"
    return MedicationAdministration(
        id=ident,
        drug=Drug(text, (Ingredient(name),)),
        kind=kind,
        start=start,
        origin=ORIGIN,
        **rest,  # type: ignore[arg-type]
    )


def administrations() -> tuple[MedicationAdministration, ...]:
    """A fentanyl patch that comes off on day 4, oxycodone four times a day, as-needed doses, dexamethasone from day 2."""
    rows = [
        given(
            "fentanyl",
            "fentanyl 62 microgram/h patch",
            local(-4, 14),
            kind=AdministrationKind.PATCH_ON,
            route="transdermal",
            form="patch",
            rate=Quantity("62", "ug/h"),
            patch="a",
        ),
        given(
            "fentanyl",
            "fentanyl 62 microgram/h patch",
            local(4, 14),
            kind=AdministrationKind.PATCH_OFF,
            route="transdermal",
            form="patch",
            patch="a",
        ),
    ]
    for day in range(-3, 8):
        rows += [
            given(
                "oxycodone",
                "oxycodone",
                local(day, hour),
                route="oral",
                form="tablet",
                dose=Quantity("10", "mg"),
                as_needed=False,
            )
            for hour in (6, 12, 18, 22)
        ]
        rescues = 5 if day < 0 else 2
        rows += [
            given(
                "hydromorphone",
                "hydromorphone",
                local(day, 3 + 4 * turn),
                route="intravenous",
                form="injection",
                dose=Quantity("0.8", "mg"),
                as_needed=True,
            )
            for turn in range(rescues)
        ]
    rows += [
        given(
            "dexamethasone",
            "dexamethasone",
            local(day, 8),
            route="oral",
            form="tablet",
            dose=Quantity("8", "mg"),
        )
        for day in range(2, 8)
    ]
    return tuple(rows)


def ketamine() -> tuple[Exposure, ...]:
    """Three infusions of 33.8 mg over 40 minutes."""
    return tuple(
        Exposure(
            "ketamine",
            "intravenous",
            "injection",
            ExposureKind.INFUSION,
            local(day, 10),
            local(day, 10) + timedelta(minutes=40),
            Quantity("33.8", "mg"),
            Basis.ADMINISTERED,
            rate=Quantity("50.7", "mg/h"),
            steps=("0.5 mg/kg × 67.6 kg = 33.8 mg",),
        )
        for day in (0, 2, 4)
    )


def mean(
    ingredient: str,
    route: str,
    form: str | None,
    per_day: Quantity,
    mme: str,
    factor: str,
    *steps: str,
    release: Quantity | None = None,
) -> DrugMean:
    """One drug over one window, with a derivation written by hand."""
    return DrugMean(
        ingredient,
        route,
        form,
        per_day,
        Fraction(mme),
        factor,
        tuple(Step(text, "cdc2022.yaml:12", CDC, Provenance.SECONDARY) for text in steps),
        release,
    )


def opioids(windows: Windows) -> OpioidSummary:
    """448.8 to 290.9 MME a day: 148.8 of the fall is the patch, 9.1 fewer rescue doses."""
    patch = mean(
        "fentanyl",
        "transdermal",
        "patch",
        Quantity("1488", "ug"),
        "148.8",
        "2.4 a microgram/h",
        "62 ug/h × 2.4 = 148.8 MME a day",
        release=Quantity("62", "ug/h"),
    )
    oxycodone = mean(
        "oxycodone",
        "oral",
        "tablet",
        Quantity("40", "mg"),
        "60",
        "1.5 a mg",
        "4 × 10 mg = 40 mg a day",
        "40 mg × 1.5 = 60 MME a day",
    )
    rescue = mean(
        "hydromorphone",
        "intravenous",
        "injection",
        Quantity("12", "mg"),
        "240",
        "20 a mg",
        "12 mg × 20 = 240 MME a day",
    )
    fewer = mean(
        "hydromorphone",
        "intravenous",
        "injection",
        Quantity("11.545", "mg"),
        "230.9",
        "20 a mg",
        "11.545 mg × 20 = 230.9 MME a day",
    )
    before = WindowMME(
        "cdc2022+us_equianalgesic_classic",
        windows.before,
        Fraction("448.8"),
        (patch, rescue, oxycodone),
        True,
    )
    after = WindowMME(
        "cdc2022+us_equianalgesic_classic", windows.after, Fraction("290.9"), (fewer, oxycodone), True
    )
    days = clock_days(Interval(windows.before.start, windows.after.end), NEW_YORK)
    totals = ("448.8", "460", "440", "430", "425", "428", "418", "380", "290", "292", "291")
    curve = MmeCurve(
        "cdc2022+us_equianalgesic_classic",
        Basis.ADMINISTERED,
        tuple(DayMME(day, Fraction(total), {}, True) for day, total in zip(days, totals, strict=True)),
        (),
        (),
    )
    plans = (
        ("cdc2022+us_equianalgesic_classic", "CDC 2022 + US equianalgesic, classic", "448.8", "290.9"),
        ("us_equianalgesic_classic", "US equianalgesic, classic", "424", "291"),
        ("treillet2018", "Treillet 2018", "302", "187"),
        ("uk_bnf_openprescribing", "OpenPrescribing (BNF)", "359", "204"),
        ("fpm_anzca_2021", "FPM ANZCA 2021", "426", "233"),
    )
    by_table = tuple(
        PlanChange(key, title, Fraction(b), Fraction(a), (Fraction(a) - Fraction(b)) / Fraction(b) * 100)
        for key, title, b, a in plans
    )
    refused = Refusal(
        "hydromorphone intravenous",
        RefusalReason.NO_FACTOR,
        "no row for intravenous hydromorphone",
        "name a pair",
        ingredient="hydromorphone",
    )
    return OpioidSummary(
        plan="cdc2022+us_equianalgesic_classic",
        plan_title="CDC 2022 + US equianalgesic, classic",
        basis="administered",
        before=before,
        after=after,
        percent=(Fraction("290.9") - Fraction("448.8")) / Fraction("448.8") * 100,
        drugs=(
            DrugChange("fentanyl patch", patch, None, Fraction("-148.8")),
            DrugChange("hydromorphone intravenous", rescue, fewer, Fraction("-9.1")),
            DrugChange("oxycodone oral", oxycodone, oxycodone, Fraction(0)),
        ),
        by_table=by_table,
        uncovered=(PlanChange("cdc2022", "CDC 2022", None, None, None, (refused,)),),
        stopped=(DrugStop("fentanyl patch", local(4, 14)),),
        curve=curve,
        curve_low_high=tuple((Fraction(total) * Fraction(2, 3), Fraction(total) + 5) for total in totals),
        warnings=("CDC 2022 was not written for cancer-related or palliative pain.",),
    )


def pain_summary(windows: Windows) -> PainSummary:
    """6.9 to 4.4 points."""
    return PainSummary(
        scale="nrs_0_10",
        reporter=PainReporter.SELF,
        kind=PainKind.CURRENT,
        before=WindowPain(
            windows.before, Fraction("6.9"), Fraction(68, 72), Fraction("6.9") * 68, 15, 3, Fraction(8)
        ),
        after=WindowPain(
            windows.after,
            Fraction("4.4"),
            Fraction(44, 72),
            Fraction("4.4") * 44,
            11,
            1,
            Fraction(5),
            (Interval(local(6, 14), local(7, 18)),),
        ),
        change=Fraction("-2.5"),
        percent=Fraction("-2.5") / Fraction("6.9") * 100,
        caveats=("1 reading after could not be taken because the patient was sedated.",),
        goal=Fraction(3),
    )


def responses() -> tuple[ResponseAnswer, ...]:
    """One yes, one no, one that cannot be evaluated."""
    return (
        ResponseAnswer(
            "cid",
            "Clinically important difference",
            "Pain falls by at least 2 points, or by at least 30 %.",
            "6.9 to 4.4 (−2.5, −36.2 %)",
            True,
            DALAL,
            Provenance.READ,
        ),
        ResponseAnswer(
            "immpact_substantial",
            "IMMPACT, substantial",
            "Pain falls by at least 4 points, or by at least 50 %.",
            "6.9 to 4.4 (−2.5, −36.2 %)",
            False,
            IMMPACT,
            Provenance.SECONDARY,
        ),
        ResponseAnswer(
            "hardy",
            "Hardy trial rule",
            "BPI average falls by at least 2, with at most 4 rescue doses a day.",
            "average pain unknown; 2.4 rescue doses",
            Unknown("average pain before and after (BPI)"),
            HARDY,
            Provenance.READ,
        ),
    )


def verdict() -> Verdict:
    """What the evaluation says in words today."""
    return Verdict(
        headline="Clinical response.",
        sentence="Pain fell by 2.5 points (6.9 to 4.4, 36 %; readings cover 94 % and 61 % of the two windows). Opioids fell by 35.2 % by CDC 2022 + US equianalgesic, classic (31.4 to 45.3 % over 5 tables). Fentanyl patch stopped.",
        limit="Whether this is more than the patient's own ups and downs has not been asked yet. One course cannot prove the cause.",
        evaluable=True,
        clinical_response=True,
        not_asked=(
            "Beyond the patient's own variability: not asked yet.",
            "Durable: not asked yet.",
            "Proof of cause: out of reach of one course.",
        ),
        evaluable_words="Evaluable: 15 readings before, 3 not assessable; 11 readings after, 1 not assessable; opioid log complete.",
        response_words="Clinical response: yes, by Clinically important difference (yes). Of 3 definitions 1 say yes, 1 no, 1 cannot be evaluated.",
    )


def build(**changes: object) -> CourseOutcome:
    """The synthetic patient 0412; any field may be replaced."""
    windows = Windows(
        before=Interval(local(-3), local(0)),
        during=Interval(local(0, 10), local(4, 10) + timedelta(minutes=40)),
        after=Interval(local(5), local(8)),
        onset_end=local(5),
        rules=(
            "Before: 72 h that end at the midnight (America/New_York) that opens the first ketamine day; that day is not in it.",
            "During: first start to last stop; it is not counted in either mean.",
            "After: 72 h from the midnight that closes the last ketamine day, a house default (assumed).",
        ),
    )
    scores = pain_readings()
    sedation = tuple(
        SedationScore(f"s{index}", local(-3) + timedelta(hours=8 * index + 2), "poss", value, ORIGIN)
        for index, value in enumerate(("1",) * 9 + ("1", "3", "2", "1", "1", "1", "2") + ("1",) * 17)
    )
    events = (AdverseEvent("e1", local(2, 11), "hallucination", ORIGIN, grade=2, led_to="rate halved"),)
    quality = QualitySummary.merged(
        [
            QualityLine("chart", Outcome.READ, 212),
            QualityLine("chart", Outcome.USED, 206),
            QualityLine("chart", Outcome.NOT_ASSESSABLE, 4, "asleep or sedated"),
            QualityLine(
                "chart",
                Outcome.DUPLICATE,
                2,
                "the same dose twice at one instant",
                "check the chart",
                ("row 14", "row 15"),
            ),
        ]
    )
    record = PatientRecord(
        Patient("0412", "America/New_York", sex="man", age_years=58, synthetic=True, pain_goal=3),
        conditions=(
            Condition("c1", "Prostate cancer, bone metastases", ORIGIN, cancer=True),
            Condition("c2", "Low-back and hip pain", ORIGIN),
        ),
        administrations=administrations(),
        pain=scores,
        sedation=sedation,
        weights=(BodyWeight("w1", local(-1, 9), Quantity("67.6", "kg"), ORIGIN, "measured"),),
        adverse_events=events,
        quality=quality,
    )
    exposures = ketamine()
    fields: dict[str, object] = {
        "record": record,
        "course": Course(local(0, 10), exposures[-1].end, CourseKind.FOUND, exposures),
        "windows": windows,
        "pain": pain_summary(windows),
        "pain_series": Series.of(scores, at=lambda score: score.at),
        "other_pain": ("worst pain, nrs_0_10, reported by self: 3 readings",),
        "opioids": opioids(windows),
        "sedation": Series.of(sedation, at=lambda score: score.at),
        "adverse_events": events,
        "rescue_per_day_before": Fraction(5),
        "rescue_per_day_after": Fraction(2),
        "goal_share_before": Fraction(0),
        "goal_share_after": Fraction(1, 11),
        "responses": responses(),
        "verdict": verdict(),
        "also_changed": (
            "dexamethasone (corticosteroid) started 2026-03-07 08:00-05:00.",
            "Radiotherapy, nerve blocks and other procedures are not part of this record: they were not read, which is not none.",
        ),
        "quality": quality,
        "citations": (DALAL, IMMPACT, HARDY, CDC),
        "library_digest": "7c1e90ab" * 8,
    }
    return CourseOutcome(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture
def outcome() -> CourseOutcome:
    """Synthetic patient 0412: a response with a stop, an adverse event, a gap and a change of the clocks."""
    return build()


@pytest.fixture
def make() -> Callable[..., CourseOutcome]:
    """The same patient with any field replaced."""
    return build


@pytest.fixture
def renamed() -> Callable[[CourseOutcome, str], CourseOutcome]:
    """The same outcome for a patient of another id."""

    def change(outcome: CourseOutcome, name: str) -> CourseOutcome:
        return replace(
            outcome, record=replace(outcome.record, patient=replace(outcome.record.patient, id=name))
        )

    return change


def build_reported() -> ReportedOutcome:
    """A document's own figures: 9 to 5, 458.8 MME/day, −32.43 %."""
    paper = Citation(
        "patel2021",
        "Patel S et al. Ann Palliat Med, first page 8333",
        2021,
        document="Ann Palliat Med p 8333",
    )

    def figure(key: str, words: str, value: str | None, unit: str = "") -> ReportedFigure:
        return ReportedFigure(key, words, paper, None if value is None else Fraction(value), unit)

    return ReportedOutcome(
        title="The founding case, as reported",
        figures=(
            figure("pain_before", "average 9/10 NRS", "9", "NRS points"),
            figure("pain_after", "NRS 5", "5", "NRS points"),
            figure("opioid_before", "458.8 MME/day", "458.8", "MME/day"),
            figure("opioid_percent", "32.43%", "-32.43", "%"),
            figure("fentanyl", "completely terminated", None),
        ),
        change=Fraction(-4),
        percent=Fraction(-400, 9),
        opioid_percent=Fraction("-32.43"),
        responses=(
            ResponseAnswer(
                "cid",
                "Clinically important difference",
                "Pain falls by at least 2 points, or by at least 30 %.",
                "9 to 5",
                True,
                DALAL,
                Provenance.READ,
            ),
            ResponseAnswer(
                "ppg",
                "Personal goal",
                "Pain at or below the personal goal.",
                "5; goal unknown",
                Unknown("the personalised pain goal"),
                HARDY,
                Provenance.READ,
            ),
        ),
        verdict=Verdict(
            "Clinical response.",
            "Pain fell by 4 points (9 to 5, 44 %) as printed.",
            "Whether this is more than the patient's own ups and downs cannot be asked of two figures. One course cannot prove the cause.",
            Unknown("a series of readings"),
            True,
        ),
        tensions=("“<35 mg/70 kg” against 0.5 mg/kg, which is 35 mg at 70 kg.",),
        citations=(paper,),
    )


@pytest.fixture
def reported() -> ReportedOutcome:
    """Figures that a document merely states."""
    return build_reported()


def crowded() -> CourseOutcome:
    """Six weeks of continuous ketamine with rate steps, hourly readings, forty adverse events: hundreds of marks."""
    start, end = local(0, 9), local(40, 9)
    steps = []
    at = start
    while at < end:
        later = min(at + timedelta(hours=16), end)
        rate = Quantity(Fraction(4 + len(steps) % 9), "mg/h")
        hours = Fraction(int((later - at).total_seconds()), 3600)
        steps.append(
            Exposure(
                "ketamine",
                "subcutaneous",
                "injection",
                ExposureKind.INFUSION,
                at,
                later,
                Quantity(rate.value * hours, "mg"),
                Basis.ADMINISTERED,
                rate=rate,
            )
        )
        at = later
    windows = Windows(
        Interval(local(-3), local(0)),
        Interval(start, end),
        Interval(local(41), local(44)),
        local(41),
        ("Rules.",),
    )
    scores = tuple(
        reading(
            index,
            local(-3) + timedelta(hours=index),
            None if index % 23 == 0 else (index * 7 + index // 13) % 11,
        )
        for index in range(47 * 24)
    )
    sedation = tuple(
        SedationScore(
            f"s{index}",
            local(-3) + timedelta(hours=index, minutes=20),
            "poss",
            "S123"[(index // 5) % 4],
            ORIGIN,
        )
        for index in range(47 * 24)
    )
    events = tuple(
        AdverseEvent(
            f"e{index}",
            local(index, 7),
            "vivid dreams and a very long description of them",
            ORIGIN,
            grade=1 + index % 3,
            led_to="dose halved",
        )
        for index in range(40)
    )
    summary = replace(
        pain_summary(windows),
        before=replace(pain_summary(windows).before, window=windows.before),
        after=replace(pain_summary(windows).after, window=windows.after, gaps=()),
    )
    base = opioids(build().windows)
    days = clock_days(Interval(windows.before.start, windows.after.end), NEW_YORK)
    refused = base.uncovered[0].refused
    curve = replace(
        base.curve,
        days=tuple(
            DayMME(
                day, Fraction(2000 + 40 * (index % 7)), {}, index % 9 > 1, refused if index % 9 < 2 else ()
            )
            for index, day in enumerate(days)
        ),
    )
    outcome = build(
        course=Course(start, end, CourseKind.FOUND, tuple(steps)),
        windows=windows,
        pain=summary,
        pain_series=Series.of(scores, at=lambda score: score.at),
        sedation=Series.of(sedation, at=lambda score: score.at),
        adverse_events=events,
        opioids=replace(
            base, curve=curve, curve_low_high=tuple((day.total / 2, day.total * 2) for day in curve.days)
        ),
        also_changed=tuple(
            f"drug-number-{index} (antipsychotic) started 2026-03-07 08:00-05:00." for index in range(20)
        ),
        flags=(
            "Opioids rose by 30 %, which is 25 % or more.",
            "The patient died inside the after window; nothing later was observed.",
        ),
    )
    return replace(
        outcome, record=replace(outcome.record, pain=scores, sedation=sedation, adverse_events=events)
    )


def sparse() -> CourseOutcome:
    """A pseudo-course with two readings, no opioids, no sedation, no goal: as little as a record may hold."""
    windows = Windows(
        Interval(local(-3), local(0)),
        Interval(local(0, 6), local(1, 6)),
        Interval(local(2), local(5)),
        local(2),
        ("Rules.",),
    )
    scores = tuple(
        replace(score, reporter=PainReporter.UNSTATED)
        for score in (reading(1, local(-1, 4), 6), reading(2, local(3, 4), 4))
    )
    why = Unknown("a second pain score: a single one has no mean over time")
    before, after = (
        WindowPain(window, why, Fraction(0), why, 1, 0, Fraction(6), (window,))
        for window in (windows.before, windows.after)
    )
    record = PatientRecord(Patient("10006", "UTC"), pain=scores)
    return CourseOutcome(
        record=record,
        course=Course(local(0, 6), local(1, 6), CourseKind.PSEUDO),
        windows=windows,
        pain=PainSummary(
            "nrs_0_10",
            PainReporter.UNSTATED,
            PainKind.CURRENT,
            before,
            after,
            why,
            why,
            ("Who reported the pain is not stated.",),
        ),
        pain_series=Series.of(scores, at=lambda score: score.at),
        other_pain=(),
        opioids=None,
        sedation=Series((), ()),
        adverse_events=(),
        rescue_per_day_before=Unknown("rescue doses before: nothing is charted in that window"),
        rescue_per_day_after=Unknown("rescue doses after: nothing is charted in that window"),
        goal_share_before=Unknown("the personalised pain goal"),
        goal_share_after=Unknown("the personalised pain goal"),
        responses=responses()[2:],
        verdict=Verdict(
            "Pseudo-course, no ketamine given.",
            "Pain cannot be compared: what is missing is a second pain score.",
            "No ketamine was given: a pseudo-course exercises the windows and says nothing about ketamine.",
            False,
            why,
        ),
        also_changed=(
            "The record lists no drugs besides opioids and ketamine, so what else changed cannot be known: not read is not none.",
        ),
        quality=QualitySummary(),
        citations=(),
    )


HOSTILE = (
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(2)>",
    '" onload="alert(3)',
    "\u202egnp.exe\u202c",
    "קטמין كيتامين",
    "ketamine 💉👩\u200d⚕️",
    '#import "x.typ" $x$ *b* _i_ `c` @ref \\',
    "line\nbreak\tand\x00nul\x1b[31m",
    "a" * 300,
    "{{ 7*7 }} {% raw %}",
    "\ufeff\u200b\u2028\ud7ff",
    "]]> --> &amp; &#60;",
)


def hostile(text: str) -> CourseOutcome:
    """Every text that a record brings, replaced by one that wants to be more than text."""
    outcome = build()
    patient = replace(outcome.record.patient, id=text, sex=text, note=text)
    events = (AdverseEvent("e1", local(2, 11), text, ORIGIN, led_to=text, severity=text),)
    administrations_ = (
        *outcome.record.administrations,
        given(text, text, local(1, 9), route="oral", form="tablet", dose=Quantity("5", "mg")),
        given(text, text, local(3, 9), route="oral", form="tablet", dose=Quantity("5", "mg")),
    )
    record = replace(
        outcome.record,
        patient=patient,
        conditions=(Condition("c1", text, ORIGIN),),
        administrations=administrations_,
        adverse_events=events,
        weights=(BodyWeight("w", local(-1), Quantity("60", "kg"), ORIGIN, text),),
    )
    sedation = tuple(
        replace(score, value=text) if index % 4 == 0 else score
        for index, score in enumerate(outcome.sedation.values)
    )
    drug = replace(outcome.opioids.drugs[2], label=text)  # type: ignore[union-attr]
    change = replace(
        outcome.opioids, drugs=(*outcome.opioids.drugs[:2], drug), warnings=(text,), plan_title=text
    )  # type: ignore[union-attr,type-var]
    answers = tuple(replace(item, title=text, rule=text, seen=text) for item in outcome.responses)
    line = QualityLine(text, Outcome.NOT_USED, 3, text, text, (text, text))
    return replace(
        outcome,
        record=record,
        sedation=Series.of(sedation, at=lambda score: score.at),
        adverse_events=events,
        opioids=change,
        responses=answers,
        also_changed=(f"{text} started 2026-03-07 08:00-05:00.",),
        other_pain=(text,),
        quality=QualitySummary((line,)),
        flags=(text,),
    )


@pytest.fixture(scope="session")
def every_kind() -> dict[str, CourseOutcome]:
    """The ordinary outcome, a crowded one, a sparse one, and one full of hostile text."""
    return {"ordinary": build(), "crowded": crowded(), "sparse": sparse(), "hostile": hostile(HOSTILE[1])}


class Drawn:
    """An SVG read back: its elements by class, and the box of every label as the real typeface draws it."""

    def __init__(self, svg: str) -> None:
        from xml.etree import ElementTree

        self.source = svg
        self.root = ElementTree.fromstring(svg)
        self.width, self.height = (float(part) for part in self.root.attrib["viewBox"].split()[2:])

    def all(self, tag: str, name: str = "") -> list[dict[str, str]]:
        """Attributes of every element of that tag (and class)."""
        found = self.root.iter(f"{{http://www.w3.org/2000/svg}}{tag}")
        return [item.attrib for item in found if not name or name in item.attrib.get("class", "").split()]

    def labels(self) -> list[tuple[float, float, float, float, str]]:
        """Left, top, right, bottom and words of each label; 9 above its baseline to 3 below."""
        from adjuvant.reports.typeface import typeface

        found = []
        for item in self.root.iter("{http://www.w3.org/2000/svg}text"):
            width, words = 0.0, ""
            for part in item.iter():
                weight = 600 if "b" in part.attrib.get("class", "").split() else 400
                width += typeface("Plex Cond", weight).width(part.text or "", 12)
                words += part.text or ""
            x, y = float(item.attrib["x"]), float(item.attrib["y"])
            names = item.attrib.get("class", "").split()
            left = x - width if "r" in names else x - width / 2 if "m" in names else x
            found.append((left, y - 9, left + width, y + 3, words))
        return found

    def words(self) -> str:
        """All that is written on it."""
        return " ".join(label[4] for label in self.labels()).replace("\u00a0", " ")


def places_of(attributes: dict[str, str]) -> tuple[float, float, float, float]:
    """Ends of a line."""
    x1, y1, x2, y2 = (float(attributes[name]) for name in ("x1", "y1", "x2", "y2"))
    return x1, y1, x2, y2


@pytest.fixture(scope="session")
def draw() -> Callable[..., Drawn]:
    """An outcome and a layout in, the drawn figure out."""
    from adjuvant.reports.figure import SCREEN, timeline_of, timeline_svg

    def drawn(outcome: CourseOutcome, layout: object = SCREEN) -> Drawn:
        return Drawn(timeline_svg(timeline_of(outcome), layout))  # type: ignore[arg-type]

    return drawn


class Page:
    """An HTML file read back: tags with attributes, and the words a person sees, without styles and figures."""

    def __init__(self, source: str) -> None:
        from html.parser import HTMLParser

        page = self
        self.source = source
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.badly_nested: list[str] = []
        self.pieces: list[tuple[tuple[str, ...], str]] = []
        void = {"meta", "br", "link", "img", "input", "hr"}

        class Reader(HTMLParser):
            def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
                page.tags.append((tag, dict(attrs)))
                if tag not in void:
                    page.open.append(tag)

            def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
                page.tags.append((tag, dict(attrs)))

            def handle_endtag(self, tag: str) -> None:
                if not page.open or page.open[-1] != tag:
                    page.badly_nested.append(tag)
                else:
                    page.open.pop()

            def handle_data(self, data: str) -> None:
                page.pieces.append((tuple(page.open), data))

        Reader(convert_charrefs=True).feed(source)

    def words(self, *, figures: bool = False) -> str:
        """Everything written on the page."""
        hidden = {"style", "title"} | (set() if figures else {"svg"})
        shown = [text for path, text in self.pieces if not hidden & set(path)]
        return " ".join(" ".join(shown).replace("\u00a0", " ").split())

    def ids(self) -> list[str]:
        """Every id, in order."""
        return [attributes["id"] or "" for _, attributes in self.tags if "id" in attributes]


def read_pdf(data: bytes, pdftotext: object, folder: object) -> list[str]:
    """The words of each page of a PDF, read by another program."""
    import subprocess
    from pathlib import Path

    file = Path(str(folder)) / "report.pdf"
    file.write_bytes(data)
    done = subprocess.run(
        [str(pdftotext), "-layout", str(file), "-"], capture_output=True, check=True, timeout=60
    )
    pages = done.stdout.decode("utf-8").replace("\u00a0", " ").replace("\u200b", "").split("\f")[:-1]
    return [" ".join(page.split()) for page in pages]


@pytest.fixture
def page() -> type[Page]:
    """Reads HTML back."""
    return Page


@pytest.fixture(scope="session")
def pages(every_kind: dict[str, CourseOutcome]) -> dict[str, Page]:
    """The HTML report of each kind of outcome, made and read once."""
    from adjuvant.reports import html_report

    return {name: Page(html_report(outcome)) for name, outcome in every_kind.items()}
