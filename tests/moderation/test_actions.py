"""An editor's hand on a comment: other words, picks, threads closed to replies."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.audit.models import AuditEntry
from app.comments.models import Comment, CommentVersion
from app.core.db import db
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.moderation.conftest import Desk
from tests.pages import Page


def edit(desk: Desk, comment: int, text: str, seen: str = "published.1") -> TestResponse:
    return send_form(desk.browser, f"/admin/comments/{comment}/edit", {"body": text, "seen": seen})


def pick(desk: Desk, comment: int, **fields: str) -> TestResponse:
    return send_form(desk.browser, f"/admin/comments/{comment}/feature", fields)


def lock(desk: Desk, comment: int, **fields: str) -> TestResponse:
    return send_form(desk.browser, f"/admin/comments/{comment}/lock", fields)


def row_of(factory: Factory, comment: int) -> Comment:
    (row,) = factory.ask(sa.select(Comment).where(Comment.id == comment))
    assert isinstance(row, Comment)
    return row


def acts(factory: Factory) -> list[tuple[str, str, str]]:
    """What the record says of marks on comments."""
    verbs = ["edit", "pick", "unpick", "lock", "unlock"]
    rows = factory.ask(sa.select(AuditEntry).where(AuditEntry.verb.in_(verbs)).order_by(AuditEntry.id))
    return [(row.actor, row.verb, row.subject) for row in rows]


def thread(client: FlaskClient, slug: str = "news") -> Page:
    return Page(client.get(f"/articles/{slug}"))


def words_of(page: Page, comment: int) -> str:
    return page.text(f"//*[@id='comment-{comment}']")


# Edits


def test_an_edit_is_printed_at_once_and_says_that_an_editor_made_it(
    client: FlaskClient, factory: Factory, desk: Desk
) -> None:
    comment = factory.published(factory.article("news"), "Teh bridge.", editor=desk.editor)
    untouched = factory.published(1, "Another.", editor=desk.editor)
    client.get("/articles/news")
    assert edit(desk, comment, "The *bridge*.").status_code == 303
    page = thread(client)
    assert page.text(f"//*[@id='comment-{comment}']/div") == "The bridge."
    assert page.find(f"//*[@id='comment-{comment}']/div//em")
    assert "Edited by an editor" in words_of(page, comment)
    assert "Edited" not in words_of(page, untouched)
    assert acts(factory) == [(desk.editor.actor, "edit", f"comment:{comment}")]


def test_the_authors_words_are_kept_as_an_earlier_version(factory: Factory, desk: Desk) -> None:
    comment = factory.published(factory.article("news"), "Teh bridge.", editor=desk.editor)
    edit(desk, comment, "The bridge.")
    (version,) = factory.ask(sa.select(CommentVersion))
    assert (version.number, version.source, version.replaced_by_id) == (1, "Teh bridge.", desk.editor.editor_id)
    assert row_of(factory, comment).version == 2


def test_the_form_holds_the_words_as_the_author_typed_them(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article("news"), "*Teh* <b>bridge</b>.")
    page = Page(desk.browser.get(f"/admin/comments/{comment}/edit"))
    assert page.field("body").strip() == "*Teh* <b>bridge</b>."
    assert page.field("seen") == "pending.1"


def test_saving_the_same_words_leaves_no_mark(factory: Factory, desk: Desk) -> None:
    comment = factory.published(factory.article("news"), "The bridge.", editor=desk.editor)
    assert edit(desk, comment, "The bridge.").status_code == 303
    row = row_of(factory, comment)
    assert (row.version, row.edited_at) == (1, None)
    assert acts(factory) == []


def test_an_edit_of_what_another_has_decided_or_edited_is_refused_and_kept(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article("news"), "Teh bridge.")
    other = factory.editor("Rosa Martin", "rosa@example.org")
    factory.decide(other, comment, "publish")
    answer = edit(desk, comment, "My words.", seen="pending.1")
    page = Page(answer)
    assert answer.status_code == 409
    assert "Rosa Martin published this" in page.text("//*[@class='slip']")
    assert page.field("body").strip() == "My words."
    assert row_of(factory, comment).source == "Teh bridge."
    again = edit(desk, comment, "My words.", seen=page.field("seen"))
    assert again.status_code == 303
    assert edit(desk, comment, "Late words.").status_code == 409
    assert row_of(factory, comment).source == "My words."


def test_a_mistake_in_an_edit_gives_the_words_back_and_goes_over_nobodys_later_edit(
    factory: Factory, desk: Desk
) -> None:
    comment = factory.published(factory.article("news"), "The bridge.", editor=desk.editor)
    edit(desk, comment, "The old bridge.")
    answer = edit(desk, comment, "x" * 5_001, seen="published.1")
    page = Page(answer)
    assert answer.status_code == 422
    assert page.error_at("body") == "5,001 characters; the limit is 5,000. Cut 1."
    assert page.field("body").strip() == "x" * 5_001
    assert page.field("seen") == "published.1"
    assert Page(edit(desk, comment, "")).error_at("body") == "Write the comment’s words first."


def test_words_that_were_erased_are_not_written_anew(app: Flask, factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article("news"))
    with app.app_context():
        row = db.session.get_one(Comment, comment)
        row.erased_at, row.source, row.html = row.created_at, "", ""
        db.session.commit()
    assert edit(desk, comment, "Words.", seen="pending.1").status_code == 409
    assert row_of(factory, comment).source == ""


def test_what_is_not_there_cannot_be_edited_picked_or_closed(desk: Desk) -> None:
    assert desk.browser.get("/admin/comments/7/edit").status_code == 404
    assert edit(desk, 7, "Words.").status_code == 404
    assert pick(desk, 7, on="1").status_code == 404
    assert lock(desk, 7, on="1").status_code == 404


# Picks


def test_a_pick_has_a_badge_a_link_above_the_thread_and_a_place_on_the_front_page(
    client: FlaskClient, factory: Factory, desk: Desk
) -> None:
    article = factory.article("news", title="Nine bridges")
    comment = factory.published(article, "A *sound* point.", author="Ann Reader", editor=desk.editor)
    plain = factory.published(article, "Another.", author="Bo", editor=desk.editor)
    assert not Page(client.get("/")).find("//*[@class='picks']")
    assert pick(desk, comment, on="1").status_code == 303
    page = thread(client)
    assert "Editor’s pick" in words_of(page, comment)
    assert "pick" not in words_of(page, plain)
    assert page.link("//*[contains(@class, 'picks-here')]/a") == f"#comment-{comment}"
    front = Page(client.get("/"))
    assert front.text("//article[@class='pick']") == "A sound point. Ann Reader on Nine bridges"
    assert front.link("//article[@class='pick']//a") == f"/comments/{comment}"
    assert acts(factory) == [(desk.editor.actor, "pick", f"comment:{comment}")]


def test_a_pick_that_is_dropped_is_gone_everywhere(client: FlaskClient, factory: Factory, desk: Desk) -> None:
    comment = factory.published(factory.article("news"), editor=desk.editor)
    pick(desk, comment, on="1")
    client.get("/")
    pick(desk, comment)
    assert "pick" not in words_of(thread(client), comment)
    assert not Page(client.get("/")).find("//*[@class='picks']")
    assert [verb for _actor, verb, _subject in acts(factory)] == ["pick", "unpick"]


def test_a_pick_that_is_taken_down_is_none_when_it_comes_back(
    client: FlaskClient, factory: Factory, desk: Desk
) -> None:
    comment = factory.published(factory.article("news"), editor=desk.editor)
    pick(desk, comment, on="1")
    assert Page(client.get("/")).find("//article[@class='pick']")
    factory.decide(desk.editor, comment, "reject")
    assert not Page(client.get("/")).find("//article[@class='pick']")
    factory.decide(desk.editor, comment, "publish")
    assert not Page(client.get("/")).find("//article[@class='pick']")
    assert row_of(factory, comment).featured_at is None


def test_only_what_is_published_can_be_picked_and_pressing_twice_is_pressing_once(
    factory: Factory, desk: Desk, frozen_clock: FrozenClock
) -> None:
    comment, _token = factory.comment(factory.article("news"))
    answer = pick(desk, comment, on="1")
    assert "It is not published" in desk.browser.get(answer.location).text
    assert row_of(factory, comment).featured_at is None
    factory.decide(desk.editor, comment, "publish")
    pick(desk, comment, on="1")
    first = row_of(factory, comment).featured_at
    frozen_clock.advance(minutes=1)
    pick(desk, comment, on="1")
    assert row_of(factory, comment).featured_at == first
    assert len(acts(factory)) == 1


def test_the_front_page_shows_the_three_newest_picks_and_their_words_as_they_are_now(
    client: FlaskClient, factory: Factory, desk: Desk, frozen_clock: FrozenClock
) -> None:
    article = factory.article("news")
    comments = [factory.published(article, f"Point {number}.", editor=desk.editor) for number in range(4)]
    for comment in [comments[1], comments[3], comments[0], comments[2]]:
        frozen_clock.advance(minutes=1)
        pick(desk, comment, on="1")
    picks = "//article[@class='pick']/p[contains(@class, 'words')]"
    assert Page(client.get("/")).texts(picks) == ["Point 2.", "Point 0.", "Point 3."]
    edit(desk, comments[0], "Other words.")
    assert Page(client.get("/")).texts(picks) == ["Point 2.", "Other words.", "Point 3."]


def test_a_long_pick_begins_on_the_front_page_and_ends_at_a_word(
    client: FlaskClient, factory: Factory, desk: Desk
) -> None:
    comment = factory.published(factory.article("news"), "Ten letters.\n\n" + "word " * 100, editor=desk.editor)
    unbroken = factory.published(1, "字" * 500, editor=desk.editor)
    pick(desk, comment, on="1")
    pick(desk, unbroken, on="1")
    newest, older = Page(client.get("/")).texts("//article[@class='pick']/p[contains(@class, 'words')]")
    assert older.startswith("Ten letters. word word")
    assert older.endswith("word …")
    assert 150 < len(older) <= 162
    assert newest == "字" * 160 + " …"


def test_picks_of_an_article_that_is_not_out_stay_off_the_front_page(
    client: FlaskClient, factory: Factory, desk: Desk, frozen_clock: FrozenClock
) -> None:
    factory.article("other")
    comment = factory.published(factory.article("news"), editor=desk.editor)
    pick(desk, comment, on="1")
    later = frozen_clock()
    frozen_clock.advance(hours=-1)
    factory.article("news", published=later)
    assert not Page(client.get("/")).find("//article[@class='pick']")


@ON_SQLITE
def test_the_top_of_a_long_thread_leads_to_picks_on_its_other_pages(
    client: FlaskClient, factory: Factory, desk: Desk
) -> None:
    comments = factory.published_many(factory.article("news"), [None] * 150, editor=desk.editor)
    for comment in (comments[140], comments[3]):
        pick(desk, comment, on="1")
    page = thread(client)
    links = [link.get("href") for link in page.find("//*[contains(@class, 'picks-here')]/a")]
    assert links == [f"#comment-{comments[3]}", f"/comments/{comments[140]}"]


# Locks


def test_a_closed_thread_says_so_at_the_comment_that_was_closed(
    client: FlaskClient, factory: Factory, desk: Desk
) -> None:
    article = factory.article("news")
    comment = factory.published(article, editor=desk.editor)
    below = factory.published(article, editor=desk.editor, parent_id=comment)
    assert lock(desk, comment, on="1").status_code == 303
    page = thread(client)
    assert "An editor has closed this thread to replies." in words_of(page, comment)
    assert "closed" not in words_of(page, below)
    lock(desk, comment)
    assert "closed" not in words_of(thread(client), comment)
    assert [verb for _actor, verb, _subject in acts(factory)] == ["lock", "unlock"]


def test_only_a_published_comment_can_be_closed_to_replies(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article("news"))
    answer = lock(desk, comment, on="1")
    assert "nobody can reply" in desk.browser.get(answer.location).text
    assert row_of(factory, comment).locked_at is None
