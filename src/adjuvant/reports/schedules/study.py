"""The shipped study: the founding schedule, CIVIK, burst, Step and oral ketamine on the same patients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from adjuvant.design import (
    Asked,
    Compared,
    Schedule,
    compare_schedules,
    groups,
    measure,
    of_protocol,
    typed,
)
from adjuvant.library.folder import FOLDER
from adjuvant.pk import Covariates, Infusion, Regimen, equilibration, reported_ranges
from adjuvant.protocol import load, sited
from adjuvant.reports.schedules.assumed import Assumed, Case, study_assumed
from adjuvant.reports.schedules.content import compared_page
from adjuvant.reports.schedules.markdown import schedules_markdown
from adjuvant.reports.schedules.model import Table
from adjuvant.reports.schedules.words import figure
from adjuvant.reports.schedules.write import figure_file

__all__ = ["study_files"]

_PATIENTS, _SEED = 1000, 1
_STEP_MIN = 10.0
_PAGE, _PICTURE = "schedules.md", "schedules.svg"
_FEW = 20

# protocol, regimen, how it rises, and the name in the study
_OF_PROTOCOLS = (
    ("patel_ldk", "infusion", "never", "Founding, 3 x 0.5 mg/kg over 40 min"),
    ("civik", "infusion", "never", "CIVIK, first rate"),
    ("civik", "infusion", "fastest", "CIVIK, rising every 8 h"),
    ("jackson_burst", "burst", "never", "Burst, first rate"),
    ("jackson_burst", "burst", "fastest", "Burst, rising daily"),
    ("step_singapore", "infusion", "never", "Step, first rate"),
    ("step_singapore", "infusion", "fastest", "Step, rising daily"),
    ("kannan_oral", "oral", "never", "Oral, 0.5 mg/kg three times a day"),
)
_RANGE = (
    "Levels at which pain relief is reported after doses into a vein or a muscle (Zanos and others 2018, "
    "table 1, doi:10.1124/pr.117.015198). They were not found in cancer pain, and after doses by mouth "
    "relief is reported at lower ones."
)
_CEILING = (
    "The upper end of the levels over which altered perception grew in a straight line in volunteers, in "
    "venous blood; it is felt from 50 ng/mL on, and has no level from which it begins (Bowdle and others "
    "1998, doi:10.1097/00000542-199801000-00015). It is a mark to count by, and no limit of safety."
)
_NOTE = (
    "The five ways of giving ketamine that this project began with, for one weight and one seeded population "
    "a model. Protocols that raise the dose by effect are laid out twice: at the first dose throughout, and "
    "raised at every chance. What a patient gets lies between."
)
_HEAD = (
    "Made by `scripts/schedule-study`; do not edit it by hand. The site profiles in it are invented examples."
)


def _schedules(assumed: Assumed) -> tuple[Schedule, ...]:
    found = []
    for key, regimen, rises, name in _OF_PROTOCOLS:
        own = sited(load(key), FOLDER / "protocols" / key / "example_site.yaml")
        found.append(of_protocol(own, regimen, assumed.weight, rises=rises, days=assumed.days, name=name))
    slow = assumed.slower
    given = tuple(
        Infusion.of_amount(float(start), float(slow.minutes), slow.dose, "intravenous")
        for start in slow.starts_min
    )
    found.insert(1, typed(slow.name, Regimen(given), slow.because))
    return tuple(found)


def _asked() -> Asked:
    """Time in the levels of relief, and who passes those that alter perception; both of the library."""
    relief, altered = reported_ranges()["analgesia"], reported_ranges()["psychedelic"]
    return Asked("effect", relief.low, relief.high, _RANGE, altered.high, _CEILING, equilibration().per_min)


def study_files(tell: Callable[[str, int, int | None], None] | None = None) -> dict[str, str]:
    """The page and its figure, by the names of their files.

    Args:
        tell: told how far it is: what, done, of how many.
    """
    assumed = study_assumed()
    weight = float(assumed.weight.in_("kg"))
    body, schedules, asked = Covariates(weight, assumed.age_years), _schedules(assumed), _asked()
    found, left = groups("ketamine", body, patients=_PATIENTS, seed=_SEED, uptakes=assumed.cases[0].uptakes)
    answer = compare_schedules(
        schedules, found, weight, asked, seed=_SEED, left=tuple(left.items()), step_min=_STEP_MIN, tell=tell
    )
    page = compared_page(
        answer,
        subject="five ways of giving ketamine",
        note=_NOTE,
        age_years=assumed.age_years,
        title="Five ways of giving ketamine, compared by their levels",
    )
    page = replace(page, tables=(*page.tables, _uptake_table(answer, schedules, assumed.cases, body, asked)))
    (picture,) = page.figures
    return {
        _PAGE: schedules_markdown(page, {picture.title: _PICTURE}, _HEAD),
        _PICTURE: figure_file(picture, faces=False),
    }


def _uptake_table(
    answer: Compared,
    schedules: tuple[Schedule, ...],
    cases: tuple[Case, ...],
    body: Covariates,
    asked: Asked,
) -> Table:
    """What other uptakes, as little measured, make of the highest levels of typical patients."""
    shown = [one for one in schedules if any(dose.route != "intravenous" for dose in one.regimen.doses)]
    rows = []
    for case in cases:
        some, _ = groups(
            "ketamine",
            body,
            patients=_FEW,
            seed=_SEED,
            uptakes=case.uptakes,
            only=answer.models,
        )
        for one in shown:
            by_side: dict[str, list[float]] = {}
            for group in some:
                peak = measure(group, one, answer.weight_kg, asked, step_min=_STEP_MIN).peak.typical
                by_side.setdefault(group.model.sampling, []).append(peak)
            arterial, other = (by_side.get(side, []) for side in ("arterial", "not_stated"))
            rows.append((one.name, case.words, _span(arterial), _span(other)))
    return Table(
        "What the assumed uptake does",
        (
            "Schedule",
            "share that arrives, and half-life of uptake",
            "highest, arterial",
            "highest, side not stated",
        ),
        tuple(sorted(rows)),
        (),
        "Every share and half-life in it is assumed, the shares within what is known of each route. Ng/mL at "
        "the place of action, typical patients; where there are several models, from the least to the "
        "greatest.",
    )


def _span(values: list[float]) -> str:
    if not values:
        return "no model"
    low, high = figure(min(values)), figure(max(values))
    return low if low == high else f"{low} to {high}"
