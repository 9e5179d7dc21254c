"""Search: bounds one by one, the frontier by a second way, and a protocol and guardrails that alter nothing."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from adjuvant.design import (
    Asked,
    Bounds,
    ChanceBound,
    Found,
    Group,
    Pump,
    Space,
    Timing,
    frontier,
    groups,
    of_protocol,
    search,
)
from adjuvant.design.binding import as_given, refusals
from adjuvant.design.wire import found_json
from adjuvant.errors import InputError
from adjuvant.library.folder import FOLDER
from adjuvant.pk import Covariates, equilibration
from adjuvant.protocol import Sited, load, sited
from adjuvant.protocol.compare import reference_weight
from adjuvant.quantity import Quantity, parse_quantity

WEIGHT = parse_quantity("70 kg")
ASKED = Asked("effect", 70.0, 160.0, "a reason", 200.0, "a reason", equilibration().per_min)
PUMP = Pump(Fraction(1), Fraction(1, 10))


def run_by_example(key: str) -> Sited:
    return sited(load(key), FOLDER / "protocols" / key / "example_site.yaml")


@cache
def people(seed: int = 1) -> tuple[Group, ...]:
    return groups("ketamine", Covariates(70, 60), patients=120, seed=seed)[0]


def timing(minutes: int = 60, infusions: int = 1, every: int = 24, begins: int = 9) -> Timing:
    return Timing(Fraction(minutes), infusions, Fraction(every), Fraction(begins))


def searched(
    rates: list[int | Fraction], *timings: Timing, bounds: Bounds | None = None, **more: Any
) -> Found:
    told: dict[str, Any] = {"objectives": ("total_mg", "hours_in_range"), **more}
    return search(
        told.pop("sited", run_by_example("patel_ldk")),
        told.pop("regimen", "infusion"),
        Space(tuple(map(Fraction, rates)), timings or (timing(),)),
        bounds or Bounds(()),
        told.pop("pump", PUMP),
        told.pop("people", people()),
        WEIGHT,
        told.pop("asked", ASKED),
        **told,
    )


def test_every_schedule_is_tried_and_is_either_refused_with_a_reason_or_scored_in_every_model() -> None:
    found = searched([10, 20, 30, 40], timing(60), timing(120))
    assert found.tried == 8
    assert len(found.refused) + len({one.candidate.name for one in found.scored}) == 8
    assert all(reasons for _, reasons in found.refused)
    assert {one.model for one in found.scored} == {one.model.key for one in people()}


@pytest.mark.parametrize(
    ("bounds", "rates", "one", "refused"),
    [
        (Bounds((), mg_per_day=Fraction(25)), [20, 30], timing(60), "most in a day: 30 mg"),
        (Bounds((), mg_in_all=Fraction(50)), [20, 30], timing(60, 2, 48), "most in all: 60 mg"),
    ],
)
def test_milligrams_a_day_and_in_all_refuse_what_is_over_them(
    bounds: Bounds, rates: list[int | Fraction], one: Timing, refused: str
) -> None:
    found = searched(rates, one, bounds=bounds)
    ((_, reasons),) = found.refused
    assert any(words.startswith(refused) for words in reasons)


def test_two_infusions_within_24_hours_count_as_one_day() -> None:
    found = searched([20], timing(60, 2, 12), bounds=Bounds((), mg_per_day=Fraction(30)))
    assert "most in a day: 40 mg" in found.refused[0][1][0]


def test_a_rate_that_the_pump_cannot_be_set_to_is_refused_and_not_rounded() -> None:
    found = searched([Fraction(101, 20), 5])
    ((name, reasons),) = found.refused
    assert name.startswith("5.05 mg/h") and "no whole number of steps" in reasons[0]


def test_working_hours_hold_every_start_and_every_stop() -> None:
    hours = Bounds((), working_h=(Fraction(8), Fraction(16)))
    late = searched([10], timing(60, begins=15), timing(120, begins=15), bounds=hours)
    ((name, reasons),) = late.refused
    assert "2 h" in name and "starts or stops at 17 h" in reasons[0]
    night = searched([10], timing(60, 2, 12), bounds=hours)
    assert "21 h, 22 h" in night.refused[0][1][0]


def test_the_protocols_own_ceiling_refuses_and_the_dose_is_not_lowered() -> None:
    """The founding limit, as the example site reads it: at most 0.5 mg/kg, which is 35 mg."""
    found = searched([35, 36])
    assert [name.split(" ")[0] for name, _ in found.refused] == ["36"]
    assert "0.5 mg/kg" in found.refused[0][1][0]
    assert {one.candidate.rate for one in found.scored} == {35}


def test_a_ceiling_that_a_site_must_still_read_refuses_everything() -> None:
    found = searched([1], sited=sited(load("patel_ldk")))
    assert not found.scored and "can be read in several ways" in found.refused[0][1][0]


def test_a_guardrail_that_binds_refuses_and_one_that_does_not_is_no_reason() -> None:
    own = run_by_example("civik")
    given = own.protocol.regimens["infusion"]
    assert not refusals(Quantity(35, "mg/h"), own, given, reference_weight(WEIGHT))
    over = refusals(Quantity(36, "mg/h"), own, given, reference_weight(WEIGHT))
    assert over and "0.5 mg/kg/h" in over[0]
    from adjuvant.protocol.limits import guardrails

    rail = guardrails()["asra_acute_rate"].model_copy(update={"binds": True})
    held = refusals(Quantity(71, "mg/h"), own, given, reference_weight(WEIGHT), {"asra_acute_rate": rail})
    assert any(words.startswith("asra_acute_rate") for words in held)
    loose = rail.model_copy(update={"binds": False})
    assert not any(
        words.startswith("asra")
        for words in refusals(Quantity(71, "mg/h"), own, given, reference_weight(WEIGHT), {"a": loose})
    )


def test_limits_count_the_times_of_the_proposal_and_not_those_of_the_protocol() -> None:
    own = run_by_example("patel_ldk").protocol.regimens["infusion"]
    given = as_given(own, Fraction(240), 2, Fraction(12))
    assert given.duration is not None and given.duration.value is not None
    assert given.duration.value.in_("h") == 4 and given.ceilings == own.ceilings


def test_a_chance_bound_holds_the_upper_end_of_the_interval() -> None:
    """30 mg in 40 minutes: whoever passes 200 ng/mL is counted, and the bound is on what the count can show."""
    bound = ChanceBound(200.0, 0.2, "a reason")
    found = searched([45], timing(40), bounds=Bounds((bound,)))
    (kamp,) = [one for one in found.scored if one.model == "kamp2020"]
    (share,) = kamp.chances
    assert share is not None and (share.high > 0.2) == bool(kamp.broken)
    loose = searched([45], timing(40), bounds=Bounds((ChanceBound(200.0, 0.99, "a reason"),)))
    assert not any(one.broken for one in loose.scored if one.model == "kamp2020")


def test_a_model_without_spread_between_people_has_no_chance_and_its_typical_patient_must_keep_the_level() -> (
    None
):
    found = searched([10], bounds=Bounds((ChanceBound(20.0, 0.9, "a reason"),)))
    for one in found.scored:
        if one.model != "kamp2020":
            assert one.chances == (None,) and one.broken == ("the typical patient passes 20 ng/mL",)


def test_a_stricter_chance_never_keeps_more() -> None:
    kept = [
        set(
            searched(
                [10, 20, 30, 35], timing(40), timing(60), bounds=Bounds((ChanceBound(150.0, alpha, "x"),))
            ).everywhere
        )
        for alpha in (0.0, 0.05, 0.3, 0.9)
    ]
    assert all(less <= more for less, more in pairwise(kept))


def test_the_frontier_is_what_no_other_beats_by_a_second_way() -> None:
    generator = np.random.default_rng(3)
    for _ in range(50):
        points = [tuple(map(float, row)) for row in generator.integers(0, 6, (12, 2))]
        by_hand = [
            place
            for place, one in enumerate(points)
            if not any(
                all(a <= b for a, b in zip(other, one, strict=True)) and other != one for other in points
            )
        ]
        assert frontier(points) == by_hand


def test_on_the_frontier_more_hours_in_range_cost_more_milligrams() -> None:
    found = searched([10, 20, 30, 35], timing(40), timing(60), timing(120))
    for model, names in found.frontiers:
        ones = sorted(
            (one.objectives["total_mg"], one.objectives["hours_in_range"])
            for name in names
            if (one := found.of(name, model)) is not None
        )
        assert all(a[1] < b[1] or a == b for a, b in pairwise(ones))


def test_robust_schedules_keep_every_bound_in_every_model() -> None:
    found = searched([20, 30, 35], timing(40), timing(60), bounds=Bounds((ChanceBound(180.0, 0.3, "x"),)))
    for name in found.robust:
        assert name in found.everywhere
        assert all(not one.broken for one in found.scored if one.candidate.name == name)


def test_the_search_agrees_with_the_comparison_of_the_same_schedule() -> None:
    from adjuvant.design import compare_schedules

    own = run_by_example("patel_ldk")
    schedule = of_protocol(own, "infusion", WEIGHT, rises="never", days=Fraction(5))
    compared = compare_schedules([schedule], people(), 70, ASKED, seed=1)
    rate = Fraction(35 * 60, 40)
    found = searched([rate], timing(40, 3, 48), pump=Pump(Fraction(1), Fraction(1, 2)), step_min=5.0)
    for one in found.scored:
        other = compared.of(schedule.name, one.model)
        assert other is not None
        peak = other.peak.median if other.peak.median is not None else other.peak.typical
        assert one.objectives["peak"] == pytest.approx(peak, rel=1e-9)
        assert one.objectives["rounds"] == schedule.rounds
        if other.above is not None:
            assert one.objectives["chance_above"] == other.above.share


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: searched([10], objectives=("pain",)), "objective 'pain': is not known"),
        (lambda: searched([10], objectives=()), "objectives: are none"),
        (lambda: searched([10], sited=run_by_example("kannan_oral"), regimen="oral"), "not by a pump"),
        (lambda: searched([10], regimen="drip"), "is not one of patel_ldk"),
        (lambda: Space((), (timing(),)), "is empty"),
        (lambda: Space((Fraction(1), Fraction(1)), (timing(),)), "twice"),
        (lambda: Space(tuple(map(Fraction, range(1, 10002))), (timing(),)), "is over 10000"),
        (lambda: timing(120, 2, 1), "run into each other"),
        (lambda: timing(0), "is impossible"),
        (lambda: ChanceBound(100.0, 1.0, "x"), "is no share below one"),
        (lambda: ChanceBound(float("nan"), 0.1, "x"), "is no level above zero"),
        (lambda: ChanceBound(100.0, 0.1, ""), "does not say where it is from"),
        (lambda: Bounds((), mg_per_day=Fraction(0)), "is not above zero"),
        (lambda: Bounds((), working_h=(Fraction(18), Fraction(8))), "are no stretch of one day"),
        (lambda: Pump(Fraction(0), Fraction(1)), "is not above zero"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_words(make: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        make()


@pytest.mark.hazard("H-040")
def test_a_search_says_who_was_not_studied_and_which_figures_of_its_models_are_assumed() -> None:
    found = searched([10])
    assert found.notices[0].startswith("Nothing here advises a dose") and "palliative" in found.notices[1]
    assert "coefficient of variation of CL: 0.25 (assumed)" in dict(found.assumed)["kamp2020"]
    answer = found_json(found, ASKED, ())
    assert answer["notices"] == list(found.notices) and answer["assumed"]["kamp2020"]


def test_rounds_that_nobody_states_are_no_objective() -> None:
    bare = run_by_example("patel_ldk")
    unwatched = Sited(
        bare.protocol.model_copy(update={"monitoring": ()}), bare.profile, bare.references, bare.digest
    )
    with pytest.raises(InputError, match="names no times of observation"):
        searched([10], sited=unwatched, objectives=("rounds",))
