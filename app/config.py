"""What belongs to one installation, read once from the environment into a frozen, typed Config."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import click
from babel import Locale, UnknownLocaleError

ROOT = Path(__file__).resolve().parent.parent


class ConfigError(click.ClickException, ValueError):
    """A setting whose value cannot be used; the message names the setting and what it takes."""


@dataclass(frozen=True)
class MailServer:
    """What SMTP_URL says. `is_tls` is encrypted from the start; otherwise STARTTLS is used where it is offered."""

    host: str
    port: int
    is_tls: bool
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Config:
    """Each field is a setting of the same name in upper case, or with `FLASK_` before it.

    An empty `secret_key`, `database_url`, `base_url` or `mail_from` stands for the default that `from_environment`
    works out from the others; a Config made by hand (in tests) is completed by `completed()`.
    """

    secret_key: str = ""
    instance_path: Path = ROOT / "instance"
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    workers: int = 2
    trusted_proxies: int = 0
    time_zone: str = "UTC"
    locale: str = "en"
    site_name: str = "Broadsheet"
    site_contact: str = ""
    samples_public: bool = False
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    websub_hub: str = ""
    bounces_to: str = ""
    postal_address: str = ""
    newsletter_per_minute: int = 300

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Config:
        """Raises ConfigError for a value that does not fit its setting."""
        types = get_type_hints(cls)
        values: dict[str, Any] = {}
        for setting in fields(cls):
            name = setting.name.upper()
            raw = environ.get(f"FLASK_{name}") or environ.get(name)
            if raw:
                values[setting.name] = _parse(name, raw.strip(), types[setting.name])
        return cls(**values).completed()

    def completed(self) -> Config:
        """Fills in what was left empty, checks the rest, and creates the instance folder and its secret key."""
        instance = self.instance_path.expanduser().resolve()
        instance.mkdir(parents=True, exist_ok=True)
        values = {setting.name: getattr(self, setting.name) for setting in fields(self)}
        values |= {
            "instance_path": instance,
            "secret_key": self.secret_key or _stored_secret(instance / "secret_key"),
            "database_url": self.database_url or f"sqlite:///{instance / 'broadsheet.db'}",
            "base_url": (self.base_url or f"http://{_url_host(self.host)}:{self.port}").rstrip("/"),
        }
        config = Config(**values)
        config._check()
        contact = self.site_contact if _is_address(self.site_contact) else ""
        return replace(config, mail_from=self.mail_from or contact or f"broadsheet@{config.mail_domain}")

    @property
    def origin(self) -> str:
        """Scheme, host and port of BASE_URL, as a browser's Origin header says them."""
        parts = urlsplit(self.base_url)
        port = parts.port
        if port is None or port == {"http": 80, "https": 443}[parts.scheme]:
            return f"{parts.scheme}://{_url_host(parts.hostname or '')}"
        return f"{parts.scheme}://{_url_host(parts.hostname or '')}:{port}"

    @property
    def is_https(self) -> bool:
        return urlsplit(self.base_url).scheme == "https"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine's own browser can reach the site at its BASE_URL."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def mail_domain(self) -> str:
        """The host of BASE_URL as the part of an address after the @; an IP address stands in brackets (RFC 5321)."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            ip = ipaddress.ip_address(host)
        except ValueError:
            return host.encode("idna").decode()
        return f"[IPv6:{ip}]" if ip.version == 6 else f"[{ip}]"

    @property
    def is_right_to_left(self) -> bool:
        """How the interface is written in LOCALE."""
        return bool(Locale.parse(self.locale, sep="-").text_direction == "rtl")

    @property
    def mail_server(self) -> MailServer | None:
        """None if SMTP_URL is not set."""
        return _mail_server(self.smtp_url) if self.smtp_url else None

    def _check(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ConfigError(f"PORT is {self.port}; it takes a number from 0 to 65535.")
        try:
            parts = urlsplit(self.base_url)
            usable = parts.scheme in {"http", "https"} and bool(self.mail_domain) and parts.port != 0
        except ValueError:
            usable = False
        if not usable or parts.path or parts.query or parts.fragment or parts.username:
            raise ConfigError(
                f"BASE_URL is {self.base_url!r}; it takes the site's address without a path: https://news.example"
            )
        if not 1 <= self.workers <= 64:
            raise ConfigError(f"WORKERS is {self.workers}; it takes a number from 1 to 64.")
        if not 0 <= self.trusted_proxies <= 10:
            raise ConfigError(f"TRUSTED_PROXIES is {self.trusted_proxies}; it takes a number from 0 to 10.")
        if not 1 <= self.newsletter_per_minute <= 100_000:
            raise ConfigError(
                f"NEWSLETTER_PER_MINUTE is {self.newsletter_per_minute}; it takes a number from 1 to 100000."
            )
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            raise ConfigError(f"TIME_ZONE is {self.time_zone!r}; it takes a name such as Europe/Berlin.") from None
        try:
            Locale.parse(self.locale, sep="-")
        except (UnknownLocaleError, ValueError):
            raise ConfigError(
                f"LOCALE is {self.locale!r}; it takes a language, or one with its country: pt-BR"
            ) from None
        if self.mail_from and not _is_address(self.mail_from):
            raise ConfigError(f"MAIL_FROM is {self.mail_from!r}; it takes an e-mail address alone: desk@news.example")
        if self.bounces_to and not _is_address(self.bounces_to):
            raise ConfigError(f"BOUNCES_TO is {self.bounces_to!r}; it takes an e-mail address: bounces@news.example")
        if self.smtp_url:
            _mail_server(self.smtp_url)
        if self.websub_hub and not _is_web_address(self.websub_hub):
            raise ConfigError(f"WEBSUB_HUB is {self.websub_hub!r}; it takes a hub's address: https://hub.example/")


def _parse(name: str, raw: str, kind: type) -> object:
    if kind is bool:
        words = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        if raw.lower() not in words:
            raise ConfigError(f"{name} is {raw!r}; it takes true or false.")
        return words[raw.lower()]
    if kind is int:
        try:
            return int(raw)
        except ValueError:
            raise ConfigError(f"{name} is {raw!r}; it takes a whole number.") from None
    return kind(raw)


def _mail_server(url: str) -> MailServer:
    """Raises ConfigError, which repeats nothing of the URL: in a mistyped one the password may stand anywhere."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    both = user + password
    # smtplib sends ASCII only.
    are_usable = bool(user) == bool(password) and both.isascii() and both.isprintable()
    strays = parts.path not in {"", "/"} or parts.query or parts.fragment or port == 0
    if parts.scheme not in {"smtp", "smtps"} or not host or strays or not are_usable:
        raise ConfigError(
            "SMTP_URL is not the address of a mail server; it takes smtp://user:password@host:587 or smtps://…:465. "
            "Name and password are both given or both left out, with %40 for @ and so on, as in any URL."
        )
    is_tls = parts.scheme == "smtps"
    return MailServer(host, port or (465 if is_tls else 587), is_tls, user, password)


def _is_address(text: str) -> bool:
    try:
        address = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        return False
    return text.isascii() and bool(address.username and address.domain)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and text.isascii()
    except ValueError:
        return False


def _url_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _stored_secret(path: Path) -> str:
    """The installation's own key; two processes that start at once end up with the same one."""
    if not path.exists():
        draft = path.with_name(f".secret_key.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32) + "\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
