"""Whether a reader is named beside what the article took up, which is asked on the receipt."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.articles.correcting import correct
from app.articles.models import FaqEntry
from app.articles.questions import answer
from app.audit.models import AuditEntry
from app.core.db import transaction
from app.core.markup import render_article
from tests.factories import Factory
from tests.pages import Page
from tests.receipts.conftest import Author, Editors

SECTION = "//section[@aria-labelledby='credit']"
CREDIT = "//*[contains(@class, 'owed')]"


@pytest.fixture
def taken_up(factory: Factory, author: Author, editors: Editors) -> Author:
    """Ann's comment is published and answered in the article's questions."""
    editors.decide(author, "publish")
    with factory.app.app_context(), transaction() as session:
        markup = render_article("So.", {})
        answer(
            session,
            author.comment().article_id,
            actor=editors.edith.actor,
            question="Why?",
            text="So.",
            markup=markup,
            asked_in_id=author.id,
            credit=None,
        )
    return author


def test_nothing_is_asked_as_long_as_nothing_was_taken_up(author: Author, editors: Editors) -> None:
    editors.decide(author, "publish")
    assert not author.receipt().find(SECTION)
    assert author.post("credit", named="1").status_code == 303
    assert "Ann" not in author.client.get("/faq").text


def test_the_reader_agrees_to_be_named_and_takes_it_back(taken_up: Author, client: FlaskClient) -> None:
    section = taken_up.receipt().text(SECTION)
    assert "credited to ‘a reader’" in section
    assert taken_up.receipt().link(f"{SECTION}//a") == "/articles/news#faq-why"
    assert Page(client.get("/articles/news")).text(CREDIT) == "Asked by a reader"
    agreed = taken_up.post("credit", named="1")
    assert (agreed.status_code, agreed.location) == (303, taken_up.path)
    assert Page(client.get("/articles/news")).text(CREDIT) == "Asked by Ann Reader"
    assert "credited to Ann Reader, as you agreed" in taken_up.receipt().text(SECTION)
    taken_up.post("credit")
    assert Page(client.get("/articles/news")).text(CREDIT) == "Asked by a reader"
    assert "credited to ‘a reader’" in taken_up.receipt().text(SECTION)


def test_one_answer_holds_for_all_that_was_taken_up(taken_up: Author, factory: Factory, client: FlaskClient) -> None:
    with factory.app.app_context(), transaction() as session:
        article, markup = taken_up.comment().article_id, render_article("Nine.", {})
        correct(session, article, actor="editor:1", text="Nine.", markup=markup, found_in_id=taken_up.id)
    taken_up.post("credit", named="1")
    page = Page(client.get("/articles/news"))
    assert page.texts(CREDIT) == ["Found by Ann Reader", "Asked by Ann Reader"]


def test_what_is_taken_up_later_is_asked_for_again(taken_up: Author, factory: Factory) -> None:
    taken_up.post("credit", named="1")
    with factory.app.app_context(), transaction() as session:
        article, markup = taken_up.comment().article_id, render_article("Nine.", {})
        correct(session, article, actor="editor:1", text="Nine.", markup=markup, found_in_id=taken_up.id)
    assert "credited to ‘a reader’" in taken_up.receipt().text(SECTION)


def test_a_stranger_cannot_answer_for_the_reader(taken_up: Author, factory: Factory, client: FlaskClient) -> None:
    assert client.post(f"/receipts/{'x' * 22}/credit", data={"named": "1"}).status_code == 404
    cross_site = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(f"{taken_up.path}/credit", data={"named": "1"}, headers=cross_site).status_code == 403
    assert factory.ask(sa.select(FaqEntry.credit)) == [None]


def test_the_record_keeps_that_the_reader_agreed_and_not_the_name(taken_up: Author, factory: Factory) -> None:
    taken_up.post("credit", named="1")
    taken_up.post("credit")
    rows = factory.ask(sa.select(AuditEntry).where(AuditEntry.actor == "reader").order_by(AuditEntry.id))
    assert [(row.verb, row.subject, row.detail) for row in rows] == [
        ("agree to be named", f"comment:{taken_up.id}", ""),
        ("take the name back", f"comment:{taken_up.id}", ""),
    ]
