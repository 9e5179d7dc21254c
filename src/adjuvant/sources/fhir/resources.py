"""The shapes of the FHIR R4 resources that are read; dosages stay raw, so that a bad one hides no order."""

from __future__ import annotations

import msgspec

from adjuvant.sources.fhir.shapes import (
    Coding,
    Concept,
    Extension,
    Identifier,
    Meta,
    Period,
    PrimitiveNote,
    Quantity,
    Range,
    Ratio,
    Reference,
    Shape,
    Timing,
)

__all__ = [
    "Administration",
    "AdministrationDosage",
    "Allergy",
    "Bundle",
    "BundleEntry",
    "Component",
    "Condition",
    "Consent",
    "Dispense",
    "DoseAndRate",
    "Dosage",
    "Encounter",
    "Head",
    "Medication",
    "MedicationIngredient",
    "MedicationShape",
    "Observation",
    "Outcome",
    "Patient",
    "Request",
    "Statement",
]


class Head(Shape, frozen=True):
    """What every resource carries and every reader must look at first."""

    resource_type: msgspec.Raw = msgspec.Raw()
    id: str | None = None
    implicit_rules: str | None = None
    modifier_extension: tuple[Extension, ...] = ()


# --- bundles ---------------------------------------------------------------------------------------------


class BundleLink(Shape, frozen=True):
    """A link of a bundle, such as the address of its next page."""

    relation: str | None = None
    url: str | None = None


class BundleSearch(Shape, frozen=True):
    """Why an entry is in a search result."""

    mode: str | None = None


class BundleMethod(Shape, frozen=True):
    """What a transaction asks to be done with an entry."""

    method: str | None = None


class BundleResponse(Shape, frozen=True):
    """How a server answered for one entry."""

    status: str | None = None


class BundleEntry(Shape, frozen=True):
    """One entry of a bundle, its resource still undecoded."""

    full_url: str | None = None
    resource: msgspec.Raw = msgspec.Raw()
    search: BundleSearch | None = None
    request: BundleMethod | None = None
    response: BundleResponse | None = None
    modifier_extension: tuple[Extension, ...] = ()


class Bundle(Shape, frozen=True):
    """A bundle of resources."""

    type: str | None = None
    total: int | None = None
    implicit_rules: str | None = None
    link: tuple[BundleLink, ...] = ()
    entry: tuple[BundleEntry, ...] = ()


class OutcomeIssue(Shape, frozen=True):
    """One issue of an OperationOutcome."""

    severity: str | None = None
    code: str | None = None
    diagnostics: str | None = None


class Outcome(Shape, frozen=True):
    """What a server says about a request: an error means that something is missing."""

    issue: tuple[OutcomeIssue, ...] = ()


# --- who, where, what for --------------------------------------------------------------------------------


class PatientLink(Shape, frozen=True):
    """Another Patient resource about the same person."""

    other: Reference | None = None
    type: str | None = None


class Patient(Shape, frozen=True):
    """Patient. Names and addresses are not read."""

    meta: Meta | None = None
    identifier: tuple[Identifier, ...] = ()
    active: bool | None = None
    gender: str | None = None
    birth_date: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
    link: tuple[PatientLink, ...] = ()


class Encounter(Shape, frozen=True):
    """Encounter."""

    status: str | None = None
    klass: Coding | None = msgspec.field(name="class", default=None)
    subject: Reference | None = None
    period: Period | None = None


class Condition(Shape, frozen=True):
    """Condition."""

    clinical_status: Concept | None = None
    verification_status: Concept | None = None
    code: Concept | None = None
    subject: Reference | None = None
    onset_date_time: str | None = None
    onset_period: Period | None = None
    onset_string: str | None = None


class Reaction(Shape, frozen=True):
    """What an allergy did."""

    manifestation: tuple[Concept, ...] = ()
    description: str | None = None


class Allergy(Shape, frozen=True):
    """AllergyIntolerance."""

    clinical_status: Concept | None = None
    verification_status: Concept | None = None
    code: Concept | None = None
    patient: Reference | None = None
    reaction: tuple[Reaction, ...] = ()


class Provision(Shape, frozen=True):
    """A rule of a consent."""

    type: str | None = None
    provision: tuple[msgspec.Raw, ...] = ()


class Consent(Shape, frozen=True):
    """Consent."""

    status: str | None = None
    scope: Concept | None = None
    patient: Reference | None = None
    date_time: str | None = None
    performer: tuple[Reference, ...] = ()
    policy_rule: Concept | None = None
    provision: Provision | None = None


# --- observations ----------------------------------------------------------------------------------------


