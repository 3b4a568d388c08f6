"""Taking in a file of addresses, once an editor has seen what would become of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.audit.recording import record
from app.core import clock
from app.core.db import db, one_at_a_time, transaction
from app.core.jobs import enqueue, withdraw
from app.core.tokens import token_hash
from app.following.asking import hold_address
from app.following.models import Follow, FollowKind, Subscriber
from app.newsletter.models import Import, ImportState, Source, Status, Subscription
from app.newsletter.queries import known_by_hash
from app.newsletter.tables import Flaw, Line, NotATable, lines_of

READ, TAKE = "read a file of subscribers", "take in a file of subscribers"
READ_AT_ONCE = 100_000
"""Characters of a file that are read while its editor waits; a longer one is read in the background."""
CHUNK = 100
"""Lines that are looked up, or taken in, in one transaction: SQLite has one writer, and readers wait to be it."""
CHUNKS_OF_A_JOB = 50
"""After so many it is other jobs' turn."""
PROBLEMS_SHOWN = 100
KEPT_FOR = timedelta(days=1)
"""A file that nobody takes in is deleted after that."""
ENDED = (Status.UNSUBSCRIBED, Status.BOUNCED, Status.COMPLAINED)


class NoSuchImport(LookupError):
    """There is none of that number, or it has come further."""


def start(session: Session, editor: Identity, *, file_name: str, proof: str, content: str) -> int:
    """Keeps the file and has it read. Returns its number."""
    found = Import(
        editor_id=editor.editor_id,
        created_at=clock.now(),
        file_name=file_name,
        proof=proof,
        content=content,
        state=ImportState.READING,
    )
    session.add(found)
    session.flush()
    enqueue(session, READ, {"import": found.id}, key=f"{READ} {found.id}")
    return found.id


def read(import_id: int) -> None:
    """Works out what would become of each line, and changes nothing else. It opens transactions of its own."""
    found = _to_work_on(import_id, ImportState.READING)
    if found is None:
        return
    try:
        sums, problems = _sum_up(lines_of(found.content, found.proof))
        state = ImportState.READ
    except NotATable:
        sums, problems, state = Counter(), [], ImportState.FAILED
    names = ("to_take", "known", "ended", "wrong")
    with transaction() as session:
        its = sa.update(Import).where(Import.id == import_id, Import.state == ImportState.READING)
        session.execute(its.values(state=state, problems=problems, **{name: sums[name] for name in names}))


def take(session: Session, editor: Identity, import_id: int) -> None:
    """Has what was read taken in. Raises NoSuchImport."""
    found = session.get(Import, import_id, with_for_update=True)
    if found is None or found.state is not ImportState.READ:
        raise NoSuchImport(import_id)
    found.state = ImportState.TAKING
    enqueue(session, TAKE, {"import": found.id}, key=f"{TAKE} {found.id}")
    record(session, actor=editor.actor, verb="import subscribers", subject=f"import:{found.id}")


def discard(session: Session, import_id: int) -> None:
    """Deletes a file that was not taken in. Raises NoSuchImport."""
    untaken = (ImportState.READING, ImportState.READ, ImportState.FAILED)
    deleted = sa.delete(Import).where(Import.id == import_id, Import.state.in_(untaken)).returning(Import.id)
    if session.scalar(deleted) is None:
        raise NoSuchImport(import_id)
    withdraw(session, f"{READ} {import_id}")


def take_some(import_id: int) -> None:
    """Takes in the next lines, and asks for a job for the rest. It opens transactions of its own.

    Where it stands is written with what it took: killed, it goes on from there.
    """
    found = _to_work_on(import_id, ImportState.TAKING)
    if found is None:
        return
    lines = lines_of(found.content, found.proof, after=found.position)
    for _chunk in range(CHUNKS_OF_A_JOB):
        chunk = list(islice(lines, CHUNK))
        with transaction() as session:
            take_chunk(session, import_id, chunk)
        if len(chunk) < CHUNK:
            return
    with transaction() as session:
        enqueue(session, TAKE, {"import": import_id}, key=f"{TAKE} {import_id}")


def forget(session: Session) -> None:
    """Deletes files that nobody took in."""
    taken = (ImportState.TAKING, ImportState.DONE)
    session.execute(sa.delete(Import).where(Import.state.not_in(taken), Import.created_at <= clock.now() - KEPT_FOR))


def _to_work_on(import_id: int, state: ImportState) -> Import | None:
    """As a value, so that no transaction stays open while its lines are read."""
    query = sa.select(Import).where(Import.id == import_id, Import.state == state)
    found = db.session.scalar(query.options(sa.orm.undefer(Import.content)))
    if found is not None:
        db.session.expunge(found)
    db.session.rollback()
    return found


