"""Text that arrives bit by bit is cut where it would be cut whole, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model.sentences import LONGEST, Sentences, pieces

TEXTS = st.text(alphabet="。！？；.\n「」”）)* 不超过15万元[2.2.5]|-aB,，", max_size=300)


@given(TEXTS, st.lists(st.integers(1, 9), max_size=200))
def test_however_it_arrives_the_pieces_are_the_same_and_join_to_the_text(text: str, sizes: list[int]) -> None:
    cutter, found, at = Sentences(), [], 0
    for size in sizes:
        found += cutter.feed(text[at : at + size])
        at += size
    found += cutter.feed(text[at:]) + cutter.rest()
    assert found == pieces(text)
    assert "".join(found) == text


CUT = [
    ("您好！奖励不超过15万元。", ["您好！", "奖励不超过15万元。"]),
    ("依据「不得重复享受。当企业」。好", ["依据「不得重复享受。当企业」。", "好"]),
    ("- 一\n- 二", ["- 一\n", "- 二"]),
    ("At most 3.5 million. See No. 8 of it. Yes", ["At most 3.5 million. ", "See No. 8 of it. ", "Yes"]),
    ("（上限。）其他", ["（上限。）", "其他"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), CUT)
def test_a_piece_ends_where_a_reader_would_pause(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_a_text_without_any_stop_is_cut_all_the_same() -> None:
    assert [len(piece) for piece in pieces("万" * (2 * LONGEST + 5))] == [LONGEST, LONGEST, 5]
