"""What Flask's users expect of its command line, and what `make` says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.config import ROOT
from tests.serving.site import PATIENCE, flask

SHOW_NAME = "from app.core.web import settings; print('It is called', settings().site_name)\n"


def make(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """As a person calls it, also when the tests themselves are run by make."""
    environ = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    return subprocess.run(
        ["make", *arguments], cwd=cwd, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_flask_routes_lists_the_pages(tmp_path: Path) -> None:
    routes = flask(tmp_path, "routes").stdout
    assert re.search(r"^reading\.article +GET +/articles/<slug:slug> *$", routes, re.MULTILINE)
    assert re.search(r"^moderation\.queue +GET +/admin/ *$", routes, re.MULTILINE)


def test_flask_shell_has_the_application(tmp_path: Path) -> None:
    assert "It is called Broadsheet\n" in flask(tmp_path, "shell", stdin=SHOW_NAME).stdout


def test_flask_db_upgrade_brings_an_empty_database_to_the_newest_schema(tmp_path: Path) -> None:
    assert "(head)" not in flask(tmp_path, "db", "current").stdout
    assert flask(tmp_path, "db", "upgrade").returncode == 0
    assert "(head)" in flask(tmp_path, "db", "current").stdout
    assert flask(tmp_path, "editors", "list").stdout == "There is no editor yet.\n"


def test_settings_are_read_from_env_in_the_folder_that_flask_runs_in(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SITE_NAME=The Lantern\n")
    shown = flask(tmp_path / "instance", "shell", stdin=SHOW_NAME, cwd=tmp_path).stdout
    assert "It is called The Lantern\n" in shown


def test_a_setting_with_flasks_prefix_counts_before_one_without(tmp_path: Path) -> None:
    settings = {"SITE_NAME": "The Lantern", "FLASK_SITE_NAME": "The Beacon"}
    assert "It is called The Beacon\n" in flask(tmp_path, "shell", stdin=SHOW_NAME, settings=settings).stdout


@pytest.mark.parametrize(("name", "value"), [("PORT", "abc"), ("WORKERS", "0"), ("BASE_URL", "news.example")])
def test_a_setting_that_cannot_be_used_is_named_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    refused = flask(tmp_path, "serve", settings={name: value})
    assert refused.returncode != 0
    assert len(refused.stderr.splitlines()) == 1
    assert name in refused.stderr
    assert value in refused.stderr


def test_make_help_names_every_target_of_the_makefile() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = [line.split()[0] for line in make("help").stdout.splitlines()]
    assert sorted(named) == sorted(targets)
    assert set(named) >= {"serve", "test", "check", "lock", "bench", "clean"}
    assert make().stdout == make("help").stdout


@pytest.mark.parametrize(
    ("what_it_lacks", "advice"), [("venv", "apt-get install python3-venv"), ("version_info", "needs Python 3.11")]
)
def test_make_serve_says_in_one_line_what_is_missing(tmp_path: Path, what_it_lacks: str, advice: str) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    python = tmp_path / "python3"
    python.write_text(f'#!/bin/sh\ncase "$*" in *{what_it_lacks}*) echo Traceback >&2; exit 1;; esac\n')
    python.chmod(0o755)
    refused = make("serve", f"PYTHON={python}", cwd=tmp_path)
    said = [line for line in refused.stderr.splitlines() + refused.stdout.splitlines() if "make: ***" not in line]
    assert refused.returncode != 0
    assert advice in said[-1]
    assert not (tmp_path / ".venv").exists()
