"""What forms of several features share."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from app.core.markup import normalise


class PostedForm(FlaskForm):
    """A form that takes what a browser sends as text; FlaskForm would take files and JSON, too."""

    class Meta:
        def wrap_formdata(self, _form: FlaskForm, formdata: Any) -> MultiDict[str, str] | None:
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form if request.method == "POST" else None


def trimmed(value: str | None) -> str | None:
    return value.strip() if value else value


def single_line(value: str | None) -> str | None:
    """A name or title: normalised, with every run of white space one space."""
    return " ".join(normalise(value).split()) if value else value
