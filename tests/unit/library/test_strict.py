"""The strict reader: exact numbers, places in errors, and suggestions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.errors import LibraryError
from adjuvant.library import digest
from adjuvant.library.drugs import drug_words
from adjuvant.library.folder import FOLDER
from adjuvant.library.strict import Entry, closest, read_file


def entry_of(folder: Path, text: str) -> Entry:
    """The top mapping of a file with that text."""
    path = folder / "x.yaml"
    path.write_text(text, encoding="utf-8")
    return read_file(path, "x.yaml")


def value_of(folder: Path, text: str) -> Entry:
    """The value of the one key ``a`` of a file."""
    return entry_of(folder, f"a: {text}\n").fields(["a"])["a"]


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("0.1", Fraction(1, 10)),
        ("2.4", Fraction(12, 5)),
        ("11.46", Fraction(573, 50)),
        ("0.039", Fraction(39, 1000)),
        ("0.1666666666666666666666", Fraction("0.1666666666666666666666")),
        ("12", Fraction(12)),
        ("1.0", Fraction(1)),
    ],
)
def test_a_number_is_exactly_what_is_written(tmp_path: Path, text: str, exact: Fraction) -> None:
    """0.1 is a tenth, not the double nearest to it."""
    assert value_of(tmp_path, text).number() == exact


@given(value=st.decimals(min_value=0, max_value=10**9, places=7, allow_nan=False, allow_infinity=False))
def test_every_decimal_comes_back_as_written(
    value: Decimal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert value_of(tmp_path_factory.mktemp("n"), f"{value:f}").number() == Fraction(value)


@pytest.mark.parametrize("text", ["-5", "-0.5"])
def test_a_sign_is_read_only_where_it_makes_sense(tmp_path: Path, text: str) -> None:
    assert value_of(tmp_path, text).number(signed=True) == Fraction(text)
    with pytest.raises(LibraryError, match="is negative"):
        value_of(tmp_path, text).number()


@pytest.mark.hazard("H-010")
@pytest.mark.parametrize("text", ["0x10", "0b11", "1_000", "1e3", "+5", "4:30", "٣", "1 000", "yes", "~"])
def test_what_other_readers_take_for_a_number_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(LibraryError, match=r"^x\.yaml:1: a: "):
        value_of(tmp_path, text).number(signed=True)


@pytest.mark.parametrize("text", ["no", "off", "on", "y", "0o7", "4:30"])
def test_yaml_1_2_does_not_turn_words_into_other_things(tmp_path: Path, text: str) -> None:
    """YAML 1.1 reads ``no`` as False and ``4:30`` as 270."""
    entry = value_of(tmp_path, text)
    if text == "0o7":
        with pytest.raises(LibraryError, match="is a number, not text"):
            entry.text()
    else:
        assert entry.text() == text


def test_true_and_false_are_read_and_nothing_like_them(tmp_path: Path) -> None:
    assert value_of(tmp_path, "true").yes() is True
    assert value_of(tmp_path, "false").yes() is False
    for text in ("yes", "1", '"true"', "on"):
        with pytest.raises(LibraryError, match="not true or false"):
            value_of(tmp_path, text).yes()


def test_folded_text_is_one_line_without_stray_spaces(tmp_path: Path) -> None:
    assert value_of(tmp_path, ">-\n  one\n  two\n").text() == "one two"


def test_an_error_names_file_line_and_path(tmp_path: Path) -> None:
    top = entry_of(tmp_path, "list:\n  - one\n  - {deep: 5, wide: .nan}\n")
    second = top.fields(["list"])["list"].items()[1]
    fields = second.fields(["deep", "wide"])
    assert fields["deep"].place == "x.yaml:3: list[1].deep"
    assert top.place == "x.yaml:1"
    assert second.named("methadone").place == "x.yaml:3: methadone"
    with pytest.raises(LibraryError) as caught:
        fields["wide"].number()
    assert caught.value.thing == "x.yaml:3: list[1].wide"
    assert caught.value.rule == ".nan is not a finite number"


def test_an_empty_value_is_placed_at_its_key(tmp_path: Path) -> None:
    top = entry_of(tmp_path, "a:\nb: 1\n")
    with pytest.raises(LibraryError, match=r"^x\.yaml:1: a: is empty, not text"):
        top.fields(["a", "b"])["a"].text()


def test_fields_may_be_optional_and_free_keys_may_be_listed(tmp_path: Path) -> None:
    top = entry_of(tmp_path, "a: 1\nb: 2\n")
    assert set(top.fields(["a"], ["b", "c"])) == {"a", "b"}
    assert [(key, entry.whole()) for key, entry in top.pairs()] == [("a", 1), ("b", 2)]


def test_words_of_a_list_are_texts_without_repeats(tmp_path: Path) -> None:
    assert value_of(tmp_path, "[po, ng]").words() == ["po", "ng"]
    with pytest.raises(LibraryError, match=r"a\[1\]: 'po' stands twice"):
        value_of(tmp_path, "[po, po]").words()


def test_one_near_word_is_suggested_and_several_that_are_about_as_near() -> None:
    assert closest("faktor", ["factor", "forms"]) == "did you mean 'factor'"
    assert (
        closest("fentanil", ["fentanyl", "sufentanil", "morphine"])
        == "did you mean 'sufentanil' or 'fentanyl'"
    )
    assert closest("zzz", ["b", "a"]) == "use one of: a, b"


def test_a_very_deep_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="is not YAML"):
        value_of(tmp_path, "[" * 5000 + "]" * 5000)


def test_a_list_or_mapping_is_no_single_value(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="is a mapping, not a single value"):
        value_of(tmp_path, "{b: 1}").text()
    with pytest.raises(LibraryError, match="is a single value, not a list"):
        value_of(tmp_path, "5").items()
    with pytest.raises(LibraryError, match="is a list, not a mapping"):
        value_of(tmp_path, "[5]").fields(["b"])


@pytest.mark.parametrize(
    "head", ["%YAML 1.1\n---\n", "# note\n%TAG ! tag:x,2026:\n---\n", "\ufeff%YAML 1.1\n---\n"]
)
def test_a_directive_which_could_make_no_mean_false_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(LibraryError, match=r"x\.yaml:[12]: begins with %"):
        entry_of(tmp_path, f"{head}a: no\n")


@pytest.mark.parametrize("text", ["[" * 10_000, "a: " + "[" * 60 + "]" * 60, "- " * 60 + "x"])
def test_what_is_nested_without_end_is_refused_at_once(tmp_path: Path, text: str) -> None:
    with pytest.raises(LibraryError, match="maximum depth"):
        entry_of(tmp_path, text)


@pytest.mark.parametrize("text", ["a: " + "&" + "x" * 10**5 + " 1", "a: !" + "x" * 10**5 + " 1"])
def test_an_endless_anchor_or_tag_is_quoted_in_part(tmp_path: Path, text: str) -> None:
    with pytest.raises(LibraryError) as caught:
        dict(entry_of(tmp_path, text).pairs())
    assert len(str(caught.value)) < 2000


@pytest.mark.parametrize(
    ("text", "read", "sentence"),
    [
        ("'5'", Entry.number, "'5' stands in quotes; write a number bare."),
        ('"5"', Entry.number, "'5' stands in quotes; write a number bare."),
        (
            "7" + 50 * "x",
            Entry.number,
            (
                f"'7{39 * 'x'}' is not a plain decimal number; "
                "write digits with at most one point, such as 0.5 or 12."
            ),
        ),
        ("1.5", Entry.whole, "1.5 is not a whole number; write one without a point."),
        ("-1.5", Entry.whole, "-1.5 is not a whole number; write one without a point."),
        (
            "4" * 50,
            Entry.text,
            (
                f"'{40 * '4'}' is a number, not text; "
                'write text; put quotes round it where it looks like something else, as in "7804".'
            ),
        ),
        ("2031-03-01", Entry.yes, "'2031-03-01' is a date, not true or false; write true or false."),
        ("[po, po]", Entry.words, "'po' stands twice; keep one of the two."),
    ],
)
def test_what_is_wrong_with_a_value_is_said_word_for_word(
    tmp_path: Path, text: str, read: Callable[[Entry], object], sentence: str
) -> None:
    with pytest.raises(LibraryError) as caught:
        read(value_of(tmp_path, text))
    place = "x.yaml:1: a[1]" if text.startswith("[") else "x.yaml:1: a"
    assert str(caught.value) == f"{place}: {sentence}"


def test_whole_numbers_may_stand_below_zero(tmp_path: Path) -> None:
    assert value_of(tmp_path, "-3").whole() == -3
    assert value_of(tmp_path, "-0.5").number(signed=True) == Fraction(-1, 2)
    assert value_of(tmp_path, "0").number(signed=True) == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            None,
            "x.yaml: cannot be opened (No such file or directory); check its path and whether it may be read.",
        ),
        (b"a: \xff", "x.yaml: is not UTF-8 text (byte 3); save it as UTF-8."),
        (b"", "x.yaml: is empty; restore the file."),
        (
            b"- a\n",
            "x.yaml:1: is a list, not a mapping; see docs/reference/library.md for its form.",
        ),
        (
            b"a: \x07",
            (
                "x.yaml: is not YAML 1.2: unacceptable character #x0007: special characters are not allowed "
                'in "<unicode string>", position 3; restore the file.'
            ),
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_said_to_be_so(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "x.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LibraryError) as caught:
        read_file(path, "x.yaml")
    assert str(caught.value) == sentence


def test_a_file_of_the_library_that_is_gone_is_to_be_restored() -> None:
    with pytest.raises(LibraryError) as caught:
        read_file(FOLDER / "nowhere.yaml", "nowhere.yaml")
    assert str(caught.value) == (
        "nowhere.yaml: cannot be opened (No such file or directory); restore the file."
    )


@pytest.mark.parametrize("before", ["", "# note\n", "\n\n"])
def test_a_directive_is_refused_at_its_line_and_word_for_word(tmp_path: Path, before: str) -> None:
    with pytest.raises(LibraryError) as caught:
        entry_of(tmp_path, f"{before}%YAML 1.1\n---\na: no\n# the end\n")
    assert str(caught.value) == (
        f"x.yaml:{len(before.splitlines()) + 1}: begins with %, as a directive does, "
        "and one of them makes `no` mean false; leave the line out; every file is YAML 1.2."
    )


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("a: [1,\n  2\nb: 3\n", 3, "close the bracket"),
        ("# a list\na: [1\nb: 3\n", 3, "close the bracket"),
        ("a: {b: 180 mm[Hg]}\n", 1, 'put quotes round a value that holds one, as in "180 mm[Hg]"'),
        ("a: 'x\nb: 1\n", 3, "mend the syntax"),
        ("a: *none\n", 1, "mend the syntax"),
        ("a:\n\tb: 1\n", 2, "put spaces in place of the tab"),
        ("a:\n  b: 1\n c: 2\n", 3, "in one column"),
        ("a: one: two\n", 1, "put quotes round text that holds a colon"),
    ],
)
def test_wrong_syntax_is_placed_where_it_shows_and_not_where_it_began(
    tmp_path: Path, text: str, line: int, remedy: str
) -> None:
    with pytest.raises(LibraryError) as caught:
        entry_of(tmp_path, text)
    assert caught.value.thing == f"x.yaml:{line}"
    assert caught.value.rule.startswith("is not YAML 1.2: ") and "  " not in caught.value.rule
    assert remedy in caught.value.remedy


def test_a_key_without_its_colon_is_placed_where_the_key_stands_and_not_on_the_line_behind(
    tmp_path: Path,
) -> None:
    with pytest.raises(LibraryError) as caught:
        entry_of(tmp_path, "a: 1\ntitle Quiet Nights\nb: 2\n")
    assert caught.value.thing == "x.yaml:2"
    assert caught.value.remedy == "write `key: value`, with a space behind the colon"


def test_at_most_three_names_are_suggested_and_only_near_ones() -> None:
    assert closest("abcd", ["abcx", "abcy", "abcz", "abcw"]).count(" or ") == 2
    assert closest("abcde", ["abxyz"]) == "use one of: abxyz", "two letters of five are not near"
    assert closest("fentanyl", ["sufentanil", "fentanyl"]) == "did you mean 'fentanyl'"


def test_words_of_a_foreign_alphabet_do_not_break_a_name() -> None:
    assert drug_words("Morphin-Hydrochlorid®") == ("morphin", "hydrochlorid")
    assert drug_words("Pethidín O'Brien") == ("pethidin", "obrien")


def test_the_digest_is_over_names_and_contents_in_the_order_of_names() -> None:
    names = sorted(
        path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix == ".yaml"
    )
    lines = [f"{name} {hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()}\n" for name in names]
    assert len(lines) > 20
    assert digest() == hashlib.sha256("".join(lines).encode()).hexdigest()
