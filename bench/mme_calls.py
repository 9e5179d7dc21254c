"""How many regimens a second the opioid engine answers in one process: six drugs, one patch, one as needed.

Run it with ``python bench/mme_calls.py``. It prints, for each kind of call, calls and lines a second of
processor time, the best of several rounds. Parsing is measured apart from answering, and the full JSON answer
with the range over all tables apart from the total alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from adjuvant import library
from adjuvant.opioids import daily_mme, mme_json, read_regimen, spread

REGIMEN = json.dumps(
    {
        "medications": [
            {
                "drug": "fentanyl",
                "form": "patch",
                "route": "transdermal",
                "dose": "75 ug/h",
                "every_hours": 72,
            },
            {"drug": "oxycodone", "route": "oral", "dose": "10 mg", "times_per_day": 4},
            {"drug": "morphine", "route": "oral", "dose": "15 mg", "times_per_day": 6, "as_needed": True},
            {"drug": "hydromorphone", "route": "intravenous", "rate": "0.2 mg/h"},
            {"drug": "methadone", "route": "oral", "dose": "5 mg", "every_hours": 8},
            {"drug": "gabapentin", "route": "oral", "dose": "300 mg", "times_per_day": 3},
        ]
    }
)
ROUNDS, SECONDS = 5, 0.4


def rate(call: Callable[[], object]) -> float:
    """Calls per second of processor time: the best of several short rounds, with warm caches."""
    call()
    best = 0.0
    for _ in range(ROUNDS):
        count, start = 0, time.process_time()
        while (spent := time.process_time() - start) < SECONDS:
            call()
            count += 1
        best = max(best, count / spent)
    return best


def main() -> None:
    """Print the rates."""
    lines = read_regimen(REGIMEN)
    plan, plans = library.default_plan(), library.spread_plans()
    calls: dict[str, Callable[[], object]] = {
        "read_regimen": lambda: read_regimen(REGIMEN),
        "daily_mme": lambda: daily_mme(lines, plan),
        "read_regimen and daily_mme": lambda: daily_mme(read_regimen(REGIMEN), plan),
        f"spread over {len(plans)} plans": lambda: spread(lines, plans),
        "mme_json, with the range": lambda: mme_json(lines, plan, plans),
        "read_regimen, mme_json and json.dumps": lambda: json.dumps(
            mme_json(read_regimen(REGIMEN), plan, plans)
        ),
    }
    for name, call in calls.items():
        found = rate(call)
        print(f"{name:40} {found:8,.0f} calls/s {found * len(lines):9,.0f} lines/s")


if __name__ == "__main__":
    main()
