"""Article files as an editor writes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

WHOLE = """\
---
title: Nine new bridges
slug: bridges
byline: Rosa Martin
published: 2026-11-19T09:30:00+01:00
standfirst: The city builds nine bridges in a year.
tags: [Bridges, City]
sources:
  - publisher: City archive
    title: Plans
    url: https://archive.example/plans
    note: Read on site.
  - publisher: A bridge builder
faq:
  - question: How many bridges?
    answer: |
      *Nine*.
  - question: How many bridges?
    answer: Still nine.
---
The first span stands.

## The plans

They are old.
"""

WriteFile = Callable[..., Path]
Load = Callable[..., Result]
Dump = Callable[..., Result]


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    """Writes an article file and returns its path."""

    def write_file(text: str, name: str = "bridges.md") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
        return path

    return write_file


@pytest.fixture
def load(app: Flask) -> Load:
    """`flask articles load`."""

    def run(*arguments: object) -> Result:
        return app.test_cli_runner().invoke(args=["articles", "load", *map(str, arguments)])

    return run


@pytest.fixture
def dump(app: Flask) -> Dump:
    """`flask articles dump`."""

    def run(*arguments: object) -> Result:
        return app.test_cli_runner().invoke(args=["articles", "dump", *map(str, arguments)])

    return run
