"""A client without JavaScript, over real HTTP: reads forms, posts them, keeps cookies.

One kept-alive connection.
"""

import http.client
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode, urlsplit

from tests.support.html_pages import Page, read


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes
    path: str

    @cached_property
    def page(self) -> Page:
        return read(self.body.decode())


@dataclass
class Client:
    """Speaks to one address. Sends `__Host-` cookies back, as a browser does to this computer.

    address: what a proxy in front says about where this person is; empty without a proxy.
    """

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None
    address: str = ""
    received: bytearray = field(default_factory=bytearray)

    def send(
        self,
        method: str,
        path: str,
        fields: Iterable[tuple[str, str]] | None = None,
        also: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, no redirect followed. also: more headers.

        Every byte that comes back is kept in `received`.
        """
        if self.connection is None:
            self.connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        headers = (
            {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
            if self.cookies
            else {}
        )
        headers |= {"X-Forwarded-For": self.address} if self.address else {}
        headers |= also or {}
        body = None
        if fields is not None:
            body = urlencode(list(fields))
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Sec-Fetch-Site": "same-origin",
            }
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            data = response.read()
        except (http.client.HTTPException, ConnectionError):
            self.connection = None
            raise
        self.received += f"{response.status} {response.reason}\n{response.headers}".encode() + data
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = re.split(";", rest)[0]
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, data, path)

    def get(self, path: str) -> Answer:
        """GET, following redirects."""
        return self._follow(self.send("GET", path))

    def post(self, path: str, fields: Iterable[tuple[str, str]]) -> Answer:
        """POST, following redirects."""
        return self._follow(self.send("POST", path, fields))

    def _follow(self, answer: Answer) -> Answer:
        for _ in range(10):
            if answer.status not in {301, 302, 303, 307, 308}:
                return answer
            target = urlsplit(answer.headers["location"])
            path = target.path + (f"?{target.query}" if target.query else "")
            answer = self.send("GET", path)
        raise RecursionError("too many redirects")
