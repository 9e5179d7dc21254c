"""Other people's adaptive solvers on the reference job: diffrax, torchdiffeq and myokit, at their best.

Each gets the same equations, patients and points, is told when the pump changes, and reckons in doubles. The
tolerances are those by which its levels came to lie within a millionth of the highest, and not much nearer.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from _level_equations import ANALYTES, RATES, STATES, Question, slope

from adjuvant.pk.arrays import Floats
from adjuvant.pk.compiled import threads

__all__ = ["PEERS", "MissingError", "Peer", "Prepared", "myokit_text", "package"]

PACKAGES = Path(__file__).resolve().parents[1] / ".build" / "solvers" / "packages"
TIGHT = 10**-6
INSTALL = "make bench-solvers"
SUNDIALS = (
    "SUNDIALS and a C compiler (make bench-solvers as root, or: sudo apt-get install libsundials-dev gcc)"
)


class MissingError(Exception):
    """A peer that is not there; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A solver that is ready: `solve` is what is timed, `levels` turns what it gave into mg by analyte.

    Args:
        levels: arrays of shape (times, patients).
        within: what must be entered while it solves.
    """

    solve: Callable[[], Any]
    levels: Callable[[Any], dict[str, Floats]]
    within: Callable[[], AbstractContextManager[Any]] = nullcontext


@dataclass(frozen=True, slots=True)
class Peer:
    """A solver beside ours.

    Args:
        most: patients that it is given at most; the time of more is reckoned in proportion.
        aim: how many times as long as ours it is meant to take.
    """

    name: str
    most: int
    aim: int
    prepare: Callable[[Question], Prepared]


def package(name: str) -> Any:
    """A package of the folder of solvers, or of wherever else it is.

    Raises:
        MissingError: it is not installed, or does not start.
    """
    if PACKAGES.is_dir() and str(PACKAGES) not in sys.path:
        sys.path.append(str(PACKAGES))
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise MissingError(f"not installed: {INSTALL}") from None
    except (ImportError, OSError) as error:  # a torch built for another processor
        raise MissingError(f"installed, but does not start: {error}") from None


def _diffrax(question: Question, way: str) -> Prepared:
    """Tsit5 of all patients at once, by steps of its own for `each` or for all as `one`; or one `alone`."""
    diffrax, jax = package("diffrax"), package("jax")
    from adjuvant.pk.level_function import in_doubles

    numbers = jax.numpy
    with in_doubles():
        times, edges, pushes = (
            numbers.asarray(one) for one in (question.times, question.edges, question.pushes)
        )
        rates = {name: numbers.asarray(one) for name, one in question.rates.items()}

    def field(minute: Any, amounts: Any, rates: Any) -> Any:
        place = numbers.searchsorted(edges, minute, side="right") - 1
        return slope(rates, pushes[numbers.minimum(place, len(pushes) - 1)], amounts)

    def widest(errors: Any) -> Any:
        return numbers.max(numbers.abs(numbers.stack(jax.tree_util.tree_leaves(errors))))

    # Of patients in step with each other none may be lost in the mean of all.
    control = {"rtol": TIGHT, "atol": TIGHT} | ({"norm": widest} if way == "one" else {})

    def solution(rates: Any) -> Any:
        found = diffrax.diffeqsolve(
            diffrax.ODETerm(field),
            diffrax.Tsit5(),
            0.0,
            question.edges[-1],
            None,
            tuple(numbers.zeros_like(rates["out"]) for _ in STATES),
            rates,
            saveat=diffrax.SaveAt(
                ts=times, fn=lambda _, amounts, __: [amounts[at] for at in ANALYTES.values()]
            ),
            stepsize_controller=diffrax.ClipStepSizeController(
                diffrax.PIDController(**control), jump_ts=edges[1:-1]
            ),
        )
        return found.ys

    solved = jax.jit(jax.vmap(solution, out_axes=1) if way == "each" else solution)
    if way == "alone":
        apart = [{name: all_of[at] for name, all_of in rates.items()} for at in range(question.patients)]
        return Prepared(
            lambda: jax.block_until_ready([solved(one) for one in apart]),
            lambda found: {name: np.stack([one[at] for one in found], 1) for at, name in enumerate(ANALYTES)},
            in_doubles,
        )
    return Prepared(
        lambda: jax.block_until_ready(solved(rates)),
        lambda found: {name: np.asarray(one) for name, one in zip(ANALYTES, found, strict=True)},
        in_doubles,
    )


def _torchdiffeq(question: Question, threads: int) -> Prepared:
    """dopri5 of all patients together, from one change of the pump to the next, by so many threads."""
    torch, odeint = package("torch"), package("torchdiffeq").odeint
    control = {"rtol": TIGHT, "atol": TIGHT, "options": {"norm": lambda errors: errors.abs().max()}}
    rates = {name: torch.from_numpy(one.copy()) for name, one in question.rates.items()}
    places = list(ANALYTES.values())
    parts = []
    for (start, end), push in zip(pairwise(question.edges), question.pushes, strict=True):
        inner = question.times[(question.times > start) & (question.times < end)]
        parts.append((torch.tensor([start, *inner, end], dtype=torch.float64), push))
    # Both ends of each part are given back; those that were not asked for are left out when all is done.
    minutes = np.concatenate([[0.0], *(part[1:].numpy() for part, _ in parts)])
    wanted = np.searchsorted(minutes, question.times)

    def solve() -> Any:
        amounts = torch.zeros((len(STATES), question.patients), dtype=torch.float64)
        found = [amounts[places][None]]
        torch.set_num_threads(threads)
        with torch.no_grad():
            for part, push in parts:

                def field(_: Any, amounts: Any, push: float = push) -> Any:
                    return torch.stack(slope(rates, push, amounts.unbind()))

                there = odeint(field, amounts, part, method="dopri5", **control)
                amounts = there[-1]
                found.append(there[1:, places])
        return found

    def levels(found: Any) -> dict[str, Floats]:
        whole = torch.cat(found).numpy()[wanted]
        return {name: whole[:, place] for place, name in enumerate(ANALYTES)}

    return Prepared(solve, levels)


def _torchdiffeq_alone(question: Question) -> Prepared:
    """The same, one patient after the other."""
    ready = [_torchdiffeq(question.some(1, at), 1) for at in range(question.patients)]

    def levels(found: Any) -> dict[str, Floats]:
        curves = [one.levels(part) for one, part in zip(ready, found, strict=True)]
        return {name: np.hstack([one[name] for one in curves]) for name in ANALYTES}

    return Prepared(lambda: [one.solve() for one in ready], levels)


def myokit_text() -> str:
    """The equations as myokit reads them, made of the same function that the others are given."""
    names = {name: _Written(name) for name in (*RATES, *STATES, "push")}
    gains = slope(names, names["push"], [names[name] for name in STATES])
    lines = ["[[model]]", *(f"c.{name} = 0" for name in STATES), "", "[c]", "time = 0 bind time"]
    lines += ["push = 0 bind pace", *(f"{name} = 1" for name in RATES)]
    lines += [f"dot({name}) = {gain}" for name, gain in zip(STATES, gains, strict=True)]
    return "\n".join(lines)


class _Written:
    """Arithmetic that is written down instead of being done."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text

    def __add__(self, other: _Written) -> _Written:
        return _Written(f"({self} + {other})")

    def __sub__(self, other: _Written) -> _Written:
        return _Written(f"({self} - {other})")

    def __mul__(self, other: _Written) -> _Written:
        return _Written(f"{self} * {other}")


