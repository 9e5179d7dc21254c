"""A protocol that a test writes, whole but for its regimen, so that one form of the language can be read and run."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
from typing import Any

from adjuvant.protocol import Protocol, Sited, read_listed, sited

HEAD = """\
protocol: written
version: one
title: A protocol that a test writes
kind: protocol
drug: ketamine
citation: park2025
provenance: read
summary: Written for a test.
read: All of it.
weight: {weight}
criteria:
  - {{key: grown_up, kind: include, text: Aged 18 or older., when: {{measure: age, from: 18 a}}}}
{criteria}
rules:
  - {{key: breathing, kind: stop, text: Fewer than 8., when: {{measure: respiratory_rate, below: 8 /min}}}}
  - {{key: pressure, kind: stop, text: Above 180., when: {{measure: systolic, above: "180 mm[Hg]"}}}}
  - {{key: sedation, kind: pause, text: POSS of 3., when: {{measure: sedation_poss, from: 3}}, resume_after: 1 h}}
  - {{key: hallucinations, kind: reduce, text: Hallucinations., when: {{event: hallucination}}}}
{rules}
monitoring:
  - items: [pain, respiratory_rate, systolic, sedation_poss, hallucination]
    phases: [{{every: 4 h}}]
{monitoring}
regimens:
{regimens}
{more}
evidence: {{label: none, statement: Nothing is published.}}
"""


def protocol_file(
    folder: Path,
    regimens: str,
    *,
    weight: str = "{kind: not_used}",
    criteria: str = "",
    rules: str = "",
    monitoring: str = "",
    more: str = "",
) -> Path:
    """The file of such a protocol; every argument is YAML, `regimens` with the name of each."""
    path = folder / "written" / "protocol.yaml"
    path.parent.mkdir(exist_ok=True)
    text = HEAD.format(
        weight=weight,
        criteria=indent(criteria, "  "),
        rules=indent(rules, "  "),
        monitoring=indent(monitoring, "  "),
        regimens=indent(regimens, "  "),
        more=more,
    )
    path.write_text(text, encoding="utf-8")
    return path


def written(folder: Path, regimens: str, **parts: str) -> Sited:
    """Such a protocol, read and ready to run as it is."""
    return sited(read_listed(protocol_file(folder, regimens, **parts)))


def plain(**fields: Any) -> Protocol:
    """A protocol of little, as plain values and without a file; `fields` are its own keys."""
    whole: dict[str, Any] = {
        "protocol": "written", "version": "one", "title": "A protocol that a test writes", "kind": "protocol",
        "drug": "ketamine", "citation": "park2025", "provenance": "read", "summary": "Written for a test.",
        "read": "All of it.", "weight": {"kind": "not_used"},
        "evidence": {"label": "none", "statement": "Nothing is published."}, **fields,
    }  # fmt: skip
    return Protocol.model_validate(whole)
