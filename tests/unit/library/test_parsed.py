"""The cache of parsed files: what it gives is what the file says, or nothing."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from adjuvant.errors import LibraryError
from adjuvant.library import parsed, strict
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import Entry, read_file

FILES = sorted(FOLDER.rglob("*.yaml"))


def told(entry: Entry) -> Any:
    """Everything that a reader can learn of an entry: kinds, texts, tags, quotation marks, lines and places."""
    kind = type(entry.node).__name__
    here = (kind, entry.node.tag, entry.place, entry.line)
    if kind == "MappingNode":
        return (*here, [(key, told(value)) for key, value in entry.pairs()])
    if kind == "SequenceNode":
        return (*here, [told(item) for item in entry.items()])
    return (*here, entry.node.value, entry.node.style or None)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own."""
    monkeypatch.setenv("ADJUVANT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "library"


@pytest.mark.parametrize("path", FILES[::7], ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_a_kept_file_tells_what_the_file_tells(
    path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADJUVANT_CACHE", "off")
    fresh = told(read_file(path, shown_name(path)))
    monkeypatch.setenv("ADJUVANT_CACHE", str(cache.parent))
    assert told(read_file(path, shown_name(path))) == fresh
    assert len(list(cache.iterdir())) == 1
    with monkeypatch.context() as blind:
        blind.setattr(strict, "_composed", None)  # neither parser can be called any more
        blind.setattr(strict, "quick", None)
        assert told(read_file(path, shown_name(path))) == fresh


def test_a_file_whose_bytes_changed_is_parsed_anew(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strict, "FOLDER", tmp_path)
    path = tmp_path / "x.yaml"
    path.write_text("limit: 5\n", encoding="utf-8")
    assert read_file(path, "x").fields(["limit"])["limit"].number() == 5
    path.write_text("limit: 6\n", encoding="utf-8")
    assert read_file(path, "x").fields(["limit"])["limit"].number() == 6


@pytest.mark.parametrize("harm", ["cut", "figure", "empty", "not json", "folder"])
def test_a_damaged_entry_is_not_used(
    harm: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strict, "FOLDER", tmp_path)
    path = tmp_path / "x.yaml"
    path.write_text("limit: 51\n", encoding="utf-8")
    read_file(path, "x")
    (entry,) = cache.iterdir()
    whole = entry.read_bytes()
    damaged = {
        "cut": whole[:-3],
        "figure": whole.replace(b"51", b"15"),
        "empty": b"",
        "not json": b"x\n{",
        "folder": None,
    }[harm]
    entry.unlink()
    if damaged is None:
        entry.mkdir()
    else:
        assert damaged != whole
        entry.write_bytes(damaged)
    assert read_file(path, "x").fields(["limit"])["limit"].number() == 51


def test_a_cache_that_cannot_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("ADJUVANT_CACHE", str(blocked))
    assert list(read_file(FILES[0], shown_name(FILES[0])).pairs())
    assert blocked.read_text(encoding="utf-8") == ""


def test_an_entry_of_somebody_else_or_for_anybody_to_write_is_not_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parsed.os, "getuid", lambda: 1000)

    def status(owner: int, mode: int) -> os.stat_result:
        return os.stat_result((mode, 0, 0, 1, owner, owner, 0, 0, 0, 0))

    assert parsed._own(status(1000, 0o644)) and parsed._own(status(0, 0o644))
    assert not parsed._own(status(1001, 0o644))
    assert not parsed._own(status(1000, 0o646))


@pytest.mark.parametrize("text", ["a: &x 5\nb: *x\n", "a: !!str 5\n", "a: !thing 5\n", "a: [&b 1]\n"])
def test_a_file_that_is_to_be_refused_is_never_kept(
    text: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strict, "FOLDER", tmp_path)
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    for _ in range(2):
        with pytest.raises(LibraryError, match=r"has the (anchor|tag)"):
            told(read_file(path, "x"))
    assert not cache.exists() or not list(cache.iterdir())


def test_an_entry_is_one_line_of_its_seal_and_one_of_json(cache: Path) -> None:
    node = parsed.MappingNode(
        "tag:yaml.org,2002:map",
        [
            (
                parsed.ScalarNode("tag:yaml.org,2002:str", "größe", 0),
                parsed.ScalarNode("tag:yaml.org,2002:str", "5", 1, "'"),
            )
        ],
        0,
    )
    parsed.put(b"anything", node)
    (place,) = cache.iterdir()
    seal, _, text = place.read_bytes().partition(b"\n")
    assert text.decode("utf-8") == '[0,0,[[2,0,"größe"],[2,1,"5","\'"]]]'
    assert seal.decode() == sha256(place.name.encode() + b"\n" + text).hexdigest()
    assert parsed.kept(b"anything") == node
    assert parsed.kept(b"anything else") is None


def test_an_entry_under_another_s_name_is_not_used(cache: Path) -> None:
    parsed.put(b"one", parsed.ScalarNode("tag:yaml.org,2002:str", "x", 0))
    (place,) = cache.iterdir()
    assert parsed.entry(place) == [2, 0, "x"]
    place.rename(other := place.with_name("other.json"))
    assert parsed.entry(other) is None


def test_half_an_entry_is_taken_away_where_it_cannot_be_put_in_place(cache: Path) -> None:
    place = cache / "entry.json"
    place.mkdir(parents=True)  # a file cannot take the place of a folder
    parsed.keep(place, [1])
    assert [one.name for one in cache.iterdir()] == ["entry.json"]


@pytest.mark.parametrize("harm", [[9, 0, "x"], [0, 0, [[2, 0, "a"]]], ["x"], 5, [2, 0]])
def test_an_entry_of_another_form_is_not_used(harm: Any, cache: Path) -> None:
    parsed.put(b"one", parsed.ScalarNode("tag:yaml.org,2002:str", "x", 0))
    (place,) = cache.iterdir()
    parsed.keep(place, harm)
    assert parsed.kept(b"one") is None


def test_a_file_of_somebody_s_own_is_never_kept(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text("a: 5\n", encoding="utf-8")
    read_file(path, "mapping.yaml")
    assert not cache.exists()


def test_the_folder_is_the_user_s_own_cache_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADJUVANT_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert parsed.cache_folder() == Path("/somewhere/adjuvant")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert parsed.cache_folder() == Path("/home/somebody/.cache/adjuvant")
    monkeypatch.setenv("ADJUVANT_CACHE", "off")
    assert parsed.cache_folder() is None


def test_where_a_system_has_no_owners_only_what_is_the_system_s_is_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(parsed.os, "getuid")
    assert parsed._own(os.stat_result((0o644, 0, 0, 1, 0, 0, 0, 0, 0, 0)))
    assert not parsed._own(os.stat_result((0o644, 0, 0, 1, 1, 1, 0, 0, 0, 0)))


def test_what_the_parser_in_python_read_is_kept_with_its_lines_too(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strict, "FOLDER", tmp_path)
    monkeypatch.setattr(strict, "quick", lambda text: None)
    path = tmp_path / "x.yaml"
    path.write_text("# A remark.\na: 5\n\nb:\n  - [x, 'y']\n", encoding="utf-8")
    fresh = told(read_file(path, "x"))
    with monkeypatch.context() as blind:
        blind.setattr(strict, "_composed", None)
        assert told(read_file(path, "x")) == fresh
        fields = read_file(path, "x").fields(["a", "b"])
        assert (fields["a"].line, fields["b"].items()[0].items()[1].line) == (2, 5)


def test_an_entry_holds_any_text_and_any_mapping(cache: Path) -> None:
    place = cache / "entry.json"
    parsed.keep(place, {"half a letter \ud83d": ["ß", {}], "b": 1})
    assert parsed.entry(place) == {"half a letter \ud83d": ["ß", {}], "b": 1}
