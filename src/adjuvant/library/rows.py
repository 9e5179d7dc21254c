"""Reader of one row of a conversion table: routes, forms, unit, and one of factor, bands and refuse."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from adjuvant.library.bibliography import source_of
from adjuvant.library.drugs import drug_book
from adjuvant.library.model import Band, ConversionFactor
from adjuvant.library.routes import route_book
from adjuvant.library.strict import Entry
from adjuvant.quantity import parse_unit, show_exact

__all__ = ["read_row"]

_ROW = ["ingredient", "routes", "unit", "citation", "provenance"]
_ANSWERS = ["factor", "bands", "refuse"]
_ROW_MORE = [*_ANSWERS, "forms", "per_patch_hours", "range", "published", "equianalgesic_mg", "note"]
_PER_DAY = {"mg": "mg/d", "ug": "ug/d", "ug/h": "ug/h"}
_ANY = "any"
_PATCH = frozenset({"patch"})


def read_row(entry: Entry, table: str, morphine: Fraction | None) -> ConversionFactor:
    """One row of a conversion table.

    Args:
        entry: the row.
        table: key of its table.
        morphine: the dose of oral morphine that the table's equianalgesic doses equal, if it prints them.
    Raises:
        LibraryError: anything in the row that breaks its form.
    """
    fields = entry.fields(_ROW, _ROW_MORE)
    known = {name: item for name, item in drug_book().ingredients.items() if item.followed}
    ingredient = fields["ingredient"].one_of(known, "ingredient")
    # From here on errors name the drug, which a person knows, and not the row's number.
    named = {key: value.named(value.path.replace(entry.path, ingredient, 1)) for key, value in fields.items()}
    row = entry.named(ingredient)
    given = [key for key in _ANSWERS if key in fields]
    if len(given) != 1:
        rule = f"has {' and '.join(given)}" if given else "has no factor, bands or refuse"
        raise row.error(rule, "give exactly one of factor, bands, refuse")
    code = named["unit"].one_of(_PER_DAY, "unit of a factor")
    citation, provenance = source_of(named)
    bands = _bands(named["bands"], _PER_DAY[code]) if "bands" in named else ()
    factor = named["factor"].positive() if "factor" in named else None
    low, high = _range(named["range"], factor, bands) if "range" in named else (None, None)
    per_patch = named["per_patch_hours"].positive() if "per_patch_hours" in named else None
    forms = _forms(named)
    if per_patch is not None and forms != _PATCH:
        raise named["per_patch_hours"].error("stands in a row that is not of patches", "add `forms: [patch]`")
    if code == "ug/h" and forms != _PATCH:
        raise named["unit"].error("is a release rate in a row that is not of patches", "add `forms: [patch]`")
    return ConversionFactor(
        table=table,
        ingredient=ingredient,
        routes=_routes(named["routes"]),
        forms=forms,
        unit=parse_unit(code),
        factor=factor,
        bands=bands,
        citation=citation,
        provenance=provenance,
        per_patch_hours=per_patch,
        low=low,
        high=high,
        refuse=named["refuse"].text() if "refuse" in named else None,
        note=named["note"].text() if "note" in named else "",
        line=entry.line,
        published=tuple(item.number() for item in named["published"].items()) if "published" in named else (),
        equianalgesic_mg=_equianalgesic(named, morphine, factor, code),
    )


def _routes(entry: Entry) -> frozenset[str]:
    """The routes of a row; ``any`` is every route but the neuraxial ones."""
    known = route_book().routes
    if type(entry.node).__name__ == "ScalarNode":
        if entry.text() != _ANY:
            raise entry.error(
                f"{entry.text()!r} is not a list", "write a list, as in [oral], or the word any"
            )
        return frozenset(name for name, route in known.items() if route.group != "neuraxial")
    found: list[str] = []
    for item in entry.items():
        name = item.one_of(known, "route")
        if name in found:
            raise item.error(f"{name!r} stands twice", "keep one of the two")
        found.append(name)
    return frozenset(found)


def _forms(fields: Mapping[str, Entry]) -> frozenset[str] | None:
    if "forms" not in fields:
        return None
    return frozenset(item.one_of(route_book().forms, "form") for item in fields["forms"].items())


def _bands(entry: Entry, per_day: str) -> tuple[Band, ...]:
    """Bands by the day's total: each has one lower edge and runs to the next, so no gap can be written."""
    bands: list[Band] = []
    for item in entry.items():
        fields = item.fields(["factor"], ["above", "from"])
        edges = [key for key in ("above", "from") if key in fields]
        if len(edges) != 1:
            rule = "has both an exclusive and an inclusive edge" if edges else "has no lower edge"
            raise item.error(
                rule, "give exactly one of above (the edge is the lower band's), from (it is this one's)"
            )
        edge = fields[edges[0]].number()
        if not bands and edge != 0:
            raise item.error(f"edge {fields[edges[0]].node.value} {per_day} leaves a gap below", "begin at 0")
        if bands and edge <= bands[-1].edge:
            below = f"{show_exact(bands[-1].edge)} {per_day}"
            raise item.error(
                f"edge {fields[edges[0]].node.value} {per_day} is not above {below}",
                "list lower edges in rising order",
            )
        bands.append(Band(edge, edges[0] == "from", fields["factor"].positive()))
    return tuple(bands)


def _range(entry: Entry, factor: Fraction | None, bands: tuple[Band, ...]) -> tuple[Fraction, Fraction]:
    ends = entry.items()
    if len(ends) != 2:
        raise entry.error(f"has {len(ends)} ends", "write the low and the high end, as in [15, 20]")
    low, high = ends[0].positive(), ends[1].positive()
    if low > high:
        raise entry.error(f"{show_exact(low)} is above {show_exact(high)}", "write the low end first")
    for value in [factor, *(band.factor for band in bands)]:
        if value is not None and not low <= value <= high:
            raise entry.error(
                f"does not hold the factor {show_exact(value)}", "check both against the source"
            )
    return low, high


def _equianalgesic(
    fields: Mapping[str, Entry], morphine: Fraction | None, factor: Fraction | None, code: str
) -> Fraction | None:
    """The printed dose that equals the table's dose of oral morphine; the factor must follow from it."""
    if "equianalgesic_mg" not in fields:
        return None
    entry = fields["equianalgesic_mg"]
    dose = entry.positive()
    if morphine is None:
        raise entry.error(
            "stands in a table without `oral_morphine_mg`", "say what dose of oral morphine it equals"
        )
    if factor is None or code == "ug/h":
        raise entry.error("stands in a row without a factor per mass", "leave it out")
    per_mg = factor * parse_unit("mg").ratio(parse_unit(code))
    if dose * per_mg != morphine:
        product = f"{show_exact(dose)} mg times the factor is {show_exact(dose * per_mg)}"
        rule = f"{product}, not {show_exact(morphine)} mg of morphine"
        raise entry.error(rule, "check both against the source")
    return dose
