"""A small pool of warm paper processes. Each ends when it was killed or is over its limits; then there is a new one.

Whoever wants a paper waits outside, and never for ever. On a busy machine the paper is still made after that: a press
that is killed for being slow has to begin again cold, and is slower still.
"""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from intake_app.pdf.cpu_limit import TOO_LONG
from intake_app.pdf.protocol import FAILED, HEAD
from intake_app.pdf.record_document import Document
from intake_app.pdf.worker_main import WORKER

ROOT = Path(__file__).parents[2]
Result = TypeVar("Result")


class RenderFailed(Exception):
    """The paper could not be made now. The reason is a kind of error, never a text from the document."""


class _Worker:
    """One paper process, started when first needed and again after it ended."""

    def __init__(self, seal_file: Path, memory_limit: int, tsa_url: str) -> None:
        self.command = [
            sys.executable, "-m", "intake_app.pdf.worker_main", str(seal_file.absolute()), str(memory_limit), tsa_url,
        ]  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def work(self, job: bytes) -> bytes:
        """The PDF of a job. Raises RenderFailed when the process ended over it, or could not make it."""
        process = self.running()
        try:
            _send(process, HEAD.pack(0, len(job)) + job)
            status, length = HEAD.unpack(_receive(process, HEAD.size))
            data = _receive(process, length)
        except (OSError, EOFError) as error:
            self.kill()
            raise RenderFailed(
                "too long" if process.returncode in TOO_LONG else type(error).__name__
            ) from None
        if status == FAILED:
            self.kill()  # after a failure, memory and fonts start clean
            raise RenderFailed(data.decode("ascii", "replace"))
        return data

    def running(self) -> subprocess.Popen[bytes]:
        """The process, which may still be loading its fonts."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env={
                    "PATH": os.defpath,
                    "LANG": "C.UTF-8",
                    "PYTHONDONTWRITEBYTECODE": "1",
                    WORKER: str(os.getpid()),
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        return self.process

    def kill(self) -> None:
        """Stop the process, whatever it is doing."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process = None


def _send(process: subprocess.Popen[bytes], data: bytes) -> None:
    view = memoryview(data)
    while view and process.stdin:
        view = view[process.stdin.write(view) :]


def _receive(process: subprocess.Popen[bytes], size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = process.stdout.read(size - len(data)) if process.stdout else b""
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)


class RenderPool:
    """`size` presses. timeout: seconds that one paper may be computed, and seconds that anybody waits for one."""

    def __init__(
        self, size: int, timeout: float, memory_limit: int, seal_file: Path, tsa_url: str = ""
    ) -> None:
        self.timeout = timeout
        self._presses = [_Worker(seal_file, memory_limit, tsa_url) for _ in range(size)]
        self._free: queue.LifoQueue[_Worker] = queue.LifoQueue()
        for press in self._presses:
            self._free.put(press)
        self._hands = ThreadPoolExecutor(size, "press")
        self._under_way: dict[str, Future[bytes]] = {}
        self._lock = threading.Lock()

    def render(
        self, paper: Document, of: str = "", keep: Callable[[bytes], None] | None = None
    ) -> bytes:
        """The sealed PDF. Raises RenderFailed when it takes too long, needs too much memory, or breaks.

        keep: puts the PDF away, also when it is done only after nobody waits any more. of: what it is the paper of;
        while that is under way, it is waited for and not begun once more.
        """
        with self._lock:
            work = self._under_way.get(of) or self._begin(paper, of, keep)
        try:
            return work.result(self.timeout)
        except (TimeoutError, CancelledError):
            raise RenderFailed("busy") from None

    def _begin(
        self, paper: Document, of: str, keep: Callable[[bytes], None] | None
    ) -> Future[bytes]:
        job = _job(paper, self.timeout)

        def work() -> bytes:
            pdf = self._with_a_press(lambda press: press.work(job))
            if keep:
                keep(pdf)
            return pdf

        begun = self._hands.submit(work)
        if of:
            self._under_way[of] = begun
            begun.add_done_callback(lambda _: self._under_way.pop(of, None))
        return begun

    def _with_a_press(self, act: Callable[[_Worker], Result]) -> Result:
        press = self._free.get()
        try:
            return act(press)
        finally:
            self._free.put(press)

    def warm(self) -> None:
        """Start the presses in the background, so that the first paper does not wait for the fonts."""
        for _ in self._presses:
            self._hands.submit(self._with_a_press, _Worker.running)

    def close(self) -> None:
        """Stop every press. What is under way ends, and nothing is begun any more."""
        self._hands.shutdown(wait=False, cancel_futures=True)
        for press in self._presses:
            if process := press.process:
                process.kill()
        self._hands.shutdown(wait=True)
        for press in self._presses:
            press.kill()


def _job(paper: Document, seconds: float) -> bytes:
    how: dict[str, Any] = {
        name: getattr(paper, name) for name in ("template", "attached_as", "sealed_because")
    }
    return json.dumps(how | {"paper": _told(paper), "seconds": seconds}, default=_told).encode()


def _told(part: Any) -> dict[str, Any]:
    """A part of a paper, its own parts left to the encoder: `asdict` would copy each of them first."""
    return {one.name: getattr(part, one.name) for one in fields(part)}
