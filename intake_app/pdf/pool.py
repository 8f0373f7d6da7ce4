"""A small pool of warm PDF workers: each is a process, and a new one takes the place of a dead one.

Whoever wants a PDF waits outside, and never for ever. On a busy machine the PDF is still made after
that: a worker that is killed for being slow has to start cold, and is slower still.
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
from typing import TYPE_CHECKING, TypeVar

from intake_app.pdf.cpu_limit import TOO_LONG
from intake_app.pdf.protocol import FAILED, HEAD
from intake_app.pdf.record_document import PrintedDocument
from intake_app.pdf.worker_main import WORKER

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ROOT = Path(__file__).parents[2]
Result = TypeVar("Result")


class RenderFailed(Exception):
    """The PDF could not be made now.

    The reason is a kind of error, never a text from the document.
    """


class _Worker:
    """One PDF worker's process, started when first needed and again after it ended."""

    def __init__(self, seal_file: Path, memory_limit: int, tsa_url: str) -> None:
        self.command = [
            sys.executable,
            "-m",
            "intake_app.pdf.worker_main",
            str(seal_file.absolute()),
            str(memory_limit),
            tsa_url,
        ]
        self.process: subprocess.Popen[bytes] | None = None

    def work(self, job: bytes) -> bytes:
        """The PDF of a job.

        Raises RenderFailed when the process ended over it, or could not make it.
        """
        process = self.running()
        try:
            _send(process, HEAD.pack(0, len(job)) + job)
            status, length = HEAD.unpack(_receive(process, HEAD.size))
            data = _receive(process, length)
        except (OSError, EOFError) as error:
            self.kill()
            over_limit = process.returncode in TOO_LONG
            raise RenderFailed("too long" if over_limit else type(error).__name__) from None
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
    """`size` PDF workers.

    timeout: seconds that one PDF may be computed, and seconds that anybody waits for one.
    memory_limit: bytes for each worker. tsa_url: a time-stamp server, "" for none.
    """

    def __init__(
        self, size: int, timeout: float, memory_limit: int, seal_file: Path, tsa_url: str = ""
    ) -> None:
        self.timeout = timeout
        self._workers = [_Worker(seal_file, memory_limit, tsa_url) for _ in range(size)]
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(size, "pdf")
        self._pending: dict[str, Future[bytes]] = {}
        self._lock = threading.Lock()

    def render(
        self,
        document: PrintedDocument,
        subject_id: str = "",
        store: Callable[[bytes], None] | None = None,
    ) -> bytes:
        """The signed PDF.

        Raises RenderFailed when it takes too long, needs too much memory, or breaks.
        store: is called with the PDF, also when it is done only after nobody waits any more.
        subject_id: the record or addendum that the document is of; while its PDF is being made,
        that one is waited for and no second one is started.
        """
        return self.wait(self.start(document, subject_id, store))

    def start(
        self,
        document: PrintedDocument,
        subject_id: str = "",
        store: Callable[[bytes], None] | None = None,
    ) -> "Future[bytes]":
        """Begin what `render` waits for; several can be made side by side."""
        with self._lock:
            return self._pending.get(subject_id) or self._submit(document, subject_id, store)

    def wait(self, started: "Future[bytes]") -> bytes:
        """The signed PDF that was started. Raises RenderFailed like `render`."""
        try:
            return started.result(self.timeout)
        except (TimeoutError, CancelledError):
            raise RenderFailed("busy") from None

    def _submit(
        self, document: PrintedDocument, subject_id: str, store: Callable[[bytes], None] | None
    ) -> Future[bytes]:
        job = _job(document, self.timeout)

        def work() -> bytes:
            pdf = self._with_worker(lambda worker: worker.work(job))
            if store:
                store(pdf)
            return pdf

        pending = self._threads.submit(work)
        if subject_id:
            self._pending[subject_id] = pending
            pending.add_done_callback(lambda _: self._pending.pop(subject_id, None))
        return pending

    def _with_worker(self, act: Callable[[_Worker], Result]) -> Result:
        worker = self._idle.get()
        try:
            return act(worker)
        finally:
            self._idle.put(worker)

    def warm(self) -> None:
        """Start the workers in the background: the first PDF does not wait for the fonts."""
        for _ in self._workers:
            self._threads.submit(self._with_worker, _Worker.running)

    def close(self) -> None:
        """Stop every worker. A PDF that is being made ends, and no other is started."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            if process := worker.process:
                process.kill()
        self._threads.shutdown(wait=True)
        for worker in self._workers:
            worker.kill()


def _job(document: PrintedDocument, seconds: float) -> bytes:
    job = {
        "template": document.template,
        "attached_as": document.attached_as,
        "sealed_because": document.sealed_because,
        "paper": _field_values(document),
        "seconds": seconds,
    }
    return json.dumps(job, default=_field_values).encode()


def _field_values(part: "DataclassInstance") -> dict[str, object]:
    """The fields of a document or of a part of it.

    Parts inside are left to the encoder: `asdict` would copy each of them first.
    """
    return {field.name: getattr(part, field.name) for field in fields(part)}
