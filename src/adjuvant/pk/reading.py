"""Reader of ``ketamine/pk/<author_year>.yaml``: strict YAML in, a CompartmentModel out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as File

from adjuvant.library import canonical_route
from adjuvant.library.folder import shown_name
from adjuvant.library.strict import Entry, closest, read_file
from adjuvant.pk.checking import check
from adjuvant.pk.model import (
    ANALYTES,
    SAMPLINGS,
    Compartment,
    CompartmentModel,
    Figure,
    Flow,
    Path,
    Population,
    RoutePaths,
    Source,
    Sprays,
    Variability,
)
from adjuvant.pk.reading_effects import age, ancestry, effect_sites, residuals, variability, weight
from adjuvant.pk.source import SOURCE, figure, figures, source

__all__ = ["DRUGS", "read_model"]

DRUGS = ("ketamine", "esketamine")
"""Racemic ketamine, and its S-form: two drugs, which no model mixes unless it says so."""

_REQUIRED = (
    "model", "title", "drug", "sampling", "citation", "provenance", "population", "parameters",
    "compartments", "flows", "routes",
)  # fmt: skip
_MORE = (
    "also", "copy", "note", "covariates", "between_subject", "between_occasion", "residual", "effect_site",
    "warnings",
)  # fmt: skip


def read_model(path: File) -> CompartmentModel:
    """The model of one file, which is named like its key.

    Raises:
        LibraryError: not strict YAML, an unknown or missing key, a figure that no body can have, a name that
            stands for nothing, or a citation that does not exist; with file, line and remedy.
    """
    top = read_file(path, shown_name(path))
    fields = top.fields(_REQUIRED, _MORE)
    key = fields["model"].text()
    if key != path.stem:
        raise fields["model"].error(f"{key!r} is not the file's name {path.stem!r}", "name both alike")
    whole = source(fields)
    effects = fields["covariates"].fields([], ["weight", "age", "ancestry"]) if "covariates" in fields else {}
    found = CompartmentModel(
        key=key,
        title=fields["title"].text(),
        drug=fields["drug"].one_of(DRUGS, "drug of a model"),
        also=tuple(one.one_of(DRUGS, "drug of a model") for one in fields["also"].items())
        if "also" in fields
        else (),
        sampling=fields["sampling"].one_of(SAMPLINGS, "side of sampling"),
        source=whole,
        population=_population(fields["population"], whole),
        parameters=figures(fields["parameters"], whole),
        compartments=_compartments(fields["compartments"]),
        flows=tuple(flow for entry in fields["flows"].items() for flow in _flows(entry)),
        routes=tuple(_route(entry, whole) for entry in fields["routes"].items()),
        weight=weight(effects["weight"], whole) if "weight" in effects else None,
        age=age(effects["age"], whole) if "age" in effects else None,
        ancestry=ancestry(effects["ancestry"], whole) if "ancestry" in effects else {},
        between_subject=_variability(fields, "between_subject", whole),
        between_occasion=_variability(fields, "between_occasion", whole),
        residual=residuals(fields["residual"], whole) if "residual" in fields else {},
        effect_sites=effect_sites(fields["effect_site"], whole) if "effect_site" in fields else {},
        warnings=tuple(fields["warnings"].words()) if "warnings" in fields else (),
    )
    check(found, top)
    return found


def _variability(fields: Mapping[str, Entry], name: str, whole: Source) -> Variability | None:
    return variability(fields[name], whole) if name in fields else None


def _population(entry: Entry, whole: Source) -> Population:
    fields = entry.fields(["who"], ["people", "age", "weight", *SOURCE])
    outer = source(fields, whole)
    ends: dict[str, Figure] = {}
    for name in ("age", "weight"):
        if name not in fields:
            continue
        pair = fields[name].fields(["low", "high"])
        low, high = (figure(f"{end} of {name}", pair[end], outer) for end in ("low", "high"))
        if not low.value < high.value:
            raise pair["high"].error(f"{high.value} is not above {low.value}", "write the lower end as `low`")
        ends[f"{name}_low"], ends[f"{name}_high"] = low, high
    people = figure("people", fields["people"], outer) if "people" in fields else None
    return Population(who=fields["who"].text(), people=people, **ends)


def _compartments(entry: Entry) -> dict[str, Compartment]:
    found: dict[str, Compartment] = {}
    for name, one in entry.pairs():
        fields = one.fields([], ["volume", "measured", "chain", "mean_time", "to", "share"])
        said = {key: value.text() for key, value in fields.items() if key not in ("chain", "measured")}
        if "measured" in fields:
            said["measured"] = fields["measured"].one_of(ANALYTES, "analyte")
        steps = fields["chain"].whole() if "chain" in fields else 0
        if "chain" in fields and steps < 1:
            raise fields["chain"].error(f"{steps} steps are no chain", "write one or more")
        if ("chain" in fields) != ("mean_time" in fields) or ("chain" in fields) != ("to" in fields):
            raise one.error("is half a chain", "give `chain`, `mean_time` and `to`, or none of them")
        if "measured" in fields and "volume" not in fields:
            raise one.error("is measured, and has no volume", "add `volume:`")
        found[name] = Compartment(name, chain=steps, **said)
    return found


def _flows(entry: Entry) -> list[Flow]:
    if any(key == "between" for key, _ in entry.pairs()):
        fields = entry.fields(["between", "clearance"])
        ends, by = fields["between"].words(), fields["clearance"].text()
        if len(ends) != 2:
            raise fields["between"].error("does not name two compartments", "name two")
        return [Flow(ends[0], ends[1], clearance=by), Flow(ends[1], ends[0], clearance=by)]
    fields = entry.fields(["from"], ["to", "clearance", "rate", "share", "grows"])
    if ("clearance" in fields) == ("rate" in fields):
        raise entry.error("has both a clearance and a rate, or neither", "give one of the two")
    if "share" in fields and "to" not in fields:
        raise entry.error("has a share, and goes nowhere", "add `to:`")
    said = {key: value.text() for key, value in fields.items() if key != "from"}
    return [Flow(fields["from"].text(), **said)]


def _route(entry: Entry, whole: Source) -> RoutePaths:
    fields = entry.fields(["routes", "paths"], ["sprays"])
    for one in fields["routes"].items():
        if canonical_route(one.text()) != one.text():
            raise one.error(f"{one.text()!r} is no route of routes.yaml", closest(one.text(), _routes()))
    return RoutePaths(
        routes=tuple(fields["routes"].words()),
        paths=tuple(_path(one) for one in fields["paths"].items()),
        sprays=_sprays(fields["sprays"], whole) if "sprays" in fields else None,
    )


def _routes() -> list[str]:
    from adjuvant.library.routes import route_book

    return list(route_book().routes)


def _path(entry: Entry) -> Path:
    fields = entry.fields(["into"], ["fraction", "over"])
    return Path(
        into=fields["into"].text(),
        fractions=tuple(fields["fraction"].words()) if "fraction" in fields else (),
        over=fields["over"].text() if "over" in fields else "",
    )


def _sprays(entry: Entry, whole: Source) -> Sprays:
    fields = entry.fields(["of", "share", "later"])
    return Sprays(figure("spray", fields["of"], whole), fields["share"].text(), fields["later"].text())
