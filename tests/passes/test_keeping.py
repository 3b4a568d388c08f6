"""Starting a pass, putting comments in it, reading them there, and giving it up."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.comments.models import Comment, Pass, Receipt
from app.core.db import db
from tests.comments.sending import everything_stored, receipt_of, receipt_token, send
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.pages import Page
from tests.passes.conftest import KEPT, Holder, new_holder, passes_of, started
from tests.receipts.conftest import work

IN_ANOTHER = "That comment is in a pass already, and stays there until the holder of that pass deletes it."


def test_a_pass_lists_its_comments_with_where_each_stands_and_leads_to_their_receipts(
    ann: Holder, factory: Factory, edith: Identity
) -> None:
    ids = {verb: ann.sent(body=f"To {verb}.") for verb in ("publish", "reject", "spam", "return")}
    waiting = ann.sent(body="To wait.")
    for verb, comment_id in ids.items():
        factory.decide(edith, comment_id, verb)
    page = ann.page()
    said = {element.get("id"): " ".join(element.text_content().split()) for element in page.find(KEPT)}
    assert list(said) == [f"kept-{one}" for one in sorted([*ids.values(), waiting], reverse=True)]
    assert "About news To publish. Published 20 November 2026, 10:00." in said[f"kept-{ids['publish']}"]
    assert "Not published. " in said[f"kept-{ids['reject']}"]
    assert "Not published: an editor took it for advertising." in said[f"kept-{ids['spam']}"]
    assert "an editor asks you to change it." in said[f"kept-{ids['return']}"]
    assert "Your comment is with the editor." in said[f"kept-{waiting}"]
    link = page.link(f"//*[@id='kept-{ids['return']}']//h3/a")
    assert link is not None
    receipt = Page(ann.client.get(link))
    assert "an editor asks you to change it" in receipt.text("//div[@role='status']")
    assert ann.client.post(f"{link}/edit", data={"body": "As asked."}).status_code == 303


def test_a_pass_is_started_from_a_receipt_and_the_receipt_does_not_say_which(
    client: FlaskClient, factory: Factory
) -> None:
    factory.article("news")
    receipt = receipt_token(send(client))
    token = started(client.post("/passes", data={"receipt": receipt}))
    assert len(Page(client.get(f"/passes/{token}")).find(KEPT)) == 1
    page = Page(client.get(f"/receipts/{receipt}"))
    assert "This comment is in a pass." in page.text()
    assert token not in page.answer.text
    assert not page.find("//form[contains(@action, 'pass')]")


@pytest.mark.parametrize("how", ["link", "  {link}?x#y ", "token"])
def test_a_receipt_joins_by_its_link_on_the_pass_or_by_the_passs_on_the_receipt(
    ann: Holder, factory: Factory, how: str
) -> None:
    def pasted(folder: str, token: str) -> str:
        link = f"http://broadsheet.test/{folder}/{token}"
        return token if how == "token" else how.format(link=link).replace("link", link, how == "link")

    there, here = (receipt_token(send(ann.client, body=body)) for body in ("One.", "Two."))
    assert ann.add(pasted("receipts", there)).headers["Location"] == ann.path
    answer = ann.client.post(f"/receipts/{here}/pass", data={"link": pasted("passes", ann.token)})
    assert answer.headers["Location"] == f"/receipts/{here}"
    assert passes_of(factory) == [1, 1]
    assert ann.add(there).status_code == 303, "once more changes nothing"
    assert len(factory.ask(sa.select(Receipt.id))) == 4


def test_a_comment_is_in_one_pass_and_a_second_is_told_so_in_words(ann: Holder, factory: Factory) -> None:
    ben = new_holder(factory)
    receipt = receipt_token(ann.send())
    on_the_pass = Page(ben.add(receipt))
    assert (on_the_pass.answer.status_code, on_the_pass.error_at("receipt")) == (409, IN_ANOTHER)
    assert on_the_pass.field("receipt") == receipt
    on_the_receipt = Page(ann.client.post(f"/receipts/{receipt}/pass", data={"link": ben.token}))
    assert (on_the_receipt.answer.status_code, on_the_receipt.text("//*[@role='alert']")) == (409, IN_ANOTHER)
    again = Page(ann.client.post("/passes", data={"receipt": receipt}))
    assert (again.answer.status_code, again.text("//*[@role='alert']")) == (409, IN_ANOTHER)
    assert passes_of(factory) == [1]
    assert len(factory.ask(sa.select(Pass.id))) == 2


@ON_SQLITE
def test_what_is_pasted_wrong_comes_back_with_what_is_wrong(ann: Holder, factory: Factory) -> None:
    receipt = receipt_token(send(ann.client))
    for pasted, words in {
        "": "Paste the private link of a receipt.",
        f"http://broadsheet.test{ann.path}": "That is no receipt’s link.",
        "x" * 23: "That is no receipt’s link.",
        "x" * 22: "There is no receipt at that link.",
    }.items():
        page = Page(ann.add(pasted))
        assert (page.answer.status_code, page.field("receipt")) == (422, pasted)
        assert page.error_at("receipt").startswith(words)
    for pasted, words in {
        "": "Paste the link",
        f"/receipts/{receipt}": "That is no pass’s link.",
        "x" * 22: "There is no",
    }.items():
        page = Page(ann.client.post(f"/receipts/{receipt}/pass", data={"link": pasted}))
        assert (page.answer.status_code, page.field("link")) == (422, pasted)
        assert page.error_at("link").startswith(words)
    assert ann.client.post(f"/receipts/{'x' * 22}/pass", data={"link": ann.token}).status_code == 404
    assert ann.client.post(f"/passes/{'x' * 22}/comments", data={"receipt": receipt}).status_code == 404
    assert ann.client.post("/passes", data={"receipt": "x" * 22}).status_code == 404
    assert ann.client.post("/passes", data={"receipt": "nonsense"}).status_code == 404
    assert len(factory.ask(sa.select(Pass.id))) == 1
    assert passes_of(factory) == [None]


@ON_SQLITE
def test_only_hashes_of_the_links_are_stored_and_none_is_told_elsewhere(ann: Holder, factory: Factory) -> None:
    ann.sent()
    page = ann.page()
    links = [str(link.get("href")) for link in page.find("//a") if "/receipts/" in str(link.get("href"))]
    assert len(links) == 1
    stored = everything_stored(factory)
    assert ann.token not in stored
    assert links[0].rpartition("/")[2] not in stored
    for path in ("", "/comment", "/comment?article=news", "/pending/news", "/delete"):
        headers = ann.client.get(ann.path + path).headers
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "same-origin"), path
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "Set-Cookie" not in headers


@ON_SQLITE
def test_a_pass_of_many_comments_has_pages_and_costs_the_same_on_each(
    app_with: Callable[..., Flask], ann: Holder, factory: Factory
) -> None:
    for number in range(43):
        ann.sent(body=f"Letter {number}.")
    asked: list[str] = []
    app = app_with()
    client = app.test_client()
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    path, seen, costs = ann.path, [], set()
    while path:
        asked.clear()
        page = Page(client.get(path))
        costs.add(len(asked))
        seen += page.texts(f"{KEPT}/p[@class='row-standfirst']")
        path = page.link("//a[@rel='next']") or ""
    assert seen == [f"Letter {number}." for number in reversed(range(43))]
    assert len(costs) == 1
    assert ann.client.get(f"{ann.path}?before=nonsense").status_code == 404


def test_all_comments_are_downloaded_and_erased_after_a_page_that_asks(
    ann: Holder, factory: Factory, edith: Identity
) -> None:
    for number in range(2):
        ann.sent(body=f"Letter {number}.", email="ann@example.org")
    ben = new_holder(factory)
    others = ben.sent(name="Ben", body="Another's.")
    factory.decide(edith, 1, "publish")
    answer = ann.client.get(f"{ann.path}/download")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="comments.json"'
    assert [one["text"] for one in json.loads(answer.text)["comments"]] == ["Letter 0.", "Letter 1."]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "2 comments leave the site at once." in Page(ann.client.get(f"{ann.path}/erase")).text()
    assert ann.client.post(f"{ann.path}/erase").headers["Location"] == ann.path
    kept = sa.select(Comment.source + Comment.author + sa.func.coalesce(Comment.email, "")).order_by(Comment.id)
    assert factory.ask(kept) == ["", "", "Another's.Ben"]
    assert factory.ask(sa.select(Comment.signed_as).where(Comment.id != others)) == [None, None]
    assert "Letter 0." not in ann.client.get("/articles/news").text
    assert all("The text was erased on" in said for said in ann.page().texts(KEPT))
    assert "There is nothing to erase." in Page(ann.client.get(f"{ann.path}/erase")).text()
    for what in ("download", "erase"):
        assert ann.client.get(f"/passes/{'x' * 22}/{what}").status_code == 404
    assert ann.client.post(f"/passes/{'x' * 22}/erase").status_code == 404


def test_a_pass_that_is_deleted_leaves_its_comments_and_their_own_receipts(
    ann: Holder, factory: Factory, edith: Identity
) -> None:
    answer = ann.send()
    factory.decide(edith, 1, "publish")
    from_the_pass = ann.page().link(f"{KEPT}//h3/a") or ""
    assert "Delete the pass" in Page(ann.client.get(f"{ann.path}/delete")).text("//form")
    assert len(factory.ask(sa.select(Pass.id))) == 1, "a page that asks deletes nothing"
    deleted = Page(ann.client.post(f"{ann.path}/delete"))
    assert deleted.text("//*[@role='status']").startswith("Its address leads nowhere")
    assert {ann.client.get(path).status_code for path in (ann.path, from_the_pass)} == {404}
    assert ann.client.post(f"{ann.path}/delete").status_code == 404
    assert "Published" in receipt_of(ann.client, answer).text("//div[@role='status']")
    assert "A sound point." in ann.client.get("/articles/news").text
    assert factory.ask(sa.select(Comment.signed_as)) == [None]
    assert factory.ask(sa.select(Pass.id)) == []


def test_a_comment_sent_with_a_pass_that_there_is_not_is_taken_as_any_other(ann: Holder, factory: Factory) -> None:
    for wrong in ("x" * 22, "", "nonsense\u0000 ✓" * 100):
        assert ann.send(body=f"With {len(wrong)}.", **{"pass": wrong}).status_code == 303
    assert passes_of(factory) == [None] * 3


def test_an_address_starts_ten_passes_in_an_hour(client: FlaskClient, frozen_clock: FrozenClock) -> None:
    for _number in range(10):
        started(client.post("/passes"))
    page = Page(client.post("/passes"))
    assert page.answer.status_code == 429
    assert page.text("//*[@role='alert']") == "Ten passes in an hour is our limit. Start the next one after 11:01."
    assert page.answer.headers["Retry-After"] == "3600"
    frozen_clock.advance(hours=1)
    started(client.post("/passes"))


def test_an_empty_pass_is_forgotten_after_thirty_days_and_of_others_who_started_them(
    app: Flask, ann: Holder, factory: Factory, frozen_clock: FrozenClock
) -> None:
    new_holder(factory)
    ann.sent()
    frozen_clock.advance(days=29)
    work(app)
    assert len(factory.ask(sa.select(Pass.id))) == 2
    frozen_clock.advance(days=2)
    work(app)
    assert factory.ask(sa.select(Pass.id)) == [1]
    assert factory.ask(sa.select(Pass.address_hash)) == [None]
    assert len(ann.page().find(KEPT)) == 1


def test_the_form_of_any_article_is_found_from_the_pass(ann: Holder, factory: Factory) -> None:
    factory.article("closed", comments="closed")
    ann.sent(name="Ann R. Eader")
    choose = Page(ann.client.get(f"{ann.path}/comment"))
    assert choose.texts("//ul[@class='choice']//a") == ["About news"]
    assert choose.link("//ul[@class='choice']//a") == f"{ann.path}/comment?article=news"
    pasted = {"article": " http://broadsheet.test/articles/news?fbclid=1#comment-3"}
    form = Page(ann.client.get(f"{ann.path}/comment", query_string=pasted))
    assert (form.field("name"), form.field("pass")) == ("Ann R. Eader", ann.token)
    assert form.attribute("//form[@id='comment-form']", "action") == "/articles/news/comments"
    for wrong in ("nowhere", "http://elsewhere.test/", "ÿ" * 300, "/articles/"):
        page = Page(ann.client.get(f"{ann.path}/comment", query_string={"article": wrong}))
        assert (page.answer.status_code, page.field("article")) == (404, wrong)
        assert page.error_at("article").startswith("There is no article at that address.")
    send_form(factory.logged_in(factory.editor()), "/admin/articles/1/address", {"slug": "news-of-today"})
    assert "/articles/news-of-today/comments" in ann.client.get(f"{ann.path}/comment?article=news").text
    assert "Comments on this article are closed." in ann.client.get(f"{ann.path}/comment?article=closed").text


def test_a_form_that_is_not_taken_keeps_the_pass(ann: Holder, factory: Factory) -> None:
    assert Page(ann.send(body="")).field("pass") == ann.token


def test_what_waits_is_shown_to_the_holder_alone(ann: Holder, factory: Factory, edith: Identity) -> None:
    parent = factory.published(1, editor=edith)
    ann.sent(body="To wait.", parent=str(parent))
    ann.sent(body="A trap.", website="x")
    gone = ann.sent(body="To go.")
    factory.article("other")
    ann.sent("other", body="Elsewhere.")
    factory.decide(edith, gone, "reject")
    answer = ann.client.get(f"{ann.path}/pending/news")
    page = Page(answer)
    assert page.texts("//*[@class='words']") == ["To wait.", "A trap."], "what a machine took for spam waits"
    assert page.texts("//*[@class='waits']")[0].startswith("Waiting for an editor. Only you see this.")
    assert [element.get("data-parent") for element in page.find("//article")] == [f"comment-{parent}", None]
    assert ann.token not in answer.text
    assert ann.client.get(f"{ann.path}/pending/nowhere").text.strip() == ""
    assert ann.client.get(f"/passes/{'x' * 22}/pending/news").status_code == 204
    assert "To wait." not in ann.client.get("/articles/news").text
