"""What the drug names of a read mean, each resolved once."""

from __future__ import annotations

from adjuvant.errors import AdjuvantError
from adjuvant.record import Drug
from adjuvant.record.naming import resolve_drug
from adjuvant.sources.terms import Terms

__all__ = ["DrugNames"]


class DrugNames:
    """Names to drugs, each resolved once.

    Args:
        terms: the user's own lines, which go first.
    """

    def __init__(self, terms: Terms | None = None) -> None:
        self._terms = terms
        self._known: dict[str, Drug] = {}

    def drug(self, text: str) -> Drug:
        """The medicine that a name means; without ingredients where nobody knows it."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._resolved(text)
        return found

    def _resolved(self, text: str) -> Drug:
        if self._terms is not None and text in self._terms.drugs:
            return self._terms.drugs[text]
        try:
            return resolve_drug(text)
        except AdjuvantError:  # a name that contradicts itself is nobody's drug, and stays in view as text
            return Drug(text)
