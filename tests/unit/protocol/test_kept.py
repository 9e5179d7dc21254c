"""The cache of checked protocols: what it gives is what reading and checking give, or nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from adjuvant import protocol
from adjuvant.errors import LibraryError
from adjuvant.library import strict
from adjuvant.library.folder import FOLDER
from adjuvant.protocol import catalogue, kept
from adjuvant.protocol.catalogue import Listed, read_listed
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.packed import pack, unpack

FILES = sorted(FOLDER.rglob("protocol.yaml"))
CIVIK = FOLDER / "protocols" / "civik" / "protocol.yaml"


@pytest.fixture(scope="module")
def read() -> dict[Path, Listed]:
    """Every protocol as it is read and checked, without a cache."""
    with pytest.MonkeyPatch.context() as without:
        without.setenv("ADJUVANT_CACHE", "off")
        return {path: read_listed(path) for path in FILES}


@pytest.fixture
def entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, and in it the place of the entries."""
    monkeypatch.setenv("ADJUVANT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "protocols"


def again(path: Path) -> Listed:
    """A protocol out of the cache: nothing can be read or checked."""
    with pytest.MonkeyPatch.context() as blind:
        blind.setattr(catalogue, "read_protocol", None)
        blind.setattr(catalogue, "check", None)
        return read_listed(path)


def differing(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """Where two values are not the same: another type, another value, another order, other fields given."""
    if type(one) is not type(other):
        yield f"{where}: {type(one)} and {type(other)}"
    elif isinstance(one, BaseModel):
        if one.model_fields_set != other.model_fields_set:
            yield f"{where}: {one.model_fields_set ^ other.model_fields_set} given in one of the two"
        for name in type(one).model_fields:
            yield from differing(getattr(one, name), getattr(other, name), f"{where}.{name}")
    elif isinstance(one, tuple):
        if len(one) != len(other):
            yield f"{where}: {len(one)} and {len(other)}"
        for n, (left, right) in enumerate(zip(one, other, strict=False)):
            yield from differing(left, right, f"{where}[{n}]")
    elif isinstance(one, dict):
        if list(one) != list(other):
            yield f"{where}: {list(one)} and {list(other)}"
        for key in one.keys() & other.keys():
            yield from differing(one[key], other[key], f"{where}.{key}")
    elif one != other or repr(one) != repr(other):
        yield f"{where}: {one!r} and {other!r}"


@pytest.mark.slow
@pytest.mark.hazard("H-017")
def test_every_protocol_out_of_the_cache_is_the_one_that_was_read(
    read: dict[Path, Listed], entries: Path
) -> None:
    assert len(read) > 55
    for path, first in read.items():
        read_listed(path)
        second = again(path)
        assert list(differing(first.protocol, second.protocol)) == [], path
        assert list(differing(first.raw, second.raw)) == [], path
        assert (first.digest, first.path) == (second.digest, second.path)
        assert first == second and repr(first) == repr(second)
        # What works things out of a protocol works on this one too, and pydantic takes it for one that it checked.
        assert first.protocol.model_dump_json(by_alias=True) == second.protocol.model_dump_json(by_alias=True)
        for name, regimen in first.protocol.regimens.items():
            assert regimen.levels == second.protocol.regimens[name].levels
        with pytest.raises(Exception, match="frozen"):
            second.protocol.title = "another"
    assert len(list(entries.iterdir())) == len(read)


@pytest.mark.slow
@pytest.mark.hazard("H-017")
def test_every_scenario_is_answered_alike_by_a_protocol_out_of_the_cache(
    read: dict[Path, Listed], entries: Path
) -> None:
    asked = 0
    for path, first in read.items():
        read_listed(path)
        for file in sorted(path.parent.glob("scenarios/*.yaml")):
            told = protocol.read_scenario(file)
            facts = protocol.facts_of(told)
            sited = [protocol.sited(one, told.site) for one in (first, again(path))]
            assert sited[0].digest == sited[1].digest
            for step in told.scenario.steps:
                situation = protocol.Situation.at(told.at(step), facts)
                answers = [protocol.evaluate(one, situation, told.scenario.regimen) for one in sited]
                assert answers[0] == answers[1], file
                asked += 1
    assert asked > 200


# --- what an entry hangs on -----------------------------------------------------------------------------------


@cache
def opened() -> tuple[list[str], list[str]]:
    """The modules of ours and the files of the library that loading every protocol without a cache takes."""
    script = (
        "import json, sys\n"
        "opened = set()\n"
        "sys.addaudithook(lambda event, said: opened.add(str(said[0])) if event == 'open' else None)\n"
        "import adjuvant.protocol as protocol\n"
        "for key in protocol.protocol_keys():\n    protocol.load(key)\n"
        "ours = [m.__file__ for name, m in list(sys.modules.items()) if name.split('.')[0] == 'adjuvant']\n"
        "print(json.dumps([ours, [name for name in opened if name.endswith(('.yaml', '.json'))]]))\n"
    )
    environment = {**os.environ, "ADJUVANT_CACHE": "off"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    modules, files = json.loads(done.stdout)
    return modules, files


@pytest.mark.slow
def test_an_entry_hangs_on_all_code_and_every_file_that_reading_and_checking_take() -> None:
    modules, files = opened()
    assert len(modules) > 40 and len(files) > 100
    inside = [Path(name) for name in (*modules, *files)]
    names = {path.relative_to(FOLDER.parent).as_posix() for path in inside if FOLDER.parent in path.parents}
    own = {name for name in names if name.startswith("library/protocols/")}
    assert len(own) >= 55
    assert names - own <= set(kept._AT_FIRST)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package for the keys to be made of."""
    copy = tmp_path / "adjuvant"
    for name in ("library", "protocol", "quantity"):
        shutil.copytree(FOLDER.parent / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in FOLDER.parent.glob("*.py"):
        shutil.copy(path, copy)
    monkeypatch.setattr(kept, "_PACKAGE", copy)
    return copy


def key(monkeypatch: pytest.MonkeyPatch, content: bytes = b"a protocol", path: Path = CIVIK) -> str:
    """The name of an entry, for a program that begins now."""
    monkeypatch.setattr(kept, "_AT_FIRST", kept._stamps())
    kept._whole.cache_clear()
    place = kept._place(path, content)
    kept._whole.cache_clear()
    assert place is not None
    return place.name


@pytest.mark.hazard("H-017")
@pytest.mark.parametrize(
    "name",
    [
        "library/citations.yaml", "library/observations.yaml", "library/conditions.yaml", "library/drugs.yaml",
        "library/evidence/hardy2012.yaml", "library/strict.py", "protocol/check.py", "protocol/reading.py",
        "protocol/packed.py", "quantity/derived.json", "errors.py", "citation.py",
    ],
)  # fmt: skip
def test_one_byte_of_what_it_hangs_on_makes_it_another_entry(
    name: str, package: Path, entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = key(monkeypatch)
    assert key(monkeypatch) == before
    path = package / name
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert key(monkeypatch) != before
    path.write_bytes(content)
    assert key(monkeypatch) == before
    path.unlink()
    assert key(monkeypatch) != before


def test_its_own_bytes_and_name_and_the_versions_make_it_another_entry_and_other_protocols_do_not(
    package: Path, entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = key(monkeypatch)
    assert key(monkeypatch, b"b protocol") != before
    assert key(monkeypatch, path=FOLDER / "protocols" / "salas" / "protocol.yaml") != before
    (package / "library" / "protocols" / "salas" / "protocol.yaml").write_text("other", encoding="utf-8")
    assert key(monkeypatch) == before
    for item in ("version", "_FORM"):
        with monkeypatch.context() as changed:
            if item == "version":
                changed.setattr(kept, "_version", lambda _: "99")
            else:
                changed.setattr(kept, "_FORM", b"99")
            assert key(monkeypatch) != before


def test_once_the_code_on_the_disk_is_not_the_code_that_runs_nothing_is_kept(
    package: Path, entries: Path, monkeypatch: pytest.MonkeyPatch, read: dict[Path, Listed]
) -> None:
    key(monkeypatch)  # the program begins
    first, content = read[CIVIK], CIVIK.read_bytes()
    kept.put(CIVIK, content, first.protocol, first.raw)
    (entry,) = entries.iterdir()
    entry.unlink()
    os.utime(package / "protocol" / "check.py", ns=(1, 1))
    kept.put(CIVIK, content, first.protocol, first.raw)
    assert list(entries.iterdir()) == []
    kept._whole.cache_clear()
    assert kept._place(CIVIK, content) is None
    kept._whole.cache_clear()


# --- what is not used -----------------------------------------------------------------------------------------


def sealed(name: str, text: bytes) -> bytes:
    """An entry as somebody would write it who knows its form."""
    return sha256(name.encode() + b"\n" + text).hexdigest().encode() + b"\n" + text


NONSENSE = [
    b"{}", b"[]", b"5", b"[1,2]", b'["x","y"]', b'[["Protocol",{}],{}]', b'[["Seen",{"measure":"pain"}],{}]',
    b'[["Protocol",5],{}]', b'[["n",1,0],{}]', b'[["q",1,1,"furlong"],{}]', b'[["d","never"],{}]', b'[["p","guessed"],{}]',
    b'[["os.system",{"x":1}],{}]', b'[[["t"]],{}]', b"[[],{}]",
]  # fmt: skip


@pytest.mark.hazard("H-017")
@pytest.mark.parametrize(
    "harm", ["cut", "figure", "empty", "folder", "of another", "for anybody to write", *NONSENSE]
)
def test_an_entry_that_is_damaged_or_not_ours_is_not_used(
    harm: str | bytes, entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read_listed(CIVIK)
    (entry,) = entries.iterdir()
    whole = entry.read_bytes()
    if harm == "folder":
        entry.unlink()
        entry.mkdir()
    elif harm == "of another":
        read_listed(FOLDER / "protocols" / "salas" / "protocol.yaml")
        (other,) = set(entries.iterdir()) - {entry}
        shutil.copy(other, entry)
    elif harm == "for anybody to write":
        entry.chmod(0o666)
    elif isinstance(harm, bytes):
        entry.write_bytes(sealed(entry.name, harm))
    else:
        tenfold = re.sub(rb'\["q",(\d+),', rb'["q",\g<1>0,', whole, count=1)
        harmed = {"cut": whole[:-3], "figure": tenfold, "empty": b""}[harm]
        assert harmed != whole
        entry.write_bytes(harmed)
    asked: list[Path] = []
    reading = catalogue.read_protocol
    monkeypatch.setattr(catalogue, "read_protocol", lambda path: asked.append(path) or reading(path))
    second = read_listed(CIVIK)
    assert asked == [CIVIK]
    assert first == second and list(differing(first.protocol, second.protocol)) == []


def test_a_cache_that_is_off_or_cannot_be_written_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: dict[Path, Listed]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("ADJUVANT_CACHE", str(blocked))
    assert read_listed(CIVIK) == read[CIVIK]
    assert blocked.read_text(encoding="utf-8") == ""


def test_a_protocol_of_somebody_s_own_is_never_kept(tmp_path: Path, entries: Path) -> None:
    path = tmp_path / "civik" / "protocol.yaml"
    path.parent.mkdir()
    shutil.copy(CIVIK, path)
    for _ in range(2):
        assert read_listed(path).protocol.protocol == "civik"
    linked = FOLDER.parent / ".." / "adjuvant" / "library" / "protocols" / "civik" / "protocol.yaml"
    assert not entries.exists()
    assert read_listed(linked).protocol.protocol == "civik"


def test_a_protocol_that_is_refused_is_never_kept(
    tmp_path: Path, entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "protocols" / "civik" / "protocol.yaml"
    path.parent.mkdir(parents=True)
    text = CIVIK.read_text(encoding="utf-8")
    path.write_text(text.replace("\nsummary:", "\nsumary:", 1), encoding="utf-8")
    for module in (strict, kept):
        monkeypatch.setattr(module, "FOLDER", tmp_path)
    for _ in range(2):
        with pytest.raises(LibraryError, match="'sumary' is not a known key"):
            read_listed(path)
    assert not entries.exists()
    path.write_text(text, encoding="utf-8")
    assert read_listed(path) == again(path)


# --- packing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [1.5, [1], {1: "a"}, {"a"}, b"x", FOLDER])
def test_what_has_no_mark_is_not_packed(value: Any) -> None:
    with pytest.raises(TypeError, match="is not kept"):
        pack(value)


def test_a_form_that_was_changed_by_hand_is_not_packed(read: dict[Path, Listed]) -> None:
    first = read[CIVIK].protocol
    changed = Protocol.model_construct(
        _fields_set=first.model_fields_set - {"title"}, **{name: getattr(first, name) for name in vars(first)}
    )
    with pytest.raises(TypeError, match="changed by hand"):
        pack(changed)
    assert unpack(json.loads(json.dumps(pack(first)))) == first
