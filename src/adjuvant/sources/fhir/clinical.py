"""Patient, Encounter, Condition, AllergyIntolerance and Consent."""

from __future__ import annotations

from adjuvant.record import Allergy, Condition, Consent, ConsentStatus, Encounter, Outcome
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.fhir.decoding import decode
from adjuvant.sources.fhir.reading import Context, Found, Reading, SetAside
from adjuvant.sources.fhir.terms import code_in, label, typed_code
from adjuvant.sources.fhir.times import read_moment
from adjuvant.sources.neoplasms import is_cancer

__all__ = ["read_allergy", "read_condition", "read_consent", "read_encounter"]

_ENCOUNTER_GONE = {
    "entered-in-error": "was entered in error",
    "cancelled": "was cancelled",
    "planned": "is planned and has not begun",
}
_ENCOUNTER_STATUS = ("arrived", "triaged", "in-progress", "onleave", "finished", "unknown")
_REFUTED = {"entered-in-error": "was entered in error", "refuted": "was refuted"}
_UNSURE = frozenset({"unconfirmed", "provisional", "differential"})
_SCOPES = {
    "treatment": "treatment",
    "research": "data use",
    "patient-privacy": "data use",
    "publication": "publication",
}
_REFUSING_RULES = ("OPTOUT", "OPTOUTE")


def read_encounter(found: Found, context: Context) -> Reading:
    """One stay or visit.

    Raises:
        SetAside: planned, cancelled or entered in error; no start, or a date without a time.
    """
    stay = decode(found, resources.Encounter)
    if stay.status in _ENCOUNTER_GONE:
        raise SetAside(Outcome.NOT_USED, _ENCOUNTER_GONE[stay.status])
    if stay.status not in _ENCOUNTER_STATUS:
        raise SetAside(Outcome.NOT_USED, "has a status that R4 does not know", "", f"{stay.status}")
    period = stay.period or shapes.Period()
    start = read_moment(period.start, "period.start", context.local)
    end = read_moment(period.end, "period.end", context.local)
    if start.instant is None:
        raise SetAside(
            Outcome.UNCONVERTIBLE, start.doubt or "has no start", "give date, time and offset", start.text
        )
    if end.instant is not None and end.instant < start.instant:
        raise SetAside(Outcome.UNCONVERTIBLE, "ends before it starts", "correct the times", end.text)
    reading = Reading()
    if end.doubt:
        reading.warn(end.doubt, "give date, time and offset", end.text)
    kind = (stay.klass.display or stay.klass.code or "") if stay.klass else ""
    origin = found.origin(f"period={period.start or ''} to {period.end or ''}", f"status={stay.status}")
    reading.add("encounters", Encounter(found.id, start.instant, origin, end.instant, kind))
    return reading


def read_condition(found: Found, context: Context) -> Reading:
    """One diagnosis or problem.

    Raises:
        SetAside: refuted or entered in error.
    """
    said = decode(found, resources.Condition)
    verified = _verified(said.verification_status)
    onset = said.onset_period.start if said.onset_period else said.onset_date_time
    moment = read_moment(onset, "onset", context.local)
    code = typed_code(said.code)
    reading = Reading()
    if moment.doubt:
        reading.warn(moment.doubt, "give date, time and offset", moment.text)
    # A diagnosis that is only being considered is no diagnosis of cancer.
    cancer = None if verified in _UNSURE else is_cancer(code)
    status = ", ".join(filter(None, (_first_code(said.clinical_status), verified)))
    origin = found.origin(
        f"code={code or ''} {label(said.code)}".replace("= ", "="),
        f"onset={onset or said.onset_string or ''}",
        f"status={status}",
    )
    reading.add(
        "conditions", Condition(found.id, label(said.code), origin, code, moment.instant, status, cancer)
    )
    return reading


def read_allergy(found: Found, _context: Context) -> Reading:
    """One recorded allergy or intolerance.

    Raises:
        SetAside: refuted or entered in error.
    """
    said = decode(found, resources.Allergy)
    verified = _verified(said.verification_status)
    status = ", ".join(filter(None, (_first_code(said.clinical_status), verified)))
    reactions = [label(item) for each in said.reaction for item in each.manifestation]
    reaction = "; ".join(filter(None, (*reactions, *(each.description or "" for each in said.reaction))))
    code = typed_code(said.code)
    origin = found.origin(f"code={code or ''} {label(said.code)}".replace("= ", "="), f"status={status}")
    reading = Reading()
    reading.add("allergies", Allergy(found.id, label(said.code), origin, code, status, reaction))
    return reading


def read_consent(found: Found, context: Context) -> Reading:
    """One consent. Its status is what the resource says and never more than that.

    An active consent counts as given only if nothing in it denies; one with exceptions, and one that is no
    longer active, say neither yes nor no, and are set aside.

    Raises:
        SetAside: entered in error, of another scope, or not plainly given, declined or pending.
    """
    said = decode(found, resources.Consent)
    scope = next((_SCOPES[code] for code in _scope_words(said.scope) if code in _SCOPES), None)
    if scope is None:
        raise SetAside(
            Outcome.NOT_USED, "is a consent to something else", "", label(said.scope) or "no scope"
        )
    status = _consent_status(said)
    moment = read_moment(said.date_time, "dateTime", context.local)
    reading = Reading()
    if moment.doubt:
        reading.warn(moment.doubt, "give date, time and offset", moment.text)
    given_by = "; ".join(
        item.display or item.reference or "" for item in said.performer if item.display or item.reference
    )
    origin = found.origin(
        f"scope={label(said.scope)}", f"status={said.status}", f"dateTime={said.date_time or ''}"
    )
    reading.add("consents", Consent(found.id, scope, status, origin, given_by or None, moment.instant))
    return reading


def _scope_words(scope: shapes.Concept | None) -> list[str]:
    words = [coding.code for coding in (scope.coding if scope else ()) if coding.code]
    return [*words, *([scope.text.strip().lower()] if scope and scope.text else [])]


def _consent_status(said: resources.Consent) -> ConsentStatus:
    if said.status == "entered-in-error":
        raise SetAside(Outcome.NOT_USED, "was entered in error")
    if said.status in ("draft", "proposed"):
        return ConsentStatus.PENDING
    if said.status == "rejected":
        return ConsentStatus.DECLINED
    if said.status == "inactive":
        raise SetAside(
            Outcome.NOT_USED,
            "is no longer active, and does not say whether it was withdrawn or ran out",
            "record a withdrawal as one",
        )
    if said.status != "active":
        raise SetAside(Outcome.NOT_USED, "has a status that R4 does not know", "", f"{said.status}")
    denies = said.provision is not None and said.provision.type == "deny"
    if denies or code_in(said.policy_rule, *_REFUSING_RULES):
        if said.provision is not None and said.provision.provision:
            raise SetAside(
                Outcome.NOT_USED, "denies with exceptions", "record what is consented to by itself"
            )
        return ConsentStatus.DECLINED
    if said.provision is not None and said.provision.provision:
        raise SetAside(Outcome.NOT_USED, "permits with exceptions", "record what is consented to by itself")
    return ConsentStatus.GIVEN


def _verified(status: shapes.Concept | None) -> str:
    code = _first_code(status)
    if code in _REFUTED:
        raise SetAside(Outcome.NOT_USED, _REFUTED[code])
    return code


def _first_code(concept: shapes.Concept | None) -> str:
    return next((coding.code for coding in (concept.coding if concept else ()) if coding.code), "")
