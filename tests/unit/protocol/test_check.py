"""What a protocol cannot be, though its form holds: each complaint with its place, what is wrong and what to do."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from adjuvant.protocol.check import complaints, word_complaints
from adjuvant.protocol.model import Rule
from adjuvant.protocol.predicate import Seen
from written import plain

PAIN = {"measure": "pain", "from": 4}
DRIP = {"title": "x", "route": "intravenous", "mode": "continuous_infusion", "start": "5 mg/h"}
NAMELESS = "did you mean"


def found(**fields: Any) -> list[tuple[tuple[str | int, ...], str, str]]:
    """Every complaint about a practice, of which nothing need be complete."""
    return list(complaints(plain(kind="practice", **fields)))


def told(**fields: Any) -> list[tuple[str, str]]:
    """The same: where and what."""
    return [(".".join(map(str, path)), rule) for path, rule, _ in found(**fields)]


def rule(when: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"rules": ({"key": "k", "kind": "stop", "text": "t", "when": when, **more},)}


def way(**more: Any) -> dict[str, Any]:
    return {"regimens": {"only": {**DRIP, **more}}}


def test_what_is_right_is_taken() -> None:
    assert found(**way()) == []
    assert found(**rule(PAIN, regimens=("only",)), **way()) == []


# --- names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "where", "what", "remedy"),
    [
        (way(route="intraveinous"), "regimens.only.route", "'intraveinous' is not the library's word for a route", "did you mean 'intravenous'"),
        (way(route="iv"), "regimens.only.route", "'iv' is not the library's word for a route", "write 'intravenous'"),
        (
            way(conversions=({"to": "po"},)),
            "regimens.only.conversions.0.to", "'po' is not the library's word for a route", "write 'oral'",
        ),
        (
            way(conversions=({"to": "oral"}, {"to": "oral", "from": "iv"})),
            "regimens.only.conversions.1.from", "'iv' is not the library's word for a route", "write 'intravenous'",
        ),
        (
            way(conversions=({"to": "intrathecal"},)),
            "regimens.only.conversions.0.to",
            "ketamine is not given by the intrathecal route under any protocol here",
            "write the route by which it is given",
        ),
        (
            way(route="epidural"),
            "regimens.only.route",
            "ketamine is not given by the epidural route under any protocol here",
            "write the route by which it is given",
        ),
        (
            way(route="oral", mode="oral", start=None, converted_from={"from": "iv", "to": "oral", "ratio": 1}),
            "regimens.only.converted_from.from", "'iv' is not the library's word for a route", "write 'intravenous'",
        ),
        (
            {"monitoring": ({"items": ("pain", "pains"), "continuous": True},)},
            "monitoring.0.items", "'pains' is no observation of observations.yaml", "did you mean 'pain'",
        ),
        (
            {"monitoring": ({"items": ("pain",), "continuous": True, "regimens": ("onyl",)},), **way()},
            "monitoring.0.regimens", "'onyl' is no regimen of this protocol", "did you mean 'only'",
        ),
        ({**rule(PAIN, regimens=("onyl",)), **way()}, "rules.0.regimens", "'onyl' is no regimen of this protocol", "did you mean 'only'"),
        (
            {"companions": ({"role": "rescue", "drug": "midazolan"},)},
            "companions.0.drug", "'midazolan' is no drug or class of the library", "did you mean 'midazolam'",
        ),
        (
            {"companions": ({"role": "rescue", "drug": "midazolam", "route": "iv"},)},
            "companions.0.route", "'iv' is not the library's word for a route", "write 'intravenous'",
        ),
        (
            {"companions": ({"role": "rescue", "drug": "midazolam", "symptoms": ("hallucinations",)},)},
            "companions.0.symptoms", "'hallucinations' is no observation of observations.yaml", "did you mean 'hallucination'",
        ),
        ({"responses": ("civik_cr_printed",)}, "responses.0", "'civik_cr_printed' is no response of responses.yaml", NAMELESS),
        ({"interactions": ("benzodiazepin",)}, "interactions.0", "'benzodiazepin' is no interaction of interactions.yaml", NAMELESS),
        (
            {"evidence": {"label": "none", "statement": "s", "studies": ("hardy2021",)}},
            "evidence.studies.0", "'hardy2021' is no study of the folder evidence", NAMELESS,
        ),
        (
            {"evidence": {"label": "none", "statement": "s", "against": ("hardy2012", "hardy2021")}},
            "evidence.against.1", "'hardy2021' is no study of the folder evidence", NAMELESS,
        ),
        (rule({"condition": "psychosys"}), "rules.0.when.condition", "'psychosys' is no condition of conditions.yaml", "did you mean 'psychosis'"),
        (rule({"taken": "morphin"}), "rules.0.when.taken", "'morphin' is no drug or class of the library", "did you mean 'morphine'"),
        (rule({"event": "halucination"}), "rules.0.when.event", "'halucination' is no observation of observations.yaml", "did you mean 'hallucination'"),
        (rule({"event": "pain"}), "rules.0.when.event", "'pain' is a reading, not an unwanted effect", "ask by `measure`"),
        (rule({"measure": "pane", "from": 4}), "rules.0.when.measure", "'pane' is no observation of observations.yaml", "did you mean 'pain'"),
    ],
)  # fmt: skip
def test_a_name_that_nothing_has_is_told_with_its_place_and_the_nearest(
    fields: dict[str, Any], where: str, what: str, remedy: str
) -> None:
    (only,) = found(**fields)
    assert (".".join(map(str, only[0])), only[1]) == (where, what)
    assert remedy in only[2] if remedy.startswith(NAMELESS) else remedy == only[2]


@pytest.mark.parametrize("drug", ["midazolam", "benzodiazepine", "opioid"])
def test_a_drug_a_class_or_a_kind_of_drugs_may_be_named(drug: str) -> None:
    assert found(companions=({"role": "rescue", "drug": drug},), **rule({"taken": drug})) == []


def test_the_rest_of_the_drugs_is_no_kind() -> None:
    """`other` is the kind of what is of no kind: a rule on it would be about anything."""
    assert told(**rule({"taken": "other"})) == [
        ("rules.0.when.taken", "'other' is no drug or class of the library")
    ]


# --- bounds -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "where", "what", "remedy"),
    [
        ({"measure": "rescue_doses", "from": 2, "within": "8 h"}, "statistic", "rescue_doses is of kind count", "count events, and nothing else"),
        ({"measure": "pain", "from": 2, "within": "8 h", "statistic": "count"}, "statistic", "pain is of kind pain", "count events, and nothing else"),
        ({"measure": "rescue_doses", "from": 2, "statistic": "count"}, "", "counts rescue_doses without a span", "add `within:`"),
        ({"measure": "hallucination", "from": 2}, "", "hallucination has no figure to compare", "ask by `event`, or by `attested`"),
        ({"measure": "mood", "from": 2}, "", "mood has no figure to compare", "ask by `event`, or by `attested`"),
        ({"measure": "sedation_poss", "from": "goal"}, "from", "is the pain goal, and the reading is no score of pain", "give a figure"),
        (
            {"measure": "pain", "from": "goal", "of": "fall_from_baseline"},
            "from", "is the pain goal, and the reading is no score of pain", "give a figure",
        ),
        ({"measure": "age", "from": "18 mg"}, "from", "unit mg measures mass, and a measures time", "give it in a"),
        ({"measure": "age", "below": 18}, "below", "18 has no unit", "write it with its unit, a"),
        (
            {"measure": "systolic", "of": "percent_rise_from_baseline", "from": "20 mm[Hg]"},
            "from", "unit mm[Hg] measures mass per length per time^2, and % measures a pure number", "give it in %",
        ),
        ({"measure": "systolic", "of": "percent_rise_from_baseline", "from": 20}, "from", "20 has no unit", "write it with its unit, %"),
        ({"measure": "pain", "above": 10}, "above", "no pain can be above 10", "it runs from 0 to 10"),
        ({"measure": "pain", "from": 11}, "from", "no pain can be from 11", "it runs from 0 to 10"),
        ({"measure": "pain", "below": 0}, "below", "no pain can be below 0", "it runs from 0 to 10"),
        ({"measure": "pain", "up_to": Fraction(-1)}, "up_to", "no pain can be up to -1", "it runs from 0 to 10"),
        ({"measure": "systolic", "below": "0 mm[Hg]"}, "below", "no systolic can be below 0 mm[Hg]", "it runs from 0 to no end"),
    ],
)  # fmt: skip
def test_a_bound_that_cannot_be_meant_is_told_with_its_place(
    when: dict[str, Any], where: str, what: str, remedy: str
) -> None:
    (only,) = found(**rule(when))
    assert ".".join(map(str, only[0])) == f"rules.0.when.{where}".rstrip(".")
    assert only[1] == what
    assert remedy in only[2] if remedy.startswith(NAMELESS) else remedy == only[2]


@pytest.mark.parametrize(
    "when",
    [
        {"measure": "pain", "from": 10}, {"measure": "pain", "up_to": 0}, {"measure": "pain", "above": 9},
        {"measure": "pain", "below": 1}, {"measure": "pain", "above": "goal"},
        {"measure": "pain", "of": "fall_from_baseline", "from": 11},  # a change is not a reading
        {"measure": "rescue_doses", "from": 2, "statistic": "count", "within": "8 h"},
        {"event": "hallucination"}, {"measure": "sedation", "from": 3},
        {"measure": "age", "from": "216 mo"}, {"measure": "systolic", "of": "percent_rise_from_baseline", "from": "20 %"},
    ],
)  # fmt: skip
def test_a_bound_that_a_reading_may_meet_is_taken(when: dict[str, Any]) -> None:
    assert found(**rule(when)) == []


def test_bounds_that_leave_nothing_are_told_at_their_list_and_within_others_too() -> None:
    never = {"all": (PAIN, {"measure": "pain", "below": 4})}
    words = "no pain can keep all the bounds that must hold at once"
    remedy = "mend the bounds, or ask for one of them with `any`"
    assert found(**rule(never)) == [(("rules", 0, "when", "all"), words, remedy)]
    deep = {"any": (PAIN, {"not": never})}
    assert found(**rule(deep)) == [(("rules", 0, "when", "any", 1, "not", "all"), words, remedy)]


def test_the_names_and_bounds_of_what_is_no_protocol_are_looked_at_alike() -> None:
    never = {"all": (PAIN, {"measure": "pain", "below": 4})}
    when = {"any": ({"event": "halucination"}, never)}
    one = Rule.model_validate({"key": "k", "kind": "stop", "text": "t", "when": when})
    first, second, third = word_complaints(one, ("oral", "iv"))
    assert first == (("routes", 1), "'iv' is not the library's word for a route", "write 'intravenous'")
    assert second[:2] == (
        ("when", "any", 0, "event"),
        "'halucination' is no observation of observations.yaml",
    )
    assert third == (
        ("when", "any", 1, "all"),
        "no pain can keep all the bounds that must hold at once",
        "mend the bounds, or ask for one of them with `any`",
    )
    assert list(word_complaints(Seen.model_validate(PAIN))) == []


# --- keys, weights, doses -----------------------------------------------------------------------------------


def test_a_key_stands_once_in_each_list() -> None:
    adult = {"key": "k", "kind": "include", "text": "t", "when": PAIN}
    stop = {"key": "k", "kind": "stop", "text": "t", "when": PAIN}
    cap = {"key": "k", "of": "rate", "limit": "9 mg/h"}
    remedy = "give each a key of its own"
    assert found(criteria=(adult,), rules=(stop,), **way(ceilings=(cap,))) == []
    assert found(criteria=(adult, adult)) == [(("criteria", 1, "key"), "'k' stands twice", remedy)]
    assert found(rules=(stop, {**stop, "key": "l"}, stop)) == [
        (("rules", 2, "key"), "'k' stands twice", remedy)
    ]
    assert found(**way(ceilings=(cap, cap))) == [
        (("regimens", "only", "ceilings", 1, "key"), "'k' stands twice", remedy)
    ]


USED = "is not_used, and doses are per kilogram"
IDLE = "is named, and no dose is per kilogram"
KILO = {**DRIP, "start": "0.1 mg/kg/h"}


@pytest.mark.parametrize(
    ("weight", "regimens", "wanted"),
    [
        ("not_used", {"a": DRIP}, []),
        ("actual", {"a": KILO}, []),
        ("not_stated", {"a": KILO}, []),
        ("not_used", {"a": KILO}, [("weight.kind", USED)]),
        ("actual", {"a": DRIP}, [("weight.kind", IDLE)]),
        ("actual", {"a": DRIP, "b": KILO}, []),
        ("actual", {}, []),  # without a dose there is none that it could belong to
        ("actual", {"a": {**DRIP, "start": None}}, []),
        ("actual", {"a": {**DRIP, "start": None, "loading": {"dose": "5 mg"}}}, [("weight.kind", IDLE)]),
        ("not_used", {"a": {**DRIP, "start": None, "loading": {"dose": "0.1 mg/kg"}}}, [("weight.kind", USED)]),
        ("not_used", {"a": {**KILO, "weight": {"kind": "ideal"}}}, []),
        ("not_used", {"a": {**KILO, "weight": {"kind": "not_used"}}}, [("regimens.a.weight.kind", USED)]),
        ("not_used", {"a": {**DRIP, "weight": {"kind": "ideal"}}}, [("regimens.a.weight.kind", IDLE)]),
        ("not_used", {"a": {**DRIP, "start": None, "weight": {"kind": "ideal"}}}, []),
        (
            "not_used",
            {"a": {**DRIP, "start": None, "loading": {"dose": "5 mg"}, "weight": {"kind": "ideal"}}},
            [("regimens.a.weight.kind", IDLE)],
        ),
    ],
)  # fmt: skip
def test_a_weight_is_named_where_a_dose_is_per_kilogram_and_nowhere_else(
    weight: str, regimens: dict[str, Any], wanted: list[tuple[str, str]]
) -> None:
    complaints_ = found(weight={"kind": weight}, regimens=regimens)
    assert [(".".join(map(str, path)), rule) for path, rule, _ in complaints_] == wanted
    remedies = {USED: "name the weight, or not_stated", IDLE: "write not_used"}
    assert all(remedy == remedies[rule] for _, rule, remedy in complaints_)


def test_a_way_of_one_route_is_given_by_it() -> None:
    mouth = {"title": "x", "route": "nasal", "mode": "oral", "start": "5 mg"}
    assert found(regimens={"a": mouth}) == [
        (("regimens", "a", "route"), "is nasal, and oral is given by oral", "correct one")
    ]
    assert found(regimens={"a": {**mouth, "mode": "intranasal"}}) == []


@pytest.mark.parametrize(
    ("often", "least", "wrong"),
    [(3, 3, False), (4, 3, False), (2, 3, True), (None, 3, False), (2, None, False)],
)
def test_a_day_s_dose_is_divided_as_often_as_its_conversion_asks(
    often: int | None, least: int | None, wrong: bool
) -> None:
    converted = {"from": "intravenous", "to": "oral", "ratio": 1, "doses_per_day": least}
    mouth = {
        "title": "x",
        "route": "oral",
        "mode": "oral",
        "times_per_day": often,
        "converted_from": converted,
    }
    assert found(regimens={"a": mouth}) == (
        [
            (
                ("regimens", "a", "converted_from", "doses_per_day"),
                "asks for 3 doses a day or more, and 2 are given",
                "correct one of the two",
            )
        ]
        if wrong
        else []
    )


STEPS = {"kind": "steps", "step": "2 mg/h", "every": "8 h"}
LADDER = {"kind": "ladder", "levels": ("5 mg/h", "9 mg/h")}


def cap(limit: Any = "9 mg/h", **more: Any) -> dict[str, Any]:
    return {"key": "top", "of": "rate", "limit": limit, **more}


@pytest.mark.parametrize(
    ("more", "what", "remedy"),
    [
        ({"ceilings": (cap("5 mg/h"),)}, None, ""),
        ({"ceilings": (cap("4 mg/h"),)}, "caps at 4 mg/h, which is under start (5 mg/h)", "correct one of the two"),
        ({"ceilings": (cap("4 mg/h", soft=True),)}, None, ""),
        ({"ceilings": (cap("0.01 mg/kg/h"),)}, None, ""),  # of another kind: it cannot be compared without a weight
        ({"ceilings": (cap("4 mg", of="single_dose"),)}, None, ""),
        ({"ceilings": (cap("4 mg/d", of="day"),)}, None, ""),
        ({"ceilings": (cap({"low": "4 mg/h", "high": "6 mg/h"}),)}, None, ""),
        (
            {"ceilings": (cap({"low": "3 mg/h", "high": "4 mg/h"}),)},
            "caps at 4 mg/h, which is under start (5 mg/h)", "correct one of the two",
        ),
        (
            {"ceilings": (cap("8 mg/h"),), "titration": LADDER},
            "caps at 8 mg/h, which is under titration.levels[1] (9 mg/h)", "correct one of the two",
        ),
        ({"ceilings": (cap("5 mg/h"),), "titration": {"kind": "free", "step": "7 mg/h"}}, None, ""),
        (
            {
                "ceilings": (
                    {
                        "key": "top", "of": "rate", "printed": "4 or 9",
                        "readings": (
                            {"key": "a", "limit": "9 mg/h", "strict": True}, {"key": "b", "limit": "4 mg/h", "strict": True},
                        ),
                    },
                )
            },
            "caps at 4 mg/h, which is under start (5 mg/h)", "correct one of the two",
        ),
        # Steps of 2 from 5: 7, 9.
        ({"ceilings": (cap("9 mg/h"),), "titration": STEPS}, None, ""),
        (
            {"ceilings": (cap("10 mg/h"),), "titration": STEPS},
            "is not met by steps of 2 mg/h from 5 mg/h", "correct start, step or ceiling",
        ),
        ({"ceilings": (cap("10 mg/h", soft=True),), "titration": STEPS}, None, ""),
        ({"ceilings": (cap("240 mg/d", of="day"),), "titration": STEPS}, None, ""),
        ({"ceilings": (cap("10 mg/h"),), "titration": {**STEPS, "kind": "free"}}, None, ""),
        ({"ceilings": (cap("10 mg/h"),), "titration": {**STEPS, "step": None}}, None, ""),
        ({"ceilings": (cap("10 mg/h"),), "titration": {**STEPS, "step": {"low": "2 mg/h", "high": "3 mg/h"}}}, None, ""),
        (
            {"start": {"low": "5 mg/h", "high": "6 mg/h"}, "ceilings": (cap("10 mg/h"),), "titration": STEPS},
            None, "",
        ),
        # Two steps of 8 h: 16 h to the ceiling.
        ({"ceilings": (cap("9 mg/h"),), "titration": STEPS, "course": {"at_most": "16 h"}}, None, ""),
        (
            {"ceilings": (cap("9 mg/h"),), "titration": STEPS, "course": {"at_most": "15 h"}},
            "is reached after 16 h, and the course ends after 15 h", "correct one of the two",
        ),
        (
            {"ceilings": (cap("9 mg/h"),), "titration": STEPS, "course": {"fixed": {"low": "1 h", "high": "15 h"}}},
            "is reached after 16 h, and the course ends after 15 h", "correct one of the two",
        ),
        ({"ceilings": (cap("9 mg/h"),), "titration": STEPS, "course": {"fixed": {"low": "1 h", "high": "16 h"}}}, None, ""),
        ({"ceilings": (cap("9 mg/h"),), "titration": STEPS, "course": {"infusions": 1}}, None, ""),
        ({"ceilings": (cap("9 mg/h"),), "titration": {**STEPS, "every": None}, "course": {"at_most": "1 h"}}, None, ""),
        (
            {
                "ceilings": (cap("9 mg/h"),), "titration": {**STEPS, "every": {"low": "8 h", "high": "12 h"}},
                "course": {"at_most": "16 h"},
            },
            None, "",
        ),
    ],
)  # fmt: skip
def test_a_ceiling_is_above_every_dose_met_by_its_steps_and_within_the_course(
    more: dict[str, Any], what: str | None, remedy: str
) -> None:
    wanted = [] if what is None else [(("regimens", "only", "ceilings", 0), what, remedy)]
    assert found(**way(**more)) == wanted


def test_a_ceiling_of_one_dose_is_above_the_first_one() -> None:
    mouth = {"title": "x", "route": "oral", "mode": "oral", "start": "5 mg"}
    assert found(regimens={"a": {**mouth, "ceilings": (cap("5 mg", of="single_dose"),)}}) == []
    assert found(regimens={"a": {**mouth, "ceilings": (cap("4 mg", of="single_dose"),)}}) == [
        (
            ("regimens", "a", "ceilings", 0),
            "caps at 4 mg, which is under start (5 mg)",
            "correct one of the two",
        )
    ]


# --- what is absent -----------------------------------------------------------------------------------------


def absent(*fields: str) -> dict[str, Any]:
    return {"absent": tuple({"field": field, "text": "t"} for field in fields)}


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("regimens.only.start", True), ("regimens.only.start.value", True), ("regimens.only.duration", False),
        ("regimens.other.start", False), ("population", True), ("settings", False), ("grading.scale", False),
        ("how it is stored", False), ("rules.sedation", False), ("monitoring.wakefulness", False),
    ],
)  # fmt: skip
def test_what_is_given_is_not_absent(field: str, given: bool) -> None:
    complaint = (("absent", 1, "field"), f"{field} is given above", "take it out of the list")
    fields = {"population": "Adults.", **way(), **absent("a topic in words", field)}
    assert found(**fields) == ([complaint] if given else [])


def test_what_is_watched_by_a_rule_is_not_absent_though_no_field_is_called_so() -> None:
    watched = rule({"measure": "sedation_poss", "from": 3})
    assert told(**watched, **absent("rules.sedation")) == [
        ("absent.0.field", "rules.sedation is given above")
    ]
    pain = {"monitoring": ({"items": ("pain",), "continuous": True},)}
    assert told(**pain, **absent("monitoring.pain")) == [("absent.0.field", "monitoring.pain is given above")]


def test_only_what_is_to_run_must_list_all_that_it_lacks() -> None:
    whole = plain(**way())
    missing = [(path, rule, remedy) for path, rule, remedy in complaints(whole)]
    fields = [
        "criteria",
        *(f"rules.{one}" for one in ("sedation", "respiratory_rate", "systolic", "hallucination")),
    ]
    fields += [
        f"monitoring.{one}" for one in ("pain", "sedation", "respiratory_rate", "systolic", "hallucination")
    ]
    fields.append("regimens.only.course")
    assert [rule for _, rule, _ in missing] == [
        f"{one} is neither given nor listed as absent" for one in fields
    ]
    remedy = (
        "give it, or list it under absent as {field: regimens.only.course, text: ...}: "
        "how long, or how often, ketamine is given is not said"
    )
    rule = "regimens.only.course is neither given nor listed as absent"
    assert missing[-1] == (("absent",), rule, remedy)
    assert list(complaints(plain(**way(), **absent(*fields)))) == []
    assert found(**way()) == []  # a practice describes what teams did


def test_for_an_effect_that_nobody_knows_no_reading_is_proposed_nor_an_effect_for_a_reading() -> None:
    """Another kind of observation under a like name would be a rule on the wrong thing."""
    ((_, _, effect),) = found(**rule({"event": "respiratory_rat"}))
    assert "respiratory_rate" not in effect
    ((_, _, reading),) = found(**rule({"measure": "hallucinatio", "above": 4}))
    assert "'hallucination'" not in reading
    ((_, _, near),) = found(**rule({"event": "hallucinatio"}))
    assert near == "did you mean 'hallucination'"


def test_a_limit_in_another_unit_than_it_caps_is_told_at_the_limit() -> None:
    capped = way(ceilings=({"key": "most", "of": "day", "limit": "50 mg"},))
    assert found(**capped) == [
        (
            ("regimens", "only", "ceilings", 0, "limit"), "50 mg does not limit a day",
            "write an amount per time, such as 100 mg/d, or correct `of`",
        )
    ]  # fmt: skip


def test_what_is_wrong_in_the_first_of_several_regimens_is_found_too() -> None:
    odd = {
        **DRIP,
        "titration": {"kind": "steps", "step": "5 mg/h", "raise_when": {"measure": "nonsense", "above": 4}},
    }
    found_ = found(regimens={"a": odd, "b": DRIP})
    assert [path[:2] for path, _, _ in found_] == [("regimens", "a")]
