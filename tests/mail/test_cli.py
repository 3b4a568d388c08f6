"""`flask mail test`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from tests.conftest import ON_SQLITE
from tests.mail.conftest import CREDENTIALS, PASSWORD, USER, Certificate, Paper, PostOffice
from tests.serving.site import free_port

pytestmark = ON_SQLITE


def send_test(paper: Paper, address: str = "edith@example.org") -> Result:
    return paper.app.test_cli_runner().invoke(args=["mail", "test", address])


def test_a_test_letter_is_sent_at_once(paper: Paper, office: PostOffice) -> None:
    answer = send_test(paper)
    assert answer.output == "127.0.0.1 took the e-mail to edith@example.org from broadsheet@broadsheet.test.\n"
    [message] = office.letters
    assert message["Subject"] == "A test e-mail from Broadsheet"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert send_test(paper).exit_code == 0
    assert office.letters[0]["Message-ID"] != office.letters[1]["Message-ID"]


def test_without_a_mail_server_the_file_is_named(paper_of: Callable[..., Paper]) -> None:
    answer = send_test(paper_of())
    found = re.fullmatch(r"SMTP_URL names no mail server, so the e-mail was written to (.*)\n", answer.output)
    assert found is not None
    assert b"This is a test" in Path(found[1]).read_bytes()


def test_what_went_wrong_is_said_in_words(paper_of: Callable[..., Paper], office: PostOffice) -> None:
    office.answers["edith@example.org"] = "550 5.1.1 no such person"
    for paper, address, words in (
        (paper_of(office.port), "edith@example.org", "127.0.0.1 did not take the address: 550 5.1.1 no such person"),
        (paper_of(office.port), "edith", "That is no address to which mail can be sent."),
        (paper_of(free_port()), "edith@example.org", "127.0.0.1 could not be reached: Connection refused."),
    ):
        answer = send_test(paper, address)
        assert (answer.exit_code, answer.output) == (1, f"Error: Not sent to {address}. {words}\n")
        assert paper.jobs() == []


def test_the_password_is_not_printed(paper_of: Callable[..., Paper], trusted: Certificate) -> None:
    with PostOffice(tls_context=trusted.context) as office:
        for credentials in (CREDENTIALS, f"{USER}:{PASSWORD[::-1]}".replace("@", "%40").replace("/", "%2F")):
            answer = send_test(paper_of(url=f"smtp://{credentials}@localhost:{office.port}"))
            assert PASSWORD not in answer.output
            assert PASSWORD[::-1] not in answer.output
    assert len(office.letters) == 1
