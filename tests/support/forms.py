"""Pages and forms inside a test, through Flask's own client."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.html_pages import Page, read
from tests.support.people import csrf


def post(browser: FlaskClient, page: str, address: str, **typed: str) -> TestResponse:
    """Open a page and send its form, or another one of this app, to an address."""
    return browser.post(address, data={"csrf_token": csrf(browser.get(page).text), **typed})


def page_of(browser: FlaskClient, path: str) -> Page:
    """The page at this address, redirects followed."""
    answer = browser.get(path, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return read(answer.text)


def fields(page: Page, **typed: str) -> dict[str, str]:
    """What a page's form sends, with this typed into it: `id__phone` for the box `id-phone`."""
    return dict(page.form.values()) | {
        name.replace("__", "-"): text for name, text in typed.items()
    }
