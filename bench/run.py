"""Run every benchmark beside this file and print what each measured: `make bench`."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Each benchmark is a script that prints a title and its figures as ratios within one run."""
    scripts = sorted(path for path in HERE.glob("[!_]*.py") if path.name != Path(__file__).name)
    for number, script in enumerate(scripts, start=1):
        print(f"[{number}/{len(scripts)}] {script.stem.replace('_', ' ')}", flush=True)
        sys.argv = [str(script)]
        runpy.run_path(str(script), run_name="__main__")
        print(flush=True)


if __name__ == "__main__":
    main()
