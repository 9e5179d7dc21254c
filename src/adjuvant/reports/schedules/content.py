"""What stands on the page of a comparison: the finding, what needs no model, each model, what survives."""

from __future__ import annotations

from collections.abc import Sequence

from adjuvant.design import Asked, Compared, Conclusion, conclusions
from adjuvant.design.compare import NO_ADVICE, UNKNOWN
from adjuvant.reports.schedules.model import Page, Table
from adjuvant.reports.schedules.picture import levels_figure
from adjuvant.reports.schedules.words import (
    SAMPLING_WORDS,
    chance_words,
    count_words,
    figure,
    place_words,
    spread_words,
)
from adjuvant.reports.words import listed

__all__ = ["FOOT", "asked_words", "compared_page", "model_table", "surviving", "verdict", "who_of"]

FOOT = "Levels predicted by published models. Nothing here advises a dose by itself. A clinician decides."
_ABOUT = {
    "peak": "peaks higher than",
    "hours in range": "is in the range longer than",
    "chance of passing the ceiling": "takes more patients above the ceiling than",
}


def who_of(weight_kg: float, age_years: float | None) -> tuple[tuple[str, str], ...]:
    """Weight and age as they were given."""
    age = "not known" if age_years is None else f"{figure(age_years)} years"
    return ("Weight", f"{figure(weight_kg)} kg"), ("Age", age), ("Patient", "none; drawn from models")


def asked_words(asked: Asked) -> tuple[str, ...]:
    """What is measured, and where each figure of it is from."""
    where = place_words(asked)
    found = [
        f"Range: {figure(asked.low)} to {figure(asked.high)} ng/mL {where}. {asked.range_because}",
        f"Ceiling: {figure(asked.ceiling)} ng/mL {where}. {asked.ceiling_because}",
    ]
    if asked.of == "effect" and asked.effect_per_min is not None:
        found.append(f"Rate of equilibration with the place of action: {asked.effect_per_min:.4f} a minute.")
    return tuple(found)


def compared_page(
    found: Compared, *, subject: str, note: str = "", age_years: float | None = None, title: str = ""
) -> Page:
    """The page of a comparison.

    Args:
        subject: what the page is named by, such as its file.
        note: what the question says of itself.
    """
    told = conclusions(found)
    lists: list[tuple[str, tuple[str, ...]]] = [
        ("What is measured", asked_words(found.asked)),
        ("What does not survive every model", _not_surviving(told)),
        ("What no comparison of levels can say", UNKNOWN),
        ("Where the schedules are from, and what somebody chose", _sources(found)),
        ("What must be said of the models", found.notices[1:]),
        ("Assumed figures", tuple(f"{key}: {'; '.join(words)}" for key, words in found.assumed)),
        ("Models that were left out", tuple(f"{key}: {why}" for key, why in found.left)),
        ("Not answered", tuple(f"{one} by {key}: {why}" for one, key, why in found.without)),
    ]
    return Page(
        title=title or "Schedules compared",
        subject=subject,
        badge="Models, of no patient",
        who=who_of(found.weight_kg, age_years),
        finding=tuple(one for one in (verdict(found, told), note) if one),
        limit=NO_ADVICE,
        tables=(_facts_table(found), *model_table(found), _survivors_table(told)),
        figures=(levels_figure(found),),
        lists=tuple((name, lines) for name, lines in lists if lines),
        foot=FOOT,
    )


def verdict(found: Compared, told: Sequence[Conclusion]) -> str:
    """How much of it every model says."""
    many = sum(one.survives for one in told)
    if not told:
        return "One schedule: there is nothing to compare it with."
    return (
        f"{count_words(len(found.schedules), 'schedule')} in {count_words(len(found.models), 'model')}: of "
        f"{count_words(len(told), 'comparison')} {many} come out the same in every model that can make them, "
        f"and {len(told) - many} do not."
    )


def _facts_table(found: Compared) -> Table:
    rows = tuple(
        (
            one.schedule,
            figure(one.total_mg),
            figure(one.most_mg_in_24_h),
            figure(one.days),
            str(one.acts),
            "not said" if one.rounds is None else str(one.rounds),
        )
        for one in found.facts
    )
    return Table(
        "What needs no model",
        (
            "Schedule",
            "mg in all",
            "most mg in 24 h",
            "days",
            "starts, stops, changes",
            "rounds of observation",
        ),
        rows,
        (1, 2, 3, 4, 5),
        "The work of nurses is told by the last two columns: what is started, stopped, changed or given, and "
        "the rounds that the protocol or its site asks for. "
        "Continuous watching and rounds without times are not in them.",
    )


def model_table(found: Compared) -> tuple[Table, ...]:
    """A table for each side of the circulation: levels of two sides are never put together."""
    tables = []
    for side, name in SAMPLING_WORDS.items():
        some = [one for one in found.measured if one.sampling == side]
        if not some:
            continue
        rows = tuple(
            (
                one.schedule,
                one.model,
                spread_words(one.peak),
                spread_words(one.in_range_h),
                chance_words(one.above, one.typical_above),
            )
            for one in some
        )
        tables.append(
            Table(
                f"{name}: levels {place_words(found.asked)}",
                (
                    "Schedule",
                    "model",
                    "highest, ng/mL",
                    "hours in the range",
                    f"above {figure(found.asked.ceiling)} ng/mL",
                ),
                rows,
                (),
                "The typical patient, and in brackets nine in ten of the drawn ones. The chance is a share "
                "of drawn patients of one model, in brackets how exactly they show it; it is no chance of a "
                "patient. Hours are counted to a day after the end.",
            )
        )
    return tuple(tables)


def surviving(told: Sequence[Conclusion]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """What every model says: about what, the schedule with the higher figure, and those under it."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in told:
        if one.survives:
            found.setdefault((one.about, one.more), []).append(one.less)
    return tuple((about, more, tuple(less)) for (about, more), less in found.items())


def _survivors_table(told: Sequence[Conclusion]) -> Table:
    known = {(one.about, one.more): one for one in told if one.survives}
    rows = tuple(
        (more, _ABOUT[about], listed(less), count_words(len(known[about, more].yes), "model"))
        for about, more, less in surviving(told)
    )
    return Table(
        "What survives every model",
        ("Schedule", "comes out", "these", "borne out by"),
        rows or (("none", "", "", ""),),
        (),
        "Peaks and hours are those of typical patients. Each comparison is made inside one model, and only "
        "then counted over the models. Figures within a hundredth of each other, and shares that the drawing "
        "alone could make different, count as alike.",
    )


def _not_surviving(told: Sequence[Conclusion]) -> tuple[str, ...]:
    lines = []
    for one in told:
        if one.survives:
            continue
        said = [f"in {listed(one.yes)} {one.more} {_ABOUT[one.about]} {one.less}"] if one.yes else []
        if one.no:
            said.append(f"in {listed(one.no)} the other way round")
        if one.alike:
            said.append(f"in {listed(one.alike)} they are alike")
        if not one.yes and not one.no:
            said = [f"{one.about}: {one.more} and {one.less} are alike in {listed(one.alike)}"]
        lines.append("; ".join(said) + ".")
    return tuple(f"{line[0].upper()}{line[1:]}" for line in lines)


def _sources(found: Compared) -> tuple[str, ...]:
    lines = []
    for one in found.schedules:
        chosen = f" {' '.join(_ended(words) for words in one.chosen)}" if one.chosen else ""
        lines.append(f"{one.name}: {_ended(one.source)}{chosen}")
    return tuple(lines)


def _ended(text: str) -> str:
    return text if text[-1:] in ".!?" else f"{text}."
