"""What holds on every kind of page: no barrier that axe-core finds, nothing wider than the window, no complaint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Town, Visitor, log_in, write_comment
from tests.serving.site import ServedSite

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
VIOLATIONS = """async () => (await axe.run({ resultTypes: ['violations'] })).violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`))"""
TOO_WIDE = """() => document.scrollingElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
    .filter(part => part.getBoundingClientRect().right > innerWidth + 1).map(part => part.outerHTML.slice(0, 120))"""

LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (390, 1280)]
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

    @property
    def path(self) -> str:
        return "/articles/every-kind"


@pytest.fixture(scope="module")
def edition(town: Town) -> Edition:
    factory, editor = town.factory, town.editor
    questions = [{"question": f"Question {number}?", "answer": f"Answer {number}."} for number in range(6)]
    article = factory.article("every-kind", faq=questions, tags=["A subject"], sources=[{"publisher": "A source"}])
    top = factory.published(article, "# Heading\n\n- a list\n- `code`\n\n> A quotation.", author="Bo", editor=editor)
    answer = factory.published(article, "An [answer](https://example.org/).", parent_id=top, editor=editor)
    deeper = factory.published(article, "A deeper one.", parent_id=answer, editor=editor)
    factory.published(article, "```\n" + "code " * 60 + "\n```", parent_id=deeper, editor=editor)
    for text, author in [(LONG_WORD, LONG_WORD[:80]), (RIGHT_TO_LEFT, "עדית"), (ZALGO, "Zoe")]:
        factory.published(article, text, author=author, editor=editor)
    receipts = {"pending": factory.comment(article, LONG_WORD)}
    for state, verb in {"published": "publish", "rejected": "reject", "taken for spam": "spam"}.items():
        receipts[state] = factory.comment(article, f"To be {state}.", email="ann@example.org", parent_id=top)
        factory.decide(editor, receipts[state][0], verb)
    pending, _token = factory.comment(article, "Waiting.", parent_id=answer, email="ann@example.org")
    return Edition(town, top, pending, {state: f"/receipts/{token}" for state, (_id, token) in receipts.items()})


def send_an_empty_form(page: Page, edition: Edition) -> None:
    page.goto(edition.path)
    write_comment(page, "", name="", email="nonsense")


def send_nonsense_to_the_account(page: Page, edition: Edition) -> None:
    page.goto("/admin/account")
    page.get_by_role("button", name="Change password").click()


def meet_a_conflict(page: Page, edition: Edition) -> None:
    late, _token = edition.town.factory.comment(1, "Too late.")
    page.goto("/admin/")
    row = page.locator(f"#row-{late}")
    edition.town.factory.decide(edition.town.editor, late, "reject")
    row.get_by_role("button", name="Publish").click()


def decide_and_see_the_notice(page: Page, edition: Edition) -> None:
    late, _token = edition.town.factory.comment(1, "To decide.")
    page.goto("/admin/")
    page.locator(f"#row-{late}").get_by_role("button", name="Reject").click()


def lose_the_session(page: Page, edition: Edition) -> None:
    page.goto(f"/admin/comments/{edition.pending}/reply")
    page.get_by_role("textbox").fill("A text that is longer than a short one, and on its way.\n" * 2)
    page.context.clear_cookies()
    page.get_by_role("button", name="Publish both").click()


def come_back_with_the_text(page: Page, edition: Edition) -> None:
    lose_the_session(page, edition)
    log_in(page, edition.town.editor)


def open_path(path: Callable[[Edition], str] | str) -> Callable[[Page, Edition], None]:
    def go(page: Page, edition: Edition) -> None:
        page.goto(path if isinstance(path, str) else path(edition))

    return go


READERS: dict[str, Callable[[Page, Edition], None]] = {
    "front page": open_path("/"),
    "the sample article": open_path("/articles/trump-anthropic-national-security"),
    "article with comments": open_path(lambda edition: edition.path),
    "questions": open_path("/faq"),
    "reply": open_path(lambda edition: f"/comments/{edition.comment}/reply"),
    "form with mistakes": send_an_empty_form,
    "receipt, pending": open_path(lambda edition: edition.receipts["pending"]),
    "receipt, published": open_path(lambda edition: edition.receipts["published"]),
    "receipt, rejected": open_path(lambda edition: edition.receipts["rejected"]),
    "receipt, taken for spam": open_path(lambda edition: edition.receipts["taken for spam"]),
    "error": open_path("/nowhere"),
    "login": open_path("/admin/login"),
    "a link that is void": open_path("/admin/welcome/" + "x" * 22),
}
EDITORS: dict[str, Callable[[Page, Edition], None]] = {
    "pending": open_path("/admin/"),
    "published": open_path("/admin/?tab=published"),
    "rejected": open_path("/admin/?tab=rejected"),
    "spam": open_path("/admin/?tab=spam"),
    "queue after a decision": decide_and_see_the_notice,
    "reply from the queue": open_path(lambda edition: f"/admin/comments/{edition.pending}/reply"),
    "conflict": meet_a_conflict,
    "account": open_path("/admin/account"),
    "account with mistakes": send_nonsense_to_the_account,
    "login with a text on its way": lose_the_session,
    "a text that came through the login": come_back_with_the_text,
}


@pytest.mark.parametrize("kind", READERS)
def test_a_readers_page_has_no_barrier_and_fits(visit: Callable[..., Visitor], edition: Edition, kind: str) -> None:
    page = visit(edition.town.site).page
    READERS[kind](page, edition)
    assert barriers(page) == []
    assert too_wide_at(page, 320) == []


@pytest.mark.parametrize("kind", EDITORS)
def test_an_editors_page_has_no_barrier_and_fits(visit: Callable[..., Visitor], edition: Edition, kind: str) -> None:
    page = visit(edition.town.site).page
    page.goto("/admin/")
    log_in(page, edition.town.editor)
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
