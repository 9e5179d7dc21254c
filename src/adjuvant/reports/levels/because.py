"""Which model, and why they disagree: the figures behind each, and what each of them does to a level."""

from __future__ import annotations

from collections.abc import Sequence

from adjuvant.pk.bands import Bands
from adjuvant.pk.choice import model_reasons
from adjuvant.pk.disagreement import Behind, held_against
from adjuvant.reports.levels.parts import Section, Table, level, side_words

__all__ = ["because_section", "because_words"]


def because_words(rows: Sequence[Behind]) -> tuple[str, ...]:
    """Why these models disagree, by their own figures; nothing is said that the figures do not show."""
    if len(rows) < 2:
        return ("There is one model here, so that nothing disagrees. One model is not the truth for that.",)

    def ends(what: str) -> tuple[Behind, Behind]:
        ordered = sorted(rows, key=lambda one: float(getattr(one, what)))
        return ordered[0], ordered[-1]

    small, large = ends("central_l")
    slow, fast = ends("cleared_l_per_h")
    short, long = ends("last_half_life_h")
    most, least = max(rows, key=lambda one: one.after_bolus), min(rows, key=lambda one: one.after_bolus)
    return (
        (
            f"Right after a bolus the level is the dose over the central volume: {small.central_l:.3g} L in "
            f"{small.model.key} and {large.central_l:.3g} L in {large.model.key}. A minute after "
            f"{held_against().bolus} "
            "they say "
            f"{level(most.after_bolus)} ({most.model.key}) and {level(least.after_bolus)} ng/mL "
            f"({least.model.key})."
        ),
        (
            f"In a long infusion the level is the rate over the clearance: {slow.cleared_l_per_h:.0f} L/h in "
            f"{slow.model.key}, {fast.cleared_l_per_h:.0f} L/h in {fast.model.key}."
        ),
        (
            f"After the end the last fall has a half-life of {short.last_half_life_h:.1f} h in "
            f"{short.model.key} and "
            f"{long.last_half_life_h:.1f} h in {long.model.key}. It depends on how long samples were taken: "
            "a study that "
            "stopped early cannot have seen a slow fall."
        ),
        (
            "They also differ in who was studied, in the side that blood was drawn from, and in whether the "
            "racemate or "
            "S-ketamine was given. A difference of side shows most in the first minutes after a dose."
        ),
        (
            "None is right for want of the others. A model nearer to the patient in age, illness, route and "
            "length of "
            "infusion deserves more weight; none was made from wasted, dying or palliative patients."
        ),
    )


def because_section(rows: Sequence[Behind], found: Bands) -> Section:
    """The section of a page."""
    why = model_reasons()
    kept = {one.model.key for one in found.answers}
    shown = [one for one in rows if one.model.key in kept]
    cells = tuple(
        (
            one.model.key,
            side_words(one.model.sampling),
            f"{one.central_l:.3g}",
            f"{one.cleared_l_per_h:.0f}",
            f"{one.spread_l:.0f}",
            f"{one.last_half_life_h:.1f}",
            level(one.after_bolus),
            *(level(value) for value in one.in_infusion),
            why[one.model.key],
        )
        for one in shown
    )
    held = held_against()
    heads = (
        "model", "side", "central, L", "cleared, L/h", "spread, L", "last half-life, h",
        f"1 min after {held.bolus}", *(f"{hour:g} h of {held.rate}" for hour in held.hours), "why it is here",
    )  # fmt: skip
    return Section(
        "because",
        "Which model, and why they disagree",
        "A typical patient of this weight; levels in ng/mL. Not this regimen: the same two doses for all.",
        table=Table(heads, cells, tuple(range(2, len(heads) - 1))),
        paragraphs=because_words(shown),
    )
