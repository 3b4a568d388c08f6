"""Letters as jobs: none is lost, none is sent twice, and none holds anything else up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from app.core.db import transaction
from app.core.jobs import JobKind
from app.mail.posting import GIVEN_UP, post, try_again
from tests.conftest import ON_SQLITE, FrozenClock
from tests.mail.conftest import CREDENTIALS, PASSWORD, Certificate, Paper, PostOffice, letter
from tests.serving.site import free_port


class Killed(BaseException):
    """The process ends in the middle of a job."""


def subjects(office: PostOffice) -> list[str]:
    return [message["Subject"] for message in office.letters]


def test_a_letter_that_is_posted_is_sent_once(paper: Paper, office: PostOffice) -> None:
    paper.post(letter())
    assert office.connections == 0
    paper.work()
    paper.work()
    assert subjects(office) == ["Your comment is published"]
    assert paper.jobs() == []


def test_a_letter_is_not_sent_if_what_gave_cause_for_it_failed(paper: Paper, office: PostOffice) -> None:
    def post_and_fail() -> None:
        with transaction() as session:
            post(session, letter())
            session.flush()
            raise ZeroDivisionError

    with paper.app.app_context(), pytest.raises(ZeroDivisionError):
        post_and_fail()
    paper.work()
    assert office.connections == 0


def test_a_letter_replaces_the_one_of_the_same_key_that_has_not_left(
    paper: Paper, office: PostOffice, frozen_clock: FrozenClock
) -> None:
    paper.post(letter(subject="Published"), seconds=60)
    frozen_clock.advance(seconds=30)
    paper.post(letter(subject="Rejected"), letter(subject="Published after all"), seconds=60)
    frozen_clock.advance(seconds=30)
    paper.work()
    assert subjects(office) == []
    frozen_clock.advance(seconds=30)
    paper.work()
    assert subjects(office) == ["Published after all"]


def test_a_letter_waits_for_a_server_that_is_away_as_long_as_it_takes(
    paper_of: Callable[..., Paper], frozen_clock: FrozenClock
) -> None:
    port = free_port()
    paper = paper_of(port)
    paper.post(letter())
    waits = []
    for _ in range(7):
        paper.work()
        [job] = paper.jobs()
        assert job.error == "127.0.0.1 could not be reached: Connection refused."
        waits.append(round((job.run_at - frozen_clock()) / timedelta(minutes=1)))
        frozen_clock.time = job.run_at
    assert waits == [2, 4, 8, 16, 16, 16, 16]
    with PostOffice() as office:
        back = paper_of(office.port)
        back.work()
        assert subjects(office) == ["Your comment is published"]
    assert paper.jobs() == []


@ON_SQLITE
def test_letters_to_a_server_that_is_away_wait_together_after_one_try(
    paper_of: Callable[..., Paper], office: PostOffice, frozen_clock: FrozenClock
) -> None:
    office.answers["broadsheet@broadsheet.test"] = "451 busy"
    paper = paper_of(office.port)
    paper.post(*(letter(f"{number}") for number in range(500)))
    paper.post(letter("for later"), hours=1)
    paper.work()
    paper.work()
    assert office.connections == 1
    later = {job.run_at for job in paper.jobs() if job.attempts}
    assert later == {frozen_clock() + timedelta(minutes=2), frozen_clock() + timedelta(minutes=2, seconds=1)}
    assert len(paper.jobs()) == 501
    frozen_clock.advance(minutes=2)
    paper.work()
    assert office.connections == 2
    frozen_clock.advance(minutes=4, seconds=1)
    office.answers.clear()
    paper.work()
    assert len(office.letters) == 500
    assert [job.attempts for job in paper.jobs()] == [0]


def test_a_letter_that_alone_upsets_the_server_does_not_keep_the_others_back_for_ever(
    paper: Paper, office: PostOffice, frozen_clock: FrozenClock
) -> None:
    office.answers["upsetting@example.org"] = "421 closing"
    paper.post(letter("first", to="upsetting@example.org"), *(letter(f"{number}") for number in range(5)))
    paper.work()
    assert office.letters == []
    frozen_clock.advance(minutes=2)
    paper.work()
    assert len(office.letters) == 5
    assert [job.payload["to"] for job in paper.jobs()] == ["upsetting@example.org"]


def test_another_features_job_does_not_wait_behind_letters_to_a_dead_server(paper_of: Callable[..., Paper]) -> None:
    paper, done = paper_of(free_port()), []

    def other(_payload: Mapping[str, Any]) -> None:
        done.append([job.attempts for job in paper.jobs()])

    paper.app.extensions["jobs"]["other"] = JobKind("other", other)
    paper.post(*(letter(f"{number}") for number in range(20)))
    paper.ask_for_another_job("other")
    paper.work()
    assert done == [[1] * 20]


def test_an_address_that_is_refused_for_now_delays_no_other_letter(
    paper: Paper, office: PostOffice, frozen_clock: FrozenClock
) -> None:
    office.answers["ann@example.org"] = "450 4.2.0 come back later"
    paper.post(letter("one"), letter("two", to="bob@example.org"))
    paper.work()
    assert [envelope.rcpt_tos for envelope in office.envelopes] == [["bob@example.org"]]
    [job] = paper.jobs()
    assert (job.attempts, job.run_at) == (1, frozen_clock() + timedelta(minutes=2))
    office.answers.clear()
    frozen_clock.advance(minutes=2)
    paper.work()
    assert [envelope.rcpt_tos for envelope in office.envelopes] == [["bob@example.org"], ["ann@example.org"]]


def test_a_letter_that_is_refused_for_good_is_kept_and_not_tried_again(
    paper: Paper, office: PostOffice, frozen_clock: FrozenClock
) -> None:
    office.answers["ann@example.org"] = "550 5.1.1 no such person"
    paper.post(letter("one"), letter("two", to="bob@example.org"))
    paper.work()
    frozen_clock.advance(days=7)
    paper.work()
    assert office.connections == 2
    assert [envelope.rcpt_tos for envelope in office.envelopes] == [["bob@example.org"]]
    assert paper.jobs() == []
    [job] = paper.jobs(GIVEN_UP)
    assert (job.payload["to"], job.error) == (
        "ann@example.org",
        "127.0.0.1 did not take the address: 550 5.1.1 no such person",
    )


def test_a_letter_that_was_given_up_can_be_posted_anew(paper: Paper, office: PostOffice) -> None:
    office.answers["ann@example.org"] = "550 5.1.1 no such person"
    paper.post(letter())
    paper.work()
    office.answers.clear()
    with paper.app.app_context(), transaction() as session:
        assert try_again(session, [paper.jobs(GIVEN_UP)[0].id, 4711]) == 1
    assert [(job.attempts, job.error) for job in paper.jobs()] == [(0, None)]
    paper.work()
    assert subjects(office) == ["Your comment is published"]
    assert paper.jobs(GIVEN_UP) == []


def test_only_letters_that_were_given_up_are_posted_anew(paper: Paper, frozen_clock: FrozenClock) -> None:
    paper.post(letter(), hours=1)
    with paper.app.app_context(), transaction() as session:
        assert try_again(session, [paper.jobs()[0].id]) == 0
    assert paper.jobs()[0].run_at == frozen_clock() + timedelta(hours=1)


def test_a_letter_that_was_given_up_is_forgotten_after_thirty_days(
    paper: Paper, office: PostOffice, frozen_clock: FrozenClock
) -> None:
    office.answers["ann@example.org"] = "550 5.1.1 no such person"
    paper.post(letter())
    paper.work()
    frozen_clock.advance(days=30, seconds=-1)
    paper.work()
    assert len(paper.jobs(GIVEN_UP)) == 1
    frozen_clock.advance(hours=1)
    paper.work()
    assert paper.jobs(GIVEN_UP) == []


def test_a_letter_whose_process_died_after_sending_is_sent_again_as_the_same(
    paper: Paper, office: PostOffice, frozen_clock: FrozenClock
) -> None:
    kinds = paper.app.extensions["jobs"]
    mail = kinds["mail"]

    def deliver_and_die(payload: Mapping[str, Any]) -> None:
        mail.run(payload)
        raise Killed

    paper.post(letter(html="<p>Words.</p>"))
    kinds["mail"] = JobKind("mail", deliver_and_die)
    with pytest.raises(Killed):
        paper.work()
    kinds["mail"] = mail
    frozen_clock.advance(minutes=5)
    paper.work()
    first, second = office.envelopes
    assert first.content == second.content
    assert paper.jobs() == []


def test_a_letter_that_replaces_one_being_sent_is_sent_as_well(paper: Paper, office: PostOffice) -> None:
    kinds = paper.app.extensions["jobs"]
    deliver = kinds["mail"].run

    def deliver_while_another_is_posted(payload: Mapping[str, Any]) -> None:
        deliver(payload)
        if payload["subject"] == "One":
            with transaction() as session:
                post(session, letter(subject="Two"))

    kinds["mail"] = JobKind("mail", deliver_while_another_is_posted)
    paper.post(letter(subject="One"))
    paper.work()
    assert subjects(office) == ["One", "Two"]


def test_neither_password_nor_readers_address_is_logged(
    paper_of: Callable[..., Paper],
    office: PostOffice,
    trusted: Certificate,
    frozen_clock: FrozenClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    office.answers["ann@example.org"] = "450 4.2.0 <ann@example.org> come back later"
    paper_of(office.port).post(letter())
    for paper in (paper_of(office.port), paper_of(url=f"smtp://{CREDENTIALS}@localhost:{free_port()}")):
        paper.work()
        frozen_clock.advance(hours=1)
    with PostOffice(tls_context=trusted.context) as guarded:
        url = f"smtp://someone:{CREDENTIALS.partition(':')[2]}@localhost:{guarded.port}"
        paper = paper_of(url=url)
        paper.work()
        assert guarded.logins[0][1] == PASSWORD.encode()
    errors = [record for record in caplog.records if record.name == "app.core.jobs"]
    assert len(errors) == 3
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("mail."))
    assert PASSWORD not in ours
    assert "ann@example.org" not in ours
    assert [PASSWORD in (job.error or "") for job in paper.jobs()] == [False]
    assert all(record.exc_info is None for record in errors)
