"""A protocol as a page for people: all that `fact_lines` says, each source resolved to its identifier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from adjuvant.citation import Citation
from adjuvant.library import citations
from adjuvant.library.studies import KnownStudy, studies
from adjuvant.protocol.facts import fact_lines
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.needs import lacking

__all__ = ["index_page", "protocol_page"]

_MADE = "<!-- Made by scripts/protocol-docs from the library; edit the protocol's YAML and not this page. -->"
_SOURCE = re.compile(r"\[([a-z0-9_]+)((?:, [^\]]*)?)\]")
_DISAGREE = "Sources disagree"
_CAUTION = (
    "This page shows what a source says. It is no advice, and nobody may treat by it. Ketamine for cancer "
    "pain is not settled: the larger placebo-controlled trials found no benefit."
)


def protocol_page(protocol: Protocol, picture: str = "") -> str:
    """The page of one protocol as Markdown.

    Args:
        picture: where its figure of the first days stands, from the page; empty where there is none.
    """
    return "\n".join([*_page(protocol, picture), ""])


def index_page(protocols: Iterable[Protocol]) -> str:
    """The table of every protocol, with a link to its page."""
    rows = [
        f"| [{one.protocol}]({one.protocol}.md) | {one.kind} | {one.drug} | {_routes(one)} | "
        f"{one.evidence.label.replace('_', ' ')} | {len(lacking(one))} | {_cell(one.title)} |"
        for one in protocols
    ]
    return "\n".join(
        [
            "# Protocols, page by page",
            "",
            _MADE,
            "",
            _CAUTION,
            "",
            "One page for each: every figure with its source, what the source does not say, where sources",
            "disagree, and the evidence for and against. *Missing* counts what a site must choose before a",
            "protocol runs. How the files are written says",
            "[the language](../reference/protocol-language.md).",
            "",
            "[All regimens on one scale](figures/compared.svg) is the same as a picture.",
            "",
            "| key | kind | drug | route | evidence | missing | what it is |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            "## Controlled trials in cancer pain that found no benefit",
            "",
            *(f"- {line}" for line in _negative()),
            "",
        ]
    )


def _page(protocol: Protocol, picture: str) -> Iterator[str]:
    cited: dict[str, Citation] = {}
    yield from [f"# {protocol.title}", "", _MADE, "", _CAUTION, ""]
    yield f"`{protocol.protocol}`, {protocol.version}; {protocol.kind}, {protocol.drug}."
    yield from ["", _flat(protocol.summary), ""]
    if protocol.population:
        yield from [f"**For whom:** {_flat(protocol.population)}", ""]
    if protocol.settings:
        yield from [f"**Where:** {'; '.join(protocol.settings)}.", ""]
    yield from [f"**Read of the source:** {_flat(protocol.read)}", ""]
    yield from ["## Evidence", "", *_evidence(protocol, cited), ""]
    if picture:
        alt = f"The dose of {protocol.protocol} over its first days, if it rises whenever it may"
        yield from ["## The dose over the first days", "", f"![{alt}]({picture})", ""]
    for heading, lines in fact_lines(protocol):
        yield from [f"## {heading}", ""]
        if heading == _DISAGREE:
            yield from _conflicts(protocol, cited)
        else:
            yield from (f"- {_linked(line, cited)}" for line in lines)
        yield ""
    needs = lacking(protocol)
    if needs:
        yield from ["## What a site must choose before it runs", "", "| field | why |", "|---|---|"]
        yield from (f"| `{need.field}` | {_cell(need.why)} |" for need in needs)
        yield ""
    yield from ["## Sources", ""]
    yield from (f'- <a id="{key}"></a>**{key}**: {_citation(cited[key])}' for key in sorted(cited))


def _evidence(protocol: Protocol, cited: dict[str, Citation]) -> Iterator[str]:
    found = protocol.evidence
    yield f"**{found.label.replace('_', ' ').capitalize()}.** {_flat(found.statement)}"
    for words, keys in (("Of this protocol", found.studies), ("Against", found.against)):
        if keys:
            yield from ["", f"{words}:", ""]
            yield from (f"- {_study(studies()[key], cited)}" for key in keys)


def _study(one: KnownStudy, cited: dict[str, Citation]) -> str:
    cited[one.citation.key] = one.citation
    people = "patient" if one.patients == 1 else "patients"
    patients = f"{one.patients} {people}; " if one.patients is not None else ""
    harms = f" Harm: {_flat(one.harms)}" if one.harms else ""
    label = f", {one.provenance.label}" if one.provenance.label else ""
    return (
        f"**{one.title}** ({one.design}; {patients}{one.pain} pain; {one.direction}). "
        f"{_flat(one.finding)}{harms} [{one.citation.key}](#{one.citation.key}){label}"
    )


def _negative() -> Iterator[str]:
    for one in studies().values():
        if one.controlled and one.direction == "negative" and one.pain == "cancer":
            yield f"**{one.title}**. {_flat(one.finding)} {_citation(one.citation)}"


def _conflicts(protocol: Protocol, cited: dict[str, Citation]) -> Iterator[str]:
    """One table for each: who says what, side by side."""
    for n, one in enumerate(protocol.conflicts):
        if n:
            yield ""
        yield from [f"**{one.about}**", "", "| says | source |", "|---|---|"]
        for item in one.statements:
            note = f" ({item.note})" if item.note else ""
            label = f", {item.provenance.label}" if item.provenance and item.provenance.label else ""
            source = _linked(f"[{item.citation}]", cited)
            yield f"| {_cell(_flat(item.says) + note)} | {source}{label} |"


def _linked(line: str, cited: dict[str, Citation]) -> str:
    """The line with its citation as a link to the list of sources of the page."""

    def link(match: re.Match[str]) -> str:
        key, label = match[1], match[2]
        if key not in citations():
            return match[0]
        cited[key] = citations()[key]
        return f"[{key}](#{key}){label}"

    return _SOURCE.sub(link, line.replace("<", "&lt;"))


def _citation(one: Citation) -> str:
    shown = one.identifier
    if one.doi:
        shown = f"[{shown}](https://doi.org/{one.doi})"
    elif one.pmid:
        shown = f"[{shown}](https://pubmed.ncbi.nlm.nih.gov/{one.pmid}/)"
    return f"{one.text} {shown}" if shown not in one.text else one.text


def _routes(protocol: Protocol) -> str:
    return ", ".join(dict.fromkeys(one.route for one in protocol.regimens.values())) or "-"


def _flat(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
