"""The entries of the cache of checked protocols: kept under all that they hang on, and given back as they were."""

from __future__ import annotations

import importlib.metadata
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from adjuvant.errors import LibraryError
from adjuvant.library.folder import FOLDER
from adjuvant.protocol import catalogue, kept, load, read_listed
from adjuvant.protocol.catalogue import named, sited
from written import plain, protocol_file

CIVIK = FOLDER / "protocols" / "civik" / "protocol.yaml"
WAY = "only:\n  title: One way\n  route: oral\n  mode: oral\n  start: 5 mg\n  times_per_day: 3\n  course: {at_most: 5 d}\n"
CONTENT = b"a protocol"
RAW = {"protocol": "written"}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A little package, a program that begins with it, and a cache of its own."""
    copy = tmp_path / "adjuvant"
    for name in (
        "errors.py", "notes.txt", "web/app.py", "protocol/check.py", "protocol/deep/other.py", "quantity/derived.json",
        "library/strict.py", "library/drugs.yaml", "library/evidence/one/hardy2012.yaml", "library/evidence/notes.md",
        "library/protocols/civik/protocol.yaml",
    ):  # fmt: skip
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr(kept, "_PACKAGE", copy)
    monkeypatch.setenv("ADJUVANT_CACHE", str(tmp_path / "cache"))
    begins(monkeypatch)
    return copy


def begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program begins now."""
    monkeypatch.setattr(kept, "_AT_FIRST", kept._stamps())
    kept._whole.cache_clear()


@pytest.fixture(autouse=True)
def _forgotten(package: Path) -> Any:
    yield
    kept._whole.cache_clear()


def entries(package: Path) -> list[str]:
    folder = package.parent / "cache" / "protocols"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_an_entry_hangs_on_the_code_that_reads_and_on_the_whole_library_but_other_protocols(
    package: Path,
) -> None:
    """Of a folder of code its own files alone; of the library all that lies within, however deep."""
    held = (
        "errors.py", "library/drugs.yaml", "library/evidence/one/hardy2012.yaml", "library/strict.py", "protocol/check.py",
        "quantity/derived.json",
    )  # fmt: skip
    stats = {name: (package / name).stat() for name in held}
    assert kept._stamps() == {name: (one.st_mtime_ns, one.st_size) for name, one in stats.items()}


def test_what_is_kept_is_given_back_for_the_same_bytes_and_name_alone(package: Path) -> None:
    first = plain()
    assert kept.kept(CIVIK, CONTENT) is None
    kept.put(CIVIK, CONTENT, first, RAW)
    assert kept.kept(CIVIK, CONTENT) == (first, RAW)
    assert kept.kept(CIVIK, b"another") is None
    assert kept.kept(CIVIK.parent / "other.yaml", CONTENT) is None
    assert len(entries(package)) == 1


def test_a_file_of_somebody_s_own_is_neither_kept_nor_looked_for(package: Path, tmp_path: Path) -> None:
    kept.put(tmp_path / "protocol.yaml", CONTENT, plain(), RAW)
    assert entries(package) == [] and kept.kept(tmp_path / "protocol.yaml", CONTENT) is None


