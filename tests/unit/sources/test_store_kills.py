"""An import that is killed, or meets a full disk, at any step: the old store stays whole, and the same import ends it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from signal import SIGKILL

import pytest

from adjuvant.errors import InputError
from adjuvant.record import Outcome, PatientRecord
from adjuvant.sources import store
from stopped_imports import Job, Stopper, a_ward, imported, stopper

pytestmark = pytest.mark.slow

STORES = Path(__file__).resolve().parents[2] / "fixtures" / "stores"
WARD = Job("")
ANOTHER = Job("", names="bdz", pain=3, source="another ward")


@dataclass(frozen=True)
class Story:
    """What is there before an import, and the import."""

    before: tuple[Job, ...] = ()
    job: Job = WARD
    older: str | None = None


STORIES = {
    "a new store": Story(),
    "a store that grows": Story((ANOTHER,)),
    "the same patients brought up to date": Story((ANOTHER, Job("", pain=2))),
    "the same import again": Story((WARD,)),
    "patients of another source replaced": Story(
        (Job("", names="abcd", pain=3, source="another ward"),), Job("", replace=True)
    ),
    "a store that is overwritten": Story((ANOTHER,), Job("", overwrite=True)),
    "a store of schema 1": Story(older="schema_1"),
    "a store of schema 2": Story(older="schema_2"),
    "an import that cannot be resumed": Story((ANOTHER,), Job("", resumable=False)),
}


@pytest.fixture(scope="module")
def child() -> Iterator[Stopper]:
    with stopper() as started:
        yield started


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a store, by its place in it."""
    return {str(item.relative_to(folder)): item.read_bytes() for item in folder.rglob("*") if item.is_file()}


@dataclass
class Scene:
    """One story on the disk: the store before it, and what it becomes when nothing comes between."""

    story: Story
    folder: Path
    child: Stopper
    count: int = 0

    def __post_init__(self) -> None:
        self.old = self.folder / "old"
        if self.story.older is not None:
            shutil.copytree(STORES / self.story.older, self.old)
        for job in self.story.before:
            imported(replace(job, place=str(self.old)))
        self.before = store.read(self.old).records if self.old.exists() else None
        whole = self.copy()
        self.steps: int = self.child.run(self.job(whole))["steps"]
        self.bytes = contents(whole)
        self.after = store.read(whole).records

    def copy(self) -> Path:
        """The store as it was before, in a place of its own."""
        self.count += 1
        place = self.folder / f"store {self.count}"
        if self.old.exists():
            shutil.copytree(self.old, place)
        return place

    def job(self, place: Path) -> Job:
        """The story's import."""
        return replace(self.story.job, place=str(place))

    def found(self, place: Path) -> tuple[PatientRecord, ...] | None:
        """What a reader gets of a store; None if there is none, which it must say."""
        try:
            return store.read(place).records
        except InputError as error:
            said = str(error)
        assert any(text in said for text in ("does not exist", "no manifest.json", "was not finished")), said
        return None

    def killed_at(self, step: int) -> None:
        """Kill the import at a step, look at what it left, and run it again."""
        place = self.copy()
        assert self.child.run(replace(self.job(place), step=step))["signal"] == SIGKILL
        found = self.found(place)
        assert found in (self.before, self.after), f"step {step}: half a store was read"
        imported(self.job(place))
        assert contents(place) == self.bytes, f"step {step}: another store than without the kill"
        shutil.rmtree(place)


@pytest.fixture(scope="module", params=STORIES.values(), ids=STORIES.keys())
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, child: Stopper) -> Scene:
    return Scene(request.param, tmp_path_factory.mktemp("scene"), child)


def test_what_is_imported_without_a_kill_is_what_was_given(scene: Scene) -> None:
    ward = {record.patient.id: record for record in a_ward("acegi")}
    kept = () if scene.story.job.overwrite else scene.before or ()
    expected = {record.patient.id: record for record in kept} | ward
    assert {record.patient.id: record for record in scene.after} == expected


