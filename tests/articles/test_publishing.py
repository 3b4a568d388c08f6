"""What is out, what stands beside it, and its questions."""

from __future__ import annotations

from datetime import UTC, datetime

from flask.testing import FlaskClient

from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page

YOUTUBE = "https://www.youtube-nocookie.com"


def related(client: FlaskClient, slug: str) -> list[str]:
    page = Page(client.get(f"/articles/{slug}"))
    return [
        str(link.get("href")).removeprefix("/articles/") for link in page.find("//*[contains(@class, 'related')]//h3/a")
    ]


def csp(client: FlaskClient, path: str) -> dict[str, str]:
    """The directives of a page's Content-Security-Policy."""
    rules = client.get(path).headers["Content-Security-Policy"].split("; ")
    return {name: value for name, _space, value in (rule.partition(" ") for rule in rules)}


def video(**options: str) -> str:
    lines = "".join(f"{name}: {value}\n" for name, value in {"title": "A talk", **options}.items())
    return f"Before.\n\n::: video\n{lines}\nWhat is said in it.\n:::\n"


def test_an_article_with_a_future_date_is_nowhere_until_then(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    faq = [{"question": "Is it out?", "answer": "Yes."}]
    factory.article("news", title="Nine new bridges", published=datetime(2026, 11, 21, 10, 0, tzinfo=UTC), faq=faq)
    pages = ["/", "/faq", "/feed.atom", "/sitemaps/articles-1.xml", "/articles/news"]
    assert client.get("/articles/news").status_code == 404
    assert [path for path in pages if "/articles/news" in client.get(path).text] == []
    frozen_clock.time = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    assert client.get("/articles/news").status_code == 200
    assert [path for path in pages if "/articles/news" not in client.get(path).text] == []


def test_the_articles_that_the_editor_chose_come_first_in_that_order(client: FlaskClient, factory: Factory) -> None:
    for slug in ("a", "b", "c", "d"):
        factory.article(slug, tags=["Shared"])
    factory.article("news", related=["c", "gone", "a", "b", "d"], tags=["Shared"])
    assert related(client, "news") == ["c", "a", "b"]


def test_then_come_those_that_share_the_most_tags_then_the_newest(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    for day, (slug, tags) in enumerate(
        {"two-tags": ["X", "Y"], "one-tag": ["X", "Z"], "old": ["Z"], "newer": ["Z"]}.items(), 1
    ):
        factory.article(slug, tags=tags, published=datetime(2026, 11, day, tzinfo=UTC))
    factory.article("news", tags=["X", "Y"], published=datetime(2026, 11, 19, tzinfo=UTC))
    assert related(client, "news") == ["two-tags", "one-tag", "newer"]
    factory.article("other", related=["old"], tags=["X", "Y"], published=datetime(2026, 10, 1, tzinfo=UTC))
    assert related(client, "other") == ["old", "news", "two-tags"]


def test_no_article_is_related_to_itself_or_to_what_is_not_out(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    factory.article("tomorrow", published=datetime(2026, 11, 21, tzinfo=UTC))
    factory.article("news", related=["news", "tomorrow"])
    assert related(client, "news") == []
    assert "You may also like" not in client.get("/articles/news").text


def test_a_video_without_an_address_is_a_citation(client: FlaskClient, factory: Factory) -> None:
    factory.article("news", video(publisher="The Show"))
    page = Page(client.get("/articles/news"))
    card = "//*[@class='video']"
    assert page.text(f"{card}/p[@class='video-title']/cite") == "A talk"
    assert page.text(f"{card}/p[@class='video-source']") == "Video: The Show"
    assert not page.find(f"{card}//a")
    assert page.find(card)[0].get("data-embed") is None
    assert not page.find("//script[contains(@src, 'embed')]")
    assert csp(client, "/articles/news")["frame-src"] == "'none'"


def test_a_video_with_an_address_is_a_link_that_can_be_played_from_one_host_alone(
    client: FlaskClient, factory: Factory
) -> None:
    factory.article("news", video(url="https://www.youtube.com/watch?v=abcdefghijk"))
    page = Page(client.get("/articles/news"))
    card = "//*[@class='video']"
    assert page.link(f"{card}//a") == "https://www.youtube.com/watch?v=abcdefghijk"
    assert page.attribute(card, "data-embed") == f"{YOUTUBE}/embed/abcdefghijk"
    assert page.text(f"{card}/p[@class='video-note']") == (
        "Plays from www.youtube-nocookie.com, which will see your address"
    )
    assert not page.find("//iframe")
    (script,) = page.find("//script[contains(@src, 'embed')]")
    assert client.get(script.get("src")).mimetype == "text/javascript"


def test_only_the_page_with_the_video_may_frame_its_host(client: FlaskClient, factory: Factory) -> None:
    factory.article("talk", video(url="https://www.youtube.com/watch?v=abcdefghijk"))
    factory.article("both", video(url="https://youtu.be/abcdefghijk") + video(url="https://vimeo.com/12345"))
    factory.article("news")
    assert csp(client, "/articles/talk")["frame-src"] == YOUTUBE
    assert csp(client, "/articles/both")["frame-src"] == f"https://player.vimeo.com {YOUTUBE}"
    elsewhere = ["/articles/news", "/", "/faq", "/admin/login", "/nothing"]
    assert {csp(client, path)["frame-src"] for path in elsewhere} == {"'none'"}
    assert csp(client, "/articles/talk")["frame-src"] == YOUTUBE


def test_a_video_on_a_host_that_cannot_be_played_here_is_a_plain_link(client: FlaskClient, factory: Factory) -> None:
    factory.article("news", video(url="https://elsewhere.example/watch"))
    page = Page(client.get("/articles/news"))
    assert page.link("//*[@class='video']//a") == "https://elsewhere.example/watch"
    assert page.find("//*[@class='video']")[0].get("data-embed") is None
    assert csp(client, "/articles/news")["frame-src"] == "'none'"


def faq_of(number: int) -> list[dict[str, str]]:
    return [{"question": f"Question {n}?", "answer": f"Answer *{n}*."} for n in range(number)]


def test_up_to_five_questions_stand_open_and_more_can_be_folded(client: FlaskClient, factory: Factory) -> None:
    factory.article("five", faq=faq_of(5))
    factory.article("six", faq=faq_of(6))
    five, six = Page(client.get("/articles/five")), Page(client.get("/articles/six"))
    assert five.texts("//*[@class='faq prose']/h3") == [f"Question {n}?" for n in range(5)]
    assert not five.find("//details")
    assert [element.get("open") for element in six.find("//details")] == [""] * 6
    assert six.texts("//details//h3") == [f"Question {n}?" for n in range(6)]


def test_each_answer_has_an_anchor_of_its_own_in_its_article_and_on_the_page_of_all(
    client: FlaskClient, factory: Factory
) -> None:
    same = [{"question": "Why?", "answer": "One."}, {"question": "Why?", "answer": "Two."}]
    factory.article("a", faq=[*same, {"question": "为什么?", "answer": "Three."}])
    factory.article("b", faq=same)
    article, everything = Page(client.get("/articles/a")), Page(client.get("/faq"))
    ids = [element.get("id") for element in article.find("//*[@class='answer']")]
    assert len(set(ids)) == 3
    all_ids = [element.get("id") for element in everything.find("//details//*[@class='answer']")]
    assert len(set(all_ids)) == 5
    links = [element.get("href") for element in everything.find("//*[@class='answer']//a[contains(@href, '#')]")]
    assert sorted(links) == sorted(
        [f"/articles/a#{one}" for one in ids] + ["/articles/b#faq-why", "/articles/b#faq-why-2"]
    )


def test_anchors_stay_when_other_questions_are_added(client: FlaskClient, factory: Factory) -> None:
    factory.article("news", faq=faq_of(2))
    before = {e.get("id") for e in Page(client.get("/articles/news")).find("//*[@class='answer']")}
    factory.article("news", faq=[{"question": "New?", "answer": "Yes."}, *faq_of(3)])
    after = {e.get("id") for e in Page(client.get("/articles/news")).find("//*[@class='answer']")}
    assert before < after


def test_sources_are_numbered_citations_with_the_publisher_first(client: FlaskClient, factory: Factory) -> None:
    sources = [
        {"publisher": "Archive", "title": "Plans", "url": "https://a.example/plans", "note": "Read on site."},
        {"publisher": "Builder"},
        {"publisher": "City", "url": "https://c.example/"},
    ]
    factory.article("news", sources=sources)
    page = Page(client.get("/articles/news"))
    assert page.texts("//ol[@class='sources']/li") == [
        "Archive, Plans Read on site.",
        "Builder",
        "City, https://c.example/",
    ]
    assert [a.get("href") for a in page.find("//ol[@class='sources']//a")] == [
        "https://a.example/plans",
        "https://c.example/",
    ]


def test_no_id_stands_twice_on_an_articles_page(client: FlaskClient, factory: Factory) -> None:
    body = "".join(
        f"## {words}\n\nText.\n\n" for words in ("Comments", "Sources", "Faq", "Main", "Headline", "Comments")
    )
    factory.article("news", body, faq=faq_of(7), sources=[{"publisher": "A"}])
    factory.published(1, editor=factory.editor())
    ids = [element.get("id") for element in Page(client.get("/articles/news")).find("//*[@id]")]
    assert len(set(ids)) == len(ids)


def test_the_page_of_all_questions_goes_by_article_newest_first(client: FlaskClient, factory: Factory) -> None:
    factory.article("old", title="Old", published=datetime(2026, 11, 1, tzinfo=UTC), faq=faq_of(2))
    factory.article("new", title="New", published=datetime(2026, 11, 2, tzinfo=UTC), faq=faq_of(1))
    factory.article("none", title="None")
    page = Page(client.get("/faq"))
    assert page.texts("//h2") == ["New", "Old"]
    assert page.texts("//details//h3") == ["Question 0?", "Question 0?", "Question 1?"]
    assert not page.find("//details[@open]")
