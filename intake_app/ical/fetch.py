"""Fetch a calendar's address.

The address is typed by staff, so it must not become a way into the house's network. https only,
plain http to this computer alone; every host name is looked up once, all its addresses must be
public, and that very address is connected to (server-side request forgery: OWASP ASVS 5.0, 1.3.6).
At most 5 MB in 20 seconds.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from urllib.parse import SplitResult, urljoin, urlsplit

LIMIT = 5 * 1024 * 1024
SECONDS = 20.0
REDIRECTS = 3
HERE = {"localhost", "127.0.0.1", "::1"}


class FetchError(Exception):
    """No calendar came; `code` says why: address, private, refused, status, big, slow or tls."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fetch(address: str) -> bytes:
    """The bytes behind an address (https, webcal, or http on this computer). Raises FetchError."""
    until = time.monotonic() + SECONDS
    for _ in range(REDIRECTS + 1):
        parts = checked(address)
        try:
            status, location, data = _get(parts, until)
        except ssl.SSLError as error:
            raise FetchError("tls") from error
        except TimeoutError as error:
            raise FetchError("slow") from error
        except (OSError, http.client.HTTPException) as error:
            raise FetchError("refused") from error
        except UnicodeError as error:  # a path that http cannot carry as it is
            raise FetchError("address") from error
        if status == 200:
            return data
        if status not in (301, 302, 303, 307, 308) or not location:
            raise FetchError("status")
        address = _led_to(address, location)
    raise FetchError("status")


def _led_to(address: str, location: str) -> str:
    """Where the answer of this address sends us. Raises FetchError when that is no address."""
    try:
        return urljoin(address.replace("webcal://", "https://", 1), location)
    except ValueError as error:
        raise FetchError("address") from error


def checked(address: str) -> SplitResult:
    """The parts of an address that may be asked. Raises FetchError."""
    try:
        parts = urlsplit(address.strip().replace("webcal://", "https://", 1))
        port = parts.port
    except ValueError as error:
        raise FetchError("address") from error
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
    if (
        not secure
        or not parts.hostname
        or parts.username
        or (port is not None and not 0 < port < 65536)
    ):
        raise FetchError("address")
    return parts


def _get(parts: SplitResult, until: float) -> tuple[int, str | None, bytes]:
    connection = _connection(parts, until)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers={"Accept": "text/calendar", "User-Agent": "intake"})
        response = connection.getresponse()
        data = b""
        while response.status == 200 and (chunk := response.read1(65536)):
            data += chunk
            if len(data) > LIMIT:
                raise FetchError("big")
            if time.monotonic() > until:
                raise FetchError("slow")
        return response.status, response.getheader("Location"), data
    finally:
        connection.close()


def _connection(parts: SplitResult, until: float) -> http.client.HTTPConnection:
    """A connection to the address that was checked: a name that changes later gains nothing."""
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    left = max(0.1, until - time.monotonic())
    plug = socket.create_connection((_public(host, port), port), timeout=left)
    connection = http.client.HTTPConnection(host, port, timeout=left)
    connection.sock = (
        ssl.create_default_context().wrap_socket(plug, server_hostname=host) if secure else plug
    )
    return connection


def _public(host: str, port: int) -> str:
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise FetchError("refused") from error
    if host not in HERE and not all(
        ipaddress.ip_address(one.partition("%")[0]).is_global for one in found
    ):
        raise FetchError("private")
    return sorted(found)[0]
