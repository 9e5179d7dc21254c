"""From forecasts to figures: which bands stand in which panel, with their words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adjuvant.pk.arrays import Floats
from adjuvant.pk.bands import Bands, Side
from adjuvant.pk.effect_slow import EffectCourse, Norketamine, Share
from adjuvant.pk.reported import ReportedRange
from adjuvant.reports.levels.drawn import Dot, Drawing, DrawnBand, Gutter, Panel, Rate, Row
from adjuvant.reports.levels.parts import side_words, spanned
from adjuvant.reports.words import count, listed

__all__ = ["effect_drawing", "level_drawing", "norketamine_drawing"]

_STYLES = ("first", "second", "third")
_GUTTER = {"analgesia": "fill", "dissociation": "outline", "psychedelic": "bar", "half_effect_s": "fill"}
_SHORT = {
    "analgesia": "pain relief",
    "dissociation": "dissociation",
    "psychedelic": "perception, rising",
    "half_effect_s": "half effect, S",
}
_NOT_STUDIED = "No model was made from cachectic, dying or palliative patients. Nothing here advises a dose."
_MOST_POINTS = 400


def _hours(times_min: Floats) -> tuple[float, ...]:
    return tuple(float(minute) / 60 for minute in times_min)


def _band(
    times: Floats, low: Floats, high: Floats, style: str, label: str, detail: str = "", end: str = ""
) -> DrawnBand:
    same = bool((low == high).all())
    lower = tuple(float(one) for one in low)
    return DrawnBand(
        _hours(times), lower, lower if same else tuple(float(one) for one in high), style, label, detail, end
    )


def level_drawing(
    found: Bands,
    ranges: Sequence[ReportedRange],
    now_min: float | None,
    stop: Bands | None,
    clock: str,
    measured: Sequence[tuple[str, float, float]] = (),
) -> Drawing:
    """Levels of ketamine: over models at the left, over patients at the right, a row for each side.

    Args:
        measured: side, minute and level of what was measured; drawn in the panels of its side alone.
    """
    stops = {side.sampling: side for side in stop.sides} if stop is not None else {}
    end_h = float(found.times_min[-1]) / 60
    rates = tuple(
        Rate(span.start_min / 60, span.end_min / 60, span.mg_per_min * 60, span.mg)
        for span in found.regimen.spans(float(found.covariates.weight_kg))
        if span.start_min / 60 <= end_h
    )
    dots = {
        name: tuple(Dot(minute / 60, value) for side, minute, value in measured if side == name)
        for name in {side for side, _, _ in measured}
    }
    rows = tuple(
        _row(found, side, stops.get(side.sampling), dots.get(side.sampling, ())) for side in found.sides
    )
    routes = listed(sorted({span.route for span in found.regimen.spans(float(found.covariates.weight_kg))}))
    return Drawing(
        key=f"levels-{found.drug}",
        title="Levels of ketamine over models and over patients",
        summary=_told(found),
        unit="ng/mL",
        rows=rows,
        rates=rates,
        rate_title=f"Given, {routes}",
        ranges=tuple(Gutter(_SHORT[one.key], one.low, one.high, _GUTTER[one.key]) for one in ranges),
        end_h=end_h,
        clock=clock,
        notes=(_NOT_STUDIED,),
        now_h=None if now_min is None else now_min / 60,
    )


def _row(found: Bands, side: Side, stop: Side | None, dots: tuple[Dot, ...]) -> Row:
    ends = side.over_models()
    keys = [one.model.key for one in side.answers]
    models = listed(keys)
    bands: list[DrawnBand] = []
    if ends is not None:
        told = spanned(float(ends[0][-1]), float(ends[1][-1]))
        label = (
            f"range of {len(keys)} models: {models}" if len(keys) > 1 else f"one model, no range: {models}"
        )
        goes_on = "if it goes on" if stop is not None else ""
        bands.append(_band(found.times_min, *ends, "first", label, goes_on, told))
    halted = stop.over_models() if stop is not None else None
    if halted is not None and stop is not None:
        after = stop.answers[0].typical.times_min
        bands.append(_band(after, *halted, "stop", "the same if it stops now"))
    over = Panel("Over models: a typical patient of each", tuple(bands), dots=dots)
    drawn = [one for one in side.answers if one.patients is not None]
    people = []
    for style, one in zip(_STYLES, drawn, strict=False):
        rows = one.patients.ng_per_ml["ketamine"] if one.patients is not None else np.zeros((2, 0))
        told = spanned(float(rows[0][-1]), float(rows[-1][-1]))
        guessed = any(
            "(assumed)" in said and "variation" in said for said in dict(found.assumed).get(one.model.key, ())
        )
        detail = "its spread is assumed" if guessed else ""
        end = told if style == "first" else ""
        people.append(_band(found.times_min, rows[0], rows[-1], style, one.model.key, detail, end))
    without = [one.model.key for one in side.answers if one.patients is None]
    why = f"No spread between people was read of {listed(without)}." if without and not people else ""
    patients = Panel("Over patients: 90 of 100 by one model", tuple(people), why, dots)
    return Row(side_words(side.sampling).capitalize(), count(len(keys), "model"), (over, patients))


def _told(found: Bands) -> str:
    """The figure in words: the greatest and the last level on each side."""
    said = []
    for side in found.sides:
        ends = side.over_models()
        if ends is None:
            continue
        peak = int(np.argmax(ends[1]))
        said.append(
            f"{side_words(side.sampling)}, {count(len(side.answers), 'model')}: highest "
            f"{spanned(float(ends[0][peak]), float(ends[1][peak]))} ng/mL at "
            f"{float(found.times_min[peak]) / 60:.1f} h, "
            f"at the end {spanned(float(ends[0][-1]), float(ends[1][-1]))} ng/mL"
        )
    return "; ".join(said) + f". {_NOT_STUDIED}"


def effect_drawing(courses: Sequence[EffectCourse], clock: str) -> Drawing:
    """Both effects over weeks, in percent of the greatest: at once at the left, slow at the right."""
    rows = [
        Row(
            side_words(one.sampling).capitalize(),
            count(len(one.models), "model"),
            (
                Panel("At once: follows the blood by minutes", _shares(one.times_min, one.at_once)),
                Panel("Slow: comes and goes over days", _shares(one.times_min, one.slow)),
            ),
        )
        for one in courses
    ]
    times = courses[0].times_min
    said = [
        f"{side_words(one.sampling)}: at the end of the time shown {_percent(one.at_once)} at once and "
        f"{_percent(one.slow)} slow"
        for one in courses
    ]
    return Drawing(
        key="effect",
        title="Share of the greatest effect, at once and slow",
        summary="; ".join(said) + f". {_NOT_STUDIED}",
        unit="%",
        rows=tuple(rows),
        rates=(),
        rate_title="",
        ranges=(),
        end_h=float(times[-1]) / 60,
        clock=clock,
        notes=(
            (
                "Share of the greatest effect in the study, by a curve of exponent one (assumed); no pain of "
                "this patient."
            ),
            _NOT_STUDIED,
        ),
        least=100.0,
        whole=True,
    )


def _percent(share: Share) -> str:
    low, high = (100 * float(end[-1]) for end in share.typical)
    return f"{spanned(low, high)} %"


def _shares(times: Floats, share: Share) -> tuple[DrawnBand, ...]:
    low, high = share.typical
    told = f"{spanned(100 * float(low[-1]), 100 * float(high[-1]))} %"
    peak = int(np.argmax(high))
    most = f"at most {spanned(100 * float(low[peak]), 100 * float(high[peak]))} %"
    return (
        _band(times, 100 * share.span[0], 100 * share.span[1], "third", "over what the study allows"),
        _band(
            times,
            100 * share.typical[0],
            100 * share.typical[1],
            "first",
            "over models, by its own figures",
            most,
            told,
        ),
    )


def norketamine_drawing(scenario: Sequence[Norketamine], clock: str, now_min: float | None) -> Drawing:
    """Relief by ketamine alone and what is left of it, model by model."""
    rows = []
    for one in scenario:
        times = one.times_min
        left = np.maximum(one.left_cm, 0.0)
        none = bool((one.left_cm < 0).any())
        rows.append(
            Row(
                one.model,
                side_words(one.sampling),
                (
                    Panel(
                        "Relief by ketamine, and what is taken from it",
                        (
                            _band(times, one.relief_cm, one.relief_cm, "second", "ketamine alone"),
                            _band(times, one.against_cm, one.against_cm, "third", "norketamine, against it"),
                        ),
                    ),
                    Panel(
                        "What is left",
                        (
                            _band(
                                times, left, left, "first", "relief that is left",
                                "none where more is taken than given" if none else "",
                            ),
                        ),
                    ),
                ),
            )
        )  # fmt: skip
    return Drawing(
        key="norketamine",
        title="The scenario in which norketamine works against pain relief",
        summary="; ".join(
            f"{one.model}: at its highest ketamine alone {float(one.relief_cm.max()):.1f} cm, against it at "
            "most "
            f"{float(one.against_cm.max()):.1f} cm"
            for one in scenario
        )
        + f". {_NOT_STUDIED}",
        unit="cm",
        rows=tuple(rows),
        rates=(),
        rate_title="",
        ranges=(),
        end_h=float(scenario[0].times_min[-1]) / 60,
        clock=clock,
        notes=(
            (
                "Centimetres of a scale of pain of 10 cm, of volunteers with a painful stimulus. "
                "A scenario, and no prediction."
            ),
            _NOT_STUDIED,
        ),
        now_h=None if now_min is None else now_min / 60,
    )
