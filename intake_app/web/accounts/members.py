"""Who works here.

Invite, help with a forgotten passphrase, reset a second step, close an account.
"""

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from intake_app.accounts import credentials, members
from intake_app.accounts.members import Member
from intake_app.web.access import audience, signed_in
from intake_app.web.accounts.forms import PersonForm
from intake_app.web.accounts.reauthenticate import recently_authenticated
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.replies import Page, invalid

bp = Blueprint("members", __name__, url_prefix="/people")

PERSON = "/<string(length=32):person_id>"


@bp.get("")
@audience("therapist")
def list_all() -> Page:
    """Everybody with an account, and what can be done about it."""
    people = members.list_members(runtime())
    return render_template("accounts/members/list.html", people=people)


@bp.get("/new")
@audience("owner")
def ask() -> Page:
    """Who is to be invited?"""
    return _new_page(PersonForm(formdata=None))


@bp.post("/new")
@audience("owner")
@recently_authenticated
def invite() -> Page:
    """Make the one-time code and show it once."""
    form = PersonForm()
    if not form.validate_on_submit():
        return invalid(_new_page(form))
    code = members.invite(runtime(), signed_in(), text_of(form.name), text_of(form.role))
    return _code_page(text_of(form.name), code, is_new=True)


@bp.post(f"{PERSON}/passphrase")
@audience("therapist")
@recently_authenticated
def invite_back(person_id: str) -> Page:
    """A one-time code for somebody who forgot the passphrase, to choose a new one."""
    person = _colleague(person_id)
    code = members.invite_back(runtime(), signed_in(), person_id)
    return _code_page(person.name, code, is_new=False)


@bp.post(f"{PERSON}/second-step")
@audience("owner")
@recently_authenticated
def reset_factor(person_id: str) -> Page:
    """Phone and recovery codes are lost: the next sign-in sets up a new second step."""
    _colleague(person_id)
    members.reset_factor(runtime(), signed_in().practitioner_id, person_id)
    return redirect(url_for("members.list_all"), 303)


@bp.get(f"{PERSON}/close")
@audience("owner")
def ask_to_close(person_id: str) -> Page:
    """Say what closing an account means before it is done."""
    return render_template("accounts/members/close.html", person=_colleague(person_id))


@bp.post(f"{PERSON}/close")
@audience("owner")
@recently_authenticated
def close(person_id: str) -> Page:
    """Close it: sessions, credential and keys are gone at once."""
    _colleague(person_id)
    members.close_account(runtime(), signed_in(), person_id)
    return redirect(url_for("members.list_all"), 303)


def _colleague(person_id: str) -> Member:
    """Somebody else with an open account; 404 otherwise."""
    if person_id == signed_in().practitioner_id:
        abort(404)
    for member in members.list_members(runtime()):
        if member.id == person_id and not member.disabled_at:
            return member
    abort(404)


@bp.errorhandler(credentials.NoSuchPerson)
def _show_list(_: credentials.NoSuchPerson) -> Response:
    """Closed by somebody else meanwhile: the list shows it."""
    return redirect(url_for("members.list_all"), 303)


def _new_page(form: PersonForm) -> str:
    return render_template("accounts/members/new.html", form=form)


def _code_page(name: str, code: str, is_new: bool) -> str:
    link = url_for("recover.enter", _external=True) + "#" + code
    return render_template(
        "accounts/members/code.html", name=name, link=link, code=code, is_new=is_new
    )
