"""What goes over the wire, and that nothing goes along which was slipped in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from app.mail.letters import Letter, NoAddress, as_message
from app.mail.rendering import render_letter
from tests.conftest import ON_SQLITE, FrozenClock
from tests.mail.conftest import Paper, letter, words_of

pytestmark = ON_SQLITE

LINE_ENDS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\r\n ", "\0\n"]


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def sent(one: Letter) -> EmailMessage:
    """The message as its reader's program reads it."""
    raw = as_message(one).as_bytes()
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    return message_from_bytes(raw, policy=policy.default)


def test_a_letter_says_from_whom_to_whom_and_when() -> None:
    message = sent(letter())
    assert message["From"] == "Broadsheet <broadsheet@broadsheet.test>"
    assert message["To"] == "ann@example.org"
    assert message["Subject"] == "Your comment is published"
    assert message["Date"].datetime == datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    assert message["Auto-Submitted"] == "auto-generated"
    assert words_of(message) == "Words.\n"
    assert not {"List-Unsubscribe", "In-Reply-To", "References", "Bcc"} & set(message.keys())


def test_the_same_letter_is_the_same_message_whenever_it_is_sent(frozen_clock: FrozenClock) -> None:
    one = letter(html="<p>Words.</p>")
    first = as_message(one).as_bytes()
    frozen_clock.advance(days=1)
    again = Letter.from_payload(one.as_payload())
    assert as_message(again).as_bytes() == first
    assert again.file_name == one.file_name
    assert sent(letter("another"))["Message-ID"] != sent(one)["Message-ID"]


def test_a_message_id_ends_in_the_sites_host_and_keeps_the_key_to_itself() -> None:
    message_id = sent(letter("reply 7 to ann"))["Message-ID"]
    assert message_id.endswith("@broadsheet.test>")
    assert "ann" not in message_id
    assert len(message_id) == len("<@broadsheet.test>") + 32


def test_a_letter_that_continues_others_is_threaded_with_them() -> None:
    ids = [sent(letter(key))["Message-ID"] for key in ("first", "second")]
    answer = sent(letter("third", references=("first", "second")))
    assert answer["References"].split() == ids
    assert answer["In-Reply-To"] == ids[1]


def test_a_letter_can_be_stopped_with_one_click_however_long_the_address_is() -> None:
    stop_url = "https://news.example/stop/" + "A1-_" * 40 + "?from=mail"
    raw = as_message(letter(stop_url=stop_url)).as_bytes()
    assert f"\r\nList-Unsubscribe: <{stop_url}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_a_letter_in_two_forms_puts_the_plain_one_first() -> None:
    plain, rich = sent(letter(text="Grüße\n", html="<p>Grüße</p>")).iter_parts()
    assert (plain.get_content_type(), words_of(plain)) == ("text/plain", "Grüße\n")
    assert (rich.get_content_type(), words_of(rich)) == ("text/html", "<p>Grüße</p>\n")


def test_what_is_not_ascii_comes_through(app: Flask) -> None:
    text = "Grüße 👋🏽 שלום\n.\nFrom here\n" + "w" * 3000 + "\n"
    message = sent(letter(to="ann@bücher.example", subject="Grüße 👋🏽 " * 20 + "שלום", text=text))
    assert message["To"] == "ann@xn--bcher-kva.example"
    assert message["Subject"] == "Grüße 👋🏽 " * 20 + "שלום"
    assert words_of(message) == text


@pytest.mark.parametrize("end", LINE_ENDS, ids=repr)
def test_no_line_end_in_a_letter_begins_a_header(paper_of: Callable[..., Paper], end: str) -> None:
    slipped_in = f"Words{end}Bcc: evil@example.org{end}{end}A body"
    paper = paper_of(site_name=slipped_in)
    with paper.app.app_context():
        message = sent(letter(slipped_in, subject=slipped_in, stop_url=slipped_in, references=(slipped_in,)))
    plain = sent(letter(stop_url="x", references=("y",)))
    assert sorted(message.keys()) == sorted(plain.keys())
    [sender] = message["From"].addresses
    for line in (message["Subject"], sender.display_name):
        assert line.replace(" ", "") == "WordsBcc:evil@example.orgAbody"
    assert sender.addr_spec == "broadsheet@broadsheet.test"
    assert words_of(message) == "Words.\n"


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ann",
        "ann@example.org, bob@example.org",
        "Ann <ann@example.org>",
        *(f"ann@example.org{end}Bcc: evil@example.org" for end in LINE_ENDS),
        "ann@example.org>",
        "änn@example.org",
        "ann@[127.0.0.1]",
        "ann@localhost",
    ],
)
def test_what_is_no_address_gets_no_letter(to: str) -> None:
    with pytest.raises(NoAddress):
        as_message(letter(to=to))


def test_a_letter_from_its_template_says_the_same_in_both_forms() -> None:
    stop_url = "https://news.example/stop?a=1&b=2"
    text, html = render_letter("mail/test_letter.html", stop_url=stop_url)
    assert text == (
        "This is a test: mail from Broadsheet arrives.\n\n"
        "It was asked for at the command line. Nothing is to be done.\n\n"
        "Read Broadsheet:\nhttp://broadsheet.test\n\n"
        "Broadsheet\nhttp://broadsheet.test\n\n"
        "Stop these e-mails:\nhttps://news.example/stop?a=1&b=2\n"
    )
    for sentence in ("This is a test: mail from Broadsheet arrives.", "It was asked for at the command line."):
        assert sentence in html
    assert 'href="https://news.example/stop?a=1&amp;b=2"' in html
    assert html.startswith("<!DOCTYPE html>")


def test_what_a_reader_wrote_is_quoted_in_a_letter_and_is_no_markup(app_with: Callable[..., Flask]) -> None:
    app = app_with()
    template = (
        "{% extends form %}{% block letter %}{{ part.words(text) }}{{ part.paragraph(_('By %(name)s', name=name)) }}"
    )
    app.jinja_env.loader = ChoiceLoader(
        [app.create_global_jinja_loader(), DictLoader({"quoting.html": template + "{% endblock %}"})]
    )
    with app.app_context():
        text, html = render_letter(
            "quoting.html", text="<b>AT&T</b> &amp; &copy\n\n  {{ 7*7 }}\n", name="<i>O'Hara</i>"
        )
    assert text.startswith("> <b>AT&T</b> &amp; &copy\n>\n>   {{ 7*7 }}\n\nBy <i>O'Hara</i>\n")
    assert "&lt;b&gt;AT&amp;T&lt;/b&gt; &amp;amp; &amp;copy<br>" in html
    assert "By &lt;i&gt;O&#39;Hara&lt;/i&gt;" in html
    assert "<script" not in html
    assert "<style" not in html
