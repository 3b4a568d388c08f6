"""`python -m bench.posting`: the CPU that taking a comment in costs, in one process without a server around it."""

import tempfile
import time
import urllib.parse
from pathlib import Path
from statistics import median

from flask import Flask
from werkzeug.test import create_environ, run_wsgi_app

from app import create_app
from app.config import Config
from bench.broadsheet import Broadsheet
from bench.load import Post

ROUNDS = 7
POSTS = 300


def cost(app: Flask, target: Post, first: int) -> float:
    """Milliseconds of CPU a post, each of which has its own text and address."""
    requests = [_request(target, number) for number in range(first, first + POSTS)]
    before = time.process_time()
    statuses = {run_wsgi_app(app.wsgi_app, request)[1] for request in requests}
    spent = time.process_time() - before
    if statuses != {"303 SEE OTHER"}:
        raise RuntimeError(f"posts were answered with {statuses}")
    return 1000 * spent / POSTS


def _request(target: Post, number: int) -> dict[str, object]:
    return create_environ(
        urllib.parse.urlsplit(target.url).path,
        method="POST",
        data=target.body.replace("{n}", str(number)).encode(),
        content_type=target.content_type,
        headers={"X-Forwarded-For": f"10.0.{number >> 8}.{number & 255}"},
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        target = Broadsheet(Path(folder)).comment_post
        app = create_app(Config(instance_path=Path(folder), trusted_proxies=1))
        cost(app, target, 0)
        costs = [cost(app, target, POSTS * number) for number in range(1, ROUNDS + 1)]
    print(f"{median(costs):.2f} ms CPU a post, from {min(costs):.2f} to {max(costs):.2f}")


if __name__ == "__main__":
    main()
