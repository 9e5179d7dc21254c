"""A bedside chart for tests of protocols: invented readings around a beginning, and a site that closes every gap."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from adjuvant.protocol import Facts, Guidance, Protocol, Sited, Situation, evaluate, lacking, load, sited
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.predicate import Attested, Present, Taken, walk
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.situation import Answer, Effect, Observed, WeightReading
from adjuvant.quantity import Quantity, parse_quantity

BEGINS = datetime(2026, 3, 2, 8, tzinfo=UTC)
CALM = {
    "respiratory_rate": 16,
    "systolic": 130,
    "diastolic": 75,
    "heart_rate": 80,
    "spo2": 96,
    "sedation_poss": 1,
}
EFFECTS = ("hallucination", "dissociation")

SITE = """\
site: Test hospital (invented)
example: true
approver: nobody
approved: 2026-01-01
protocol: {key}
version: {version!r}
{chosen}
{rules}
monitoring:
  - items: [pain, respiratory_rate, systolic, diastolic, heart_rate, spo2, sedation_poss, hallucination, dissociation]
    phases: [{{every: 4 h}}]
weight_no_older_than: 7 d
criteria:
  - {{key: grown_up, kind: include, text: Aged 18 or older., when: {{measure: age, from: 18 a}}}}
"""
RULES = """\
rules:
  - {key: breathing, kind: stop, text: Fewer than 8 breaths a minute., when: {measure: respiratory_rate, below: 8 /min}}
  - {key: pressure, kind: stop, text: A systolic pressure above 180., when: {measure: systolic, above: "180 mm[Hg]"}}
  - {key: sedation, kind: pause, text: POSS of 3 or more., when: {measure: sedation_poss, from: 3}, resume_after: 1 h}
  - {key: hallucinations, kind: reduce, text: Hallucinations., when: {event: hallucination}}
