"""`flask definitions`: what questions, rules, regions and agreements this release has."""

import json
from collections import Counter
from dataclasses import asdict

import click
from flask.cli import with_appcontext

from intake_app.cli import form_paths
from intake_app.practice import profile
from intake_app.questionnaire import REGIONS, Level, consents_of, latest, rules_of
from intake_app.web.extensions import runtime


@click.command("definitions")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
@click.option(
    "--paths",
    "paths",
    is_flag=True,
    help="Count what made-up people meet in the form in use, and in 1.1.0.",
)
def definitions(as_json: bool, paths: bool) -> None:
    """Count the questions, flag rules, regions, agreements and sources of this release."""
    if paths:
        _show_paths(as_json)
        return
    numbers = counts()
    if as_json:
        click.echo(json.dumps(numbers, indent=2))
    else:
        click.echo("\n".join(f"{name}: {number}" for name, number in numbers.items()))


def counts() -> dict[str, int | dict[str, str] | dict[str, int]]:
    """The numbers, and the versions they belong to."""
    intake = latest("massage_intake")
    rules = rules_of(intake.sha256)
    consents = consents_of(intake.sha256)
    levels = Counter(rule.level for rule in rules.rules)
    return {
        "versions": {
            "intake": intake.version,
            "rules": rules.version,
            "consents": consents.version,
        },
        "questions": len(intake.items),
        "rules": len(rules.rules),
        "rules_by_level": {level.name: levels[level] for level in reversed(Level)},
        "regions": len(REGIONS),
        "consents": len(consents.consents),
        "sources": len(rules.sources),
    }


def _version_in_use() -> str:
    """The version that new clients fill in; before there is a practice, the newest."""
    practice = profile.load_profile(runtime())
    return practice.form_version if practice else latest(form_paths.FORM).version


@with_appcontext
def _show_paths(as_json: bool) -> None:
    """Print what each path holds in 1.1.0 and in the version in use."""
    version = _version_in_use()
    found = form_paths.compare(version)
    if as_json:
        click.echo(json.dumps({"version": version, "paths": [asdict(one) for one in found]}))
        return
    width = max(len(one.name) for one in found)
    click.echo(f"{'':{width}}  pages          needed answers  words")
    click.echo(f"{'':{width}}  {2 * f'{form_paths.BEFORE:>6} {version:>6}   '}", nl=False)
    click.echo(f"{form_paths.BEFORE:>6} {version:>6}")
    for one in found:
        pairs = (
            (one.before.pages, one.after.pages),
            (one.before.needed, one.after.needed),
            (one.before.words, one.after.words),
        )
        numbers = "   ".join(f"{before:6,} {after:6,}" for before, after in pairs)
        click.echo(f"{one.name:{width}}  {numbers}")
