"""Laws that every protocol of the library keeps, whatever is charted: gaps are closed with made-up values."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adjuvant.protocol import Guidance, Situation, Status, load, protocol_keys
from adjuvant.protocol.compare import reference_weight
from adjuvant.protocol.converting import converted
from adjuvant.protocol.gate import check_dose
from adjuvant.protocol.limits import guardrails
from adjuvant.protocol.regimen import limit_of
from adjuvant.protocol.situation import WeightReading
from adjuvant.protocol.titration import levels
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown
from bedside import BEGINS, CALM, EFFECTS, Chart, closed

RUN = [
    (key, name)
    for key in protocol_keys()
    if load(key).protocol.kind == "protocol"
    for name in load(key).protocol.regimens
]
FEW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HOURS = st.sampled_from([0, 1, 7, 8, 9, 24, 25, 47, 73, 119])
READINGS = st.fixed_dictionaries(
    {
        "pain": st.integers(0, 10),
        "respiratory_rate": st.integers(4, 30),
        "systolic": st.integers(80, 200),
        "sedation_poss": st.integers(1, 4),
        "spo2": st.integers(80, 100),
        "heart_rate": st.integers(40, 160),
    }
)


def charts(key: str, name: str, hour: int, readings: dict[str, int], started: bool, level: int) -> Chart:
    """A chart with readings an hour before, and ketamine at one of its levels if it was started."""
    protocol = closed(key).protocol
    found = Chart().answering(protocol).calm(-1).seen(-1, pain=8, pain_average=8, pain_worst=8, medd_oral=400)
    found = found.seen(-1, medd_intravenous=200, morphine_subcutaneous=100)
    regimen = protocol.regimens[name]
    if regimen.converted_from is not None:
        found = found.ended_by(regimen.converted_from.from_ or "", "10 mg/h")
    if started:
        known = doses_of(key, name, found)
        found = found.ketamine(0, "start" if regimen.rated else "given", str(known[level % len(known)]))
    return found.calm(hour - 0.25, **readings)


def doses_of(key: str, name: str, found: Chart) -> tuple[Quantity, ...]:
    """The doses of a regimen; of one that begins by conversion, those that follow from what was given."""
    regimen = closed(key).protocol.regimens[name]
    if regimen.converted_from is None:
        return levels(regimen)
    change = converted(regimen, Situation.at(BEGINS, found.facts), reference_weight(Quantity(70, "kg")))
    assert not isinstance(change, Unknown)
    return levels(change.regimen)


def amount(guidance: Guidance) -> Fraction:
    """The greatest dose that is advised, as milligrams or milligrams an hour; nothing where none is."""
    given_now = [one.amount for one in guidance.recommendations if one.amount is not None]
    return max((one.value for one in given_now), default=Fraction(0))


def followed(key: str, name: str, guidance: Guidance, found: Chart) -> Fraction:
    """What runs, or is given next, once the advice is followed; where none is given, what runs goes on running."""
    if guidance.status is not Status.WITHHELD or not found.facts.ketamine:
        return amount(guidance)
    event = found.facts.ketamine[-1]
    if event.dose is None:  # what ran by the old route is ended, and nothing is given by the new
        return amount(guidance)
    dose = event.dose.for_body(Quantity(70, "kg")) if "/kg" in event.dose.unit.code else event.dose
    return dose.in_("mg/h" if closed(key).protocol.regimens[name].rated else "mg")


@pytest.mark.parametrize(("key", "name"), RUN)
@FEW
@given(
    hour=HOURS, readings=READINGS, started=st.booleans(), level=st.integers(0, 9), worse=st.integers(1, 12)
)
def test_fewer_breaths_never_bring_a_higher_dose(
    key: str, name: str, hour: int, readings: dict[str, int], started: bool, level: int, worse: int
) -> None:
    before = charts(key, name, hour, readings, started, level)
    fewer = {**readings, "respiratory_rate": max(readings["respiratory_rate"] - worse, 0)}
    after = charts(key, name, hour, fewer, started, level)
    worse_off, better_off = (one.ask(closed(key), hour, name) for one in (after, before))
    assert followed(key, name, worse_off, after) <= followed(key, name, better_off, before)


@pytest.mark.parametrize(("key", "name"), RUN)
@FEW
@given(
    hour=HOURS,
    readings=READINGS,
    started=st.booleans(),
    level=st.integers(0, 9),
    kind=st.sampled_from(EFFECTS),
)
def test_an_unwanted_effect_or_deeper_sedation_never_brings_a_higher_dose(
    key: str, name: str, hour: int, readings: dict[str, int], started: bool, level: int, kind: str
) -> None:
    before = charts(key, name, hour, readings, started, level)
    deeper = {**readings, "sedation_poss": min(readings["sedation_poss"] + 1, 4)}
    for after in (before.felt(hour - 0.1, kind), charts(key, name, hour, deeper, started, level)):
        worse_off, better_off = (one.ask(closed(key), hour, name) for one in (after, before))
        assert followed(key, name, worse_off, after) <= followed(key, name, better_off, before)


@pytest.mark.parametrize(("key", "name"), RUN)
@FEW
@given(hour=HOURS, readings=READINGS, started=st.booleans(), level=st.integers(0, 9), later=READINGS)
def test_nothing_later_than_the_instant_is_seen(
    key: str, name: str, hour: int, readings: dict[str, int], started: bool, level: int, later: dict[str, int]
) -> None:
    known = charts(key, name, hour, readings, started, level)
    more = known.seen(hour + 0.01, **later).felt(hour + 1, "hallucination").ketamine(hour + 2, "stop")
    assert more.ask(closed(key), hour, name) == known.ask(closed(key), hour, name)


@pytest.mark.parametrize(("key", "name"), RUN)
@FEW
@given(
    hour=HOURS, readings=READINGS, started=st.booleans(), level=st.integers(0, 9),
    gone=st.sampled_from(["respiratory_rate", "systolic", "sedation_poss"]),
)  # fmt: skip
def test_a_reading_that_is_missing_never_starts_and_never_raises(
    key: str, name: str, hour: int, readings: dict[str, int], started: bool, level: int, gone: str
) -> None:
    whole = charts(key, name, hour, readings, started, level)
    left = tuple(one for one in whole.facts.observed if one.measure != gone)
    guidance = whole.but(observed=left).ask(closed(key), hour, name)
    assert guidance.status not in (Status.START, Status.RAISE)


@pytest.mark.parametrize(("key", "name"), RUN)
@FEW
@given(hour=HOURS, readings=READINGS, level=st.integers(0, 9))
def test_advice_that_is_followed_settles(
    key: str, name: str, hour: int, readings: dict[str, int], level: int
) -> None:
    protocol = closed(key)
    if not protocol.protocol.regimens[name].rated:
        return
    found = charts(key, name, hour, readings, True, level)
    first = found.ask(protocol, hour, name)
    if first.status not in (Status.RAISE, Status.LOWER) or hour == 0:
        return
    (dose,) = [one.dose for one in first.recommendations if one.dose is not None]
    second = found.ketamine(hour, "change", str(dose)).ask(protocol, hour, name)
    if first.status is Status.RAISE:
        assert second.status is Status.CONTINUE
        assert amount(second) == amount(first)
    else:  # a reason to lower that is still there lowers again, or holds; it never raises
        assert amount(second) <= amount(first)


@pytest.mark.parametrize(("key", "name"), RUN)
@FEW
@given(
    hour=HOURS,
    readings=READINGS,
    started=st.booleans(),
    level=st.integers(0, 9),
    days=st.integers(-2000, 2000),
)
def test_the_same_chart_on_another_day_gets_the_same_advice(
    key: str, name: str, hour: int, readings: dict[str, int], started: bool, level: int, days: int
) -> None:
    here = charts(key, name, hour, readings, started, level)
    by = timedelta(days=days)
    facts = here.facts
    there = here.but(
        observed=tuple(replace(one, at=one.at + by) for one in facts.observed),
        effects=tuple(replace(one, at=one.at + by) for one in facts.effects),
        weights=tuple(replace(one, at=one.at + by) for one in facts.weights),
        answers=tuple(replace(one, at=one.at + by) for one in facts.answers),
        ketamine=tuple(replace(one, at=one.at + by) for one in facts.ketamine),
        taken_known_since=facts.taken_known_since + by if facts.taken_known_since else None,
    )
    first = here.ask(closed(key), hour, name)
    second = there.ask(closed(key), hour + 24 * days, name)
    assert (second.status, amount(second), second.missing) == (first.status, amount(first), first.missing)


@pytest.mark.parametrize(("key", "name"), RUN)
@FEW
@given(kilograms=st.integers(20, 250))
def test_the_first_dose_is_the_protocol_s_own_times_the_weight_and_no_more(
    key: str, name: str, kilograms: int
) -> None:
    protocol = closed(key).protocol
    weight = WeightReading(BEGINS - timedelta(hours=1), Quantity(kilograms, "kg"))
    found = charts(key, name, 0, dict(CALM) | {"pain": 8}, False, 0).but(weights=(weight,))
    guidance = found.ask(closed(key), 0, name)
    if guidance.status is not Status.START:
        return
    start = protocol.regimens[name].start
    if protocol.regimens[name].converted_from is not None:
        return  # its first dose is none of the file's; tests/unit/protocol/test_language_conversion.py has it
    assert start is not None and start.value is not None
    # By another path: numbers as floats, and the unit's own words.
    figure, unit = str(start.value).split(" ", 1)
    expected = float(Fraction(figure)) * (kilograms if "/kg" in unit else 1)
    scale = {"ug": 1e-3, "mg": 1.0}[unit.split("/")[0]]
    per = {"h": 1.0, "d": 1 / 24, "min": 60.0}.get(unit.split("/")[-1], 1.0)
    rated = protocol.regimens[name].rated
    own = [
        float(
            (limit.for_body(weight.value) if "/kg" in limit.unit.code else limit).in_(
                "mg/h" if rated else "mg"
            )
        )
        for limit in _own_caps(key, name)
    ]
    assert float(amount(guidance)) == pytest.approx(min([expected * scale * per, *own]), rel=1e-12)


@pytest.mark.parametrize(("key", "name"), RUN)
@FEW
@given(
    hour=HOURS,
    readings=READINGS,
    started=st.booleans(),
    level=st.integers(0, 9),
    kilograms=st.integers(30, 300),
)
def test_whatever_a_patient_weighs_no_dose_is_above_the_protocol_s_own_cap(
    key: str, name: str, hour: int, readings: dict[str, int], started: bool, level: int, kilograms: int
) -> None:
    weight = WeightReading(BEGINS - timedelta(hours=1), Quantity(kilograms, "kg"))
    found = charts(key, name, hour, readings, started, level).but(weights=(weight,))
    for one in found.ask(closed(key), hour, name).recommendations:
        if one.amount is None or one.action == "lower":
            continue
        for limit in _own_caps(key, name):
            assert one.amount <= (limit.for_body(weight.value) if "/kg" in limit.unit.code else limit)
        assert one.uncapped is None or one.uncapped.amount > one.amount


def _own_caps(key: str, name: str) -> list[Quantity]:
    """The protocol's own caps on one dose or on the rate, as they are written."""
    caps = closed(key).protocol.regimens[name].caps
    found = [limit_of(one) for one in caps if not one.soft and one.of in ("rate", "single_dose")]
    return [one for one in found if one is not None]


