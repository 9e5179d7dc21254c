"""Refuse a test run whose coverage, or branch coverage alone, is below the floor outside `adjuvant.cli`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

OUTSIDE = "src/adjuvant/cli/*"


def main(floor: float) -> int:
    """Print one line with both figures; the files that lack most when either is below `floor` percent."""
    report = Path(".build/coverage/report.json")
    coverage = [sys.executable, "-m", "coverage"]
    subprocess.run([*coverage, "json", "--quiet", f"--omit={OUTSIDE}", "-o", str(report)], check=True)
    totals = json.loads(report.read_text(encoding="utf-8"))["totals"]
    branches = 100 * totals["covered_branches"] / totals["num_branches"] if totals["num_branches"] else 100.0
    together = totals["percent_covered"]
    print(
        f"coverage outside cli: {branches:.1f} % of branches, {together:.1f} % of lines and branches together"
    )
    if min(branches, together) >= floor:
        return 0
    subprocess.run([*coverage, "report", f"--omit={OUTSIDE}", "--sort=cover"], check=True)
    print(f"The floor is {floor:g} %.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
