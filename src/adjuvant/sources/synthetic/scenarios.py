"""The scenarios: what the ketamine course does to pain and opioids in a synthetic patient, if anything."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Ketamine", "Regimen", "Scenario"]


class Scenario(StrEnum):
    """What happens to the patient; the figures of each stand in ``parameters.yaml``."""

    RESPONDER = "responder"
    OPIOID_SPARING = "opioid_sparing"
    NON_RESPONDER = "non_responder"
    PLACEBO_DRIFT = "placebo_drift"
    """Pain falls slowly from before the course on, whatever is given."""
    HALF_MISSING = "half_missing"
    PSYCHOTOMIMETIC = "psychotomimetic"
    """Ketamine is stopped for hallucinations."""


class Regimen(StrEnum):
    """The opioids that a patient is on."""

    ORAL_OXYCODONE = "oral_oxycodone"
    ORAL_MORPHINE = "oral_morphine"
    METHADONE = "methadone"
    PATCH_AND_ORAL = "patch_and_oral"
    PCA = "pca"
    INFUSION = "infusion"


class Ketamine(StrEnum):
    """How ketamine is given."""

    SC_BURST = "sc_burst"
    IV_INTERMITTENT = "iv_intermittent"
    IV_CONTINUOUS = "iv_continuous"
