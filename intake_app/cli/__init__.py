"""Operator commands: `.venv/bin/flask --app wsgi NAME`."""

import os

import click
from flask import Flask

from intake_app.cli.checks import audit_group, doctor
from intake_app.cli.keeping import backup_command, restore_command
from intake_app.extensions import house
from intake_app.migrations import upgrade
from intake_app.services import demo, drafts, setup


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in (setup_command, demo_command, doctor, purge, backup_command, restore_command, audit_group):
        app.cli.add_command(command)


def address() -> str:
    """Where the app answers on this computer."""
    return f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"


@click.command("setup")
def setup_command() -> None:
    """Bring the database up to date; before the first set-up, print the one-time link."""
    upgrade(house().engine)
    click.echo(f"The intake form: {address()}/")
    if setup.setup_needed(house()):
        click.echo("Nobody has set up this practice yet. Open this link once, within the day, and keep it to yourself:")
        click.echo(f"  {address()}/setup#{setup.issue_setup_code(house())}")
    else:
        click.echo(f"For the people who work here: {address()}/staff")


@click.command("demo")
@click.option("--people", default=None, type=int, help="How many made-up clients sign (default: all of them).")
def demo_command(people: int | None) -> None:
    """Fill an empty data folder with a made-up practice, staff and a dozen signed records."""
    upgrade(house().engine)
    if setup.setup_needed(house()):
        click.echo("Making a practice with a dozen clients. This takes about half a minute.")
        demo.fill(house(), people)
    click.echo(f"The intake form: {address()}/")
    click.echo(f"For the people who work there: {address()}/staff")
    for who in (demo.DONNA, demo.ROSA, demo.DORA):
        click.echo(f"  {who.name}, {who.role}. Sign-in name: {who.sign_in_name}   Passphrase: {who.passphrase}")


@click.command("purge")
def purge() -> None:
    """Delete unfinished forms and client copies whose time is over. Run it daily."""
    click.echo(f"Deleted {drafts.sweep(house())} expired forms and copies.")
