"""A model for one patient or many as matrices: states, flows between them, and what is read off them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from adjuvant.errors import InputError
from adjuvant.pk.arrays import Floats
from adjuvant.pk.model import CompartmentModel

__all__ = ["EFFECT", "Depot", "Edge", "System", "assemble", "build", "edges_of", "first_of", "flows_of"]

EFFECT = "effect site"
"""The state, and the readout, of the place of action; it takes no drug out of the body."""

_NG_PER_ML = 1000.0
"""ng/mL in mg/L."""


@dataclass(frozen=True, slots=True)
class Depot:
    """A place of absorption that a model does not have itself; from it, drug goes into the blood."""

    name: str
    rate_per_min: float | Floats


@dataclass(frozen=True, slots=True)
class Edge:
    """A flow of drug by a rate per minute; `share` of it arrives, and the rate grows by `grows` a minute.

    Args:
        takes: whether what flows leaves `source`; it does not towards the place of action.
    """

    source: str
    to: str
    rate: float | Floats
    share: float | Floats = 1.0
    grows: float | Floats = 0.0
    takes: bool = True


@dataclass(frozen=True, slots=True)
class System:
    """Linear equations of mg in each state: ``dx/dt = (matrix + t growth) x + input``.

    Args:
        states: what each row is.
        matrix: per minute, for each patient; shape (patients, states, states).
        growth: what is added for each minute since the first dose; None where nothing changes.
        blocks: states that exchange drug with each other, upstream first.
        readouts: of each analyte its state, and ng/mL for a mg in it, for each patient.
    """

    states: tuple[str, ...]
    matrix: Floats
    growth: Floats | None
    blocks: tuple[tuple[int, ...], ...]
    readouts: Mapping[str, tuple[int, Floats]]

    @property
    def patients(self) -> int:
        """How many patients it is of."""
        return int(self.matrix.shape[0])

    def row(self, name: str) -> int:
        """The row of a state; -1 for one that no readout depends on."""
        return self.states.index(name) if name in self.states else -1

    def of(self, patients: slice) -> System:
        """The same system for some of the patients."""
        return System(
            self.states,
            self.matrix[patients],
            None if self.growth is None else self.growth[patients],
            self.blocks,
            {name: (row, scale[patients]) for name, (row, scale) in self.readouts.items()},
        )


def edges_of(model: CompartmentModel, values: Mapping[str, float | Floats]) -> list[Edge]:
    """Every flow of a model, chains step by step, with the figures of `values`."""
    found: list[Edge] = []

    def at(name: str) -> str:
        chain = name in model.compartments and model.compartments[name].chain
        return f"{name}.1" if chain else name

    for flow in model.flows:
        rate = values[flow.clearance or flow.rate]
        if flow.clearance:
            rate = rate / values[model.compartments[flow.source].volume]
        share = values[flow.share] if flow.share else 1.0
        grows = rate * values[flow.grows] if flow.grows else 0.0
        found.append(Edge(flow.source, at(flow.to), rate, share, grows))
    for one in model.compartments.values():
        for step in range(1, one.chain + 1):
            last = step == one.chain
            share = values[one.share] if last and one.share else 1.0
            to = at(one.to) if last else f"{one.name}.{step + 1}"
            found.append(Edge(f"{one.name}.{step}", to, one.chain / values[one.mean_time], share))
    return found


def build(
    model: CompartmentModel,
    values: Mapping[str, float | Floats],
    *,
    entries: Collection[str],
    analytes: Sequence[str] = (),
    effect_per_min: float | Floats | None = None,
    depots: Sequence[Depot] = (),
) -> System:
    """The equations of `model` with the figures of one patient or several.

    States that no dose reaches, or that no readout depends on, are left out: they change no answer.

    Args:
        values: figures in L, minutes and bare numbers, by parameter.
        entries: the compartments into which doses go.
        analytes: what is read off; all that the model has, unless told otherwise.
        effect_per_min: the rate of equilibration with the place of action, if it is wanted.
        depots: places of absorption beside those of the model.
    Raises:
        InputError: an analyte that the model does not have.
    """
    edges, reads = flows_of(model, values, analytes=analytes, effect_per_min=effect_per_min, depots=depots)
    return assemble(edges, entries={first_of(model, name) for name in entries}, reads=reads)


def flows_of(
    model: CompartmentModel,
    values: Mapping[str, float | Floats],
    *,
    analytes: Sequence[str] = (),
    effect_per_min: float | Floats | None = None,
    depots: Sequence[Depot] = (),
) -> tuple[list[Edge], dict[str, tuple[str, float | Floats]]]:
    """Every flow, and of each readout its state and ng/mL for a mg in it; the arguments are those of `build`.

    Raises:
        InputError: an analyte that the model does not have.
    """
    wanted = tuple(analytes) or model.analytes
    for name in wanted:
        if name not in model.analytes:
            raise InputError(
                f"{name!r}", f"is not measured in {model.key}", f"use one of: {', '.join(model.analytes)}"
            )
    edges = edges_of(model, values)
    central = model.measured_in(model.analytes[0])
    edges += [Edge(depot.name, central.name, depot.rate_per_min) for depot in depots]
    reads = {
        name: (model.measured_in(name).name, _NG_PER_ML / values[model.measured_in(name).volume])
        for name in wanted
    }
    if effect_per_min is not None:
        edges += [Edge(central.name, EFFECT, effect_per_min, takes=False), Edge(EFFECT, "", effect_per_min)]
        reads[EFFECT] = (central.name, _NG_PER_ML / values[central.volume])
        reads[EFFECT] = (EFFECT, reads[EFFECT][1])
    return edges, reads


def first_of(model: CompartmentModel, name: str) -> str:
    """The state into which a dose into a compartment goes: the first step of a chain."""
    own = model.compartments.get(name)
    return f"{name}.1" if own is not None and own.chain else name


def assemble(
    edges: Sequence[Edge], *, entries: Collection[str], reads: Mapping[str, tuple[str, float | Floats]]
) -> System:
    """Equations of any flows: what is entered at `entries` and read off as `reads` says."""
    steps = tuple((edge.source, edge.to) for edge in edges)
    blocks = _plan(steps, frozenset(entries), frozenset(state for state, _ in reads.values()))
    states = tuple(state for block in blocks for state in block)
    size = np.broadcast_shapes(
        (1,),
        *(np.shape(part) for edge in edges for part in (edge.rate, edge.share, edge.grows)),
        *(np.shape(scale) for _, scale in reads.values()),
    )[0]
    where = {state: row for row, state in enumerate(states)}
    # In memory the patients lie side by side, which is how they are filled in and worked on.
    matrix, growth = (np.moveaxis(np.zeros((len(states), len(states), size)), 2, 0) for _ in range(2))
    for edge in edges:
        if edge.source not in where:
            continue
        source, to = where[edge.source], where.get(edge.to)
        for into, amount in ((matrix, edge.rate), (growth, edge.grows)):
            if edge.takes:
                into[:, source, source] -= amount
            if to is not None:
                into[:, to, source] += np.multiply(amount, edge.share)
    kept = {
        name: (where[state], np.broadcast_to(np.asarray(scale, dtype=np.float64), (size,)))
        for name, (state, scale) in reads.items()
        if state in where
    }
    numbered = tuple(tuple(where[state] for state in block) for block in blocks)
    return System(states, matrix, growth if growth.any() else None, numbered, kept)


_Steps: TypeAlias = tuple[tuple[str, str], ...]


@lru_cache(maxsize=256)
def _plan(steps: _Steps, entries: frozenset[str], ends: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """The states that are entered and read off, in blocks; the same for every patient of a model."""
    reached, reaching = set(entries), set(ends)
    while new := {to for source, to in steps if source in reached and to} - reached:
        reached |= new
    while new := {source for source, to in steps if to in reaching} - reaching:
        reaching |= new
    return tuple(tuple(block) for block in _blocks(steps, sorted(reached & reaching)))


def _blocks(steps: _Steps, states: Sequence[str]) -> list[list[str]]:
    """States that can be reached from each other and back, in groups, upstream first."""
    ahead = {state: {to for source, to in steps if source == state and to in states} for state in states}
    after: dict[str, set[str]] = {}
    for state in states:
        seen: set[str] = set()
        todo = [state]
        while todo:
            todo += (new := ahead[todo.pop()] - seen)
            seen |= new
        after[state] = seen
    groups: list[list[str]] = []
    for state in states:
        if not any(state in group for group in groups):
            groups.append(
                [
                    state,
                    *(one for one in states if one != state and one in after[state] and state in after[one]),
                ]
            )
    # What leads to more of the rest stands further upstream.
    return sorted(groups, key=lambda group: (-len(after[group[0]] | set(group)), group[0]))
