"""Levels of ketamine: 10,000 patients at 300 minutes of three daily infusions, and one patient at 4,000.

Run it with ``python bench/ketamine_levels.py``. The patients are drawn from the model of Otto, S-ketamine
with S-norketamine. Stored curves are measured against the first write of as many bytes into fresh memory, in
the same run and best of several rounds; a band of quantiles, which stores no curve, stands beside them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from adjuvant.pk import Covariates, Infusion, Regimen, draw, load_model, population_band, simulate
from adjuvant.pk.population import curves

PATIENTS, TIMES, ROUNDS = 10_000, 300, 7
AIM_CURVES, AIM_ONE_MS = 2.5, 1.0


def best_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds of the best of several rounds."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return 1000 * min(found)


def first_touch() -> None:
    """As many bytes as the curves of two analytes take, written into fresh memory."""
    for _ in range(2):
        np.empty((TIMES, PATIENTS)).fill(1.0)


def main() -> None:
    """Print each figure with what it is measured against."""
    otto, kamp, man = load_model("otto2021"), load_model("kamp2020"), Covariates(70.0)
    days = tuple(Infusion.of_amount(1440 * day, 60, "35 mg", "intravenous") for day in range(3))
    regimen, racemic = Regimen(days, "esketamine"), Regimen(days)
    person = draw(otto, man, PATIENTS, np.random.default_rng(1))
    grid, fine = np.linspace(0, 4320, TIMES), np.linspace(0, 4320, 4000)
    floor = best_ms(first_touch)
    stored = best_ms(lambda: curves(otto, person, regimen, grid, 70.0))
    band = best_ms(
        lambda: population_band(
            otto, regimen, grid, man, patients=PATIENTS, generator=np.random.default_rng(1)
        ),
        2,
    )
    size = 2 * TIMES * PATIENTS * 8 / 1e6
    print(f"first write of {size:.0f} MB: {floor:.1f} ms")
    print(f"stored curves: {stored:.0f} ms, {stored / floor:.1f} times the first write (aim {AIM_CURVES})")
    print(f"a band, no curve stored, patients drawn: {band:.0f} ms")
    for name, model, given in (("kamp2020", kamp, racemic), ("otto2021", otto, regimen)):
        one = best_ms(lambda model=model, given=given: simulate(model, given, fine, man), 50)
        print(f"one patient of {name}, {len(fine)} points: {one:.2f} ms (aim {AIM_ONE_MS})")


if __name__ == "__main__":
    main()
