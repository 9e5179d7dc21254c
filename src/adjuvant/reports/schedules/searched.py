"""What stands on the pages of a search, of a table of rates, and of a protocol's next steps."""

from __future__ import annotations

from collections.abc import Sequence

from adjuvant.design import OBJECTIVES, Asked, Bounds, Found, NextSteps, Proposal, Scored
from adjuvant.design.compare import NO_ADVICE, UNKNOWN
from adjuvant.pk import load_model
from adjuvant.reports.schedules.content import FOOT, asked_words
from adjuvant.reports.schedules.model import Figure, Page, Table
from adjuvant.reports.schedules.picture import frontier_figure
from adjuvant.reports.schedules.words import (
    OBJECTIVE_WORDS,
    SAMPLING_WORDS,
    chance_words,
    count_words,
    figure,
    percent_words,
    spread_words,
)
from adjuvant.reports.words import listed

__all__ = ["found_page", "proposal_page", "steps_page"]

_SHOWN = 40
_WHOSE = (
    "Bound to the ceilings of the protocol and to every guardrail that binds; none of them alters a schedule."
)


def found_page(
    found: Found,
    asked: Asked,
    bounds: Bounds,
    *,
    subject: str,
    who: tuple[tuple[str, str], ...],
    left: Sequence[tuple[str, str]] = (),
    note: str = "",
) -> Page:
    """The page of a search: a frontier for each model, what every model keeps, and what was refused."""
    further = (name for name in ("chance_above", "total_mg") if name not in found.objectives)
    across, up, *_ = (*found.objectives, *further)
    tables = [_model_table(found, model) for model, _ in found.frontiers]
    figures: tuple[Figure, ...] = (frontier_figure(found, (across, up)),) if found.scored else ()
    lists: list[tuple[str, tuple[str, ...]]] = [
        ("What is measured", asked_words(asked)),
        ("Bounds", (*_bounds_words(bounds), _WHOSE)),
        ("Kept in every model", _everywhere(found)),
        ("Refused before any model", _refused(found)),
        ("What no search can say", (_BETWEEN, *UNKNOWN)),
        ("What must be said of the models", found.notices[1:]),
        ("Assumed figures", tuple(f"{key}: {'; '.join(words)}" for key, words in found.assumed)),
        ("Models that were left out", tuple(f"{key}: {why}" for key, why in left)),
    ]
    return Page(
        title="Schedules searched",
        subject=subject,
        badge="Models, of no patient",
        who=who,
        finding=tuple(one for one in (_verdict(found), note) if one),
        limit=NO_ADVICE,
        tables=tuple(tables),
        figures=figures,
        lists=tuple((name, lines) for name, lines in lists if lines),
        foot=FOOT,
    )


_BETWEEN = (
    "Whether something better lies between the points of the space, or outside of it. The search goes "
    "through every point, and proposes a frontier and not one answer: which of it suits is for people."
)


def _verdict(found: Found) -> str:
    aims = listed([OBJECTIVE_WORDS[name] for name in found.objectives])
    if not found.everywhere:
        return (
            f"Of {count_words(found.tried, 'schedule')} none keeps every bound in every model. "
            f"{len(found.refused)} were refused before any model was asked."
        )
    return (
        f"Of {count_words(found.tried, 'schedule')} {len(found.everywhere)} keep every bound in every model, "
        f"and {len(found.robust)} of these are on the frontier of {aims}, each at its worst model. "
        f"{len(found.refused)} were refused before any model was asked."
    )


def _model_table(found: Found, model: str) -> Table:
    names = dict(found.frontiers)[model]
    rows = []
    ones = [one for name in names if (one := found.of(name, model)) is not None]
    first = found.objectives[0]
    for one in sorted(ones, key=lambda each: each.objectives[first] * OBJECTIVES[first])[:_SHOWN]:
        values = (figure(one.objectives[each]) for each in found.objectives)
        survives = "yes" if one.candidate.name in found.everywhere else "no"
        rows.append((one.candidate.name, *values, _chances(one), survives))
    heads = (
        "Schedule", *(OBJECTIVE_WORDS[one] for one in found.objectives), "chance at each bound",
        "kept in every model",
    )  # fmt: skip
    more = f" {len(names) - _SHOWN} more are in the CSV." if len(names) > _SHOWN else ""
    nothing = (("none keeps every bound", *[""] * (len(heads) - 1)),)
    return Table(
        f"Frontier by {model}, {SAMPLING_WORDS[load_model(model).sampling].lower()}",
        heads,
        tuple(rows) or nothing,
        tuple(range(1, len(found.objectives) + 1)),
        f"Schedules that keep every bound and that no other beats in everything asked for.{more}",
    )


def _chances(one: Scored) -> str:
    said = []
    for share in one.chances:
        words = "not known; the typical patient keeps it" if share is None else chance_words(share, False)
        said.append(words)
    return "; ".join(said) or "no bound"


