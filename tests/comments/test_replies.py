"""Replying to a comment."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.comments.models import Comment
from tests.comments.sending import receipt_token, send
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page

GONE = "The comment you replied to is no longer shown. You can still send yours to the article."


@pytest.fixture
def editor(factory: Factory) -> Identity:
    return factory.editor()


def test_the_reply_link_leads_to_a_form_that_quotes_the_comment(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    article = factory.article("news", body="The whole story.\n", title="Nine new bridges")
    comment = factory.published(article, "Bridges are *cheap*.", editor=editor, author="Bo")
    link = Page(client.get("/articles/news")).link("//a[@class='reply']")
    assert link == f"/comments/{comment}/reply"
    page = Page(client.get(link))
    assert page.text("//h1") == "Your reply"
    assert page.text("//*[@class='about']/a") == "Nine new bridges"
    assert page.text("//*[@class='quoted']/blockquote") == "Bridges are cheap."
    assert page.text("//*[@class='quoted']//a") == "In reply to Bo"
    assert page.link("//*[@class='quoted']//a") == f"/comments/{comment}"
    assert (page.field("parent"), page.field("body").strip()) == (str(comment), "")
    assert "The whole story." not in page.text()


def test_what_the_form_sends_is_a_reply_to_that_comment(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    comment = factory.published(factory.article("news"), editor=editor)
    form = Page(client.get(f"/comments/{comment}/reply"))
    fields = {element.get("name"): element.value or "" for element in form.find("//form//*[@name]")}
    answer = client.post(form.attribute("//form", "action"), data={**fields, "name": "Cy", "body": "They are not."})
    receipt_token(answer)
    assert factory.ask(sa.select(Comment.parent_id).where(Comment.author == "Cy")) == [comment]


def test_a_reply_form_is_the_same_for_everyone(client: FlaskClient, factory: Factory, editor: Identity) -> None:
    comment = factory.published(factory.article("news"), editor=editor)
    answer = client.get(f"/comments/{comment}/reply")
    assert "public" in answer.headers["Cache-Control"]
    assert Page(answer).attribute("//meta[@name='robots']", "content") == "noindex"


def test_what_is_not_shown_has_neither_a_reply_form_nor_an_address(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    for verb in (None, "reject", "spam"):
        comment, _token = factory.comment(factory.article("news"))
        if verb:
            factory.decide(editor, comment, verb)
        assert client.get(f"/comments/{comment}/reply").status_code == 404
        assert client.get(f"/comments/{comment}").status_code == 404


def test_nothing_leads_to_the_comments_of_an_article_that_is_not_out(
    client: FlaskClient, factory: Factory, editor: Identity, frozen_clock: FrozenClock
) -> None:
    article = factory.article("news")
    comment = factory.published(article, editor=editor)
    assert client.get(f"/comments/{comment}").status_code == 302
    factory.article("news", published=frozen_clock().replace(day=21))
    assert client.get(f"/comments/{comment}/reply").status_code == 404
    assert client.get(f"/comments/{comment}").status_code == 404


def test_a_reply_to_what_was_rejected_meanwhile_can_still_be_sent_to_the_article(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    comment = factory.published(factory.article("news"), "Bridges are cheap.", editor=editor)
    factory.decide(editor, comment, "reject")
    page = Page(send(client, body="They are not.", parent=str(comment)))
    assert page.answer.status_code == 409
    assert page.text("//*[@role='alert']") == GONE
    assert "Bridges are cheap." not in page.text()
    assert (page.field("body").strip(), page.field("parent")) == ("They are not.", "")


def test_what_names_no_comment_of_the_article_is_no_parent(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    for parent in ("0", "-1", "999", "9" * 30, "x", "１", "1 OR 1=1", "1.0"):
        assert Page(send(client, parent=parent)).text("//*[@role='alert']") == GONE, parent
    assert factory.ask(sa.select(sa.func.count()).select_from(Comment)) == [0]


def test_a_comment_on_another_article_is_no_parent(client: FlaskClient, factory: Factory, editor: Identity) -> None:
    factory.article("news")
    foreign = factory.published(factory.article("other"), "Off topic.", editor=editor)
    page = Page(send(client, parent=str(foreign)))
    assert page.answer.status_code == 409
    assert "Off topic." not in page.text()


def test_a_wrong_field_in_a_reply_to_a_comment_on_another_article_does_not_quote_it(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    factory.article("news")
    foreign = factory.published(factory.article("other"), "Off topic.", editor=editor)
    assert "Off topic." not in Page(send(client, name="", parent=str(foreign))).text()
