"""The independent UCUM library answers through its pipe: the tests that lean on it are not leaning on air."""

from __future__ import annotations

import pytest


def test_the_ucum_oracle_converts_in_the_order_asked(node_ucum) -> None:
    answers = node_ucum(
        [{"value": 1, "from": "mg", "to": "ug"}, {"value": 120, "from": "ug/min", "to": "mg/h"}]
    )
    assert [answer["status"] for answer in answers] == ["succeeded", "succeeded"]
    assert [answer["value"] for answer in answers] == pytest.approx([1000, 7.2])


def test_the_ucum_oracle_refuses_what_is_not_a_unit_or_does_not_convert(node_ucum) -> None:
    answers = node_ucum(
        [
            {"validate": "mcg/h"},
            {"validate": "mg/h"},
            {"value": 1, "from": "mg", "to": "mL"},
            {"value": "1", "from": "mg", "to": "g"},
        ]
    )
    assert [answer["status"] for answer in answers] == ["invalid", "valid", "failed", "error"]
