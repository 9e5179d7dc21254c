"""Cold commands: whole processes, each as a ratio to its target and to a bare Python start in the same run.

The import is of the MIMIC-III demo subset beside the repository, read in place; where that folder is absent
the line says so. A run takes a minute or two, most of it the reference record and the import.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADJUVANT = Path(sys.executable).parent / "adjuvant"
MIMIC = ROOT.parent / "shared" / "data" / "mimic3_demo"
PATIENT = "synthetic-founding-case"
RUNS = 7
MEMORY = 1 << 30
IMPORT_SECONDS, ANSWER_SECONDS, REPORT_SECONDS = 10.0, 1.5, 3.0


@dataclass(frozen=True)
class Run:
    """One run of a process: wall seconds, processor seconds, and its largest resident memory in bytes."""

    wall: float
    processor: float
    memory: int


def once(command: list[str], environment: dict[str, str]) -> Run:
    """Run a command to its end, its output discarded.

    Raises:
        SystemExit: it failed; a benchmark of a command that fails measures nothing.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment, cwd=ROOT)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with exit code {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def median(command: list[str], environment: dict[str, str], runs: int = RUNS) -> Run:
    """The medians of so many runs."""
    found = [once(command, environment) for _ in range(runs)]
    return Run(
        statistics.median(run.wall for run in found),
        statistics.median(run.processor for run in found),
        int(statistics.median(run.memory for run in found)),
    )


def show(name: str, run: Run, bare: Run, target: float | None = None) -> None:
    """One line: seconds, times a bare start, and the part of the target that was used."""
    against = "" if target is None else f", {run.wall / target:.2f} of the target of {target:g} s"
    print(
        f"  {name:52} {run.wall:6.3f} s, {run.wall / bare.wall:5.1f} times a bare start,"
        f" processor {run.processor:6.3f} s{against}",
        flush=True,
    )


def importing(home: str, bare: Run, environment: dict[str, str]) -> None:
    """The MIMIC-III demo subset into a new store, and how much memory that took."""
    if not MIMIC.is_dir():
        print(f"  adjuvant import mimic3_demo: not measured, as {MIMIC.name} is not beside this repository")
        return
    run = once([str(ADJUVANT), "import", str(MIMIC), "--store", f"{home}/mimic"], environment)
    show("adjuvant import mimic3_demo --store DIR", run, bare, IMPORT_SECONDS)
    print(f"  {'':52} peak {run.memory / 2**20:,.0f} MiB, {run.memory / MEMORY:.2f} of the limit of 1 GiB")


def main() -> None:
    """Print every command's figures; targets stand where there is one."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "ADJUVANT_HOME": home}
        once([str(ADJUVANT), "demo"], environment)
        bare = median([sys.executable, "-c", "pass"], environment)
        show("python -c pass", bare, bare)
        for words, target in (
            (["--help"], None),
            (["mme", "docs/tutorial/regimen.json", "--json"], None),
            (["tables", "list"], None),
            (["evaluate", "--patient", PATIENT, "--json"], ANSWER_SECONDS),
            (["report", "--patient", PATIENT, "--out", f"{home}/out"], REPORT_SECONDS),
        ):
            shown = "adjuvant " + " ".join(words).replace(home, "DIR")
            show(shown, median([str(ADJUVANT), *words], environment), bare, target)
        assert list(Path(home, "out").rglob("*.pdf")), "the report that was timed holds no PDF"
        importing(home, bare, environment)


if __name__ == "__main__":
    main()
