"""The part of a page that holds models against measured levels, and says what was learned of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adjuvant.pk.estimation import Estimate
from adjuvant.pk.person import for_people
from adjuvant.reports.levels.parts import Section, Table, level, side_words
from adjuvant.reports.words import listed

__all__ = ["DRAWS", "held_line", "held_sections", "own_levels"]

DRAWS = 2000
_SHARES = (0.05, 0.5, 0.95)


def own_levels(found: Estimate, minutes: Sequence[float]) -> list[tuple[float, float, float]]:
    """Lower end, middle and upper end of this patient's level at each minute, by what is left open."""
    rows = found.drawn(np.asarray(minutes, dtype=np.float64), DRAWS, np.random.default_rng(1), _SHARES)
    return [(float(low), float(middle), float(high)) for low, middle, high in rows.T]


def held_line(
    estimates: Sequence[Estimate], refused: Sequence[tuple[str, str]], marks: Sequence[tuple[float, str]]
) -> tuple[str, ...]:
    """What measured levels say, a sentence for each model, to stand with the levels that were predicted."""
    lines = []
    for one in estimates:
        (low, middle, high), many = own_levels(one, [marks[0][0]])[0], len(one.misfits)
        odd = sum(abs(each.surprise) > 2 for each in one.misfits)
        rare = f"{odd} of {many} lie" if many > 1 else "it lies"
        if not odd:
            rare = "none lies" if many > 1 else "it does not lie"
        them = "them" if many > 1 else "it"
        lines.append(
            f"{many} measured level{'s' if many > 1 else ''}, {side_words(one.model.sampling)}, against "
            f"{one.model.key}: {level(middle)} ng/mL in this patient ({level(low)} to {level(high)} left "
            f"open by {them}); {rare} where fewer than 1 in 20 patients of the model would have {them}"
            f"{': check dose, time, side and laboratory' if odd else ''}."
        )
    if refused:
        names = listed([key for key, _ in refused])
        lines.append(f"Not held against them: {names}; the reasons stand below.")
    return tuple(lines)


def held_sections(
    estimates: Sequence[Estimate], refused: Sequence[tuple[str, str]], marks: Sequence[tuple[float, str]]
) -> tuple[Section, ...]:
    """For each model: the levels against it, the figures before and after, and the levels to come."""
    sections = []
    for one in estimates:
        misfits = tuple(
            (
                f"{each.measured.at_min / 60:.1f} h",
                each.measured.analyte,
                level(each.measured.ng_per_ml),
                level(each.before),
                f"{each.surprise:+.1f}",
                level(each.after),
                f"{each.residual:+.1f}",
            )
            for each in one.misfits
        )
        heads = (
            "since the first dose", "of", "measured", "typical patient", "spreads from it",
            "this patient", "spreads from it",
        )  # fmt: skip
        own = own_levels(one, [minute for minute, _ in marks])
        spans = "; ".join(
            f"{words} {level(middle)} ({level(low)} to {level(high)})"
            for (low, middle, high), (_, words) in zip(own, marks, strict=True)
        )
        sections.append(
            Section(
                f"held-{one.model.key}",
                f"{one.model.key} against measured levels",
                "ng/mL; a spread is one standard deviation of what was expected",
                table=Table(heads, misfits, (2, 3, 4, 5, 6)),
                paragraphs=(
                    *one.statement,
                    (
                        "This patient's ketamine in this model, ng/mL with 5 to 95 of 100 that remain: "
                        f"{spans}. It is how "
                        "sure the estimate is in this model alone; models still disagree."
                    ),
                ),
                items=tuple(
                    (
                        f"{each.name}{f', occasion {each.occasion}' if each.occasion else ''}:",
                        (
                            f"typical {for_people(one.model, each.name, each.typical)}, now "
                            f"{for_people(one.model, each.name, each.found)}; {each.told:.0%} of its spread "
                            "taken away."
                        ),
                    )
                    for each in one.learned
                ),
            )
        )
    if refused:
        sections.append(
            Section(
                "not-held",
                "Models that were not held against them",
                "",
                table=Table(("model", "why"), tuple(refused)),
            )
        )
    return tuple(sections)
