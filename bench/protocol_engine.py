"""How fast protocols are loaded and evaluated: the library without and with its cache, single situations.

Run it with ``python bench/protocol_engine.py``. Loading is processor time inside a fresh process after its
imports, the median of several, so that what else the machine does is left out; reading the same bytes stands
beside it. An evaluation is the median over every level of CIVIK's ladder, with a chart of five days.
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
RUNS = 5
LOAD = """
import time
from adjuvant import library
from adjuvant.library import omop, preparations, routes, studies, vocabulary
from adjuvant.library.folder import FOLDER
from adjuvant.protocol import limits, load, protocol_keys

start = time.process_time()
for path in FOLDER.rglob("*.yaml"): path.read_bytes()
read = time.process_time() - start
start = time.process_time()
for key in protocol_keys(): load(key)
protocols = time.process_time() - start
for key in library.table_keys(): library.load_table(key)
for reader in (
    library.settings, library.scales, library.products, library.responses, library.plausible_limits,
    library.drug_book, library.spread_plans, limits.guardrails, limits.modifiers, limits.rule_examples,
    studies.studies, vocabulary.observations, vocabulary.conditions, vocabulary.interactions,
    preparations.preparations, routes.route_book, omop.omop_book,
): reader()
print(protocols, time.process_time() - start, read)
"""


def loading(cache: str, runs: int = RUNS) -> list[float]:
    """Processor seconds of fresh processes: every protocol, the whole library, and reading its bytes."""
    environment = {**os.environ, "ADJUVANT_CACHE": cache}
    found = [
        subprocess.run(
            [sys.executable, "-c", LOAD], env=environment, capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(runs)
    ]
    return [statistics.median(map(float, column)) for column in zip(*found, strict=True)]


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
    """Print the figures, each with its ratio to the aim."""
    with tempfile.TemporaryDirectory() as folder:
        cold = loading("off")
        loading(folder, 1)
        cached = loading(folder)
    for words, (protocols, whole, read), aim in (("cold", cold, COLD_S), ("cached", cached, CACHED_S)):
        for what, took in (("every protocol", protocols), ("the whole library", whole)):
            times = f"{took / read:,.0f} times reading the bytes"
            print(f"  {what + ', ' + words:36} {took:7.3f} s, {took / aim:.2f} of the aim, {times}")
    median = evaluating()
    print(f"  one situation evaluated              {median:7.3f} ms, {median / EVALUATE_MS:.2f} of the aim")


if __name__ == "__main__":
    main()
