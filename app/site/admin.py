"""What editors set for the whole site, at the desk."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import DESK, logged_in
from app.core.db import db, transaction
from app.core.web import Permission, requires
from app.site import editing
from app.site.forms import NumberedRuleForm, PauseForm, RuleForm, SettingsForm, settings_form
from app.site.models import HouseRule, the_site
from app.site.queries import house_rules, retired_rules
from app.site.routes import blueprint


@blueprint.route(f"{DESK}/settings", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def settings() -> BaseResponse:
    form = SettingsForm()
    if not form.validate_on_submit():
        return _settings_page(form if form.errors else None, status=422 if form.errors else 200)
    try:
        with transaction() as session:
            editing.change_settings(session, logged_in(), form.settings(), form.seen.data or "")
    except editing.ChangedMeanwhile:
        return _settings_page(form, status=409)
    flash(_("Saved."))
    return redirect(url_for("site.settings"), 303)


@blueprint.post(f"{DESK}/settings/pause")
@requires(Permission.SETTINGS)
def pause() -> BaseResponse:
    form = PauseForm()
    if not form.validate():
        return _settings_page(pause_form=form, status=422)
    with transaction() as session:
        editing.pause(session, logged_in(), form.reason.data or "")
    flash(_("Commenting is paused. Readers read the reason where the form was."))
    return redirect(url_for("site.settings"), 303)


@blueprint.post(f"{DESK}/settings/resume")
@requires(Permission.SETTINGS)
def resume() -> BaseResponse:
    with transaction() as session:
        editing.resume(session, logged_in())
    flash(_("Comments are taken again."))
    return redirect(url_for("site.settings"), 303)


@blueprint.route(f"{DESK}/house-rules", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def rules() -> BaseResponse:
    form = RuleForm()
    if not form.validate_on_submit():
        there = db.session()
        page = render_template("site/rules.html", form=form, rules=house_rules(there), retired=retired_rules(there))
        return make_response(page, 422 if form.errors else 200)
    with transaction() as session:
        rule = editing.add_rule(session, logged_in(), title=form.title.data or "", text=form.text.data or "")
    flash(_("House rule %(number)s is added.", number=rule.number))
    return redirect(url_for("site.rules"), 303)


@blueprint.route(f"{DESK}/house-rules/<id:rule_id>", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def rule(rule_id: int) -> BaseResponse:
    form = NumberedRuleForm()
    if not form.validate_on_submit():
        there = db.session.get(HouseRule, rule_id)
        if there is None or there.retired_at is not None:
            abort(404)
        if not form.errors:
            form = NumberedRuleForm(formdata=None, obj=there)
        return make_response(render_template("site/rule.html", form=form, rule=there), 422 if form.errors else 200)
    number, title, text = form.number.data or 1, form.title.data or "", form.text.data or ""
    try:
        with transaction() as session:
            editing.change_rule(session, logged_in(), rule_id, number=number, title=title, text=text)
    except editing.NoSuchRule:
        abort(404)
    flash(_("House rule %(number)s is changed.", number=number))
    return redirect(url_for("site.rules"), 303)


@blueprint.post(f"{DESK}/house-rules/<id:rule_id>/retire")
@requires(Permission.SETTINGS)
def retire_rule(rule_id: int) -> BaseResponse:
    try:
        with transaction() as session:
            retired = editing.retire_rule(session, logged_in(), rule_id)
    except editing.NoSuchRule:
        abort(404)
    flash(_("House rule %(number)s no longer holds.", number=retired.number))
    return redirect(url_for("site.rules"), 303)


@blueprint.post(f"{DESK}/house-rules/<id:rule_id>/restore")
@requires(Permission.SETTINGS)
def restore_rule(rule_id: int) -> BaseResponse:
    try:
        with transaction() as session:
            restored = editing.restore_rule(session, logged_in(), rule_id)
    except editing.NoSuchRule:
        abort(404)
    flash(_("House rule %(number)s holds again.", number=restored.number))
    return redirect(url_for("site.rules"), 303)


def _settings_page(
    form: SettingsForm | None = None, pause_form: PauseForm | None = None, status: int = 200
) -> Response:
    """The page with what was filled in, or else with what holds. A conflict is shown with what now holds."""
    site = the_site(db.session())
    held = editing.settings_of(site)
    current = settings_form(held)
    differing: list[str] = []
    if form is not None and status == 409:
        form.seen.data = current.seen.data
        named = (field for field in current if field.name in asdict(held))
        differing = [field.label.text for field in named if field.data != form[field.name].data]
    page = render_template(
        "site/settings.html",
        site_row=site,
        form=form or current,
        pause_form=pause_form or PauseForm(formdata=None, reason=site.paused_reason),
        differing=differing,
        is_conflict=status == 409,
        is_wrong=status >= 400,
    )
    return make_response(page, status)
