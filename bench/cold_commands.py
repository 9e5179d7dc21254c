"""Cold commands: whole processes, each as a ratio to a bare Python start in the same run."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADJUVANT = Path(sys.executable).parent / "adjuvant"
RUNS = 7


def median(command: list[str], environment: dict[str, str]) -> float:
    """Median wall seconds of `command` over RUNS runs, output discarded."""
    seconds = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment, cwd=ROOT)
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def main() -> None:
    """Print seconds and the ratio to `python -c pass`."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "ADJUVANT_HOME": home}
        subprocess.run(
            [str(ADJUVANT), "demo"], check=True, stdout=subprocess.DEVNULL, env=environment, cwd=ROOT
        )
        bare = median([sys.executable, "-c", "pass"], environment)
        print(f"  {'python -c pass':52} {bare:6.3f} s    1.0 times")
        for words in (
            ["--help"],
            ["mme", "docs/tutorial/regimen.json", "--json"],
            ["tables", "list"],
            ["evaluate", "--patient", "synthetic-founding-case", "--json"],
            ["report", "--patient", "synthetic-founding-case", "--out", f"{home}/out"],
        ):
            seconds = median([str(ADJUVANT), *words], environment)
            shown = "adjuvant " + " ".join(words).replace(home, "DIR")
            print(f"  {shown:52} {seconds:6.3f} s  {seconds / bare:5.1f} times")


if __name__ == "__main__":
    main()
