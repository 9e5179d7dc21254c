"""Our closed form beside other people's adaptive solvers, on the reference job and in one run.

Run it with ``make bench-solvers``, which installs diffrax, torchdiffeq and myokit into a folder of their own;
``python bench/level_solvers.py`` leaves out what is not there, and says so. Everybody solves the same drawn
patients at the same 300 minutes of three daily infusions, both analytes. The best of several rounds counts;
the first call, which may compile, stands apart with all that a solver does before it. A solver's error is the
furthest that a level lies from the closed form, over the highest level of the same patient and analyte: above
a millionth it is no peer. Where fewer patients are solved than asked for, the time of all is in proportion.
``--patients`` and ``--rounds`` ask for less.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from _level_equations import Question, asked
from _level_peers import PEERS, MissingError, Peer
from ketamine_levels import PATIENTS

from adjuvant.cli.output import print_columns, progress
from adjuvant.pk.arrays import Floats
from adjuvant.pk.compiled import threads, usable

ROUNDS, ALLOWED = 3, 10**-6
HEAD = ("solver", "patients", "first, s", "then, s", "ms each", "error", "x NumPy", "x numba", "aim")


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of the first call and of the best round, for so many patients, and the error reached."""

    patients: int
    first: float
    best: float
    error: float = 0.0

    def of(self, patients: int) -> float:
        """Seconds for so many patients, in proportion."""
        return self.best * patients / self.patients

    def words(self) -> tuple[str, ...]:
        """Patients and seconds as they stand in the table."""
        each = f"{1000 * self.best / self.patients:.2g}"
        return (f"{self.patients:,}", f"{self.first:.1f}", f"{self.best:.3f}", each)


def timed(work: Callable[[], Any], rounds: int) -> tuple[float, float, Any]:
    """Seconds of the first call and of the best of the rounds after it, and what the last gave."""
    found, took = None, []
    for _ in range(1 + rounds):
        start = time.perf_counter()
        found = work()
        took.append(time.perf_counter() - start)
    return took[0], min(took[1:]), found


def error_of(amounts: Mapping[str, Floats], question: Question, levels: Mapping[str, Floats]) -> float:
    """The furthest of any level from `levels`, over the highest of the same patient and analyte."""
    worst = []
    for name, mg in amounts.items():
        right = levels[name][:, : question.patients]
        worst.append((np.abs(mg * question.scale[name] - right).max(axis=0) / right.max(axis=0)).max())
    return float(np.max(worst))


def measure(peer: Peer, question: Question, levels: Mapping[str, Floats], rounds: int) -> Measured:
    """One peer on the question, or on as much of it as it is given.

    Raises:
        MissingError: it is not there.
    """
    part = question.some(min(peer.most, question.patients))
    start = time.perf_counter()
    ready = peer.prepare(part)
    before = time.perf_counter() - start
    with ready.within():
        first, best, found = timed(ready.solve, rounds)
    return Measured(part.patients, before + first, best, error_of(ready.levels(found), part, levels))


def row(peer: Peer, found: Measured, ours: Mapping[str, Measured]) -> tuple[str, ...]:
    """A line of the table: how many times as long as each of our paths, if it is right enough to be asked."""
    line = (peer.name, *found.words(), f"{found.error:.1e}")
    if not found.error <= ALLOWED:
        return (*line, "", "", f"no peer: further off than {ALLOWED:.0e}")
    times = {name: found.of(own.patients) / own.best for name, own in ours.items()}
    whole = all(own.patients == PATIENTS for own in ours.values())  # of fewer, no aim is set
    met = ("met" if max(times.values()) >= peer.aim else "not met") if whole else f"of {PATIENTS:,}"
    return (
        *line,
        *(f"{times[name]:.0f}" if name in times else "-" for name in ("NumPy", "numba")),
        f"{peer.aim}: {met}",
    )


def main() -> None:
    """Print a line for each of our paths, and for each solver that is there."""
    reading = argparse.ArgumentParser(description="Our closed form beside other people's adaptive solvers.")
    reading.add_argument("--patients", type=int, default=PATIENTS, help=f"{PATIENTS:,} unless told otherwise")
    reading.add_argument("--rounds", type=int, default=ROUNDS, help="the best of them counts")
    told = reading.parse_args()
    paths = {"NumPy": "never", **({"numba": "always"} if usable() else {})}
    print(f"threads: {threads()}; load of the machine: {os.getloadavg()[0]:.1f}", flush=True)
    question, ours, levels = asked(told.patients), {}, {}
    lines, steps = [], len(paths) + len(PEERS)
    with progress("solvers") as report:
        for name, choice in paths.items():
            report(f"ours, by {name}", len(lines), steps)
            os.environ["ADJUVANT_COMPILED"] = choice
            first, best, levels = timed(question.ours, told.rounds)
            ours[name] = Measured(told.patients, first, best)
            lines.append((f"ours, by {name}", *ours[name].words(), "", "", "", ""))
        for peer in PEERS:
            report(peer.name, len(lines), steps)
            try:
                lines.append(row(peer, measure(peer, question, levels, told.rounds), ours))
            except MissingError as missing:
                lines.append((peer.name, *[""] * 7, str(missing)))
    print_columns(HEAD, lines, right=range(1, len(HEAD) - 1))


if __name__ == "__main__":
    main()
