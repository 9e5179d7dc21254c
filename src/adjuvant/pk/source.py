"""Reading figures of a model file: a value with its unit, and the source that it names or inherits."""

from __future__ import annotations

from collections.abc import Mapping

from adjuvant.citation import OF_LIBRARY, Provenance
from adjuvant.errors import QuantityError
from adjuvant.library import citations
from adjuvant.library.strict import Entry
from adjuvant.pk.model import Figure, Source
from adjuvant.quantity import Quantity, parse_quantity

__all__ = ["SOURCE", "figure", "figures", "quantity", "source"]

SOURCE = ("citation", "provenance", "copy", "note")
"""The keys by which any mapping of a model file says where its figures come from."""

_CITATION = "citation of citations.yaml"


def source(fields: Mapping[str, Entry], outer: Source | None = None) -> Source:
    """The source that `fields` name; what they leave out is that of the mapping around them.

    Raises:
        LibraryError: an unknown citation or provenance; a figure read second-hand that does not say where.
    """
    known = citations()
    if "citation" in fields and "provenance" not in fields and outer is not None:
        raise fields["citation"].error("says not how the figure was come by", "add `provenance:`")
    cited = (
        known[fields["citation"].one_of(known, _CITATION)] if "citation" in fields or outer is None
        else outer.citation
    )  # fmt: skip
    word = fields["provenance"].one_of(OF_LIBRARY, "provenance") if "provenance" in fields else ""
    provenance = Provenance(word) if word or outer is None else outer.provenance
    copy = known[fields["copy"].one_of(known, _CITATION)] if "copy" in fields else None
    if copy is None and outer is not None and provenance is Provenance.SECONDARY:
        copy = outer.copy
    if provenance is Provenance.SECONDARY and copy is None:
        place = fields.get("provenance") or fields["citation"]
        raise place.error(
            "was read second-hand, and does not say where", "add `copy:`, the text it stands in"
        )
    return Source(cited, provenance, copy, fields["note"].text() if "note" in fields else "")


def quantity(entry: Entry) -> Quantity:
    """A value with its unit, or a bare number for what has none.

    Raises:
        LibraryError: a number that cannot be read, a unit that is not UCUM, or a value not above zero.
    """
    if _is_text(entry):
        try:
            found = parse_quantity(entry.text())
        except QuantityError as error:
            raise entry.error(f"{error.thing} {error.rule}", error.remedy) from None
    else:
        found = Quantity(entry.number(signed=True), "1")
    if found.value <= 0:
        raise entry.error(f"{entry.node.value} is not above zero", "write the figure as it is printed")
    return found


def figure(name: str, entry: Entry, outer: Source) -> Figure:
    """A figure, written as a bare value or as a mapping with `value` and what is particular to it.

    Raises:
        LibraryError: it breaks its form.
    """
    if type(entry.node).__name__ != "MappingNode":
        return Figure(name, quantity(entry), Source(outer.citation, outer.provenance, outer.copy))
    fields = entry.fields(["value"], [*SOURCE, "beyond_one"])
    why = fields["beyond_one"].text() if "beyond_one" in fields else ""
    return Figure(name, quantity(fields["value"]), source(fields, outer), why)


def figures(entry: Entry, outer: Source) -> dict[str, Figure]:
    """Every figure of a mapping by its name."""
    return {name: figure(name, value, outer) for name, value in entry.pairs()}


def _is_text(entry: Entry) -> bool:
    return type(entry.node).__name__ == "ScalarNode" and entry.node.tag.endswith(":str")
