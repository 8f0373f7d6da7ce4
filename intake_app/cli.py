"""Operator commands: `.venv/bin/flask --app wsgi NAME`."""

import os
import subprocess
import sys

import click
from flask import Flask

from intake_app import audit
from intake_app.extensions import house
from intake_app.migrations import upgrade
from intake_app.models.engine import transaction
from intake_app.services import demo, drafts, setup


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in (setup_command, demo_command, doctor, purge, audit_verify):
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


@click.command("doctor")
def doctor() -> None:
    """Check what the app needs: database, keys, a test PDF. Says what to do when something is wrong."""
    upgrade(house().engine)
    problems = [sentence for sentence in (_press_problem(), _audit_problem()) if sentence]
    for sentence in problems:
        click.echo(sentence, err=True)
    if problems:
        sys.exit(1)
    click.echo("All well.")


def _press_problem() -> str:
    """WeasyPrint is tried in another process: without Pango or fonts it crashes and cannot be caught."""
    probe = "import weasyprint; weasyprint.HTML(string='<p>ok').write_pdf()"
    result = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False)
    return "" if result.returncode == 0 else "PDFs cannot be made. Run: deploy/packages run"


def _audit_problem() -> str:
    with transaction(house().engine, write=False) as session:
        verdict = audit.verify(session, house().keys)
    return "" if verdict.ok else f"The audit log was changed at entry {verdict.at_seq}: {verdict.problem}"


@click.command("purge")
def purge() -> None:
    """Delete unfinished forms and client copies whose time is over. Run it daily."""
    click.echo(f"Deleted {drafts.sweep(house())} expired forms and copies.")


@click.command("audit-verify")
def audit_verify() -> None:
    """Check the audit log's chain. Exit status 1 when an entry was changed, added or removed."""
    with transaction(house().engine, write=False) as session:
        verdict = audit.verify(session, house().keys)
    if not verdict.ok:
        click.echo(f"Changed at entry {verdict.at_seq}: {verdict.problem}", err=True)
        sys.exit(1)
    click.echo(f"{verdict.count} entries, all in order. Last: {verdict.head_seq} {verdict.head_hash}")
