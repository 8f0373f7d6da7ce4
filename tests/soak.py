"""Many clients walk while workers are killed (SIGKILL):
what was acknowledged must be there at the end, exactly once.

`make soak` runs it for ten minutes (SOAK_SECONDS to change that).
tests/e2e/test_kills.py uses the same people.
"""

import http.client
import json
import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from intake_app.core import audit
from intake_app.core.config import from_environment
from intake_app.core.runtime import Runtime, open_runtime
from intake_app.crypto import age, token_box
from intake_app.intake import drafts
from intake_app.migrations import upgrade
from intake_app.models.engine import transaction
from intake_app.models.records import Document, Record
from intake_app.pdf import verify
from tests.support import people
from tests.support.form_walker import HealthyAdult
from tests.support.http_client import Answer, Client
from tests.support.server import Server

GIVE_UP = 120  # seconds one press of a button may take
LEAVES = 0.3  # share of clients who stop in the middle


@dataclass
class PatientClient(Client):
    """Presses the same button again when the page breaks or says "not just now",
    as a person does.
    """

    broken: int = 0

    def send(self, method: str, path: str, fields: Any = None) -> Answer:
        until = time.monotonic() + GIVE_UP
        while time.monotonic() < until:
            try:
                answer = super().send(method, path, fields)
                if answer.status < 500:
                    return answer
            except (http.client.HTTPException, OSError):
                self.connection = None
            self.broken += 1
            time.sleep(random.uniform(0.02, 0.2))  # noqa: S311
        raise TimeoutError(f"{method} {path} was never answered")


@dataclass
class Walk:
    """One client's side of the story: what the server told them was saved,
    and whether it told them they are done.
    """

    name: str
    token: str = ""
    browser: str = ""
    saved: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    signed: bool = False


class Leaves(Exception):
    """They close the phone."""


@dataclass
class Crowd:
    """Everybody who walks, and everything they were told."""

    server: Server
    walks: list[Walk] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    kills: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def walk_for_ever(self, seed: int) -> None:
        """One client after another, until the time is over; the last one is finished."""
        chance = random.Random(seed)  # noqa: S311
        while not self.over.is_set():
            walk = Walk(f"Soak{seed}x{len(self.walks)}")
            self.walks.append(walk)
            try:
                self._walk(walk, chance)
            except Leaves:
                pass
            except Exception as error:
                self.errors.append(f"{walk.name}: {type(error).__name__} {error}")
                return

    def _walk(self, walk: Walk, chance: random.Random) -> None:
        person = HealthyAdult()
        person.known |= {
            "id-first_name": walk.name,
            "name": f"{walk.name} Moreno",
            "v-reason": f"a stiff {walk.name}",
        }
        leaves_at = chance.randrange(2, 12) if chance.random() < LEAVES else 99
        address = f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"
        client = Watched(self.server.url, address=address, walk=walk, leaves_at=leaves_at)
        path, fields = person.walk_to_signature(client)
        walk.signed = client.post(path, fields).path == "/intake/done"
        until = time.monotonic() + GIVE_UP
        while not client.get("/intake/copy").body.startswith(b"%PDF"):
            client.get(
                "/intake/done"
            )  # the page that makes the paper when it could not be made at once
            if time.monotonic() > until or not walk.signed:
                raise AssertionError("signing led nowhere")

    def kill_for_ever(self, pause: Callable[[], float], at_most: int = 10**9) -> None:
        """Kill a random worker at random moments."""
        while not self.over.is_set() and self.kills < at_most:
            time.sleep(pause())
            workers = self.server.workers()
            if workers:
                os.kill(random.choice(workers), signal.SIGKILL)  # noqa: S311
                self.kills += 1
        self.over.set()


@dataclass
class Watched(PatientClient):
    """Writes down what the server acknowledged, and leaves after so many steps."""

    walk: Walk = field(default_factory=lambda: Walk(""))
    leaves_at: int = 99

    def post(self, path: str, fields: Any) -> Answer:
        fields = list(fields)
        answer = super().post(path, fields)
        if "__Host-intake" in self.cookies:
            self.walk.token, _, self.walk.browser = self.cookies["__Host-intake"].partition(".")
        if path.startswith("/intake/step/") and answer.status == 200:
            step = path.split("?")[0].rpartition("/")[2]
            self.walk.saved[step] = {
                name: [value] for name, value in fields if "-" in name and value
            }
        if len(self.walk.saved) >= self.leaves_at:
            raise Leaves
        return answer


@dataclass
class Practice:
    """A practice of its own for the run, and the key from its sheet."""

    server: Server
    recovery: str

    def runtime(self) -> Runtime:
        """Its files, read beside the server."""
        own = {
            name: value for name, value in self.server.environ.items() if name.startswith("INTAKE_")
        }
        return open_runtime(from_environment({"INTAKE_DATA": str(self.server.data), **own}))


def practice(folder: Path, database: str = "") -> Practice:
    """Set up, not started. database: its address, SQLite when empty."""
    environ = {"INTAKE_PROXIES": "1"} | ({"INTAKE_DATABASE_URL": database} if database else {})
    server = Server(
        folder / "data",
        folder / "log",
        config="tests/support/gunicorn/without_warming.py",
        environ=environ,
    )
    made = Practice(server, "")
    runtime = made.runtime()
    upgrade(runtime.engine)
    made.recovery = people.set_up(runtime).recovery
    runtime.engine.dispose()
    return made


