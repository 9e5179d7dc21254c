"""A memo answers as its function does, asks it once for each object, and never takes one object for another."""

from __future__ import annotations

from dataclasses import dataclass

from adjuvant.opioids.memo import Memo


@dataclass(frozen=True)
class Thing:
    """Two of them with one number are equal, and are two."""

    number: int


class Asked:
    """Doubles a thing's number, and counts how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, thing: Thing) -> int:
        self.times += 1
        return 2 * thing.number


def test_an_object_is_worked_out_once() -> None:
    asked, thing = Asked(), Thing(4)
    memo = Memo(asked)
    assert [memo(thing), memo(thing), memo(thing)] == [8, 8, 8]
    assert asked.times == 1


def test_equal_objects_are_worked_out_each_for_itself() -> None:
    asked = Asked()
    memo = Memo(asked)
    one, other = Thing(4), Thing(4)
    assert memo(one) == memo(other) == 8
    assert asked.times == 2


def test_an_answer_of_nothing_is_remembered_too() -> None:
    asked: list[Thing] = []
    memo: Memo[Thing, None] = Memo(asked.append)
    thing = Thing(1)
    assert memo(thing) is None and memo(thing) is None
    assert asked == [thing]


def test_when_it_is_full_everything_is_forgotten_and_asked_anew() -> None:
    asked = Asked()
    memo = Memo(asked, maxsize=2)
    first, second, third = Thing(1), Thing(2), Thing(3)
    assert [memo(first), memo(second)] == [2, 4]
    assert [memo(first), memo(second)] == [2, 4] and asked.times == 2, "two fit"
    assert memo(third) == 6 and asked.times == 3
    assert memo(third) == 6 and asked.times == 3, "the newest is kept"
    assert [memo(first), memo(third)] == [2, 6] and asked.times == 4


def test_what_is_remembered_is_held_so_that_no_newcomer_takes_its_place() -> None:
    memo = Memo(lambda thing: thing.number)
    # Without being held, each of these would be freed and the next would stand at its address.
    assert [memo(Thing(number)) for number in range(500)] == list(range(500))