def test_once_a_file_is_not_what_it_was_nothing_is_kept_and_nothing_is_used(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.put(CIVIK, CONTENT, plain(), RAW)
    (before,) = entries(package)
    (package / "protocol" / "check.py").write_text("changed since", encoding="utf-8")
    kept.put(CIVIK, b"another", plain(), RAW)
    assert entries(package) == [before]
    kept._whole.cache_clear()
    assert kept.kept(CIVIK, CONTENT) is None and kept._place(CIVIK, CONTENT) is None
    begins(monkeypatch)  # of the new file it is another entry
    assert kept.kept(CIVIK, CONTENT) is None
    kept.put(CIVIK, CONTENT, plain(), RAW)
    assert len(entries(package)) == 2


@pytest.mark.parametrize("tool", ["pydantic", "ruamel.yaml"])
def test_another_version_of_a_tool_or_none_makes_it_another_entry(
    package: Path, monkeypatch: pytest.MonkeyPatch, tool: str
) -> None:
    versions = {"pydantic": "2", "ruamel.yaml": "0.18"}

    def told(name: str) -> str:
        if name not in versions:
            raise importlib.metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(importlib.metadata, "version", told)
    kept.put(CIVIK, CONTENT, plain(), RAW)
    versions[tool] = "99"
    kept._whole.cache_clear()
    assert kept.kept(CIVIK, CONTENT) is None
    kept.put(CIVIK, CONTENT, plain(), RAW)
    del versions[tool]
    kept._whole.cache_clear()
    assert kept.kept(CIVIK, CONTENT) is None
    kept.put(CIVIK, CONTENT, plain(), RAW)
    assert len(entries(package)) == 3


@pytest.mark.parametrize("text", [b'[["Seen",{"measure":"pain"}],{}]', b"[1,2]", b"5"])
def test_what_is_no_protocol_is_not_given_back_as_one(package: Path, text: bytes) -> None:
    kept.put(CIVIK, CONTENT, plain(), RAW)
    (name,) = entries(package)
    path = package.parent / "cache" / "protocols" / name
    path.write_bytes(sha256(name.encode() + b"\n" + text).hexdigest().encode() + b"\n" + text)
    assert kept.kept(CIVIK, CONTENT) is None


# --- what is listed ---------------------------------------------------------------------------------------------


def test_a_protocol_of_the_library_is_read_once_and_then_out_of_the_cache(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read_listed(CIVIK)
    assert len(entries(package)) == 1
    for tool in ("read_protocol", "read_file", "check"):
        monkeypatch.setattr(catalogue, tool, None)
    second = read_listed(CIVIK)
    assert (second.protocol, second.raw, second.path) == (first.protocol, first.raw, CIVIK)
    assert first.digest == second.digest == sha256(CIVIK.read_bytes()).hexdigest()


def test_a_protocol_that_the_library_has_lost_is_told_as_what_it_is(package: Path) -> None:
    with pytest.raises(LibraryError) as refused:
        read_listed(FOLDER / "protocols" / "lost" / "protocol.yaml")
    assert (refused.value.thing, refused.value.remedy) == ("protocols/lost/protocol.yaml", "restore the file")


OWN = "a protocol of your own is named by its file, such as my_ward/protocol.yaml"


@pytest.mark.parametrize(
    ("word", "remedy"),
    [("civic", "did you mean 'civik'"), ("xyzzyqqq", f"`adjuvant protocols list` names them; {OWN}")],
)
def test_a_key_that_no_protocol_has_is_told_with_the_one_that_may_be_meant(
    tmp_path: Path, word: str, remedy: str
) -> None:
    for ask in (load, lambda key: named(key, tmp_path)):
        with pytest.raises(LibraryError) as refused:
            ask(word)
        assert (refused.value.thing, refused.value.rule, refused.value.remedy) == (
            f"protocol {word!r}", "is not in the library", remedy,
        )  # fmt: skip


def test_a_folder_names_the_protocol_in_it_unless_the_library_has_one_of_that_name(tmp_path: Path) -> None:
    path = protocol_file(tmp_path, WAY)
    assert named("written", tmp_path).path == path
    (tmp_path / "civik").mkdir()
    (tmp_path / "civik" / "protocol.yaml").write_text("protocol: civik\n", encoding="utf-8")
    assert named("civik", tmp_path).path == CIVIK


def test_a_protocol_that_cannot_be_what_it_says_is_told_at_its_line(tmp_path: Path) -> None:
    path = protocol_file(tmp_path, WAY, rules="- {key: k, kind: stop, text: t., when: {event: halucination}}")
    with pytest.raises(LibraryError) as refused:
        read_listed(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    (line,) = [n for n, one in enumerate(lines, 1) if "halucination" in one]
    assert refused.value.thing == f"written/protocol.yaml:{line}: rules[4].when.event"


PROFILE = """\
site: Example hospital (invented)
example: true
approver: nobody
approved: 2026-11-01
protocol: written
version: one
"""


def test_a_rule_of_a_site_that_cannot_be_meant_is_told_with_its_place_among_all_rules(tmp_path: Path) -> None:
    """The protocol has four rules of its own. It does not say how long ketamine is given: that stays open."""
    way = WAY.replace("  course: {at_most: 5 d}\n", "")
    absent = "absent: [{field: regimens.only.course, text: How long.}]"
    listed = read_listed(protocol_file(tmp_path, way, more=absent))
    path = tmp_path / "site.yaml"
    path.write_text(
        PROFILE + "rules:\n  - {key: k, kind: stop, text: t., when: {event: halucination}}\n",
        encoding="utf-8",
    )
    with pytest.raises(LibraryError) as refused:
        sited(listed, path)
    assert refused.value.thing == "site.yaml:1: rules.4.when.event"
    path.write_text(PROFILE, encoding="utf-8")
    assert sited(listed, path).protocol.regimens["only"].course is None


def test_the_digest_of_what_runs_is_of_the_protocol_and_of_the_profile(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    first = sited(read_listed(protocol_file(tmp_path, WAY)), path).digest
    file = protocol_file(tmp_path, WAY, more="# a remark")
    assert sited(read_listed(file), path).digest != first
    assert sited(read_listed(protocol_file(tmp_path, WAY)), path).digest == first
    path.write_text(PROFILE.replace("nobody", "somebody"), encoding="utf-8")
    assert sited(read_listed(protocol_file(tmp_path, WAY)), path).digest != first
