"""`adjuvant cohort mme`: daily and rolling MME of every patient of a record store, as Parquet tables."""

from __future__ import annotations

from pathlib import Path

from adjuvant.cli.evaluate import choose_plan, record_path
from adjuvant.cli.output import CAVEAT, print_json, progress
from adjuvant.errors import UsageError

__all__ = ["run"]


def run(
    record: Path | None,
    out: Path,
    table: str | None,
    parenteral: str | None,
    what: str,
    basis: str,
    workers: int,
    as_json: bool,
) -> None:
    """Write the curves of a store, and say how much there is and how much of it is incomplete."""
    from adjuvant import cohort
    from adjuvant.record import Basis

    if basis not in list(Basis):
        raise UsageError(f"--basis {basis}", "is none", f"name one of {', '.join(Basis)}")
    plan = choose_plan(table, parenteral)
    kinds = [kind.strip() for kind in what.split(",")]
    with progress("parts") as report:
        answer = cohort.write_mme(
            record_path(record),
            out,
            plan,
            basis=Basis(basis),
            kinds=kinds,
            workers=workers,
            progress=report,
        )
    if as_json:
        print_json(
            {
                "out": str(answer.out),
                "plan": answer.plan,
                "basis": basis,
                "counts": answer.counts,
                "warnings": list(answer.warnings),
                "caveat": CAVEAT,
            }
        )
        return
    print(f"{answer.out}: MME of exposures as {basis}, by {answer.plan}")
    for name, count in answer.counts.items():
        print(f"  {name.replace('_', ' ')}: {count:,}")
    for warning in answer.warnings:
        print(warning)
    print(CAVEAT)
