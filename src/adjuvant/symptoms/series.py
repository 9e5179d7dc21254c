"""Pain and sedation as series: one for each scale, reporter, kind and site, never merged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from adjuvant.errors import InternalError
from adjuvant.record import PainKind, PainReporter, PainScore, PatientRecord, SedationScore
from adjuvant.timeline import Interval, Series
from adjuvant.unknown import Unknown

__all__ = [
    "PainSeries",
    "SedationSeries",
    "acceptable_level",
    "pain_series",
    "scored",
    "sedation_series",
    "share_at_or_below",
]


_KIND_WORDS = {
    PainKind.AFTER_INTERVENTION: "pain after an intervention",
    PainKind.ACCEPTABLE: "acceptable level of pain",
}


@dataclass(frozen=True, slots=True)
class PainSeries:
    """All pain readings of one scale, one reporter and one kind, in order of time.

    Readings that could not be taken are in it, with their reason; they are gaps and never zeros.

    Args:
        site: where it hurts, in small letters; None for readings without a site, and where the readings name
            one site at most.
        by_site: whether the readings name several sites, so that the series is of one of them.
    """

    scale: str
    reporter: PainReporter
    kind: PainKind
    scores: Series[PainScore]
    site: str | None = None
    by_site: bool = False

    @property
    def label(self) -> str:
        """The series in words, for example ``current pain, nrs_0_10, reported by self``."""
        who = (
            "reporter unstated" if self.reporter is PainReporter.UNSTATED else f"reported by {self.reporter}"
        )
        what = _KIND_WORDS.get(self.kind, f"{self.kind} pain")
        where = f", {self.site or 'no site stated'}" if self.by_site else ""
        return f"{what}{where}, {self.scale}, {who}"


@dataclass(frozen=True, slots=True)
class SedationSeries:
    """All sedation readings on one scale, in order of time, as written."""

    scale: str
    scores: Series[SedationScore]


def pain_series(record: PatientRecord) -> tuple[PainSeries, ...]:
    """Every pain series of a record, in a stable order (kind, reporter, scale, site).

    Scores of several sites are a series each, scores without a site another. A reading that could not be
    taken at no named site belongs to the scores without a site, or where there are none to every site.
    """
    groups: dict[tuple[str, PainReporter, PainKind], list[PainScore]] = {}
    for score in record.pain:
        groups.setdefault((score.scale, score.reporter, score.kind), []).append(score)
    kinds, reporters = list(PainKind), list(PainReporter)
    order = sorted(groups, key=lambda key: (kinds.index(key[2]), reporters.index(key[1]), key[0]))
    return tuple(
        PainSeries(*key, Series.of(scores, at=lambda score: score.at), site, several)
        for key in order
        for site, scores, several in _by_site(groups[key])
    )


def _by_site(scores: list[PainScore]) -> list[tuple[str | None, list[PainScore], bool]]:
    sites = {_site(score) for score in scores if score.value is not None}
    if len(sites) < 2:
        return [(None, scores, False)]
    shared = [score for score in scores if score.value is None and _site(score) not in sites]
    found = []
    for site in sorted(sites, key=lambda site: site or ""):
        own = [score for score in scores if _site(score) == site]
        found.append((site, own + [score for score in shared if None not in sites or site is None], True))
    return found


def _site(score: PainScore) -> str | None:
    return " ".join(score.site.casefold().split()) or None if score.site is not None else None


def sedation_series(record: PatientRecord) -> tuple[SedationSeries, ...]:
    """Every sedation series of a record, one a scale, in order of the scales' keys."""
    groups: dict[str, list[SedationScore]] = {}
    for score in record.sedation:
        groups.setdefault(score.scale, []).append(score)
    return tuple(
        SedationSeries(scale, Series.of(groups[scale], at=lambda score: score.at)) for scale in sorted(groups)
    )


def scored(scores: Series[PainScore]) -> Series[Fraction]:
    """The points at each instant that has a reading; what could not be assessed is left out.

    Where one instant holds several readings, their mean stands for it, so that the result does not depend on
    the order of rows.

    Raises:
        InternalError: the readings are of more than one scale, reporter or kind.
    """
    kinds = {(score.scale, score.reporter, score.kind) for score in scores.values}
    if len(kinds) > 1:
        raise InternalError(
            f"pain readings of {len(kinds)} scales, reporters or kinds",
            "were to be merged",
            "take one PainSeries",
        )
    at: dict[datetime, list[Fraction]] = {}
    for moment, score in scores:
        if score.value is not None:
            at.setdefault(moment, []).append(score.value)
    means = tuple(sum(points, Fraction(0)) / len(points) for points in at.values())
    return Series(tuple(at), means)


def share_at_or_below(scores: Series[PainScore], window: Interval, level: Fraction) -> Fraction | Unknown:
    """Share of the window's assessed readings that stand at `level` or lower, 0 to 1.

    Unknown where the window has no assessed reading.
    """
    points = [score.value for score in scores.within(window).values if score.value is not None]
    if not points:
        return Unknown("a pain score in the window")
    return Fraction(sum(value <= level for value in points), len(points))


def acceptable_level(record: PatientRecord, by: datetime) -> Fraction | None:
    """The patient's own goal for pain as it was known at `by`: the patient's goal, else the last charted
    acceptable level that the patient named; None where nobody wrote one down."""
    if record.patient.pain_goal is not None:
        return Fraction(record.patient.pain_goal)
    named = [
        score.value
        for score in record.pain
        if score.kind is PainKind.ACCEPTABLE
        and score.reporter in (PainReporter.SELF, PainReporter.UNSTATED)
        and score.at <= by
        and score.value is not None
    ]
    return named[-1] if named else None
