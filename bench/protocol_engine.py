"""How fast protocols are loaded and evaluated: the whole library cold and from its cache, single situations.

Run it with ``python bench/protocol_engine.py``. Loading is the time inside a fresh process after its imports,
and stands beside that of reading the same bytes; an evaluation is the median over every level of CIVIK's
ladder, with a chart of five days beside it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

COLD_S, CACHED_S, EVALUATE_MS = 0.5, 0.05, 1.0
LOAD = """
import time
import adjuvant.protocol as p
from adjuvant.library.folder import FOLDER
start = time.perf_counter()
for path in FOLDER.rglob("*.yaml"): path.read_bytes()
read = time.perf_counter() - start
start = time.perf_counter()
for key in p.protocol_keys(): p.load(key)
print(time.perf_counter() - start, read)
"""


def loading(cache: str) -> tuple[float, float]:
    """Seconds to load every protocol in a fresh process, and to read the library's bytes."""
    environment = {**os.environ, "ADJUVANT_CACHE": cache}
    told = subprocess.run(
        [sys.executable, "-c", LOAD], env=environment, capture_output=True, text=True, check=True
    )
    first, second = told.stdout.split()
    return float(first), float(second)


def evaluating(rounds: int = 40) -> float:
    """Milliseconds of one evaluation, the median over rounds and levels."""
    from adjuvant.protocol import Situation, evaluate
    from adjuvant.protocol.limits import guardrails
    from bedside import BEGINS, Chart, at_a_site

    sited = at_a_site("civik")
    rails = guardrails()
    chart = Chart().answering(sited.protocol).seen(-1, medd_intravenous=150).calm(-1)
    for hour in range(0, 120, 4):
        chart = chart.calm(hour).seen(hour, pain=5)
    situations = [
        Situation.at(BEGINS.replace(hour=BEGINS.hour + 8), chart.ketamine(0, "start", str(level)).facts)
        for level in sited.protocol.regimens["infusion"].levels
    ]
    took = []
    for _ in range(rounds):
        for situation in situations:
            start = time.perf_counter()
            evaluate(sited, situation, guardrails=rails)
            took.append(time.perf_counter() - start)
    return statistics.median(took) * 1000


def main() -> None:
    """Print the three figures, each with its ratio to the aim."""
    with tempfile.TemporaryDirectory() as folder:
        cold, read = loading("off")
        loading(folder)
        cached, _ = loading(folder)
    for words, took, aim in (("cold", cold, COLD_S), ("from the cache", cached, CACHED_S)):
        times = f"{took / read:,.0f} times reading the bytes"
        print(f"  every protocol, {words:20} {took:7.3f} s, {took / aim:.2f} of the aim, {times}")
    median = evaluating()
    print(f"  one situation evaluated              {median:7.3f} ms, {median / EVALUATE_MS:.2f} of the aim")


if __name__ == "__main__":
    main()
