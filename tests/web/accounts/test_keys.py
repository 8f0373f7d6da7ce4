"""The Keys page, and what the health page says about them."""

from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from intake_app.core.runtime import Runtime
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from tests.support.people import csrf


def test_a_therapist_sees_the_fingerprint_that_records_are_sealed_to(
    colleague: FlaskClient, runtime: Runtime
) -> None:
    page = colleague.get("/keys").text
    assert age.fingerprint(recipients.pinned_recipients(runtime)[0]) in page
    assert "Make a new practice key" not in page
    assert "SECRET" not in page


def test_an_owner_makes_a_new_practice_key_and_a_new_seal(
    donna: FlaskClient, runtime: Runtime
) -> None:
    before = donna.get("/keys").text
    for path in ("/keys/practice", "/keys/seal"):
        assert donna.post(path, data={"csrf_token": csrf(before)}).location == "/keys"
    after = donna.get("/keys").text
    assert age.fingerprint(recipients.pinned_recipients(runtime)[0]) in after
    assert age.fingerprint(recipients.pinned_recipients(runtime)[0]) not in before
    assert "Opens older records" in after


def test_an_owner_makes_a_new_app_key_where_the_app_may_write_it(
    donna: FlaskClient, runtime: Runtime, app: Flask
) -> None:
    file = runtime.settings.data / "app.key"
    file.write_text(runtime.settings.app_key.hex())
    app.extensions["runtime"] = replace(
        runtime, settings=replace(runtime.settings, app_key_file=str(file))
    )
    sent = {"csrf_token": csrf(donna.get("/keys").text)}
    assert donna.post("/keys/app", data=sent).location == "/keys"
    assert bytes.fromhex(file.read_text()) != runtime.settings.app_key
    app.extensions["runtime"] = replace(
        runtime, settings=replace(runtime.settings, app_key_file="/proc/nowhere/app.key")
    )
    assert "kept elsewhere" in donna.post("/keys/app", data=sent).text


def test_a_changed_database_turns_the_health_page_and_the_keys_page_red(
    donna: FlaskClient, runtime: Runtime
) -> None:
    assert donna.get("/healthz").status_code == 200
    with transaction(runtime.engine, write=True) as session:
        session.execute(update(Practice).values(recipient=age.new_identity()[1]))
    assert donna.get("/healthz").status_code == 503
    assert "The keys do not match" in donna.get("/keys").text
