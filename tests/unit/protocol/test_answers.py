"""An answer put together: what is withheld and of what, the end of a course, and a dose before the infusion."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.protocol import Guidance, Sited, Situation, Status, evaluate
from adjuvant.protocol.answers import cited
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.guidance import Issue, Judged, Missing, Reason, Recommendation, Uncapped
from adjuvant.protocol.site import Adopted, Profile
from adjuvant.protocol.situation import WeightReading
from adjuvant.protocol.values import Sourced
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart
from written import written

DRIP = "title: Drip, route: intravenous, mode: continuous_infusion, course: {at_most: 5 d}"
READ = Provenance.READ


def at_a_ward(protocol: Sited, **more: Any) -> Sited:
    """The same protocol as an invented ward runs it."""
    ward = Profile(
        site="The ward", example=True, approver="nobody", approved="2026-01-01", protocol="written", version="one", **more
    )  # fmt: skip
    return replace(protocol, profile=ward)


# --- before anything was judged ---------------------------------------------------------------------------------


def test_an_answer_that_is_withheld_says_of_what_and_where_and_nothing_about_the_patient(
    tmp_path: Path,
) -> None:
    """Of two regimens none was named. The chart is of a patient who is imagined to have had none."""
    protocol = written(tmp_path, f"one: {{{DRIP}, start: 5 mg/h}}\ntwo: {{{DRIP}, start: 5 mg/h}}")
    imagined = Chart().but(hypothetical="no ketamine is charted")
    alone = Guidance(
        Status.WITHHELD, BEGINS, "cannot say", (), missing=(Missing("which regimen of one, two", "regimens"),),
        protocol="written", version="one", regimen="one", digest=protocol.digest,
    )  # fmt: skip
    assert Chart().ask(protocol, 0) == alone
    there = replace(alone, site="The ward", example=True, hypothetical="no ketamine is charted")
    assert imagined.ask(at_a_ward(protocol), 0) == there


def test_a_weight_that_is_too_old_is_told_as_stale_with_its_day(tmp_path: Path) -> None:
    """70 kg was charted an hour before the beginning; eight days later a weight of seven days is too old."""
    protocol = written(
        tmp_path, f"drip: {{{DRIP}, start: 0.1 mg/kg/h}}", weight="{kind: actual, no_older_than: 7 d}"
    )
    found, (charted,) = Chart().ask(protocol, 8 * 24), Chart().facts.weights
    assert found.status is Status.WITHHELD
    assert found.stale == (("weight 70 kg", charted.at),)
    assert found.issues == (Issue("withheld", "doses are per kilogram"),)
    assert found.missing == (Missing("a body weight of the last 7 d", "weight"),)


def test_a_reason_against_that_somebody_must_weigh_is_asked_for_in_words_and_by_its_key(
    tmp_path: Path,
) -> None:
    against = "- {key: failing_own_liver, kind: relative, text: t., when: {attested: liver, question: Is it failing?}}"
    protocol = written(tmp_path, f"drip: {{{DRIP}, start: 5 mg/h}}", criteria=against)
    found = Chart().calm(0, pain=8).answered(liver=True).ask(protocol, 0)
    (lack,) = found.missing
    assert lack.rule == "failing_own_liver"
    assert (
        "may ketamine be given in spite of failing own liver (answer weighed:failing_own_liver)?" in lack.what
    )


# --- without a dose ---------------------------------------------------------------------------------------------


def test_a_reason_of_the_library_has_its_source_and_one_without_a_source_is_assumed() -> None:
    source = Sourced(citation="park2025", provenance=READ)
    assert cited("most", "At most 5 mg.", source) == Reason(
        "most", "At most 5 mg.", "", None, "park2025", READ
    )
    assert cited("most", "At most 5 mg.", Sourced()) == Reason(
        "most", "At most 5 mg.", "", None, "", Provenance.ASSUMED
    )


def test_the_end_of_a_course_is_told_with_how_it_is_brought_down_each_with_its_field(tmp_path: Path) -> None:
    text = (
        "driver: {title: D, route: subcutaneous, mode: syringe_driver, start: 100 mg/d, "
        "course: {fixed: 5 d, taper: {over: 3 d, citation: hardy2012}}}"
    )
    found = Chart().calm(120, pain=8).ketamine(0, "start", "100 mg/d").ask(written(tmp_path, text), 120)
    assert found.status is Status.COMPLETE
    down = "Ketamine is brought down gradually over 3 d."
    because = (
        Reason("regimens.driver.course.fixed", "the course of 5 d is over", "", None, "park2025", READ),
        Reason("regimens.driver.course.taper", down, "", None, "hardy2012", READ),
    )
    assert found.recommendations[0] == Recommendation(
        "complete", f"The course of 5 d is over. {down}", because
    )


def test_a_rule_that_stops_ketamine_is_told_in_its_own_words(tmp_path: Path) -> None:
    protocol = written(tmp_path, f"drip: {{{DRIP}, start: 5 mg/h}}")
    found = Chart().calm(4, pain=8, respiratory_rate=6).ketamine(0, "start", "5 mg/h").ask(protocol, 4)
    (stop, *_) = found.recommendations
    assert (found.status, stop.action, stop.words) == (Status.STOP, "stop", "Stop ketamine.")
    assert [(one.rule, one.text, one.citation) for one in stop.because] == [
        ("breathing", "Fewer than 8.", "park2025")
    ]


# --- a dose before the infusion ---------------------------------------------------------------------------------


def rail(limit: str | None = "20 mg", **fields: Any) -> Guardrail:
    """A limit of a single dose, written for a test."""
    form: dict[str, Any] = {
        "title": "Most at once", "drug": "ketamine", "settings": "a test", "gives": "bolus", "kind": "maximum",
        "severity": "absolute", "limit": limit, "binds": True, "citation": "hardy2012", "provenance": "read",
    }  # fmt: skip
    return Guardrail.model_validate(form | fields)


def begun(
    folder: Path,
    loading: str,
    limit: Guardrail | None = None,
    *,
    start: str = "0.1 mg/kg/h",
    adopted: bool = False,
) -> Guidance:
    """The answer for 70 kg where a dose goes before the infusion, under one limit and no other."""
    weight = "{kind: actual, no_older_than: 7 d}" if "/kg" in start else "{kind: not_used}"
    protocol = written(folder, f"drip: {{{DRIP}, start: {start}, loading: {loading}}}", weight=weight)
    if adopted:
        protocol = at_a_ward(protocol, adopt_guardrails=(Adopted(key="most", reference="Rule 7"),))
    situation = Situation.at(BEGINS, Chart().calm(0, pain=8).facts)
    return evaluate(protocol, situation, guardrails={"most": limit} if limit is not None else {})


@pytest.mark.parametrize(
    ("loading", "words"),
    [
        (
            "{dose: 0.3 mg/kg, over: 5 min, citation: hardy2012}",
            "A loading dose of 0.3 mg/kg, 21 mg, over 5 min is to go before it.",
        ),
        (
            "{dose: 0.3 mg/kg, over: 5 min, optional: true, citation: hardy2012}",
            "A loading dose of 0.3 mg/kg, 21 mg, over 5 min may go before it.",
        ),
        (
            "{dose: {low: 0.2 mg/kg, high: 0.3 mg/kg}, over: 5 min, citation: hardy2012}",
            "A loading dose of 0.2 mg/kg, 14 mg to 0.3 mg/kg, 21 mg, over 5 min is to go before it.",
        ),
    ],
)  # fmt: skip
def test_a_dose_before_the_infusion_is_told_exactly_and_whether_it_must_be(
    tmp_path: Path, loading: str, words: str
) -> None:
    found = begun(tmp_path, loading)
    because = (Reason("regimens.drip.loading", words, "", None, "hardy2012", READ),)
    assert [one.action for one in found.recommendations] == ["start", "loading"]
    assert found.recommendations[1] == Recommendation("loading", words, because)


HERE = " (made for a test; it does not bind here)"
RECOMMENDED = {"severity": "recommended"}
FOREIGN = {"binds": False}


@pytest.mark.parametrize(
    ("optional", "fields", "adopted", "kind", "scope", "actions"),
    [
        ("false", {}, False, "guardrail", "", []),
        ("true", {}, False, "guardrail", "", ["start"]),
        ("false", RECOMMENDED, False, "advisory", HERE, ["start", "loading"]),
        ("false", FOREIGN, False, "advisory", HERE, ["start", "loading"]),
        ("false", FOREIGN, True, "guardrail", "", []),
    ],
)
def test_a_dose_before_the_infusion_keeps_every_limit_or_is_not_advised(
    tmp_path: Path, optional: str, fields: dict[str, Any], adopted: bool, kind: str, scope: str, actions: list[str]
) -> None:  # fmt: skip
    """0.3 mg/kg at 70 kg are 21 mg, and the limit is 20 mg: where the dose must go before, nothing begins."""
    loading = f"{{dose: 0.3 mg/kg, over: 5 min, optional: {optional}}}"
    found = begun(tmp_path, loading, rail(**fields), adopted=adopted)
    words = f"Most at once: 21 mg is over 20 mg{scope}"
    because = (Reason("most", words, "", None, "hardy2012", READ),)
    assert [one for one in found.issues if one.words.startswith("Loading")] == [
        Issue(kind, f"Loading dose: {words}", because, against=kind == "guardrail")
    ]
    assert [one.action for one in found.recommendations] == actions
    assert found.status is (Status.START if actions else Status.WITHHELD)


@pytest.mark.parametrize(("dose", "words"), [("14 mg", ""), ("14.1 mg", "14.1 mg is over 14 mg")])
def test_a_limit_per_kilogram_holds_for_a_dose_in_milligrams_by_the_weight_that_is_charted(
    tmp_path: Path, dose: str, words: str
) -> None:
    """0.2 mg/kg at 70 kg are 14 mg, though the protocol itself uses no weight."""
    found = begun(tmp_path, f"{{dose: {dose}, over: 5 min}}", rail("0.2 mg/kg"), start="5 mg/h")
    assert [one.words for one in found.issues if one.words.startswith("Loading")] == (
        [f"Loading dose: Most at once: {words}"] if words else []
    )


def test_a_dose_before_the_infusion_is_given_once_however_often_the_infusion_is(tmp_path: Path) -> None:
    """21 mg are under 30 mg a day; counted with every infusion of the course, one in 12 hours, they were 42 mg."""
    repeated = DRIP.replace("{at_most: 5 d}", "{at_most: 5 d, spacing: 12 h}")
    text = f"drip: {{{repeated}, start: 0.1 mg/kg/h, loading: {{dose: 0.3 mg/kg, over: 5 min}}}}"
    protocol = written(tmp_path, text, weight="{kind: actual, no_older_than: 7 d}")
    situation = Situation.at(BEGINS, Chart().calm(0, pain=8).facts)
    found = evaluate(protocol, situation, guardrails={"most": rail("30 mg/d", of="day")})
    assert [one.action for one in found.recommendations] == ["start", "loading"]
    assert [one for one in found.issues if one.words.startswith("Loading")] == []


# --- the whole of it --------------------------------------------------------------------------------------------

MORE = """\
companions: [{drug: haloperidol, role: rescue, symptoms: [nausea], dose: 1 mg, route: oral, citation: hardy2012}]
opioids: {review_after: 48 h, statement: Halve them., citation: hardy2012}
follow_up: [{says: Pain is asked for., after: 24 h, citation: hardy2012}]
"""
RULES = """\
- {key: doctor, kind: call, text: Pain above 6., when: {measure: pain, above: 6}, call: the doctor, citation: hardy2012}
- {key: nurse, kind: review, text: Pain above 7., when: {measure: pain, above: 7}}
- {key: nobody, kind: call, text: Pain above 9., when: {measure: pain, above: 9}, call: nobody}
"""
FORTY = Chart().but(age_years=Fraction(40), hypothetical="no ketamine is charted")


def whole(folder: Path) -> Sited:
    """0.1 mg/kg/h, with whom to call, what to review, a drug for nausea and a question a day after the end."""
    actual = "{kind: actual, no_older_than: 7 d}"
    text = f"drip: {{{DRIP}, start: {{value: 0.1 mg/kg/h, citation: hardy2012}}}}"
    return at_a_ward(written(folder, text, weight=actual, more=MORE, rules=RULES))


def because(
    rule: str, text: str, seen: str = "", at: datetime | None = None, source: str = "park2025"
) -> Reason:
    return Reason(rule, text, seen, at, source, READ)


def rules_at(now: datetime) -> tuple[Judged, ...]:
    """What each rule comes to by itself for the calm chart with pain of 8."""
    found = (
        ("breathing", "stop", False, "Fewer than 8.", "respiratory rate 16 per min", "park2025"),
        ("pressure", "stop", False, "Above 180.", "systolic blood pressure 130 mmHg", "park2025"),
        ("sedation", "pause", False, "POSS of 3.", "sedation, Pasero scale 1", "park2025"),
        ("hallucinations", "reduce", False, "Hallucinations.", "Hallucination is not present", "park2025"),
        ("doctor", "call", True, "Pain above 6.", "pain 8", "hardy2012"),
        ("nurse", "review", True, "Pain above 7.", "pain 8", "park2025"),
        ("nobody", "call", False, "Pain above 9.", "pain 8", "park2025"),
    )
    return tuple(
        Judged(key, kind, answer, text, (because(key, text, seen, now, source),))
        for key, kind, answer, text, seen, source in found
    )


def calls(now: datetime) -> tuple[Recommendation, ...]:
    return (
        Recommendation(
            "call", "Call the doctor.", (because("doctor", "Pain above 6.", "pain 8", now, "hardy2012"),)
        ),
        Recommendation("review", "Pain above 7.", (because("nurse", "Pain above 7.", "pain 8", now),)),
    )


def test_a_first_dose_is_told_with_all_that_it_rests_on_and_all_that_was_judged(tmp_path: Path) -> None:
    protocol = whole(tmp_path)
    found = evaluate(protocol, Situation.at(BEGINS, FORTY.calm(0, pain=8).facts), guardrails={})
    start = Recommendation(
        "start", "Start with 0.1 mg/kg/h, which is 7 mg/h.",
        (because("regimens.drip.start", "the first dose is 0.1 mg/kg/h", source="hardy2012"),),
        parse_quantity("0.1 mg/kg/h"), parse_quantity("7 mg/h"),
    )  # fmt: skip
    assert found == Guidance(
        Status.START, BEGINS, "eligible", (start, *calls(BEGINS)),
        eligibility_because=(because("grown_up", "Aged 18 or older.", "age 40 years"),),
        protocol="written", version="one", regimen="drip", digest=protocol.digest, site="The ward", example=True,
        hypothetical="no ketamine is charted", judged=rules_at(BEGINS),
    )  # fmt: skip


def test_while_it_runs_whom_to_call_comes_before_the_opioids_and_a_drug_for_what_is_felt(
    tmp_path: Path,
) -> None:
    """Two days and two hours after the beginning; the opioids are reviewed after two days."""
    now = BEGINS + timedelta(hours=50)
    chart = FORTY.calm(50, pain=8).ketamine(0, "start", "0.1 mg/kg/h").felt(49, "nausea")
    found = evaluate(whole(tmp_path), Situation.at(now, chart.facts), guardrails={})
    go_on, *asks = found.recommendations
    assert (found.status, go_on.words) == (Status.CONTINUE, "Go on with 0.1 mg/kg/h, which is 7 mg/h.")
    opioids = (
        because("opioids.review", "The opioids are reviewed after 48 h.", source="hardy2012"),
        Reason(
            "opioids.review",
            "Whether the opioids were changed is not known.",
            "",
            None,
            "house",
            Provenance.ASSUMED,
        ),
    )
    words = "For nausea the protocol names haloperidol 1 mg, oral."
    felt = because("companions.haloperidol", words, "Nausea", BEGINS + timedelta(hours=49), "hardy2012")
    assert tuple(asks) == (
        *calls(now), Recommendation("review", "Review the opioids. The protocol says: Halve them.", opioids),
        Recommendation("rescue", words, (felt,)),
    )  # fmt: skip
    assert found.judged == (
        *rules_at(now),
        Judged("opioids.review", "review", True, "Review the opioids.", opioids),
    )


def test_after_the_end_what_is_asked_for_has_its_time_and_before_it_nothing_is(tmp_path: Path) -> None:
    chart = FORTY.calm(30, pain=8).ketamine(0, "start", "0.1 mg/kg/h").ketamine(24, "stop")
    found = chart.ask(whole(tmp_path), 30)
    assert [one.action for one in found.recommendations] == ["complete", "call", "review", "observe"]
    last = found.recommendations[-1]
    assert (last.words, last.due) == ("Pain is asked for (24 h after the end).", BEGINS + timedelta(hours=48))


def test_who_is_taken_is_asked_before_the_start_and_not_while_it_runs(tmp_path: Path) -> None:
    ageless = Chart().but(age_years=None)
    protocol = written(tmp_path, f"drip: {{{DRIP}, start: 5 mg/h}}")
    assert [one.rule for one in ageless.calm(0, pain=8).ask(protocol, 0).missing] == ["grown_up"]
    running = ageless.calm(4, pain=8).ketamine(0, "start", "5 mg/h").ask(protocol, 4)
    assert (running.status, running.eligibility, running.missing) == (Status.CONTINUE, "cannot say", ())
    assert (running.site, running.example) == ("", False)


def test_what_sources_say_of_patients_of_one_kind_is_told_to_whom_it_means(tmp_path: Path) -> None:
    protocol = written(tmp_path, f"drip: {{{DRIP}, start: 5 mg/h}}")
    for failing in (True, False):
        found = FORTY.calm(0, pain=8).answered(condition__renal_impairment=failing).ask(protocol, 0)
        told = [one.because[0].rule for one in found.issues if one.kind == "modifier"]
        assert told == (["wellington_renal"] if failing else [])


# --- a field and its source -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("references", "citation", "provenance"),
    [
        ({}, "hardy2012", READ),
        ({"regimens.drip.start": "Rule 7"}, "site", Provenance.SITE),
        ({"regimens.drip.start.value": "Rule 7"}, "site", Provenance.SITE),
        ({"regimens.drip.start_of_another": "Rule 7"}, "hardy2012", READ),
    ],
)
def test_a_field_cites_its_own_source_or_the_site_where_that_chose_it(
    tmp_path: Path, references: dict[str, str], citation: str, provenance: Provenance
) -> None:
    text = f"drip: {{{DRIP}, start: {{value: 5 mg/h, citation: hardy2012}}}}"
    protocol = replace(written(tmp_path, text), references=references)
    (start, *_) = Chart().calm(0, pain=5).ask(protocol, 0).recommendations
    assert start.because == (
        Reason("regimens.drip.start", "the first dose is 5 mg/h", "", None, citation, provenance),
    )


def test_a_field_without_a_source_of_its_own_takes_that_around_it_and_without_any_is_assumed(
    tmp_path: Path,
) -> None:
    """No file is read without a source; a protocol that somebody makes himself may have none."""
    protocol = written(tmp_path, f"drip: {{{DRIP}, start: 5 mg/h}}")
    drip, bare = protocol.protocol.regimens["drip"], {"citation": None, "provenance": None}
    assert drip.start is not None
    for update, source in (
        ({}, ("park2025", READ)),
        (bare, ("", Provenance.ASSUMED)),
    ):  # fmt: skip
        made = drip.model_copy(update={**update, "start": drip.start.model_copy(update=bare)})
        whole_one = protocol.protocol.model_copy(update={"regimens": {"drip": made}})
        (start, *_) = Chart().calm(0, pain=5).ask(replace(protocol, protocol=whole_one), 0).recommendations
        assert [(one.citation, one.provenance, one.seen) for one in start.because] == [(*source, "")]


# --- a dose and its limits --------------------------------------------------------------------------------------

BOLUS = "title: Bolus, route: intravenous, mode: slow_bolus, duration: 10 min, course: {at_most: 5 d}"
ACTUAL = "{kind: actual, no_older_than: 7 d}"


def test_the_protocol_s_own_cap_stands_in_the_place_of_the_dose_and_both_are_told(tmp_path: Path) -> None:
    """0.3 mg/kg at 70 kg are 21 mg, and the protocol caps one dose at 20 mg."""
    text = (
        f"bolus: {{{BOLUS}, every: 8 h, start: 0.3 mg/kg, "
        "ceilings: [{key: most, of: single_dose, limit: {value: 20 mg, citation: hardy2012}}]}"
    )
    found = Chart().calm(0, pain=5).ask(written(tmp_path, text, weight=ACTUAL), 0)
    words = "the protocol's own cap applies, at most 20 mg; without it the dose would be 0.3 mg/kg, which is 21 mg"
    cap = because("regimens.bolus.ceilings.most", words, source="hardy2012")
    assert found.recommendations[0] == Recommendation(
        "start", f"Start with 20 mg over 10 min. T{words[1:]}.",
        (because("regimens.bolus.start", "the first dose is 0.3 mg/kg"), cap),
        parse_quantity("20 mg"), parse_quantity("20 mg"), parse_quantity("10 min"), None,
        Uncapped(parse_quantity("0.3 mg/kg"), parse_quantity("21 mg"), cap),
    )  # fmt: skip


def test_a_dose_in_parts_is_told_whole_with_its_parts_and_times(tmp_path: Path) -> None:
    text = f"bolus: {{{BOLUS}, every: 24 h, start: 20 mg, split: {{parts: 2, at: [0 h, 4 h]}}}}"
    found = Chart().calm(0, pain=5).ask(written(tmp_path, text), 0)
    assert found.recommendations[0].words == "Start with 20 mg over 10 min in 2 equal parts, at 0 h, 4 h."


@pytest.mark.parametrize(
    ("interval", "status", "words"),
    [
        ("8 h", Status.CONTINUE, []),
        ("9 h", Status.WITHHELD, ["Most at once: the last dose was 480 min ago, and 9 h must pass"]),
    ],
)
def test_what_is_due_later_is_held_to_what_will_have_passed_by_then(
    tmp_path: Path, interval: str, status: Status, words: list[str]
) -> None:
    """The last dose was four hours ago, and the next is due eight hours after it."""
    protocol = written(tmp_path, f"bolus: {{{BOLUS}, every: 8 h, start: 20 mg}}")
    chart = Chart().calm(4, pain=5).ketamine(0, "given", "20 mg")
    limit = rail(kind="least_interval", interval=interval, limit=None)
    found = evaluate(
        protocol, Situation.at(BEGINS + timedelta(hours=4), chart.facts), guardrails={"most": limit}
    )
    assert (found.status, [one.words for one in found.issues if one.kind == "guardrail"]) == (status, words)


@pytest.mark.parametrize(
    ("fields", "adopted", "kind", "scope", "status"),
    [
        ({}, False, "guardrail", "", Status.WITHHELD),
        (RECOMMENDED, False, "advisory", HERE, Status.START),
        (FOREIGN, False, "advisory", HERE, Status.START),
        (FOREIGN, True, "guardrail", "", Status.WITHHELD),
    ],
)
def test_a_limit_refuses_a_dose_where_it_binds_and_is_told_where_it_does_not(
    tmp_path: Path, fields: dict[str, Any], adopted: bool, kind: str, scope: str, status: Status
) -> None:
    """0.1 mg/kg/h at 70 kg are 7 mg/h, and the limit is 6 mg/h."""
    protocol = written(tmp_path, f"drip: {{{DRIP}, start: 0.1 mg/kg/h}}", weight=ACTUAL)
    if adopted:
        protocol = at_a_ward(protocol, adopt_guardrails=(Adopted(key="most", reference="Rule 7"),))
    limit = rail("6 mg/h", of="rate", gives="infusion", **fields)
    found = evaluate(protocol, Situation.at(BEGINS, FORTY.calm(0, pain=5).facts), guardrails={"most": limit})
    words = f"Most at once: 7 mg/h is over 6 mg/h{scope}"
    assert (found.status, found.issues) == (
        status,
        (Issue(kind, words, (because("most", words, source="hardy2012"),), against=kind == "guardrail"),),
    )


# --- a loading dose and the day ----------------------------------------------------------------------------

LOADED = "drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 7 mg/h, loading: {dose: 21 mg, over: 10 min, optional: OPT}, course: {at_most: 5 d}, CEILING}\n"
DAY = {
    "title": "A day's most", "drug": "ketamine", "settings": "every use", "gives": "any", "kind": "maximum",
    "severity": "absolute", "binds": True, "citation": "hardy2012", "provenance": "read", "of": "day",
}  # fmt: skip


@pytest.mark.hazard("H-018")
@pytest.mark.parametrize(("limit", "status"), [("189 mg/d", "start"), ("188 mg/d", "withheld")])
@pytest.mark.parametrize("by", ["a guardrail", "the protocol's own ceiling"])
def test_a_loading_dose_is_held_to_the_day_together_with_the_infusion(
    tmp_path: Path, limit: str, status: str, by: str
) -> None:
    """21 mg and 24 hours of 7 mg/h are 189 mg; each alone is under 188."""
    ceiling = f"ceilings: [{{key: most, of: day, limit: {limit}}}]" if by != "a guardrail" else "note: n"
    site = written(tmp_path, LOADED.replace("OPT", "false").replace("CEILING", ceiling))
    rails = {"most": Guardrail.model_validate(DAY | {"limit": limit})} if by == "a guardrail" else {}
    guidance = evaluate(site, Situation.at(BEGINS, Chart().calm(-0.5).facts), guardrails=rails)
    assert guidance.status == status
    said = [one.words for one in guidance.issues if one.words.startswith("Loading dose: ")]
    assert len(said) == (status == "withheld") and all(
        "with what was given, " in one and "189 mg/d" in one for one in said
    )


def test_a_loading_dose_that_may_be_left_out_is_left_out_where_the_day_would_have_too_much(
    tmp_path: Path,
) -> None:
    site = written(tmp_path, LOADED.replace("OPT", "true").replace("CEILING", "note: n"))
    rails = {"most": Guardrail.model_validate(DAY | {"limit": "188 mg/d"})}
    guidance = evaluate(site, Situation.at(BEGINS, Chart().calm(-0.5).facts), guardrails=rails)
    assert guidance.status is Status.START
    assert [one.action for one in guidance.recommendations] == ["start"]


@pytest.mark.parametrize(("limit", "status"), [("15 mg/h", "start"), ("14.9 mg/h", "withheld")])
def test_a_slow_loading_dose_counts_in_an_hour_with_what_of_it_falls_there(
    tmp_path: Path, limit: str, status: str
) -> None:
    """20 mg over two hours beside 5 mg/h: any hour has at most 15 mg; at once it were 25."""
    text = LOADED.replace("OPT", "false").replace("CEILING", "note: n")
    site = written(
        tmp_path,
        text.replace("dose: 21 mg, over: 10 min", "dose: 20 mg, over: 2 h").replace("7 mg/h", "5 mg/h"),
    )
    rails = {"most": Guardrail.model_validate(DAY | {"of": "hour", "limit": limit})}
    assert evaluate(site, Situation.at(BEGINS, Chart().calm(-0.5).facts), guardrails=rails).status == status


@pytest.mark.parametrize(("limit", "status"), [("2.7 mg/kg/d", "start"), ("2.69 mg/kg/d", "withheld")])
def test_a_day_s_limit_per_kilogram_holds_for_a_loading_dose_with_its_infusion(
    tmp_path: Path, limit: str, status: str
) -> None:
    """189 mg at 70 kg are 2.7 mg/kg; the infusion alone is 2.4, and the protocol itself uses no weight."""
    site = written(tmp_path, LOADED.replace("OPT", "false").replace("CEILING", "note: n"))
    rails = {"most": Guardrail.model_validate(DAY | {"limit": limit})}
    assert evaluate(site, Situation.at(BEGINS, Chart().calm(-0.5).facts), guardrails=rails).status == status


@pytest.mark.parametrize(("limit", "status"), [("2.7 mg/kg/d", "start"), ("2.69 mg/kg/d", "withheld")])
def test_a_ceiling_per_kilogram_and_day_holds_for_a_loading_dose_with_its_infusion(
    tmp_path: Path, limit: str, status: str
) -> None:
    ceiling = f"ceilings: [{{key: most, of: day, limit: {limit}}}]"
    text = LOADED.replace("OPT", "false").replace("CEILING", ceiling)
    site = written(tmp_path, text)
    assert evaluate(site, Situation.at(BEGINS, Chart().calm(-0.5).facts), guardrails={}).status == status


@pytest.mark.parametrize(("adopted", "status"), [(True, "withheld"), (False, "start")])
def test_a_day_s_limit_that_a_site_adopted_holds_for_a_loading_dose_with_its_infusion(
    tmp_path: Path, adopted: bool, status: str
) -> None:
    site = written(tmp_path, LOADED.replace("OPT", "false").replace("CEILING", "note: n"))
    taken_up = (Adopted(key="most", reference="Rule 7"),) if adopted else ()
    site = at_a_ward(site, adopt_guardrails=taken_up)
    rails = {"most": Guardrail.model_validate(DAY | {"limit": "188 mg/d", "binds": False})}
    assert evaluate(site, Situation.at(BEGINS, Chart().calm(-0.5).facts), guardrails=rails).status == status


@pytest.mark.parametrize(("share", "status"), [("20 %", "start"), (None, "withheld")])
def test_a_criterion_on_body_weight_believes_a_jump_as_far_as_the_site_does(
    tmp_path: Path, share: str | None, status: str
) -> None:
    """From 60 to 70 kg in a day is more than a tenth: the house asks for a second weighing, this ward does not."""
    light = "- {key: light, kind: exclude, text: Under 40 kg., when: {measure: body_weight, below: 40 kg}}"
    protocol = written(tmp_path, f"drip: {{{DRIP}, start: 5 mg/h}}", criteria=light)
    more = {"weight_change_at_most": share} if share is not None else {}
    jump = (
        WeightReading(BEGINS - timedelta(hours=26), parse_quantity("60 kg")),
        WeightReading(BEGINS - timedelta(hours=2), parse_quantity("70 kg")),
    )
    found = Chart().but(weights=jump).calm(0, pain=8).ask(at_a_ward(protocol, **more), 0)
    assert found.status == status
