"""Observation: pain with who reported it, sedation, vital signs with their components, and body weight."""

from __future__ import annotations

from datetime import datetime

from adjuvant.errors import AdjuvantError
from adjuvant.library import Scale, plausible_limit
from adjuvant.quantity import Quantity
from adjuvant.record import (
    BodyWeight,
    NotAssessable,
    Outcome,
    PainKind,
    PainReporter,
    PainScore,
    SedationScore,
    VitalSign,
)
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.fhir.decoding import decode
from adjuvant.sources.fhir.reading import Context, Found, Reading, SetAside
from adjuvant.sources.fhir.scales import scale_of, score_of
from adjuvant.sources.fhir.terms import LOINC, codes_of, label
from adjuvant.sources.fhir.times import read_moment
from adjuvant.sources.fhir.units import read_amount

__all__ = ["read_observation"]

_VITALS = {
    "9279-1": "respiratory_rate",
    "8867-4": "heart_rate",
    "59408-5": "spo2",
    "2708-6": "spo2",
    "8480-6": "systolic",
    "76534-7": "systolic",
    "8462-4": "diastolic",
    "76535-4": "diastolic",
    "8478-0": "mean_pressure",
    "76536-2": "mean_pressure",
}
_VITAL_UNITS = {
    "respiratory_rate": "/min",
    "heart_rate": "/min",
    "spo2": "%",
    "systolic": "mm[Hg]",
    "diastolic": "mm[Hg]",
    "mean_pressure": "mm[Hg]",
}
_WEIGHTS = {"29463-7": "unstated", "3141-9": "measured", "3142-7": "stated", "8335-2": "estimated"}
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


def read_observation(found: Found, context: Context) -> Reading:
    """The scores, vital signs or weight of one Observation.

    Raises:
        SetAside: entered in error or without a result; not one of the observations that are read; no time of
            day; no value that can be used.
    """
    seen = decode(found, resources.Observation)
    if seen.status == "entered-in-error":
        raise SetAside(Outcome.NOT_USED, "was entered in error")
    reading = Reading()
    scale, by_name, doubt = scale_of(seen.code)
    kind = _vital(seen.code)
    weight = next((code for code in codes_of(seen.code, LOINC) if code in _WEIGHTS), None)
    components = [(item, name) for item in seen.component if (name := _vital(item.code)) is not None]
    if not (scale or doubt or kind or weight or components):
        _not_read(seen)
    _check_status(seen, reading)
    if seen.modifier_extension:
        raise SetAside(
            Outcome.NOT_USED, "carries a modifier that is not known here", "", seen.modifier_extension[0].url
        )
    if doubt:
        raise SetAside(Outcome.UNCONVERTIBLE, doubt, "code it with the scale's own code", label(seen.code))
    at = _at(seen, context, reading)
    if scale is not None:
        if by_name:
            reading.warn("its scale is recognised by its name, not by a code", "code the scale")
        if scale.kind == "sedation":
            _sedation(found, seen, scale, at, reading)
        else:
            _pain(found, seen, scale, at, context, reading)
    elif weight is not None:
        _weight(found, seen, at, _WEIGHTS[weight], reading)
    else:
        _vitals(found, seen, kind, components, at, reading)
    return reading


def _vital(code: shapes.Concept | None) -> str | None:
    kinds = {_VITALS[item] for item in codes_of(code, LOINC) if item in _VITALS}
    return kinds.pop() if len(kinds) == 1 else None


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


def _pain(
    found: Found,
    seen: resources.Observation,
    scale: Scale,
    at: datetime,
    context: Context,
    reading: Reading,
) -> None:
    score = score_of(seen, scale)
    event = PainScore(
        id=found.id,
        at=at,
        scale=scale.key,
        origin=found.origin(f"code={label(seen.code)}", score.written, f"status={seen.status}"),
        value=score.value,
        not_assessable=score.absent,
        reporter=_reporter(seen, scale, context, reading),
        kind=_KINDS.get(scale.key, PainKind.CURRENT),
        site=label(seen.body_site) or None,
    )
    reading.add("pain", event)
    if score.absent is not None:
        reading.set_aside = SetAside(
            Outcome.NOT_ASSESSABLE, f"pain not assessable: {score.absent}", "", score.written
        )


