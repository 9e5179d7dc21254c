"""Deriving a unit's exact size and dimension from its UCUM code, with ucumvert's grammar and pint's atoms."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from lark import Transformer
from lark.exceptions import LarkError, VisitError
from pint.errors import PintError
from ucumvert import PintUcumRegistry
from ucumvert.parser import get_ucum_parser
from ucumvert.ucum_pint import UcumToPintTransformer

from adjuvant.errors import QuantityError
from adjuvant.quantity.hints import how_to_write
from adjuvant.quantity.unit import Dimension

__all__ = ["derive"]

_BASE = {
    "[mass]": "mass",
    "[length]": "length",
    "[time]": "time",
    "[substance]": "substance",
    "[temperature]": "temperature",
    "[current]": "current",
    "[luminosity]": "luminosity",
}
# Units of the UCUM class "arbitrary" (pint calls them pure numbers, but no ratio to anything else exists),
# and the equivalent, whose ratio to the mole depends on the charge.
_ARBITRARY = frozenset({"eq", "[iU]", "[IU]", "[arb'U]", "[USP'U]", "[AU]", "[BAU]", "[EU]", "[pH]"})
_MOST_POWER = 100
_Term = tuple[Fraction, dict[str, int]]


@lru_cache(maxsize=1)
def _tools() -> tuple[Any, Any]:
    return get_ucum_parser(), UcumToPintTransformer(PintUcumRegistry())


class _Exact(Transformer[Any, Any]):
    """Folds a UCUM syntax tree into an exact factor and a map of exponents."""

    def __init__(self, atoms: Any) -> None:
        super().__init__()
        self._atoms = atoms

    def simple_unit(self, parts: list[Any]) -> _Term:
        text = "".join(str(part) for part in parts)
        if parts[-1].type == "FACTOR":
            return Fraction(int(text)), {}
        atom = str(parts[-1])
        if atom in _ARBITRARY:
            return self._prefix(parts[:-1]), {atom: 1}
        quantity = self._atoms.simple_unit(list(parts))
        if not quantity._is_multiplicative:
            raise QuantityError(
                f"unit {text}", "has no fixed ratio to other units", "use a linear unit such as K or mg"
            )
        base = quantity.to_base_units()
        exponents = {_BASE[name]: int(power) for name, power in base.dimensionality.items()}
        return _exact(base.magnitude), exponents

    def _prefix(self, parts: list[Any]) -> Fraction:
        if not parts:
            return Fraction(1)
        prefixed, bare = (self._atoms.ureg(name).to_base_units() for name in (f"{parts[0]}g", "g"))
        return _exact(prefixed.magnitude) / _exact(bare.magnitude)

    def annotatable(self, parts: list[Any]) -> _Term:
        factor, exponents = parts[0]
        power = int(parts[1])
        if abs(power) > _MOST_POWER:  # exact powers of that size take minutes
            raise QuantityError(
                f"exponent {power}", "is beyond that of any unit", "write one such as m2 or cm3"
            )
        return factor**power, {name: value * power for name, value in exponents.items()}

    def component(self, parts: list[Any]) -> _Term:
        if len(parts) > 1 and all(_is_annotation(part) for part in parts):
            raise QuantityError(
                f"unit {parts[0]}{parts[1]}", "counts two things at once", "write one, such as {tablet}"
            )
        # An annotation beside a unit, as in g{creatinine}, only describes it.
        return self._term(parts[0])

    def term(self, parts: list[Any]) -> _Term:
        left, operator, right = self._term(parts[0]), parts[1], self._term(parts[2])
        return _divide(left, right) if operator == "/" else _multiply(left, right)

    def main_term(self, parts: list[Any]) -> _Term:
        if len(parts) == 1:
            return self._term(parts[0])
        return _divide((Fraction(1), {}), self._term(parts[1]))

    def _term(self, part: Any) -> _Term:
        return (Fraction(1), {str(part): 1}) if _is_annotation(part) else part


def _exact(magnitude: float) -> Fraction:
    # pint's definitions are decimals held as doubles; twelve digits give each decimal back exactly.
    return Fraction(format(float(magnitude), ".12g"))


def _is_annotation(part: Any) -> bool:
    return getattr(part, "type", None) == "ANNOTATION"


def _multiply(left: _Term, right: _Term) -> _Term:
    exponents = dict(left[1])
    for name, power in right[1].items():
        exponents[name] = exponents.get(name, 0) + power
    return left[0] * right[0], exponents


def _divide(left: _Term, right: _Term) -> _Term:
    inverse = {name: -power for name, power in right[1].items()}
    if right == (Fraction(1), {"mass": 1}):
        inverse = {"body_weight": -1}  # mg/kg is a dose for a body, never a pure number; mg/g stays one
    return _multiply(left, (1 / right[0], inverse))


def derive(code: str) -> tuple[Fraction, Dimension]:
    """Exact size in base units, and dimension, of a UCUM code.

    Raises:
        QuantityError: not UCUM, or no fixed ratio.
    """
    if "{}" in code:  # ucumvert takes it; an annotation says something
        raise _not_ucum(code)
    parser, atoms = _tools()
    try:
        tree = parser.parse(code)
        if any(
            powered.children[0].children[-1].type == "FACTOR" for powered in tree.find_data("annotatable")
        ):
            raise _not_ucum(code)  # UCUM gives an exponent to a unit, never to a number: 4-1 is no quarter
        if any(inner is not tree and len(inner.children) == 2 for inner in tree.find_data("main_term")):
            raise _not_ucum(code)  # a stroke with nothing before it begins a code, never a bracket
        factor, exponents = _Exact(atoms).transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, QuantityError):
            raise error.orig_exc from error
        raise _not_ucum(code) from error
    except (LarkError, PintError, KeyError) as error:
        raise _not_ucum(code) from error
    return factor, tuple(sorted((name, power) for name, power in exponents.items() if power))


def _not_ucum(code: str) -> QuantityError:
    return QuantityError(f"unit {code!r}", "is not a UCUM code", how_to_write(code))
