"""Observation: pain with who reported it, sedation, vital signs and weight, alone or as parts of a panel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adjuvant.library import Scale
from adjuvant.record import (
    BodyWeight,
    Outcome,
    PainKind,
    PainReporter,
    PainScore,
    SedationScore,
    VitalSign,
)
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.fhir.decoding import decode
from adjuvant.sources.fhir.measurements import body_weight, vital_kind, vital_sign, weight_method
from adjuvant.sources.fhir.reading import Context, Found, Reading, SetAside
from adjuvant.sources.fhir.scales import has_value, scale_of, score_of
from adjuvant.sources.fhir.terms import LOINC, codes_of, label
from adjuvant.sources.fhir.times import read_moment

__all__ = ["read_observation"]

# Pain severity without a word on the scale: 3 of 5, of 10 or of 100.
_NO_SCALE = "38208-5"
_GONE = {
    "cancelled": "was cancelled",
    "registered": "is registered, with no result yet",
}
_UNFINISHED = {"preliminary": "is preliminary", "unknown": "does not say whether it is final"}
_FINAL = ("final", "amended", "corrected")
_KINDS = {
    "bpi_worst": PainKind.WORST,
    "bpi_average": PainKind.AVERAGE,
    # A look back over a week is not what is felt now.
    "nrs_past_week": PainKind.AVERAGE,
}


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a code means to us: a scale, a vital sign or a weight; or why that cannot be told."""

    scale: Scale | None = None
    by_name: bool = False
    vital: str | None = None
    weight: str | None = None
    doubt: str = ""

    @property
    def name(self) -> str:
        """A short name, for the ids of components."""
        return self.scale.key if self.scale else self.vital or "weight"


@dataclass(frozen=True, slots=True)
class _Part:
    """The observation itself, or one component of it, that has a meaning."""

    id: str
    value: resources.Value
    meaning: _Meaning


def read_observation(found: Found, context: Context) -> Reading:
    """The scores, vital signs or weight of one Observation and of its components.

    A part that cannot be used is warned of if another one can; if none can, its reason is that of the whole.

    Raises:
        SetAside: entered in error or without a result; not one of the observations that are read; no time of
            day; no value that can be used.
    """
    seen = decode(found, resources.Observation)
    if seen.status == "entered-in-error":
        raise SetAside(Outcome.NOT_USED, "was entered in error")
    parts = _parts(found, seen)
    if not parts:
        _not_read(seen)
    reading = Reading()
    _check_status(seen, reading)
    at = _at(seen, context, reading)
    aside: list[SetAside] = []
    used = 0
    for part in parts:
        try:
            reason = _read_part(found, seen, part, at, context, reading)
        except SetAside as error:
            reason = error
        if reason is None:
            used += 1
        else:
            aside.append(reason)
    if not used:
        reading.set_aside = aside[0]
    else:
        for reason in aside:
            reading.warn(f"one of its components {reason.reason}", reason.remedy, reason.detail)
    return reading


def _parts(found: Found, seen: resources.Observation) -> list[_Part]:
    """Everything in an observation that has a meaning. A panel's own code without a value says nothing."""
    own = _meaning(seen.code)
    components = [(item, meaning) for item in seen.component if (meaning := _meaning(item.code)) is not None]
    parts = [_Part(found.id, seen, own)] if own is not None and (has_value(seen) or not components) else []
    names = [meaning.name for _, meaning in components]
    for number, (item, meaning) in enumerate(components):
        again = f".{number}" if names.count(meaning.name) > 1 else ""
        parts.append(_Part(f"{found.id}.{meaning.name}{again}", item, meaning))
    return parts


def _meaning(code: shapes.Concept | None) -> _Meaning | None:
    scale, by_name, doubt = scale_of(code)
    if scale is not None or doubt:
        return _Meaning(scale, by_name, doubt=doubt)
    vital, weight = vital_kind(code), weight_method(code)
    return _Meaning(vital=vital, weight=weight) if vital or weight else None


