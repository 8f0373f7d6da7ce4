"""Who works here: invite, help with a forgotten passphrase, reset a second step, close an account."""

from flask import Blueprint, abort, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from intake_app.accounts import credentials, members
from intake_app.accounts.members import Member
from intake_app.web.access import audience
from intake_app.web.accounts.forms import PersonForm
from intake_app.web.accounts.reauthenticate import recently_authenticated
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice

bp = Blueprint("members", __name__, url_prefix="/people")

Page = str | Response | tuple[str, int]
PERSON = "/<string(length=32):person_id>"


@bp.get("")
@audience("therapist")
def list_all() -> Page:
    """Everybody with an account, and what can be done about it."""
    return render_template(
        "accounts/members/list.html", practice=practice(), people=members.list_members(runtime())
    )


@bp.get("/new")
@audience("owner")
def ask() -> Page:
    """Who is to be invited?"""
    return render_template(
        "accounts/members/new.html", practice=practice(), form=PersonForm(formdata=None)
    )


@bp.post("/new")
@audience("owner")
@recently_authenticated
def invite() -> Page:
    """Make the one-time code and show it once."""
    form = PersonForm()
    if not form.validate_on_submit():
        return render_template("accounts/members/new.html", practice=practice(), form=form), 422
    code = members.invite(runtime(), g.staff, text_of(form.name), text_of(form.role))
    return _code_page(text_of(form.name), code, is_new=True)


@bp.post(f"{PERSON}/passphrase")
@audience("therapist")
@recently_authenticated
def invite_back(person_id: str) -> Page:
    """She forgot her passphrase: a one-time code to choose a new one."""
    person = _person(person_id)
    return _code_page(person.name, members.invite_back(runtime(), g.staff, person_id), is_new=False)


@bp.post(f"{PERSON}/second-step")
@audience("owner")
@recently_authenticated
def reset_factor(person_id: str) -> Page:
    """She lost her phone and her recovery codes: the next sign-in sets up a new second step."""
    _person(person_id)
    members.reset_factor(runtime(), g.staff.practitioner_id, person_id)
    return redirect(url_for("members.list_all"), 303)


@bp.get(f"{PERSON}/close")
@audience("owner")
def ask_to_close(person_id: str) -> Page:
    """Say what closing an account means before it is done."""
    return render_template(
        "accounts/members/close.html", practice=practice(), person=_person(person_id)
    )


@bp.post(f"{PERSON}/close")
@audience("owner")
@recently_authenticated
def close(person_id: str) -> Page:
    """Close it: sessions, lock and keys are gone at once."""
    _person(person_id)
    members.close_account(runtime(), g.staff, person_id)
    return redirect(url_for("members.list_all"), 303)


def _person(person_id: str) -> Member:
    """Somebody else with an open account; 404 otherwise."""
    found = next(
        (
            one
            for one in members.list_members(runtime())
            if one.id == person_id and not one.disabled_at
        ),
        None,
    )
    if found is None or found.id == g.staff.practitioner_id:
        abort(404)
    return found


@bp.errorhandler(credentials.NoSuchPerson)
def _gone(_: credentials.NoSuchPerson) -> Response:
    """Closed by somebody else meanwhile: the list shows it."""
    return redirect(url_for("members.list_all"), 303)


def _code_page(name: str, code: str, is_new: bool) -> Page:
    link = url_for("recover.enter", _external=True) + "#" + code
    return render_template(
        "accounts/members/code.html",
        practice=practice(),
        name=name,
        link=link,
        code=code,
        is_new=is_new,
    )
