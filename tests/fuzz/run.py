"""Runs one fuzz target for so many executions or seconds, and counts honestly what was done.

`python -m fuzz.run units --seconds 60` with `tests` on the path; `scripts/fuzz` does that. The fuzzing itself happens in a
process of its own (`fuzz.engine`), because atheris instruments the code that it runs and must not meet coverage.py.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PARSERS", "Ran", "fuzz", "main"]

PARSERS = (
    "decimals",
    "units",
    "doses",
    "regimens",
    "tables",
    "resources",
    "documents",
    "terms",
    "protocols",
    "series",
)
ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".build" / "fuzz"
_DONE = re.compile(r"#([0-9]+)\t|^done ([0-9]+)")
_EVERY_S = 10.0
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run did.

    Args:
        executions: inputs tried, as the engine counted them.
        seconds: wall clock from the first input to the last.
        engine: ``atheris`` (guided by coverage) or ``hypothesis`` (by chance).
        failure: what was broken, with the input; empty if nothing was.
    """

    parser: str
    executions: int
    seconds: float
    engine: str
    failure: str = ""

    def __str__(self) -> str:
        speed = self.executions / self.seconds if self.seconds else 0
        kept = "a broken promise" if self.failure else "no broken promise"
        return (
            f"fuzz {self.parser}: {self.executions:,} executions in {self.seconds:.0f} s ({speed:,.0f} a second, "
            f"{self.engine}), {kept}"
        )


def fuzz(
    parser: str,
    *,
    runs: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    engine: str | None = None,
    tell: Tell | None = None,
) -> Ran:
    """Fuzz one parser until `runs` executions or `seconds` are reached, or a promise is broken."""
    folder = WORK / parser
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "fuzz.engine", parser, "--folder", str(folder), "--seed", str(seed)]
    command += ["--runs", str(runs)] if runs is not None else []
    command += ["--seconds", str(seconds)] if seconds is not None else []
    command += ["--engine", engine] if engine is not None else []
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST"))}
    environment = {
        **inherited,
        "PYTHONPATH": str(ROOT / "tests"),
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
    }
    done, used, last, began = 0, "", 0.0, time.monotonic()
    tail: list[str] = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("engine "):
                used, began = line.split()[1], time.monotonic()
            found = _DONE.match(line)
            if found:
                done = max(done, int(found[1] or found[2]))
                now = time.monotonic() - began
                if tell is not None and now - last >= _EVERY_S:
                    last = now
                    wanted = f"of {runs:,}" if runs is not None else f"in {now:.0f} s of {seconds:.0f} s"
                    tell(f"fuzz {parser}: {done:,} executions {wanted}")
            else:
                tail = [*tail[-60:], line.rstrip()]
    spent = time.monotonic() - began
    failure = ""
    if process.returncode != 0:
        inputs = (
            sorted(folder.glob("crash-*")) + sorted(folder.glob("timeout-*")) + sorted(folder.glob("oom-*"))
        )
        newest = max(inputs, key=lambda path: path.stat().st_mtime, default=None)
        again = f"\nrepeat it: scripts/fuzz {parser} --input {newest.relative_to(ROOT)}" if newest else ""
        failure = "\n".join(tail) + again
    return Ran(parser, done, spent, used or "no engine", failure)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of `scripts/fuzz`."""
    reader = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__.splitlines()[0])
    reader.add_argument("parser", choices=(*PARSERS, "all"))
    reader.add_argument("--runs", type=int, help="stop after so many executions")
    reader.add_argument("--seconds", type=float, help="stop after so many seconds (60 if neither is given)")
    reader.add_argument("--seed", type=int, default=0)
    reader.add_argument(
        "--engine", choices=("atheris", "hypothesis"), help="atheris unless it is not installed"
    )
    reader.add_argument("--input", type=Path, help="try this one input, and nothing else")
    chosen = reader.parse_args(arguments)
    if chosen.input is not None:
        from fuzz.engine import load
        from fuzz.promises import within_a_second

        within_a_second(load(chosen.parser).check, chosen.input.read_bytes())
        print(f"{chosen.input}: every promise is held")
        return 0
    seconds = chosen.seconds if chosen.seconds or chosen.runs else 60.0
    failed = 0
    for parser in PARSERS if chosen.parser == "all" else (chosen.parser,):
        found = fuzz(
            parser,
            runs=chosen.runs,
            seconds=seconds,
            seed=chosen.seed,
            engine=chosen.engine,
            tell=lambda line: print(line, flush=True),
        )
        print(f"{found.failure}\n{found}" if found.failure else found, flush=True)
        failed += bool(found.failure)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
