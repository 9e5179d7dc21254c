"""Levels of ketamine: 10,000 patients at 300 minutes of three daily infusions, and one patient at 4,000.

Run it with ``python bench/ketamine_levels.py``. The patients are drawn from the model of Otto, S-ketamine
with S-norketamine. Stored curves are measured against the first write of as many bytes into fresh memory by
as many threads, in the same run and best of several rounds; quantiles, which store no curve, stand beside.
With ``--millions`` it draws up to ten million patients, each number in a process of its own. With ``--jax``
it measures stored curves by NumPy, by numba and by JAX in one run, and derivatives by differences and by JAX.
"""

from __future__ import annotations

import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from adjuvant.pk import (
    CompartmentModel,
    Covariates,
    Infusion,
    Regimen,
    draw,
    load_model,
    population_band,
    simulate,
)
from adjuvant.pk.compiled import threads, usable
from adjuvant.pk.population import curves

PATIENTS, TIMES, ROUNDS, AT_ONCE = 10_000, 300, 15, 200
AIM_CURVES, AIM_ONE_MS = 2.5, 1.0
MANY = (10_000, 100_000, 1_000_000, 10_000_000)
OTTO, KAMP, MAN = load_model("otto2021"), load_model("kamp2020"), Covariates(70.0)
DAYS = tuple(Infusion.of_amount(1440 * day, 60, "35 mg", "intravenous") for day in range(3))
REGIMEN, RACEMIC = Regimen(DAYS, "esketamine"), Regimen(DAYS)
GRID = np.linspace(0, 4320, TIMES)


def best_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds of the best of several rounds, after one that is not counted."""
    work()
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return 1000 * min(found)


def first_touch() -> None:
    """As many bytes as the curves of two analytes take, written into fresh memory by every thread."""
    fresh, parts = np.empty((2, TIMES, PATIENTS)), threads()
    with ThreadPoolExecutor(parts) as pool:
        rows = np.array_split(fresh.reshape(2 * TIMES, PATIENTS), parts)
        list(pool.map(lambda some: some.fill(1.0), rows))


def band(patients: int) -> object:
    """Quantiles of patients who are drawn for them."""
    return population_band(OTTO, REGIMEN, GRID, MAN, patients=patients, generator=np.random.default_rng(1))


def seconds(work: Callable[[], object]) -> float:
    """Seconds of one round."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def by_three_paths() -> None:
    """Stored curves of the reference job by each path; the first call apart, which may compile."""
    person = draw(OTTO, MAN, PATIENTS, np.random.default_rng(1))
    for name, choice in (("NumPy", "never"), ("numba", "always"), ("JAX", "jax")):
        os.environ["ADJUVANT_COMPILED"] = choice

        def work() -> object:
            return curves(OTTO, person, REGIMEN, GRID, 70.0)

        first, best = seconds(work), best_ms(work)
        print(f"stored curves by {name}: {best:.0f} ms; the first call {first:.1f} s")


def derivatives() -> None:
    """Of one patient at as many points, by every figure and dose; of many side by side, by every figure."""
    import jax

    from adjuvant.pk.gradients import level_gradients
    from adjuvant.pk.level_function import in_doubles, level_function

    for name, model, given in (("kamp2020", KAMP, RACEMIC), ("otto2021", OTTO, REGIMEN)):

        def moved(model: CompartmentModel = model, given: Regimen = given) -> object:
            return level_gradients(model, given, GRID, MAN)

        one = level_function(model, given, GRID, MAN)
        by_differences, first, best = best_ms(moved), seconds(one.derivatives), best_ms(one.derivatives)
        print(
            f"derivatives of one patient of {name}, {TIMES} points: by differences {by_differences:.1f} ms;"
        )
        print(f"  by JAX {best:.1f} ms, the first call {first:.1f} s")
    person = draw(OTTO, MAN, AT_ONCE, np.random.default_rng(1))
    drawn = {
        name: np.broadcast_to(np.asarray(value, dtype=float), (AT_ONCE,))
        for name, value in person.values.items()
    }
    with in_doubles():
        many = jax.jit(jax.vmap(jax.jacfwd(level_function(OTTO, REGIMEN, GRID, MAN)), (0, None)))

        def all_of_them() -> object:
            return jax.block_until_ready(many(drawn, np.array([35.0 / 60] * len(DAYS))))

        first, best = seconds(all_of_them), best_ms(all_of_them, 3)
    print(
        f"derivatives of {AT_ONCE} patients at once by JAX: {best / 1000:.1f} s, the first call {first:.1f} s"
    )
    print(f"device: {jax.devices()[0].device_kind}")


def main() -> None:
    """Print each figure with what it is measured against."""
    if sys.argv[1:2] == ["--band"]:
        start = time.perf_counter()
        band(int(sys.argv[2]))
        print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    if "--jax" in sys.argv:
        print(f"threads: {threads()}; load of the machine: {os.getloadavg()[0]:.1f}")
        by_three_paths()
        derivatives()
        return
    print(f"compiled: {usable()}; threads: {threads()}; load of the machine: {os.getloadavg()[0]:.1f}")
    person = draw(OTTO, MAN, PATIENTS, np.random.default_rng(1))
    floor = best_ms(first_touch)
    stored = best_ms(lambda: curves(OTTO, person, REGIMEN, GRID, 70.0))
    drawn = best_ms(lambda: draw(OTTO, MAN, PATIENTS, np.random.default_rng(1)))
    counted = best_ms(lambda: band(PATIENTS))
    size = 2 * TIMES * PATIENTS * 8 / 1e6
    print(f"first write of {size:.0f} MB: {floor:.1f} ms")
    print(f"stored curves: {stored:.0f} ms, {stored / floor:.1f} times the first write (aim {AIM_CURVES})")
    print(f"quantiles, no curve stored, drawn: {counted:.0f} ms; curves, drawn: {stored + drawn:.0f} ms")
    for name, model, given in (("kamp2020", KAMP, RACEMIC), ("otto2021", OTTO, REGIMEN)):
        fine = np.linspace(0, 4320, 4000)
        one = best_ms(lambda model=model, given=given, fine=fine: simulate(model, given, fine, MAN), 50)
        print(f"one patient of {name}, {len(fine)} points: {one:.2f} ms (aim {AIM_ONE_MS})")
    if "--millions" in sys.argv:
        seconds = []
        for patients in MANY:
            ran = subprocess.run(
                [sys.executable, __file__, "--band", str(patients)],
                check=True,
                capture_output=True,
                text=True,
            )
            took, mib = (float(word) for word in ran.stdout.split())
            seconds.append(took)
            print(f"quantiles of {patients} patients: {took:.1f} s, {mib:.0f} MiB at most")
        power = math.log(seconds[-1] / seconds[1]) / math.log(MANY[-1] / MANY[1])
        print(
            f"from {MANY[1]} to {MANY[-1]} patients the time grows as their number to the power {power:.2f}"
        )


if __name__ == "__main__":
    main()
