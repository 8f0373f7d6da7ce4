"""Who lands where, and which doors stay shut."""

from flask.testing import FlaskClient


def test_donna_owns_the_practice_and_begins_at_the_records(donna: FlaskClient) -> None:
    assert donna.get("/staff").location == "/records"
    assert donna.get("/records").status_code == 200


def test_a_colleague_reads_records_too(colleague: FlaskClient) -> None:
    assert colleague.get("/staff").location == "/records"
    assert colleague.get("/records").status_code == 200


def test_the_desk_begins_at_its_board_and_is_refused_every_record(desk: FlaskClient) -> None:
    assert desk.get("/staff").location == "/desk"
    assert desk.get("/desk").status_code == 200
    for address in (
        "/records",
        "/records/new",
        "/records/" + "0" * 32,
        "/records/" + "0" * 32 + "/pdf",
    ):
        assert desk.get(address).status_code == 403


def test_an_outsider_gets_no_staff_page_at_all(browser: FlaskClient, practice: object) -> None:
    for address in ("/staff", "/desk"):
        assert browser.get(address).location == "/sign-in"


def test_the_navigation_shows_what_the_role_may_open_and_where_one_is(
    desk: FlaskClient, donna: FlaskClient
) -> None:
    board, inbox = desk.get("/desk").text, donna.get("/records").text
    assert '<a href="/desk" aria-current="page">Today</a>' in board
    assert "/records" not in board
    assert '<a href="/records" aria-current="page">Records</a>' in inbox
    assert 'href="/desk"' in inbox


def test_clients_see_no_staff_navigation(browser: FlaskClient, practice: object) -> None:
    assert "<nav" not in browser.get("/").text
