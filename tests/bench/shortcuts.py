"""What each shortcut saves: on and off in turn, in one run, and all of them off together.

Counted is the processor's time of the process that works, not the clock on the wall: other
programs of the machine hardly touch it. `make bench` runs this; docs/decisions/0012-shortcuts.md
keeps the figures.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection

from intake_app import create_app
from intake_app.core.config import Settings
from intake_app.core.runtime import Runtime, open_runtime
from intake_app.migrations import upgrade
from intake_app.models.engine import _connected
from intake_app.models.prepared import Prepared
from intake_app.web import cookies, csrf
from intake_app.web.app import IntakeFlask
from intake_app.web.step_forms import ItemField
from tests.bench import walk
from tests.support import people
from tests.support.http_client import Answer, Client

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "30"))
TURNS = 10 * ROUNDS


@dataclass(frozen=True)
class Shortcut:
    """A name, and what stands where when it is off: object, attribute, the plain thing."""

    name: str
    plain: tuple[tuple[Any, str, Any], ...]

    @contextmanager
    def off(self) -> Iterator[None]:
        """The app without it."""
        before = [(place, name, vars(place)[name]) for place, name, _ in self.plain]
        for place, name, value in self.plain:
            setattr(place, name, value)
        try:
            yield
        finally:
            for place, name, value in before:
                setattr(place, name, value)


class InProcess(Client):
    """A client whose requests never leave the process."""

    app: Flask

    def send(self, method: str, path: str, fields: Any = None, also: Any = None) -> Answer:
        body = b"" if fields is None else urlencode(list(fields)).encode()
        parts = urlsplit(path)
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_X_FORWARDED_FOR": self.address,
            "HTTP_X_FORWARDED_PROTO": "https",
            "HTTP_SEC_FETCH_SITE": "same-origin",
            "HTTP_COOKIE": "; ".join(f"{key}={value}" for key, value in self.cookies.items()),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        begun: list[Any] = []
        parts_of_page = self.app(environ, lambda *head: begun.extend(head))
        page = b"".join(parts_of_page)
        if close := getattr(parts_of_page, "close", None):
            close()
        status, headers = int(begun[0].split()[0]), begun[1]
        for name, value in headers:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return Answer(status, {key.lower(): value for key, value in headers}, page, path)


def _plain_row(self: Prepared, engine: Any, **values: object) -> list[Any] | None:
    with _connected(engine, write=False) as connection:
        row = connection.execute(self._statement, values).first()
    return None if row is None else list(row)


def _plain_change(self: Prepared, on: Any, **values: object) -> int:
    if isinstance(on, Connection):
        return on.execute(self._statement, values).rowcount
    with _connected(on, write=True) as connection:
        return connection.execute(self._statement, values).rowcount


def shortcuts(app: Flask) -> list[Shortcut]:
    """All that a page turn takes."""
    interface = SecureCookieSessionInterface()
    guard = (csrf.CsrfGuard, "protect", CSRFProtect.protect)
    return [
        Shortcut(
            "prepared statements",
            ((Prepared, "row", _plain_row), (Prepared, "change", _plain_change)),
        ),
        Shortcut("blank questions kept", ((ItemField, "untouched", False),)),
        Shortcut("form token compared, not opened", (guard,)),
        Shortcut("form token signed once", ((csrf, "_signed", csrf._signed.__wrapped__),)),
        Shortcut("signed once and compared", ((csrf, "_signed", csrf._signed.__wrapped__), guard)),
        Shortcut(
            "bare secret for a session",
            ((IntakeFlask, "session_interface", interface), guard),
        ),
    ]


def together(name: str, members: list[Shortcut]) -> Shortcut:
    """Several shortcuts as one."""
    every = [plain for member in members for plain in member.plain]
    once = {(id(place), attribute): (place, attribute, value) for place, attribute, value in every}
    return Shortcut(name, tuple(once.values()))


def practice(folder: Path) -> Runtime:
    """A practice that is set up, on a disk as the server has it."""
    settings = Settings(
        data=folder,
        database_url=f"sqlite:///{folder / 'intake.db'}",
        app_key=bytes(range(32)),
        app_key_file=str(folder / "app.key"),
        proxies=1,
        posts_per_minute=1_000_000,
        kdf_memory_kib=64,
        kdf_time=1,
    )
    runtime = open_runtime(settings)
    upgrade(runtime.engine)
    people.set_up(runtime)
    return runtime


def main() -> None:
    """Print what each saves."""
    with tempfile.TemporaryDirectory() as folder:
        runtime = practice(Path(folder))
        app = create_app(runtime=runtime)
        app.config["SESSION_COOKIE_NAME"] = cookies.CSRF
        app.config["SESSION_COOKIE_SECURE"] = True
        single = shortcuts(app)
        for shortcut in (*single, together("all of them", single)):
            measure(app, shortcut)
        runtime.pool.close()


def measure(app: Flask, shortcut: Shortcut) -> None:
    """Turn by turn, on and off."""
    turn_on = ready(app, 1)
    with shortcut.off():
        turn_off = ready(app, 2)
    times_on: list[float] = []
    times_off: list[float] = []
    for _ in range(TURNS + 5):
        times_on.append(turn_on())
        with shortcut.off():
            times_off.append(turn_off())
    report("page turn", shortcut.name, times_on[5:], times_off[5:])


def ready(app: Flask, number: int) -> Callable[[], float]:
    """Somebody on the third step; the call is one page turn, and returns its seconds."""
    client = InProcess("http://127.0.0.1", address=f"198.51.100.{number}")
    client.app = app
    path, fields, _ = walk.prepare(client)

    def turn() -> float:
        begun = time.process_time()
        walk.turn(client, path, fields)
        return time.process_time() - begun

    return turn


def report(what: str, name: str, on: list[float], off: list[float]) -> None:
    """Medians, and what the shortcut saves of the plain way."""
    with_it, without = (statistics.median(times) * 1000 for times in (on, off))
    print(
        f"{what}  {name:34} on {with_it:7.2f} ms   off {without:7.2f} ms   "
        f"saves {100 * (1 - with_it / without):5.1f} %",
        flush=True,
    )


if __name__ == "__main__":
    main()
