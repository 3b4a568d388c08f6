"""Settings out of the environment."""

from __future__ import annotations

import stat
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from pathlib import Path
from threading import Barrier

import pytest

from app import create_app
from app.config import Config, ConfigError, MailServer


def configured(folder: Path, **settings: str) -> Config:
    return Config.from_environment({"INSTANCE_PATH": str(folder), **settings})


def test_without_settings_there_is_a_default_for_each(tmp_path: Path) -> None:
    config = configured(tmp_path)
    assert (config.host, config.port, config.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert config.database_url == f"sqlite:///{tmp_path}/broadsheet.db"
    assert (config.trusted_proxies, config.time_zone, config.samples_public) == (0, "UTC", False)


def test_the_base_url_follows_host_and_port(tmp_path: Path) -> None:
    assert configured(tmp_path, HOST="0.0.0.0", PORT="9000").base_url == "http://0.0.0.0:9000"
    assert configured(tmp_path, HOST="::1").base_url == "http://[::1]:8000"
    assert configured(tmp_path, PORT="9000", BASE_URL="https://news.example/").base_url == "https://news.example"


def test_the_flask_prefix_names_the_same_setting_and_wins(tmp_path: Path) -> None:
    assert configured(tmp_path, FLASK_PORT="9000").port == 9000
    assert configured(tmp_path, FLASK_PORT="9000", PORT="7000").port == 9000


def test_an_empty_setting_is_none(tmp_path: Path) -> None:
    assert configured(tmp_path, PORT="", SITE_NAME="").port == 8000


def test_settings_are_taken_by_their_types(tmp_path: Path) -> None:
    config = configured(tmp_path, TRUSTED_PROXIES=" 2 ", TIME_ZONE="Europe/Berlin", SITE_NAME="The Ward Courier")
    assert (config.trusted_proxies, config.time_zone, config.site_name) == (2, "Europe/Berlin", "The Ward Courier")
    for word, meaning in {"1": True, "Yes": True, "TRUE": True, "on": True, "0": False, "off": False}.items():
        assert configured(tmp_path, SAMPLES_PUBLIC=word).samples_public is meaning


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEBSUB_HUB", "hub.example"),
        ("WEBSUB_HUB", "ftp://hub.example/"),
        ("PORT", "eighty"),
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("WORKERS", "0"),
        ("WORKERS", "65"),
        ("WORKERS", "2.5"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "11"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("SAMPLES_PUBLIC", "perhaps"),
        ("BASE_URL", "news.example"),
        ("BASE_URL", "ftp://news.example"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://news.example/blog"),
        ("BASE_URL", "https://news.example?x"),
        ("BASE_URL", "https://user@news.example"),
        ("BASE_URL", "https://news.example:port"),
        ("BASE_URL", "https://news.example:0"),
        ("BASE_URL", "https://["),
        ("BASE_URL", "https://news..example"),
        ("MAIL_FROM", "desk"),
        ("MAIL_FROM", "The Desk <desk@news.example>"),
        ("MAIL_FROM", "desk@news.example, bob@news.example"),
        ("MAIL_FROM", "desk@news.example\nBcc: bob@news.example"),
        ("MAIL_FROM", "dësk@news.example"),
        ("MAIL_FROM", "desk@bücher.example"),
        ("SMTP_URL", "mail.example"),
        ("SMTP_URL", "mail.example:587"),
        ("SMTP_URL", "http://mail.example"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://:587"),
        ("SMTP_URL", "smtp://mail.example:0"),
        ("SMTP_URL", "smtp://mail.example/inbox"),
        ("SMTP_URL", "smtp://mail.example?tls"),
        ("SMTP_URL", "smtp://desk@mail.example"),
        ("SMTP_URL", "smtp://:secret@mail.example"),
        ("SMTP_URL", "smtp://desk:s%C3%A4cret@mail.example"),
        ("SMTP_URL", "smtp://desk:secret%0D%0A@mail.example"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name} is .*it takes "):
        configured(tmp_path, **{name: value})


@pytest.mark.parametrize(
    ("base_url", "origin", "is_https", "is_loopback"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", False, True),
        ("http://localhost", "http://localhost", False, True),
        ("http://[::1]:8000", "http://[::1]:8000", False, True),
        ("https://news.example", "https://news.example", True, False),
        ("https://news.example:443", "https://news.example", True, False),
        ("http://news.example:80", "http://news.example", False, False),
        ("https://news.example:8443", "https://news.example:8443", True, False),
        ("HTTPS://News.Example", "https://news.example", True, False),
        ("http://192.168.0.7:8000", "http://192.168.0.7:8000", False, False),
    ],
)
def test_what_the_base_url_says(tmp_path: Path, base_url: str, origin: str, is_https: bool, is_loopback: bool) -> None:
    config = configured(tmp_path, BASE_URL=base_url)
    assert (config.origin, config.is_https, config.is_loopback) == (origin, is_https, is_loopback)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587, is_tls=False)),
        ("smtp://localhost:25/", MailServer("localhost", 25, is_tls=False)),
        ("SMTPS://Mail.Example", MailServer("mail.example", 465, is_tls=True)),
        ("smtp://[::1]:2525", MailServer("::1", 2525, is_tls=False)),
        (
            "smtp://desk%40news.example:p%3Ass%2Fw%25rd+%23@mail.example:587",
            MailServer("mail.example", 587, False, "desk@news.example", "p:ss/w%rd+#"),
        ),
        ("smtps://desk:secret@bücher.example", MailServer("xn--bcher-kva.example", 465, True, "desk", "secret")),
    ],
)
def test_what_the_mail_servers_address_says(tmp_path: Path, url: str, server: MailServer) -> None:
    assert configured(tmp_path, SMTP_URL=url).mail_server == server


