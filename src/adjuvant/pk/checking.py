"""What a model must be, beyond its form: every name stands for something, and no body is impossible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adjuvant.library.strict import Entry, closest
from adjuvant.pk.model import CompartmentModel, Figure
from adjuvant.quantity import parse_unit
from adjuvant.quantity.unit import Dimension

__all__ = ["check", "fraction_name"]

_VOLUME, _PER_KG, _CLEARANCE, _CLEARANCE_PER_KG, _RATE, _TIME = (
    parse_unit(code).dimension for code in ("L", "L/kg", "L/min", "L/min/kg", "/min", "min")
)
_SHARE: Dimension = ()
_WORDS = {_VOLUME: "volume", _CLEARANCE: "clearance", _RATE: "rate", _TIME: "length of time", _SHARE: "share"}
_EXAMPLES = {_VOLUME: "1 L", _CLEARANCE: "1 L/h", _RATE: "1 /h", _TIME: "1 min", _SHARE: "1, bare"}
_LEAVES = "1 - "


def fraction_name(text: str) -> tuple[str, bool]:
    """The parameter that a factor of a share names, and whether what it leaves is meant (``1 - F``)."""
    return (text.removeprefix(_LEAVES), True) if text.startswith(_LEAVES) else (text, False)


def check(model: CompartmentModel, top: Entry) -> None:
    """Refuse a model that names what it does not have, or that no body can be.

    Raises:
        LibraryError: with the place in the file.
    """
    place = dict(top.pairs())
    used: set[str] = set()
    for section, name, dimensions in _uses(model):
        used.add(name)
        found = model.parameters.get(name)
        if found is None:
            raise place[section].error(f"names the parameter {name!r}", closest(name, model.parameters))
        own = dict(place["parameters"].pairs())[name]
        if found.value.unit.dimension not in dimensions:
            rule = f"{found.shown} is no {_WORDS[dimensions[0]]}, as which it stands under `{section}`"
            raise own.error(rule, f"write it such as {_EXAMPLES[dimensions[0]]}")
        if dimensions == (_SHARE,):
            _share(found, own)
    for name in model.parameters.keys() - used:
        raise dict(place["parameters"].pairs())[name].error("is used nowhere", "use it, or leave it out")
    _covariates(model, place)
    _places(model, place)
    _ways(model, place)


def _share(found: Figure, place: Entry) -> None:
    if found.value.value > 1 and not found.beyond_one:
        raise place.error(f"{found.shown} is a share above one", "correct it, or say why in `beyond_one:`")


def _uses(model: CompartmentModel) -> Iterator[tuple[str, str, Sequence[Dimension]]]:
    for one in model.compartments.values():
        if one.volume:
            yield "compartments", one.volume, (_VOLUME, _PER_KG)
        if one.mean_time:
            yield "compartments", one.mean_time, (_TIME,)
        if one.share:
            yield "compartments", one.share, (_SHARE,)
    for flow in model.flows:
        if flow.clearance:
            yield "flows", flow.clearance, (_CLEARANCE, _CLEARANCE_PER_KG)
        else:
            yield "flows", flow.rate, (_RATE,)
        if flow.share:
            yield "flows", flow.share, (_SHARE,)
        if flow.grows:
            yield "flows", flow.grows, (_RATE,)
    for route in model.routes:
        for path in route.paths:
            for text in path.fractions:
                yield "routes", fraction_name(text)[0], (_SHARE,)
            if path.over:
                yield "routes", path.over, (_TIME,)
        if route.sprays is not None:
            yield "routes", route.sprays.share, (_SHARE,)
            yield "routes", route.sprays.later, (_SHARE,)


def _covariates(model: CompartmentModel, place: dict[str, Entry]) -> None:
    names: list[tuple[str, str]] = []
    if model.weight is not None:
        names += [("covariates", name) for name in model.weight.exponents]
    if model.age is not None:
        names.append(("covariates", model.age.parameter))
    names += [("covariates", name) for factors in model.ancestry.values() for name in factors]
    for section, level in (
        ("between_subject", model.between_subject),
        ("between_occasion", model.between_occasion),
    ):
        if level is not None:
            names += [(section, name) for name in (*level.logs, *level.logits, *level.as_cv)]
    for section, name in names:
        if name not in model.parameters:
            raise place[section].error(f"names the parameter {name!r}", closest(name, model.parameters))


def _places(model: CompartmentModel, place: dict[str, Entry]) -> None:
    known = model.compartments
    named = [("flows", name) for flow in model.flows for name in (flow.source, flow.to) if name]
    named += [("compartments", one.to) for one in known.values() if one.to]
    named += [("routes", path.into) for route in model.routes for path in route.paths]
    for section, name in named:
        if name not in known:
            raise place[section].error(f"names the compartment {name!r}", closest(name, known))
    for flow in model.flows:
        if flow.clearance and not known[flow.source].volume:
            raise place["flows"].error(
                f"{flow.source} is cleared by {flow.clearance} and has no volume", "give it one, or a rate"
            )
        if known[flow.source].chain:
            raise place["flows"].error(
                f"{flow.source} is a chain, which says itself where it goes", "use `to:`"
            )
    if "ketamine" not in model.analytes:
        raise place["compartments"].error("no compartment is measured as ketamine", "name one")
    measured = [one.measured for one in known.values() if one.measured]
    if len(measured) != len(set(measured)):
        raise place["compartments"].error("two compartments are measured as the same", "keep one")


def _ways(model: CompartmentModel, place: dict[str, Entry]) -> None:
    """Drug comes to each compartment, and from each it leaves the body in the end."""
    steps = {(flow.source, flow.to) for flow in model.flows}
    steps |= {(one.name, one.to) for one in model.compartments.values() if one.chain}
    filled = {path.into for route in model.routes for path in route.paths}
    emptied = {""}
    for _ in model.compartments:
        filled |= {to for source, to in steps if source in filled and to}
        emptied |= {source for source, to in steps if to in emptied}
    for name in model.compartments:
        if name not in filled:
            raise place["compartments"].error(
                f"{name!r} is never reached by a dose", "add a flow or a path to it"
            )
        if name not in emptied:
            raise place["compartments"].error(f"nothing leaves the body from {name!r}", "add the flow out")
