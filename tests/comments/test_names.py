"""A reader cannot pass for one who writes here."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.comments.models import Comment
from tests.comments.sending import send
from tests.factories import Factory
from tests.pages import Page

TOO_CLOSE = "That name is too close to an editor's. Choose another, or add an initial."

EDITH_WARD = {
    "as it is": "Edith Ward",
    "in capitals": "EDITH WARD",
    "spaced": " Edith   Ward ",
    "run together": "EdithWard",
    "dotted": "Edith.Ward",
    "with an accent": "Édith Ward",
    "with a combining accent": "Edith\u0301 Ward",
    "with a zero-width space": "Edi\u200bth Ward",
    "with a joiner": "Edi\u200dth Ward",
    "with a tick after it": "Edith Ward ✓",
    "in Cyrillic letters": "Еdіth Wаrd",
    "in Greek letters": "Εdith Ward",
    "in Armenian and Cherokee letters": "Eԁith Ꮃard",
    "full width": "Ｅｄｉｔｈ Ｗａｒｄ",
    "in mathematical bold": "𝐄𝐝𝐢𝐭𝐡 𝐖𝐚𝐫𝐝",
    "with a one for an i": "Ed1th Ward",
    "with an l for an i": "Edlth Ward",
    "with two v for a w": "Edith VVard",
}


@pytest.fixture
def newsroom(factory: Factory) -> Factory:
    factory.editor("Edith Ward")
    factory.article("news", byline="Rosa Martin-Oort")
    return factory


def test_a_name_that_looks_like_an_editors_is_refused(client: FlaskClient, newsroom: Factory) -> None:
    taken = {how: Page(send(client, name=name)) for how, name in EDITH_WARD.items()}
    assert {how: page.error_at("name") for how, page in taken.items()} == dict.fromkeys(EDITH_WARD, TOO_CLOSE)
    assert {page.answer.status_code for page in taken.values()} == {422}
    assert newsroom.ask(sa.select(sa.func.count()).select_from(Comment)) == [0]


def test_the_text_of_one_whose_name_is_refused_is_kept(client: FlaskClient, newsroom: Factory) -> None:
    page = Page(send(client, name="Edith Ward", body="I write this."))
    assert page.field("body").strip() == "I write this."
    assert page.texts("//*[@role='alert']//a[@href='#name']") == [TOO_CLOSE]


def test_a_name_that_looks_like_a_byline_is_refused(client: FlaskClient, newsroom: Factory) -> None:
    for name in ("Rosa Martin-Oort", "rosa martin oort", "Rоsа Martin-Ооrt", "Rosa Martin-O0rt"):
        assert Page(send(client, name=name)).error_at("name") == TOO_CLOSE, name


def test_a_name_that_looks_like_an_authors_is_refused(client: FlaskClient, newsroom: Factory) -> None:
    newsroom.described("ada-king", name="Ada King-Byron")
    newsroom.article("unsigned", byline=None, authors=["ada-king"])
    assert Page(send(client, name="ADA KING BYR0N")).error_at("name") == TOO_CLOSE
    # An article without a byline takes no name.
    assert Page(send(client, name="???")).error_at("name") != TOO_CLOSE


def test_other_names_are_free_in_every_script(client: FlaskClient, newsroom: Factory) -> None:
    names = ["Edith W. Ward", "Edith", "Ward", "Judith Ward", "Эдит Уорд", "伊迪丝", "إديث", "ש"]
    for number, name in enumerate(names):
        assert send(client, name=name, via=f"198.51.100.{number}").status_code == 303, name
    assert newsroom.ask(sa.select(Comment.author).order_by(Comment.id)) == names


def test_the_name_of_an_editor_who_has_left_stays_taken(app: Flask, client: FlaskClient, newsroom: Factory) -> None:
    assert app.test_cli_runner().invoke(args=["editors", "disable", "edith@example.org"]).exit_code == 0
    assert Page(send(client, name="Edith Ward")).error_at("name") == TOO_CLOSE
