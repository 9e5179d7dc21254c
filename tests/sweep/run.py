"""Sweeps random situations: each is evaluated, planned, rounded and checked; says what was covered, and fails on any breach.

`python -m sweep.run --situations 1000000` with `tests` on the path; `scripts/sweep` does that.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context

from sweep.book import ways
from sweep.cases import Case, play
from sweep.covered import Seen, not_reached, table

__all__ = ["Swept", "main", "sweep"]

_CHUNK = 250
_KEPT = 20
"""So many breaches are kept with their whole story; further ones are counted."""
_EVERY_S = 2.0
Tell = Callable[[int, int, float], None]


@dataclass
class Swept:
    """What one sweep did.

    Args:
        seen: what was covered, each with how often.
        broken: the first situations in which something was wrong; `breaches` counts them all.
        missed: what should have been met and was not.
        processor: seconds of processor time, of all workers together.
    """

    situations: int
    seed: int
    seconds: float
    seen: Seen
    broken: list[Case] = field(default_factory=list)
    breaches: int = 0
    missed: list[str] = field(default_factory=list)
    processor: float = 0.0

    def __str__(self) -> str:
        protocols = len({way.key for way in ways()})
        each = self.processor / self.situations * 1000
        found = f"{self.breaches:,} breaches" if self.breaches else "not one breach"
        return (
            f"sweep: {self.situations:,} situations of {len(ways())} regimens of {protocols} protocols in {self.seconds:,.0f} s "
            f"({each:.2f} ms of processor time each, seed {self.seed}), {found}"
        )


def sweep(situations: int, *, seed: int = 1, workers: int = 1, tell: Tell | None = None) -> Swept:
    """Play so many situations. The same seed plays the same ones, over however many workers they are spread."""
    seen: Seen = Counter()
    broken: list[Case] = []
    breaches, done, began, last = 0, 0, time.monotonic(), 0.0
    worked = _worked()
    for number, part, bad, several in _parts(situations, seed, workers):
        seen.update(part)
        broken = sorted([*broken, *bad], key=lambda one: one.number)[:_KEPT]
        breaches += several
        done += number
        now = time.monotonic() - began
        if tell is not None and (now - last >= _EVERY_S or done == situations):
            last = now
            tell(done, breaches, now)
    spent = time.monotonic() - began
    missed = list(not_reached(seen, situations))
    return Swept(situations, seed, spent, seen, broken, breaches, missed, _worked() - worked)


def _worked() -> float:
    """Seconds of processor time of this process and of workers that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _parts(situations: int, seed: int, workers: int) -> Iterator[tuple[int, Seen, list[Case], int]]:
    chunks = [(seed, first, min(first + _CHUNK, situations)) for first in range(0, situations, _CHUNK)]
    if workers <= 1:
        yield from map(_chunk, chunks)
        return
    with get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(_chunk, chunks)
        pool.close()
        pool.join()  # only then does their processor time count


def _chunk(span: tuple[int, int, int]) -> tuple[int, Seen, list[Case], int]:
    seed, first, end = span
    seen: Seen = Counter()
    broken: list[Case] = []
    breaches = 0
    for number in range(first, end):
        case = _played(seed, number)
        seen.update(case.seen)
        if case.faults:
            breaches += 1
            broken = [*broken, case][:_KEPT]
    return end - first, seen, broken, breaches


def _played(seed: int, number: int) -> Case:
    try:
        return play(seed, number)
    except Exception as error:  # noqa: BLE001 - whatever ends the program for one situation is a breach of its own
        case = Case(number, ways()[number % len(ways())].title)
        case.faults.append(f"{type(error).__name__}: {error}")
        return case


def _bar(situations: int) -> Tell:
    """A bar on a terminal; elsewhere a line now and then."""
    wide, shown = 40, [-1]

    def tell(done: int, breaches: int, seconds: float) -> None:
        share = done / situations
        rest = seconds / share - seconds if share else 0
        line = (
            f"{done:>11,} of {situations:,}, {breaches} breaches, {seconds:,.0f} s gone, {rest:,.0f} s to go"
        )
        if sys.stderr.isatty():
            full = "#" * int(share * wide)
            print(
                f"\r[{full:<{wide}}] {line}",
                end="\n" if done == situations else "",
                file=sys.stderr,
                flush=True,
            )
        elif int(share * 20) > shown[0]:
            shown[0] = int(share * 20)
            print(f"sweep: {line}", file=sys.stderr, flush=True)

    return tell


def told(case: Case, seed: int) -> Iterator[str]:
    """One situation with what is wrong in it, and how to play it alone."""
    yield f"situation {case.number} of seed {seed}, {case.title}; alone: scripts/sweep --seed {seed} --only {case.number}"
    yield from (f"  WRONG: {one}" for one in case.faults)
    yield from (f"    {one}" for one in case.story)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of `scripts/sweep`."""
    reader = argparse.ArgumentParser(prog="scripts/sweep", description=__doc__.splitlines()[0])
    reader.add_argument("--situations", type=int, default=10_000)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    reader.add_argument("--only", type=int, help="play this one situation, and show it whole")
    chosen = reader.parse_args(arguments)
    if chosen.only is not None:
        case = play(chosen.seed, chosen.only, whole=True)
        print("\n".join(told(case, chosen.seed)))
        return 1 if case.faults else 0
    found = sweep(chosen.situations, seed=chosen.seed, workers=chosen.workers, tell=_bar(chosen.situations))
    print("\n".join(table(found.seen)))
    print()
    for case in found.broken:
        print("\n".join(told(case, found.seed)))
    for one in found.missed:
        print(f"NEVER MET: {one}")
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"{found}; {len(found.missed)} things never met; {peak / 1024:,.0f} MiB at most in one process")
    return 1 if found.breaches or found.missed else 0


if __name__ == "__main__":
    sys.exit(main())
