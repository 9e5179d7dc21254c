"""Questions that break a promise of their readers: each is refused in words, with its place, and none of them hangs."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adjuvant.design import (
    Asked,
    Bounds,
    ChanceBound,
    Pump,
    Schedule,
    Space,
    Timing,
    groups,
    of_protocol,
    search,
    uptake,
)
from adjuvant.design.question import read_compare
from adjuvant.design.searched import (
    asked_proposal,
    asked_steps,
    bounds_of,
    objectives_of,
    read_design,
    space_of,
)
from adjuvant.design.strict import Fields, decoded
from adjuvant.errors import InputError
from adjuvant.library.folder import FOLDER
from adjuvant.pk import Bolus, Covariates, Regimen
from adjuvant.protocol import load, sited
from adjuvant.quantity import parse_quantity

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "reference" / "example_schedules"


class Raw(str):
    """A value that is written into the JSON as it stands."""


def with_(name: str, path: str, value: Any) -> str:
    """The text of an example with one value changed; `...` takes it out."""
    found: Any = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    found["patients"] = 10
    *way, last = path.split(".")
    place = found
    for step in way:
        place = place[int(step)] if step.isdecimal() else place[step]
    if value is ...:
        del place[last]
    else:
        place[int(last) if last.isdecimal() else last] = "~here~" if isinstance(value, Raw) else value
    return json.dumps(found).replace('"~here~"', value if isinstance(value, Raw) else "")


def read(name: str, text: str) -> None:
    """As far as the commands go before any model is asked."""
    if name == "founding":
        read_compare(text, EXAMPLES).common.groups("ketamine")
        return
    question = read_design(text, EXAMPLES)
    if question.kind == "space":
        space_of(question)
        bounds_of(question)
        objectives_of(question)
        question.common.groups("ketamine")
    elif question.kind == "target":
        asked_proposal(question)
    else:
        asked_steps(question)


@pytest.mark.parametrize("name", ["founding", "search", "target", "next_steps"])
def test_the_examples_themselves_are_read(name: str) -> None:
    read(name, with_(name, "note", "An example."))


LONG = Raw("1e400")
ENDLESS = Raw("1e999999999")
FINE = Raw("1e-999999999")
SKIN = {"finding": "subcutaneous_assumed", "share": 0.8, "half_life": "20 min", "because": "a guess"}
DOSE = {"route": "intravenous", "start_min": 0, "duration_min": 60, "rate": "5 mg/h"}


@pytest.mark.parametrize(
    ("name", "path", "value", "words"),
    [
        # numbers
        ("founding", "weight_kg", LONG, "weight_kg .* has more than 15 digits"),
        ("founding", "weight_kg", ENDLESS, "weight_kg .* has more than 15 digits"),
        ("founding", "weight_kg", FINE, "weight_kg .* has more than 15 digits"),
        ("founding", "weight_kg", Raw("7" * 4400), "too long a number"),
        ("founding", "weight_kg", True, "weight_kg true: is no bare number"),
        ("founding", "weight_kg", None, "weight_kg null: is no bare number"),
        ("founding", "weight_kg", -70, "body weight -70: is not above zero"),
        ("founding", "age_years", -1, "age -1: is negative"),
        ("founding", "age_years", LONG, "age_years .* has more than 15 digits"),
        ("founding", "seed", -1, "seed -1: is under 0"),
        ("founding", "seed", 0.5, "seed 0.5: is no whole number"),
        ("founding", "patients", 10**6, "patients 1000000: is over 100000"),
        ("founding", "patients", -5, "-5 patients: are none"),
        ("founding", "range.low", "-1 ng/mL", "range.low '-1 ng/mL': is negative"),
        ("founding", "range.low", "1e2 ng/mL", "is not a plain decimal number"),
        ("founding", "range.low", f"{'9' * 400} ng/mL", "range.low"),
        ("founding", "range.high", "70 ng/mL", "range of 70 to 70 ng/mL: is upside down"),
        ("founding", "range.high", ["160 ng/mL"], "range.high .* has no unit"),
        ("founding", "range", "70 to 160 ng/mL", "range: is no object"),
        ("founding", "ceiling.above", "0 ng/mL", "ceiling 0: is not above zero"),
        ("founding", "ceiling.because", " ", "ceiling.because .* is no text"),
        ("founding", "of", 5, "of 5: is no text"),
        ("founding", "effect_half_life", 8.3, "effect_half_life .* has no unit"),
        ("founding", "effect_half_life", "8.3 mg", "effect_half_life '8.3 mg'"),
        ("founding", "note", 5, "note 5: is no text"),
        # models and uptakes
        ("founding", "models", "kamp2020", "models: is no list with entries"),
        ("founding", "models", [], "models: is no list with entries"),
        ("founding", "models", [1], r"models\[0\] 1: is no text"),
        ("founding", "models", ["kamp2020", "kamp2020"], "model 'kamp2020': stands twice"),
        ("founding", "uptakes", [SKIN, SKIN], "uptake of route 'subcutaneous': stands twice"),
        (
            "founding",
            "uptakes",
            [{**SKIN, "share": 0.1}],
            r"uptakes\[0\]: share 0.1: is outside of 0.75 to 1",
        ),
        ("founding", "uptakes", [{**SKIN, "share": "0.8"}], r'uptakes\[0\].share "0.8": is no bare number'),
        ("founding", "uptakes", [{**SKIN, "half_life": 20}], r"uptakes\[0\].* has no unit"),
        ("founding", "uptakes", [{**SKIN, "because": ""}], r'uptakes\[0\].because "": is no text'),
        (
            "founding",
            "uptakes",
            [{**SKIN, "finding": "skin"}],
            r"uptakes\[0\]: absorption 'skin': is not in the",
        ),
        ("founding", "uptakes", [{**SKIN, "sd": 1}], r"uptakes\[0\]: key 'sd': is not known"),
        # schedules
        ("founding", "schedules.0", "patel_ldk", r"schedules\[0\]: is no object"),
        ("founding", "schedules.0.doses", [DOSE], r"schedules\[0\]: key 'doses': is not known"),
        ("founding", "schedules.0.days", 0, r"schedules\[0\]: 0 days of a course: are none"),
        ("founding", "schedules.0.days", -3, r"schedules\[0\]: -3 days of a course: are none"),
        (
            "founding",
            "schedules.0.days",
            1000,
            r"schedules\[0\]: 1000 days of a course: are none, or over 366",
        ),
        (
            "founding",
            "schedules.0.regimen",
            "drip",
            r"schedules\[0\]: regimen 'drip': is not one of patel_ldk",
        ),
        ("founding", "schedules.1.name", " ", r"schedules\[1\].name .* is no text"),
        ("founding", "schedules.1.rises", "never", r"schedules\[1\]: key 'rises': is not known"),
        ("founding", "schedules.1.hours", 1, r"schedules\[1\]: .* ends before its last dose does, at 100 h"),
        (
            "founding",
            "schedules.1.hours",
            10**6,
            r"schedules\[1\]: .* has no length from above zero to 366 days",
        ),
        ("founding", "schedules.1.rounds", -1, r"schedules\[1\].rounds -1: is under 0"),
        ("founding", "schedules.1.doses", [], r"schedules\[1\].doses: is no list with entries"),
        ("founding", "schedules.1.doses", ..., r"schedules\[1\]: regimen: has no doses"),
        ("founding", "schedules.1.drug", ..., r"schedules\[1\].drug: is missing"),
        (
            "founding",
            "schedules.1.doses.0.start_min",
            -5,
            r"doses\[0\]: start of an infusion -5: is negative",
        ),
        (
            "founding",
            "schedules.1.doses.0.start_min",
            LONG,
            r"doses\[0\].start_min .* has more than 15 digits",
        ),
        ("founding", "schedules.1.doses.0.duration_min", 0, r"doses\[0\]: duration 0: is not above zero"),
        ("founding", "schedules.1.doses.0.amount", "35", r"doses\[0\]: quantity '35': has no unit"),
        ("founding", "schedules.1.doses.0.amount", "-1 mg", r"doses\[0\]: .*-1"),
        ("founding", "schedules.1.doses.0.route", "in the ear", r"doses\[0\]"),
        (
            "founding",
            "schedules.1.doses.0.changes",
            [{"at_min": 5, "rate": "1 mg/h"}],
            "changes: stand beside",
        ),
        ("founding", "schedules.2.doses.0.changes", [{"at_min": 5}], r"changes\[0\].rate: is missing"),
        ("founding", "schedules.2.doses.0.changes", [{"at_min": 9000, "rate": "1 mg/h"}], r"doses\[0\]"),
        # spaces
        ("search", "space.rates", ["0 mg/h"], "space: rate 0 mg/h: is not above zero"),
        ("search", "space.rates", ["-5 mg/h"], r"space.rates\[0\] '-5 mg/h': is negative"),
        ("search", "space.rates", [5], r"space.rates\[0\] 5: has no unit"),
        ("search", "space.rates", ["5 mg"], r"space.rates\[0\] '5 mg'"),
        ("search", "space.rates", [], "space.rates: is no list with entries"),
        ("search", "space.rates", ["5 mg/h", "5 mg/h"], "names a rate or a timing twice"),
        ("search", "space.rates", {"from": "1 mg/h", "to": "9 mg/h"}, "space.rates.by: is missing"),
        (
            "search",
            "space.rates",
            {"from": "9 mg/h", "to": "1 mg/h", "by": "1 mg/h"},
            "from one end to the other",
        ),
        (
            "search",
            "space.rates",
            {"from": "1 mg/h", "to": "9 mg/h", "by": "0 mg/h"},
            "from one end to the other",
        ),
        (
            "search",
            "space.rates",
            {"from": "1 mg/h", "to": "1000000000001 mg/h", "by": "0.001 mg/h"},
            "space.rates: stands for over 10000 values",
        ),
        ("search", "space.rates", {"from": "1 mg/h", "to": "9999 mg/h", "by": "1 mg/h"}, "is over 10000"),
        ("search", "space.durations", ["0 min"], "space: duration of 0 min: is impossible"),
        ("search", "space.durations", ["49 h"], "infusions of 2940 min every 24 h: run into each other"),
        ("search", "space.durations", ..., "space.durations: is missing"),
        ("search", "space.courses", [{"infusions": 0, "every": "24 h"}], "0 infusions: are none"),
        ("search", "space.courses", [{"infusions": 3}], r"space.courses\[0\].every: is missing"),
        ("search", "space.courses", [{"infusions": 3, "every": "1 h"}], "run into each other"),
        ("search", "space.courses", [{"infusions": 10**7, "every": "24 h"}], "are none, or over 1000"),
        (
            "search",
            "space.courses",
            [{"infusions": 500, "every": "24 h"}],
            "course of 499.028 days: is over 366",
        ),
        ("search", "space.begins", ["24:00"], "space: beginning at hour 24: is no hour of a day"),
        ("search", "space.begins", ["-1:00"], "is no time of day"),
        ("search", "space.begins", ["9:0"], "is no time of day"),
        ("search", "space.begins", [9], r"space.begins\[0\] 9: is no text"),
        # limits, and bounds on a chance
        ("search", "limits.working_hours", "08:00", "limits.working_hours .* is no time of day"),
        ("search", "limits.working_hours", "08:00-25:00", "'25:00': is no time of day"),
        ("search", "limits.working_hours", "08:00-24:30", "'24:30': is no time of day"),
        ("search", "limits.mg_per_day", "0 mg", "limits: limit of mg in a day, 0: is not above zero"),
        ("search", "limits.mg_in_all", "5 mg/h", "limits.mg_in_all '5 mg/h'"),
        ("search", "limits.mg_a_day", "5 mg", "limits: key 'mg_a_day': is not known"),
        ("search", "chances", [], "chances: is no list with entries"),
        ("search", "chances.0.above", "0 ng/mL", r"chances\[0\]: level 0 ng/mL: is no level above zero"),
        ("search", "chances.0.at_most", -0.1, r"chances\[0\]: chance of at most -0.1: is no share below one"),
        ("search", "chances.0.at_most", LONG, r"chances\[0\].at_most .* has more than 15 digits"),
        ("search", "chances.0.at_most", "5 %", r"chances\[0\].at_most .* is no bare number"),
        ("search", "pump.step", "0 mL/h", "pump: step of the pump 0: is not above zero"),
        ("search", "pump.concentration", "1 mg", "pump.concentration '1 mg'"),
        ("search", "objectives", "total_mg", "objectives: is no list with entries"),
        # a limit that nobody would hold
        ("target", "limits", {"mg_per_day": "1 mg"}, "limits: is not used where 'target' is asked for"),
        ("target", "chances", [], "chances: is not used where 'target' is asked for; .*state limits within"),
        ("target", "objectives", ["total_mg"], "objectives: is not used"),
        ("target", "models", ["domino1982"], "models: is not used where 'target' is asked for"),
        ("target", "uptakes", [SKIN], "uptakes: is not used where 'target' is asked for"),
        (
            "next_steps",
            "limits",
            {"mg_per_day": "1 mg"},
            "limits: is not used where 'next_steps' is asked for",
        ),
        ("next_steps", "pump", {}, "pump: is not used where 'next_steps' is asked for"),
        # levels on paper, and next steps
        ("target", "target", "100 ng/mL", "target: is no object"),
        ("target", "target.level", "0 ng/mL", "target 0: is not above zero"),
        ("target", "target.level", ..., "target.level: is missing"),
        ("target", "target.hours", "0 h", "target: length of the table 0: is not above zero"),
        ("target", "target.hours", "100000 h", "is too long"),
        ("target", "target.interval", "0 min", "target: interval 0: is not above zero"),
        ("target", "target.highest_in_blood", "0 ng/mL", "highest_ng_per_ml 0: is not above zero"),
        ("next_steps", "next_steps.given", ..., "next_steps: regimen: has no doses"),
        ("next_steps", "next_steps.now_min", LONG, "next_steps.now_min .* has more than 15 digits"),
        ("next_steps", "next_steps.present", 5, "next_steps.present 5: is no text"),
        ("next_steps", "next_steps.present", "0.1", "next_steps: quantity '0.1': has no unit"),
        ("next_steps", "next_steps.hours", "0 h", "next_steps: forecast of 0 h: has no length"),
        ("next_steps", "next_steps.hours", "90000 h", "forecast of 90000 h: has no length"),
        ("next_steps", "next_steps.then", "stop", "next_steps: key 'then': is not known"),
    ],
)
def test_a_question_that_breaks_a_promise_is_refused_with_its_place(
    name: str, path: str, value: Any, words: str
) -> None:
    with pytest.raises(InputError, match=words) as told:
        read(name, with_(name, path, value))
    assert "\n" not in str(told.value) and len(str(told.value)) < 1000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000, "is nested too deeply"),
        ('{"a": Infinity}', "Infinity: is no number"),
        ('{"a": {"b": 1, "b": 2}}', "key 'b': stands twice"),
        ("{'a': 1}", "line 1, column 2: is not JSON"),
        ("null", "question: is no object"),
        ('{"wieght_kg": 70}', "^key 'wieght_kg': is not known; did you mean"),
    ],
)
def test_what_is_no_question_is_refused_with_line_key_or_the_nearest_word(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Fields(decoded(text), "", ("weight_kg", "range"))


def test_a_number_is_read_exactly_and_digits_that_somebody_means_are_kept() -> None:
    own = Fields(decoded('{"a": 0.1, "b": 123456789.000000123, "c": 1e3, "d": 0.0, "e": 12}'), "", "abcde")
    assert [own.number(key) for key in "abcde"] == [
        Fraction(1, 10), Fraction(123456789000000123, 10**9), 1000, 0, 12,
    ]  # fmt: skip
    assert own.whole("c", least=1000, most=1000) == 1000


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Timing(Fraction(0), 1, Fraction(24), Fraction(9)), "duration of 0 min: is impossible"),
        (lambda: Timing(Fraction(60), 1, Fraction(24), Fraction(-1)), "beginning at hour -1: is no hour"),
        (lambda: Timing(Fraction(60), 2, Fraction(0), Fraction(1)), "run into each other"),
        (
            lambda: Space((Fraction(-1),), (Timing(Fraction(60), 1, Fraction(24), Fraction(9)),)),
            "rate -1 mg/h",
        ),
        (lambda: Space((Fraction(1),), ()), "is empty"),
        (lambda: ChanceBound(float("inf"), 0.1, "x"), "is no level above zero"),
        (lambda: ChanceBound(100.0, float("nan"), "x"), "is no share below one"),
        (lambda: Bounds((), mg_in_all=Fraction(-1)), "limit of mg in all, -1: is not above zero"),
        (lambda: Bounds((), working_h=(Fraction(8), Fraction(8))), "are no stretch of one day"),
        (lambda: Bounds((), working_h=(Fraction(-1), Fraction(8))), "are no stretch of one day"),
        (lambda: Bounds((), working_h=(Fraction(8), Fraction(25))), "are no stretch of one day"),
        (lambda: Pump(Fraction(1), Fraction(-1)), "step of the pump -1: is not above zero"),
        (lambda: schedule(0.0), "has no length from above zero to 366 days"),
        (lambda: schedule(float("nan")), "has no length from above zero to 366 days"),
        (lambda: schedule(float("inf")), "has no length from above zero to 366 days"),
        (lambda: civik("never", Fraction(0)), "0 days of a course: are none"),
        (lambda: uptake("skin", half_life_min=5, because="x"), "absorption 'skin': is not in the library"),
        (
            lambda: groups("ketamine", Covariates(70), patients=1, seed=1, only=["kamp2020", "kamp2020"]),
            "model 'kamp2020': stands twice",
        ),
    ],
)
def test_what_no_search_can_mean_is_refused_where_it_is_made(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        make()


def schedule(hours: float) -> Schedule:
    return Schedule("one", Regimen((Bolus(0, "1 mg", "intravenous"),)), hours, "x", (), 1, None)


def civik(rises: str, days: Fraction) -> Schedule:
    own = sited(load("civik"), FOLDER / "protocols" / "civik" / "example_site.yaml")
    return of_protocol(own, "infusion", parse_quantity("70 kg"), rises=rises, days=days)


def test_an_infusion_that_ends_at_midnight_ends_within_working_hours_that_go_on_to_it() -> None:
    late = Timing(Fraction(60), 1, Fraction(24), Fraction(23))
    assert late.edges_h == (Fraction(0), Fraction(23))
    own = sited(load("patel_ldk"), FOLDER / "protocols" / "patel_ldk" / "example_site.yaml")
    refused = {}
    for last in (24, 23):
        found = search(
            own, "infusion", Space((Fraction(10),), (late,)),
            Bounds((), working_h=(Fraction(8), Fraction(last))), Pump(Fraction(1), Fraction(1)),
            groups("ketamine", Covariates(70), patients=1, seed=1, only=["domino1982"])[0],
            parse_quantity("70 kg"), Asked("blood", 70.0, 160.0, "x", 200.0, "x", None), objectives=["acts"],
        )  # fmt: skip
        refused[last] = [words for _, reasons in found.refused for words in reasons]
    assert refused == {24: [], 23: ["working hours: an infusion starts or stops at 0 h"]}


def test_a_folder_is_where_the_paths_of_a_question_count_from(tmp_path: Path) -> None:
    question = with_("founding", "schedules.0.site", "example_site.yaml")
    with pytest.raises(InputError, match=r"schedules\[0\].site 'example_site.yaml': is no site profile"):
        read_compare(question, tmp_path)
    site = FOLDER / "protocols" / "patel_ldk" / "example_site.yaml"
    (tmp_path / "example_site.yaml").write_bytes(site.read_bytes())
    assert len(read_compare(question, tmp_path).schedules) == 3
