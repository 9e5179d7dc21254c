"""Every protocol asked about every MIMIC-III patient: opioids, pain and vital signs are real, ketamine is hypothetical.

The day's opioids are added up here once more, from the tables of the data and three equal doses typed by hand: 10 mg of
morphine, 1.5 mg of hydromorphone and 100 microgram of fentanyl, each into a vein. Nothing of a patient's row is kept.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from adjuvant.cli.advising import facts_at
from adjuvant.protocol import Situation, evaluate, guidance_json
from adjuvant.protocol.situation import Facts
from adjuvant.record import PatientRecord
from adjuvant.sources import mimic3
from running import Run, adjuvant, home

__all__ = ["adjuvant", "home"]

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.xdist_group("mimic3-advice")]

# MetaVision and CareVue items, and how many milligrams or micrograms of each are 10 mg of morphine into a vein.
EQUAL = {
    "225154": ("mg", Fraction(10)),
    "221833": ("mg", Fraction("1.5")),
    "221744": ("ug", Fraction(100)),
    "225942": ("ug", Fraction(100)),
    "30126": ("mg", Fraction(10)),
    "30118": ("ug", Fraction(100)),
}
FLOOR = 120


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "mimic3_demo"


@pytest.fixture(scope="module")
def records(folder: Path) -> tuple[PatientRecord, ...]:
    return tuple(mimic3.read(folder).records)


@pytest.fixture(scope="module")
def asking() -> ModuleType:
    """What asks and counts."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import hypothetical_table
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    return hypothetical_table


@pytest.fixture(scope="module")
def askings(asking: ModuleType, records: tuple[PatientRecord, ...]) -> list:
    return list(asking.asked(records))


Given = tuple[datetime, datetime, Fraction]


@pytest.fixture(scope="module")
def metavision(folder: Path) -> dict[str, list[Given]]:
    """Each opioid of `inputevents_mv` that was not rewritten: start, end and milligrams of intravenous morphine."""
    rows = duckdb.sql(
        f"""select subject_id, itemid, starttime, endtime, amount, amountuom, rateuom
            from read_csv('{folder}/inputevents_mv.csv.gz', all_varchar = true)
            where itemid in {tuple(EQUAL)} and statusdescription <> 'Rewritten'"""
    ).fetchall()
    found: dict[str, list[Given]] = defaultdict(list)
    for patient, item, start, end, amount, unit, rate_unit in rows:
        begins, ends = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (start, end))
        found[patient].append((begins, ends if rate_unit else begins, in_morphine(item, amount, unit)))
    return found


@pytest.fixture(scope="module")
def carevue_most(folder: Path) -> dict[str, list[Given]]:
    """Each opioid of `inputevents_cv` counted too high: every rate until the next one is charted, and every amount."""
    rows = duckdb.sql(
        f"""select subject_id, itemid, charttime, amount, amountuom, rate, rateuom,
                   lead(charttime) over (partition by subject_id, itemid, rate is null order by charttime, row_id)
            from read_csv('{folder}/inputevents_cv.csv.gz', all_varchar = true)
            where itemid in {tuple(EQUAL)}"""
    ).fetchall()
    found: dict[str, list[Given]] = defaultdict(list)
    for patient, item, at, amount, unit, rate, rate_unit, following in rows:
        begins = datetime.fromisoformat(at).replace(tzinfo=UTC)
        if amount is not None:
            found[patient].append((begins, begins, in_morphine(item, amount, unit)))
        if rate is not None:
            ends = begins + timedelta(days=1)
            if following is not None:
                ends = datetime.fromisoformat(following).replace(tzinfo=UTC)
            hours = Fraction(int((ends - begins).total_seconds()), 3600)
            hourly = in_morphine(item, rate, rate_unit.removesuffix("hr"))
            found[patient].append((begins, ends, hourly * hours))
    return found


def in_morphine(item: str, amount: str, unit: str) -> Fraction:
    """One amount in milligrams of intravenous morphine."""
    kind, equal = EQUAL[item]
    thousandths = {"mcg": 1, "mg": 1000}[unit]
    each = {"ug": 1, "mg": 1000}[kind]
    return Fraction(amount) * thousandths / each * 10 / equal


def day_before(given: list[Given], at: datetime) -> Fraction:
    """Milligrams of intravenous morphine in the 24 hours that end at `at`, each infusion evenly over its time."""
    begins = at - timedelta(days=1)
    total = Fraction(0)
    for start, end, amount in given:
        if start == end:
            total += amount if begins <= start < at else 0
        else:
            inside = (min(end, at) - max(start, begins)).total_seconds()
            total += amount * Fraction(max(0, int(inside)), int((end - start).total_seconds()))
    return total


