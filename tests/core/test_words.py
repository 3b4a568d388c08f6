"""The words of running text, folded as phrases are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.lookalikes import words


def folded(text: str, one: str = "i") -> list[str]:
    return [word.folded for word in words(text, one)]


@pytest.mark.parametrize(
    "written",
    [
        "casino",
        "CASINO",
        "Cásìnö",
        "ca\u200bsi\u00adno",
        "c\u0430sin\u043e",
        "ｃａｓｉｎｏ",
        "𝖈𝖆𝖘𝖎𝖓𝖔",
        "cas1no",
        "ca5in0",
        "cas!no",
        "cas|no",
        "ca's’ino",
        "c\ufe0fasino",
    ],
)
def test_this_reads_as_casino(written: str) -> None:
    assert folded(written) == ["casino"]


@pytest.mark.parametrize("written", ["casinos", "ca sino", "ca-sino", "ca_sino", "cas‑ino", "cosino", "casіnо\u0436"])
def test_this_does_not_read_as_casino(written: str) -> None:
    assert folded(written) != ["casino"]


def test_what_can_be_an_i_or_an_l_is_read_as_asked() -> None:
    assert (folded("k1ll KiII"), folded("k1ll KiII", "l")) == (["kill", "kiii"], ["klll", "kill"])


def test_words_that_differ_in_an_i_or_an_l_stay_apart() -> None:
    assert folded("fail")[0] != folded("fall", "l")[0]
    assert folded("burn")[0] != folded("bum")[0]


def test_a_number_stays_one() -> None:
    assert folded("10 or 150,000") == ["10", "or", "150", "000"]


def test_a_word_of_another_script_stays_one() -> None:
    assert folded("рост Ελένη नेहा की कि") == ["рост", "ελενη", "नेहा", "की", "कि"]


def test_points_of_hebrew_and_arabic_are_dropped_and_vowels_of_hindi_are_not() -> None:
    assert folded("שָׁלוֹם") == folded("שלום")
    assert folded("مُحَمَّد") == folded("محمد")
    assert folded("की") != folded("कि")


def test_where_no_space_stands_between_words_each_character_is_one() -> None:
    assert folded("买伟哥now吧") == ["买", "伟", "哥", "now", "吧"]


def test_a_word_knows_where_it_stood() -> None:
    text = "Buy (ca\u200bsino)!"
    assert [text[word.start : word.end] for word in words(text)] == ["Buy", "ca\u200bsino"]


@pytest.mark.parametrize("text", ["", "…", "👍 \u200b", "-- !! ||"])
def test_what_has_no_letter_has_no_words(text: str) -> None:
    assert words(text) == []


@given(st.text(alphabet="aiIL10|!'5_- .\n\x00", max_size=12), st.sampled_from("il"))
def test_english_is_folded_by_its_own_way_as_it_is_among_other_scripts(text: str, one: str) -> None:
    assert words(text, one) == words(f"{text} …", one)
