"""What editors write: an article, and texts in their own Markdown."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length, Regexp
from wtforms.widgets import DateTimeLocalInput

from app.articles.autosaving import FormName
from app.articles.content import checked_lines, images_in, with_alternatives
from app.articles.images import Shown, images_for
from app.articles.models import UnsavedText
from app.articles.withdrawing import REASON_LIMIT
from app.core.days import as_local
from app.core.db import db
from app.core.forms import PlainText, PostedForm, choices_of, rearrange, trimmed
from app.core.markup import ArticleMarkup, MarkupError, normalise, render_article
from app.core.web import SLUG, SLUG_LIMIT, as_id

NOTE_LIMIT = 500
"""Characters in what readers are told of a change."""
SLUG_PROPOSED = 80
"""Characters of an address that is made of a headline."""

Named = sa.Row[str, str]
"""Slug and name."""

_REARRANGE = re.compile("(sources|faq)-(add|remove|up|down)(?:-([0-9]{1,3}))?")
_FORM_NAME = re.compile("[0-9a-f]{32}")
_ROW_FIELD = re.compile("[a-z_]+|(?:sources|faq)-[0-9]{1,3}-[a-z]+|authors-[0-9]{1,2}")


class SlugForm(PostedForm):
    slug = StringField(
        _l("Address"),
        validators=[
            DataRequired(_l("Give an address.")),
            Length(max=SLUG_LIMIT, message=_l("An address takes %(max)d characters at most.")),
            Regexp(f"^{SLUG}$", message=_l("An address takes lower-case letters, digits and single hyphens.")),
        ],
        filters=[trimmed],
    )


class ArticleText(TextAreaField):
    """Text in editors' Markdown, without figures. Once it has been validated, `markup` is what it became."""

    markup: ArticleMarkup

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([normalise(value) for value in valuelist])

    def rendered(self) -> ArticleMarkup:
        """Raises MarkupError."""
        return render_article(self.data or "", {})

    def post_validate(self, form: BaseForm, validation_stopped: bool) -> None:
        if validation_stopped or self.errors:
            return
        try:
            self.markup = self.rendered()
        except MarkupError as error:
            if error.line is None:
                raise ValidationError(str(error)) from None
            raise ValidationError(gettext("Line %(line)d: %(problem)s.", line=error.line, problem=str(error))) from None


