"""What forms of several features share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import format_decimal, gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, TextAreaField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.form import BaseForm

from app.core.markup import normalise


class PostedForm(FlaskForm):
    """A form that takes what a browser sends as text; FlaskForm would take files and JSON, too."""

    class Meta:
        def wrap_formdata(self, _form: FlaskForm, formdata: Any) -> MultiDict[str, str] | None:
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form if request.method == "POST" else None


class PublicForm(PostedForm):
    """One of readers'. It holds no token: the page it stands on is the same for everyone, and no cookie lends it any
    authority (see core.web.is_same_origin)."""

    class Meta:
        csrf = False


def choices_of(labels: Mapping[Any, str]) -> list[Any]:
    """The options of a field, each value with what is said of it."""
    return [SelectChoice(str(value), label) for value, label in labels.items()]


def rearrange(rows: FieldList[Any], verb: str, number: int) -> None:
    """Adds an empty row at the end, or moves the one of that number `up` or `down`, or takes it out (`remove`)."""
    texts = [entry.data for entry in rows.entries]
    to = number + {"up": -1, "down": 1}.get(verb, 0)
    if verb == "add":
        texts.append({})
    elif number < len(texts) and 0 <= to < len(texts):
        text = texts.pop(number)
        if verb != "remove":
            texts.insert(to, text)
    while rows.entries:
        rows.pop_entry()
    for text in texts:
        rows.append_entry(text)


def trimmed(value: str | None) -> str | None:
    return value.strip() if value else value


def single_line(value: str | None) -> str | None:
    """A name or title: normalised, with every run of white space one space."""
    return " ".join(normalise(value).split()) if value else value


def too_long(length: int, limit: int) -> str:
    """What is said of a text of so many characters."""
    return str(
        gettext(
            "%(length)s characters; the limit is %(limit)s. Cut %(excess)s.",
            length=format_decimal(length),
            limit=format_decimal(limit),
            excess=format_decimal(length - limit),
        )
    )


class PlainText(TextAreaField):
    """Text without markup: normalised, without white space around it, and of `limit` characters at most."""

    def __init__(self, label: str, validators: list[Any] | None = None, *, limit: int, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.limit = limit

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([normalise(value).strip() for value in valuelist])

    def post_validate(self, form: BaseForm, validation_stopped: bool) -> None:
        if not validation_stopped and len(self.data or "") > self.limit:
            raise ValidationError(too_long(len(self.data or ""), self.limit))
