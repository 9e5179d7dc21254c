"""The HTML report: one file, no request, no script, whatever a record brings."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pytest

from adjuvant.reports import html_report
from adjuvant.reports.content import course_content
from adjuvant.reports.html import caption_of
from adjuvant.unknown import Unknown

from .conftest import HOSTILE, build, hostile

LOADING = {"src", "srcset", "data", "poster", "background", "action", "formaction", "xlink:href"}


def test_the_file_fetches_nothing_and_runs_nothing(pages) -> None:
    for read in pages.values():
        source = read.source
        assert not {tag for tag, _ in read.tags} & {
            "script",
            "iframe",
            "object",
            "embed",
            "link",
            "img",
            "base",
            "form",
        }
        for tag, attributes in read.tags:
            assert not LOADING & set(attributes), (tag, attributes)
            assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
            assert (attributes.get("href") or "#").startswith("#"), (tag, attributes)
            assert "style" not in attributes, (tag, attributes)
        addresses = re.findall(r"url\(\s*['\"]?([^)'\"]{0,40})", source)
        assert addresses
        assert all(address.startswith(("data:font/woff2;base64,", "#")) for address in addresses)
        assert "@import" not in source


def test_the_page_allows_itself_only_its_own_style_by_its_hash(outcome, page) -> None:
    source = html_report(outcome)
    (policy,) = [
        a["content"]
        for tag, a in page(source).tags
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    ]
    (style,) = re.findall(r"<style>(.*?)</style>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert (
        policy
        == f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'"
    )


def test_the_markup_nests_and_every_id_and_link_is_sound(pages) -> None:
    for read in pages.values():
        assert not read.badly_nested
        assert not read.open
        ids = read.ids()
        assert len(ids) == len(set(ids))
        targets = {a["href"][1:] for tag, a in read.tags if tag == "a"}
        assert targets <= set(ids)
        labelled = [a["aria-labelledby"] for _, a in read.tags if "aria-labelledby" in a]
        assert {name for names in labelled for name in names.split()} <= set(ids)
        headings = [int(tag[1]) for tag, _ in read.tags if re.fullmatch(r"h[1-6]", tag)]
        assert headings[0] == 1
        assert set(headings[1:]) == {2}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(text: str, page) -> None:
    clean, read = page(html_report(build())), page(html_report(hostile(text)))
    allowed = {tag for tag, _ in clean.tags}
    assert {tag for tag, _ in read.tags} <= allowed
    assert not read.badly_nested
    assert len([tag for tag, _ in read.tags if tag == "style"]) == 1
    assert not set("\u202e\u202d\u2066\u2067\x00\x1b\u2028") & set(read.source)
    if text.isascii() and text.isprintable():
        assert " ".join(text.split()) in read.words()


def test_the_words_at_the_foot_of_printed_sheets_cannot_leave_their_string() -> None:
    source = html_report(hostile('x"; } body { display: none } @page { content: "'))
    (style,) = re.findall(r"<style>(.*?)</style>", source, re.DOTALL)
    rule = style[style.rindex("@page") :]
    assert rule.count('"') == 2
    assert "display: none }" not in rule


def test_each_section_stands_in_its_place(outcome, page) -> None:
    words = page(html_report(outcome)).words()
    order = [
        "Adjuvant outcome report",
        "Synthetic data. Not a person.",
        "Clinical response.",
        "Not asked yet",
        "Also changed:",
        "Harms:",
        "Pain, time-weighted mean",
        "Harms, as charted",
        "What happened, and when",
        "published definitions, answered one by one",
        "Opioids, drug by drug",
        "Would another table say the same?",
        "What larger trials found",
        "Data quality",
        "Windows and rules",
        "Tables used, and for whom they were made",
        "Sources and versions",
        "How each figure came about",
        "The facts beneath",
    ]
    places = [words.index(part) for part in order]
    assert places == sorted(places)


def test_every_answer_stands_with_its_mark_its_word_and_what_is_missing(outcome, page) -> None:
    source = html_report(outcome)
    words = page(source).words()
    for answer in outcome.responses:
        assert answer.title in words
        assert answer.rule in words
        for need in answer.missing:
            assert need in words
    cells = re.findall(r'<span class="answer">(<svg.*?</svg>)<span>(.*?)</span>', source)
    shapes = {word: mark for mark, word in cells if word in ("Yes", "No", "Cannot evaluate")}
    assert set(shapes) == {"Yes", "No", "Cannot evaluate"}
    assert len(set(shapes.values())) == 3
    assert all('aria-hidden="true"' in mark for mark in shapes.values())


def test_the_ladder_always_shows_all_five_rungs(pages) -> None:
    for read in pages.values():
        (ladder,) = re.findall(r'<ol class="ladder">(.*?)</ol>', read.source, re.DOTALL)
        assert re.findall(r"<li class=\"(\w+)\"", ladder)[2:] == ["later", "later", "out"]
        for title in (
            "Evaluable",
            "Clinical response",
            "Beyond own variability",
            "Durable",
            "Proof of cause",
        ):
            assert f"<b>{title}</b>" in ladder


def test_every_derivation_is_one_click_away(outcome, page) -> None:
    read = page(html_report(outcome))
    details = [a["id"] for tag, a in read.tags if tag == "details"]
    assert details[:2] == ["d-pain", "d-opioids"]
    links = [a["href"][1:] for tag, a in read.tags if tag == "a"]
    assert {"d-pain", "d-opioids", "d-drug-1-before", "d-drug-2-before", "d-drug-2-after"} <= set(links)
    words = read.words()
    for item in outcome.opioids.drugs:
        for mean in (item.before, item.after):
            for step in mean.derivation if mean else ():
                assert step.text.replace(" ug", " microgram") in words


def test_what_cannot_be_said_is_said_and_never_shown_as_zero(outcome, page) -> None:
    unknown = Unknown("a body weight")
    blind = replace(
        outcome,
        pain=replace(
            outcome.pain, change=unknown, percent=unknown, before=replace(outcome.pain.before, mean=unknown)
        ),
        opioids=replace(
            outcome.opioids, percent=unknown, before=replace(outcome.opioids.before, complete=False)
        ),
        rescue_per_day_before=unknown,
        goal_share_after=unknown,
    )
    words = page(html_report(blind)).words()
    assert "cannot evaluate" in words
    assert words.count("missing: a body weight") >= 2
    assert "at least 448.8" in words
    assert "no percentage" in words


def test_refused_tables_stay_in_the_list_with_their_reason(outcome, page) -> None:
    read = page(html_report(outcome))
    assert "Refused: hydromorphone: no factor in the table" in read.words()
    strips = re.findall(r'<circle class="(full|open)"', read.source)
    assert sorted(strips) == ["full", "open", "open", "open", "open"]


def test_the_same_outcome_gives_the_same_bytes() -> None:
    assert html_report(build()) == html_report(build())


def test_the_caption_names_the_clock_and_how_lines_are_drawn(outcome) -> None:
    caption = caption_of(course_content(outcome)).replace("\u00a0", " ")
    assert "America/New_York, UTC−05:00; from day 3 at 03:00 UTC−04:00" in caption
    assert "up to 8 h apart" in caption
    assert "Hatched: no reading" in caption


def test_dark_is_for_screens_and_paper_is_always_light(outcome) -> None:
    source = html_report(outcome)
    assert "@media screen and (prefers-color-scheme: dark)" in source
    assert source.count("prefers-color-scheme: dark") == 1
