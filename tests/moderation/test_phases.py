"""Each phase of screening by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.learning.judging import ENOUGH, Judgement, Reason
from app.moderation import phases
from app.moderation.models import Verdict
from app.moderation.phases import FLOOD_EVERYWHERE, FLOOD_HERE, PHASES, Context, Result
from app.moderation.phrases import KnownPhrase, find, fold
from tests.conftest import ON_SQLITE

pytestmark = ON_SQLITE

Make = Callable[..., Context]


@pytest.fixture(autouse=True)
def in_application(app: Flask) -> Iterator[None]:
    """Phases speak in the site's language, which the application knows."""
    with app.test_request_context():
        yield


@pytest.fixture
def context() -> Make:
    def make(text: str = "A sound point.", **known: object) -> Context:
        return Context(**{"text": text, "author": "Ann", "link_limit": 2, **known})  # type: ignore[arg-type]

    return make


def said(result: Result | None) -> tuple[Verdict, str, tuple[str, ...]]:
    assert result is not None
    return result.verdict, result.reason, result.marks


def known(phrase: str, verdict: Verdict = Verdict.HOLD) -> tuple[KnownPhrase, ...]:
    return (KnownPhrase(fold(phrase), verdict),)


def test_of_a_plain_comment_no_phase_says_anything(context: Make) -> None:
    assert {name: phase(context()) for name, phase in PHASES.items()} == dict.fromkeys(PHASES)


def test_the_hidden_field_makes_it_spam(context: Make) -> None:
    assert said(phases.trap(context(trap_filled=True)))[0] is Verdict.SPAM


def test_the_same_words_within_a_day_are_held_and_the_other_comment_is_named(context: Make) -> None:
    assert said(phases.repeated(context(twin=17))) == (
        Verdict.HOLD,
        "Comment 17 of the last 24 hours has the same words.",
        (),
    )


def test_a_banned_phrase_is_spam_and_a_suspect_one_is_held_each_with_the_words_as_they_stand(context: Make) -> None:
    both = known("buy pills", Verdict.SPAM) + known("casino")
    found = context("Best CAS1NO, bu\u200by Pílls!", phrases=both)
    assert said(phases.banned(found)) == (Verdict.SPAM, "It holds a banned phrase.", ("bu\u200by Pílls",))
    assert said(phases.suspect(found)) == (Verdict.HOLD, "It holds a suspect phrase.", ("CAS1NO",))


def test_a_phrase_is_also_found_in_the_authors_name_and_in_a_link(context: Make) -> None:
    assert phases.suspect(context(author="Casino Royal", phrases=known("casino"))) is not None
    assert phases.suspect(context(links=("https://casino.example/a",), phrases=known("casino"))) is not None


@pytest.mark.parametrize(
    ("phrase", "text", "marks"),
    [
        ("pill", "Pills and pillows, a caterpillar.", []),
        ("pill", "Pill. PILL! (pill)", ["Pill", "PILL", "pill"]),
        ("buy now", "Buy,\n NOW buy-now buy it now", ["Buy,\n NOW", "buy-now"]),
        ("kill", "k1ll KiII kiIl", ["k1ll", "KiII", "kiIl"]),
        ("mall", "My mail.", []),
        ("casino", "с\u0430sin\u043e", ["с\u0430sin\u043e"]),
        ("don't", "I don’t, dont.", ["don’t", "dont"]),
        ("伟哥", "便宜伟哥出售", ["伟哥"]),
        ("เว็บพนัน", "สมัครเว็บพนันวันนี้", ["เว็บพนัน"]),
        ("example.org", "See example.org/x", ["example.org"]),
        ("a a", "a a a", ["a a"]),
    ],
)
def test_a_phrase_is_found_as_whole_words_however_they_are_written(phrase: str, text: str, marks: list[str]) -> None:
    assert [mark for mark, _verdict in find(known(phrase), text)] == marks


@pytest.mark.parametrize(("number", "is_held"), [(0, False), (2, False), (3, True)])
def test_more_links_than_the_limit_are_held(context: Make, number: int, is_held: bool) -> None:
    links = tuple(f"https://example.org/{n}" for n in range(number))
    result = phases.links(context(links=links))
    assert (result is not None) is is_held
    if is_held:
        assert said(result) == (Verdict.HOLD, "It has 3 links; the limit is 2.", links)


def test_a_limit_of_no_links_holds_one(context: Make) -> None:
    result = phases.links(context(links=("https://example.org/",), link_limit=0))
    assert said(result)[1] == "It has one link; the limit is 0."


