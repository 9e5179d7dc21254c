"""What the library knows beside conversion tables: drugs, products, scales, rules, settings, limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from adjuvant.citation import Citation, Provenance
from adjuvant.quantity import Quantity

__all__ = [
    "Brand",
    "KnownIngredient",
    "KnownProduct",
    "PlausibleLimit",
    "ResponseRule",
    "Scale",
    "ScaleLevel",
    "Setting",
]


@dataclass(frozen=True, slots=True)
class KnownIngredient:
    """One active ingredient.

    Args:
        name: the library's name, lower case, without salt.
        kind: ``opioid``, ``ketamine``, ``opioid antagonist``, ``benzodiazepine``, ... (see drugs.yaml).
        names: other names of the same substance, and brands that hold nothing else.
        rxnorm: RxNorm ingredient code, or None where none could be verified.
        omop: OMOP concept id, or None.
        citation, provenance: where the codes were read; None where there are none.
        note: what a reader must know about the codes or the kind.
        followed: False for drugs that are known only so that they are not unknown (``other_drugs.yaml``).
    """

    name: str
    kind: str
    names: tuple[str, ...] = ()
    rxnorm: str | None = None
    omop: str | None = None
    citation: Citation | None = None
    provenance: Provenance | None = None
    note: str = ""
    followed: bool = True


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """One product by its RxNorm code.

    Args:
        ingredients: name and strength of each; the strength is per counted unit (``5 mg/{tablet}``), per
            volume, or the release rate of one patch; None where the product's name does not say it.
    """

    rxnorm: str
    name: str
    ingredients: tuple[tuple[str, Quantity | None], ...]
    form: str | None
    route: str | None
    citation: Citation
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Brand:
    """A trade name that holds several ingredients; its strengths stand on the pack and nowhere here."""

    name: str
    ingredients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScaleLevel:
    """One value of a scale whose values are words or signs, as charted, with its meaning in our words."""

    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Scale:
    """One scale of pain or sedation.

    Args:
        low, high, step: the numbers it can take; None where its values are words (see `levels`).
        kind: ``pain self-report``, ``pain behavioural`` or ``sedation``.
        direction: what a higher value means, for example ``more pain``.
        loinc, snomed, omop: codes under which records chart it.
    """

    key: str
    title: str
    kind: str
    direction: str
    low: Fraction | None
    high: Fraction | None
    step: Fraction | None
    citation: Citation
    provenance: Provenance
    levels: tuple[ScaleLevel, ...] = ()
    loinc: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    omop: tuple[str, ...] = ()
    note: str = ""

    def allows(self, value: Fraction) -> bool:
        """Whether `value` lies on the scale: within its ends and on one of its steps."""
        if self.low is None or self.high is None or not self.low <= value <= self.high:
            return False
        return self.step is None or (value - self.low) % self.step == 0


@dataclass(frozen=True, slots=True)
class ResponseRule:
    """One published definition of response.

    Args:
        key: names the version where versions differ, for example ``civik_cr_registry``.
        rule: the definition in our words.
        thresholds: its numbers by name; `units` holds the unit of each.
        needs: what a record must hold for it to be evaluated, in words.
        limit: what it was made for and where it does not carry over; may be empty.
        concern: ``response``, ``progression``, ``indeterminate``, ``worsening`` or ``description``.
    """

    key: str
    title: str
    rule: str
    thresholds: Mapping[str, Fraction]
    units: Mapping[str, str]
    citation: Citation
    provenance: Provenance
    needs: tuple[str, ...] = ()
    limit: str = ""
    concern: str = "response"


@dataclass(frozen=True, slots=True)
class Setting:
    """One number of a method: a window, a gap limit, a share.

    Args:
        value: exact; `unit` is UCUM, ``1`` for a pure number.
        citation: where it comes from, or None for a rule of the house.
        why: the reason, in one sentence.
    """

    key: str
    value: Fraction
    unit: str
    why: str
    provenance: Provenance
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class PlausibleLimit:
    """The span outside which a charted reading is doubted. It is kept and flagged, never dropped or clamped.

    Args:
        kind: ``spo2``, ``systolic``, ... as in `VitalSign.kind`, or ``body_weight``.
        low, high: the least and greatest reading that is not doubted, in `unit`.
    """

    kind: str
    low: Fraction
    high: Fraction
    unit: str
    why: str
    provenance: Provenance
    citation: Citation | None = None

    def doubt(self, value: Fraction) -> str:
        """Why a reading in `unit` is doubted, in words; empty if it is not."""
        from adjuvant.quantity import show

        if self.low <= value <= self.high:
            return ""
        side = f"below {show(self.low)}" if value < self.low else f"above {show(self.high)}"
        return f"{self.kind} {show(value)} {self.unit} is {side}: hardly possible, doubted"
