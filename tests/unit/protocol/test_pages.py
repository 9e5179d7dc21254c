"""A protocol's page for people: every part of it in its place, each source with an address, nothing left as markup."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adjuvant.citation import Citation, Provenance
from adjuvant.library import citations
from adjuvant.library.studies import KnownStudy, studies
from adjuvant.protocol import Protocol, pages
from adjuvant.protocol.pages import index_page, protocol_page

CAUTION = (
    "This page shows what a source says. It is no advice, and nobody may treat by it. Ketamine for cancer pain is "
    "not settled: the larger placebo-controlled trials found no benefit."
)
MADE = "<!-- Made by scripts/protocol-docs from the library; edit the protocol's YAML and not this page. -->"


def source(key: str, **identifiers: Any) -> Citation:
    return Citation(key, f"The work {key}.", **identifiers)


SOURCES = {
    one.key: one
    for one in (
        source("by_doi", doi="10.1/one", pmid="11"), source("by_pmid", pmid="22", document="A leaflet"),
        source("by_registry", registry="NCT01"), Citation("named", "A leaflet, 2020.", document="A leaflet"),
    )
}  # fmt: skip


def study(key: str, **fields: Any) -> KnownStudy:
    whole: dict[str, Any] = {
        "key": key, "title": f"Study {key}", "design": "series", "controlled": False, "pain": "mixed",
        "direction": "positive", "finding": "It helped.", "citation": SOURCES["by_pmid"],
        "provenance": Provenance.READ, **fields,
    }  # fmt: skip
    return KnownStudy(**whole)


STUDIES = {
    one.key: one
    for one in (
        study("one", patients=1, harms="Below <3\n of ten."),
        study("many", patients=2, citation=SOURCES["by_doi"], provenance=Provenance.SECONDARY),
        study("unread", direction="unknown", finding="p <\n 0.05"),
        study("against", controlled=True, direction="negative", pain="cancer", finding="No <gain>."),
        study("not_cancer", controlled=True, direction="negative", pain="mixed"),
        study("not_negative", controlled=True, direction="positive", pain="cancer"),
        study("not_controlled", controlled=False, direction="negative", pain="cancer"),
    )
}


@pytest.fixture(autouse=True)
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources and studies of this file's own, so that no page hangs on what the library says."""
    monkeypatch.setattr(pages, "citations", lambda: SOURCES)
    monkeypatch.setattr(pages, "studies", lambda: STUDIES)


def protocol(**fields: Any) -> Protocol:
    whole: dict[str, Any] = {
        "protocol": "quiet", "version": "first print", "title": "A quiet night", "kind": "practice",
        "drug": "ketamine", "citation": "by_doi", "provenance": "read", "summary": "One dose\n a <night>.",
        "read": "All\n of it.", "weight": {"kind": "not_used"},
        "evidence": {"label": "negative_rct", "statement": "It <did\n not> help."}, **fields,
    }  # fmt: skip
    return Protocol.model_validate(whole)


def test_a_page_of_little_is_its_title_its_caution_and_what_it_lacks() -> None:
    """Sections of which the protocol says nothing are left out; what a site must choose never is."""
    assert protocol_page(protocol()).splitlines() == [
        "# A quiet night",
        "",
        MADE,
        "",
        CAUTION,
        "",
        "`quiet`, first print; practice, ketamine.",
        "",
        "One dose a &lt;night>.",
        "",
        "**Read of the source:** All of it.",
        "",
        "## Evidence",
        "",
        "**Negative rct.** It &lt;did not> help.",
        "",
        "## What a site must choose before it runs",
        "",
        "| field | why |",
        "|---|---|",
        "| `regimens` | no dose is given |",
        "| `criteria` | whom it takes and whom it does not is not said |",
        "| `rules.sedation` | no rule holds ketamine for sedation |",
        "| `rules.respiratory_rate` | no rule holds ketamine for breathing |",
        "| `rules.systolic` | no rule holds ketamine for blood pressure |",
        "| `rules.hallucination` | no rule holds ketamine for hallucination |",
        "| `monitoring.pain` | how often pain is observed is not said |",
        "| `monitoring.sedation` | how often sedation is observed is not said |",
        "| `monitoring.respiratory_rate` | how often breathing is observed is not said |",
        "| `monitoring.systolic` | how often blood pressure is observed is not said |",
        "| `monitoring.hallucination` | how often hallucination is observed is not said |",
        "",
        "## Sources",
        "",
    ]
    assert protocol_page(protocol()).endswith("## Sources\n\n")