def test_a_link_to_where_no_published_comment_links_is_held_and_the_host_marked(context: Make) -> None:
    assert said(phases.new_host(context(new_hosts=("new.example",)))) == (
        Verdict.HOLD,
        "It links to new.example, to which no published comment links.",
        ("new.example",),
    )


@pytest.mark.parametrize(
    ("here", "everywhere", "is_held"),
    [
        (FLOOD_HERE - 1, FLOOD_EVERYWHERE - 1, False),
        (FLOOD_HERE, FLOOD_HERE, True),
        (1, FLOOD_EVERYWHERE, True),
    ],
)
def test_many_senders_within_minutes_are_a_flood(context: Make, here: int, everywhere: int, is_held: bool) -> None:
    result = phases.flood(context(senders_here=here, senders_everywhere=everywhere))
    assert (result is not None and result.verdict is Verdict.HOLD) is is_held


def test_a_filter_that_is_still_learning_says_so_and_has_no_say(context: Make) -> None:
    learning = Judgement(None, 3, 1)
    verdict, reason, _marks = said(phases.learning_filter(context(judgement=learning)))
    assert verdict is Verdict.PUBLISH
    assert "abstains" in reason
    assert f"of {ENOUGH} published comments that it needs it has seen 3, of {ENOUGH} that are spam 1." in reason


def test_where_the_editor_set_a_limit_a_filter_that_is_still_learning_vouches_for_nothing(context: Make) -> None:
    result = phases.learning_filter(context(judgement=Judgement(None, 3, 1), publish_below=0.2))
    assert said(result)[0] is Verdict.HOLD


@pytest.mark.parametrize(
    ("probability", "publish_below", "spam_above", "verdict"),
    [
        (0.49, 0.0, 1.0, Verdict.PUBLISH),
        (0.5, 0.0, 1.0, Verdict.HOLD),
        (1.0, 0.0, 1.0, Verdict.HOLD),
        (0.19, 0.2, 0.9, Verdict.PUBLISH),
        (0.2, 0.2, 0.9, Verdict.HOLD),
        (0.9, 0.2, 0.9, Verdict.HOLD),
        (0.91, 0.2, 0.9, Verdict.SPAM),
    ],
)
def test_the_filter_goes_by_the_limits_that_the_editor_set(
    context: Make, probability: float, publish_below: float, spam_above: float, verdict: Verdict
) -> None:
    judged = Judgement(probability, 50, 50)
    result = phases.learning_filter(context(judgement=judged, publish_below=publish_below, spam_above=spam_above))
    assert said(result)[0] is verdict


def test_the_filter_says_how_sure_it_is_and_what_weighed_most(context: Make) -> None:
    judged = Judgement(0.97, 50, 50, (Reason("a link", 2.0), Reason("the word “council”", -1.0), Reason("money", 0.5)))
    assert said(phases.learning_filter(context(judgement=judged)))[1] == (
        "The filter takes it for spam with 97%. What weighed most for that: a link, money."
        " Against it: the word “council”."
    )


def test_who_is_known_is_said_and_speaks_against_nobody(context: Make) -> None:
    known_by = {"trusted_from": 2, "published_before": 2}
    assert said(phases.author(context(**known_by))) == (Verdict.PUBLISH, "Trusted: 2 earlier published.", ())
    stranger = said(phases.author(context(trusted_from=2, published_before=1)))
    assert stranger == (Verdict.PUBLISH, "By proof, one earlier comment published.", ())
    refused = said(phases.author(context(**known_by, refused_lately=3)))
    assert refused == (Verdict.PUBLISH, "By proof, 2 earlier published, 3 refused within 30 days.", ())
    assert not context(trusted_from=0, published_before=9).is_trusted


def test_what_says_nothing_of_the_comment_itself_holds_none_of_a_trusted_reader(context: Make) -> None:
    known_by = {"trusted_from": 2, "published_before": 2}
    for there in ({"senders_here": FLOOD_HERE}, {"senders_everywhere": FLOOD_EVERYWHERE}):
        assert said(phases.flood(context(**there)))[0] is Verdict.HOLD
        assert said(phases.flood(context(**there, **known_by)))[0] is Verdict.PUBLISH
    learning = {"judgement": Judgement(None, 3, 4), "publish_below": 0.4}
    assert said(phases.learning_filter(context(**learning)))[0] is Verdict.HOLD
    assert said(phases.learning_filter(context(**learning, **known_by)))[0] is Verdict.PUBLISH
    sure = {"judgement": Judgement(0.9, 30, 40), "publish_below": 0.4}
    assert said(phases.learning_filter(context(**sure, **known_by)))[0] is Verdict.HOLD
