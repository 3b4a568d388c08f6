"""What comes back when a comment cannot be taken as it was filled in."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.comments.models import Comment
from tests.comments.sending import Fields, send
from tests.factories import Factory
from tests.pages import Page

SUMMARY = "//*[@role='alert']"


WRONG = [
    # field, what is filled in, what is said
    ("name", "", "Give a name; it stands under your comment."),
    ("name", " \u200b\n ", "Give a name; it stands under your comment."),
    ("name", "…!", "A name needs a letter or a digit."),
    ("name", "\u115f\u2800", "A name needs a letter or a digit."),
    ("name", "n" * 81, "A name takes 80 characters at most."),
    ("email", "ann@", "That is not an e-mail address. It looks like name@example.org; you may also leave it out."),
    (
        "email",
        "ann@example.org\nBcc: x",
        "That is not an e-mail address. It looks like name@example.org; you may also leave it out.",
    ),
    ("body", "", "Write a comment first."),
    ("body", " \n\t ", "Write a comment first."),
    ("body", "\u200b\u2060\x07", "Write a comment first."),
    ("body", "\u3164 \u2800", "Nothing of this would be visible. Write it in other words."),
    ("body", "x" * 5_312, "5,312 characters; the limit is 5,000. Cut 312."),
    ("body", "😀" * 5_001, "5,001 characters; the limit is 5,000. Cut 1."),
]


def test_a_wrong_field_is_named_in_the_summary_and_at_the_field(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    for field, value, message in WRONG:
        filled_in: Fields = {field: value}
        page = Page(send(client, **filled_in))
        assert page.answer.status_code == 422, message
        assert page.texts(f"{SUMMARY}//a[@href='#{field}']") == [message]
        assert page.error_at(field) == message
        assert page.text("//title").startswith("Error: ")
        assert [name for name in ("name", "email", "body") if page.error_at(name)] == [field]
    assert factory.ask(sa.select(sa.func.count()).select_from(Comment)) == [0]


def test_what_was_filled_in_comes_back(client: FlaskClient, factory: Factory) -> None:
    factory.article("news", title="Nine new bridges")
    text = 'First line.\n\n<b>"Quoted"</b> & more </textarea><script>alert(1)</script>'
    page = Page(send(client, name="Ann <i>Reader</i>", email="ann@", body=text))
    assert page.field("name") == "Ann <i>Reader</i>"
    assert page.field("email") == "ann@"
    assert page.field("body").strip() == text
    assert not page.find("//main//script")


def test_several_wrong_fields_are_all_named_at_once(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    page = Page(send(client, name="", email="ann@", body=""))
    assert len(page.find(f"{SUMMARY}//li")) == 3
    assert all(page.error_at(name) for name in ("name", "email", "body"))


def test_the_form_comes_back_on_a_page_of_its_own_with_the_articles_title_and_not_its_text(
    client: FlaskClient, factory: Factory
) -> None:
    factory.article("news", body="The whole story.\n", title="Nine new bridges")
    page = Page(send(client, name=""))
    assert page.text("//*[@class='about']/a") == "Nine new bridges"
    assert "The whole story." not in page.text()
    assert page.attribute("//form[@id='comment-form']", "action") == "/articles/news/comments"


def test_a_wrong_reply_comes_back_with_the_comment_that_it_answers(client: FlaskClient, factory: Factory) -> None:
    parent = factory.published(factory.article("news"), "Bridges are cheap.", editor=factory.editor())
    page = Page(send(client, name="", parent=str(parent)))
    assert page.text("//*[@class='quoted']/blockquote") == "Bridges are cheap."
    assert page.field("parent") == str(parent)


def test_a_page_of_errors_is_private(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    answer = send(client, name="")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in answer.headers


def test_exactly_5000_characters_are_taken_however_they_are_encoded(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    assert send(client, body="x" * 5_000).status_code == 303
    assert send(client, body="😀" * 5_000).status_code == 303


def test_what_cannot_be_seen_does_not_count_towards_the_limit_and_is_not_stored(
    client: FlaskClient, factory: Factory
) -> None:
    factory.article("news")
    assert send(client, body="\u200b" * 50_000 + "x" * 5_000).status_code == 303
    assert factory.ask(sa.select(sa.func.length(Comment.source))) == [5_000]
