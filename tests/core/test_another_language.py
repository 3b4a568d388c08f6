"""A site in another language than English, written from right to left: LOCALE."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.accounts.queries import Identity
from app.config import Config, ConfigError
from tests.catalogs import CLOSE, OPEN, write_bracketed
from tests.conftest import ON_SQLITE
from tests.factories import Factory
from tests.pages import Page


@pytest.fixture
def hebrew(app_with: Callable[..., Flask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The site in a Hebrew that is the English text between brackets."""
    write_bracketed(tmp_path / "translations", "he")
    monkeypatch.setenv("FLASK_BABEL_TRANSLATION_DIRECTORIES", str(tmp_path / "translations"))
    return app_with(locale="he")


@ON_SQLITE
def test_a_readers_page_is_in_the_sites_language_to_the_last_word(
    hebrew: Flask, factory: Factory, edith: Identity
) -> None:
    faq = [{"question": "11?", "answer": "12."}]
    article = factory.article("news", "13.\n", title="14", byline="15", standfirst="16", tags=["17"], faq=faq)
    parent = factory.published(article, "18.", author="19", editor=edith)
    factory.published(article, "20.", author="21", parent_id=parent, editor=edith)
    client = hebrew.test_client()
    for path in (
        "/articles/news",
        "/",
        "/faq",
        "/corrections",
        f"/comments/{parent}/reply",
        f"/comments/{parent}/report",
    ):
        page = Page(client.get(path))
        assert (page.attribute("/html", "lang"), page.attribute("/html", "dir")) == ("he", "rtl")
        shown = [str(text) for text in page.find("//body//text()[not(parent::script)]")]
        shown += [str(text) for text in page.find("//@aria-label | //@alt | //@placeholder | //title/text()")]
        left = re.sub(rf"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", "", "\n".join(shown).replace("Broadsheet", ""))
        assert re.findall(r"[A-Za-z]{2,}", left) == [], path
    article_page = Page(client.get("/articles/news"))
    assert f"{OPEN}Send{CLOSE}" in article_page.texts("//button")
    assert f"{OPEN}2 comments{CLOSE}" in article_page.text("//header//p[@class='meta']")
    assert "20 נובמבר 2026" in article_page.text("//header//p[@class='meta']")
    wrong = client.post("/articles/news/comments", data={"name": "", "body": "A point."}).text
    assert f"{OPEN}Give a name; it stands under your comment.{CLOSE}" in wrong


@ON_SQLITE
def test_without_a_setting_the_page_is_english(app: Flask) -> None:
    page = Page(app.test_client().get("/"))
    assert (page.attribute("/html", "lang"), page.attribute("/html", "dir")) == ("en", "ltr")


def test_a_language_that_is_none_is_refused(tmp_path: Path) -> None:
    for word in ("english", "xx", "en_", "../en", "en us"):
        with pytest.raises(ConfigError, match="LOCALE is"):
            Config(instance_path=tmp_path, locale=word).completed()
    assert Config(instance_path=tmp_path, locale="pt-BR").completed().locale == "pt-BR"