def run(
    made: Practice, seconds: float, walkers: int, pause: Callable[[], float], kills: int = 10**9
) -> Crowd:
    """Let them walk and be interrupted, for so long or until so many kills;
    everybody left may finish.
    """
    crowd = Crowd(made.server)
    threads = [
        threading.Thread(target=crowd.walk_for_ever, args=(seed,), daemon=True)
        for seed in range(walkers)
    ]
    killer = threading.Thread(target=crowd.kill_for_ever, args=(pause, kills), daemon=True)
    for thread in (*threads, killer):
        thread.start()
    crowd.over.wait(seconds)
    crowd.over.set()
    for thread in (*threads, killer):
        thread.join(GIVE_UP * 2)
    return crowd


def seconds_of_a_signature(server: Server) -> float:
    """How long this computer takes from a signature to its PDF:
    what the pace of the kills is measured by.
    """
    client = PatientClient(server.url, address="10.0.0.1")
    path, fields = HealthyAdult().walk_to_signature(client)
    begun = time.monotonic()
    client.post(path, fields)
    return time.monotonic() - begun


@dataclass
class Books:
    """What the practice has, beside what the clients were told.

    All of it must be empty but the counts.
    """

    signed: int = 0
    unfinished: int = 0
    saves: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    bad_pdfs: list[str] = field(default_factory=list)
    log: str = ""


def balance(made: Practice, crowd: Crowd) -> Books:
    """Open every record with the recovery key and every draft with its token, and compare."""
    runtime, books = made.runtime(), Books()
    evidence = _records(runtime, made.recovery, books)
    by_token = Counter(one["copy"]["token_hash"] for one in evidence)
    answers = {one["copy"]["token_hash"]: one["answers"] for one in evidence}
    for walk in crowd.walks:
        token = token_box.token_hash(walk.token).hex()
        books.saves += len(walk.saved)
        if by_token[token] > 1:
            books.doubled.append(walk.name)
        if walk.signed:
            books.signed += 1
            if answers.get(token, {}).get("v.reason") != f"a stiff {walk.name}":
                books.lost.append(f"{walk.name}: signed")
        elif walk.token and not by_token[token]:
            books.unfinished += 1
            books.lost += _missing(runtime, walk)
    with transaction(runtime.engine, write=False) as session:
        verdict = audit.verify(session, runtime.keys)
    books.log = "" if verdict.ok else f"entry {verdict.at_seq}: {verdict.problem}"
    runtime.engine.dispose()
    return books


def _records(runtime: Runtime, recovery: str, books: Books) -> list[dict[str, Any]]:
    roots = [(runtime.settings.data / "ca.pem").read_bytes()]
    with transaction(runtime.engine, write=False) as session:
        rows = session.execute(
            select(Record.id, Record.sealed, Document.sealed).outerjoin(Document)
        ).all()
    for record_id, _, paper in rows:
        verdict = verify.check(age.decrypt_with(paper, [recovery]), roots) if paper else None
        if verdict is None or not verdict.ok:
            books.bad_pdfs.append(f"{record_id}: {verdict.reason if verdict else 'no PDF'}")
    return [json.loads(age.decrypt_with(sealed, [recovery])) for _, sealed, _ in rows]


def _missing(runtime: Runtime, walk: Walk) -> list[str]:
    """Acknowledged steps that the draft does not hold exactly as they were sent."""
    draft = drafts.open_draft(runtime, walk.token, walk.browser)
    if draft is None:
        return [f"{walk.name}: the whole form"]
    typed = draft.state.typed
    kept = {
        step: {name: values for name, values in typed.get(step, {}).items() if any(values)}
        for step in walk.saved
    }
    return [
        f"{walk.name}: {step}"
        for step, sent in walk.saved.items()
        if not sent.items() <= kept[step].items()
    ]


def main() -> None:
    """`make soak`."""
    seconds = float(os.environ.get("SOAK_SECONDS", "600"))
    with tempfile.TemporaryDirectory() as folder:
        made = practice(Path(folder))
        made.server.start()
        pace = min(
            seconds_of_a_signature(made.server) for _ in range(3)
        )  # the first one starts the paper process
        try:
            crowd = run(
                made,
                seconds,
                walkers=12,
                pause=lambda: random.uniform(0.5, 5) * pace,  # noqa: S311
            )
        finally:
            made.server.stop()
        books = balance(made, crowd)
    print(
        f"{len(crowd.walks)} clients, {crowd.kills} workers killed, "
        f"{books.saves} saves and {books.signed} signatures"
    )
    print(
        f"lost: {books.lost or 'none'}; doubled: {books.doubled or 'none'}; "
        f"bad PDFs: {books.bad_pdfs or 'none'}"
    )
    wrong = [
        *crowd.errors,
        *books.lost,
        *books.doubled,
        *books.bad_pdfs,
        *([books.log] if books.log else []),
    ]
    print(
        "\n".join(wrong)
        or "Every acknowledged save and signature is there, exactly once. The log is in order."
    )
    raise SystemExit(1 if wrong or not books.signed or not crowd.kills else 0)


if __name__ == "__main__":
    main()
