"""Hazards of protocols that run: a slip in a dose, the wrong drug, an old weight, a changed rule, a course without an end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.library.folder import FOLDER
from adjuvant.protocol import Sited, Situation, Status, evaluate, lacking, load, protocol_keys, read_listed
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.facts import fact_lines
from adjuvant.protocol.gate import check_dose, guardrail_breaches
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.limits import guardrails
from adjuvant.protocol.regimen import Ceiling, Regimen
from adjuvant.protocol.situation import Answer, WeightReading
from adjuvant.protocol.titration import levels
from adjuvant.protocol.values import per_weight
from adjuvant.quantity import Quantity, parse_quantity, show_exact
from bedside import BEGINS, Chart, closed

SEVENTY = DosingWeight(parse_quantity("70 kg"), "actual", BEGINS, "70 kg")
# Whatever has doses and can be completed; the rest is never run.
RUNNABLE = [
    key for key in protocol_keys() if load(key).protocol.kind == "protocol" and load(key).protocol.regimens
]


def regimens() -> Iterator[tuple[str, str, Regimen]]:
    for key in RUNNABLE:
        for name, one in closed(key).protocol.regimens.items():
            yield key, name, one


# --- H-003: a slip in a dose ------------------------------------------------------------------------------


def slips(dose: Quantity) -> dict[str, Quantity]:
    """What a hand makes of a dose: ten times, a tenth, a digit twice, two digits exchanged."""
    digits = show_exact(dose.value)
    found = {"ten times": dose * 10, "a tenth": dose * Fraction(1, 10)}
    first = next(at for at, sign in enumerate(digits) if sign in "123456789")
    found["a digit twice"] = Quantity(Fraction(digits[: first + 1] + digits[first:]), dose.unit)
    for at in range(first, len(digits) - 1):
        pair = digits[at : at + 2]
        if pair.isdigit() and pair[0] != pair[1]:
            turned = Fraction(digits[:at] + pair[::-1] + digits[at + 2 :])
            if turned > 0:
                found["two digits exchanged"] = Quantity(turned, dose.unit)
            break
    return found


@cache
def caught() -> dict[tuple[str, str, str, str], bool]:
    """For every dose that a protocol permits, and every slip of it: whether the gate refuses the slip."""
    found = {}
    for key, name, regimen in regimens():
        known, protocol = levels(regimen), closed(key).protocol
        for n, dose in enumerate(known):
            situation = _where_it_is_permitted(regimen, known, n)
            assert "step" not in _refusals(dose, protocol, regimen, situation), f"{key}.{name}: {dose}"
            for slip, wrong in slips(dose).items():
                refused = _refusals(wrong, protocol, regimen, situation)
                found[f"{key}.{name}", str(dose), slip, str(wrong)] = bool(refused)
    return found


def _where_it_is_permitted(regimen: Regimen, known: tuple[Quantity, ...], n: int) -> Situation:
    """Nothing given yet, for a first dose; the level below it given, for every other."""
    chosen = regimen.test_dose.chooses if regimen.start is None and regimen.test_dose is not None else ()
    tested = [one.tested for one in chosen if one.then.value is not None and one.then.value.same_as(known[n])]
    if tested:
        worked = Answer(f"test_dose:{tested[0]}", True, BEGINS, "Dr Invented")
        return Situation.at(BEGINS, replace(Chart().facts, answers=(worked,)))
    events = () if n == 0 else (_running(regimen, known[n - 1]),)
    return Situation.at(BEGINS, replace(Chart().facts, ketamine=events))


def _running(regimen: Regimen, dose: Quantity) -> ChartEvent:
    what = Happened.START if regimen.rated else Happened.GIVEN
    return ChartEvent(BEGINS - timedelta(days=2), what, dose)


def _refusals(dose: Quantity, protocol, regimen: Regimen, situation: Situation) -> list[str]:
    breaches = check_dose(dose, protocol, regimen, situation, SEVENTY, guardrails())
    return [one.key for one in breaches if one.refuses]


@pytest.mark.hazard("H-003")
def test_ten_times_any_permitted_dose_of_any_protocol_is_refused() -> None:
    tenfold = {place: held for place, held in caught().items() if place[2] == "ten times"}
    assert len(tenfold) > 100
    assert [place for place, held in tenfold.items() if not held] == []


@pytest.mark.hazard("H-003")
def test_of_all_slips_of_all_permitted_doses_99_in_100_are_refused() -> None:
    missed = [place for place, held in caught().items() if not held]
    assert len(missed) <= len(caught()) / 100, missed


@pytest.mark.hazard("H-003")
@pytest.mark.parametrize("slip", ["0.5 mg/kg/h", "0.005 mg/kg/h", "0.55 mg/kg/h", "0.15 mg/kg/h"])
def test_a_dose_that_was_charted_wrongly_is_never_built_upon(slip: str) -> None:
    """0.05 mg/kg/h was meant. Whatever is advised, it is not more than what the next step would have been."""
    chart = Chart().answering(closed("civik").protocol).seen(-1, medd_intravenous=150, pain=8).calm(-1)
    guidance = chart.ketamine(0, "start", slip).calm(8).seen(8, pain=9).ask(closed("civik"), 8)
    advised = [one.dose for one in guidance.recommendations if one.dose is not None]
    if slip in (
        "0.5 mg/kg/h",
        "0.15 mg/kg/h",
    ):  # levels of the protocol, which no rule can tell from the truth
        assert all(dose <= parse_quantity(slip) + parse_quantity("0.05 mg/kg/h") for dose in advised)
    else:
        assert guidance.status is Status.WITHHELD and advised == []


# --- H-005: per kilogram and absolute ---------------------------------------------------------------------


@pytest.mark.hazard("H-005")
def test_no_regimen_mixes_doses_per_kilogram_with_absolute_ones() -> None:
    text = (FOLDER / "protocols" / "civik" / "protocol.yaml").read_text(encoding="utf-8")
    assert "step: 0.05 mg/kg/h" in text
    for key, name, regimen in regimens():
        assert len({per_weight(dose.ends[0]) for _, dose in regimen.doses()}) <= 1, f"{key}.{name}"


@pytest.mark.hazard("H-005")
def test_advice_says_the_dose_per_kilogram_and_the_milligrams_of_this_patient() -> None:
    for weight, milligrams in (("50 kg", "2.5 mg/h"), ("100 kg", "5 mg/h")):
        chart = Chart().answering(closed("civik").protocol).seen(-1, medd_intravenous=150, pain=8).calm(-1)
        chart = chart.but(weights=(WeightReading(BEGINS - timedelta(hours=1), parse_quantity(weight)),))
        (advice,) = chart.ask(closed("civik"), 0).recommendations
        assert str(advice.dose) == "0.05 mg/kg/h"
        assert advice.amount is not None and advice.amount.same_as(parse_quantity(milligrams))


# --- H-015: the other drug --------------------------------------------------------------------------------


@pytest.mark.hazard("H-015")
def test_a_protocol_is_of_one_of_two_drugs_and_says_which(tmp_path: Path) -> None:
    text = (FOLDER / "protocols" / "civik" / "protocol.yaml").read_text(encoding="utf-8")
    path = tmp_path / "civik" / "protocol.yaml"
    path.parent.mkdir()
    for other in ("", "drug: s-ketamine", "drug: ketamine or esketamine"):
        path.write_text(text.replace("drug: ketamine", other, 1), encoding="utf-8")
        with pytest.raises(LibraryError):
            read_listed(path)


@pytest.mark.hazard("H-015")
def test_a_limit_of_one_drug_is_never_taken_for_the_other() -> None:
    civik = closed("civik").protocol
    tiny = {
        "tiny": guardrails()["asra_acute_rate"].model_copy(
            update={"limit": guardrails()["asra_acute_rate"].limit.model_copy(update={"value": parse_quantity("1 ug/kg/h")})}
        )
    }  # fmt: skip
    dose, regimen = parse_quantity("0.05 mg/kg/h"), civik.regimens["infusion"]

    def refused(drug: str) -> bool:
        other = civik.model_copy(update={"drug": drug})
        return any(
            one.refuses for one in guardrail_breaches(dose, other, regimen, None, SEVENTY, tiny, ["tiny"])
        )

    assert refused("ketamine") and not refused("esketamine")


# --- H-018: a limit that is written down and holds nothing ------------------------------------------------


def lowered(rail: Guardrail, factor: Fraction) -> Guardrail:
    assert rail.limit is not None and rail.limit.value is not None
    low = rail.limit.model_copy(update={"value": rail.limit.value * factor})
    return rail.model_copy(update={"limit": low})


@pytest.mark.hazard("H-018")
def test_every_binding_limit_that_is_lowered_withholds_the_dose_that_it_covers() -> None:
    chart = Chart().answering(closed("civik").protocol).seen(-1, medd_intravenous=150, pain=8).calm(-1)
    situation = Situation.at(BEGINS, chart.facts)
    assert evaluate(closed("civik"), situation).status is Status.START
    covering = [
        one for one in guardrails().values()
        if one.kind == "maximum" and one.of in ("rate", "day", "hour") and one.gives in ("infusion", "any")
        and one.drug == "ketamine" and (not one.routes or "intravenous" in one.routes)
    ]  # fmt: skip
    assert covering
    for rail in covering:
        binding = lowered(rail, Fraction(1, 10**6)).model_copy(update={"binds": True, "severity": "absolute"})
        guidance = evaluate(closed("civik"), situation, guardrails={"it": binding})
        assert guidance.status is Status.WITHHELD, rail.title
        assert [one.dose for one in guidance.recommendations] == []


@pytest.mark.hazard("H-018")
def test_a_protocols_own_ceiling_that_is_lowered_caps_its_first_dose_or_withholds_it_where_no_figure_is_under_it() -> (
    None
):
    site = closed("civik")
    regimen = site.protocol.regimens["infusion"]
    low = regimen.ceilings[0].limit.model_copy(update={"value": parse_quantity("0.04 mg/kg/h")})  # type: ignore[union-attr]

    def under(ceiling: Ceiling) -> Sited:
        changed = regimen.model_copy(update={"ceilings": (ceiling,)})
        changed.__dict__.pop("levels", None)
        return replace(site, protocol=site.protocol.model_copy(update={"regimens": {"infusion": changed}}))

    ceiling = regimen.ceilings[0].model_copy(update={"limit": low})
    chart = Chart().answering(site.protocol).seen(-1, medd_intravenous=150, pain=8).calm(-1)
    assert chart.ask(site, 0).status is Status.START
    (dose,) = [one for one in chart.ask(under(ceiling), 0).recommendations if one.dose is not None]
    assert str(dose.dose) == "0.04 mg/kg/h" and dose.uncapped is not None
    assert str(dose.uncapped.dose) == "0.05 mg/kg/h"
    strict = chart.ask(under(ceiling.model_copy(update={"strict": True})), 0)
    assert strict.status is Status.WITHHELD


@pytest.mark.hazard("H-010", "H-018")
def test_a_limit_without_a_figure_refuses() -> None:
    rail = guardrails()["asra_acute_rate"]
    empty = rail.model_copy(update={"limit": None})
    civik = closed("civik").protocol
    (breach,) = guardrail_breaches(
        parse_quantity("0.05 mg/kg/h"),
        civik,
        civik.regimens["infusion"],
        None,
        SEVENTY,
        {"it": empty},
        ["it"],
    )
    assert breach.refuses and "nothing can be compared" in breach.words


# --- H-019: the weight ------------------------------------------------------------------------------------


@pytest.mark.hazard("H-019")
def test_a_weight_of_seven_days_starts_and_one_second_more_does_not() -> None:
    """The site of these tests lets a weight be 7 days old."""
    chart = Chart().answering(closed("civik").protocol).seen(-1, medd_intravenous=150, pain=8).calm(-1)

    def status(age: timedelta) -> Status:
        weight = WeightReading(BEGINS - age, parse_quantity("70 kg"))
        return chart.but(weights=(weight,)).ask(closed("civik"), 0).status

    assert status(timedelta(days=7)) is Status.START
    assert status(timedelta(days=7, seconds=1)) is Status.WITHHELD


@pytest.mark.hazard("H-019")
def test_a_new_weight_changes_no_dose_that_runs_and_only_what_is_advised() -> None:
    chart = Chart().answering(closed("civik").protocol).seen(-1, medd_intravenous=150, pain=8).calm(-1)
    running = chart.ketamine(0, "start", "0.05 mg/kg/h")
    heavier = running.but(
        weights=(*running.facts.weights, WeightReading(BEGINS + timedelta(hours=4), parse_quantity("80 kg")))
    )
    at = BEGINS + timedelta(hours=5)
    assert Situation.at(at, heavier.facts).state == Situation.at(at, running.facts).state


# --- H-035: the opioids -----------------------------------------------------------------------------------


@pytest.mark.hazard("H-035")
@pytest.mark.parametrize("key", RUNNABLE)
def test_what_is_done_with_the_opioids_or_that_nothing_is_said_stands_with_every_protocol(key: str) -> None:
    lines = dict(fact_lines(load(key).protocol))
    absent = " ".join(lines.get("Not given by the source", ()))
    assert lines.get("Opioids") or "opioid" in absent


# --- H-042: a rule that was changed -----------------------------------------------------------------------


@pytest.mark.hazard("H-042")
def test_every_answer_names_the_version_and_the_digest_of_the_file_that_gave_it() -> None:
    for key in ("civik", "patel_ldk"):
        listed = load(key)
        assert listed.digest == sha256(listed.path.read_bytes()).hexdigest()
        site = closed(key)
        guidance = Chart().ask(site, 0)
        assert (guidance.protocol, guidance.version, guidance.digest) == (
            key,
            listed.protocol.version,
            site.digest,
        )


@pytest.mark.hazard("H-042")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("every: 8 h", "every: 6 h"),
        ("limit: 0.5 mg/kg/h", "limit: 0.55 mg/kg/h"),
        ("from: 18 a", "from: 17 a"),
    ],
)
def test_one_changed_word_of_a_protocol_changes_its_digest(tmp_path: Path, old: str, new: str) -> None:
    text = (FOLDER / "protocols" / "civik" / "protocol.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "civik" / "protocol.yaml"
    path.parent.mkdir()
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    changed = sha256(path.read_bytes()).hexdigest()
    # Read from the file, and then from what is kept of it.
    assert read_listed(path).digest == read_listed(path).digest == changed
    own = load("civik")
    assert own.digest == sha256(own.path.read_bytes()).hexdigest() != changed


# --- H-045: a course that does not end --------------------------------------------------------------------


@pytest.mark.hazard("H-045")
@pytest.mark.parametrize("key", RUNNABLE)
def test_no_regimen_runs_without_an_end(key: str) -> None:
    protocol = closed(key).protocol
    for name, regimen in protocol.regimens.items():
        endless = protocol.model_copy(
            update={"regimens": {name: regimen.model_copy(update={"course": None})}}
        )
        assert any(need.field == f"regimens.{name}.course" for need in lacking(endless))
        course = regimen.course
        assert course is not None
        assert any(
            one is not None for one in (course.infusions, course.fixed, course.keep_effective, course.at_most)
        )


@pytest.mark.hazard("H-045")
@pytest.mark.parametrize("hour", [120, 120.01, 121, 500])
def test_nothing_is_raised_or_given_once_the_course_is_over(hour: float) -> None:
    chart = Chart().answering(closed("civik").protocol).seen(-1, medd_intravenous=150, pain=8).calm(-1)
    running = chart.ketamine(0, "start", "0.05 mg/kg/h").calm(hour).seen(hour, pain=9)
    weight = WeightReading(BEGINS + timedelta(hours=hour), parse_quantity("70 kg"))
    guidance = running.but(weights=(weight,)).ask(closed("civik"), hour)
    assert guidance.status is Status.COMPLETE
    assert [one.dose for one in guidance.recommendations if one.dose is not None] == []


# --- H-050: limits of another use -------------------------------------------------------------------------

HUGE = """\
protocol: huge
version: "1"
title: A dose of induction
kind: protocol
drug: ketamine
citation: hardy2012
provenance: assumed
summary: An adversary's file.
read: Nothing.
weight: {kind: actual}
criteria: [{key: adult, kind: include, text: Adults., when: {measure: age, from: 18 a}}]
regimens:
  push:
    title: Push
    route: intravenous
    mode: slow_bolus
    start: 4 mg/kg
    duration: 1 min
    course: {infusions: 1}
    ceilings: [{key: own, of: single_dose, limit: 400 mg/kg}]
