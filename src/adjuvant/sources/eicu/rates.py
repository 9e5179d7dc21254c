"""The rate of one eICU infusion row, checked against what the pump ran and what the bag held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from adjuvant.errors import QuantityError
from adjuvant.library import setting
from adjuvant.quantity import Quantity, Unit, UnitStatus, parse_unit, read_unit
from adjuvant.record import Drug, Ingredient
from adjuvant.sources.eicu.labels import Label
from adjuvant.sources.gathering import number
from adjuvant.sources.tables import Row

__all__ = ["Rate", "read_rate"]

_MASS = ("g", "mg", "ug")
_CONTRADICTS = "the rate is not the pump's rate times what the bag holds"
_UNCONFIRMED = "a rate per body weight is often mislabelled here, and no pump and bag confirm it"
_PUMPS_OWN = "the rate is the pump's own number, in millilitres, and nothing says what one of them holds"
_TWO_BAGS = "the name and the columns say two concentrations"


@dataclass(frozen=True, slots=True)
class Rate:
    """What a row says of the rate.

    Args:
        value: None where nothing can be read.
        drug: with its concentration, where the row has one.
        off: whether the rate is 0, in whatever unit.
        status, doubt: as of an administration; a doubted rate is kept and not counted.
        empty: whether the row has no rate at all.
        by_volume: whether it is a volume per time, which needs a concentration.
    """

    value: Quantity | None
    drug: Drug
    weight: Quantity | None = None
    off: bool = False
    status: UnitStatus = UnitStatus.EXACT
    doubt: str = ""
    empty: bool = False
    by_volume: bool = False

    @property
    def usable(self) -> bool:
        """Whether the rate is a mass per time that nothing speaks against."""
        return self.value is not None and not self.doubt and not self.off and not self.by_volume


def read_rate(label: Label, drug: Drug, row: Row) -> Rate:
    """The rate of a row, in the unit that the drug's name hides.

    A name without a unit, a word for a number, and a volume without a concentration are not guessed at. Where
    the row has the pump's rate, the amount and the volume as well, they must give the same mass per time. The
    amount's unit is stated nowhere: it is tried in each unit of mass, and if none fits the row is doubted. A
    rate per body weight needs that confirmation, because such labels are often wrong; so does a rate that is
    the pump's own number, because the label may name the unit of what is in the bag.
    """
    text = row["drugrate"]
    try:
        value = number(text)
    except QuantityError as error:
        return _unread(drug, f"the rate {text!r} {error.rule}")
    if value is None:
        return Rate(None, drug, empty=True)
    if value == 0:
        return Rate(None, drug, off=True)
    if not label.unit:
        return _unread(drug, "the name of the drug states no unit of the rate")
    try:
        rate = Quantity(value, read_unit(label.unit))
        weight = _positive(row["patientweight"], "kg")
        pump = _positive(row["infusionrate"], "mL/h", zero=True)
        amount, volume = _bare(row["drugamount"]), _positive(row["volumeoffluid"], "mL")
    except QuantityError as error:
        return _unread(drug, f"{error.thing} {error.rule}")
    found = Rate(rate, drug, weight)
    if value < 0:
        return replace(found, doubt="the rate is negative")
    if label.pca:
        return replace(
            found, doubt="the rate of a patient's own pump may be its background, its limit or a sum"
        )
    return _checked(found, rate, label, pump, amount, volume)


def _checked(
    found: Rate,
    rate: Quantity,
    label: Label,
    pump: Quantity | None,
    amount: Fraction | None,
    volume: Quantity | None,
) -> Rate:
    """The rate once contents and pump have been compared with it."""
    held = label.amount / label.volume if label.amount is not None and label.volume is not None else None
    columns = Quantity(amount / volume.value, "1") if amount is not None and volume is not None else None
    if held is not None and columns is not None and not _fits(held, columns.value, parse_unit("1/mL")):
        return replace(found, doubt=_TWO_BAGS)
    if rate.unit.has(length=3, time=-1):
        if pump is not None and not _near(pump.in_("mL/h"), rate.in_("mL/h")):
            return replace(found, doubt="the rate is not the pump's rate, though both are volumes")
        if held is None:
            return replace(found, by_volume=True)
        return replace(found, drug=_of_strength(found.drug, held), status=UnitStatus.DERIVED)
    if any(name == "body_weight" for name, _ in rate.unit.dimension):
        if found.weight is None:
            return found
        if pump is None or columns is None:
            return replace(found, doubt=_UNCONFIRMED)
        rate = rate.for_body(found.weight)
    if not rate.unit.has(mass=1, time=-1):
        return replace(found, doubt="the rate is neither mass nor volume per time")
    if pump is not None and columns is None and pump.value == rate.value:
        return replace(found, doubt=_PUMPS_OWN)
    if pump is not None and columns is not None:
        ran = pump.in_("mL/h") * columns.value
        if not _fits(rate, ran, parse_unit("1/h")):
            return replace(found, doubt=_CONTRADICTS)
    return found


def _fits(known: Quantity, figure: Fraction, per: Unit) -> bool:
    """Whether a bare figure is the known quantity in some unit of mass."""
    return any(_near(known.in_(parse_unit(mass) * per), figure) for mass in _MASS)


def _near(one: Fraction, other: Fraction) -> bool:
    return abs(one - other) <= setting("rate_agreement").value * max(one, other)


def _of_strength(drug: Drug, held: Quantity) -> Drug:
    """The drug with what one volume of its bag holds; of a mixture the name does not say of which part."""
    if len(drug.ingredients) != 1:
        return drug
    return replace(drug, ingredients=(Ingredient(drug.ingredients[0].name, held),))


def _unread(drug: Drug, doubt: str) -> Rate:
    return Rate(None, drug, status=UnitStatus.UNCONVERTIBLE, doubt=doubt)


def _bare(text: str) -> Fraction | None:
    found = number(text)
    return found if found is not None and found > 0 else None


def _positive(text: str, unit: str, *, zero: bool = False) -> Quantity | None:
    """A measure of a column whose unit is documented; nothing where it is empty, or not above zero."""
    found = number(text)
    if found is None or found < 0 or (found == 0 and not zero):
        return None
    return Quantity(found, unit)
