"""Studies of the library: everything that a file says is kept, and a file that says too little is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import LibraryError
from adjuvant.library import citation
from adjuvant.library.studies import KnownStudy, read_studies, read_study, studies

WHOLE = """\
study: invented
title: An invented trial
design: randomised
controlled: true
pain: cancer
direction: negative
patients: 185
route: subcutaneous
dose: 100 mg a day
comparator: placebo
finding: No difference.
harms: More of them.
note: Invented.
citation: azari2024
provenance: secondary
"""
LEAST = """\
study: invented
title: An invented series
design: a series
controlled: false
pain: mixed
direction: unknown
finding: Not read.
citation: azari2024
provenance: read
"""


def written(folder: Path, text: str, name: str = "invented.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_that_a_file_says_of_a_study_is_kept(tmp_path: Path) -> None:
    assert read_study(written(tmp_path, WHOLE)) == KnownStudy(
        key="invented",
        title="An invented trial",
        design="randomised",
        controlled=True,
        pain="cancer",
        direction="negative",
        finding="No difference.",
        citation=citation("azari2024"),
        provenance=Provenance.SECONDARY,
        patients=185,
        route="subcutaneous",
        dose="100 mg a day",
        comparator="placebo",
        harms="More of them.",
        note="Invented.",
    )


def test_what_was_not_read_of_a_study_stays_empty(tmp_path: Path) -> None:
    found = read_study(written(tmp_path, LEAST))
    assert (found.patients, found.route, found.dose) == (None, "", "")
    assert (found.comparator, found.harms, found.note) == ("", "", "")
    assert not found.controlled


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (
            "study: invented",
            "study: other",
            ":1: study: 'other' is not the file's name 'invented'; name both",
        ),
        ("pain: cancer", "pain: cancers", ":5: pain: 'cancers' is not a known kind of pain; did you mean"),
        ("pain: cancer", "pain: other", "use one of: cancer, mixed, non-cancer"),
        (
            "direction: negative",
            "direction: bad",
            ":6: direction: 'bad' is not a known direction; use one of",
        ),
        ("patients: 185", "patients: -1", ":7: patients: -1 is no number of patients; leave it out where it"),
        ("patients: 185", "patients: 18.5", "18.5 is not a whole number"),
        ("controlled: true", "controlled: 'yes'", "controlled"),
        ("citation: azari2024", "citation: azari", "'azari' is not a known citation of citations.yaml"),
        ("provenance: secondary", "provenance: site", "'site' is not a known provenance"),
        ("finding: No difference.\n", "", "has no 'finding'; add `finding:`"),
        ("harms:", "harm:", "is not a known key; did you mean 'harms'"),
    ],
)
def test_a_study_that_breaks_its_form_is_refused(was: str, now: str, said: str, tmp_path: Path) -> None:
    assert was in WHOLE
    with pytest.raises(LibraryError) as caught:
        read_study(written(tmp_path, WHOLE.replace(was, now)))
    assert said in str(caught.value)
    assert "invented.yaml" in str(caught.value)


@pytest.mark.parametrize("count", [0, 1])
def test_a_study_may_have_one_patient_and_none_where_it_was_withdrawn(count: int, tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE.replace("185", str(count)))
    assert read_study(path).patients == count


@pytest.mark.parametrize(
    "name",
    ["study", "title", "design", "controlled", "pain", "direction", "finding", "citation", "provenance"],
)
def test_none_of_what_every_study_needs_may_lack(name: str, tmp_path: Path) -> None:
    rows = [row for row in LEAST.splitlines(keepends=True) if not row.startswith(f"{name}:")]
    assert len(rows) == 8
    with pytest.raises(LibraryError, match=f"has no '{name}'"):
        read_study(written(tmp_path, "".join(rows)))


def test_a_folder_gives_its_studies_by_key_in_alphabetical_order(tmp_path: Path) -> None:
    written(tmp_path, LEAST.replace("study: invented", "study: zeta"), "zeta.yaml")
    written(tmp_path, LEAST.replace("study: invented", "study: alpha"), "alpha.yaml")
    written(tmp_path, "no study", "notes.txt")
    found = read_studies(tmp_path)
    assert list(found) == ["alpha", "zeta"]
    assert all(key == one.key for key, one in found.items())


def test_the_two_largest_placebo_trials_in_cancer_pain_are_there_and_negative() -> None:
    # Hardy 2012, 185 patients, burst under the skin; Fallon 2018, 214, by mouth.
    known = studies()
    for key, patients in (("hardy2012", 185), ("fallon2018", 214)):
        one = known[key]
        assert (one.patients, one.direction, one.pain) == (patients, "negative", "cancer")
        assert one.controlled and "placebo" in f"{one.title} {one.comparator}"
