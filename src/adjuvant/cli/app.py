"""The commands and their help. Everything heavy is imported inside a command, so that `--help` is quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adjuvant.cli.alert_commands import alerts_command
from adjuvant.cli.design_commands import compare_command, design_command
from adjuvant.cli.level_commands import forecast_command, simulate_command
from adjuvant.cli.metrics_command import metrics_command
from adjuvant.cli.options import (
    AfterHours,
    AsJson,
    BeforeHours,
    CourseOption,
    Examples,
    Format,
    OnsetEnd,
    Parenteral,
    Patient,
    Pseudo,
    Record,
    Replace,
    Store,
    Table,
    TermsFile,
    Zone,
)
from adjuvant.cli.plan_commands import plan_command
from adjuvant.cli.protocol_commands import advise, protocols_app, run_scenario

__all__ = ["app"]

app = typer.Typer(
    name="adjuvant",
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=(
        "Low-dose ketamine beside opioids for refractory cancer pain: "
        "what was given, how pain ran, what changed.\n\n"
        "Clinical decision support for professionals. It drives no pump and decides no dose."
    ),
)
tables_app = typer.Typer(
    help="List, show and compare the opioid conversion tables.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)
app.add_typer(tables_app, name="tables")
store_app = typer.Typer(
    help="What a record store holds, whether it is whole, its tables as plain files.",
    short_help="Look into, check and export a record store.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)
app.add_typer(store_app, name="store")
cohort_app = typer.Typer(
    help="All patients of a record store at once.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)
app.add_typer(cohort_app, name="cohort")

app.add_typer(protocols_app, name="protocols")
app.command("run", short_help="What a protocol advises for an invented patient.")(run_scenario)
app.command("advise", short_help="What a protocol advises for a patient of a record.")(advise)
app.command("alerts", short_help="What is overdue, out of range or missing in a chart.")(alerts_command)
app.command("simulate", short_help="Levels of ketamine under a regimen, by every model.")(simulate_command)
app.command("forecast", short_help="Ketamine on board in a record, and what comes of it.")(forecast_command)
app.command("compare", short_help="Schedules of ketamine on the same patients, model by model.")(
    compare_command
)
app.command("design", short_help="Schedules searched, levels reached on paper, next steps.")(design_command)
app.command("metrics", short_help="Single-case metrics of pain, and what each does not say.")(metrics_command)
app.command("plan", short_help="What a nurse sets up of a protocol's advice, as a sheet.")(plan_command)


def _version(wanted: bool) -> None:
    if wanted:
        from adjuvant import __version__

        typer.echo(f"adjuvant {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Shared options."""


@app.command(short_help="Morphine milligram equivalents (MME) a day of a regimen.")
def mme(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A regimen as JSON, or - for standard input.")],
    table: Table = None,
    parenteral_table: Parenteral = None,
    as_json: AsJson = False,
) -> None:
    """Morphine milligram equivalents a day of a regimen, with every step and its range over tables."""
    from adjuvant.cli.mme import run

    run(file, table, parenteral_table, as_json)


@app.command("import", short_help="Read records of any known format into the record store.")
def import_(
    record: Annotated[
        Path | None,
        typer.Argument(
            metavar="RECORD",
            help="FHIR file or folder; folder of OMOP, MIMIC-III, MIMIC-IV or eICU tables; mapped CSV.",
        ),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store", metavar="DIR", help="Record store to write to; default: your own data folder."
        ),
    ] = None,
    source_format: Format = None,
    patient: Patient = None,
    zone: Zone = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Replace patients that the store holds, and the page of --quality."),
    ] = False,
    template: Annotated[
        Path | None,
        typer.Option(
            "--template", metavar="DIR", help="Write a CSV mapping to fill in to this folder, and leave."
        ),
    ] = None,
    terms: TermsFile = None,
    unknown_names: Annotated[
        Path | None,
        typer.Option(
            "--unknown-names",
            metavar="FILE",
            help="Write the names nobody knows to this new CSV, to fill in.",
        ),
    ] = None,
    quality: Annotated[
        Path | None,
        typer.Option("--quality", metavar="FILE", help="Write the page of data quality to this HTML file."),
    ] = None,
    examples: Examples = True,
    as_json: AsJson = False,
) -> None:
    """Read records of any known format into the record store, and say what became of every row."""
    from adjuvant.cli.importing import run
    from adjuvant.cli.names import Naming

    naming = Naming(terms, unknown_names, quality, examples, replace)
    run(record, store, source_format, patient, zone, replace, template, as_json, naming)