def test_whom_it_is_for_and_where_it_is_given_stand_before_what_was_read() -> None:
    page = protocol_page(protocol(population="Grown\n up, <90.", settings=("a ward", "at home")))
    assert (
        "**For whom:** Grown up, &lt;90.\n\n**Where:** a ward; at home.\n\n**Read of the source:** All of it."
    ) in page


def test_a_picture_has_words_for_those_who_cannot_see_it_and_stands_behind_the_evidence() -> None:
    page = protocol_page(protocol(), "figures/quiet.svg")
    words = "The dose of quiet over its first days, if it rises whenever it may"
    assert (
        f"help.\n\n## The dose over the first days\n\n![{words}](figures/quiet.svg)\n\n## What a site must"
    ) in page


def test_the_evidence_names_each_study_with_its_patients_finding_harm_and_source() -> None:
    evidence = {
        "label": "none", "statement": "Little.", "studies": ("one", "many", "unread"), "against": ("against",),
    }  # fmt: skip
    page = protocol_page(protocol(evidence=evidence))
    assert page.split("## Evidence\n\n")[1].split("\n\n## ")[0].splitlines() == [
        "**None.** Little.",
        "",
        "Of this protocol:",
        "",
        (
            "- **Study one** (series; 1 patient; mixed pain; positive). It helped. Harm: Below &lt;3 of ten. "
            "[by_pmid](#by_pmid)"
        ),
        (
            "- **Study many** (series; 2 patients; mixed pain; positive). It helped. "
            "[by_doi](#by_doi), read second-hand"
        ),
        "- **Study unread** (series; mixed pain; unknown). p &lt; 0.05 [by_pmid](#by_pmid)",
        "",
        "Against:",
        "",
        "- **Study against** (series; cancer pain; negative). No &lt;gain>. [by_pmid](#by_pmid)",
    ]
    assert page.split("## Sources\n\n")[1].splitlines() == [
        '- <a id="by_doi"></a>**by_doi**: The work by_doi. [doi:10.1/one](https://doi.org/10.1/one)',
        '- <a id="by_pmid"></a>**by_pmid**: The work by_pmid. [PMID 22](https://pubmed.ncbi.nlm.nih.gov/22/)',
    ]


def test_each_line_of_the_facts_links_to_a_source_that_is_listed_below() -> None:
    results = (
        {"says": "Pain fell by <2.", "citation": "by_registry", "provenance": "secondary"},
        {"says": "Nobody left.", "citation": "named", "provenance": "read"},
        {"says": "A word [by_pmid] of two [named, assumed].", "citation": "elsewhere", "provenance": "read"},
    )
    page = protocol_page(protocol(results=results))
    assert page.split("## Results\n\n")[1].split("\n\n## ")[0].splitlines() == [
        "- Pain fell by &lt;2. [by_registry](#by_registry), read second-hand",
        "- Nobody left. [named](#named)",
        # What is no source of the library stays as it is written.
        "- A word [by_pmid](#by_pmid) of two [named](#named), assumed. [elsewhere]",
    ]
    assert page.split("## Sources\n\n")[1].splitlines() == [
        '- <a id="by_pmid"></a>**by_pmid**: The work by_pmid. [PMID 22](https://pubmed.ncbi.nlm.nih.gov/22/)',
        '- <a id="by_registry"></a>**by_registry**: The work by_registry. NCT01',
        '- <a id="named"></a>**named**: A leaflet, 2020.',  # what its text says already is not said twice
    ]