def _read_part(
    found: Found,
    seen: resources.Observation,
    part: _Part,
    at: datetime,
    context: Context,
    reading: Reading,
) -> SetAside | None:
    """Add the event of one part; the reason where it is an event that says why there is no score.

    Raises:
        SetAside: it gives no event.
    """
    meaning = part.meaning
    if meaning.doubt:
        raise SetAside(
            Outcome.UNCONVERTIBLE, meaning.doubt, "code it with the scale's own code", label(part.value.code)
        )
    if part.value.modifier_extension:
        url = part.value.modifier_extension[0].url
        raise SetAside(Outcome.NOT_USED, "carries a modifier that is not known here", "", url)
    status = f"status={seen.status}"
    if meaning.scale is not None:
        if meaning.by_name:
            reading.warn("its scale is recognised by its name, not by a code", "code the scale")
        if meaning.scale.kind == "sedation":
            return _sedation(found, part, meaning.scale, at, status, reading)
        return _pain(found, seen, part, meaning.scale, at, context, reading)
    if meaning.weight is not None:
        value = body_weight(part.value, reading)
        origin = found.origin(f"value={value}", f"method={meaning.weight}", status)
        reading.add("weights", BodyWeight(part.id, at, value, origin, meaning.weight))
        return None
    kind = meaning.name
    value, flagged = vital_sign(part.value, kind, reading)
    reading.add(
        "vitals", VitalSign(part.id, at, kind, value, found.origin(f"{kind}={value}", status), flagged)
    )
    return None


def _pain(
    found: Found,
    seen: resources.Observation,
    part: _Part,
    scale: Scale,
    at: datetime,
    context: Context,
    reading: Reading,
) -> SetAside | None:
    score = score_of(part.value, scale)
    event = PainScore(
        id=part.id,
        at=at,
        scale=scale.key,
        origin=found.origin(f"code={label(part.value.code)}", score.written, f"status={seen.status}"),
        value=score.value,
        not_assessable=score.absent,
        reporter=_reporter(seen, scale, context, reading),
        kind=_KINDS.get(scale.key, PainKind.CURRENT),
        site=label(seen.body_site) or None,
    )
    reading.add("pain", event)
    if score.absent is None:
        return None
    return SetAside(Outcome.NOT_ASSESSABLE, f"pain not assessable: {score.absent}", "", score.written)


def _sedation(
    found: Found, part: _Part, scale: Scale, at: datetime, status: str, reading: Reading
) -> SetAside | None:
    score = score_of(part.value, scale)
    if score.absent is not None:
        raise SetAside(Outcome.NOT_ASSESSABLE, f"sedation not assessable: {score.absent}", "", score.written)
    origin = found.origin(f"code={label(part.value.code)}", score.written, status)
    reading.add("sedation", SedationScore(part.id, at, scale.key, score.text, origin))
    return None


def _reporter(seen: resources.Observation, scale: Scale, context: Context, reading: Reading) -> PainReporter:
    """Whose judgement it is: a behavioural scale's observer, else what the performers say.

    A clinician who is named as performer wrote it down; that does not say whose word it was.
    """
    if scale.kind == "pain behavioural":
        return PainReporter.BEHAVIOURAL
    keys = [context.known.key_of(item) or (item.type or "", "") for item in seen.performer]
    own = context.known.key_of(seen.subject)
    own_word = any(key in (own, ("Patient", "")) for key in keys)
    other = any(kind == "RelatedPerson" for kind, _ in keys)
    if own_word and other:
        reading.warn("names both the patient and another person as its reporter")
        return PainReporter.UNSTATED
    if own_word:
        return PainReporter.SELF
    return PainReporter.PROXY if other else PainReporter.UNSTATED


def _not_read(seen: resources.Observation) -> None:
    if _NO_SCALE in codes_of(seen.code, LOINC):
        raise SetAside(
            Outcome.UNCONVERTIBLE,
            "is pain severity on a scale that it does not name",
            "code the scale, such as LOINC 72514-3",
            label(seen.code),
        )
    raise SetAside(Outcome.NOT_USED, "is not an observation that is read", "", label(seen.code) or "no code")


def _check_status(seen: resources.Observation, reading: Reading) -> None:
    if seen.status in _GONE:
        raise SetAside(Outcome.NOT_USED, _GONE[seen.status])
    if seen.status in _UNFINISHED:
        reading.warn(_UNFINISHED[seen.status], "export it again when it is final")
    elif seen.status not in _FINAL:
        raise SetAside(Outcome.NOT_USED, "has a status that R4 does not know", "", f"{seen.status}")


def _at(seen: resources.Observation, context: Context, reading: Reading) -> datetime:
    """When it was true: its instant, or the end of its period, before which it could not be known."""
    if seen.effective_period is not None:
        moment = read_moment(seen.effective_period.end, "effectivePeriod.end", context.local)
        if moment.instant is not None and seen.effective_period.start != seen.effective_period.end:
            reading.warn("covers a period: it is placed at its end")
    else:
        text = seen.effective_date_time or seen.effective_instant
        moment = read_moment(text, "effectiveDateTime", context.local, seen.effective_note)
    if moment.instant is None:
        raise SetAside(
            Outcome.UNCONVERTIBLE,
            moment.doubt or "has no effective time",
            "give date, time and offset",
            moment.text,
        )
    return moment.instant