@app.command("quality", short_help="What became of every row, and what to do about it.")
def quality_(
    record: Annotated[
        Path | None,
        typer.Argument(
            metavar="RECORD", help="A record store, or anything `import` reads; default: your store."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write one HTML file.")] = None,
    source_format: Format = None,
    zone: Zone = None,
    terms: TermsFile = None,
    examples: Examples = True,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """What became of every row, the worst first, and what to do about it: one page, JSON, or the terminal."""
    from adjuvant.cli.quality import run

    run(record, out, source_format, zone, terms, examples, as_json, replace)


@app.command(short_help="Pain, opioids and responses around a course.")
def evaluate(
    record: Record = None,
    source_format: Format = None,
    patient: Patient = None,
    zone: Zone = None,
    course: CourseOption = None,
    pseudo_course: Pseudo = False,
    onset_end: OnsetEnd = None,
    before_hours: BeforeHours = None,
    after_hours: AfterHours = None,
    table: Table = None,
    parenteral_table: Parenteral = None,
    as_json: AsJson = False,
) -> None:
    """What changed around a ketamine course: pain, opioids, responses."""
    from adjuvant.cli.evaluate import Choices, run

    run(
        record,
        Choices(
            source_format, patient, zone, course, pseudo_course, onset_end, before_hours, after_hours, table,
            parenteral_table,
        ),
        as_json,
    )  # fmt: skip


@app.command(short_help="The report of each course as one HTML file and one PDF.")
def report(
    record: Record = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the HTML and PDF files.")
    ] = Path("adjuvant-reports"),
    source_format: Format = None,
    patient: Patient = None,
    zone: Zone = None,
    course: CourseOption = None,
    pseudo_course: Pseudo = False,
    onset_end: OnsetEnd = None,
    before_hours: BeforeHours = None,
    after_hours: AfterHours = None,
    table: Table = None,
    parenteral_table: Parenteral = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of each course as one HTML file and one PDF."""
    from adjuvant.cli.evaluate import Choices
    from adjuvant.cli.report import run

    run(
        record,
        out,
        Choices(
            source_format, patient, zone, course, pseudo_course, onset_end, before_hours, after_hours, table,
            parenteral_table,
        ),
        as_json,
    )  # fmt: skip


@app.command(short_help="Import, evaluate and report the synthetic examples.")
def demo(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for the reports; default: your own data folder."),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option("--store", metavar="DIR", help="Record store; default: your own data folder."),
    ] = None,
) -> None:
    """Import the synthetic example patients, evaluate them, write their reports and say where they are."""
    from adjuvant.cli.demo import run

    run(out, store)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """What is installed, what is missing, and how to get it."""
    from adjuvant.cli.doctor import run

    run(as_json)


@tables_app.command("list", short_help="Every conversion table and named pair.")
def tables_list(as_json: AsJson = False) -> None:
    """Every conversion table and named pair, with scope and what of it was read."""
    from adjuvant.cli.tables import list_tables

    list_tables(as_json)


@tables_app.command("show", short_help="One table, row by row, with citations.")
def tables_show(
    key: Annotated[str, typer.Argument(metavar="KEY", help="A table's key.")], as_json: AsJson = False
) -> None:
    """One table, row by row, with the citation and provenance of each value."""
    from adjuvant.cli.tables import show_table

    show_table(key, as_json)


@tables_app.command("compare", short_help="One drug over every table.")
def tables_compare(
    drug: Annotated[str, typer.Argument(metavar="DRUG", help="An opioid, e.g. hydromorphone.")],
    route: Annotated[
        str | None, typer.Option("--route", metavar="ROUTE", help="Only this route, e.g. intravenous.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """One drug over every table: where they agree and where they do not."""
    from adjuvant.cli.tables import compare_tables

    compare_tables(drug, route, as_json)


@cohort_app.callback()
def cohort_root() -> None:
    """Shared options."""


@cohort_app.command("mme", short_help="Daily and rolling MME of every patient, as Parquet.")
def cohort_mme(
    store: Annotated[
        Path | None, typer.Argument(metavar="STORE", help="A record store; default: your own.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the Parquet tables.")] = Path(
        "adjuvant-mme"
    ),
    table: Table = None,
    parenteral_table: Parenteral = None,
    what: Annotated[
        str,
        typer.Option(
            "--what", metavar="KINDS", help="Some of daily, rolling, equivalents, with commas between."
        ),
    ] = "daily,rolling",
    basis: Annotated[
        str, typer.Option("--basis", metavar="BASIS", help="administered, ordered or dispensed; never mixed.")
    ] = "administered",
    workers: Annotated[int, typer.Option("--workers", metavar="N", help="Number of processes.")] = 2,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Daily and rolling MME of every patient of a record store, as Parquet tables."""
    from adjuvant.cli.cohort import run

    run(store, out, table, parenteral_table, what, basis, workers, as_json, replace)


@store_app.command("info")
def store_info(store: Store = None, as_json: AsJson = False) -> None:
    """Patients, parts, tables and sources of a store."""
    from adjuvant.cli.store import info

    info(store, as_json)


@store_app.command("verify", short_help="Check every file against what was written.")
def store_verify(store: Store = None, as_json: AsJson = False) -> None:
    """Check every file of a store against what was written; exit code 3 if anything is missing or changed."""
    from adjuvant.cli.store import verify

    verify(store, as_json)


@store_app.command("export", short_help="Write the tables of a store as plain files.")
def store_export(
    out: Annotated[
        Path,
        typer.Option("--out", metavar="DIR", help="A new folder for the tables; nothing is overwritten."),
    ],
    store: Store = None,
    table: Annotated[
        list[str] | None,
        typer.Option("--table", metavar="TABLE", help="Only this table; may be given more than once."),
    ] = None,
    patient: Patient = None,
    form: Annotated[str, typer.Option("--as", metavar="FORM", help="parquet or csv.")] = "parquet",
    as_json: AsJson = False,
) -> None:
    """Write the tables of a store as plain files, one each over all parts."""
    from adjuvant.cli.store import export

    export(store, out, table or [], patient, form, as_json)


@store_app.command("refresh", short_help="Work out exposures anew after a change of the library.")
def store_refresh(store: Store = None, as_json: AsJson = False) -> None:
    """Work out opioid exposures anew where they rest on an older library of numbers."""
    from adjuvant.cli.store import refresh

    refresh(store, as_json)
