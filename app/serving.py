"""`flask serve`, everything in one: database, samples, first editor's link, background jobs and web workers."""

from __future__ import annotations

import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from multiprocessing.process import BaseProcess
from time import sleep

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.log import LogLevels
from granian.server import Server

from app.accounts.cli import welcome_url
from app.accounts.editing import first_link
from app.accounts.queries import any_editor
from app.articles.queries import newest
from app.config import Config
from app.core.db import db, transaction
from app.core.jobs import work_off
from app.core.web import settings
from app.sample.loading import load_samples

PAUSE_SECONDS = 1.0
"""Between two looks for jobs that are due."""

PATIENCE_SECONDS = 10
"""For requests in flight when the site ends; a client that stops in the middle of sending holds nothing up longer."""

THREADS = 8
"""In each worker: kept pages go on being sent while several posts wait for the database's lock."""

SWITCH_SECONDS = 0.0003
"""After which a thread of a worker lets another go on, where Python's own five milliseconds are the work of many kept
pages: they are what a reader of one would wait for while a comment is taken in."""

CONNECTIONS = 4096
"""That each worker holds at once, most of them idle; those above wait to be taken."""

jobs = AppGroup("jobs", help="What is done in the background.")


@jobs.command("run")
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
def run_jobs(once: bool) -> None:
    """Work off jobs as they fall due, until interrupted."""
    if once:
        work_off()
    else:
        _work(until_orphaned=False)


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Bring the database up to date and serve the site, with its background jobs."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    config = settings()
    _refuse_taken_port(config)
    upgrade()
    _welcome()
    _make_pages(app)
    db.engine.dispose()
    # What is there by now stays. Each process that is forked would look through it for garbage, which writes to every
    # object, and would soon have a copy of its own.
    gc.collect()
    gc.freeze()
    os.register_at_fork(after_in_child=_heed_the_parent_alone)
    # Forked before any thread is started; it shares the memory of what is imported by now.
    worker = multiprocessing.get_context("fork").Process(target=_jobs_process, args=(app,), name="jobs")
    worker.start()
    click.echo(f"Serving {config.site_name} at {config.base_url} (Ctrl-C ends it)")
    try:
        serve_app(app, "app:create_app", config)
    finally:
        worker.terminate()
        worker.join()


def serve_app(app: Flask, factory: str, config: Config) -> None:
    """Serves the application in web workers, which are forked from this process and share its memory.

    Where Python starts processes in another way, as on a Mac, each makes an application of its own by `factory`, as
    `module:function`.
    """
    # Granian warns of more threads than cores keep busy; these are for waiting, not for working.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in str(record.msg))
    server = Server(
        factory,
        factory=True,
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=THREADS,
        backpressure=CONNECTIONS,
        runtime_mode=RuntimeModes.st,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE_SECONDS,
    )
    sys.setswitchinterval(SWITCH_SECONDS)
    is_forked = multiprocessing.get_start_method() == "fork"
    server.serve(target_loader=(lambda _factory: app) if is_forked else None)


def _refuse_taken_port(config: Config) -> None:
    """Granian's workers share their port among themselves, and so would share it with another site's."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        socket.create_server((config.host, config.port), family=family).close()
    except OSError:
        raise click.ClickException(
            f"{config.host}:{config.port} is taken, or no address of this machine; HOST and PORT name another."
        ) from None


def _heed_the_parent_alone() -> None:
    """In a process just forked: it ends when the one that began it says so, or is gone.

    In a session of its own it gets no Ctrl-C from the terminal beside its parent's SIGTERM: a worker of Granian's that
    is handling one signal when another arrives hangs. And until it handles signals itself, its parent's handlers, which
    it has inherited, would swallow them.
    """
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _welcome() -> None:
    with transaction() as session:
        loaded = load_samples(session)
        token = None if any_editor(session) else first_link(session)
    if loaded:
        click.echo(f"Loaded {loaded} sample articles.")
    if token:
        click.echo(
            "There is no editor yet. Open this link to become the first; it is good for 24 hours and one use:\n"
            f"{welcome_url(token)}"
        )


def _make_pages(app: Flask) -> None:
    """Makes what a process makes once, such as tables, templates and statements, before processes are forked.

    Past the page cache, whose connection must not cross a fork.
    """
    paths = ["/", *(article.url for article in newest(db.session(), 1))]
    for path in paths:
        with app.test_request_context(path):
            app.full_dispatch_request()
    db.session.remove()


def _jobs_process(app: Flask) -> None:
    """Has jobs worked off in a process of its own, and begins another if that one is killed."""
    has_to_end = False
    at_work: BaseProcess | None = None

    def end(*_: object) -> None:
        nonlocal has_to_end
        has_to_end = True
        if at_work is not None and at_work.pid is not None:
            at_work.terminate()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    while not has_to_end:
        at_work = multiprocessing.get_context("fork").Process(target=_work_in, args=(app,), name="jobs at work")
        at_work.start()
        if has_to_end:
            at_work.terminate()
        at_work.join()
        if not has_to_end:
            app.logger.error("the process that works off jobs ended (%s); another begins", at_work.exitcode)
            sleep(PAUSE_SECONDS)


def _work_in(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose(close=False)
        _work(until_orphaned=True)


def _work(until_orphaned: bool) -> None:
    """Looks for jobs until a signal comes, or until the process that began this one is gone."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    parent = os.getppid()
    while not stop.is_set() and not (until_orphaned and os.getppid() != parent):
        try:
            work_off()
        except Exception:
            current_app.logger.exception("looking for jobs failed")
            db.session.rollback()
        stop.wait(PAUSE_SECONDS)