evidence: {label: none, statement: None.}
rules:
  - {key: breathing, kind: stop, text: Slow., when: {measure: respiratory_rate, below: 8 /min}}
  - {key: pressure, kind: stop, text: High., when: {measure: systolic, above: "180 mm[Hg]"}}
  - {key: sedation, kind: pause, text: Deep., when: {measure: sedation_poss, from: 3}}
  - {key: hallucinations, kind: stop, text: Seen., when: {event: hallucination}}
monitoring:
  - items: [pain, respiratory_rate, systolic, sedation_poss, hallucination]
    phases: [{every: 4 h}]
"""


@pytest.mark.hazard("H-050")
def test_a_protocol_with_huge_limits_of_its_own_is_stopped_by_a_limit_that_stands_apart(
    tmp_path: Path,
) -> None:
    from adjuvant.protocol import sited

    path = tmp_path / "huge" / "protocol.yaml"
    path.parent.mkdir()
    path.write_text(
        HUGE.replace("weight: {kind: actual}", "weight: {kind: actual, no_older_than: 7 d}"), encoding="utf-8"
    )
    huge = sited(read_listed(path))
    guidance = Chart().seen(-1, pain=8).calm(-1).ask(huge, 0)
    assert guidance.status is Status.WITHHELD
    assert any("Fastest push of the United States label" in one.words for one in guidance.issues)
    # The same file with a dose that the label's rate allows does start, so that it is the limit that stopped it.
    path.write_text(
        path.read_text(encoding="utf-8").replace("start: 4 mg/kg", "start: 0.2 mg/kg"), encoding="utf-8"
    )
    assert Chart().seen(-1, pain=8).calm(-1).ask(sited(read_listed(path)), 0).status is Status.START


@pytest.mark.hazard("H-050")
def test_limits_of_anaesthesia_emergency_or_surgery_are_never_counted_as_permission() -> None:
    """A limit of another field binds nowhere by itself, so that a dose under it is not thereby allowed."""
    for key, one in guardrails().items():
        if any(word in one.settings for word in ("emergency", "surgery", "intensive", "anaesthesia")):
            assert not one.binds, key


# --- H-039: pain alone is no round of observations --------------------------------------------------------


@pytest.mark.hazard("H-039")
@pytest.mark.parametrize("left_out", ["respiratory_rate", "systolic", "sedation_poss", "hallucination"])
def test_pain_alone_raises_nothing_until_breathing_pressure_sedation_and_effects_are_charted(
    left_out: str,
) -> None:
    protocol = closed("civik")
    before = Chart().answering(protocol.protocol).seen(-1, medd_intravenous=150, pain=8).calm(-1)
    runs = before.ketamine(0, "start", "0.05 mg/kg/h")
    whole = runs.calm(8).seen(8, pain=9)
    assert whole.ask(protocol, 8).status is Status.RAISE
    if left_out == "hallucination":
        lacks = whole.but(effects=tuple(one for one in whole.facts.effects if one.at <= BEGINS))
    else:
        lacks = whole.but(
            observed=tuple(one for one in whole.facts.observed if one.measure != left_out or one.at <= BEGINS)
        )
    guidance = lacks.ask(protocol, 8)
    assert guidance.status is Status.WITHHELD and guidance.missing


HUGE_RATE = """\
regimens:
  infusion:
    title: Infusion
    route: intravenous
    mode: continuous_infusion
    start: 40 mg/kg/h
    course: {at_most: 5 d}
    ceilings: [{key: own, of: rate, limit: 400 mg/kg/h}]