def _bounds_words(bounds: Bounds) -> tuple[str, ...]:
    found = [
        f"At most {percent_words(one.at_most)} of the patients above {figure(one.above)} ng/mL; the upper "
        f"end of the interval of the drawing must keep it. {one.because}"
        for one in bounds.chances
    ]
    if bounds.mg_per_day is not None:
        found.append(f"At most {figure(float(bounds.mg_per_day))} mg in any 24 hours.")
    if bounds.mg_in_all is not None:
        found.append(f"At most {figure(float(bounds.mg_in_all))} mg in all.")
    if bounds.working_h is not None:
        first, last = (figure(float(one)) for one in bounds.working_h)
        found.append(
            f"Every start and stop between hour {first} and hour {last} of the day, as long as no clock is "
            "put forward or back during the course."
        )
    return tuple(found)


def _everywhere(found: Found) -> tuple[str, ...]:
    shown = [f"{name}{' (on the frontier)' if name in found.robust else ''}" for name in found.everywhere]
    first = sorted(shown, key=lambda name: "frontier" not in name)[:_SHOWN]
    more = [f"and {len(shown) - _SHOWN} more, in the CSV"] if len(shown) > _SHOWN else []
    return (*first, *more)


def _refused(found: Found) -> tuple[str, ...]:
    return tuple(f"{reason}: {count_words(many, 'schedule')}" for reason, many in found.reasons)


def proposal_page(
    found: Proposal, *, subject: str, who: tuple[tuple[str, str], ...], protocol: str, note: str = ""
) -> Page:
    """The page of a table of rates, or of its refusal, which has no number that could be set."""
    table = found.table
    place = "in blood" if table.target == "blood" else "at the place of action"
    aim = f"{figure(table.target_ng_per_ml)} ng/mL {place}"
    if found.refused:
        broken = listed([one.split(":")[0] for one in found.refused])
        finding = f"Refused: the rates for {aim} do not keep {broken}."
    elif table.reached_min is None:
        finding = f"{aim} is not reached under these limits."
    else:
        finding = (
            f"{aim} is reached after {figure(table.reached_min)} min, in a typical patient of one model."
        )
    rows = tuple(
        (
            f"{figure(one.start_min)} to {figure(one.end_min)}",
            f"{float(one.ml_per_h):g}",
            f"{float(one.mg_per_h):g}",
        )
        for one in found.rows
    )
    lists: list[tuple[str, tuple[str, ...]]] = [
        ("Refused by", found.refused),
        ("Limits that held a rate back", table.held_by if found.rows else ()),
        ("What must be said of it", found.notices[1:]),
        ("Assumed figures", table.levels.assumed),
        ("Method", (f"{table.citation.text} {table.citation.identifier}",)),
    ]
    tables: tuple[Table, ...] = ()
    if rows:
        note_ = f"{figure(float(table.total_mg))} mg in all. Each rate is a whole number of the pump's steps."
        tables = (Table("Rates", ("Minutes", "mL/h", "mg/h"), rows, (1, 2), note_),)
    return Page(
        title="Rates for a level, on paper",
        subject=subject,
        badge="A model, of no patient",
        who=(*who, ("Model", f"{table.levels.model}, {SAMPLING_WORDS[table.levels.sampling].lower()}"),
             ("Protocol", protocol)),
        finding=tuple(one for one in (finding, note) if one),
        limit=found.notices[0],
        tables=tables,
        figures=(),
        lists=tuple((name, lines) for name, lines in lists if lines),
        foot=FOOT,
    )  # fmt: skip


def steps_page(
    found: NextSteps,
    asked: Asked,
    *,
    subject: str,
    who: tuple[tuple[str, str], ...],
    protocol: str,
    note: str = "",
) -> Page:
    """The page of a protocol's next steps: each option with what every model expects of it."""
    rows = tuple(
        (
            one.action,
            "none" if one.dose is None else str(one.dose),
            each.model,
            SAMPLING_WORDS[each.sampling].lower(),
            spread_words(each.highest),
            spread_words(each.at_end),
            "; ".join(one.refused) or "no",
        )
        for one in found.options
        for each in one.expected
    )
    table = Table(
        f"The next {figure(found.hours)} h under each step",
        ("Step", "dose", "model", "sampled", "highest, ng/mL", "at the end, ng/mL", "refused by a limit"),
        rows,
        (),
        "The typical patient, and in brackets nine in ten of the drawn ones. Levels of two sides of the "
        "circulation stand apart.",
    )
    words = (
        f"{count_words(len(found.options), 'step')} that {protocol} has from here, and what levels would do."
    )
    lists: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("What is measured", asked_words(asked)),
        ("What must be said of the models", found.notices[1:]),
        ("Assumed figures", tuple(f"{key}: {'; '.join(words)}" for key, words in found.assumed)),
        ("What no forecast of levels can say", UNKNOWN),
    )
    return Page(
        title="Next steps of a protocol",
        subject=subject,
        badge="Models, of no patient",
        who=(*who, ("Protocol", protocol)),
        finding=tuple(one for one in (words, note) if one),
        limit="Which step the protocol takes depends on the patient. " + NO_ADVICE,
        tables=(table,),
        figures=(),
        lists=tuple((name, lines) for name, lines in lists if lines),
        foot=FOOT,
    )