class Value(Shape, frozen=True):
    """The value of an observation or of one of its components, in whichever type it came."""

    code: Concept | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: Concept | None = None
    value_string: str | None = None
    value_integer: msgspec.Raw = msgspec.Raw()
    value_boolean: bool | None = None
    value_range: msgspec.Raw = msgspec.Raw()
    value_ratio: msgspec.Raw = msgspec.Raw()
    value_sampled_data: msgspec.Raw = msgspec.Raw()
    value_time: str | None = None
    value_date_time: str | None = None
    value_period: msgspec.Raw = msgspec.Raw()
    data_absent_reason: Concept | None = None
    modifier_extension: tuple[Extension, ...] = ()


class Component(Value, frozen=True):
    """One component of an observation, such as the systolic pressure."""


class Observation(Value, frozen=True):
    """Observation."""

    status: str | None = None
    subject: Reference | None = None
    effective_date_time: str | None = None
    effective_note: PrimitiveNote | None = msgspec.field(name="_effectiveDateTime", default=None)
    effective_period: Period | None = None
    effective_instant: str | None = None
    performer: tuple[Reference, ...] = ()
    body_site: Concept | None = None
    has_member: tuple[Reference, ...] = ()
    component: tuple[Component, ...] = ()


# --- medication ------------------------------------------------------------------------------------------


class MedicationIngredient(Shape, frozen=True):
    """One ingredient of a Medication."""

    item_codeable_concept: Concept | None = None
    item_reference: Reference | None = None
    is_active: bool | None = None
    strength: Ratio | None = None


class Medication(Shape, frozen=True):
    """Medication."""

    id: str | None = None
    status: str | None = None
    code: Concept | None = None
    form: Concept | None = None
    ingredient: tuple[MedicationIngredient, ...] = ()
    implicit_rules: str | None = None
    modifier_extension: tuple[Extension, ...] = ()


class MedicationShape(Shape, frozen=True):
    """What orders, statements, dispenses and administrations share."""

    contained: tuple[msgspec.Raw, ...] = ()
    status: str | None = None
    medication_codeable_concept: Concept | None = None
    medication_reference: Reference | None = None
    subject: Reference | None = None
    part_of: tuple[Reference, ...] = ()


class DoseAndRate(Shape, frozen=True):
    """How much, and how fast."""

    type: Concept | None = None
    dose_quantity: Quantity | None = None
    dose_range: Range | None = None
    rate_quantity: Quantity | None = None
    rate_range: Range | None = None
    rate_ratio: Ratio | None = None


class Dosage(Shape, frozen=True):
    """One dosage instruction of an order."""

    sequence: int | None = None
    text: str | None = None
    patient_instruction: str | None = None
    timing: Timing | None = None
    as_needed_boolean: bool | None = None
    as_needed_codeable_concept: Concept | None = None
    site: Concept | None = None
    route: Concept | None = None
    method: Concept | None = None
    dose_and_rate: tuple[DoseAndRate, ...] = ()
    max_dose_per_period: Ratio | None = None
    modifier_extension: tuple[Extension, ...] = ()
    # Elements of STU3, where dose and rate stood directly in the dosage: read only to be refused.
    dose_quantity: msgspec.Raw = msgspec.Raw()
    dose_range: msgspec.Raw = msgspec.Raw()
    rate_quantity: msgspec.Raw = msgspec.Raw()
    rate_ratio: msgspec.Raw = msgspec.Raw()


class Request(MedicationShape, frozen=True):
    """MedicationRequest."""

    intent: str | None = None
    do_not_perform: bool | None = None
    authored_on: str | None = None
    authored_note: PrimitiveNote | None = msgspec.field(name="_authoredOn", default=None)
    reported_boolean: bool | None = None
    reported_reference: Reference | None = None
    based_on: tuple[Reference, ...] = ()
    dosage_instruction: msgspec.Raw = msgspec.Raw()


class Statement(MedicationShape, frozen=True):
    """MedicationStatement."""

    effective_date_time: str | None = None
    effective_period: Period | None = None
    information_source: Reference | None = None
    dosage: msgspec.Raw = msgspec.Raw()


class Dispense(MedicationShape, frozen=True):
    """MedicationDispense."""

    quantity: Quantity | None = None
    days_supply: Quantity | None = None
    when_handed_over: str | None = None
    when_prepared: str | None = None
    dosage_instruction: msgspec.Raw = msgspec.Raw()


class AdministrationDosage(Shape, frozen=True):
    """What was given in one administration."""

    text: str | None = None
    site: Concept | None = None
    route: Concept | None = None
    method: Concept | None = None
    dose: Quantity | None = None
    rate_quantity: Quantity | None = None
    rate_ratio: Ratio | None = None
    modifier_extension: tuple[Extension, ...] = ()


class Administration(MedicationShape, frozen=True):
    """MedicationAdministration."""

    status_reason: tuple[Concept, ...] = ()
    effective_date_time: str | None = None
    effective_note: PrimitiveNote | None = msgspec.field(name="_effectiveDateTime", default=None)
    effective_period: Period | None = None
    request: Reference | None = None
    category: Concept | None = None
    dosage: msgspec.Raw = msgspec.Raw()