"""
SITE_OF_HUGE = """\
site: Test hospital (invented)
example: true
approver: nobody
approved: 2026-01-01
protocol: huge
version: "1"
weight_no_older_than: 7 d
"""
GREATEST = 'limits: [{key: rate, title: Our greatest rate, gives: infusion, of: rate, limit: 0.5 mg/kg/h, reference: "G 7"}]\n'


def huge_infusion(folder: Path, limits: str, start: str = "40 mg/kg/h"):
    """An adversary's infusion, at a site with limits of its own."""
    from adjuvant.protocol import sited

    path = folder / "huge" / "protocol.yaml"
    path.parent.mkdir(exist_ok=True)
    head, tail = HUGE.split("regimens:\n")
    rest = tail[tail.index("evidence:") :]
    path.write_text(head + HUGE_RATE.replace("start: 40 mg/kg/h", f"start: {start}") + rest, encoding="utf-8")
    (path.parent / "site.yaml").write_text(SITE_OF_HUGE + limits, encoding="utf-8")
    return sited(read_listed(path), path.parent / "site.yaml")


@pytest.mark.hazard("H-050")
def test_a_site_s_own_greatest_rate_stops_an_infusion_whatever_its_file_says(tmp_path: Path) -> None:
    chart = Chart().seen(-1, pain=8).calm(-1)
    stopped = chart.ask(huge_infusion(tmp_path, GREATEST), 0)
    assert stopped.status is Status.WITHHELD
    (issue,) = [one for one in stopped.issues if "Our greatest rate" in one.words]
    assert (issue.kind, issue.because[0].rule, issue.because[0].citation) == (
        "guardrail",
        "site.rate",
        "site",
    )
    # At the limit it is kept, and without the limit nothing else holds it: the limit is what stopped it.
    assert chart.ask(huge_infusion(tmp_path, GREATEST, "0.5 mg/kg/h"), 0).status is Status.START
    assert chart.ask(huge_infusion(tmp_path, GREATEST, "0.501 mg/kg/h"), 0).status is Status.WITHHELD
    assert chart.ask(huge_infusion(tmp_path, ""), 0).status is Status.START


