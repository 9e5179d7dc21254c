"""Labels: none covers another, each stands as near as may be to what it names, and what fits nowhere is said."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from adjuvant.reports.figure.labels import Label, fitted, in_rows, spread, wrapped
from adjuvant.reports.figure.svg import span_width

words = st.text(alphabet="abcdefghij 0123456789", min_size=1, max_size=20)
labels = st.lists(
    st.builds(
        lambda x, text, anchor: Label(x, (((text, "b"),), ((text[:2], ""),)), anchor),
        st.floats(-20, 420),
        words,
        st.sampled_from(["start", "middle", "end"]),
    ),
    max_size=25,
)


@given(wanted=labels)
def test_no_label_covers_another_and_none_is_lost(wanted) -> None:
    placed, missed = in_rows(wanted, 0, 400, 3)
    assert len(placed) + len(missed) == len(wanted)
    for index, one in enumerate(placed):
        assert one.x >= 0
        assert one.x + one.width <= 400.0001
        for other in placed[index + 1 :]:
            if one.row == other.row:
                assert one.x + one.width <= other.x or other.x + other.width <= one.x


@given(
    boxes=st.lists(st.tuples(st.floats(0, 100), st.floats(5, 30)), max_size=3),
)
def test_boxes_beside_the_data_never_overlap(boxes) -> None:
    heights = [height for _, height in boxes]
    tops = spread([top for top, _ in boxes], heights, 0, 100)
    spans = sorted(zip(tops, heights, strict=True))
    for (top, height), (below, _) in itertools.pairwise(spans):
        assert top + height <= below + 1e-6
    if sum(heights) <= 100:
        assert all(top >= -1e-6 and top + height <= 100 + 1e-6 for top, height in spans)


def test_a_box_that_has_room_stays_where_it_wants_to_be() -> None:
    assert spread([10, 50], [10, 10], 0, 100) == [10, 50]


@given(text=words, room=st.floats(20, 200))
def test_a_cut_label_fits_and_says_that_it_was_cut(text, room) -> None:
    spans = fitted(text, "b", room)
    assert span_width(spans) <= room
    assert spans[0][0] == text or spans[0][0].endswith("…")


@given(text=words, room=st.floats(40, 200))
def test_wrapped_words_keep_their_order_and_their_room(text, room) -> None:
    lines = wrapped(text, "", room)
    assert all(span_width(line) <= room for line in lines)
    assert "".join(line[0][0] for line in lines).replace("…", "").replace(" ", "") in text.replace(
        " ", ""
    ) or any("…" in line[0][0] for line in lines)
