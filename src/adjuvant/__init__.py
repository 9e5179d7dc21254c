"""Adjuvant: low-dose ketamine beside opioids for refractory cancer pain, made legible."""

__version__ = "0.1.0"
__all__ = ["__version__"]