def test_every_protocol_that_can_be_completed_starts_at_least_one_patient() -> None:
    started = {
        key
        for key, name in RUN
        if charts(key, name, 0, dict(CALM) | {"pain": 8}, False, 0).ask(closed(key), 0, name).status
        is Status.START
    }
    assert len(started) >= len({key for key, _ in RUN}) // 2


@pytest.mark.parametrize(("key", "name"), RUN)
@pytest.mark.parametrize(
    "slip", [Fraction(10), Fraction(1, 10), Fraction(100), Fraction(24), Fraction(1, 24)]
)
def test_a_slip_of_the_point_or_of_the_base_of_time_is_refused_from_every_dose(
    key: str, name: str, slip: Fraction
) -> None:
    sited = closed(key)
    regimen = sited.protocol.regimens[name]
    if regimen.converted_from is not None:
        found = Chart().answering(sited.protocol).ended_by(regimen.converted_from.from_ or "", "10 mg/h")
        change = converted(regimen, Situation.at(BEGINS, found.facts), None)
        assert not isinstance(change, Unknown)
        regimen = change.regimen
    known = levels(regimen)
    weight = reference_weight(Quantity(70, "kg"))
    for present in (None, *known):
        found = Chart().answering(sited.protocol)
        if present is not None:
            found = found.ketamine(0, "start" if regimen.rated else "given", str(present))
        situation = Situation.at(BEGINS + timedelta(hours=200), found.facts)
        meant = [present] if present is not None else list(known[:1])
        # What one may mean to give: the first dose, the present one, and one level beside it.
        if present is not None:
            place = known.index(present)
            meant += known[max(place - 1, 0) : place + 2]
        allowed = [one for one in meant if one is not None]
        for dose in allowed:
            wrong = dose * slip
            if any(wrong.same_as(one) for one in allowed):
                continue  # it is another dose that one may mean: no program can tell
            breaches = check_dose(wrong, sited.protocol, regimen, situation, weight, guardrails())
            assert any(one.refuses for one in breaches), f"{wrong} for {dose}, {present} running"
