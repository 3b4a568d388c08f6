"""Which names and words a person could take for one another."""

from __future__ import annotations

import pytest

from app.core.lookalikes import plain, skeleton


@pytest.mark.parametrize(
    "lookalike",
    [
        "EDITH WARD",
        "edith  ward",
        "Edith-Ward",
        "Édïth Wàrd",
        "Edіth Wаrd",
        "Εdith Ward",
        "Ed1th Ward",
        "Ed!th Ward",
        "Ｅｄｉｔｈ Ｗａｒｄ",
        "𝐄𝐝𝐢𝐭𝐡 𝖂𝖆𝖗𝖉",
        "Edith VVard",
        "Edith\u200bWard",
        "E\u0301dith Ward",
        "ⓔdith ward",
    ],
)
def test_this_could_be_taken_for_edith_ward(lookalike: str) -> None:
    assert skeleton(lookalike) == skeleton("Edith Ward")


@pytest.mark.parametrize("other", ["Edith Wood", "Judith Ward", "Edith", "Ward", "Edith W.", "エディス"])
def test_this_could_not_be_taken_for_edith_ward(other: str) -> None:
    assert skeleton(other) != skeleton("Edith Ward")


def test_rn_looks_like_m_and_zero_like_o() -> None:
    assert skeleton("Corn") == skeleton("Com") == skeleton("C0rn")


def test_names_in_other_scripts_stay_apart() -> None:
    names = ["李明", "王芳", "محمد", "नेहा", "이민호", "Дмитрий", "Сергей", "Ελένη"]
    assert len({skeleton(name) for name in names}) == len(names)


@pytest.mark.parametrize("name", ["", " ", "…", "?", "\u200b", "👍"])
def test_what_shows_no_letter_has_no_skeleton(name: str) -> None:
    assert skeleton(name) == ""


@pytest.mark.parametrize(
    "disguised", ["Frée Mönèy!", "Frеe Mоney!", "Ｆｒｅｅ Ｍｏｎｅｙ！", "𝐅𝐫𝐞𝐞 𝖬𝗈𝗇𝖾𝗒!", "Fre\u0301e Money!"]
)
def test_a_text_made_plain_keeps_its_case_and_punctuation(disguised: str) -> None:
    assert plain(disguised) == "Free Money!"


@pytest.mark.parametrize("word", ["Привет", "сосна", "καλημέρα".replace("έ", "ε"), "한국어", "日本"])
def test_a_word_in_another_script_is_left_as_it_is(word: str) -> None:
    assert plain(word) == word
