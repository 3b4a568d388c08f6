"""The folder that letters are written to as long as there is no mail server."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from app.core.jobs import NoneNow
from app.mail.posting import deliver
from tests.conftest import ON_SQLITE, FrozenClock
from tests.mail.conftest import Paper, letter

pytestmark = ON_SQLITE


@pytest.fixture
def paper(paper_of: Callable[..., Paper]) -> Paper:
    """A site without a mail server."""
    return paper_of()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_without_a_mail_server_a_letter_becomes_a_file_for_its_owner_alone(paper: Paper) -> None:
    paper.post(letter(to="ann@bücher.example", subject="Grüße"))
    previous = os.umask(0)
    try:
        paper.work()
    finally:
        os.umask(previous)
    [file] = paper.outbox.iterdir()
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (message["To"], message["Subject"]) == ("ann@xn--bcher-kva.example", "Grüße")
    assert file.name == f"20261120T100000Z-{message['Message-ID'][1:33]}.eml"
    assert (mode(paper.outbox), mode(file)) == (0o700, 0o600)
    assert paper.jobs() == []


def test_the_same_letter_is_the_same_file(paper: Paper, frozen_clock: FrozenClock) -> None:
    one = letter()
    with paper.app.app_context():
        path = deliver(one)
        frozen_clock.advance(hours=1)
        assert deliver(one) == path
        deliver(letter("another"))
    assert len(list(paper.outbox.iterdir())) == 2


def test_a_key_names_no_file_outside_the_outbox(paper: Paper) -> None:
    paper.post(letter("../../etc/passwd\0/x"))
    paper.work()
    assert len(list(paper.outbox.iterdir())) == 1


def test_letters_wait_for_an_outbox_that_cannot_be_written(paper: Paper, frozen_clock: FrozenClock) -> None:
    paper.outbox.write_text("in the way")
    paper.post(letter("one"), letter("two"))
    paper.work()
    assert [job.error for job in paper.jobs()] == ["The folder outbox cannot be written: File exists."] * 2
    assert [job.attempts for job in paper.jobs()] == [1, 1]
    paper.outbox.unlink()
    frozen_clock.advance(minutes=3)
    paper.work()
    assert len(list(paper.outbox.iterdir())) == 2


def test_a_letter_that_could_not_be_written_whole_leaves_nothing_behind(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with paper.app.app_context(), pytest.raises(NoneNow, match="No space left on device"):
        deliver(letter())
    assert list(paper.outbox.iterdir()) == []