"""


@cache
def at_a_site(
    key: str,
    chosen: str = "chosen: [{field: weight.kind, value: actual, reference: test}]",
    *,
    own_rules: bool = False,
) -> Sited:
    """A protocol of the library with a site's values, written for tests and no recommendation.

    With `own_rules`, `chosen` holds the rules too, in place of those that all tests share.
    """
    listed = load(key)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "site.yaml"
        path.write_text(
            SITE.format(
                key=key, version=listed.protocol.version, chosen=chosen, rules="" if own_rules else RULES
            ),
            encoding="utf-8",
        )
        return sited(listed, path)


@cache
def closed(key: str) -> Sited:
    """A protocol of the library with every gap closed by values made up for tests."""
    chosen: list[tuple[str, str]] = []
    while True:
        lines = [f"  - {{field: {field}, value: {value}, reference: test}}" for field, value in chosen]
        text = "\n".join(["chosen:", *lines]) if lines else "# nothing to choose"
        found = at_a_site(key, text)
        open_fields = [need.field for need in lacking(found.protocol) if need.field not in dict(chosen)]
        if not open_fields:
            return found
        chosen += [(field, _made_up(found.protocol, field)) for field in open_fields]


def _made_up(protocol: Protocol, field: str) -> str:
    """A value that closes one gap: the lower end of a span, or something of the right kind."""
    if field.endswith("weight.kind"):
        return "actual"
    _, name, rest = field.split(".", 2)
    regimen = protocol.regimens[name]
    last = rest.rsplit(".", 1)[-1]
    if last == "value":
        here: object = regimen
        for step in rest.split(".")[:-1]:
            here = getattr(here, step)
        return str(here.low)  # type: ignore[attr-defined]
    if last == "chosen":
        return (
            regimen.ceilings[[one.key for one in regimen.ceilings].index(rest.split(".")[1])].readings[0].key
        )
    start = _some_dose(protocol, regimen)
    limit = f"[{{key: made_up, of: {'rate' if regimen.rated else 'single_dose'}, limit: {start * 5}}}]"
    return {
        "mode": "injection", "ratio": "1", "start": str(start), "step": str(start), "duration": "40 min", "over": "10 min", "every": "24 h",
        "raise_when": "{measure: pain, above: goal}", "course": "{at_most: 60 d}", "at_most": "60 d", "spacing": "24 h",
        "times_per_day": "3", "evaluate_after": "1 h", "ceilings": limit,
    }[last]  # fmt: skip


def _some_dose(protocol: Protocol, regimen: Regimen) -> Quantity:
    if regimen.start is not None:
        return regimen.start.ends[0]
    if regimen.test_dose is not None and regimen.test_dose.chooses:
        return regimen.test_dose.chooses[0].then.ends[0]
    per = "" if protocol.weight.kind == "not_used" else "/kg"
    return parse_quantity(f"0.1 mg{per}/h" if regimen.rated else f"0.5 mg{per}")


class Chart:
    """What was charted; every method answers a new chart."""

    def __init__(self, facts: Facts | None = None) -> None:
        self.facts = facts or Facts(
            "invented", "UTC", age_years=Fraction(61), goal=Fraction(3), synthetic=True,
            weights=(WeightReading(BEGINS - timedelta(hours=1), parse_quantity("70 kg")),),
            taken_known_since=BEGINS - timedelta(days=400),
        )  # fmt: skip

    def but(self, **changes: object) -> Chart:
        """The same chart with other facts."""
        return Chart(replace(self.facts, **changes))  # type: ignore[arg-type]

    def seen(self, hour: float, **values: int) -> Chart:
        """Readings at so many hours from the beginning."""
        at = BEGINS + timedelta(hours=hour)
        more = tuple(Observed(name, at, Fraction(value)) for name, value in values.items())
        return self.but(observed=(*self.facts.observed, *more))

    def calm(self, hour: float, **other: int) -> Chart:
        """Vital signs that no rule minds, and no unwanted effect."""
        at = BEGINS + timedelta(hours=hour)
        effects = tuple(Effect(kind, at, present=False) for kind in EFFECTS)
        return self.but(effects=(*self.facts.effects, *effects)).seen(hour, **(CALM | other))

    def felt(self, hour: float, kind: str) -> Chart:
        """An unwanted effect that lasts."""
        return self.but(effects=(*self.facts.effects, Effect(kind, BEGINS + timedelta(hours=hour))))

    def rescued(self, *hours: float) -> Chart:
        """Rescue doses of opioid."""
        more = tuple(Observed("rescue_doses", BEGINS + timedelta(hours=hour), Fraction(1)) for hour in hours)
        return self.but(observed=(*self.facts.observed, *more))

    def answered(self, **answers: bool) -> Chart:
        """A clinician's answers, before the beginning."""
        at = BEGINS - timedelta(hours=1)
        more = tuple(Answer(key.replace("__", ":"), yes, at, "Dr Invented") for key, yes in answers.items())
        return self.but(answers=(*self.facts.answers, *more))

    def ketamine(self, hour: float, what: str, dose: str | None = None) -> Chart:
        """An event of ketamine."""
        event = ChartEvent(
            BEGINS + timedelta(hours=hour), Happened(what), parse_quantity(dose) if dose else None
        )
        return self.but(ketamine=(*self.facts.ketamine, event))

    def ended_by(self, route: str, rate: str) -> Chart:
        """An infusion that ran for two days by one route and ended an hour before the beginning."""
        ended = BEGINS - timedelta(hours=1)
        said = Answer(f"ended:{route}", True, ended, "Dr Invented")
        found = self.but(answers=(*self.facts.answers, said))
        return found.ketamine(-49, "start", rate).ketamine(-1, "stop")

    def answering(self, protocol: Protocol) -> Chart:
        """The same chart once every question of the protocol is answered in favour of ketamine."""
        found = self
        for one in protocol.criteria:
            for part in walk(one.when):
                if isinstance(part, Attested):
                    found = found.answered(**{part.attested: one.kind == "include"})
                elif isinstance(part, Present):
                    found = found.answered(**{f"condition__{part.condition}": one.kind == "include"})
                elif isinstance(part, Taken) and part.taken != "ketamine":
                    found = found.answered(**{f"taken__{part.taken}": one.kind == "include"})
        return found

    def ask(self, protocol: Sited, hour: float, regimen: str | None = None) -> Guidance:
        """What the protocol advises at so many hours."""
        return evaluate(protocol, Situation.at(BEGINS + timedelta(hours=hour), self.facts), regimen)