class PicturedText(ArticleText):
    """With pictures, which the field looks up. Once it has been validated, the text says itself what they show.

    `is_first` is as `render_article` has it; `shown` and `earlier` are as `images_for` has them.
    """

    shown: Sequence[Shown] = ()
    earlier: Mapping[str, str] = MappingProxyType({})
    images: Mapping[str, str] = MappingProxyType({})
    """The hashes of the images that the text names."""

    def __init__(self, *args: Any, is_first: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_first = is_first

    def rendered(self) -> ArticleMarkup:
        text = self.data or ""
        found = images_for(db.session(), self.shown, images_in(text), self.earlier)
        pictures = {name: image.picture for name, image in found.items()}
        markup = render_article(text, {}, pictures, is_first=self.is_first)
        self.images = {name: image.hash for name, image in found.items()}
        self.data = with_alternatives(text, pictures)
        return markup

    def miss(self, name: str) -> None:
        """Says that an image has been deleted between check and save."""
        add_error(self, gettext("The image %(name)s has been deleted meanwhile.", name=name))


class WithdrawalForm(PostedForm):
    reason = PlainText(
        _l("Reason, as readers read it"),
        validators=[DataRequired(_l("Give the reason; readers read it in the article’s place."))],
        limit=REASON_LIMIT,
    )


class SourceForm(Form):
    publisher = StringField(_l("Publisher"))
    title = StringField(_l("Title"))
    url = StringField(_l("Address on the web"))
    note = StringField(_l("Note"))


class QuestionForm(Form):
    anchor = HiddenField("")
    question = StringField(_l("Question"))
    answer = TextAreaField(_l("Answer"))


class ArticleForm(PostedForm):
    """An article as an editor fills it in. It is checked by `checking.content_for`, as a file is."""

    seen = HiddenField("")
    """The number of the revision that the editor began with."""
    restored = HiddenField("")
    """The number of the revision that the editor brings back."""
    form_name = HiddenField("")
    """By which what is kept of the form before it is saved is found; it stays with the text."""
    form_version = HiddenField("")
    """How many times it was kept."""
    title = StringField(_l("Headline"))
    standfirst = TextAreaField(_l("Standfirst"))
    text = TextAreaField(_l("Text"))
    authors = FieldList(SelectField(_l("Author"), choices=[], validate_choice=False), _l("Authors"))
    byline = StringField(_l("Byline"))
    series = SelectField(_l("Series"), choices=[], validate_choice=False)
    part = StringField(_l("Part"))
    tags = StringField(_l("Tags"))
    published = StringField(_l("Goes live"), widget=DateTimeLocalInput())
    slug = StringField(_l("Address"))
    related = TextAreaField(_l("Related articles"))
    note = PlainText(_l("What is new, as readers read it"), limit=NOTE_LIMIT)
    typo = BooleanField(_l("Only a typo is mended"))
    sources = FieldList(FormField(SourceForm))
    faq = FieldList(FormField(QuestionForm))

    def rearrange(self, asked: str) -> bool:
        """Adds, moves or removes a row as a button of the form asks, such as `faq-up-2`; False if it asks no such."""
        found = _REARRANGE.fullmatch(asked)
        if found is None:
            return False
        rearrange(self[found[1]], found[2], int(found[3] or 0))
        return True

    def offer(self, authors: Sequence[Named], series: Sequence[Named]) -> None:
        """What there is to choose from, and room for one author more."""
        chosen = [entry.data for entry in self.authors if entry.data]
        while self.authors.entries:
            self.authors.pop_entry()
        for number, slug in enumerate([*chosen, ""]):
            field = self.authors.append_entry(slug)
            field.choices = choices_of({"": gettext("Nobody")} | dict(authors))
            field.label.text = gettext("And by") if number else gettext("Author")
        self.series.choices = choices_of({"": gettext("None")} | dict(series))

    def propose_slug(self) -> None:
        """Makes an address of the headline, where none is given."""
        if not (self.slug.data or "").strip():
            self.slug.data = proposed_slug(self.title.data or "")

    def related_slugs(self) -> list[str]:
        """Each is given as an address, or as the last part of one."""
        given = (self.related.data or "").replace(",", " ").split()
        return checked_lines(re.split("[?#]", one)[0].rstrip("/").rpartition("/")[2] for one in given)

    def problems(self) -> list[tuple[str, str, str]]:
        """What is wrong, with the id and the name of its field."""
        fields: list[Field] = [self[name] for name in self._fields if name not in {"sources", "faq"}]
        fields += [part for row in (*self.sources, *self.faq) for part in row]
        return [(field.id, str(field.label.text), str(error)) for field in fields for error in field.errors]


def sent_article() -> list[tuple[str, str]]:
    """What was filled in, without fields that the form does not have, nor what goes with each request."""
    sent = [(name, normalise(value)) for name, value in request.form.items(multi=True) if _ROW_FIELD.fullmatch(name)]
    return [(name, value) for name, value in sent if name not in {"csrf_token", "do", "window"}]


def posted_article() -> ArticleForm:
    return ArticleForm(formdata=MultiDict(sent_article()))


def unsaved_article(kept: UnsavedText) -> ArticleForm:
    """The form as it stood when it was kept."""
    fields = MultiDict((name, value) for name, value in kept.fields)
    fields["form_version"] = str(kept.version)
    return ArticleForm(formdata=fields)


def sent_form_name() -> FormName | None:
    """Which form was sent by its script; None if it does not say."""
    name, window = request.form.get("form_name", ""), request.form.get("window", "")
    if not _FORM_NAME.fullmatch(name) or not _FORM_NAME.fullmatch(window):
        return None
    return FormName(name, window, as_id(request.form.get("form_version")) or 0)


def article_form(content: Mapping[str, Any], *, seen: int, restored: int | None = None) -> ArticleForm:
    """The form as it shows what an article says, which is given as `history.content_of` does."""
    published = content["published"]
    return ArticleForm(
        formdata=None,
        data={
            **{name: content[name] for name in ("title", "byline", "standfirst", "slug", "sources", "faq")},
            "seen": seen,
            "form_name": _new_form_name(),
            "restored": restored or "",
            "text": content["source"],
            "authors": content.get("authors", []),
            "series": content.get("series") or "",
            "part": content.get("part") or "",
            "tags": ", ".join(content["tags"]),
            "related": "\n".join(content["related"]),
            "published": as_local(datetime.fromisoformat(published)) if published else "",
        },
    )


def empty_article(name: str, authors: Sequence[Named]) -> ArticleForm:
    """For the editor of that name, who is an author, too, if one is called alike."""
    own = next((slug for slug, called in authors if called == name), None)
    written_by = {"authors": [own]} if own else {"byline": name}
    return ArticleForm(formdata=None, data={**written_by, "form_name": _new_form_name()})


def _new_form_name() -> str:
    return secrets.token_hex(16)


def proposed_slug(title: str) -> str:
    """An address of the words of a headline; '' if none of them has a letter that goes into one."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss").replace("’", "").replace("'", "")).lower()
    words = re.findall("[a-z0-9]+", "".join(char for char in plain if not unicodedata.combining(char)))
    return "-".join(words)[:SLUG_PROPOSED].strip("-")


def add_error(field: Field, message: str) -> None:
    field.errors = [*field.errors, message]
