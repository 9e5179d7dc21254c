"""`adjuvant demo`: the synthetic example patients, imported, evaluated and reported, unasked."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which

from adjuvant.cli.evaluate import Choices
from adjuvant.cli.output import data_folder, default_store, print_columns, progress
from adjuvant.cli.report import write_reports

__all__ = ["run"]


def run(out: Path | None, store: Path | None) -> None:
    """Import the examples into the store, evaluate them, write and list their reports."""
    from adjuvant import sources

    target = store or default_store()
    reports = out or data_folder() / "reports"
    print(
        "Adjuvant: clinical decision support for professionals. No pump, no waveform, no autonomous dosing."
    )
    print("Every patient below is synthetic.\n")
    records = sources.example_records()
    with progress("importing the examples") as tell:
        for done, path in enumerate(records):
            tell(path.name, done, len(records))
            sources.store.write(target, sources.read(path), replace=True)
    written, skipped = [], []
    with progress("writing reports") as tell:
        for done, path in enumerate([target, *sources.example_reported()]):
            tell(path.name, done, len(records) + 1)
            more, without = write_reports(path, reports, Choices())
            written += more
            skipped += without
    print_columns(["patient", "finding"], [title.split(": ", 1) for title, _, _ in written])
    for item in skipped:
        print(f"{item.patient}: {item.reason}")
    print(f"\nRecord store: {target}")
    print("Reports, each as a page to open and as a PDF:")
    for title, html, pdf in written:
        print(f"  {title.split(': ', 1)[0]}\n    {html}\n    {pdf}")
    called = "adjuvant" if which("adjuvant") else sys.argv[0]
    print("\nNext:")
    print(f"  {called} evaluate --patient {written[0][0].partition(': ')[0]}")
    print(f"  {called} import YOUR-FOLDER --store my-store --quality quality.html")
    print(f"  {called} protocols list")
    print(f"  {called} doctor")
