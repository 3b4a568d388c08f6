"""How whoever asks for too much mail is answered."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask import Response
from flask_babel import format_datetime
from flask_babel import gettext as _

from app.core import clock
from app.core.errors import retry_later
from app.following.asking import TooMany, TooManyForAll


def retry(refusal: TooMany, page: Response) -> Response:
    """The page, with how many seconds to wait."""
    return retry_later(page, ceil((refusal.until - clock.now()).total_seconds()))


def in_words(refusal: TooMany) -> str:
    time = format_datetime(refusal.until + timedelta(minutes=1), "d MMMM y, HH:mm")
    if isinstance(refusal, TooManyForAll):
        return str(
            _("So many people ask for mail that we write to no more for now. Ask again after %(time)s.", time=time)
        )
    return str(_("That is as much mail as can be asked for in a day. Ask again after %(time)s.", time=time))
