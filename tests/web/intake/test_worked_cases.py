"""The worked cases through the running app: forms in; caution sheet, card and PDF out."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from intake_app import create_app
from intake_app.core.runtime import Runtime
from intake_app.crypto import age
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.records import Record
from intake_app.questionnaire import REGIONS, Answers
from intake_app.web.step_forms.registry import html_name, make_field
from tests.questionnaire.massage_walk import INTAKE, TODAY
from tests.questionnaire.test_worked_cases import CASES, SETTINGS, limits, name, walk
from tests.support import people
from tests.support.definitions import RULES_1
from tests.support.html_pages import Form, read
from tests.support.runtimes import SavedPractice, SharedWorkers

UNFINISHED = {
    "V12"
}  # a child whose guardian has not signed: nobody can finish that, see test_signers
WHOLE = [case for case in CASES["case"] if case["id"] not in UNFINISHED]
CODE = re.compile(r"\b[A-Z][0-9]{2}\b")
ON_THE_CARD = {rule.code for rule in RULES_1.rules if rule.level.name != "INFO"}


@dataclass
class Stillwater:
    """The practice of all cases: its app, Donna's browser, and the recovery sheet."""

    runtime: Runtime
    app: Flask
    donna: FlaskClient
    recovery: str


@pytest.fixture(scope="module")
def stillwater(
    tmp_path_factory: pytest.TempPathFactory,
    new_practice: SavedPractice,
    shared_workers: SharedWorkers,
) -> Iterator[Stillwater]:
    """One practice for all of them."""
    with shared_workers.open(
        shutil.copytree(new_practice.folder, tmp_path_factory.mktemp("cases") / "data")
    ) as runtime:
        app = create_app(runtime=runtime)
        donna = app.test_client()
        people.sign_in(donna, new_practice.donna)
        yield Stillwater(runtime, app, donna, new_practice.donna.recovery)


def come(practice: Stillwater, case: dict[str, Any]) -> str:
    """The client of this case fills in every page and signs. Returns the record's id."""
    known = {setting: setting not in case.get("practice_without", []) for setting in SETTINGS}
    with transaction(practice.runtime.engine, write=True) as session:
        session.execute(update(Practice).values(**known))
    client, answers = practice.app.test_client(), walk(case).live()
    place = {"REMOTE_ADDR": f"198.51.100.{CASES['case'].index(case) + 1}"}
    page = client.post(
        "/", data={"csrf_token": people.csrf(client.get("/").text)}, environ_base=place
    )
    page = client.get(page.location)
    for _ in range(200):
        if page.status_code in {302, 303}:
            page = client.get(page.location)
        elif page.request.path == "/intake/done":
            return newest(practice)
        else:
            assert page.status_code == 200, (page.request.path, read(page.text).errors)
            page = onward(client, page, answers, case)
    raise AssertionError(f"the walk does not end: {page.request.path}")


def onward(
    client: FlaskClient, page: TestResponse, answers: Answers, case: dict[str, Any]
) -> TestResponse:
    """SharedWorkers the page's button, with what this client has to say."""
    path = page.request.path
    if path == "/intake/check":
        return client.get("/intake/agree")
    form = read(page.text).form
    if path.endswith("/now"):
        fields = hidden(form) | {"then": ["go"]}
    elif path == "/intake/agree":
        agreed = [html_name(one) for one in case.get("agreed", ["cs.sensitive"])]
        fields = hidden(form) | {
            c.name: ["y"] for c in form.controls.values() if c.required or c.name in agreed
        }
    elif path == "/intake/sign":
        fields = hidden(form) | {"name": [f"{answers['id.first_name']} {answers['id.last_name']}"]}
    else:
        fields = hidden(form) | typed(path.rpartition("/")[2], answers)
    return client.post(form.action or path, data=fields)


def hidden(form: Form) -> dict[str, list[str]]:
    """The fields that the page sends by itself."""
    return {c.name: [c.value] for c in form.controls.values() if c.kind == "hidden"}


def typed(step_id: str, answers: Answers) -> dict[str, list[str]]:
    """Their answers to a step, as their browser writes them."""
    fields: dict[str, list[str]] = {}
    for item in INTAKE.step(step_id).items:
        if item.link_id in answers:
            field = make_field(item, TODAY, html_name(item.link_id))
            field.prefill(answers[item.link_id])
            fields |= {box: texts for box, texts in field.typed.items() if texts}
    return fields


def newest(practice: Stillwater) -> str:
    """The record that came last."""
    with transaction(practice.runtime.engine, write=False) as session:
        return str(session.scalars(select(Record.id).order_by(Record.signed_at.desc())).first())


def looked_at(practice: Stillwater, record_id: str) -> dict[str, list[dict[str, Any]]]:
    """The flags in the sealed record, opened with the recovery sheet: raised, and those beside."""
    with transaction(practice.runtime.engine, write=False) as session:
        sealed = session.get_one(Record, record_id).sealed
    found: dict[str, list[dict[str, Any]]] = json.loads(
        age.decrypt_with(sealed, [practice.recovery])
    )["flags"]
    return found


def lowest(flags: list[dict[str, Any]]) -> dict[str, int | None]:
    """The lowest limit of every region, by the flags of a record."""
    caps = {
        region: [f["cap"] for f in flags if region in (f["regions"] or REGIONS)]
        for region in REGIONS
    }
    return {
        region: min((cap for cap in found if cap is not None), default=None)
        for region, found in caps.items()
    }


@pytest.mark.parametrize("case", WHOLE, ids=name)
def test_forms_in_flags_and_limits_out(
    stillwater: Stillwater, case: dict[str, Any], tmp_path: Path
) -> None:
    record = come(stillwater, case)
    told, expected = looked_at(stillwater, record), set(case["flags"])
    flags = told["raised"]
    known = expected | {flag["code"] for flag in (*told["once_agreed"], *told["lowered"])}
    assert sorted(flag["code"] for flag in flags) == case["flags"]
    assert lowest(flags) == limits(case)
    sheet = stillwater.donna.get(f"/records/{record}/caution").text
    assert set(re.findall(r'id="flag-([A-Z][0-9]{2})"', sheet)) == expected
    card = stillwater.donna.get(f"/records/{record}/card").text
    assert expected & ON_THE_CARD <= set(CODE.findall(read(card).text)) <= known
    pdf = tmp_path / "record.pdf"
    pdf.write_bytes(stillwater.donna.get(f"/records/{record}/pdf").data)
    text = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert set(CODE.findall(text)) == known
    first, second, *_ = text.split("\f")
    assert expected & ON_THE_CARD <= set(CODE.findall(first))
    assert re.match(r"\s*(Cautions, and what is suggested|All answers)", second), (
        "what matters first fits the first page"
    )