def _sum_up(lines: Iterator[Line]) -> tuple[Counter[str], list[list[int | str]]]:
    sums: Counter[str] = Counter()
    problems: list[list[int | str]] = []
    seen: set[str] = set()
    while chunk := list(islice(lines, CHUNK)):
        known = known_by_hash(db.session(), [line.email_hash for line in chunk if not line.flaw])
        db.session.rollback()
        for line in chunk:
            flaw = line.flaw or (Flaw.REPEATED if line.email_hash in seen else None)
            if flaw is not None and len(problems) < PROBLEMS_SHOWN:
                problems.append([line.number, flaw.value])
            sums["wrong" if flaw else _fate(line, known)] += 1
            seen.add(line.email_hash)
    return sums, problems


def _fate(line: Line, known: dict[str, Status]) -> str:
    status = known.get(line.email_hash)
    if status is Status.CONFIRMED:
        return "known"
    return "ended" if status in ENDED or line.status is not Status.CONFIRMED else "to_take"


def take_chunk(session: Session, import_id: int, chunk: Sequence[Line]) -> None:
    """Takes in the lines that come next, whoever asks for the same addresses at this moment."""
    found = session.get_one(Import, import_id, with_for_update=True)
    one_at_a_time(session, TAKE)
    by_hash: dict[str, Line] = {}
    for line in chunk:
        if line.flaw is None:
            by_hash.setdefault(line.email_hash, line)
    for email_hash in sorted(by_hash):
        hold_address(session, email_hash)
    known = known_by_hash(session, by_hash)
    fates = {email_hash: _fate(line, known) for email_hash, line in by_hash.items()}
    to_take = [line for email_hash, line in by_hash.items() if fates[email_hash] == "to_take"]
    _subscribe(session, found.file_name, to_take)
    for email_hash, line in by_hash.items():
        if fates[email_hash] == "ended" and email_hash not in known:
            gone = Subscription(email_hash=email_hash, ended_at=clock.now())
            _fill(gone, line, found.file_name)
            session.add(gone)
    found.position += len(chunk)
    found.taken += len(to_take)
    if len(chunk) < CHUNK:
        found.state, found.content = ImportState.DONE, ""
    session.flush()


def _subscribe(session: Session, file_name: str, lines: Sequence[Line]) -> None:
    """Few statements for many: no signal is sent, and nobody is asked."""
    now = clock.now()
    addresses = _addresses(session, lines)
    follows = _newsletter_follows(session, addresses.values())
    rows = session.scalars(sa.select(Subscription).where(Subscription.email_hash.in_(list(addresses))))
    pending = {one.email_hash: one for one in rows}
    for line in lines:
        address = addresses[line.email_hash]
        address.email, address.confirmed_at = address.email or line.email, address.confirmed_at or now
        follow = follows.get(address.id)
        if follow is None:
            follow = Follow(subscriber=address, kind=FollowKind.NEWSLETTER, created_at=now)
            follow.token_hash = token_hash(follow.token)
            session.add(follow)
        follow.confirmed_at, follow.stopped_at = now, None
        subscription = pending.get(line.email_hash) or Subscription(email_hash=line.email_hash)
        _fill(subscription, line, file_name)
        subscription.follow, subscription.confirmed_at = follow, now
        session.add(subscription)
    session.flush()


def _addresses(session: Session, lines: Sequence[Line]) -> dict[str, Subscriber]:
    """Those of the lines, the new ones added."""
    query = sa.select(Subscriber).where(Subscriber.email_hash.in_([line.email_hash for line in lines]))
    query = query.order_by(Subscriber.id).with_for_update(key_share=True)
    found = {one.email_hash: one for one in session.scalars(query)}
    now = clock.now()
    for line in lines:
        if line.email_hash not in found:
            found[line.email_hash] = Subscriber(
                email=line.email, email_hash=line.email_hash, created_at=now, confirmed_at=now, letters=0
            )
    session.add_all(found.values())
    session.flush()
    return found


def _newsletter_follows(session: Session, addresses: Iterable[Subscriber]) -> dict[int, Follow]:
    ids = [one.id for one in addresses]
    query = sa.select(Follow).where(Follow.kind == FollowKind.NEWSLETTER, Follow.subscriber_id.in_(ids))
    return {one.subscriber_id: one for one in session.scalars(query)}


def _fill(subscription: Subscription, line: Line, file_name: str) -> None:
    subscription.status, subscription.asked_at = line.status, clock.now()
    subscription.source, subscription.asked_on, subscription.wording = Source.IMPORT, file_name, line.proof
