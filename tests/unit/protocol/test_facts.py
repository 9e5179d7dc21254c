"""What is shown of a protocol is all that stands in it: every figure, every rule, every side of a conflict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from pydantic import BaseModel

from adjuvant.library import citations
from adjuvant.protocol import Protocol, load, protocol_keys
from adjuvant.protocol.facts import fact_lines
from adjuvant.protocol.words import quantity_words
from adjuvant.quantity import Quantity, show_exact


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every single value of a form with its path, found by the form alone."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from leaves(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}")
    elif isinstance(value, tuple):
        for n, item in enumerate(value):
            yield from leaves(item, f"{path}[{n}]")
    else:
        yield path, value


def shown(protocol: Protocol) -> str:
    return "\n".join(line for _, lines in fact_lines(protocol) for line in lines)


@pytest.mark.hazard("H-043")
@pytest.mark.parametrize("key", protocol_keys())
def test_every_figure_of_a_protocol_is_shown(key: str) -> None:
    protocol = load(key).protocol
    text = shown(protocol)
    for path, value in leaves(protocol):
        if isinstance(value, Quantity):
            # A dose is shown as its unit is written, a figure of a rule with its unit for people.
            assert str(value) in text or quantity_words(value) in text, f"{key}{path}: {value}"
        elif isinstance(value, Fraction):
            assert re.search(rf"(?<![\d.]){re.escape(show_exact(value))}(?![\d.]\d)", text), f"{key}{path}"


@pytest.mark.parametrize("key", protocol_keys())
def test_every_text_that_a_reader_needs_is_shown(key: str) -> None:
    protocol = load(key).protocol
    text = " ".join(shown(protocol).split())
    wanted = [one.text for one in (*protocol.criteria, *protocol.rules, *protocol.absent)]
    wanted += [one.says for one in (*protocol.results, *protocol.follow_up)]
    wanted += [one.says for conflict in protocol.conflicts for one in conflict.statements]
    for path, value in leaves(protocol):
        if path.endswith((".note", ".printed")) and isinstance(value, str) and value:
            wanted.append(value)
    for words in wanted:
        if words not in protocol.note:
            assert " ".join(words.split()) in text, f"{key}: {words}"


@pytest.mark.parametrize("key", protocol_keys())
def test_every_line_but_what_is_absent_ends_with_a_source_that_exists(key: str) -> None:
    for heading, lines in fact_lines(load(key).protocol):
        if heading == "Not given by the source":
            continue
        for line in lines:
            found = re.search(r"\[([a-z0-9_]+)(, [a-z -]+)?\]$", line)
            assert found, f"{key}, {heading}: {line}"
            assert found[1] in citations(), line


def test_a_heading_under_which_nothing_is_said_is_left_out() -> None:
    headings = [heading for heading, _ in fact_lines(load("bamc_ed").protocol)]
    assert "Body weight" not in headings  # the entry gives no dose, so that no weight belongs to it
    assert headings[:2] == ["Who may have it", "What is observed"]
    assert "Who may have it" not in [heading for heading, _ in fact_lines(load("ballarat").protocol)]


def test_a_rule_is_shown_with_what_the_program_asks() -> None:
    rules = dict(fact_lines(load("comfort_care").protocol))["Rules"]
    assert any("Read as: ketamine given in 24 hours above 700 mg/d" in line for line in rules)


def test_one_dose_is_no_plural() -> None:
    (heading,) = [name for name in dict(fact_lines(load("mercadante_bolus").protocol)) if "(half)" in name]
    lines = dict(fact_lines(load("mercadante_bolus").protocol))[heading]
    assert any(line.startswith("Course: 1 dose ") for line in lines)


@pytest.mark.hazard("H-043")
def test_a_limit_that_can_be_read_in_several_ways_is_shown_with_all_of_them() -> None:
    lines = [line for _, lines in fact_lines(load("patel_ldk").protocol) for line in lines]
    (ceiling,) = [line for line in lines if line.startswith("Ceiling")]
    assert "< 35 mg/70 kg" in ceiling
    assert all(
        words in ceiling for words in ("under 35 mg", "at most 35 mg", "under 0.5 mg/kg", "at most 0.5 mg/kg")
    )


def test_a_level_that_nobody_read_says_so_itself() -> None:
    lines = [line for _, lines in fact_lines(load("st_josephs_burst").protocol) for line in lines]
    (levels,) = [line for line in lines if line.startswith("Levels")]
    assert levels.count("assumed") == 2  # 300 and 500 mg a day are from memory, the first level was read
