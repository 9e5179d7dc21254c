"""How many regimens a second the opioid engine answers in one process: six drugs, one patch, one as needed.

Run it with ``python bench/mme_calls.py``. It goes round 2,000 regimens that differ in their doses, so that
no answer is one that was given before, and prints calls and lines a second of processor time, the best of
several rounds. "The whole call" is what ``adjuvant mme --json`` does once it is running: reading, amounts,
factors, every derivation and the range over all tables; its ratio to the target stands at the end. The engine
remembers lines that it has met, and wards write the same lines again and again; what a call costs when no
line was ever met stands beside it.
"""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from adjuvant import library
from adjuvant.opioids import daily_mme, mme_json, read_regimen, spread

TARGET = 5_000  # calls a second
REGIMENS, ROUNDS, SECONDS = 2_000, 5, 0.4
T = TypeVar("T")


def regimens(count: int, seed: int = 1) -> list[str]:
    """So many different regimens as JSON text: the same six kinds of line, each with a dose of its own."""
    rng = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        found[_regimen(rng)] = None
    return list(found)


def _regimen(rng: random.Random) -> str:
    def milligrams(step: float, most: int) -> str:
        return f"{step * rng.randint(1, most):g} mg"

    patch = {"drug": "fentanyl", "form": "patch", "route": "transdermal", "every_hours": 72}
    rescue = {"drug": "morphine", "route": "oral", "as_needed": True}
    lines = [
        patch | {"dose": f"{12.5 * rng.randint(1, 16):g} ug/h"},
        {
            "drug": "oxycodone",
            "route": "oral",
            "dose": milligrams(2.5, 32),
            "times_per_day": rng.randint(2, 6),
        },
        rescue | {"dose": milligrams(2.5, 24), "times_per_day": rng.randint(1, 8)},
        {"drug": "hydromorphone", "route": "intravenous", "rate": f"{rng.randint(1, 80) / 40:g} mg/h"},
        {
            "drug": "methadone",
            "route": "oral",
            "dose": milligrams(2.5, 16),
            "every_hours": rng.choice((6, 8, 12)),
        },
        {"drug": "gabapentin", "route": "oral", "dose": milligrams(100, 9), "times_per_day": 3},
    ]
    return json.dumps({"medications": lines})


def unmet(count: int, seed: int = 2) -> list[str]:
    """So many regimens of which no line is in another: each dose has milligrams or micrograms of its own."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        regimen = json.loads(_regimen(rng))
        for line in regimen["medications"]:
            key = "rate" if "rate" in line else "dose"
            amount, unit = line[key].split()
            line[key] = f"{amount.partition('.')[0]}.{number + 1:06} {unit}"
        found.append(json.dumps(regimen))
    return found


def rate(call: Callable[[T], object], over: Sequence[T]) -> float:
    """Calls per second of processor time, one argument after the other: the best of several rounds."""
    arguments: Iterator[T] = itertools.cycle(over)
    call(next(arguments))
    best = 0.0
    for _ in range(ROUNDS):
        count, start = 0, time.process_time()
        while (spent := time.process_time() - start) < SECONDS:
            call(next(arguments))
            count += 1
        best = max(best, count / spent)
    return best


def main() -> None:
    """Print the rates, and the ratio of the whole call to the target."""
    texts = regimens(REGIMENS)
    read = [read_regimen(text) for text in texts]
    plan, plans = library.default_plan(), library.spread_plans()
    found = {
        "read_regimen": rate(read_regimen, texts),
        "daily_mme": rate(lambda lines: daily_mme(lines, plan), read),
        f"spread over {len(plans)} plans": rate(lambda lines: spread(lines, plans), read),
        "mme_json, with the range": rate(lambda lines: mme_json(lines, plan, plans), read),
        "the whole call": rate(lambda text: mme_json(read_regimen(text), plan, plans), texts),
        "the whole call, and JSON text": rate(
            lambda text: json.dumps(mme_json(read_regimen(text), plan, plans)), texts
        ),
        "the whole call, no line met": rate(
            lambda text: mme_json(read_regimen(text), plan, plans), unmet(20 * REGIMENS)
        ),
    }
    for name, calls in found.items():
        print(f"{name:30} {calls:8,.0f} calls/s {calls * len(read[0]):9,.0f} lines/s")
    whole = found["the whole call"]
    print(f"the whole call against the target of {TARGET:,} calls/s: {whole / TARGET:.2f}")


if __name__ == "__main__":
    main()
