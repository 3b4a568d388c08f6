"""Whether an article takes comments: what its file says, and what the desk does."""

from __future__ import annotations

import hashlib
import json

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.articles.admin.listing import PAGE
from app.articles.models import Article, CommentsState
from tests.articles.conftest import WHOLE, Load, WriteFile
from tests.factories import Factory, send_form
from tests.pages import Page

PATH = "/admin/articles"


def state(factory: Factory) -> CommentsState:
    (found,) = factory.ask(sa.select(Article.comments))
    assert isinstance(found, CommentsState)
    return found


def saying(word: str) -> str:
    return WHOLE.replace("title:", f"comments: {word}\ntitle:", 1)


def set_state(browser: FlaskClient, word: str, article: int = 1) -> Page:
    send_form(browser, f"{PATH}/{article}/comments", {"state": word})
    return Page(browser.get(PATH))


@pytest.mark.parametrize("word", ["open", "closed", "off", "'off'"])
def test_a_file_says_whether_its_article_takes_comments(
    load: Load, write: WriteFile, factory: Factory, word: str
) -> None:
    path = write(saying(word))
    assert load(path).output == f"{path}: added\n"
    assert state(factory) == word.strip("'")
    assert load(path).output == f"{path}: unchanged\n"


def test_a_file_that_says_nothing_leaves_it_to_the_desk(
    load: Load, write: WriteFile, factory: Factory, browser: FlaskClient
) -> None:
    load(write(WHOLE))
    assert state(factory) is CommentsState.OPEN
    set_state(browser, "off")
    assert load(write(WHOLE)).output.endswith(": unchanged\n")
    assert load(write(WHOLE.replace("They are old.", "They are new."))).output.endswith(": updated\n")
    assert state(factory) is CommentsState.OFF


def test_what_the_desk_has_changed_a_file_that_says_otherwise_does_not_overwrite(
    load: Load, write: WriteFile, factory: Factory, browser: FlaskClient
) -> None:
    path = write(saying("open"))
    load(path)
    set_state(browser, "closed")
    refused = load(path)
    assert (refused.exit_code, state(factory)) == (1, CommentsState.CLOSED)
    assert load("--force", path).exit_code == 0
    assert state(factory) is CommentsState.OPEN


def test_a_file_that_begins_to_say_it_is_loaded_and_dates_no_change_of_the_text(
    load: Load, write: WriteFile, factory: Factory
) -> None:
    load(write(WHOLE))
    assert load(write(saying("closed"))).output.endswith(": updated\n")
    assert state(factory) is CommentsState.CLOSED
    assert load(write(saying("open"))).output.endswith(": updated\n")
    assert state(factory) is CommentsState.OPEN
    assert factory.ask(sa.select(Article.updated_at)) == [None]


def test_what_was_loaded_before_there_was_the_field_counts_as_unchanged(
    load: Load, write: WriteFile, factory: Factory
) -> None:
    """So its digest is made of the same fields as ever."""
    load(write(WHOLE))
    (article,) = factory.ask(sa.select(Article))
    with factory.app.app_context():
        fields = {
            "title": article.title,
            "byline": article.byline,
            "standfirst": article.standfirst,
            "published": article.published_at.isoformat(),
            "source": article.source,
            "sample": article.sample,
            "tags": ["Bridges", "City"],
            "related": article.related,
            "sources": article.sources,
            "faq": [["How many bridges?", "*Nine*."], ["How many bridges?", "Still nine."]],
            "drawings": {},
        }
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False)
    assert article.loaded_digest == hashlib.sha256(text.encode()).hexdigest()


def test_the_desk_lists_articles_and_says_what_it_did(browser: FlaskClient, factory: Factory) -> None:
    factory.article("news", title="The news")
    page = Page(browser.get(PATH))
    assert page.text("//select/option[@selected]") == "Open"
    page = set_state(browser, "off")
    assert page.text("//*[@role='status']") == "“The news” takes no comments and shows none."
    assert page.text("//select/option[@selected]") == "Off"


def test_the_list_has_pages(browser: FlaskClient, factory: Factory) -> None:
    for number in range(PAGE + 1):
        factory.article(f"number-{number}")
    first = Page(browser.get(PATH))
    assert len(first.find("//ul[@class='listed']/li")) == PAGE
    older = first.link("//a[@rel='next']")
    assert older is not None
    assert Page(browser.get(older)).texts("//p[@class='listed-title']/a") == ["About number-0"]


def test_what_is_no_state_or_no_article_changes_nothing(browser: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    assert send_form(browser, f"{PATH}/1/comments", {"state": "shut"}).status_code == 400
    assert send_form(browser, f"{PATH}/9/comments", {"state": "off"}).status_code == 404
    assert browser.get(f"{PATH}?before=nothing-here").status_code == 404
    assert state(factory) is CommentsState.OPEN
