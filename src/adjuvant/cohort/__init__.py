"""Whole record stores at once: MME of every patient, by columns, equal to the per-patient engine."""

from adjuvant.cohort.mme import KINDS, MmeSummary, write_mme

__all__ = ["KINDS", "MmeSummary", "write_mme"]
