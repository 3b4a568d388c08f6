"""Handing letters to a real mail server, and to some that are none."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from app.core.jobs import Never, NoneNow, NotNow
from app.mail import smtp
from app.mail.posting import deliver
from tests.conftest import ON_SQLITE
from tests.mail.conftest import CREDENTIALS, PASSWORD, USER, Certificate, Paper, PostOffice, letter, words_of
from tests.serving.site import free_port

pytestmark = ON_SQLITE


def send(paper: Paper, **fields: Any) -> None:
    with paper.app.app_context():
        assert deliver(letter(**fields)) is None


def refusal(paper: Paper, kind: type[Exception], **fields: Any) -> str:
    """What is said when the letter could not be sent."""
    with pytest.raises(kind) as failure:
        send(paper, **fields)
    assert type(failure.value) is kind
    return str(failure.value)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(smtp, "LETTER_SECONDS", 0.5)


@pytest.fixture
def strange_server() -> Iterator[Callable[[Callable[[socket.socket], None]], int]]:
    """Serves in one's own way whoever connects, and returns the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads = []

    def start(serve: Callable[[socket.socket], None]) -> int:
        def run() -> None:
            try:
                with listener.accept()[0] as connection:
                    serve(connection)
            except OSError:
                pass

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return int(listener.getsockname()[1])

    yield start
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for thread in threads:
        thread.join()


def test_a_letter_arrives(paper: Paper, office: PostOffice) -> None:
    send(paper, subject="Grüße", text="Wörter.\n")
    [message], [envelope] = office.letters, office.envelopes
    assert (message["Subject"], words_of(message)) == ("Grüße", "Wörter.\n")
    assert (envelope.mail_from, envelope.rcpt_tos) == ("broadsheet@broadsheet.test", ["ann@example.org"])
    assert office.encrypted == [False]


def test_letters_come_from_the_address_that_is_set(paper_of: Callable[..., Paper], office: PostOffice) -> None:
    send(paper_of(office.port, mail_from="desk@news.example"))
    assert office.envelopes[0].mail_from == "desk@news.example"
    assert office.letters[0]["From"] == "Broadsheet <desk@news.example>"


def test_a_single_dot_and_bare_line_ends_in_a_letter_do_not_end_it(paper: Paper, office: PostOffice) -> None:
    send(paper, text="One\r.\rQUIT\n.\n\nTwo\r\n.\r\nThree\n")
    [message] = office.letters
    assert words_of(message).split() == ["One", ".", "QUIT", ".", "Two", ".", "Three"]


def test_the_connection_is_encrypted_where_that_is_offered_though_nobody_vouches_for_it(
    paper_of: Callable[..., Paper], certificate: Certificate
) -> None:
    with PostOffice(tls_context=certificate.context) as office:
        send(paper_of(office.port))
    assert office.encrypted == [True]


def test_name_and_password_go_to_a_server_that_has_proved_its_name(
    paper_of: Callable[..., Paper], trusted: Certificate
) -> None:
    with PostOffice(tls_context=trusted.context, auth_required=True) as office:
        send(paper_of(url=f"smtp://{CREDENTIALS}@localhost:{office.port}"))
    assert office.logins == [(USER.encode(), PASSWORD.encode())]
    assert office.encrypted == [True]


def test_a_server_can_be_encrypted_from_the_start(paper_of: Callable[..., Paper], trusted: Certificate) -> None:
    with PostOffice(tls=trusted.context, auth_require_tls=False) as office:
        send(paper_of(url=f"smtps://{CREDENTIALS}@localhost:{office.port}"))
    assert office.logins == [(USER.encode(), PASSWORD.encode())]
    assert len(office.letters) == 1


@pytest.mark.parametrize("options", [{"tls_context": True}, {"tls": True}], ids=["STARTTLS", "TLS"])
def test_name_and_password_do_not_go_to_a_server_that_cannot_prove_its_name(
    paper_of: Callable[..., Paper], certificate: Certificate, options: dict[str, bool]
) -> None:
    with PostOffice(**dict.fromkeys(options, certificate.context)) as office:
        scheme = "smtps" if "tls" in options else "smtp"
        words = refusal(paper_of(url=f"{scheme}://{CREDENTIALS}@localhost:{office.port}"), NoneNow)
    assert words.startswith("localhost could not prove its name: ")
    assert (office.logins, office.letters) == ([], [])


def test_name_and_password_do_not_go_over_a_line_that_is_not_encrypted(paper_of: Callable[..., Paper]) -> None:
    with PostOffice(auth_require_tls=False) as office:
        words = refusal(paper_of(url=f"smtp://{CREDENTIALS}@localhost:{office.port}"), NoneNow)
    assert words == "localhost offers no encryption, so name and password were not sent to it."
    assert (office.logins, office.letters) == ([], [])


def test_a_password_that_is_not_taken_is_said_without_it(paper_of: Callable[..., Paper], trusted: Certificate) -> None:
    with PostOffice(tls_context=trusted.context) as office:
        words = refusal(paper_of(url=f"smtp://{USER}:wrong-one@localhost:{office.port}"), NoneNow)
    assert words == "localhost does not take the name and password in SMTP_URL (535)."
    assert office.letters == []


def test_an_address_that_is_refused_for_good_is_given_up_without_being_named(paper: Paper, office: PostOffice) -> None:
    office.answers["ann@example.org"] = "550 5.1.1 <ANN@example.org>: no such person"
    assert refusal(paper, smtp.AddressRefused) == "127.0.0.1 did not take the address: 550 5.1.1 <…>: no such person"


