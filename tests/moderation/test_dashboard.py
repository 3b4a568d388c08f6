"""The editor's dashboard: what waits and for how long, the last 30 days, and what the filter got right and wrong."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.comments import reporting
from app.comments.models import Comment, ReportReason
from app.core import clock
from app.core.db import transaction
from app.core.jobs import Job
from app.learning.models import FilterState, FilterTrial
from app.mail.posting import GIVEN_UP
from app.moderation import appeals, decisions
from app.moderation.charts import chart_of
from app.moderation.statistics import Flow
from app.site.models import the_site
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page
from tests.reading.test_query_counts import counted


def dashboard(browser: FlaskClient) -> Page:
    answer = browser.get("/admin/today")
    assert answer.status_code == 200
    return Page(answer)


def waiting(browser: FlaskClient) -> list[str]:
    """What is said of comments, of reports, of appeals and of e-mails."""
    return dashboard(browser).texts("//dl[@class='waits']//dd")


def part(browser: FlaskClient, name: str) -> str:
    return dashboard(browser).text(f"//section[@aria-labelledby='{name}']")


def try_filter(app: Flask, *trials: tuple[int, float | None, bool]) -> None:
    """What the filter would have given comments that were put with the spam, or published."""
    with app.app_context(), transaction() as session:
        session.execute(sa.delete(FilterTrial))
        for key, probability, spam in trials:
            session.add(FilterTrial(key=key, at=clock.now(), probability=probability, spam=spam))
            session.flush()


def test_a_desk_without_work_says_so(browser: FlaskClient) -> None:
    assert waiting(browser) == ["None waits.", "None is reported.", "None is open.", "None waits. Mail"]
    assert "Nothing was decided." in part(browser, "editors")


def test_what_waits_is_counted_with_since_when_and_leads_to_it(
    app: Flask, factory: Factory, edith: Identity, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    article = factory.article("news")
    for hours in (0, 1, 4):
        frozen_clock.advance(hours=hours)
        factory.comment(article)
    reported = factory.published(article, editor=edith)
    appealed, _token = factory.comment(article)
    factory.decide(edith, appealed, "reject")
    frozen_clock.advance(minutes=30)
    with app.app_context(), transaction() as session:
        reporting.report(session, reported, reason=ReportReason.ABUSE, text="", address_hash="a")
        appeals.appeal(session, decisions.locked(session, appealed), the_site(session), "It was fair.")
    frozen_clock.advance(minutes=10)
    assert waiting(browser)[:3] == [
        "3 the first since 20 November 2026, 10:00",
        "1 the first since 20 November 2026, 15:30",
        "1 the first since 20 November 2026, 15:30",
    ]
    page = dashboard(browser)
    assert [link.get("href") for link in page.find("//dl[@class='waits']//dd/a")][:3] == [
        "/admin/?tab=pending",
        "/admin/?tab=reported",
        "/admin/?tab=appeals",
    ]
    assert "Half of the comments have waited for 4 h 40 min or longer." in page.text()


def test_one_comment_that_waits_has_no_half(factory: Factory, browser: FlaskClient) -> None:
    factory.comment(factory.article("news"))
    assert "Half of the comments" not in dashboard(browser).text()


def test_mail_that_could_not_be_delivered_is_said_with_the_way_to_it(app: Flask, browser: FlaskClient) -> None:
    with app.app_context(), transaction() as session:
        session.add(Job(kind=GIVEN_UP, payload={}, run_at=clock.now(), attempts=1))
    assert waiting(browser)[3] == "None waits. One could not be delivered. Mail"
    assert dashboard(browser).link("//dl[@class='waits']/div[4]//a") == "/admin/mail"


def test_each_of_the_last_thirty_days_has_its_figures(
    factory: Factory, edith: Identity, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    article = factory.article("news")
    for later, verb in ((0, "publish"), (1, "publish"), (1, "spam"), (28, "reject")):
        frozen_clock.advance(days=later)
        comment, _token = factory.comment(article)
        factory.decide(edith, comment, verb)
    figures = {
        row.xpath("string(th)"): [cell.text_content() for cell in row.xpath("td")]
        for row in dashboard(factory.logged_in(edith)).find("//section[@aria-labelledby='days']//tbody/tr")
    }
    assert len(figures) == 30
    assert next(iter(figures)) == "20 December 2026"
    assert figures["20 December 2026"] == ["1", "0", "1", "0"]
    assert figures["22 November 2026"] == ["1", "0", "0", "1"]
    assert figures["21 November 2026"] == ["1", "1", "0", "0"]
    assert figures["1 December 2026"] == ["0", "0", "0", "0"]
    assert "20 November 2026" not in figures


def test_what_appeared_without_an_editor_is_counted(
    factory: Factory, edith: Identity, browser: FlaskClient, app: Flask
) -> None:
    article = factory.article("news")
    seen = factory.published(article, editor=edith)
    unseen = [factory.published(article, editor=edith) for _ in range(2)]
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Comment).where(Comment.id.in_(unseen)).values(decided_at=None))
    assert seen
    assert "2 comments of the last 30 days appeared without an editor’s decision." in part(browser, "waits")


def test_decisions_are_told_by_editor_without_those_taken_back(
    app: Flask, factory: Factory, edith: Identity, browser: FlaskClient
) -> None:
    article, bob = factory.article("news"), factory.editor("Bob Field", "bob@example.org")
    for editor, verb in ((bob, "publish"), (edith, "publish"), (bob, "reject"), (bob, "spam"), (edith, "return")):
        comment, _token = factory.comment(article)
        factory.decide(editor, comment, verb)
    factory.undo(edith, comment)
    rows = dashboard(browser).texts("//section[@aria-labelledby='editors']//tbody/tr")
    assert rows == ["Bob Field 1 1 1 0", "Edith Ward 1 0 0 0"]


def test_a_filter_that_is_still_learning_says_from_when_on_it_has_a_say(browser: FlaskClient) -> None:
    told = part(browser, "filter")
    assert "It has learned 0 published comments and 0 of spam. It has a say from 20 of each on." in told
    assert "after 200 decisions" in told


def test_the_filters_record_and_its_last_mistakes_are_told(
    app: Flask, factory: Factory, edith: Identity, browser: FlaskClient
) -> None:
    article = factory.article("news")
    ham, spam, right = (factory.published(article, editor=edith, author=name) for name in ("Ham", "Spam", "Right"))
    with app.app_context(), transaction() as session:
        session.execute(sa.update(FilterState).values(ham=150, spam=60))
    fillers = [(1000 + number, 0.1, False) for number in range(200)]
    unsaid = [(3000, None, True)]
    try_filter(app, *fillers, (ham, 0.91, False), (spam, 0.02, True), (right, 0.99, True), *unsaid)
    page = dashboard(browser)
    told = page.text("//section[@aria-labelledby='filter']")
    assert "Of the last 203 decisions, it would have got 201 right before it saw them." in told
    assert "It would have taken 1 published comments for spam, and missed 1 of spam." in told
    assert "It has a say" not in told
    mistakes = "//section[@aria-labelledby='filter']//li"
    assert page.texts(f"{mistakes}//a") == ["A comment by Spam", "A comment by Ham"]
    assert page.link(f"{mistakes}//a") == f"/admin/comments/{spam}"
    assert [text.rpartition("00")[2] for text in page.texts(mistakes)] == [
        " spam; the filter gave it 2%",
        " published; the filter gave it 91%",
    ]


def test_a_desk_with_much_to_tell_asks_as_little_as_one_with_nothing(
    app: Flask, factory: Factory, edith: Identity, browser: FlaskClient
) -> None:
    asked = []
    for number in (0, 40):
        article = factory.article(f"news-{number}")
        for _ in range(number):
            factory.published(article, editor=edith)
            factory.comment(article)
        try_filter(app, *((one, 0.9, False) for one in range(1, number)))
        with counted(app) as statements:
            dashboard(browser)
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 13


def test_a_bar_is_as_high_as_its_numbers_and_the_line_stands_where_the_number_received_does() -> None:
    chart = chart_of([("Oct", Flow(received=10, published=4, rejected=2, spam=1)), ("Nov", Flow(received=5, spam=5))])
    first, second = chart.bars
    (top_y, _top), foot_y = chart.lines[-1], chart.lines[0][0]
    unit = (foot_y - top_y) / 10
    assert [level for _y, level in chart.lines] == [0, 5, 10]
    assert [one.kind for one in first.parts] == ["published", "rejected", "spam"]
    assert [one.height / unit for one in first.parts] == pytest.approx([4, 2, 1], abs=0.02)
    assert first.parts[0].y + first.parts[0].height == pytest.approx(foot_y)
    assert first.parts[1].y + first.parts[1].height == pytest.approx(first.parts[0].y)
    assert first.received_y == pytest.approx(top_y)
    assert second.received_y == pytest.approx(second.parts[0].y)
    assert chart.left < first.x < first.x + first.width < second.x < second.x + second.width < chart.width


@pytest.mark.parametrize(
    ("number", "top"), [(0, 2), (1, 2), (2, 2), (3, 5), (9, 10), (11, 20), (50, 50), (501, 1000), (35_071, 50_000)]
)
def test_the_highest_level_is_the_next_number_that_is_easily_read(number: int, top: int) -> None:
    assert chart_of([("", Flow(received=number))]).lines[-1][1] == top


def test_what_was_decided_of_an_earlier_months_comments_fits_on_the_chart_too() -> None:
    chart = chart_of([("", Flow(received=1, published=30))])
    assert chart.lines[-1][1] == 50
    assert chart_of([]).bars == []