def _myokit(question: Question) -> Prepared:
    """CVODE, compiled once, one patient after the other; the pump is a protocol of three events."""
    myokit = package("myokit")
    running = [place for place, push in enumerate(question.pushes) if push]
    pump = myokit.Protocol()
    for place in running:
        start, end = question.edges[place : place + 2]
        pump.schedule(question.pushes[place], start, end - start)
    try:
        simulation = myokit.Simulation(myokit.parse_model(myokit_text()), pump)
    except myokit.CompilationError:
        raise MissingError(f"myokit is there, but not {SUNDIALS}") from None
    simulation.set_tolerance(abs_tol=10**-6.5, rel_tol=10**-7.5)
    wanted = [f"c.{STATES[place]}" for place in ANALYTES.values()]

    def solve() -> Any:
        found = []
        for patient in range(question.patients):
            simulation.reset()
            for name, one in question.rates.items():
                simulation.set_constant(f"c.{name}", one[patient])
            # What lies at the very end is given only by a run that goes on a little.
            found.append(simulation.run(question.edges[-1] + 1, log=wanted, log_times=question.times))
        return found

    def levels(found: Any) -> dict[str, Floats]:
        return {
            name: np.array([log[where] for log in found]).T
            for name, where in zip(ANALYTES, wanted, strict=True)
        }

    return Prepared(solve, levels)


PEERS = (
    Peer("diffrax, Tsit5, steps for each", 10_000, 150, lambda question: _diffrax(question, "each")),
    Peer("diffrax, Tsit5, steps for all", 10_000, 150, lambda question: _diffrax(question, "one")),
    Peer("diffrax, Tsit5, one by one", 50, 150, lambda question: _diffrax(question, "alone")),
    # Parts as small as these lose more by threads than they gain, where anything else runs.
    Peer("torchdiffeq, dopri5, steps for all", 10_000, 300, lambda question: _torchdiffeq(question, 1)),
    Peer("the same, all threads", 10_000, 300, lambda question: _torchdiffeq(question, threads())),
    Peer("torchdiffeq, dopri5, one by one", 5, 300, _torchdiffeq_alone),
    Peer("myokit, CVODE, one by one", 50, 1000, _myokit),
)
"""What stands beside ours. Few patients are solved where one comes after the other."""