def _sedation(
    found: Found, seen: resources.Observation, scale: Scale, at: datetime, reading: Reading
) -> None:
    score = score_of(seen, scale)
    if score.absent is not None:
        reason = score.absent if score.absent is not NotAssessable.NOT_RECORDED else "not recorded"
        raise SetAside(Outcome.NOT_ASSESSABLE, f"sedation not assessable: {reason}", "", score.written)
    origin = found.origin(f"code={label(seen.code)}", score.written, f"status={seen.status}")
    reading.add("sedation", SedationScore(found.id, at, scale.key, score.text, origin))


def _weight(found: Found, seen: resources.Observation, at: datetime, method: str, reading: Reading) -> None:
    value = _measured(seen, "body weight")
    if not value.unit.has(mass=1) or value.value <= 0:
        raise SetAside(Outcome.UNCONVERTIBLE, "is no body weight", "give it in kg", str(value))
    limit = plausible_limit("body_weight")
    doubt = limit.doubt(value.in_(limit.unit)) if limit is not None else ""
    if doubt:
        reading.warn("is hardly possible", "check the reading", doubt)
    origin = found.origin(f"value={value}", f"method={method}", f"status={seen.status}")
    reading.add("weights", BodyWeight(found.id, at, value, origin, method))


def _vitals(
    found: Found,
    seen: resources.Observation,
    kind: str | None,
    components: list[tuple[resources.Component, str]],
    at: datetime,
    reading: Reading,
) -> None:
    """The value of the observation itself, and those of its components; what has no value is warned of."""
    parts: list[tuple[resources.Value, str]] = [(seen, kind)] if kind is not None else []
    parts += components
    missing: list[SetAside] = []
    for number, (part, name) in enumerate(parts):
        try:
            if part.modifier_extension:
                raise SetAside(Outcome.NOT_USED, "carries a modifier that is not known here")
            value = _in_unit(_measured(part, name), name)
        except SetAside as reason:
            missing.append(reason)
            continue
        limit = plausible_limit(name)
        flagged = limit.doubt(value.in_(limit.unit)) if limit is not None else ""
        if flagged:
            reading.warn("is hardly possible", "check the reading", flagged)
        suffix = f".{name}" + (f".{number}" if [n for _, n in parts].count(name) > 1 else "")
        origin = found.origin(f"{name}={value}", f"status={seen.status}")
        event_id = found.id if part is seen else found.id + suffix
        reading.add("vitals", VitalSign(event_id, at, name, value, origin, flagged))
    if not reading.events:
        raise missing[0]
    for aside in missing:
        if kind is None or components:
            reading.warn(f"one of its components {aside.reason}", aside.remedy, aside.detail)


def _in_unit(value: Quantity, kind: str) -> Quantity:
    """A vital sign in its own unit, whatever is said to be counted: 14 {breaths}/min is 14 /min."""
    unit = _VITAL_UNITS[kind]
    bare = {name: power for name, power in value.unit.dimension if not name.startswith("{")}
    if unit == "/min" and bare == {"time": -1}:
        return Quantity(value.value * value.unit.factor * 60, unit)
    try:
        return value.to(unit)
    except AdjuvantError as error:
        raise SetAside(
            Outcome.UNCONVERTIBLE, f"{kind} is in a unit of another kind", "", f"{value}"
        ) from error


def _measured(part: resources.Value, what: str) -> Quantity:
    """The quantity of a value, or the reason why there is none."""
    if part.data_absent_reason is not None:
        if part.value_quantity is not None:
            raise SetAside(Outcome.UNCONVERTIBLE, "has both a value and a reason why there is none")
        raise SetAside(Outcome.NOT_USED, "has no value", "", label(part.data_absent_reason))
    if part.value_quantity is None:
        raise SetAside(Outcome.NOT_USED, "has no value that is a quantity", "give it as valueQuantity")
    amount = read_amount(part.value_quantity, what)
    if amount.quantity is None:
        raise SetAside(
            Outcome.UNCONVERTIBLE, "has a value that cannot be used", "correct the value", amount.doubt
        )
    return amount.quantity
