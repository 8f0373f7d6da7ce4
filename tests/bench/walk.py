"""One turn of the walk (POST of a step, GET of the next) against a bare Flask view,
and its p99 beside PDFs.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.support import REPOSITORY
from tests.support.form_walker import HealthyAdult
from tests.support.http_client import Answer, Client
from tests.support.server import Server

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "30"))
TURNS, SIGNERS = 10 * ROUNDS, 2 + 2 * ROUNDS


def main() -> None:
    """Print medians and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(
            Path(folder) / "data", Path(folder) / "log", environ={"INTAKE_PROXIES": "1"}
        )
        server.command("demo", "--people", "1")
        server.start()
        try:
            _measure(server)
        finally:
            server.stop()


def _measure(server: Server) -> None:
    client = Client(server.url)
    path, fields, size = prepare(client)
    bare, peer = start_bare(size)
    client.connection = None  # gunicorn closes a connection that is quiet for two seconds
    try:
        for _ in range(30):
            turn(client, path, fields)
            bare_turn(bare)
        ours, theirs = [], []
        for _ in range(TURNS):
            ours.append(turn(client, path, fields))
            theirs.append(bare_turn(bare))
    finally:
        peer.terminate()
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(
        f"walk turn   ours {ms(ours)}   bare Flask view {ms(theirs)}   ratio {ratio:.2f} (bar 3.5)"
    )
    print(f"            of it, a commit that reaches the disk: {ms(commits(server.data))}")
    before = [turn(client, path, fields) for _ in range(TURNS)]
    client.connection = None
    busy = p99(beside_two_pdfs(server, lambda: turn(client, path, fields)))
    client.connection = None
    idle = p99(
        before + [turn(client, path, fields) for _ in range(TURNS)]
    )  # on both sides: machines have moods
    print(
        f"step p99    idle {idle:.1f} ms   beside two PDFs {busy:.1f} ms"
        f"   ratio {busy / idle:.2f} (bar 3.0)"
    )


def prepare(client: Client) -> tuple[str, list[tuple[str, str]], int]:
    """Walk to the third step; return its address, what it sends,
    and the size of the page after it.
    """
    person = HealthyAdult()
    answer = client.post("/", client.get("/").page.form.values())
    for _ in range(2):
        answer = client.post(answer.page.form.action, person.fill(answer.page.form))
    path, fields = answer.page.form.action, person.fill(answer.page.form)
    return path, fields, len(client.post(path, fields).body)


def turn(client: Client, path: str, fields: list[tuple[str, str]]) -> float:
    """Seconds for POST + GET. Sends the same step again and again,
    each time as from a page just loaded.
    """
    begun = time.perf_counter()
    answer = client.send("POST", path, fields)
    if answer.status != 303:
        raise RuntimeError(f"the step answered {answer.status}")
    client.send("GET", answer.headers["location"])
    return time.perf_counter() - begun


def start_bare(size: int) -> tuple[Client, subprocess.Popen[bytes]]:
    """The bare peer under the same gunicorn settings."""
    from tests.support.server import free_port

    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "tests/bench/bare_gunicorn.py",
            "tests.bench.bare:app",
        ],
        cwd=REPOSITORY,
        env={**os.environ, "PORT": str(port), "BARE_PAGE_BYTES": str(size)},
    )
    client = Client(f"http://127.0.0.1:{port}")
    for _ in range(200):
        try:
            client.send("GET", "/healthz")
            break
        except OSError:
            client.connection = None
            time.sleep(0.05)
    return client, process


def bare_turn(client: Client) -> float:
    """Seconds for the peer's POST + GET."""
    begun = time.perf_counter()
    client.send("POST", "/", [("a", "b" * 400)])
    client.send("GET", "/")
    return time.perf_counter() - begun


def beside_two_pdfs(server: Server, one_turn: Callable[[], float]) -> list[float]:
    """Turns while two clients after another press “Sign”,
    so that two PDFs are always being made.
    """
    ready = [ready_to_sign(server, number) for number in range(SIGNERS)]
    threads = [threading.Thread(target=sign_all, args=(ready,), daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    times = []
    while len(times) < 2 * TURNS and len(ready) > 0:
        times.append(one_turn())
    ready.clear()
    for thread in threads:
        thread.join(60)
    return times


def ready_to_sign(server: Server, number: int) -> Callable[[], Answer]:
    """Somebody who has walked to the last page, from an address of their own; the call signs."""
    client = Client(server.url, address=f"198.51.100.{number + 1}")
    path, fields = HealthyAdult().walk_to_signature(client)
    client.connection = None  # the server does not keep it while they wait
    return lambda: client.send("POST", path, fields)


def sign_all(ready: list[Callable[[], Answer]]) -> None:
    """One signature after another until nobody waits."""
    while ready:
        if (answer := ready.pop()()).status != 303:
            raise RuntimeError(f"signing answered {answer.status}")


def commits(folder: Path) -> list[float]:
    """Seconds of a write that SQLite waits for: what this disk adds to every saved step."""
    times = []
    with (folder / "probe").open("wb") as file:
        for _ in range(50):
            file.write(bytes(8192))
            file.flush()
            begun = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begun)
    return times


def p99(times: list[float]) -> float:
    """99th percentile in milliseconds."""
    return statistics.quantiles(times, n=100)[98] * 1000


def ms(times: list[float]) -> str:
    return f"{statistics.median(times) * 1000:.2f} ms"


if __name__ == "__main__":
    main()