def moments(*lists: list[Given]) -> list[datetime]:
    """At most twelve moments of one patient, evenly spread: an hour after an opioid began."""
    known = sorted({start + timedelta(hours=1) for given in lists for start, _, _ in given})
    return known[:: max(1, len(known) // 12)]


Days = list[tuple[PatientRecord, datetime, Facts]]


@pytest.fixture(scope="module")
def days(
    records: tuple[PatientRecord, ...],
    metavision: dict[str, list[Given]],
    carevue_most: dict[str, list[Given]],
) -> Days:
    """What the program knows of each patient with opioids at each of those moments."""
    return [
        (record, at, facts_at(record, at))
        for record in records
        for at in moments(metavision.get(record.patient.id, []), carevue_most.get(record.patient.id, []))
    ]


def told(facts: Facts) -> Fraction | None:
    """The day's opioids as intravenous morphine, as the program has them; None where it has no figure."""
    values = [one.value for one in facts.observed if one.measure == "medd_intravenous"]
    return values[-1] if values else None


def test_everybody_gets_advice_or_a_reason(
    askings: list, records: tuple[PatientRecord, ...], asking: ModuleType
) -> None:
    assert len({one.patient for one in askings}) == len(records) == 60
    assert {one.protocol for one in askings} == set(asking.sites())
    for one in askings:
        for found in (one.charted, one.answered):
            assert found.recommendations or found.missing or found.issues or found.eligibility_because
            assert found.status != "not eligible" or found.eligibility_because
            assert found.status != "withheld" or found.missing or found.issues


def test_every_answer_says_that_the_ketamine_is_hypothetical(askings: list) -> None:
    assert all(
        "hypothetical" in found.hypothetical for one in askings for found in (one.charted, one.answered)
    )


def test_nobody_is_eligible_by_the_record_alone_and_some_are_once_every_question_is_answered(
    askings: list,
) -> None:
    """No record holds consent or judgement, so that whoever reads only the record cannot say yes."""
    assert not [one for one in askings if one.charted.eligibility == "eligible"]
    assert [one for one in askings if one.answered.eligibility == "eligible"]


def test_the_day_s_opioids_are_those_that_are_added_up_from_the_tables(
    days: Days, metavision: dict[str, list[Given]], carevue_most: dict[str, list[Given]]
) -> None:
    """To the second, where MetaVision charted them; never above what CareVue can have meant."""
    compared = high = 0
    for record, at, facts in days:
        name, figure = record.patient.id, told(facts)
        if figure is None:
            continue
        when = facts.died if facts.died is not None else at  # of the dead, the day before the death
        by_hand = day_before(metavision.get(name, []), when)
        if name not in carevue_most:
            assert abs(figure - by_hand) < Fraction(1, 100), f"at {at}"
            compared += by_hand > 0
            high += figure >= FLOOR
        else:
            assert figure <= by_hand + day_before(carevue_most[name], when) + Fraction(1, 100), f"at {at}"
    assert compared > 50 and high > 0


def test_nobody_is_eligible_where_the_floor_of_opioids_is_not_met(
    days: Days,
    asking: ModuleType,
    metavision: dict[str, list[Given]],
    carevue_most: dict[str, list[Given]],
) -> None:
    """CIVIK asks for 120 mg of intravenous morphine a day. With every other question answered, the opioids decide."""
    civik = asking.sites()["civik"]
    seen: Counter[str] = Counter()
    for record, at, facts in days:
        name = record.patient.id
        favoured = asking.answered(facts, civik.protocol, "infusion", at)
        found = evaluate(civik, Situation.at(at, favoured))
        most = day_before(metavision.get(name, []), at) + day_before(carevue_most.get(name, []), at)
        below = found.eligibility == "not eligible" and "opioid_floor" in {
            one.rule for one in found.eligibility_because
        }
        seen[found.eligibility] += 1
        if most < FLOOR:
            assert found.eligibility != "eligible", f"at {at}"
        if name not in carevue_most and told(facts) is not None and found.eligibility != "cannot say":
            assert below == (most < FLOOR), f"at {at}"
    assert seen["eligible"] > 0 and seen["not eligible"] > 50


def test_nothing_later_than_the_instant_is_read(
    records: tuple[PatientRecord, ...], asking: ModuleType
) -> None:
    """Told on a record that ends at the instant, the advice is the same to the last word."""
    sites = [asking.sites()[key] for key in ("civik", "patel_ldk", "vcog_burst", "scirp_ed_bolus")]
    for record in records:
        at = asking.instant_of(record)
        assert at is not None
        whole, cut = facts_at(record, at), facts_at(record.known_at(at), at)
        for site in sites:
            answers = [evaluate(site, Situation.at(at, facts)) for facts in (whole, cut)]
            assert answers[0] == answers[1]
            for reason in (
                *answers[0].eligibility_because,
                *(r for a in answers[0].recommendations for r in a.because),
            ):
                assert reason.at is None or reason.at <= at


def test_asked_twice_the_answer_is_the_same(
    askings: list, asking: ModuleType, records: tuple[PatientRecord, ...]
) -> None:
    again = list(asking.asked(reversed(records)))
    order = {record.patient.id: n for n, record in enumerate(records)}
    again.sort(key=lambda one: order[one.patient])
    assert [guidance_json(one.charted) for one in again] == [guidance_json(one.charted) for one in askings]
    assert again == askings


def test_the_table_of_the_page_is_what_was_asked(askings: list, asking: ModuleType) -> None:
    page = (ROOT / "docs" / "reference" / "hypothetical-advice.md").read_text(encoding="utf-8")
    assert asking.table(askings) in page, "run scripts/hypothetical-advice and put its table on the page"


def test_the_command_says_it_of_one_patient(adjuvant: Run, folder: Path, askings: list, root: Path) -> None:
    one = next(
        item for item in askings if item.protocol == "civik" and item.charted.eligibility == "not eligible"
    )
    site = root / "src" / "adjuvant" / "library" / "protocols" / "civik" / "example_site.yaml"
    asked = ("--record", folder, "--patient", one.patient, "--at", one.at.isoformat(), "--site", site)
    answer = json.loads(adjuvant("advise", "--protocol", "civik", *asked, "--json").out)
    assert (answer["status"], answer["eligibility"]["answer"]) == ("not eligible", "not eligible")
    assert "hypothetical" in answer["hypothetical"]
    text = " ".join(adjuvant("advise", "--protocol", "civik", *asked).out.split())
    assert "hypothetical" in text and "At least 120 mg a day" in text
