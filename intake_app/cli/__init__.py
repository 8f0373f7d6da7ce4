"""Operator commands: `.venv/bin/flask --app wsgi NAME`."""

import os
import sys

import click
from flask import Flask

from intake_app.accounts import members, sessions
from intake_app.cli.backup import backup_command, restore_command, stop
from intake_app.cli.definitions import definitions
from intake_app.cli.doctor_and_audit import audit_group, doctor
from intake_app.cli.rotate import rotate_group
from intake_app.demo import scenario
from intake_app.intake import drafts
from intake_app.migrations import upgrade
from intake_app.operations import scheduler
from intake_app.operations.doctor import refuse_start
from intake_app.practice import first_run
from intake_app.web.extensions import runtime


def init_app(app: Flask) -> None:
    """Register the commands."""
    own = (setup_command, demo_command, demo_codes, reset_second_factor, purge, run_jobs_command)
    kept = (doctor, backup_command, restore_command, audit_group, rotate_group, definitions)
    for command in (*own, *kept):
        app.cli.add_command(command)


def address() -> str:
    """Where the app answers on this computer."""
    return f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"


@click.command("setup")
def setup_command() -> None:
    """Bring the database up to date; before the first set-up, print the one-time link."""
    upgrade(runtime().engine)
    if trouble := refuse_start(runtime()):
        stop(trouble)
    click.echo(f"The intake form: {address()}/")
    if first_run.setup_needed(runtime()):
        click.echo(
            "Nobody has set up this practice yet. "
            "Open this link once, within the day, and keep it to yourself:"
        )
        click.echo(f"  {address()}/setup#{first_run.issue_setup_code(runtime())}")
    else:
        click.echo(f"For the people who work here: {address()}/staff")


@click.command("demo")
@click.option(
    "--people", default=None, type=int, help="How many made-up clients sign (default: all of them)."
)
def demo_command(people: int | None) -> None:
    """Fill an empty data folder with a made-up practice, staff and a dozen signed records."""
    upgrade(runtime().engine)
    if first_run.setup_needed(runtime()):
        click.echo("Making a practice with a dozen clients. This takes about half a minute.")
        scenario.fill(runtime(), people)
    click.echo(f"The intake form: {address()}/")
    click.echo(f"For the people who work there: {address()}/staff")
    for who in (scenario.DONNA, scenario.ROSA, scenario.DORA):
        click.echo(
            f"  {who.name}, {who.role}. Sign-in name: {who.sign_in_name}   "
            f"Passphrase: {who.passphrase}"
        )
    click.echo(
        "Signing in also asks for a code that changes every 30 seconds. "
        "This prints the codes of this moment:"
    )
    click.echo(f"  INTAKE_DATA={runtime().settings.data} .venv/bin/flask --app wsgi demo-codes")


@click.command("demo-codes")
def demo_codes() -> None:
    """Print what the authenticator apps of the made-up staff show now."""
    for who in (scenario.DONNA, scenario.ROSA, scenario.DORA):
        click.echo(f"{who.sign_in_name}: {scenario.code(runtime(), who)}")


@click.command("reset-second-factor")
@click.argument("sign_in_name")
def reset_second_factor(sign_in_name: str) -> None:
    """The next sign-in sets up a new second factor.

    For somebody who lost phone and recovery codes, when no other owner can help.
    """
    found = [
        person
        for person in members.list_members(runtime())
        if person.sign_in_name == sessions.normalise_name(sign_in_name)
    ]
    if not found or found[0].disabled_at:
        click.echo("Nobody who works here has this sign-in name.", err=True)
        sys.exit(1)
    members.reset_factor(runtime(), members.OPERATOR, found[0].id)
    click.echo("Done. The next sign-in asks to set up a new second factor.")


@click.command("rounds")
def run_jobs_command() -> None:
    """End sessions that ran out, read the calendar, send letters, once.

    The running app does it by itself.
    """
    scheduler.run_jobs_once(runtime())


@click.command("purge")
def purge() -> None:
    """Delete unfinished forms, client copies and records whose time is over. Run it daily."""
    click.echo(
        f"Deleted {drafts.purge_expired(runtime())} forms, copies and records whose time is over."
    )
