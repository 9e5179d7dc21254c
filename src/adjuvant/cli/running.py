"""`adjuvant run`: a scenario in, a guidance out, and whether it is what the published rule says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from adjuvant.cli.alerting import print_alerts
from adjuvant.cli.basis import print_basis, print_evidence
from adjuvant.cli.output import print_filled, print_json, write_picture
from adjuvant.errors import UsageError

if TYPE_CHECKING:
    from adjuvant.alerts import Watch
    from adjuvant.protocol import Facts, Guidance, Sited, Situation
    from adjuvant.protocol.guidance import Issue, Reason
    from adjuvant.protocol.scenario import Step, Told

    Played = tuple[Guidance, Watch | None, tuple[str, ...]]

__all__ = ["played", "print_guidance", "run"]


def run(path: Path, as_json: bool, figure: Path | None = None) -> bool:
    """Evaluate every step of a scenario.

    Args:
        figure: where to write the course as a picture; None for none.
    Returns:
        Whether every step with an expectation met it.
    """
    from adjuvant import protocol
    from adjuvant.alerts.wire import alerts_json
    from adjuvant.protocol.evidence_wire import evidence_json
    from adjuvant.timeline import zone

    told, sited, facts, answers = played(path)
    local = zone(told.scenario.zone)
    if figure is not None:
        _draw(figure, told, sited, facts, [guidance for guidance, *_ in answers])
    if as_json:
        whole = [
            protocol.guidance_json(guidance)
            | {
                "evidence": evidence_json(sited.protocol),
                "alerts": alerts_json(watched) if watched is not None else None,
                "unexpected": list(off),
            }
            for guidance, watched, off in answers
        ]
        print_json(whole[0] if len(whole) == 1 else {"steps": whole})
    else:
        print_filled(f"{told.scenario.title} (invented patient)", 0)
        print()
        for guidance, watched, off in answers:
            print_guidance(guidance, sited, protocol.Situation.at(guidance.instant, facts), local)
            if watched is not None:
                print_alerts(watched, local)
            for one in off:
                print_filled(f"NOT AS EXPECTED: {one}")
    return not any(off for *_, off in answers)


def played(path: Path) -> tuple[Told, Sited, Facts, list[Played]]:
    """A scenario, what it is played with, and what came of each step.

    Raises:
        LibraryError: the scenario, its protocol or its site profile cannot be used.
    """
    from adjuvant import protocol
    from adjuvant.alerts.acts import alert_differences
    from adjuvant.protocol.asked import check_asked
    from adjuvant.protocol.expect import differences

    told = protocol.read_scenario(path)
    listed = protocol.named(told.scenario.protocol, path.parent)
    sited = protocol.sited(listed, told.site)
    check_asked(told, sited)
    facts = protocol.facts_of(told)
    answers: list[Played] = []
    for step in told.scenario.steps:
        situation = protocol.Situation.at(told.at(step), facts)
        guidance = protocol.evaluate(sited, situation, told.scenario.regimen)
        watched = _watched(told, step, sited, facts)
        off = differences(guidance, step.expect)
        off += alert_differences(watched, step.expect) if watched is not None else ()
        answers.append((guidance, watched, off))
    return told, sited, facts, answers


def _watched(told: Told, step: Step, sited: Sited, facts: Facts) -> Watch | None:
    """The alerts at one step; None where the site has them off and the scenario says nothing of them."""
    from adjuvant.alerts import watch
    from adjuvant.alerts.acts import acts_of

    expected = step.expect is not None and (step.expect.alerts or step.expect.no_alerts)
    on = sited.profile is not None and sited.profile.alerts
    if not on and not expected and not told.scenario.acts:
        return None
    return watch(sited, facts, told.at(step), told.scenario.regimen, acts_of(told))


def _draw(figure: Path, told: Told, sited: Sited, facts: Facts, asked: list[Guidance]) -> None:
    """The course as a picture.

    Raises:
        UsageError: a scenario that asks once, which is no course.
    """
    from adjuvant.protocol.premises import dosing_weight
    from adjuvant.protocol.situation import Situation
    from adjuvant.reports.pictures.course import course_svg
    from adjuvant.unknown import Unknown

    if len(asked) < 2:
        raise UsageError(
            "--figure",
            f"draws a course, and {told.scenario.scenario} asks once",
            "give the scenario several steps",
        )
    situation = Situation.at(asked[-1].instant, facts)
    weight = dosing_weight(sited, situation, asked[-1].regimen)
    drawn = None if isinstance(weight, Unknown) else weight
    write_picture(figure, course_svg(told.scenario.title, told.scenario.rule, situation, asked, drawn))


def print_guidance(guidance: Guidance, sited: Sited, situation: Situation, local: tzinfo) -> None:
    """A guidance for people, on the patient's clock: what speaks against, advice, what is missing or old."""
    from adjuvant.protocol.questions import settled_by
    from adjuvant.timeline import local_text, on_the_clock

    site = f", as {guidance.site} runs it" if guidance.site else ""
    example = " (an example profile, no site's own)" if guidance.example else ""
    print(f"{local_text(guidance.instant, local)}  {guidance.status.value.upper()}")
    print_filled(
        f"{guidance.protocol}, {guidance.version}, {guidance.regimen or 'no regimen'}{site}{example}"
    )
    if guidance.hypothetical:
        print_filled(guidance.hypothetical)
    _issues((one for one in guidance.issues if one.against), local)
    print_basis(guidance, sited, situation, local)
    for one in guidance.recommendations:
        due = f" Due {local_text(one.due, local)}." if one.due is not None else ""
        print_filled(f"{one.words}{due}")
        _because(one.because, local)
    print_evidence(guidance, sited)
    print_filled(f"Eligibility: {guidance.eligibility}.")
    if guidance.eligibility == "not eligible":
        _because(guidance.eligibility_because, local)
    for lack in guidance.missing:
        told = lack.what.startswith(f"{lack.rule}:")  # a gap of the protocol names its field itself
        needed = on_the_clock(lack.what, local)
        place = settled_by(sited, lack)
        where = f"for {lack.rule}; {place}" if place else f"for {lack.rule}"
        print_filled(f"Missing: {needed}" + ("" if told else f" ({where})"))
    for hint in _hints(guidance):
        print_filled(hint)
    for words, charted in guidance.stale:
        when = f", charted {local_text(charted, local)}" if charted is not None else ""
        print_filled(f"Too old: {words}{when}")
    _issues((one for one in guidance.issues if not one.against), local)
    print("  A clinician decides.\n")


def _hints(guidance: Guidance) -> Iterable[str]:
    """What whoever runs it can do about what is missing, where that is not to chart something."""
    if any(lack.what.startswith(f"{lack.rule}:") for lack in guidance.missing):
        yield (
            "The source does not say these. A site chooses them in its profile, with its own reference: "
            "`site` of a scenario, `--site` of a command."
        )
    if any(lack.rule == "regimens" for lack in guidance.missing):
        yield "A regimen is named by `regimen` of a scenario, or `--regimen` of a command."


def _issues(found: Iterable[Issue], local: tzinfo) -> None:
    from adjuvant.timeline import on_the_clock

    for one in found:
        print_filled(f"{one.kind.capitalize()}: {on_the_clock(one.words, local)}")


def _because(found: Iterable[Reason], local: tzinfo) -> None:
    from adjuvant.timeline import local_text

    for reason in found:
        text = f"{reason.text.rstrip('.')}: {reason.seen}" if reason.seen else reason.text
        at = f" at {local_text(reason.at, local)}" if reason.at is not None else ""
        label = f", {reason.provenance.label}" if reason.provenance.label else ""
        print_filled(f"because {text}{at} [{reason.citation}{label}]", 4)
