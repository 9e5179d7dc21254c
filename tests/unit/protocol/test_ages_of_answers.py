"""A clinician's yes or no is of its time: it is shown with its age, and too old it is no answer at all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.protocol import Guidance, Sited, Status, load, sited
from adjuvant.protocol.judge import Context, judge
from adjuvant.protocol.predicate import Attested, Present, Taken
from adjuvant.protocol.situation import Situation
from adjuvant.quantity import parse_quantity
from adjuvant.unknown import Unknown
from bedside import BEGINS, RULES, SITE, Chart, at_a_site

ACTUAL = "chosen: [{field: weight.kind, value: actual, reference: test}]\n"
DAY_OLD = ACTUAL + "answers_no_older_than: 24 h"


def asked(site: Sited, hour: float) -> Guidance:
    """CIVIK once every question was answered an hour before the beginning."""
    found = Chart().answering(site.protocol).seen(hour - 1, pain=8, medd_intravenous=150).calm(hour - 1)
    return found.ask(site, hour)


def test_an_answer_is_shown_with_its_age() -> None:
    said = [one.seen for one in asked(at_a_site("civik"), 2).eligibility_because]
    assert "Dr Invented answered yes, 3 h ago" in said


def test_an_answer_older_than_the_site_allows_is_no_answer() -> None:
    site = at_a_site("civik", DAY_OLD)
    assert asked(site, 22.9).status is Status.START
    late = asked(site, 23.1)
    assert (late.status, late.eligibility) == (Status.WITHHELD, "cannot say")
    assert any("(of the last 24 h)" in one.what for one in late.missing)
    assert any("24.1 h ago" in words for words, _ in late.stale)


def test_without_a_greatest_age_an_answer_holds_and_its_age_is_still_shown() -> None:
    late = asked(at_a_site("civik"), 47)
    assert late.eligibility == "eligible"
    assert any("2 days ago" in one.seen for one in late.eligibility_because)


def situation(hour: float) -> Situation:
    found = Chart().answered(condition__pregnancy=False, taken__xanthines=False, consent=True)
    return Situation.at(BEGINS + timedelta(hours=hour), found.but(taken_known_since=None).facts)


@pytest.mark.parametrize(
    "question",
    [
        Attested(attested="consent", question="Is there consent?", no_older_than=parse_quantity("2 h")),
        Present(condition="pregnancy", no_older_than=parse_quantity("2 h")),
        Taken(taken="xanthines", no_older_than=parse_quantity("2 h")),
    ],
    ids=lambda one: type(one).__name__,
)
def test_a_question_may_name_its_own_greatest_age(question: object) -> None:
    assert isinstance(judge(question, situation(1), Context()).answer, bool)  # two hours old
    assert isinstance(judge(question, situation(1.1), Context()).answer, Unknown)


def test_the_age_of_the_protocol_holds_before_that_of_the_site() -> None:
    question = Present(condition="pregnancy", no_older_than=parse_quantity("2 h"))
    longer = Context(answers={"": timedelta(days=9), "condition:pregnancy": timedelta(days=9)})
    assert isinstance(judge(question, situation(1.1), longer).answer, Unknown)


def test_a_site_may_name_an_age_for_one_question() -> None:
    question, other = Present(condition="pregnancy"), Taken(taken="xanthines")
    context = Context(answers={"condition:pregnancy": timedelta(hours=4)})
    assert isinstance(judge(question, situation(3.1), context).answer, Unknown)
    assert judge(other, situation(3.1), context).answer is False


def test_an_age_for_a_question_that_nobody_asks_is_refused_with_its_line(tmp_path: Path) -> None:
    listed = load("civik")
    path = tmp_path / "site.yaml"
    text = SITE.format(
        key="civik",
        version=listed.protocol.version,
        chosen=ACTUAL + "answer_ages: {pregnant: 4 h}",
        rules=RULES,
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        LibraryError, match=r"site\.yaml:8.*'pregnant' is no question of this protocol or site"
    ):
        sited(listed, path)
