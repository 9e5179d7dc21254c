"""`adjuvant protocols`: the library of protocols: listed, shown with what is missing, compared, checked."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjuvant.cli.output import line_width, print_filled, print_json, print_wrapped, write_picture
from adjuvant.errors import QuantityError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adjuvant.errors import LibraryError
    from adjuvant.protocol import Listed, Protocol, Sited
    from adjuvant.protocol.compare import Compared
    from adjuvant.quantity import Quantity

__all__ = ["check_files", "compare_protocols", "comparison_picture", "list_protocols", "show_protocol"]

_FOUNDING = "patel_ldk"
_KINDS = {
    "protocol": "they can be run once a site has chosen what is missing",
    "practice": "what teams did, told by themselves",
    "monitoring": "what is observed; others may take it up",
    "eligibility": "whom ketamine is not for; others may take it up",
    "guardrail": "limits of societies, which stand in guardrails.yaml too",
    "label": "what the authorities have approved",
}


def list_protocols(as_json: bool) -> None:
    """Every protocol: what it is, how it is supported, and how much is missing to run it."""
    from adjuvant import protocol
    from adjuvant.protocol.facts import modifier_words
    from adjuvant.protocol.limits import modifiers

    found = [protocol.load(key).protocol for key in protocol.protocol_keys()]
    if as_json:
        print_json({"protocols": [_short(protocol.load(one.protocol)) for one in found]})
        return
    for kind in dict.fromkeys(_KINDS):
        print(f"{kind.capitalize()}: {_KINDS[kind]}\n")
        shown = [one for one in found if one.kind == kind]
        head = f"{'protocol':<21}  {'drug':<10}  {'evidence':<12}  missing"
        print(f"{head}\n{'-' * len(head)}")
        for one in shown:
            evidence = one.evidence.label.replace("_", " ")
            lacks = len(protocol.lacking(one))
            print(f"{one.protocol:<21}  {one.drug:<10}  {evidence:<12}  {lacks:>7}")
            routes = ", ".join(dict.fromkeys(regimen.route for regimen in one.regimens.values()))
            words = f"{one.title}: {routes}" if routes else one.title
            print(textwrap.fill(words, line_width(), initial_indent="    ", subsequent_indent="    "))
        print()
    print("Smaller starts and more care that sources ask for; they change no dose here:\n")
    for care in modifiers().values():
        print(
            textwrap.fill(modifier_words(care), line_width(), initial_indent="  ", subsequent_indent="      ")
        )
    print()
    print("'missing' counts what a site must choose before a protocol runs;")
    print("`adjuvant protocols show KEY` lists it.")
    _evidence_note()


def _evidence_note() -> None:
    print("\n" + textwrap.fill(_evidence_words(), line_width()))


def _evidence_words() -> str:
    """The honest sentence that stands wherever protocols are shown: what the controlled trials found."""
    from adjuvant.library.studies import studies

    negative = [
        one
        for one in studies().values()
        if one.controlled and one.direction == "negative" and one.pain == "cancer"
    ]
    named = "; ".join(
        f"{one.title} ({one.patients} patients)" if one.patients else one.title for one in negative
    )
    return (
        f"Controlled trials of ketamine in cancer pain that found no benefit: {named}. "
        "A protocol here helps to use ketamine carefully; it does not show that it works."
    )


def _short(listed: Listed) -> dict[str, Any]:
    from adjuvant import protocol

    one = listed.protocol
    return {
        "protocol": one.protocol,
        "version": one.version,
        "title": one.title,
        "kind": one.kind,
        "drug": one.drug,
        "regimens": {name: {"route": item.route, "mode": item.mode} for name, item in one.regimens.items()},
        "evidence": one.evidence.label,
        "missing": [{"field": need.field, "why": need.why} for need in protocol.lacking(one)],
        "digest": listed.digest,
    }


def show_protocol(key: str, as_json: bool) -> None:
    """One protocol: every value with its source, what is missing, what sources disagree on, the evidence."""
    from adjuvant import protocol
    from adjuvant.protocol.facts import fact_lines

    listed = protocol.named(key, Path())
    one = listed.protocol
    if as_json:
        whole = one.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        print_json(_short(listed) | {"content": whole})
        return
    print(textwrap.fill(one.title, line_width()))
    print(textwrap.fill(f"{one.protocol}, {one.version}; {one.kind}, {one.drug}", line_width()) + "\n")
    print(textwrap.fill(one.summary, line_width()))
    print()
    print(
        textwrap.fill(
            f"Evidence: {one.evidence.label.replace('_', ' ')}. {one.evidence.statement}", line_width()
        )
    )
    for heading, lines in fact_lines(one):
        print(f"\n{heading}")
        for line in lines:
            print(textwrap.fill(line, line_width(), initial_indent="  ", subsequent_indent="      "))
    needs = protocol.lacking(one)
    if needs:
        print("\nMissing: a site must choose these before it runs")
        for need in needs:
            words = f"{need.field}: {need.why}"
            print(textwrap.fill(words, line_width(), initial_indent="  ", subsequent_indent="      "))
    print(f"\nRead: {textwrap.fill(one.read, line_width() - 6, subsequent_indent='      ')}")
    _evidence_note()


def compare_protocols(weight: str, keys: list[str], as_json: bool, figure: Path | None = None) -> None:
    """All regimens in milligrams per 24 hours at one weight.

    Args:
        figure: where to write them as a picture as well; None for none.
    Raises:
        UsageError: a weight without unit, or one that is no weight.
    """
    from adjuvant import protocol
    from adjuvant.protocol.compare import compare, reference_weight
    from adjuvant.quantity import parse_quantity

    try:
        kilograms = parse_quantity(weight).require("weight", mass=1)
    except QuantityError as error:
        raise UsageError("--weight", f"{error.thing} {error.rule}", "write such as '70 kg'") from error
    chosen = keys or list(protocol.protocol_keys())
    found = [protocol.named(key, Path()).protocol for key in chosen]
    rows = sorted(compare(found, reference_weight(kilograms)), key=_by_start)
    if figure is not None:
        write_picture(figure, comparison_picture(found, kilograms))
    if as_json:
        print_json({"weight": str(kilograms), "regimens": [_row_json(row) for row in rows]})
        return
    heading = (
        f"Milligrams of drug in 24 hours at {kilograms.for_people()}; of single doses, the day on which one "
        "is given."
    )
    print(textwrap.fill(heading, line_width()) + "\n")
    print_wrapped(
        ["protocol\n  regimen", "drug\nroute", "start", "top", "cap", "course\nevidence"],
        [
            [
                f"{row.protocol}\n  {row.regimen}",
                f"{row.drug}\n{row.route}",
                _figures(row.start),
                _figure(row.top) if row.top else "open" if row.rises else "-",
                _caps(row),
                f"{row.course or '-'}\n{row.evidence.replace('_', ' ')}",
            ]
            for row in rows
            if row.start is not None
        ],
        [21, 12, 15, 6, 10, 26],
        right=[2, 3, 4],
    )
    print()
    for line in _COLUMNS.splitlines():
        print(textwrap.fill(line, line_width(), subsequent_indent="  "))
    _print_days(rows)
    without = [row for row in rows if row.start is None]
    if without:
        print("\nWithout a figure:")
        for row in without:
            words = f"{row.protocol}, {row.regimen} ({row.drug}, {row.route}): {row.why_not}"
            print(textwrap.fill(words, line_width(), initial_indent="  ", subsequent_indent="      "))
    _evidence_note()


_COLUMNS = """\
start: the first dose, no more than the cap.
top: the most that its own levels come to; open: it may rise, and nothing says how far.
cap: its own ceiling, never passed.
soft: a ceiling that asks for a review; more may be given.
a choice: a ceiling that can be read in several ways, of which a site chooses one."""


def _caps(row: Compared) -> str:
    """The ceiling that refuses, and beneath it the one that only asks for a review."""
    cap = _figure(row.cap) if row.cap is not None else ""
    soft = f"soft {_figure(row.usual)}" if row.usual is not None else ""
    choice = "a choice" if row.printed else ""
    return "\n".join(one for one in (cap, soft, choice) if one) or "none"


def _print_days(rows: list[Compared]) -> None:
    """The dose over the first days, who may have it and what is missing, row by row."""
    if not rows:
        return
    days = max(len(row.by_day) for row in rows)
    first = "Milligrams on each of the first days, if it rises whenever it may; " if days else ""
    heading = f"{first}{'w' if first else 'W'}ho may have it, and what is missing to run it"
    print("\n" + textwrap.fill(heading, line_width()) + "\n")
    print_wrapped(
        ["protocol\n  regimen", *(f"day {day + 1}" for day in range(days)), "who may\nhave it", "missing"],
        [
            [
                f"{row.protocol}\n  {row.regimen}",
                *(_day(row, day) for day in range(days)),
                f"{row.entry} rules" if row.entry != 1 else "1 rule",
                str(row.lacking),
            ]
            for row in rows
            if row.start is not None
        ],
        [21, *[6] * days, 8, 7],
        right=[*range(1, days + 1), days + 2],
    )
    if any(not row.by_day for row in rows if row.start is not None) and days:
        words = (
            "-: its source does not say enough to reckon it: how fast it rises, or when it is given again."
        )
        print("\n" + textwrap.fill(words, line_width(), subsequent_indent="  "))


def _day(row: Compared, day: int) -> str:
    from adjuvant.quantity import show

    return show(row.by_day[day].value) if row.by_day else "-"


def _by_start(row: Compared) -> tuple[bool, Any, str]:
    return (row.start is None, row.start[0].value if row.start else 0, row.protocol)


def comparison_picture(protocols: Sequence[Protocol], weight: Quantity) -> str:
    """All regimens of these protocols as one SVG, with the honest sentence beneath."""
    from adjuvant.protocol.compare import compare, reference_weight
    from adjuvant.reports.pictures.spans import spans_svg

    rows = sorted(compare(protocols, reference_weight(weight)), key=_by_start)
    return spans_svg(rows, weight, _evidence_words(), _FOUNDING)


def _figure(value: Quantity) -> str:
    from adjuvant.quantity import show

    return show(value.in_("mg/d"))


def _figures(ends: tuple[Quantity, Quantity]) -> str:
    low, high = map(_figure, ends)
    return low if low == high else f"{low} to {high}"


def _row_json(row: Compared) -> dict[str, Any]:
    from adjuvant.quantity import json_number

    def number(value: Quantity | None) -> Any:
        return None if value is None else json_number(value.in_("mg/d"))

    return {
        "protocol": row.protocol,
        "regimen": row.regimen,
        "drug": row.drug,
        "route": row.route,
        "mode": row.mode,
        "start_mg_per_24h": [number(end) for end in row.start] if row.start else None,
        "top_mg_per_24h": number(row.top),
        "cap_mg_per_24h": number(row.cap),
        "soft_cap_mg_per_24h": number(row.usual),
        "mg_by_day": [json_number(one.value) for one in row.by_day] or None,
        "why_not": row.why_not or None,
        "ceilings": list(row.caps),
        "course": row.course or None,
        "criteria": row.entry,
        "evidence": row.evidence,
        "missing": row.lacking,
    }


def _missing(fields: list[str]) -> str:
    if not fields:
        return "it can be run"
    shown = f"{len(fields)} fields are missing" if len(fields) > 1 else "1 field is missing"
    return f"{shown} to run it:\n" + "\n".join(f"  {field}" for field in fields)


def _checked_already(key: Path) -> LibraryError:
    from adjuvant.errors import LibraryError

    return LibraryError(
        str(key),
        "is a protocol of the library, which is checked already",
        f"`adjuvant protocols show {key}` shows it; a file of your own is named by its path",
    )


def _weight_of_no_age(found: Sited) -> bool:
    """Whether doses per kilogram wait for how old a weight may be, which neither source nor site says."""
    from adjuvant.protocol.values import per_weight

    told = found.profile is not None and found.profile.weight_no_older_than is not None
    return not told and any(
        found.protocol.weight_of(name).no_older_than is None
        and any(per_weight(dose.ends[0]) for _, dose in regimen.doses())
        for name, regimen in found.protocol.regimens.items()
    )


def check_files(paths: list[Path], as_json: bool) -> bool:
    """Check protocol files, or site profiles, and say what is wrong with each.

    Returns:
        Whether every file passed.
    """
    from adjuvant import protocol
    from adjuvant.errors import LibraryError
    from adjuvant.library.folder import shown_name
    from adjuvant.library.strict import read_file

    answers: list[dict[str, Any]] = []
    undated: set[str] = set()
    for path in paths:
        file = path / "protocol.yaml" if path.is_dir() else path
        try:
            profile = "site" in dict(read_file(file, shown_name(file)).pairs())
            listed = protocol.beside(file) if profile else protocol.read_listed(file)
            found = protocol.sited(listed, file if profile else None)
        except LibraryError as error:
            ours = str(path) in protocol.protocol_keys() and not path.exists()
            answers.append({"file": str(path), "error": str(_checked_already(path) if ours else error)})
            continue
        needs = protocol.lacking(found.protocol)
        if profile and _weight_of_no_age(found):
            undated.add(str(path))
        answers.append(
            {
                "file": str(path),
                "protocol": found.protocol.protocol,
                "site": found.profile.site if found.profile is not None else None,
                "missing": [need.field for need in needs],
            }
        )
    if as_json:
        print_json({"files": answers})
    else:
        for one in answers:
            if "error" in one:
                print(one["error"])
            else:
                site = f", as {one['site']} runs it," if one["site"] else ""
                print(f"{one['file']}: {one['protocol']}{site} keeps its form; {_missing(one['missing'])}")
                if one["file"] in undated:
                    words = (
                        "Doses are per kilogram, and how old a weight may be is not said: none is advised "
                        "until the profile has `weight_no_older_than`."
                    )
                    print_filled(words)
    return all("error" not in one for one in answers)
