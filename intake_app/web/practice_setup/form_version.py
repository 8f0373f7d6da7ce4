"""The version of the form in use: a newer one, and who has read what it asks and says."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.models.practice import Practice
from intake_app.practice import choose_form
from intake_app.practice.choose_form import FormInUse, FormMovedOn
from intake_app.web.access import audience, signed_in
from intake_app.web.accounts.reauthenticate import recently_authenticated
from intake_app.web.extensions import runtime
from intake_app.web.practice import practice, today
from intake_app.web.practice_setup.content_read_form import ContentReadForm
from intake_app.web.replies import Page, invalid

bp = Blueprint("form_version", __name__, url_prefix="/practice")


@bp.get("/form")
@audience("therapist")
def ask() -> Page:
    """Say what the newer form changes before it is used."""
    newer = choose_form.newer_form(_practice())
    if not newer:
        return redirect(url_for("own_account.home"), 303)
    return render_template("practice_setup/use_new_form.html", newer=newer)


@bp.post("/form")
@audience("owner")
@recently_authenticated
def use() -> Page:
    """New clients fill in the newer form from now on."""
    versions = (request.form.get("before", ""), request.form.get("after", ""))
    choose_form.use_form(runtime(), *versions, signed_in().practitioner_id)
    return redirect(url_for("own_account.home"), 303)


@bp.get("/content")
@audience("owner")
def ask_readers() -> Page:
    """Who has read the questions, rules and agreements?"""
    return _readers_page(ContentReadForm(formdata=None, today=today()))


@bp.post("/content")
@audience("owner")
@recently_authenticated
def confirm_read() -> Page:
    """Keep who has read them, and when."""
    form = ContentReadForm(today=today())
    if not form.validate_on_submit():
        return invalid(_readers_page(form))
    choose_form.confirm_content_read(
        runtime(),
        request.form.get("version", ""),
        form.readers(),
        form.read_on(),
        signed_in().practitioner_id,
    )
    return redirect(url_for("own_account.home"), 303)


@bp.errorhandler(FormMovedOn)
def _show_settings(_: FormMovedOn) -> Response:
    """Something else is in use by now: Settings say what."""
    return redirect(url_for("own_account.home"), 303)


@bp.app_template_global("form_in_use")
def form_in_use() -> FormInUse:
    """What Settings say of the form in use."""
    return choose_form.form_in_use(_practice())


def _practice() -> Practice:
    """The practice; whoever is signed in has one."""
    return practice() or abort(404)


def _readers_page(form: ContentReadForm) -> str:
    return render_template("practice_setup/content_read.html", form=form)
