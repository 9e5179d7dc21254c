"""The page of the documentation that is made of the models: every figure with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adjuvant.citation import Citation, Provenance
from adjuvant.pk.absorptions import AbsorptionFinding, absorption_findings
from adjuvant.pk.catalogue import incomplete_models, load_model, model_keys, not_reached
from adjuvant.pk.checking import fraction_name
from adjuvant.pk.effect_site import equilibration
from adjuvant.pk.model import CompartmentModel, Figure, Flow, Path, Source
from adjuvant.pk.person import NOT_STUDIED

__all__ = ["models_page"]

_HEAD = """# Models of ketamine levels

Made of the files in `src/adjuvant/library/ketamine` by `scripts/level-models`; do not edit it by hand.

A level that this program shows is the answer of one published model for a typical or a drawn patient. The
models disagree, arterial and venous levels differ, and no curve is the truth.

{not_studied}

How a figure was come by stands beside it: *read* in the source itself, *copy*, which is read in another text
that quotes the source and is named there, *inferred*, or **assumed**, which nobody read anywhere. A figure
that is assumed stays named as such beside every answer it goes into. All amounts are of the base.
"""
_WORDS = {
    Provenance.READ: "read",
    Provenance.SECONDARY: "copy",
    Provenance.INFERRED: "inferred",
    Provenance.ASSUMED: "**assumed**",
    Provenance.SITE: "site",
}


def models_page() -> str:
    """The whole page, in Markdown."""
    models = [load_model(key) for key in model_keys()]
    used: dict[str, Citation] = {}
    parts = [_HEAD.format(not_studied=NOT_STUDIED), *_overview(models)]
    for model in models:
        parts += _model(model, used)
    parts += [*_routes(used), *_effect(used), *_incomplete(used)]
    sources = [
        f'- <a id="{key}"></a>**{key}**: {_safe(one.text)} {one.identifier}'
        for key, one in sorted(used.items())
    ]
    return "\n".join([*parts, "## Sources", "", *sources]) + "\n"


def _safe(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;").replace("|", "\\|")


def _cited(source: Source, used: dict[str, Citation]) -> str:
    said = _WORDS[source.provenance]
    for one in (source.citation, source.copy):
        if one is not None:
            used[one.key] = one
            said += f" [{one.key}](#{one.key})"
    return said


def _row(what: str, figure: Figure, used: dict[str, Citation], means: str = "") -> str:
    note = " ".join(part for part in (means, figure.source.note, figure.beyond_one) if part)
    return f"| {what} | {_safe(figure.shown)} | {_cited(figure.source, used)} | {_safe(note)} |"


def _overview(models: Iterable[CompartmentModel]) -> Iterator[str]:
    heads = (
        "model",
        "drug",
        "sampled",
        "gives levels of",
        "made from",
        "ages",
        "weights",
        "routes",
        "between people",
    )
    yield from _heads(heads)
    for model in models:
        who = model.population
        drugs = " and ".join((model.drug, *model.also))
        people = who.people.shown if who.people else "not read"
        between = "none read"
        if model.between_subject is not None:
            said = [one.source.provenance for _, one in model.between_subject.figures]
            guessed = said.count(Provenance.ASSUMED)
            mixed = f"copy, {guessed} of {len(said)} **assumed**" if guessed else "copy"
            between = "**assumed**" if guessed == len(said) else mixed
        yield (
            f"| [{model.key}](#model-{model.key}) | {drugs} | {model.sampling.replace('_', ' ')} | "
            f"{', '.join(model.analytes)} | {people} | {_span(who.age_low, who.age_high)} | "
            f"{_span(who.weight_low, who.weight_high)} | "
            f"{', '.join(name for one in model.routes for name in one.routes)} | {between} |"
        )
    yield ""


def _heads(heads: Sequence[str]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"


def _span(low: Figure | None, high: Figure | None) -> str:
    return "not read" if low is None or high is None else f"{low.shown} to {high.shown}"


def _model(model: CompartmentModel, used: dict[str, Citation]) -> Iterator[str]:
    yield f'## <a id="model-{model.key}"></a>{model.key}'
    yield ""
    yield f"{model.title}. {_safe(model.population.who)} Source: {_cited(model.source, used)}."
    yield ""
    for warning in model.warnings:
        yield f"- {_safe(warning)}"
    if model.warnings:
        yield ""
    yield f"Flows: {'; '.join(_flows(model))}."
    yield ""
    yield "| figure | value | how it was come by | |"
    yield "|---|---|---|---|"
    who = model.population
    for figure in (who.people, who.age_low, who.age_high, who.weight_low, who.weight_high):
        if figure is not None:
            yield _row(figure.name, figure, used)
    for name, figure in model.parameters.items():
        yield _row(f"`{name}`", figure, used)
    for route in model.routes:
        if route.sprays is not None:
            yield _row("one spray", route.sprays.size, used)
    if model.weight is not None:
        yield _row("reference weight", model.weight.reference, used)
        for name, power in model.weight.exponents.items():
            yield _row(f"power of the weight for `{name}`", power, used)
    if model.age is not None:
        yield _row(f"`{model.age.parameter}` falls from this age on", model.age.above, used)
        yield _row("by", model.age.falls_by, used)
    for ancestry, factors in model.ancestry.items():
        for name, factor in factors.items():
            yield _row(f"factor on `{name}`, {ancestry}", factor, used)
    for where, level in (("people", model.between_subject), ("occasions", model.between_occasion)):
        for what, figure in level.figures if level is not None else ():
            yield _row(f"{what} of `{figure.name}` between {where}", figure, used)
    for analyte, rest in model.residual.items():
        for name, error in (
            ("relative", rest.proportional),
            ("absolute", rest.additive),
            ("of the log", rest.log),
        ):
            if error is not None:
                yield _row(f"error of single samples of {analyte}, {name}", error, used)
    for site in model.effect_sites.values():
        for rate in (site.rate, site.slope, site.intercept):
            if rate is not None:
                yield _row(f"{rate.name} of the effect site, {site.key}", rate, used, site.why)
    yield ""


def _flows(model: CompartmentModel) -> Iterator[str]:
    shown: set[frozenset[str]] = set()
    for flow in model.flows:
        pair = frozenset((flow.source, flow.to))
        back = Flow(flow.to, flow.source, clearance=flow.clearance)
        if flow.clearance and flow.to and back in model.flows:
            if pair not in shown:
                shown.add(pair)
                yield f"{_place(flow.source)} with {_place(flow.to)} by `{flow.clearance}`"
            continue
        share = f", of which `{flow.share}` arrives" if flow.share else ""
        grows = f", growing by `{flow.grows}`" if flow.grows else ""
        to = _place(flow.to) if flow.to else "out"
        yield f"{_place(flow.source)} to {to} by `{flow.clearance or flow.rate}`{share}{grows}"
    for one in model.compartments.values():
        if one.chain:
            share = f", of which `{one.share}` arrives" if one.share else ""
            steps = f"{one.chain} step" if one.chain == 1 else f"{one.chain} steps"
            yield f"{_place(one.name)} in {steps} over `{one.mean_time}` to {_place(one.to)}{share}"
    for route in model.routes:
        parts = " and ".join(_path(path) for path in route.paths)
        yield f"{' or '.join(route.routes)} doses into {parts}"


def _place(name: str) -> str:
    return name.replace("_", " ")


def _path(path: Path) -> str:
    shares = [fraction_name(text) for text in path.fractions]
    said = " x ".join(f"(1 - `{name}`)" if rest else f"`{name}`" for name, rest in shares)
    over = f" over `{path.over}`" if path.over else ""
    return f"{_place(path.into)}{f', {said}' if said else ''}{over}"


def _routes(used: dict[str, Citation]) -> Iterator[str]:
    yield "## Shares that arrive by other routes"
    yield ""
    yield "For a model that says nothing of a route. No rate of uptake from under the skin or from a muscle"
    yield "was read anywhere: it is stated by whoever asks, and stands beside the answer."
    yield ""
    heads = (
        "finding",
        "route",
        "drug",
        "share",
        "time to peak",
        "dose",
        "people",
        "how it was come by",
        "",
    )
    yield from _heads(heads)
    for one in absorption_findings().values():
        said = _cited(one.source, used) if one.source else _WORDS[one.provenance]
        rest = " | ".join(figure.shown if figure else "" for figure in (one.peak, one.dose, one.people))
        head = f"`{one.key}` | {one.route} | {one.drug} | {_share(one)}"
        yield f"| {head} | {rest} | {said} | {_safe(one.note)} |"
    yield ""


def _share(one: AbsorptionFinding) -> str:
    said = one.share.shown if one.share else ""
    if one.low and one.high:
        span = f"{one.low.shown} to {one.high.shown}"
        said = f"{said} ({span})" if said else span
    return f"{said} (sd {one.sd.shown})" if one.sd else said


def _effect(used: dict[str, Citation]) -> Iterator[str]:
    found = equilibration()
    yield "## The place of action"
    yield ""
    yield (
        f"Half-life of equilibration {found.half_life.shown} ({found.low.shown} to {found.high.shown}), "
        f"{_cited(found.source, used)}. {_safe(found.source.note)}"
    )
    yield ""


def _incomplete(used: dict[str, Citation]) -> Iterator[str]:
    yield "## Publications that cannot be run"
    yield ""
    for one in incomplete_models().values():
        yield f"- **{one.key}**: {one.title}, {_cited(one.source, used)}. {_safe(one.lacks)}"
        for figure in one.figures.values():
            note = _safe(figure.source.note)
            yield f"  - `{figure.name}` {figure.shown}, {_cited(figure.source, used)}. {note}".rstrip()
    yield f"- Not reached at all: {'; '.join(not_reached())}."
    yield ""
