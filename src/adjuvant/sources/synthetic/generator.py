"""The generator: a seed in, synthetic patients out, the same ones on every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from adjuvant.codes import Icd10
from adjuvant.errors import UsageError
from adjuvant.record import (
    Condition,
    Consent,
    ConsentStatus,
    Encounter,
    Outcome,
    Patient,
    PatientRecord,
    QualitySummary,
)
from adjuvant.sources.base import Import, QualityCounter
from adjuvant.sources.synthetic.bedside import chart_bedside
from adjuvant.sources.synthetic.chart import Chart
from adjuvant.sources.synthetic.ketamine import chart_ketamine
from adjuvant.sources.synthetic.pain import chart_pain
from adjuvant.sources.synthetic.parameters import Parameters, parameters
from adjuvant.sources.synthetic.regimens import chart_regimen
from adjuvant.sources.synthetic.scenarios import Ketamine, Regimen, Scenario

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["generate", "synthesize"]

_PREFIX = "synthetic-"
_SEEDS = 2**63


def generate(
    n: int,
    seed: int | Generator,
    *,
    scenarios: Sequence[Scenario] | None = None,
    regimens: Sequence[Regimen] | None = None,
    ketamine: Sequence[Ketamine] | None = None,
) -> Import:
    """Synthetic patients; everything about them is invented and says so.

    Args:
        n: how many.
        seed: a number, or a generator of which one number is drawn. Equal seeds give equal patients, and the
            first patients are the same whatever `n` is.
        scenarios: taken in turn; all of them unless given.
        regimens, ketamine: taken in turn; drawn by chance unless given.
    Raises:
        UsageError: fewer than one patient, or a negative seed.
    """
    from numpy.random import default_rng

    if n < 1:
        raise UsageError(f"number of synthetic patients {n}", "is below 1", "ask for at least one")
    start = seed if isinstance(seed, int) else int(seed.integers(_SEEDS))
    if start < 0:
        raise UsageError(f"seed {start}", "is negative", "give a whole number from 0 on")
    turns = list(scenarios or Scenario)
    records = tuple(
        synthesize(
            f"{number:04d}",
            default_rng([start, number]),
            turns[(number - 1) % len(turns)],
            regimen=regimens[(number - 1) % len(regimens)] if regimens else None,
            ketamine=ketamine[(number - 1) % len(ketamine)] if ketamine else None,
        )
        for number in range(1, n + 1)
    )
    counter = QualityCounter()
    for record in records:
        counter.add(record.quality)
    return Import(records, counter.summary(), f"synthetic patients, seed {start}")


def synthesize(
    name: str,
    rng: Generator,
    scenario: Scenario,
    *,
    regimen: Regimen | None = None,
    ketamine: Ketamine | None = None,
) -> PatientRecord:
    """One synthetic patient.

    Args:
        name: what follows ``synthetic-`` in the id.
        rng: the patient's own random numbers; nothing else is random.
        regimen, ketamine: drawn by chance unless given.
    """
    settings = parameters()
    profile = settings.under("scenarios").under(scenario)
    chart, weight_kg = _admitted(name, rng, scenario, settings)
    chosen = regimen or chart.choose(tuple(Regimen))
    course = ketamine or chart.choose(tuple(Ketamine))
    chart.kept = profile.number("opioid_kept")
    stopping = settings.under("adverse_events").under("stopping") if profile.whole("stopped") else None
    chart_ketamine(chart, settings.under("ketamine").under(course), weight_kg, stopping)
    rounds = chart_pain(chart, settings, profile)
    chart_regimen(chart, settings, settings.under("regimens").under(chosen), rounds)
    chart_bedside(chart, settings, rounds, weight_kg)
    _stay(chart, settings)
    record = chart.record()
    return replace(record, quality=_counted(record))


def _admitted(name: str, rng: Generator, scenario: Scenario, settings: Parameters) -> tuple[Chart, int]:
    person, calendar = settings.under("person"), settings.under("calendar")
    weights = person.under("weight_kg")
    ages = person.under("age_years")
    words = scenario.replace("_", " ")
    note = f"Synthetic patient (scenario: {words}). A program invented every value; it is no evidence."
    drawn = round(rng.normal(weights.number("mean"), weights.number("sd")))
    weight = min(max(drawn, weights.whole("low")), weights.whole("high"))
    patient = Patient(
        id=f"{_PREFIX}{name}",
        zone=calendar.texts("zones")[int(rng.integers(len(calendar.texts("zones"))))],
        sex=person.texts("sexes")[int(rng.integers(len(person.texts("sexes"))))],
        age_years=int(rng.integers(ages.whole("low"), ages.whole("high") + 1)),
        synthetic=True,
        note=note,
        pain_goal=person.wholes("pain_goals")[int(rng.integers(len(person.wholes("pain_goals"))))],
    )
    first = date.fromisoformat(calendar.text("first_day"))
    first += timedelta(days=int(rng.integers(calendar.whole("spread_days"))))
    return Chart(patient, rng, first, calendar.whole("before_days"), calendar.whole("after_days")), weight


def _stay(chart: Chart, settings: Parameters) -> None:
    begin = chart.at(0, "00:00")
    id_, origin = chart.origin("encounters")
    chart.add("encounters", Encounter(id_, begin, origin, chart.end, "synthetic inpatient stay"))
    cancer = chart.choose(settings.under("person").each("cancers"))
    id_, origin = chart.origin("conditions")
    code = Icd10(cancer.text("code"))
    chart.add("conditions", Condition(id_, cancer.text("text"), origin, code, begin, "active", cancer=True))
    publication = chart.choose(settings.under("consents").texts("publication"))
    for scope, status in (("treatment", "given"), ("data use", "given"), ("publication", publication)):
        id_, origin = chart.origin("consents")
        given_by = "patient" if status != "not sought" else None
        chart.add("consents", Consent(id_, scope, ConsentStatus(status), origin, given_by, begin))


def _counted(record: PatientRecord) -> QualitySummary:
    """Every generated event counted as read and used, so that it is accounted for like any other."""
    counter = QualityCounter()
    unscored = [item for item in record.pain if item.not_assessable is not None]
    counter.read("synthetic", record.event_count)
    counter.used("synthetic", record.event_count - len(unscored))
    for item in unscored:
        counter.line(Outcome.NOT_ASSESSABLE, "synthetic", str(item.not_assessable), example=item.id)
    return counter.summary()
