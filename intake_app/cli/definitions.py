"""`flask definitions`: what questions, rules, regions and agreements this release has."""

import json
from collections import Counter

import click

from intake_app.questionnaire import REGIONS, Level, consents_of, latest, rules_of


@click.command("definitions")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def definitions(as_json: bool) -> None:
    """Count the questions, flag rules, regions, agreements and sources of this release."""
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