def test_an_address_that_is_refused_for_now_waits(paper: Paper, office: PostOffice) -> None:
    office.answers["ann@example.org"] = "450 4.2.0 come back later"
    assert refusal(paper, NotNow) == "127.0.0.1 did not take the address: 450 4.2.0 come back later"


@pytest.mark.parametrize("answer", ["554 5.7.1 relay access denied", "550 5.1.8 sender's domain not found"])
def test_a_refusal_by_the_servers_own_rules_or_for_the_sender_says_nothing_of_the_address(
    paper: Paper, office: PostOffice, answer: str
) -> None:
    office.answers["ann@example.org"] = answer
    assert refusal(paper, Never) == f"127.0.0.1 did not take the address: {answer}"


def test_many_letters_go_in_one_conversation_whatever_becomes_of_one(paper: Paper, office: PostOffice) -> None:
    office.answers["bob@example.org"] = "550 5.1.1 no such person"
    server = paper.config.mail_server
    assert server is not None
    with paper.app.app_context(), closing(smtp.Connection(server)) as connection:
        deliver(letter("first"), connection)
        with pytest.raises(smtp.AddressRefused):
            deliver(letter("second", to="bob@example.org"), connection)
        deliver(letter("third"), connection)
    assert (len(office.letters), office.connections) == (2, 1)


def test_a_server_that_ends_a_conversation_is_called_again(paper: Paper, office: PostOffice) -> None:
    server = paper.config.mail_server
    assert server is not None
    with paper.app.app_context(), closing(smtp.Connection(server)) as connection:
        deliver(letter("first"), connection)
        office.answers_once["broadsheet@broadsheet.test"] = "421 4.7.0 enough for one conversation"
        deliver(letter("second"), connection)
    assert (len(office.letters), office.connections) == (2, 2)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("554 5.7.1 looks like spam", Never), ("451 4.3.0 busy", NotNow), ("421 4.3.2 closing", NoneNow)],
)
def test_a_letter_that_is_refused_is_given_up_or_waits(
    paper: Paper, office: PostOffice, answer: str, kind: type[Exception]
) -> None:
    office.answers["DATA"] = answer
    assert refusal(paper, kind) == f"127.0.0.1 did not take the e-mail: {answer}"
    assert office.letters == []


@pytest.mark.parametrize("answer", ["553 5.7.1 not your address", "451 4.3.0 busy"])
def test_a_sender_that_is_refused_concerns_all_letters(paper: Paper, office: PostOffice, answer: str) -> None:
    office.answers["broadsheet@broadsheet.test"] = answer
    assert refusal(paper, NoneNow) == f"127.0.0.1 takes no e-mails from MAIL_FROM: {answer}"


def test_what_is_no_address_is_given_up_without_asking_the_server(paper: Paper, office: PostOffice) -> None:
    assert refusal(paper, smtp.AddressRefused, to="nobody") == "That is no address to which mail can be sent."
    assert office.connections == 0


def test_a_server_that_is_away_is_said_to_be(paper_of: Callable[..., Paper]) -> None:
    assert refusal(paper_of(free_port()), NoneNow) == "127.0.0.1 could not be reached: Connection refused."
    words = refusal(paper_of(url="smtp://mail.invalid"), NoneNow)
    assert words.startswith("mail.invalid could not be reached: ")


def test_a_server_that_says_nothing_is_not_waited_for(
    paper_of: Callable[..., Paper], strange_server: Callable[..., int], impatient: None
) -> None:
    port = strange_server(lambda connection: connection.recv(1))
    assert refusal(paper_of(port), NoneNow) in {"127.0.0.1 stopped answering.", "127.0.0.1 did not answer in time."}


def test_a_server_that_goes_on_saying_nothing_much_is_not_waited_for(
    paper_of: Callable[..., Paper], strange_server: Callable[..., int], impatient: None
) -> None:
    def drip(connection: socket.socket) -> None:
        for _ in range(40):
            connection.sendall(b"2")
            time.sleep(0.05)

    assert refusal(paper_of(strange_server(drip)), NoneNow) == "127.0.0.1 did not answer in time."


def test_a_server_that_breaks_off_has_not_taken_the_letter(
    paper_of: Callable[..., Paper], strange_server: Callable[..., int]
) -> None:
    def break_off(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        connection.recv(100)

    assert refusal(paper_of(strange_server(break_off)), NoneNow) == "127.0.0.1 stopped answering."


@pytest.mark.parametrize("greeting", [b"554 go away\r\n", b"SSH-2.0-OpenSSH\r\n", b"\xff\xfe\r\n"])
def test_a_server_that_turns_us_away_or_is_none_has_not_taken_the_letter(
    paper_of: Callable[..., Paper], strange_server: Callable[..., int], greeting: bytes
) -> None:
    refusal(paper_of(strange_server(lambda connection: connection.sendall(greeting))), NoneNow)


def test_a_letter_that_was_taken_is_sent_whatever_the_server_says_to_the_farewell(
    paper_of: Callable[..., Paper], strange_server: Callable[..., int]
) -> None:
    answers = {b"DATA": b"354 go on", b"QUIT": b"500 what?"}
    said = []

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        for line in connection.makefile("rb"):
            said.append(line.strip().upper())
            is_text = b"DATA" in said[:-1] and b"." not in said[:-1]
            if not is_text or line == b".\r\n":
                connection.sendall(answers.get(said[-1], b"250 yes") + b"\r\n")

    send(paper_of(strange_server(serve)))
    assert said[-2:] == [b".", b"QUIT"]