@pytest.mark.hazard("H-050")
@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (GREATEST.replace("0.5 mg/kg/h", "0.5 mg/kg"), "does not limit a rate"),
        (
            GREATEST.replace("gives: infusion, ", "gives: infusion, routes: [intraveinous], "),
            "no.*route|not the library's word",
        ),
        (GREATEST.replace("0.5 mg/kg/h", "0.5"), "unit"),
        (GREATEST.replace(', reference: "G 7"', ""), "reference"),
        (
            GREATEST.replace(
                "}]", '}, {key: rate, title: T, gives: any, of: rate, limit: 1 mg/h, reference: "G"}]'
            ),
            "twice",
        ),
    ],
)
def test_a_limit_of_a_site_that_limits_nothing_is_refused(tmp_path: Path, limits: str, words: str) -> None:
    with pytest.raises(LibraryError, match=words):
        huge_infusion(tmp_path, limits)


@pytest.mark.hazard("H-050")
def test_no_source_gives_a_greatest_rate_of_infusion_that_binds_by_itself() -> None:
    """What SAFETY.md says is missing; once a source of palliative care gives one, this fails and that row changes."""
    rates = [
        one
        for one in guardrails().values()
        if one.kind == "maximum" and one.of == "rate" and one.gives != "bolus"
    ]
    assert rates and not any(one.binds and one.severity == "absolute" for one in rates)


# --- H-052: two sources of ketamine -----------------------------------------------------------------------


@pytest.mark.hazard("H-052")
def test_a_second_start_while_ketamine_runs_withholds_all_advice_and_names_both() -> None:
    chart = Chart().answering(closed("civik").protocol).seen(-1, medd_intravenous=150, pain=8).calm(-1)
    twice = chart.ketamine(0, "start", "0.05 mg/kg/h").ketamine(2, "start", "0.05 mg/kg/h")
    guidance = twice.calm(8).seen(8, pain=9).ask(closed("civik"), 8)
    assert guidance.status is Status.WITHHELD and guidance.recommendations == ()
    assert any("ketamine is running already" in one.words for one in guidance.issues)
