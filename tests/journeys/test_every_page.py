"""What holds on every kind of page: no barrier that axe-core finds, nothing wider than the window, no complaint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from app.articles.crediting import credit
from app.articles.models import Series
from app.core import clock
from app.core.db import db, transaction
from app.core.markup import comment_html, render_article
from app.following.models import Follow
from app.moderation import appeals, decisions, marking, taking_up
from app.moderation.models import Outcome
from app.newsletter import scheduling
from app.site.models import the_site
from tests.journeys.conftest import Town, Visitor, log_in, write_comment
from tests.newsletter.mailroom import draft, subscribers
from tests.serving.site import ServedSite

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
VIOLATIONS = """async () => (await axe.run({ resultTypes: ['violations'] })).violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`))"""
TOO_WIDE = """() => document.scrollingElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
    .filter(part => part.getBoundingClientRect().right > innerWidth + 1).map(part => part.outerHTML.slice(0, 120))"""

LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (390, 1280)]
NUMBERS = count(1)
"""For what has to differ between two tests in one town."""
LONG_WORD = "Donaudampfschifffahrt" * 200
RIGHT_TO_LEFT = "שלום לכולם, this is הערה with (brackets)."
ZALGO = "Z" + "̴̷͓͔" * 40 + "algo " + "o" + "̸" * 60


@dataclass(frozen=True)
class Edition:
    """A site with something of every kind in it. Receipts by what they say."""

    town: Town
    comment: int
    pending: int
    receipts: dict[str, str]
    cookies: list[Any] = field(default_factory=list)
    """Of the editor's first log-in, with which she comes back."""

    @property
    def path(self) -> str:
        return "/articles/every-kind"


@pytest.fixture(scope="module")
def edition(town: Town) -> Edition:
    factory, editor = town.factory, town.editor
    questions = [{"question": f"Question {number}?", "answer": f"Answer {number}."} for number in range(6)]
    about: dict[str, Any] = {"name": LONG_WORD[:200], "text": LONG_WORD, "email": "a@b.org"}
    about["link"] = f"https://example.org/{LONG_WORD[:99]}"
    factory.described("an-author", **about)
    factory.described("a-series", Series, name=RIGHT_TO_LEFT, text=LONG_WORD)
    named: dict[str, Any] = {"authors": ["an-author"], "series": "a-series", "byline": None}
    factory.article("first-part", **named, title=LONG_WORD[:99], tags=[RIGHT_TO_LEFT])
    named |= {"tags": ["A subject", LONG_WORD[:99]]}
    article = factory.pictured("every-kind", faq=questions, sources=[{"publisher": "A source"}], **named)
    top = factory.published(article, "# Heading\n\n- a list\n- `code`\n\n> A quotation.", author="Bo", editor=editor)
    answer = factory.published(article, "An [answer](https://example.org/).", parent_id=top, editor=editor)
    deeper = factory.published(article, "A deeper one.", parent_id=answer, editor=editor)
    factory.published(article, "```\n" + "code " * 60 + "\n```", parent_id=deeper, editor=editor)
    for text, author in [(LONG_WORD, LONG_WORD[:80]), (RIGHT_TO_LEFT, "עדית"), (ZALGO, "Zoe")]:
        take_up(town, factory.published(article, text, author=author, editor=editor), author)
    receipts = {"pending": factory.comment(article, LONG_WORD)}
    verbs = {"published": "publish", "rejected": "reject", "taken for spam": "spam", "returned": "return"}
    for state, verb in {**verbs, "appealed": "reject"}.items():
        receipts[state] = factory.comment(article, f"To be {state}.", email="ann@example.org", parent_id=top)
        factory.decide(editor, receipts[state][0], verb)
    appeal(town, receipts["appealed"][0], LONG_WORD)
    reader = factory.app.test_client()
    for state, act in {"changed": "edit", "withdrawn": "withdraw", "erased": "erase"}.items():
        receipts[state] = factory.comment(article, f"To be {state}.")
        factory.decide(editor, receipts[state][0], "publish")
        factory.published(article, "A reply.", parent_id=receipts[state][0], editor=editor)
        reader.post(f"/receipts/{receipts[state][1]}/{act}", data={"body": f"Changed {LONG_WORD}"})
    pending, _token = factory.comment(article, "Waiting.", parent_id=answer, email="ann@example.org")
    write_issues(town, article)
    return Edition(town, top, pending, {state: f"/receipts/{token}" for state, (_id, token) in receipts.items()})


def write_issues(town: Town, article: int) -> None:
    """Two issues of the newsletter: one whose sending is paused, and a draft."""
    app, editor = town.factory.app, town.editor
    subscribers(app, ["ann@example.org"])
    words = {"subject": LONG_WORD[:150], "preheader": LONG_WORD[:150], "articles": [article]}
    paused, _draft = draft(app, editor, LONG_WORD, **words), draft(app, editor, f"## {LONG_WORD}", **words)
    with app.app_context(), transaction() as session:
        scheduling.send_now(session, editor, paused)
        scheduling.pause(session, editor, paused)


def take_up(town: Town, comment: int, author: str) -> None:
    """Gives a published comment every mark that an editor can, and the article a question and a correction of it."""
    with town.factory.app.app_context(), transaction() as session:
        marking.pick(session, town.editor, comment, on=True)
        marking.lock(session, town.editor, comment, on=True)
        words, html = f"{LONG_WORD} again.", comment_html(f"{LONG_WORD} again.")
        marking.edit(session, town.editor, comment, "published.1", text=words, html=html)
        markup = render_article(LONG_WORD, {})
        question = LONG_WORD[:300]
        taking_up.answer(session, town.editor, comment, "published.2", question=question, text=LONG_WORD, markup=markup)
        taking_up.correct(session, town.editor, comment, "published.2", text=LONG_WORD, markup=markup)
        session.flush()
        credit(session, comment, author)


def appeal(town: Town, comment_id: int, words: str) -> None:
    """An appeal against a rejection, dismissed with the same words."""
    with town.factory.app.app_context(), transaction() as session:
        site = the_site(session)
        appeals.appeal(session, decisions.locked(session, comment_id), site, words)
    town.factory.answer(town.editor, comment_id, Outcome.DISMISSED, words)


def appeal_without_words(page: Page, edition: Edition) -> None:
    page.goto(edition.receipts["rejected"])
    page.get_by_role("button", name="Send the appeal").click()


def preview_a_reply(page: Page, edition: Edition) -> None:
    page.goto(f"/comments/{edition.comment}/reply")
    page.get_by_label("Name").fill(LONG_WORD[:80])
    page.get_by_label("Comment", exact=True).fill(LONG_WORD)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible()


def report_without_a_reason(page: Page, edition: Edition) -> None:
    page.goto(f"/comments/{edition.comment}/report")
    page.get_by_role("button", name="Send the report").click()


def report(page: Page, edition: Edition) -> None:
    page.goto(f"/comments/{edition.comment}/report")
    page.get_by_label("It advertises").check()
    page.get_by_role("button", name="Send the report").click()


def ask_for_mail(page: Page, edition: Edition) -> None:
    page.goto(edition.receipts["pending"])
    page.get_by_label("E-mail").fill("ann@example.org")
    page.get_by_role("button", name="Ask for mail").click()


def ask_for_a_thread(page: Page, edition: Edition) -> None:
    page.goto(f"{edition.path}/follow")
    page.get_by_label("E-mail").fill("ann@example.org")
    page.get_by_role("button", name="Ask for mail").click()


def ask_for_mail_to_nowhere(page: Page, edition: Edition) -> None:
    page.goto(edition.receipts["pending"])
    page.get_by_label("E-mail").fill("nonsense")
    page.get_by_role("button", name="Ask for mail").click()


def ask_for_the_newsletter(page: Page, edition: Edition) -> None:
    page.goto(edition.path)
    page.get_by_label("Mail it to").fill("ann@example.org")
    page.get_by_role("button", name="Subscribe").click()


def ask_for_the_newsletter_to_nowhere(page: Page, edition: Edition) -> None:
    page.goto("/newsletter")
    page.get_by_label("E-mail").fill("nonsense")
    page.get_by_role("button", name="Subscribe").click()


def bring_subscribers(page: Page, edition: Edition) -> None:
    page.goto("/admin/newsletter/imports/new")
    content = b"email\nben@example.org\nnonsense\n" + b"c" * 300 + b"@example.org\n"
    page.get_by_label("The file").set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_label("What proves").fill("They signed a list.")
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("2 lines cannot be taken.")).to_be_visible()


def bring_nobody(page: Page, edition: Edition) -> None:
    page.goto("/admin/newsletter/imports/new")
    page.get_by_role("button", name="Read the file").click()


def look_at_subscribers(page: Page, edition: Edition) -> None:
    bring_subscribers(page, edition)
    if page.get_by_role("button", name="Subscribe 1 reader").is_visible():
        page.get_by_role("button", name="Subscribe 1 reader").click()
    page.goto("/admin/newsletter/subscribers")


def look_at_one_subscriber(page: Page, edition: Edition) -> None:
    look_at_subscribers(page, edition)
    page.locator(".listed-title a").first.click()


def follow_a_letter(page: Page, edition: Edition) -> None:
    ask_for_mail(page, edition)
    page.goto(_paths(edition)[0])


def confirm_what_waits(page: Page, edition: Edition) -> None:
    follow_a_letter(page, edition)
    page.get_by_role("button", name="Confirm").first.click()


def end_all_letters(page: Page, edition: Edition) -> None:
    follow_a_letter(page, edition)
    page.get_by_role("link", name="Stop all letters").click()


def stop_a_letter(page: Page, edition: Edition) -> None:
    ask_for_mail(page, edition)
    page.goto(_paths(edition)[1])


def _paths(edition: Edition) -> tuple[str, str]:
    """Of the page of an address that has asked for mail, and of the one that stops what it asked for."""
    with edition.town.factory.app.app_context():
        follow = db.session.scalars(sa.select(Follow).order_by(Follow.id)).all()[0]
        return follow.subscriber.path, follow.stop_path


def send_an_empty_form(page: Page, edition: Edition) -> None:
    page.goto(edition.path)
    write_comment(page, "", name="", email="nonsense")


def send_nonsense_to_the_account(page: Page, edition: Edition) -> None:
    page.goto("/admin/account")
    page.get_by_role("button", name="Change password").click()


def invite_nobody(page: Page, edition: Edition) -> None:
    page.goto("/admin/editors")
    page.get_by_role("button", name="Make a link").click()


def shut_nobody_out(page: Page, edition: Edition) -> None:
    other = edition.town.factory.editor(LONG_WORD[:80], f"{next(NUMBERS)}@example.org")
    page.goto(f"/admin/editors/{other.editor_id}")
    page.get_by_role("button", name="Shut out").click()


def meet_a_conflict(page: Page, edition: Edition, path: str = "/admin/comments/{}") -> None:
    late, _token = edition.town.factory.comment(1, "Too late.")
    page.goto(path.format(late))
    row = page.locator(f"#row-{late}")
    edition.town.factory.decide(edition.town.editor, late, "reject")
    row.get_by_role("button", name="Publish").click()
    expect(page.locator(".state, .warning")).to_contain_text("Change that decision?")


def meet_a_conflict_in_place(page: Page, edition: Edition) -> None:
    meet_a_conflict(page, edition, "/admin/")


def decide_in_place(page: Page, edition: Edition) -> None:
    late, _token = edition.town.factory.comment(1, "To decide.")
    page.goto("/admin/")
    page.locator(f"#row-{late}").get_by_role("button", name="Spam").click()
    expect(page.locator(f"#row-{late}.decided")).to_be_visible()


def decide_and_see_the_notice(page: Page, edition: Edition) -> None:
    late, _token = edition.town.factory.comment(1, "To decide.")
    page.goto(f"/admin/comments/{late}")
    page.get_by_role("button", name="Spam").click()


def open_all_of_a_row(page: Page, edition: Edition) -> None:
    page.goto("/admin/")
    row = page.locator(f"#row-{edition.pending}")
    for summary in row.locator("summary").all():
        summary.click()
    expect(row.locator(".dossier")).to_be_visible()


def read_an_appeal(page: Page, edition: Edition) -> None:
    comment, _token = edition.town.factory.comment(1, "To be rejected.")
    edition.town.factory.decide(edition.town.editor, comment, "reject", note=LONG_WORD[:900])
    with edition.town.factory.app.app_context(), transaction() as session:
        locked = decisions.locked(session, comment)
        appeals.appeal(session, locked, the_site(session), f"{LONG_WORD[:1800]}")
    page.goto("/admin/?tab=appeals")


def read_reports(page: Page, edition: Edition) -> None:
    page.goto(f"/comments/{edition.comment}/report")
    page.get_by_label("It advertises").check()
    page.get_by_role("button", name="Send the report").click()
    page.goto("/admin/?tab=reported")
    expect(page.get_by_text("Reported by")).to_be_visible()


def reject_what_is_ticked(page: Page, edition: Edition) -> None:
    page.goto("/admin/")
    page.locator(f"#row-{edition.pending}").get_by_role("checkbox").check()
    page.locator("#bulk").get_by_role("button", name="Reject").click()


def watch_the_bar(page: Page, edition: Edition) -> None:
    edition.town.factory.comment(edition.town.factory.article("bulky"), "To decide.")
    page.goto("/admin/bulk?decision=spam&article=bulky")
    page.get_by_role("button", name="Put 1 comment with the spam").click()
    expect(page.get_by_text("1 of 1 looked at.")).to_be_visible()


def list_the_keys(page: Page, edition: Edition) -> None:
    page.goto("/admin/")
    page.keyboard.press("?")


def lose_the_session(page: Page, edition: Edition) -> None:
    page.goto(f"/admin/comments/{edition.pending}/reply")
    page.get_by_role("textbox").fill("A text that is longer than a short one, and on its way.\n" * 2)
    page.context.clear_cookies()
    page.get_by_role("button", name="Publish both").click()


def come_back_with_the_text(page: Page, edition: Edition) -> None:
    lose_the_session(page, edition)
    log_in(page, edition.town.editor)


def edit_nothing(page: Page, edition: Edition) -> None:
    page.goto(f"/admin/comments/{edition.pending}/edit")
    page.get_by_role("textbox").fill("")
    page.get_by_role("button", name="Save").click()


def set_nonsense(page: Page, _edition: Edition) -> None:
    page.goto("/admin/settings")
    page.get_by_label("Links in a comment").fill("many")
    page.get_by_role("button", name="Save").click()


def try_a_phrase(page: Page, _edition: Edition) -> None:
    page.goto("/admin/phrases")
    page.get_by_label("Phrases, one a line").fill("casino\nbuy now")
    page.get_by_role("button", name="Add").click()
    page.get_by_label("Text", exact=True).fill("The best cas1no.")
    page.get_by_role("button", name="Try").click()


def move_twice(page: Page, _edition: Edition) -> None:
    for address in ["moved-once", "x" * 200, "No address!"]:
        page.goto("/admin/articles/1/address")
        page.get_by_label("Address").fill(address)
        page.get_by_role("button", name="Move the article").click()
    expect(page.get_by_text("/articles/moved-once")).to_be_visible()


def ban_an_address(page: Page, edition: Edition) -> None:
    page.goto(f"/admin/comments/{edition.pending}/ban")
    page.get_by_label("The network address").check()
    page.get_by_label("A week").check()
    page.get_by_label("Reason, as the banned read it").fill("Three threats in a week.")
    page.get_by_role("button", name="Ban", exact=True).click()


def ban_nobody(page: Page, edition: Edition) -> None:
    page.goto(f"/admin/comments/{edition.pending}/ban")
    page.get_by_role("button", name="Ban", exact=True).click()


def meet_another_writer(page: Page, edition: Edition) -> None:
    article = edition.town.factory.article(f"two-writers-{next(NUMBERS)}")
    for _editor in range(2):
        page.goto(f"/admin/articles/{article}/edit")
        page.get_by_label("Tags").fill(LONG_WORD[:99])
        page.locator("input[name=seen]").evaluate("seen => (seen.value = 1)")
        page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("alert")).to_contain_text("saved this article on")


def delete_a_draft(page: Page, edition: Edition) -> None:
    article = edition.town.factory.article(f"to-be-deleted-{next(NUMBERS)}", title=LONG_WORD[:150], draft=True)
    page.goto(f"/admin/articles/{article}/delete")


def find_what_was_not_saved(page: Page, edition: Edition) -> None:
    article = edition.town.factory.article(f"unsaved-{next(NUMBERS)}")
    page.goto(f"/admin/articles/{article}/edit")
    page.get_by_label("Headline").fill(LONG_WORD[:150])
    expect(page.get_by_text("Not saved yet. Kept for you at")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Go on with it")).to_be_visible()


def add_a_picture_with_mistakes(page: Page, _edition: Edition) -> None:
    page.goto("/admin/images")
    page.get_by_label("What it shows").fill(LONG_WORD)
    page.get_by_role("button", name="Add the picture").click()


def delete_a_picture_that_is_shown(page: Page, edition: Edition) -> None:
    page.goto("/admin/images/1")
    form = "document.querySelector('form').action = '/admin/images/1/delete'; document.querySelector('form').submit()"
    page.evaluate(form)
    expect(page.get_by_role("alert")).to_contain_text("It is shown here.")


def share_a_draft(page: Page, _edition: Edition) -> None:
    write_with_mistakes(page, _edition)
    page.get_by_label("Headline").fill(LONG_WORD[:150])
    page.get_by_label("Standfirst").fill("In short.")
    page.get_by_role("textbox", name="Answer").fill("")
    page.get_by_label("Address", exact=True).fill(f"draft-{next(NUMBERS)}")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Make a private link").click()
    expect(page.get_by_label("Whoever has it can read")).to_be_visible()


def write_with_mistakes(page: Page, _edition: Edition) -> None:
    page.goto("/admin/articles/new")
    page.get_by_role("button", name="Add a source").click()
    page.get_by_label("Publisher").fill(LONG_WORD)
    page.get_by_role("button", name="Add a question").click()
    page.get_by_role("textbox", name="Answer").fill(LONG_WORD)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("How to write the text").click()
    page.get_by_text("Add a picture", exact=True).click()


def write_page(page: Page, title: str, text: str, *, live: bool = True) -> None:
    page.goto("/admin/pages/new")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text", exact=True).fill(text)
    if live:
        page.get_by_label("Live: at its address").check()
    page.get_by_role("button", name="Save").click()


def write_page_with_mistakes(page: Page, _edition: Edition) -> None:
    write_page(page, "", LONG_WORD)
    page.get_by_text("How to write the text").click()


def meet_another_writer_of_a_page(page: Page, _edition: Edition) -> None:
    write_page(page, f"{next(NUMBERS)} {LONG_WORD[:150]}", f"{LONG_WORD}\n\n## {LONG_WORD[:200]}")
    for words in ("Two.", "Three."):
        page.get_by_label("Text", exact=True).fill(f"{LONG_WORD} {words}")
        page.locator("input[name=seen]").evaluate("seen => (seen.value = 1)")
        page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("saved this page on")
    page.get_by_text("What it said before").click()


def delete_a_page(page: Page, _edition: Edition) -> None:
    write_page(page, f"{next(NUMBERS)} {LONG_WORD[:150]}", LONG_WORD, live=False)
    page.get_by_role("link", name="Delete …").click()
    expect(page.get_by_role("button", name="Delete the page")).to_be_visible()


def read_a_page(page: Page, _edition: Edition) -> None:
    number = next(NUMBERS)
    write_page(page, f"Page {number}", f"{LONG_WORD}\n\n## {LONG_WORD[:200]}\n\n- A list\n")
    page.goto(f"/page-{number}")


def put_nonsense_into_the_menus(page: Page, _edition: Edition) -> None:
    page.goto("/admin/menu")
    page.get_by_role("button", name="Add a link at the foot").click()
    page.get_by_label("Label").last.fill(LONG_WORD)
    page.get_by_label("Address").last.fill(f"/{LONG_WORD}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()


def open_the_issue(page: Page, _edition: Edition) -> None:
    page.goto("/newsletter/issues")
    page.get_by_role("link", name=LONG_WORD[:150]).click()


def write_an_issue_with_mistakes(page: Page, _edition: Edition) -> None:
    page.goto("/admin/newsletter/new")
    page.get_by_label("Address of an article").fill("every-kind")
    page.get_by_role("button", name="Add this article").click()
    page.get_by_label("Text", exact=True).fill(f"# {LONG_WORD}")
    page.get_by_role("button", name="Save").click()


def open_path(path: Callable[[Edition], str] | str) -> Callable[[Page, Edition], None]:
    def go(page: Page, edition: Edition) -> None:
        page.goto(path if isinstance(path, str) else path(edition))

    return go


def keep_together(page: Page, edition: Edition) -> None:
    _comment, token = edition.town.factory.comment(1, f"{LONG_WORD} of a pass.", author=LONG_WORD[:80])
    page.goto(f"/receipts/{token}")
    page.get_by_role("button", name="Start a pass with this comment").click()
    expect(page.get_by_role("heading", name="Your pass")).to_be_visible()


def paste_no_receipt(page: Page, edition: Edition) -> None:
    keep_together(page, edition)
    page.get_by_role("button", name="Add it").click()


def paste_no_pass(page: Page, edition: Edition) -> None:
    page.goto(edition.receipts["published"])
    page.get_by_role("button", name="Add to this pass").click()


def open_pass(path: str) -> Callable[[Page, Edition], None]:
    def go(page: Page, edition: Edition) -> None:
        keep_together(page, edition)
        page.goto(page.url + path)

    return go


def see_what_waits(page: Page, edition: Edition) -> None:
    keep_together(page, edition)
    page.get_by_label("Remember it in this browser").check()
    page.goto(f"/comments/{edition.comment}/reply")
    write_comment(page, LONG_WORD, name="Somebody else")
    page.goto(edition.path)
    expect(page.locator(".own")).to_be_visible()


READERS: dict[str, Callable[[Page, Edition], None]] = {
    "front page": open_path("/"),
    "the sample article": open_path("/articles/trump-anthropic-national-security"),
    "article with comments": open_path(lambda edition: edition.path),
    "editor's picks first": open_path(lambda edition: f"{edition.path}?order=picks"),
    "one branch": open_path(lambda edition: f"{edition.path}?from={edition.comment:08x}{edition.comment + 1:08x}"),
    "a comment that is gone": open_path(lambda edition: f"{edition.path}?comment=99999#comment-99999"),
    "questions": open_path("/faq"),
    "subjects": open_path("/tags"),
    "a subject": open_path(f"/tags/{LONG_WORD[:99].lower()}"),
    "all authors": open_path("/authors"),
    "an author": open_path("/authors/an-author"),
    "a series": open_path("/series/a-series"),
    "archive": open_path("/archive"),
    "a month": open_path(lambda edition: f"/archive/{clock.now():%Y/%m}"),
    "corrections": open_path("/corrections"),
    "house rules": open_path("/house-rules"),
    "an issue of the newsletter": open_the_issue,
    "reply": open_path(lambda edition: f"/comments/{edition.comment}/reply"),
    "form with mistakes": send_an_empty_form,
    "preview of a reply": preview_a_reply,
    "receipt, pending": open_path(lambda edition: edition.receipts["pending"]),
    "receipt, published": open_path(lambda edition: edition.receipts["published"]),
    "receipt, rejected": open_path(lambda edition: edition.receipts["rejected"]),
    "receipt, taken for spam": open_path(lambda edition: edition.receipts["taken for spam"]),
    "receipt, returned": open_path(lambda edition: edition.receipts["returned"]),
    "receipt, appeal dismissed": open_path(lambda edition: edition.receipts["appealed"]),
    "receipt, appeal with mistakes": appeal_without_words,
    "receipt, changed": open_path(lambda edition: edition.receipts["changed"]),
    "receipt, withdrawn": open_path(lambda edition: edition.receipts["withdrawn"]),
    "receipt, erased": open_path(lambda edition: edition.receipts["erased"]),
    "withdraw?": open_path(lambda edition: f"{edition.receipts['published']}/withdraw"),
    "erase?": open_path(lambda edition: f"{edition.receipts['published']}/erase"),
    "receipt, mail asked for": ask_for_mail,
    "receipt, mail with mistakes": ask_for_mail_to_nowhere,
    "following a thread": open_path(lambda edition: f"{edition.path}/follow"),
    "a thread asked for": ask_for_a_thread,
    "the page that a letter leads to": follow_a_letter,
    "newsletter": open_path("/newsletter"),
    "newsletter with mistakes": ask_for_the_newsletter_to_nowhere,
    "newsletter asked for": ask_for_the_newsletter,
    "what a pass is": open_path("/passes"),
    "a pass": keep_together,
    "a pass, pasted wrong": paste_no_receipt,
    "a pass's link, pasted wrong": paste_no_pass,
    "no article to comment on": open_pass("/comment?article=nowhere"),
    "the form of a pass": open_pass("/comment?article=every-kind"),
    "erasing all of a pass": open_pass("/erase"),
    "deleting a pass": open_pass("/delete"),
    "what waits, in its place": see_what_waits,
    "what is mailed": confirm_what_waits,
    "stopping all letters": end_all_letters,
    "stopping one letter": stop_a_letter,
    "report": open_path(lambda edition: f"/comments/{edition.comment}/report"),
    "report with mistakes": report_without_a_reason,
    "a report's receipt": report,
    "search": open_path("/search?q=heading+code"),
    "search that goes on": open_path("/search?kind=questions&q=answer"),
    "search that finds nothing": open_path("/search?q=zyzzyva"),
    "too long a search": open_path(f"/search?q={LONG_WORD[:300]}"),
    "what a search can be": open_path("/search"),
    "error": open_path("/nowhere"),
    "login": open_path("/admin/login"),
    "a link that is void": open_path("/admin/welcome/" + "x" * 22),
}
EDITORS: dict[str, Callable[[Page, Edition], None]] = {
    "pending": open_path("/admin/"),
    "published": open_path("/admin/?tab=published"),
    "rejected": open_path("/admin/?tab=rejected"),
    "spam": open_path("/admin/?tab=spam"),
    "withdrawn": open_path("/admin/?tab=withdrawn"),
    "queue after a decision": decide_and_see_the_notice,
    "reply from the queue": open_path(lambda edition: f"/admin/comments/{edition.pending}/reply"),
    "edit": open_path(lambda edition: f"/admin/comments/{edition.pending}/edit"),
    "edit with mistakes": edit_nothing,
    "into the questions": open_path(lambda edition: f"/admin/comments/{edition.pending}/faq"),
    "into a correction": open_path(lambda edition: f"/admin/comments/{edition.pending}/correction"),
    "corrections": open_path("/admin/corrections"),
    "no article to correct": open_path("/admin/corrections/new?article=nowhere"),
    "a new correction": open_path("/admin/corrections/new?article=every-kind"),
    "withdrawing a correction": open_path("/admin/corrections/1/remove"),
    "taking a question out": open_path("/admin/questions/1/remove"),
    "conflict": meet_a_conflict,
    "conflict in place": meet_a_conflict_in_place,
    "decided in place": decide_in_place,
    "a row with all of it opened": open_all_of_a_row,
    "a comment by itself": open_path(lambda edition: f"/admin/comments/{edition.comment}"),
    "appeals": read_an_appeal,
    "reported": read_reports,
    "narrowed with mistakes": open_path("/admin/?article=nowhere&to=9999-12-31&text=words"),
    "narrowed to nothing": open_path("/admin/?text=nowhere&order=spam-first"),
    "a rule left out": reject_what_is_ticked,
    "all that match": open_path("/admin/bulk?decision=reject&tab=published"),
    "the bar": watch_the_bar,
    "keys": list_the_keys,
    "account": open_path("/admin/account"),
    "editors": invite_nobody,
    "an editor": shut_nobody_out,
    "mail": open_path("/admin/mail"),
    "subscribers": look_at_subscribers,
    "a subscriber": look_at_one_subscriber,
    "bringing subscribers": bring_subscribers,
    "bringing nobody": bring_nobody,
    "settings": open_path("/admin/settings"),
    "settings with mistakes": set_nonsense,
    "house rules": open_path("/admin/house-rules"),
    "a house rule": open_path("/admin/house-rules/2"),
    "phrases": try_a_phrase,
    "bans": ban_an_address,
    "ban with mistakes": ban_nobody,
    "address of an article": move_twice,
    "articles": open_path("/admin/articles"),
    "authors": open_path("/admin/authors"),
    "an author in the form": open_path("/admin/authors/1"),
    "a new author": open_path("/admin/authors/new"),
    "series that are there": open_path("/admin/series"),
    "deleting a series": open_path("/admin/series/1/delete"),
    "an article in its form": open_path("/admin/articles/1/edit"),
    "an article with mistakes": write_with_mistakes,
    "images with mistakes": add_a_picture_with_mistakes,
    "an image that an article shows": delete_a_picture_that_is_shown,
    "an article that another has saved": meet_another_writer,
    "an article's revisions": open_path("/admin/articles/1/revisions"),
    "withdrawing an article": open_path("/admin/articles/1/withdraw"),
    "a private link": share_a_draft,
    "pages": open_path("/admin/pages"),
    "a page with mistakes": write_page_with_mistakes,
    "a page that another has saved": meet_another_writer_of_a_page,
    "a page beside the articles": read_a_page,
    "deleting a page": delete_a_page,
    "menus with mistakes": put_nonsense_into_the_menus,
    "deleting a draft": delete_a_draft,
    "an article with a text that was not saved": find_what_was_not_saved,
    "issues": open_path("/admin/newsletter"),
    "an issue with mistakes": write_an_issue_with_mistakes,
    "an issue that is paused": open_path("/admin/newsletter/1"),
    "an issue that can be sent": open_path("/admin/newsletter/2"),
    "account with mistakes": send_nonsense_to_the_account,
    "login with a text on its way": lose_the_session,
    "a text that came through the login": come_back_with_the_text,
}


@pytest.fixture(scope="module")
def one_browser(chromium: Browser, town: Town) -> Iterator[Visitor]:
    """One for all pages: opening one, and its fetching of styles and fonts, takes as long as looking at a page."""
    visitor = Visitor(chromium, town.site.address, javascript=True)
    yield visitor
    visitor.context.close()


@pytest.fixture
def visitor(one_browser: Visitor) -> Iterator[Visitor]:
    """Somebody at that browser, whose page may not complain, or ask another site for anything."""
    one_browser.hand_over()
    yield one_browser
    assert one_browser.complaints == []
    assert one_browser.requested_elsewhere() == []


@pytest.mark.parametrize("kind", READERS)
def test_a_readers_page_has_no_barrier_and_fits(visitor: Visitor, edition: Edition, kind: str) -> None:
    READERS[kind](visitor.page, edition)
    assert barriers(visitor.page) == []
    assert too_wide_at(visitor.page, 320) == []


@pytest.mark.parametrize("kind", EDITORS)
def test_an_editors_page_has_no_barrier_and_fits(visitor: Visitor, edition: Edition, kind: str) -> None:
    page = visitor.page
    if edition.cookies:
        visitor.context.add_cookies(edition.cookies)
    else:
        page.goto("/admin/")
        log_in(page, edition.town.editor)
        edition.cookies.extend(visitor.context.cookies())
    EDITORS[kind](page, edition)
    assert barriers(page) == []
    assert too_wide_at(page, 320) == []


def test_the_page_that_makes_an_editor_has_no_barrier_and_fits(
    visit: Callable[..., Visitor], new_site: ServedSite
) -> None:
    page = visit(new_site).page
    page.goto(new_site.first_link())
    assert barriers(page) == []
    page.get_by_role("button", name="Save and log in").click()
    assert barriers(page) == []
    assert too_wide_at(page, 320) == []


def test_an_article_of_a_single_endless_word_fits(visit: Callable[..., Visitor], town: Town) -> None:
    town.factory.article("endless", body=f"{'w' * 10_000}\n\n## {'h' * 400}\n", title="t" * 190, standfirst="s" * 300)
    page = visit(town.site).page
    for path in ["/articles/endless", "/"]:
        page.goto(path)
        assert too_wide_at(page, 320) == []


def barriers(page: Page) -> list[str]:
    """What axe-core finds, in light and dark, on a telephone and on a desk."""
    page.evaluate(AXE)
    found = []
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{scheme} {width}: {violation}" for violation in page.evaluate(VIOLATIONS)]
    return found


def too_wide_at(page: Page, width: int) -> list[str]:
    """The parts that make the page scroll sideways in a window of that width."""
    page.set_viewport_size({"width": width, "height": 900})
    parts: list[str] = page.evaluate(TOO_WIDE)
    return parts
