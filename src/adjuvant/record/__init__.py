"""What happened to one patient: medication, observations, conditions, consent, and the data's quality."""

from adjuvant.record.clinical import Allergy, Condition, Consent, ConsentStatus, Encounter, Patient
from adjuvant.record.exposure import Basis, Exposure, ExposureKind, Exposures, Refusal, RefusalReason
from adjuvant.record.medication import (
    AdministrationKind,
    AdministrationStatus,
    Drug,
    Ingredient,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
)
from adjuvant.record.observation import (
    AdverseEvent,
    BodyWeight,
    NotAssessable,
    PainKind,
    PainReporter,
    PainScore,
    SedationScore,
    VitalSign,
)
from adjuvant.record.origin import Origin
from adjuvant.record.patient import EVENT_KINDS, PatientRecord
from adjuvant.record.quality import (
    MedicineCount,
    NamedRows,
    Outcome,
    QualityLine,
    QualitySummary,
    UnknownName,
)
from adjuvant.record.reported import ReportedFigure
from adjuvant.record.unknown_names import unknown_drugs

__all__ = [
    "EVENT_KINDS",
    "AdministrationKind",
    "AdministrationStatus",
    "AdverseEvent",
    "Allergy",
    "Basis",
    "BodyWeight",
    "Condition",
    "Consent",
    "ConsentStatus",
    "Drug",
    "Encounter",
    "Exposure",
    "ExposureKind",
    "Exposures",
    "Ingredient",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "MedicineCount",
    "NamedRows",
    "NotAssessable",
    "Origin",
    "Outcome",
    "PainKind",
    "PainReporter",
    "PainScore",
    "Patient",
    "PatientRecord",
    "QualityLine",
    "QualitySummary",
    "Refusal",
    "RefusalReason",
    "ReportedFigure",
    "SedationScore",
    "UnknownName",
    "VitalSign",
    "unknown_drugs",
]
