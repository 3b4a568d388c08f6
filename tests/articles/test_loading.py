"""`flask articles load`."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.articles.models import Article, ArticleTag, FaqEntry
from app.audit.models import AuditEntry
from app.core.db import transaction
from tests.articles.conftest import WHOLE, Load, WriteFile
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page


def change_title(app: Flask, title: str) -> None:
    """What an editor does to an article after it was loaded."""
    with app.app_context(), transaction() as session:
        session.scalars(sa.select(Article)).one().title = title


def titles(factory: Factory) -> list[str]:
    return factory.ask(sa.select(Article.title).order_by(Article.id))


def test_a_file_becomes_an_article_with_all_that_it_says(
    client: FlaskClient, load: Load, write: WriteFile, factory: Factory
) -> None:
    path = write(WHOLE)
    outcome = load(path)
    assert (outcome.exit_code, outcome.output) == (0, f"{path}: added\n")
    (article,) = factory.ask(sa.select(Article))
    assert (article.title, article.byline) == ("Nine new bridges", "Rosa Martin")
    assert article.published_at.isoformat() == "2026-11-19T08:30:00+00:00"
    assert article.sources == [
        {
            "publisher": "City archive",
            "title": "Plans",
            "url": "https://archive.example/plans",
            "note": "Read on site.",
        },
        {"publisher": "A bridge builder"},
    ]
    assert factory.ask(sa.select(ArticleTag.name).order_by(ArticleTag.position)) == ["Bridges", "City"]
    page = Page(client.get("/articles/bridges"))
    assert page.text("//h1") == "Nine new bridges"
    assert page.texts("//main//h2")[0] == "The plans"


def test_loading_a_file_again_changes_nothing(load: Load, write: WriteFile, factory: Factory) -> None:
    path = write(WHOLE)
    load(path)
    before = [factory.ask(sa.select(table.id)) for table in (Article, FaqEntry, AuditEntry)]
    outcome = load(path)
    assert (outcome.exit_code, outcome.output) == (0, f"{path}: unchanged\n")
    assert [factory.ask(sa.select(table.id)) for table in (Article, FaqEntry, AuditEntry)] == before


def test_a_file_without_a_date_is_dated_when_it_is_first_loaded(
    load: Load, write: WriteFile, factory: Factory, frozen_clock: FrozenClock
) -> None:
    path = write(WHOLE.replace("published: 2026-11-19T09:30:00+01:00\n", ""))
    load(path)
    first = frozen_clock()
    frozen_clock.advance(days=1)
    assert load(path).output == f"{path}: unchanged\n"
    load(write(path.read_text().replace("They are old.", "They are new.")))
    assert factory.ask(sa.select(Article.published_at)) == [first]


def test_a_changed_file_brings_the_article_up_to_date_and_keeps_its_comments(
    client: FlaskClient, load: Load, write: WriteFile, factory: Factory
) -> None:
    path = write(WHOLE)
    load(path)
    (article,) = factory.ask(sa.select(Article.id))
    factory.published(article, "A sound point.", editor=factory.editor())
    outcome = load(write(WHOLE.replace("Nine new bridges", "Ten new bridges").replace("[Bridges, City]", "[River]")))
    assert (outcome.exit_code, outcome.output) == (0, f"{path}: updated\n")
    assert factory.ask(sa.select(Article.id)) == [article]
    page = Page(client.get("/articles/bridges"))
    assert page.text("//h1") == "Ten new bridges"
    assert "A sound point." in page.text("//*[@class='thread']")
    assert factory.ask(sa.select(ArticleTag.name)) == ["River"]
    assert len(factory.ask(sa.select(FaqEntry.id))) == 2


def test_a_change_of_what_readers_have_seen_is_dated_and_other_loads_are_not(
    client: FlaskClient, load: Load, write: WriteFile, frozen_clock: FrozenClock
) -> None:
    load(write(WHOLE))
    load(write(WHOLE))
    page = Page(client.get("/articles/bridges"))
    assert "Updated" not in page.text("//main")
    before = client.get("/feed.atom").text
    frozen_clock.advance(days=1)
    load(write(WHOLE.replace("They are old.", "They are new.")))
    assert "Updated 21 November 2026." in Page(client.get("/articles/bridges")).text("//main")
    after = client.get("/feed.atom").text
    assert "<updated>2026-11-21T10:00:00+00:00</updated>" in after
    (entry_id,) = re.findall("<id>tag:.*</id>", before)
    assert entry_id in after


def test_an_article_changed_before_it_is_out_is_not_called_updated(
    client: FlaskClient, load: Load, write: WriteFile, frozen_clock: FrozenClock
) -> None:
    later = WHOLE.replace("2026-11-19", "2026-12-24")
    load(write(later))
    load(write(later.replace("They are old.", "They are new.")))
    frozen_clock.advance(days=60)
    page = Page(client.get("/articles/bridges")).text("//main")
    assert "They are new." in page
    assert "Updated" not in page


def test_a_video_in_an_answer_may_play_on_the_articles_page(client: FlaskClient, load: Load, write: WriteFile) -> None:
    video = "\n      ::: video\n      title: The opening\n      url: https://youtu.be/abcdefghijk\n      :::\n"
    load(write(WHOLE.replace("      *Nine*.", f"      *Nine*.\n{video}")))
    answer = client.get("/articles/bridges")
    assert 'data-embed="https://www.youtube-nocookie.com/embed/abcdefghijk"' in answer.text
    assert "frame-src https://www.youtube-nocookie.com;" in answer.headers["Content-Security-Policy"]


def test_what_an_editor_has_changed_since_is_not_overwritten(
    app: Flask, load: Load, write: WriteFile, factory: Factory
) -> None:
    path = write(WHOLE)
    load(path)
    change_title(app, "An editor's own")
    for text in (WHOLE, WHOLE.replace("Nine", "Ten")):
        outcome = load(write(text))
        assert outcome.exit_code == 1
        assert outcome.stderr == (f"{path}: an editor has changed this article since; --force overwrites the change\n")
        assert titles(factory) == ["An editor's own"]


def test_force_overwrites_it_and_later_loads_need_none(
    app: Flask, load: Load, write: WriteFile, factory: Factory
) -> None:
    path = write(WHOLE)
    load(path)
    change_title(app, "An editor's own")
    assert load("--force", path).exit_code == 0
    assert titles(factory) == ["Nine new bridges"]
    assert load(path).output == f"{path}: unchanged\n"


def test_of_a_file_with_an_error_nothing_is_loaded(load: Load, write: WriteFile, factory: Factory) -> None:
    path = write(WHOLE)
    load(path)
    outcome = load(write(WHOLE.replace("Nine new", "Ten new").replace("They are old.", "# Old")))
    assert outcome.exit_code == 1
    assert outcome.stderr.startswith(f"{path}:25: body: ")
    assert titles(factory) == ["Nine new bridges"]


def test_a_wrong_file_does_not_keep_the_others_of_a_folder_from_being_loaded(
    load: Load, write: WriteFile, factory: Factory
) -> None:
    write(WHOLE, "a/1.md")
    write(WHOLE.replace("slug: bridges", "slug: Wrong"), "a/2.md")
    write(WHOLE.replace("slug: bridges", "slug: third"), "a/3.md")
    folder = write("no article", "a/notes.txt").parent
    outcome = load(folder)
    assert outcome.exit_code == 1
    assert outcome.stdout == f"{folder}/1.md: added\n{folder}/3.md: added\n"
    assert outcome.stderr.startswith(f"{folder}/2.md:3: slug: ")
    assert factory.ask(sa.select(Article.slug).order_by(Article.id)) == ["bridges", "third"]


def test_a_path_that_is_not_there_is_said(load: Load) -> None:
    outcome = load("/nowhere/bridges.md")
    assert outcome.exit_code == 2
    assert "'/nowhere/bridges.md' does not exist" in outcome.output


def test_every_load_that_changes_something_is_in_the_audit_record(
    load: Load, write: WriteFile, factory: Factory
) -> None:
    load(write(WHOLE))
    load(write(WHOLE.replace("Nine", "Ten")))
    rows = factory.ask(sa.select(AuditEntry).order_by(AuditEntry.id))
    assert [(row.actor, row.verb) for row in rows] == [
        ("command line", "load: added"),
        ("command line", "load: updated"),
    ]


def test_what_no_database_takes_is_left_out_of_the_text(load: Load, write: WriteFile, factory: Factory) -> None:
    assert load(write(WHOLE.replace("They are old.", "They are\x00 old."))).exit_code == 0
    assert "They are old." in factory.ask(sa.select(Article.source))[0]
