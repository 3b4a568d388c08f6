"""The sample articles."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.articles.content import ArticleContent
from app.articles.files import read_article_file
from app.articles.models import Article
from app.core.db import transaction
from app.core.markup import plain_text
from app.sample.loading import load_samples
from tests.factories import Factory
from tests.pages import Page

FOLDER = Path(__file__).parents[2] / "app" / "sample"
FILES = sorted(FOLDER.glob("*.md"))
MAIN = FOLDER / "trump-anthropic-national-security.md"

FACTS = [
    # who
    "Donald Trump", "Anthropic", "OpenAI", "Dario Amodei", "chief executive", "spokesperson", "Chief Editor",
    # what
    "Fable 5", "Mythos 5", "national security", "export control", "foreign citizens", "foreign entities",
    "for every user", "critical infrastructure", "keeps its lead", "nearly $1 trillion", "funding round",
    "frontier models", "intellectual property", "Defense Production Act", "national emergency", "precedent",
    "technical staff",
    # when and where
    "last week", "earlier in the week", "White House", "G7", "France", "summit",
    # who said so
    "Reuters", "Axios", "The Axios Show", "DPA", "Analysts", "President Trump on Iran, China and American power",
    # the words themselves
    "“very quickly”", "“responsibly”", "“continued partnership”",
    "“I have the authority to use many things. But I’m not sure that I should do it.”",
    # what the source contradicts itself in
    "contradicts itself",
]  # fmt: skip


@pytest.fixture(scope="module")
def main() -> ArticleContent:
    return read_article_file(MAIN)


def words_of(article: ArticleContent) -> str:
    """All that readers see of an article, quotations and captions included."""
    faq = [f"{entry.question}\n{plain_text(entry.html)}" for entry in article.faq]
    sources = [" ".join(str(value) for value in source.values()) for source in article.sources]
    parts = [article.title, article.byline, article.standfirst, plain_text(article.markup.html), *faq, *sources]
    return " ".join("\n".join(parts).split())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sample_can_be_read(path: Path) -> None:
    article = read_article_file(path)
    assert article.slug == path.stem
    assert article.standfirst
    assert set(article.related) <= {file.stem for file in FILES} - {article.slug}


def test_there_are_at_least_six() -> None:
    assert len(FILES) >= 6


@pytest.mark.parametrize("fact", FACTS)
def test_the_main_article_holds_every_fact_of_its_source(main: ArticleContent, fact: str) -> None:
    assert fact in words_of(main)


def test_the_main_article_keeps_the_shape_of_its_source(main: ArticleContent) -> None:
    html = main.markup.html
    assert main.sample
    assert main.byline == "Chief Editor"
    assert len(main.faq) == 3
    assert [heading.text for heading in main.markup.headings if not heading.text.endswith("?")] == []
    assert len(main.markup.headings) >= 4
    assert html.count("<figure") == html.count("<figcaption") == html.count("<svg") == 2
    assert "Did you know?" in html
    assert "<cite>President Trump on Iran, China and American power</cite>" in html
    assert "data-embed" not in html
    assert main.markup.frame_hosts == ()
    assert html.rstrip().endswith("</p>")
    assert {'href="#comment-form"', 'href="/feed.atom"'} <= set(re.findall(r'href="[^"]+"', html[html.rindex("<p>") :]))


def test_no_source_was_given_an_address_that_the_source_document_does_not_give(main: ArticleContent) -> None:
    assert [source for source in main.sources if "url" in source] == []
    assert "http" not in main.source


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Every run of so many words, quotations left out."""
    pieces = re.sub(r"“[^”]*”", " | ", text).casefold().split("|")
    found: set[tuple[str, ...]] = set()
    for piece in pieces:
        words = re.findall(r"[\w$’'-]+", piece)
        found |= {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}
    return found


def test_the_main_article_shares_no_eight_words_in_a_row_with_its_source(main: ArticleContent) -> None:
    source = Path(__file__).parents[3] / "shared" / "source" / "article.txt"
    if not source.is_file():
        pytest.skip("the source document is not on this machine")
    names = "President Trump on Iran, China and American power"
    told = " ".join([words_of(main), *(svg for svg in re.findall(r"aria-label=\"([^\"]*)\"", main.markup.html))])
    assert runs(told.replace(names, "|"), 8) & runs(source.read_text().replace(names, "|"), 8) == set()


def load_all(app: Flask) -> int:
    with app.app_context(), transaction() as session:
        return load_samples(session)


def test_the_samples_are_loaded_once_in_a_databases_life(app: Flask, client: FlaskClient, factory: Factory) -> None:
    assert load_all(app) == len(FILES)
    assert Page(client.get("/")).text("//*[@class='lead']//h2").startswith("Trump says")
    with app.app_context(), transaction() as session:
        session.execute(sa.delete(Article))
    assert load_all(app) == 0
    assert factory.ask(sa.select(Article.id)) == []


def test_every_link_in_the_samples_leads_somewhere(app: Flask, client: FlaskClient) -> None:
    load_all(app)
    broken = []
    for file in FILES:
        page = Page(client.get(f"/articles/{file.stem}"))
        assert page.answer.status_code == 200
        ids = {element.get("id") for element in page.find("//*[@id]")}
        links = {str(element.get("href")) for element in page.find("//a[@href]")}
        broken += [(file.stem, link) for link in links if link.startswith("#") and link[1:] not in ids]
        inside = [link for link in links if link.startswith("/")]
        broken += [(file.stem, link) for link in inside if client.get(link, follow_redirects=True).status_code != 200]
    assert broken == []


def test_a_sample_says_so_at_its_head_and_is_kept_from_search_engines(app: Flask, client: FlaskClient) -> None:
    load_all(app)
    page = Page(client.get(f"/articles/{MAIN.stem}"))
    assert page.text("//header//*[@class='slip']") == (
        "Sample content. It is retold from a source document, and nothing in it has been verified."
    )
    assert page.attribute("//meta[@name='robots']", "content") == "noindex"


@pytest.mark.parametrize(
    ("settings", "are_told"),
    [
        ({}, False),
        ({"samples_public": True}, True),
        ({"base_url": "http://127.0.0.1:8000"}, True),
        ({"base_url": "http://localhost:8000"}, True),
        ({"base_url": "https://localhost.example"}, False),
    ],
)
def test_samples_are_told_to_other_sites_only_where_nobody_else_can_read_or_a_setting_says_so(
    app: Flask, app_with: Callable[..., Flask], settings: dict[str, object], *, are_told: bool
) -> None:
    load_all(app)
    client = app_with(**settings).test_client()
    assert (f'/articles/{MAIN.stem}"/>' in client.get("/feed.atom").text) is are_told
    assert (f"/articles/{MAIN.stem}</loc>" in client.get("/sitemaps/articles-1.xml").text) is are_told
    page = Page(client.get(f"/articles/{MAIN.stem}"))
    assert bool(page.find("//script[@type='application/ld+json']")) is are_told
    assert MAIN.stem in client.get("/").text
