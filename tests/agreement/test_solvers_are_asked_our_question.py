"""What other people's solvers are given in the benchmark is the system that our closed form solves."""

from __future__ import annotations

import math
import re
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The modules of the benchmark, by name."""
    monkeypatch.syspath_prepend(str(BENCH))
    return import_module


def solved(question: Any, slope: Any, states: int, patient: int) -> np.ndarray:
    """mg in each state at each time, by SciPy, from one change of the pump to the next."""
    rates = {name: one[patient] for name, one in question.rates.items()}
    amounts, found = np.zeros(states), np.zeros((states, len(question.times)))
    for (start, end), push in zip(pairwise(question.edges), question.pushes, strict=True):
        inner = (question.times >= start) & (question.times <= end)
        part = solve_ivp(
            lambda _, now, push=push: slope(rates, push, now),
            (start, end),
            amounts,
            method="DOP853",
            t_eval=np.unique([*question.times[inner], end]),
            rtol=1e-9,
            atol=1e-10,
        )
        found[:, inner] = part.y[:, np.searchsorted(part.t, question.times[inner])]
        amounts = part.y[:, -1]
    return found


def test_scipy_on_the_same_equations_comes_to_our_levels(bench: Any) -> None:
    """Three patients, both analytes, all 300 minutes, within a millionth of the highest level."""
    equations = bench("_level_equations")
    question = equations.asked(3)
    ours = question.ours()
    assert set(ours) == set(equations.ANALYTES)
    for patient in range(3):
        mg = solved(question, equations.slope, len(equations.STATES), patient)
        for name, place in equations.ANALYTES.items():
            right = ours[name][:, patient]
            assert mg[place] * question.scale[name][patient] == pytest.approx(right, abs=1e-6 * right.max())


def test_the_pump_gives_three_times_35_mg_and_runs_an_hour_a_day(bench: Any) -> None:
    question = bench("_level_equations").asked(2)
    assert question.edges == (0, 60, 1440, 1500, 2880, 2940, 4320)
    lasting = np.diff(question.edges)
    assert lasting * question.pushes == pytest.approx([35, 0, 35, 0, 35, 0])
    assert len(question.times) == 300 and question.times[-1] == question.edges[-1]


def test_some_of_the_patients_are_the_same_patients(bench: Any) -> None:
    question = bench("_level_equations").asked(4)
    part = question.some(2, first=1)
    assert part.patients == 2
    assert all((one == question.rates[name][1:3]).all() for name, one in part.rates.items())
    assert all((one == question.scale[name][1:3]).all() for name, one in part.scale.items())


def test_what_is_written_for_myokit_is_the_same_arithmetic(bench: Any) -> None:
    """Each line is worked out by Python, which reads sums and products as myokit does."""
    equations, peers = bench("_level_equations"), bench("_level_peers")
    names = ("push", *equations.RATES, *equations.STATES)
    values = {name: math.sqrt(2 + place) for place, name in enumerate(names)}  # no two alike, none of one
    gains = equations.slope(values, values["push"], [values[name] for name in equations.STATES])
    written = dict(re.findall(r"^dot\((\w+)\) = (.+)$", peers.myokit_text(), flags=re.MULTILINE))
    assert list(written) == list(equations.STATES)
    for name, gain in zip(equations.STATES, gains, strict=True):
        assert eval(written[name], {}, values) == pytest.approx(gain, rel=1e-12)


def test_a_wrong_answer_is_no_peer_however_fast(bench: Any) -> None:
    equations, solvers = bench("_level_equations"), bench("level_solvers")
    question = equations.asked(3)
    levels = question.ours()
    right = {name: one / question.scale[name] for name, one in levels.items()}
    wrong = {name: one.copy() for name, one in right.items()}
    wrong["norketamine"][150, 1] *= 1.01
    off = solvers.error_of(wrong, question, levels)
    curve = levels["norketamine"][:, 1]
    assert solvers.error_of(right, question, levels) < 1e-15
    assert off == pytest.approx(0.01 * curve[150] / curve.max())
    ours = {"NumPy": solvers.Measured(3, 0.0, 1.0)}
    for error in (off, math.nan):
        line = solvers.row(solvers.PEERS[0], solvers.Measured(3, 0.0, 1e-6, error), ours)
        assert line[-1].startswith("no peer") and not any(line[6:8])


def test_time_of_all_patients_is_in_proportion(bench: Any) -> None:
    solvers = bench("level_solvers")
    ours = {"NumPy": solvers.Measured(10_000, 0.0, 0.5), "numba": solvers.Measured(10_000, 0.0, 0.25)}
    peer = solvers.Peer("one by one", 50, 100, None)
    line = solvers.row(peer, solvers.Measured(50, 0.0, 0.125, 1e-7), ours)  # 25 s for ten thousand
    assert line[1] == "50" and line[6:] == ("50", "100", "100: met")
    assert (
        solvers.row(solvers.Peer("", 50, 101, None), solvers.Measured(50, 0, 0.125), ours)[-1]
        == "101: not met"
    )


def test_a_solver_that_is_not_there_says_how_to_get_it(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    peers = bench("_level_peers")
    monkeypatch.setattr(peers, "PACKAGES", BENCH / "nowhere")  # or later tests would find what is there
    with pytest.raises(peers.MissingError, match="not installed: make bench-solvers"):
        peers.package("a_solver_that_nobody_wrote")


def test_no_aim_is_met_or_missed_by_fewer_patients_than_it_is_set_for(bench: Any) -> None:
    solvers = bench("level_solvers")
    few = {"NumPy": solvers.Measured(40, 0.0, 0.5)}
    line = solvers.row(solvers.Peer("", 50, 1, None), solvers.Measured(40, 0.0, 60.0), few)
    assert line[-1] == "1: of 10,000" and line[-3:-1] == ("120", "-")
