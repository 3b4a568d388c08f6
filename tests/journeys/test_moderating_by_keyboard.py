"""The desk by keyboard alone: one key for each decision, and no page loaded between them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.comments.models import Comment, Status
from app.moderation.models import Decision
from tests.journeys.conftest import Town, Visitor, log_in
from tests.serving.site import ServedSite


@pytest.fixture
def crowd(new_site: ServedSite, visit: Callable[..., Visitor]) -> Town:
    """A site of one test's own, so that its queue holds what the test put there and nothing else."""
    with new_site.factory() as factory:
        return Town(new_site, factory, factory.editor())


class Keys:
    """An editor at a keyboard, who counts what is pressed, and pages that were loaded after the first."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0
        self.loaded = 0
        page.on("framenavigated", self._on_load)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    @property
    def row(self) -> str:
        """The id of the row in focus."""
        row: str = self.page.evaluate("document.activeElement.closest('.queue-row')?.id ?? ''")
        return row

    def wait_for_another_row(self, than: str) -> None:
        self.page.wait_for_function(
            """before => {
                const row = document.activeElement.closest('.queue-row');
                return row && row.id !== before && !row.matches('.decided, .sending');
            }""",
            arg=than,
        )

    def _on_load(self, _frame: object) -> None:
        self.loaded += 1


@pytest.fixture
def at_the_desk(crowd: Town, visit: Callable[..., Visitor]) -> Callable[[], Keys]:
    def open_queue() -> Keys:
        page = visit(crowd.site).page
        page.goto("/admin/")
        log_in(page, crowd.editor)
        page.wait_for_function("() => document.activeElement.matches('.queue-row')")
        return Keys(page)

    return open_queue


def comments_in(town: Town, status: Status) -> list[int]:
    return town.factory.ask(sa.select(Comment.id).where(Comment.status == status).order_by(Comment.id))


@pytest.mark.parametrize(
    ("keys", "status"),
    [("a", Status.PUBLISHED), ("s", Status.SPAM), ("r3", Status.REJECTED)],
    ids=["approving takes one", "spamming takes one", "rejecting takes two"],
)
def test_a_hundred_comments_take_so_many_keys_and_no_page(
    crowd: Town, at_the_desk: Callable[[], Keys], keys: str, status: Status
) -> None:
    article = crowd.factory.article("busy")
    ids = [crowd.factory.comment(article)[0] for _ in range(100)]
    editor = at_the_desk()
    for number in range(100):
        row = editor.row
        editor.press(*keys)
        if number < 99:
            editor.wait_for_another_row(than=row)
    expect(editor.page.locator(".queue-row.decided")).to_have_count(100)
    assert (editor.pressed, editor.loaded) == (100 * len(keys), 0)
    assert comments_in(crowd, status) == ids
    expect(editor.page.locator("#tabs a").first).to_have_text("Pending 0")
    rules = crowd.factory.ask(sa.select(Decision.rule_number).distinct())
    assert rules == ([3] if status is Status.REJECTED else [None])


def test_keys_lead_from_row_to_row_and_act_on_that_in_focus_alone(crowd: Town, at_the_desk: Callable[[], Keys]) -> None:
    article = crowd.factory.article("calm")
    first, second, third = (crowd.factory.comment(article)[0] for _ in range(3))
    editor = at_the_desk()
    assert editor.row == f"row-{first}"
    editor.press("j", "j")
    assert editor.row == f"row-{third}"
    editor.press("j")
    assert editor.row == f"row-{third}"
    editor.press("k", "s")
    expect(editor.page.locator(f"#row-{second}.decided")).to_have_count(1)
    assert editor.row == f"row-{third}"
    assert comments_in(crowd, Status.SPAM) == [second]
    assert comments_in(crowd, Status.PENDING) == [first, third]


def test_a_decision_is_undone_by_going_back_to_it(crowd: Town, at_the_desk: Callable[[], Keys]) -> None:
    article = crowd.factory.article("calm")
    first, second = (crowd.factory.comment(article)[0] for _ in range(2))
    editor = at_the_desk()
    editor.press("a")
    decided = editor.page.locator(f"#row-{first}.decided")
    expect(decided).to_contain_text("Published.")
    undo = decided.get_by_role("button", name="Undo").bounding_box()
    assert undo is not None
    assert undo["x"] > 1000, "it stands at the end of the line"
    assert editor.row == f"row-{second}"
    editor.press("u")
    assert comments_in(crowd, Status.PUBLISHED) == [first]
    editor.press("k", "u")
    expect(editor.page.locator(f"#row-{first}").get_by_role("button", name="Publish")).to_be_visible()
    expect(editor.page.locator("#said")).to_have_text("1 decision undone.")
    assert editor.row == f"row-{first}"
    assert comments_in(crowd, Status.PENDING) == [first, second]
    assert editor.loaded == 0


def test_what_is_typed_into_a_field_decides_nothing(crowd: Town, at_the_desk: Callable[[], Keys]) -> None:
    comment, _token = crowd.factory.comment(crowd.factory.article("calm"))
    editor = at_the_desk()
    editor.press("r")
    note = editor.page.get_by_label("Note to the author, if one is needed")
    note.focus()
    editor.page.keyboard.type("As you are 3.")
    expect(note).to_have_value("As you are 3.")
    editor.press("Tab", "Tab", "Enter")
    expect(editor.page.locator(f"#row-{comment}.decided")).to_contain_text("Rejected.")
    (decision,) = crowd.factory.ask(sa.select(Decision))
    assert (decision.rule_number, decision.note) == (2, "As you are 3.")


def test_with_the_control_key_or_before_a_rule_is_open_nothing_is_decided(
    crowd: Town, at_the_desk: Callable[[], Keys]
) -> None:
    comment, _token = crowd.factory.comment(crowd.factory.article("calm"))
    editor = at_the_desk()
    editor.press("3", "Control+s", "Alt+a", "x")
    editor.press("r", "Escape", "3")
    assert editor.row == f"row-{comment}"
    assert comments_in(crowd, Status.PENDING) == [comment]
    assert crowd.factory.ask(sa.select(sa.func.count()).select_from(Decision)) == [0]


def test_the_keys_are_listed_and_can_be_switched_off(crowd: Town, at_the_desk: Callable[[], Keys]) -> None:
    comment, _token = crowd.factory.comment(crowd.factory.article("calm"))
    editor = at_the_desk()
    editor.press("?")
    listed = editor.page.get_by_role("dialog", name="Keys at the desk")
    expect(listed).to_be_visible()
    editor.press("a", "Escape")
    expect(listed).to_be_hidden()
    editor.page.get_by_role("button", name="Switch them off").press("Enter")
    expect(editor.page.get_by_text("Single keys are switched off.")).to_be_visible()
    editor.page.locator(f"#row-{comment}").focus()
    editor.press("a", "s", "?")
    assert comments_in(crowd, Status.PENDING) == [comment]
    assert not editor.page.locator("[aria-keyshortcuts]").count()
    editor.page.get_by_role("button", name="Switch them on").press("Enter")
    expect(editor.page.get_by_text("Single keys decide on the comment in focus.")).to_be_visible()
    editor.press("a")
    expect(editor.page.locator(f"#row-{comment}.decided")).to_have_count(1)


def test_what_another_editor_decided_first_is_said_in_the_row(crowd: Town, at_the_desk: Callable[[], Keys]) -> None:
    article = crowd.factory.article("calm")
    first, second = (crowd.factory.comment(article)[0] for _ in range(2))
    editor = at_the_desk()
    crowd.factory.decide(crowd.editor, first, "spam")
    editor.press("a")
    row = editor.page.locator(f"#row-{first}")
    expect(row.locator(".warning")).to_contain_text("Edith Ward put this with the spam on")
    expect(row.locator(".warning")).to_contain_text("Change that decision?")
    assert editor.row == f"row-{second}"
    assert comments_in(crowd, Status.SPAM) == [first]
    editor.press("k", "a")
    expect(editor.page.locator(f"#row-{first}.decided")).to_have_count(1)
    assert comments_in(crowd, Status.PUBLISHED) == [first]


def test_a_session_that_has_run_out_leads_to_the_log_in_with_the_decision_kept(
    crowd: Town, at_the_desk: Callable[[], Keys]
) -> None:
    comment, _token = crowd.factory.comment(crowd.factory.article("calm"))
    editor = at_the_desk()
    editor.page.context.clear_cookies()
    editor.press("r", "4")
    expect(editor.page.get_by_text("What you sent is kept. Log in, then send it.")).to_be_visible()
    assert comments_in(crowd, Status.PENDING) == [comment]
    log_in(editor.page, crowd.editor)
    editor.page.get_by_role("button", name="Send it now").click()
    expect(editor.page.get_by_role("status").filter(has_text="1 comment rejected.")).to_be_visible()
    assert crowd.factory.ask(sa.select(Decision.rule_number)) == [4]


def test_more_on_a_comment_is_fetched_when_it_is_opened(crowd: Town, at_the_desk: Callable[[], Keys]) -> None:
    article = crowd.factory.article("calm")
    comment, _token = crowd.factory.comment(article)
    crowd.factory.decide(crowd.editor, comment, "spam")
    crowd.factory.comment(article)
    editor = at_the_desk()
    editor.page.get_by_role("link", name="Spam").click()
    row = editor.page.locator(f"#row-{comment}")
    row.get_by_text("More").click()
    expect(row.get_by_role("heading", name="Decisions")).to_be_visible()
