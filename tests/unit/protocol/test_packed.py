"""Values of a protocol as plain data: each by its own mark, and back again as what it was."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from pydantic import BaseModel, Field

from adjuvant.citation import Provenance
from adjuvant.protocol import packed
from adjuvant.protocol.packed import pack, unpack
from adjuvant.protocol.regimen import Course, Regimen
from adjuvant.quantity import parse_quantity
from written import plain

PLAIN: list[tuple[Any, Any]] = [
    (None, None),
    ("a", "a"),
    (True, True),
    (3, 3),
    ((), ["t"]),
    (("a", ("b", {"c": ("d",)})), ["t", "a", ["t", "b", {"c": ["t", "d"]}]]),
    ({"a": (1,), "b": {}}, {"a": ["t", 1], "b": {}}),
    (Fraction(1, 3), ["n", 1, 3]),
    (Fraction(-2), ["n", -2, 1]),
    (parse_quantity("0.5 mg/kg"), ["q", 1, 2, "mg/kg"]),
    (date(2026, 3, 2), ["d", "2026-03-02"]),
    (Provenance.READ, ["p", "read"]),
    (
        Course.model_validate({"infusions": 3, "within": "5 d", "note": "n"}),
        ["Course", {"note": "n", "infusions": 3, "within": ["q", 5, 1, "d"]}],
    ),
]


@pytest.mark.parametrize(("value", "data"), PLAIN)
def test_each_kind_of_value_has_its_mark_and_comes_back_as_it_was(value: Any, data: Any) -> None:
    assert pack(value) == data
    back = unpack(data)
    assert back == value and type(back) is type(value)


def test_a_truth_is_not_taken_for_a_number_nor_a_number_for_a_share() -> None:
    for value in (True, 1, Fraction(1)):
        assert type(unpack(pack(value))) is type(value)


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.5, "float is not kept"), ({1: "a"}, "a key of kind int is not kept"), ({"a": {None: 1}}, "a key of kind NoneType is not kept")],
)  # fmt: skip
def test_what_has_no_mark_is_named(value: Any, words: str) -> None:
    with pytest.raises(TypeError, match=rf"^{words}$"):
        pack(value)


def test_what_was_not_given_is_as_the_form_has_it_and_counts_as_not_given() -> None:
    back = unpack(["Course", {"infusions": 2}])
    assert back == Course(infusions=2)
    assert back.model_fields_set == {"infusions"} and (back.note, back.within) == ("", None)
    assert (back.__pydantic_extra__, back.__pydantic_private__) == (None, None)
    assert unpack(["Regimen", {"title": "x", "route": "oral", "mode": "oral"}]) == Regimen(title="x", route="oral", mode="oral")  # fmt: skip


@pytest.mark.parametrize(
    "fields", [{"title": "x"}, {"title": "x", "route": "oral", "mode": "oral", "more": 1}]
)
def test_a_form_with_a_field_too_few_or_too_many_is_not_made(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^a Regimen of other fields$"):
        unpack(["Regimen", fields])


class Shelf(BaseModel):
    """A form with one field of each kind: needed, with a value of its own, and with a value that is made anew."""

    name: str
    size: int = 3
    books: dict[str, int] = Field(default_factory=dict)


def test_a_value_that_is_made_anew_is_made_for_each_form_and_only_where_none_was_given() -> None:
    made = packed._form("Shelf", Shelf)
    one, other = made(["Shelf", {"name": "a"}]), made(["Shelf", {"name": "b"}])
    assert (one, other) == (Shelf(name="a"), Shelf(name="b"))
    assert one.books is not other.books  # type: ignore[attr-defined]
    full = made(["Shelf", {"name": ["t", "x"], "size": 4, "books": {"c": 5}}])
    assert vars(full) == {"name": ("x",), "size": 4, "books": {"c": 5}}
    assert list(vars(one)) == ["name", "size", "books"] and one.model_fields_set == {"name"}
    assert (one.__pydantic_extra__, one.__pydantic_private__) == (None, None)
    with pytest.raises(ValueError, match=r"^a Shelf of other fields$"):
        made(["Shelf", {"size": 4}])
    with pytest.raises(ValueError, match=r"^a Shelf of other fields$"):
        made(["Shelf", {"name": "a", "pages": 4}])


def test_a_protocol_that_gives_no_dose_comes_back_with_none() -> None:
    back = unpack(pack(plain()))
    assert back == plain() and back.regimens == {} and "regimens" not in back.model_fields_set


def test_a_form_of_which_something_was_taken_back_or_changed_is_not_packed() -> None:
    course = Course(infusions=2)
    for fields, words in (({"note"}, "infusions of Course was changed by hand"), ({"infusions"}, None)):
        changed = Course.model_construct(_fields_set=fields, **vars(course))
        if words is None:
            assert pack(changed) == ["Course", {"infusions": 2}]
            continue
        with pytest.raises(TypeError, match=rf"^{words}$"):
            pack(changed)
    # What must be given and counts as not given is refused, whatever it holds.
    bare = Regimen.model_construct(
        _fields_set={"title", "mode"}, **vars(Regimen(title="x", route="oral", mode="oral"))
    )
    with pytest.raises(TypeError, match=r"^route of Regimen was changed by hand$"):
        pack(bare)
