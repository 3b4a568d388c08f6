"""Handing messages to the mail server, and what its answers mean."""

from __future__ import annotations

import re
import smtplib
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing, suppress
from functools import partial

from flask_babel import gettext as _

from app.config import MailServer
from app.core.jobs import Never, NoneNow, NotNow, Setback

CONNECT_SECONDS = 10
"""Until the server has to greet."""

LETTER_SECONDS = 30
"""For everything from looking the server up to its last word on the letter."""

_NOT_OF_THE_ADDRESS = re.compile(r"5\.(?:7\.|1\.[789]\b)")
"""The server's own rules, as of a relay, or what it has against the sender or the next server (RFC 3463, RFC 5248)."""


class AddressRefused(Never):
    """Nobody reads mail at the address, as far as the server knows."""


class _NoEncryption(Exception):
    """The server takes name and password in the clear only."""


class Connection:
    """A conversation with the server, in which message after message is handed over. It begins with the first one."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def send(self, sender: str, to: str, message: bytes) -> None:
        """Raises Never if the server will not take this letter, NotNow if not yet, NoneNow if it takes none.

        Never is AddressRefused where the fault lies with the address, not with what the letter says or whence it comes.
        """
        try:
            _within(LETTER_SECONDS, partial(self._hand_over, sender, to, message))
        except (OSError, _NoEncryption) as error:
            # SMTPException is an OSError.
            raise _setback(error, self._server.host, to) from None

    def close(self) -> None:
        """The letters' fate is sealed by now, and what the server says to a farewell, or does not, changes nothing."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(TimeoutError):
                _within(CONNECT_SECONDS, partial(_hang_up, smtp))

    def _hand_over(self, sender: str, to: str, message: bytes) -> None:
        # Taken out meanwhile: what becomes of a conversation that takes too long is left to this thread.
        smtp, self._smtp = self._smtp, None
        is_new = smtp is None
        smtp = smtp or _converse(self._server, sender)
        try:
            smtp.sendmail(sender, [to], message)
        except smtplib.SMTPSenderRefused:
            _hang_up(smtp)
            if is_new:
                raise
            # So many servers end a conversation of which they have had enough.
            self._hand_over(sender, to, message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
            self._smtp = smtp
            raise
        except BaseException:
            _hang_up(smtp)
            raise
        else:
            self._smtp = smtp


def send(server: MailServer, sender: str, to: str, message: bytes) -> None:
    """Hands one message over in a conversation of its own. Raises what Connection.send does."""
    with closing(Connection(server)) as connection:
        connection.send(sender, to, message)


def _within(seconds: float, act: Callable[[], None]) -> None:
    """In a thread of its own, which is left to itself when time is up: a socket's timeout ends neither the look-up of a
    name nor a server that sends one byte each second."""
    outcome: Future[None] = Future()

    def run() -> None:
        try:
            act()
        except Exception as error:
            outcome.set_exception(error)
        else:
            outcome.set_result(None)

    threading.Thread(target=run, name="mail", daemon=True).start()
    outcome.result(timeout=seconds)


def _converse(server: MailServer, sender: str) -> smtplib.SMTP:
    smtp = _connect(server, sender.rpartition("@")[2])
    try:
        _encrypt(smtp, server)
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        _hang_up(smtp)
        raise
    return smtp


def _connect(server: MailServer, own_name: str) -> smtplib.SMTP:
    smtp: smtplib.SMTP
    if server.is_tls:
        context = ssl.create_default_context()
        smtp = smtplib.SMTP_SSL(server.host, server.port, own_name, timeout=CONNECT_SECONDS, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, own_name, timeout=CONNECT_SECONDS)
    if smtp.sock is not None:
        smtp.sock.settimeout(LETTER_SECONDS)
    return smtp


def _encrypt(smtp: smtplib.SMTP, server: MailServer) -> None:
    """Begins TLS where it is offered. Credentials are sent to a server that has proved its name only.

    Without them proof gains nothing: whoever could pretend to be the server could as well leave TLS out of its offer.
    """
    smtp.ehlo_or_helo_if_needed()
    if server.is_tls:
        return
    if smtp.has_extn("starttls"):
        context = ssl.create_default_context()
        if not server.user:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        smtp.starttls(context=context)
    elif server.user:
        raise _NoEncryption


def _hang_up(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except OSError:
        smtp.close()


def _setback(error: Exception, host: str, to: str) -> Setback:
    """What went wrong. Only an answer to the address, or to the letter itself, concerns this letter alone."""
    kind: type[Setback] = NoneNow
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=answers):
            [(code, answer)] = answers.values()
            kind = AddressRefused if _is_of_the_address(code, answer) else _lasting(code)
            words = _("%(host)s did not take the address: %(answer)s", host=host, answer=_quoted(code, answer, to))
        case smtplib.SMTPDataError(smtp_code=code, smtp_error=answer):
            kind = _lasting(code)
            words = _("%(host)s did not take the e-mail: %(answer)s", host=host, answer=_quoted(code, answer, to))
        case smtplib.SMTPSenderRefused(smtp_code=code, smtp_error=answer):
            quoted = _quoted(code, answer, to)
            words = _("%(host)s takes no e-mails from MAIL_FROM: %(answer)s", host=host, answer=quoted)
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            words = _("%(host)s does not take the name and password in SMTP_URL (%(code)s).", host=host, code=code)
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=answer):
            words = _("%(host)s turned us away: %(answer)s", host=host, answer=_quoted(code, answer, to))
        case smtplib.SMTPNotSupportedError():
            words = _("%(host)s takes no name and password; SMTP_URL gives them.", host=host)
        case smtplib.SMTPServerDisconnected():
            words = _("%(host)s stopped answering.", host=host)
        case _NoEncryption():
            words = _("%(host)s offers no encryption, so name and password were not sent to it.", host=host)
        case ssl.SSLCertVerificationError(verify_message=why):
            words = _("%(host)s could not prove its name: %(why)s.", host=host, why=why)
        case TimeoutError():
            words = _("%(host)s did not answer in time.", host=host)
        case _:
            why = getattr(error, "strerror", None) or str(error)
            words = _("%(host)s could not be reached: %(why)s.", host=host, why=why)
    return kind(words)


def _lasting(code: int) -> type[Setback]:
    """421 closes the connection to any letter, another 4xx puts this one off, and 5xx is for good (RFC 5321, 4.2.1)."""
    if code == 421:
        return NoneNow
    return NotNow if code < 500 else Never


def _is_of_the_address(code: int, answer: bytes | str) -> bool:
    """Whether a refusal of RCPT is for good, and not one of the sender, of whom many servers say so only there."""
    return code >= 500 and _NOT_OF_THE_ADDRESS.match(_as_text(answer)) is None


def _quoted(code: int, answer: bytes | str, to: str) -> str:
    """A server's answer as one line that does not name the reader."""
    text = re.sub(re.escape(to), "…", " ".join(_as_text(answer).split()), flags=re.IGNORECASE)
    return f"{code} {text}"[:300]


def _as_text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
