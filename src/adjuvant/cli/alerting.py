"""`adjuvant alerts`: the alerts of a patient's chart at one instant, and printing them for people."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from adjuvant.cli.output import print_filled, print_json, progress

if TYPE_CHECKING:
    from adjuvant.alerts import Alert, Watch

__all__ = ["alerts", "print_alerts"]


def alerts(
    key: str,
    record: Path,
    at: str,
    site: Path | None,
    regimen: str | None,
    answers: Path | None,
    acts: Path | None,
    patient: str | None,
    source_format: str | None,
    zone_name: str | None,
    as_json: bool,
) -> None:
    """The alerts of one patient at one instant.

    Raises:
        InputError: no such protocol, regimen or patient, a time without a zone, before the record or still to
            come, a file that cannot be read, an answer to what is not asked.
        UsageError, RefusedError: something was done about an alert that cannot be done.
    """
    from adjuvant import library, protocol, sources
    from adjuvant.alerts import watch
    from adjuvant.alerts.acts import read_acts
    from adjuvant.alerts.wire import alerts_json
    from adjuvant.cli.instants import instant_asked
    from adjuvant.protocol.answer_file import read_answers
    from adjuvant.protocol.asked import check_regimen
    from adjuvant.protocol.charted import facts_from
    from adjuvant.timeline import zone

    sited = protocol.sited(protocol.load(key), site)
    check_regimen(sited.protocol, regimen)
    with progress(f"reading {record.name}") as tell:
        imported = sources.read(record, format=source_format, patient=patient, zone=zone_name, progress=tell)
    found = imported.record(patient)
    local = zone(found.patient.zone)
    instant = instant_asked(at, found)
    said = read_answers(answers, sited, local) if answers is not None else ()
    rated = protocol.rated(sited.protocol, regimen)
    facts = facts_from(found, instant, library.default_plan(), said, rated)
    done = read_acts(acts, local) if acts is not None else ()
    watched = watch(sited, facts, instant, regimen, done)
    if as_json:
        profile = sited.profile
        head = {
            "patient": found.patient.id,
            "protocol": {"key": key, "version": sited.protocol.version, "digest": sited.digest},
            "site": {"name": profile.site, "example": profile.example} if profile is not None else None,
        }
        print_json(head | alerts_json(watched))
    else:
        print(f"Patient {found.patient.id}{' (synthetic)' if found.patient.synthetic else ''}")
        example = (
            ", an example profile, no site's own"
            if sited.profile is not None and sited.profile.example
            else ""
        )
        where = sited.profile.site if sited.profile is not None else "no site"
        print_filled(f"{key}, {where}{example}", 0)
        print()
        print_alerts(watched, local)


def print_alerts(found: Watch, local: tzinfo) -> None:
    """Alerts for people: the gravest first, each with what became of it; what nothing watches comes last."""
    from adjuvant.alerts import AID
    from adjuvant.alerts.wire import OFF
    from adjuvant.timeline import local_text, on_the_clock

    review = found.review
    if not review.on:
        print_filled(OFF)
        print()
        return
    print(f"  Alerts at {local_text(review.at, local)}: {len(review.active) or 'none'}")
    for one in review.active:
        print_filled(f"{one.gravity.name}  {_sentence(on_the_clock(one.words, local))}", 4)
        print_filled(_head(one, local), 8)
        for change in one.history[1:]:
            # Everything that people did, and the last of what the chart did; the rest stands in JSON.
            if change.by or change is one.history[-1]:
                by = f", {change.by}" if change.by else ""
                # What it says again of the alert itself stands just above.
                again = change.words.removesuffix(one.words).rstrip(": ") or change.words
                said = on_the_clock(_sentence(again), local)
                print_filled(f"{local_text(change.at, local)}{by}: {said}", 8)
    over = [one for one in review.alerts if not one.active]
    if over:
        print_filled(f"Resolved before: {len(over)} (with --json, each and what became of it)")
    for one in over:
        last = one.history[-1]
        if last.by:
            said = on_the_clock(_sentence(last.words), local)
            print_filled(f"{one.key}: {local_text(last.at, local)}, {last.by}: {said}", 4)
    if found.proved:
        print_filled(
            f"Rules that fired and were silent as they must on invented charts: {len(found.proved)}."
        )
    if found.unwatched:
        print("  Nothing is raised for")
    for words in found.unwatched:
        print_filled(words, 4)
    print_filled(AID)
    print()


def _head(one: Alert, local: tzinfo) -> str:
    from adjuvant.timeline import local_text

    until = f" until {local_text(one.until, local)}" if one.until is not None else ""
    raised = local_text(one.raised, local)
    often = f", put off {one.put_off} times in a row" if one.put_off > 1 else ""
    return f"{one.key} ({one.kind.value}, {one.state.value}{until}{often}, raised {raised})"


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?")) else f"{words}."
