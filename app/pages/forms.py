"""What editors fill in about pages beside articles and about the menus."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, HiddenField, RadioField, StringField, ValidationError
from wtforms.validators import AnyOf, DataRequired, Length

from app.articles.content import body_of
from app.articles.forms import PicturedText, SlugForm, add_error, proposed_slug
from app.core.forms import PostedForm, choices_of, rearrange, single_line, trimmed
from app.pages.destinations import LABEL_LIMIT, LINKS_LIMIT, destination, words_of_the_site
from app.pages.editing import TITLE_LIMIT, PageContent
from app.pages.menus import seen_as
from app.pages.models import MenuRow, PageState
from app.pages.queries import Menus

STATES = {
    PageState.DRAFT: _l("Draft: readers can’t see it"),
    PageState.LIVE: _l("Live: at its address, and in the sitemap"),
}
_REARRANGE = re.compile("(masthead|footer)-(add|remove|up|down)(?:-([0-9]{1,2}))?")
_MENU_FIELD = re.compile("[a-z_]+|(?:masthead|footer)-[0-9]{1,2}-(?:label|address)")


class PageForm(SlugForm):
    """A page as an editor fills it in."""

    seen = HiddenField("")
    """The number of the revision that the editor began with."""
    restored = HiddenField("")
    """The number of the revision that the editor brings back."""
    title = StringField(
        _l("Title"),
        validators=[
            DataRequired(_l("Give a title.")),
            Length(max=TITLE_LIMIT, message=_l("A title takes %(max)d characters at most.")),
        ],
        filters=[single_line],
    )
    text = PicturedText(_l("Text"), validators=[DataRequired(_l("Write the text."))])
    state = RadioField(
        _l("Who can read it"),
        choices=choices_of(STATES),
        default=PageState.DRAFT.value,
        validate_choice=False,
        validators=[AnyOf(list(STATES), _l("Choose who can read it."))],
    )

    def propose_slug(self) -> None:
        """Makes an address of the title, where none is given."""
        if not self.slug.data:
            self.slug.data = proposed_slug(self.title.data or "")

    def validate_slug(self, field: StringField) -> None:
        if not field.errors and field.data in words_of_the_site():
            raise ValidationError(gettext("The site itself uses this address. Choose another."))

    def content(self) -> PageContent:
        """What was filled in, once it is valid."""
        return PageContent(
            slug=self.slug.data or "",
            title=self.title.data or "",
            state=PageState(self.state.data),
            source=body_of(self.text.data or ""),
            markup=self.text.markup,
            images=self.text.images,
        )


class LinkForm(Form):
    label = StringField(_l("Label"), filters=[single_line])
    address = StringField(_l("Address"), filters=[trimmed])


class MenusForm(PostedForm):
    """Both menus as an editor fills them in. They are checked by `menus_for`."""

    seen = HiddenField("")
    masthead = FieldList(FormField(LinkForm))
    footer = FieldList(FormField(LinkForm))

    def rearrange(self, asked: str) -> bool:
        """Adds, moves or removes a link as a button of the form asks; False if it asks no such."""
        found = _REARRANGE.fullmatch(asked)
        if found is not None:
            rearrange(self[found[1]], found[2], int(found[3] or 0))
        return found is not None

    def menus_for(self, session: Session) -> Menus | None:
        """What was filled in; None if something is wrong, which its field then says."""
        wanted = Menus(*(_links(session, menu.entries) for menu in (self.masthead, self.footer)))
        for menu, links in zip((self.masthead, self.footer), wanted, strict=True):
            if len(links) > LINKS_LIMIT:
                said = gettext("A menu takes %(limit)d links at most.", limit=LINKS_LIMIT)
                add_error(menu.entries[LINKS_LIMIT].form.label, said)
        return None if self.problems() else wanted

    def problems(self) -> list[tuple[str, str, str]]:
        """What is wrong, with the id and the name of its field."""
        parts = [part for row in (*self.masthead, *self.footer) for part in row]
        return [(part.id, str(part.label.text), str(error)) for part in parts for error in part.errors]


def posted_menus() -> MenusForm:
    """The form as it was sent, without fields that it does not have."""
    known = [(name, value) for name, value in request.form.items(multi=True) if _MENU_FIELD.fullmatch(name)]
    return MenusForm(formdata=MultiDict(known))


def menus_form(shown: Menus, *, seen: str | None = None) -> MenusForm:
    """The form as it shows the menus. `seen` is what it says it was opened with, if that is something else."""
    return MenusForm(formdata=None, data={**shown._asdict(), "seen": seen or seen_as(shown)})


def _links(session: Session, rows: Sequence[FormField[LinkForm]]) -> list[MenuRow]:
    links: list[MenuRow] = []
    for row in rows:
        form = row.form
        label, address = form.label.data or "", form.address.data or ""
        if label or address:
            problem, title = destination(session, address)
            if problem:
                add_error(form.address, problem)
            label = label or title[:LABEL_LIMIT]
            if len(label) > LABEL_LIMIT:
                add_error(form.label, gettext("A label takes %(limit)d characters at most.", limit=LABEL_LIMIT))
            elif not label and not problem:
                add_error(form.label, gettext("Give the words that the link shows."))
            links.append({"label": label, "address": address})
    return links