@pytest.mark.hazard("H-086")
def test_an_import_that_is_killed_leaves_the_old_store_or_the_new_one_and_is_ended_by_the_same_import(
    scene: Scene,
) -> None:
    """At steps that lie spread over the import, and at each of the last ones, where the new store takes its place."""
    spread = range(2, scene.steps - 6, max(1, scene.steps // 5))
    for step in [*spread, *range(scene.steps - 6, scene.steps + 1)]:
        scene.killed_at(step)


@pytest.mark.torture
def test_an_import_may_be_killed_at_any_step(scene: Scene) -> None:
    for step in range(1, scene.steps + 1):
        scene.killed_at(step)


def a_killed_import(child: Stopper, place: Path, before: tuple[Job, ...] = ()) -> None:
    """Kill an import after its second part: they take eight rows or more, a and c, then e with its ten doses."""
    for job in before:
        imported(replace(job, place=str(place)))
    assert child.run(Job(str(place), at="g"))["signal"] == SIGKILL


def test_what_was_finished_before_the_kill_is_not_read_again(child: Stopper, tmp_path: Path) -> None:
    a_killed_import(child, tmp_path / "store")
    assert imported(Job(str(tmp_path / "store"))) == ["g", "i"]
    assert store.patients(tmp_path / "store") == tuple("acegi")


def test_the_whole_of_a_resumed_import_counts_every_row_once(child: Stopper, tmp_path: Path) -> None:
    a_killed_import(child, tmp_path / "store")
    imported(Job(str(tmp_path / "store")))
    quality = store.read(tmp_path / "store").quality
    assert quality.count(Outcome.READ, "chart") == 5 * 4 + 2
    assert quality.count(Outcome.USED, "chart") == 5 * 3
    assert quality.count(Outcome.NOT_USED, "chart") == 5 * 1 + 2
    assert sum(item.count for item in quality.medicines) == 1 + 2 + 3 + 4 + 5
    assert [item.name for item in quality.names] == [f"balm {name}" for name in "acegi"]


def test_an_import_that_was_killed_says_so_to_who_reads_it(child: Stopper, tmp_path: Path) -> None:
    a_killed_import(child, tmp_path / "store")
    with pytest.raises(
        InputError, match="holds an import that was not finished, and no records yet; run the same import"
    ):
        store.read(tmp_path / "store")


@pytest.mark.parametrize("before", [(), (ANOTHER,)], ids=["new store", "store that grows"])
def test_another_import_after_a_kill_begins_anew_and_leaves_nothing_of_the_first(
    child: Stopper, tmp_path: Path, before: tuple[Job, ...]
) -> None:
    a_killed_import(child, tmp_path / "store", before)
    changed = Job(str(tmp_path / "store"), pain=1)
    assert imported(changed) == list("acegi")
    for job in (*before, changed):
        imported(replace(job, place=str(tmp_path / "other")))
    assert contents(tmp_path / "store") == contents(tmp_path / "other")


@pytest.mark.parametrize("damage", ["cut short", "empty", "gone", "a part is gone", "a table is gone"])
def test_a_journal_that_does_not_fit_its_parts_is_not_trusted(
    child: Stopper, tmp_path: Path, damage: str
) -> None:
    place = tmp_path / "store"
    a_killed_import(child, place, (ANOTHER,))
    journal = place / "importing.json"
    text = journal.read_text(encoding="utf-8")
    part = place / "parts" / json.loads(text)["parts"][0]["name"]
    match damage:
        case "cut short":
            journal.write_text(text[: len(text) // 2], encoding="utf-8")
        case "empty":
            journal.write_text("", encoding="utf-8")
        case "gone":
            journal.unlink()
        case "a part is gone":
            shutil.rmtree(part)
        case _:
            (part / "pain.parquet").unlink()
    assert imported(Job(str(place))) == list("acegi")
    for job in (ANOTHER, WARD):
        imported(replace(job, place=str(tmp_path / "other")))
    assert contents(place) == contents(tmp_path / "other")


def test_a_disk_that_fills_is_said_in_one_line_and_the_old_store_stays(scene: Scene) -> None:
    """No file may grow beyond so many bytes, whoever writes it: Python or the Parquet library."""
    ended = set()
    for most in (0, 500, 1500, 3000, 6000, 1_000_000):
        place = scene.copy()
        answer = scene.child.run(replace(scene.job(place), most=most))
        assert answer["signal"] == 0
        ended.add(answer["error"] is None)
        if answer["error"] is not None:
            assert answer["error"].count("\n") == 0
            assert f"{place}: cannot be written (" in answer["error"]
            assert "check the disk and its permissions, and import again" in answer["error"]
            assert scene.found(place) == scene.before
            imported(scene.job(place))
        assert contents(place) == scene.bytes
        shutil.rmtree(place)
    assert ended == {True, False}


def test_a_second_import_at_the_same_time_is_refused_and_a_killed_one_holds_nobody_up(
    child: Stopper, tmp_path: Path
) -> None:
    place = tmp_path / "store"
    imported(replace(ANOTHER, place=str(place)))
    first = child.begin(Job(str(place)))
    with pytest.raises(InputError, match="is being written to by another import; wait until"):
        imported(Job(str(place), pain=1))
    assert store.patients(place) == tuple("bdz")
    assert child.kill(first) == SIGKILL
    imported(Job(str(place), pain=1))
    assert store.patients(place) == tuple("abcdegiz")
