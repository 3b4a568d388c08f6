"""Bringing the site up, again and again."""

from __future__ import annotations

import stat
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import sqlalchemy as sa

from app.articles.models import Article
from app.core.db import transaction
from tests.serving.site import ServedSite, flask


def status_of(address: str) -> int:
    try:
        with urlopen(address) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def test_the_first_run_loads_the_samples_and_prints_one_link_before_it_serves(site: ServedSite) -> None:
    samples, first, link, serving = site.printed().splitlines()
    assert samples.startswith("Loaded ")
    assert "no editor yet" in first
    assert link == site.address + site.first_link()
    assert serving.startswith(f"Serving Broadsheet at {site.address}")
    assert status_of(f"{site.address}/articles/trump-anthropic-national-security") == 200
    assert status_of(link) == 200


def test_samples_that_were_deleted_stay_deleted(tmp_path: Path) -> None:
    site = ServedSite(tmp_path / "instance")
    with site:
        pass
    with site.factory() as factory, factory.app.app_context(), transaction() as session:
        session.delete(session.scalars(sa.select(Article).where(Article.slug == "frontier-model")).one())
    with site:
        assert "sample" not in site.printed()
        assert status_of(f"{site.address}/articles/frontier-model") == 404
        assert status_of(f"{site.address}/articles/g7-and-ai") == 200


def test_while_there_is_no_editor_each_run_prints_a_new_link_and_the_old_one_is_void(tmp_path: Path) -> None:
    site = ServedSite(tmp_path / "instance")
    with site:
        old = site.first_link()
    with site:
        assert site.first_link() != old
        assert status_of(site.address + old) == 410
        assert status_of(site.address + site.first_link()) == 200


def test_once_there_is_an_editor_no_link_is_printed(tmp_path: Path) -> None:
    site = ServedSite(tmp_path / "instance")
    with site, site.factory() as factory:
        factory.editor()
    with site:
        assert len(site.printed().splitlines()) == 1
        assert "welcome" not in site.printed()


def test_the_secret_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    site = ServedSite(tmp_path / "instance")
    key = site.instance / "secret_key"
    with site:
        first = key.read_text()
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with site:
        assert key.read_text() == first
    assert len(first.strip()) >= 32


def test_a_port_that_is_taken_is_refused_before_anything_changes(site: ServedSite) -> None:
    link = site.address + site.first_link()
    second = flask(site.instance, "serve", settings={"PORT": str(site.port)})
    assert second.returncode == 1
    assert second.stdout == ""
    assert second.stderr.splitlines() == [
        f"Error: 127.0.0.1:{site.port} is taken, or no address of this machine; HOST and PORT name another."
    ]
    assert status_of(link) == 200


def test_the_link_is_built_from_base_url(tmp_path: Path) -> None:
    with ServedSite(tmp_path / "instance", BASE_URL="https://news.example") as site:
        assert "\nhttps://news.example/admin/welcome/" in site.printed()
        assert "127.0.0.1" not in site.printed()


@pytest.mark.parametrize("setting", ["SITE_NAME", "FLASK_SITE_NAME"])
def test_a_setting_reaches_the_web_workers(tmp_path: Path, setting: str) -> None:
    with ServedSite(tmp_path / "instance", **{setting: "The Lantern"}) as site, urlopen(site.address) as answer:
        assert ">The Lantern</a></h1>" in answer.read().decode()


def test_it_is_a_production_server_that_serves(site: ServedSite) -> None:
    with urlopen(site.address) as answer:
        assert answer.headers["Server"] == "granian"
    assert "development server" not in site.printed().lower()
    assert "werkzeug" not in site.printed().lower()
