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
    replace: bool = False,
) -> None:
    """Write the curves of a store, and say how much there is and how much of it is incomplete.

    Args:
        replace: whether curves that were written to `out` before are replaced; nothing else ever is.
    Raises:
        UsageError: a basis that is none, or a folder that holds something and may not be replaced.
    """
    from adjuvant import cohort
    from adjuvant.record import Basis

    if basis not in list(Basis):
        raise UsageError(f"--basis {basis}", "is none", f"name one of {', '.join(Basis)}")
    if not replace and out.is_dir() and any(out.iterdir()):
        raise UsageError(
            str(out),
            "exists and holds something",
            "name a new folder, or add --replace if they are curves of before that are not in use",
        )
    plan = choose_plan(table, parenteral)
    kinds = [kind.strip() for kind in what.split(",")]
    path = record_path(record)
    with progress("parts") as report:
        answer = cohort.write_mme(
            path,
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
    if not (answer.counts.get("exposures") or answer.counts.get("exposures_refused")):
        print(f"  {_nothing(path, basis)}")
    for warning in answer.warnings:
        print(warning)
    print(CAVEAT)


_KEPT = {"administered": "administrations", "ordered": "requests", "dispensed": "dispenses"}


def _nothing(store: Path, basis: str) -> str:
    """Why there is no exposure: what the store holds of each basis, and where the reasons stand."""
    from adjuvant import sources

    rows = sources.store.info(store).tables
    held = ", ".join(f"{rows.get(table, 0):,} {one}" for one, table in _KEPT.items())
    others = [one for one, table in _KEPT.items() if one != basis and rows.get(table)]
    remedy = f"try --basis {' or '.join(others)}, or read" if others else "read"
    return (
        f"No opioid as {basis} could be counted. Medication in the store: {held}. "
        f"{remedy.capitalize()} the reasons: adjuvant quality {store}"
    )
