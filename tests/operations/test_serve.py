"""`make serve` for real: Caddy in front, certificates of a CA of its own,
and an explanation over plain http.
"""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import REPOSITORY
from tests.support.server import Server, free_port

START_SECONDS = 120
NAME = "intake.test"


@dataclass
class Served:
    """Where it listens, and the CA's certificate."""

    https: int
    http: int
    root: Path

    def get(self, path: str, host: str = NAME) -> tuple[int, str, http.client.HTTPMessage]:
        """Over https, by the name that people type, trusting the
        practice's own CA and nobody else.
        """
        context = ssl.create_default_context(cafile=str(self.root))
        with socket.create_connection(("127.0.0.1", self.https), timeout=30) as plain:
            connection = http.client.HTTPSConnection(NAME, self.https, context=context)
            connection.sock = context.wrap_socket(plain, server_hostname=NAME)
            connection.request("GET", path, headers={"Host": f"{host}:{self.https}"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers

    def slow(self) -> ssl.SSLSocket:
        """A sender who promises 50,000 bytes for the sign-in page, and has sent one so far."""
        context = ssl.create_default_context(cafile=str(self.root))
        plain = socket.create_connection(("127.0.0.1", self.https), timeout=30)
        line = context.wrap_socket(plain, server_hostname=NAME)
        kind = "application/x-www-form-urlencoded"
        line.sendall(
            f"POST /sign-in HTTP/1.1\r\nHost: {NAME}:{self.https}\r\nContent-Type: {kind}\r\n"
            "Content-Length: 50000\r\n\r\na".encode()
        )
        return line

    def plain(self, path: str, host: str = NAME) -> tuple[int, str]:
        """Over http, as another machine of the network would ask."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http, timeout=30)
        connection.putrequest("GET", path, skip_host=True)  # as it is: no client tidies the path
        connection.putheader("Host", f"{host}:{self.http}")
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """What `make serve` starts once everything is installed,
    on free ports and in a folder of its own.
    """
    data, log = tmp_path_factory.mktemp("serve"), tmp_path_factory.mktemp("log") / "log"
    ports = {
        "PORT": str(free_port()),
        "HTTPS_PORT": str(free_port()),
        "HTTP_PORT": str(free_port()),
    }
    Server(data, log).command("demo", "--people", "1")
    with log.open("ab") as out:
        running = subprocess.Popen(
            [REPOSITORY / "deploy" / "serve"],
            env={**os.environ, **ports, "HOST": NAME, "INTAKE_DATA": str(data)},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    found = Served(
        int(ports["HTTPS_PORT"]),
        int(ports["HTTP_PORT"]),
        data / "caddy/pki/authorities/local/root.crt",
    )
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            if found.get("/healthz")[0] == 200:
                break
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    else:
        os.killpg(running.pid, signal.SIGKILL)
        raise TimeoutError(log.read_text(errors="replace")[-2000:])
    yield found
    running.terminate()
    running.wait(60)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{ports['PORT']}/healthz", timeout=5)


def test_https_works_with_the_practices_own_certificate(served: Served) -> None:
    status, page, headers = served.get("/")
    assert status == 200 and "A few questions before your massage" in page
    assert "max-age" in headers["Strict-Transport-Security"]


def test_a_device_that_does_not_trust_it_is_warned(served: Served) -> None:
    context = ssl.create_default_context()
    with (
        socket.create_connection(("127.0.0.1", served.https), timeout=30) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname=NAME)


def test_plain_http_gets_an_explanation_and_the_way_to_trust_and_no_form(served: Served) -> None:
    status, page = served.plain("/")
    assert status == 403
    assert (
        "This page needs a safe connection" in page
        and 'href="/trust"' in page
        and "<form" not in page
    )
    for path in ("/intake/step/name", "/sign-in", "/kiosk", "/desk"):
        assert served.plain(path)[0] == 403, path


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", NAME, "evil.example"])
def test_no_name_and_no_detour_leads_over_plain_http_to_a_form(served: Served, host: str) -> None:
    for path in (
        "/",
        "/sign-in",
        "/static/../sign-in",
        "/static/%2e%2e/sign-in",
        "/trust/../sign-in",
        "//sign-in",
    ):
        status, page = served.plain(path, host)
        assert status in (403, 404) and "<form" not in page and "passphrase" not in page, path


def test_a_name_that_is_not_the_practices_reaches_no_page(served: Served) -> None:
    assert served.get("/sign-in", host="evil.example")[1] == ""


def test_sixteen_slow_senders_leave_everybody_else_answered(served: Served) -> None:
    """Twice as many as the app has threads."""
    with contextlib.ExitStack() as lines:
        senders = [lines.enter_context(served.slow()) for _ in range(16)]
        for _ in range(3):
            begun = time.monotonic()
            assert served.get("/healthz")[0] == 200
            assert time.monotonic() - begun < 2
            time.sleep(0.5)
            for one in senders:
                one.sendall(b"a")


def test_the_configuration_in_the_documents_is_one_that_caddy_takes_and_buffers(
    tmp_path: Path,
) -> None:
    install = (REPOSITORY / "docs" / "install.md").read_text(encoding="utf-8")
    example = re.search(r"```caddyfile\n(\{\n    servers \{.*?)```", install, re.S)
    assert example
    (tmp_path / "Caddyfile").write_text(example[1])
    command = ["caddy", "adapt", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    (server,) = told["apps"]["http"]["servers"].values()
    assert (server["read_header_timeout"], server["read_timeout"]) == (
        5_000_000_000,
        10_000_000_000,
    )
    assert '"buffer_requests": true' in json.dumps(server)


def test_the_trust_page_answers_over_plain_http_with_the_real_certificate(served: Served) -> None:
    status, page = served.plain("/trust")
    assert status == 200
    for device in ("iPhone and iPad", "Android", "Windows", "Mac", "Chromium"):
        assert device in page
    status, certificate = served.plain("/trust/root.crt")
    assert status == 200 and certificate == served.root.read_text()


def test_the_keys_of_the_ca_belong_to_their_owner_alone(served: Served) -> None:
    keys = list((served.root.parents[3]).rglob("*.key"))
    assert keys and all(key.stat().st_mode & 0o077 == 0 for key in keys)