def test_without_an_address_there_is_no_mail_server(tmp_path: Path) -> None:
    assert configured(tmp_path).mail_server is None


@pytest.mark.parametrize(
    ("settings", "sender"),
    [
        ({}, "broadsheet@[127.0.0.1]"),
        ({"HOST": "::1"}, "broadsheet@[IPv6:::1]"),
        ({"BASE_URL": "https://News.Example:8443"}, "broadsheet@news.example"),
        ({"BASE_URL": "https://bücher.example"}, "broadsheet@xn--bcher-kva.example"),
        ({"BASE_URL": "https://news.example", "SITE_CONTACT": "https://news.example/us"}, "broadsheet@news.example"),
        ({"BASE_URL": "https://news.example", "SITE_CONTACT": "desk@news.example"}, "desk@news.example"),
        ({"SITE_CONTACT": "desk@news.example", "MAIL_FROM": "letters@news.example"}, "letters@news.example"),
    ],
)
def test_letters_have_a_sender_without_being_told(tmp_path: Path, settings: dict[str, str], sender: str) -> None:
    assert configured(tmp_path, **settings).mail_from == sender


def test_the_mail_servers_password_is_in_no_description(tmp_path: Path) -> None:
    config = configured(tmp_path, SMTP_URL="smtp://desk:s3cret@mail.example")
    assert "s3cret" not in f"{config!r} {config} {config.mail_server!r} {config.mail_server}"


@pytest.mark.parametrize(
    "url",
    [
        "smtp://desk:s3cret@mail.example:port",
        "smtp://desk:s3cret@mail.example/inbox",
        "smtp://desk:x/s3cret@mail.example",
        "smtp://desk:12/s3cret@mail.example",
        "smtp://desk:s3cret#@mail.example",
        "smtp://desk:s3cret\xe4@mail.example",
        "smtp://desk:s3cret@[mail.example",
        "smpt://desk:s3cret@mail.example",
    ],
)
def test_a_mistyped_address_of_the_mail_server_is_not_repeated(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError) as error:
        configured(tmp_path, SMTP_URL=url)
    whole_story = "".join(traceback.format_exception(error.value))
    assert "SMTP_URL" in whole_story
    assert "s3cret" not in whole_story


def test_a_config_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        configured(tmp_path).port = 1  # type: ignore[misc]


def test_the_instance_folder_is_made(tmp_path: Path) -> None:
    configured(tmp_path / "new" / "folder")
    assert (tmp_path / "new" / "folder").is_dir()


def test_the_secret_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = configured(tmp_path).secret_key
    assert len(first) == 64
    assert configured(tmp_path).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert configured(tmp_path / "elsewhere").secret_key != first


def test_processes_that_start_at_once_end_up_with_the_same_secret_key(tmp_path: Path) -> None:
    together = Barrier(8)

    def start(_: int) -> str:
        together.wait()
        return configured(tmp_path).secret_key

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(8)))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_secret_key_that_is_set_is_written_nowhere(tmp_path: Path) -> None:
    assert configured(tmp_path, SECRET_KEY="chosen").secret_key == "chosen"
    assert list(tmp_path.iterdir()) == []


def test_the_application_takes_its_config_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    monkeypatch.setenv("FLASK_SITE_NAME", "The Ward Courier")
    app = create_app()
    assert app.config["BROADSHEET"].site_name == "The Ward Courier"
    assert app.instance_path == str(tmp_path)