def test_sources_that_disagree_stand_in_one_table_for_each_conflict() -> None:
    first = {
        "about": "The dose",
        "statements": (
            {
                "says": "10 mg | once\n a day",
                "note": "by <mouth>",
                "citation": "by_doi",
                "provenance": "read",
            },
            {"says": "20 mg", "citation": "named", "provenance": "assumed"},
        ),
    }
    second = {
        "about": "The time",
        "statements": ({"says": "night", "citation": "named"}, {"says": "day", "citation": "by_doi"}),
    }
    page = protocol_page(protocol(conflicts=(first, second)))
    assert page.split("## Sources disagree\n\n")[1].split("\n\n## ")[0].splitlines() == [
        "**The dose**",
        "",
        "| says | source |",
        "|---|---|",
        "| 10 mg \\| once a day (by <mouth>) | [by_doi](#by_doi) |",
        "| 20 mg | [named](#named), assumed |",
        "",
        "**The time**",
        "",
        "| says | source |",
        "|---|---|",
        "| night | [named](#named) |",
        "| day | [by_doi](#by_doi) |",
    ]
    assert '<a id="by_doi">' in page and '<a id="named">' in page


def test_a_reason_with_a_bar_does_not_break_the_table_of_what_is_missing() -> None:
    ceiling = {
        "key": "day", "of": "day", "printed": "10 | 20 mg",
        "readings": ({"key": "a", "limit": "10 mg", "strict": False}, {"key": "b", "limit": "20 mg", "strict": False}),
    }  # fmt: skip
    night = {"title": "One dose", "route": "oral", "mode": "oral", "start": "10 mg", "ceilings": (ceiling,)}
    page = protocol_page(protocol(regimens={"night": night}))
    row = "| `regimens.night.ceilings.day.chosen` | '10 \\| 20 mg' can be read in several ways |"
    assert row in page.splitlines()
    assert "## Giving it: One dose (night)" in page.splitlines()


def test_the_index_has_a_row_for_each_protocol_and_every_negative_trial_in_cancer_pain() -> None:
    drip = {"title": "x", "route": "intravenous", "mode": "continuous_infusion", "start": "5 mg/h"}
    mouth = {"title": "x", "route": "oral", "mode": "oral", "start": "10 mg"}
    full = protocol(title="Day | night", regimens={"a": drip, "b": mouth, "c": mouth}, protocol="full")
    lines = index_page([protocol(), full]).splitlines()
    # Eleven things are missing, as on the page above; `full` has doses, and so one less, but its infusion lacks a
    # course, and each of its two ways by mouth a course and how often.
    assert lines[:6] == ["# Protocols, page by page", "", MADE, "", CAUTION, ""]
    assert lines[6:] == [
        "One page for each: every figure with its source, what the source does not say, where sources",
        "disagree, and the evidence for and against. *Missing* counts what a site must choose before a",
        "protocol runs. How the files are written says",
        "[the language](../reference/protocol-language.md).",
        "",
        "[All regimens on one scale](figures/compared.svg) is the same as a picture.",
        "",
        "| key | kind | drug | route | evidence | missing | what it is |",
        "|---|---|---|---|---|---|---|",
        "| [quiet](quiet.md) | practice | ketamine | - | negative rct | 11 | A quiet night |",
        "| [full](full.md) | practice | ketamine | intravenous, oral | negative rct | 15 | Day \\| night |",
        "",
        "## Controlled trials in cancer pain that found no benefit",
        "",
        "- **Study against**. No &lt;gain>. The work by_pmid. [PMID 22](https://pubmed.ncbi.nlm.nih.gov/22/)",
    ]
    assert index_page([]).endswith("/22/)\n")


def test_of_two_addresses_of_a_work_the_doi_is_the_one_that_is_shown() -> None:
    several = replace(SOURCES["by_doi"], registry="NCT01", document="A leaflet")
    assert pages._citation(several) == "The work by_doi. [doi:10.1/one](https://doi.org/10.1/one)"


def test_the_invented_sources_are_none_of_the_library() -> None:
    """Or the tests above would prove nothing about where a page takes its sources from."""
    assert not SOURCES.keys() & citations().keys() and not STUDIES.keys() & studies().keys()
