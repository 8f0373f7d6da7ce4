"""What may be asked of another computer, and what may come back."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from intake_app.ical import fetch


class Calendar(BaseHTTPRequestHandler):
    """A calendar program on this computer."""

    def do_GET(self) -> None:
        match self.path.partition("?")[0]:
            case "/moved":
                self.send_response(302)
                self.send_header("Location", "/good")
                self.end_headers()
            case "/inside":
                self.send_response(302)
                self.send_header("Location", "http://192.168.0.1/admin")
                self.end_headers()
            case "/round":
                self.send_response(302)
                self.send_header("Location", "/round")
                self.end_headers()
            case "/broken":
                self.send_response(302)
                self.send_header("Location", "http://[::1")
                self.end_headers()
            case "/accent":
                self.send_response(302)
                self.send_header("Location", "/café")
                self.end_headers()
            case "/gone":
                self.send_error(404)
            case "/big":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(bytes(fetch.LIMIT + 1))
            case _:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"BEGIN:VCALENDAR")

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of the calendar program."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Calendar)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize("path", ["/good", "/good?key=secret", "/moved"])
def test_a_calendar_is_fetched(server: str, path: str) -> None:
    assert fetch.fetch(server + path) == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/gone", "status"),
        ("/big", "big"),
        ("/round", "status"),
        ("/inside", "address"),
        ("/café", "address"),
        ("/accent", "address"),
        ("/broken", "address"),
    ],
)
def test_what_goes_wrong_has_a_name(server: str, path: str, code: str) -> None:
    with pytest.raises(fetch.FetchError, match=code):
        fetch.fetch(server + path)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("ftp://example.org/a.ics", "address"),
        ("http://example.org/a.ics", "address"),
        ("file:///etc/passwd", "address"),
        ("https://user:word@example.org/", "address"),
        ("https://example.org:99999/", "address"),
        ("not an address", "address"),
        ("https://10.0.0.1/a.ics", "private"),
        ("https://192.168.1.1/a.ics", "private"),
        ("https://169.254.169.254/latest/meta-data", "private"),
        ("https://[::ffff:127.0.0.1]/a.ics", "private"),
        ("https://[fd00::1]/a.ics", "private"),
        ("https://0.0.0.0/a.ics", "private"),
        ("https://no-such-host.invalid/a.ics", "refused"),
        ("http://127.0.0.1:1/a.ics", "refused"),
    ],
)
def test_nothing_else_is_asked(address: str, code: str) -> None:
    with pytest.raises(fetch.FetchError) as caught:
        fetch.fetch(address)
    assert caught.value.code == code
