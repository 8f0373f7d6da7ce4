"""A small pool of warm paper processes. Each can be killed; the web process waits outside, and never for ever."""

import json
import os
import queue
import select
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

from intake_app.record.document import Paper
from intake_app.record.paper_frames import FAILED, HEAD
from intake_app.record.press import WORKER

ROOT = Path(__file__).parents[2]
CHUNK = 1 << 16


class RenderFailed(Exception):
    """The paper could not be made now. The reason is a kind of error, never a text from the document."""


class _Press:
    """One paper process, started when first needed and again after it was killed."""

    def __init__(self, seal_file: Path, memory_limit: int, tsa_url: str) -> None:
        self.command = [
            sys.executable, "-m", "intake_app.record.press", str(seal_file.absolute()), str(memory_limit), tsa_url,
        ]  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def work(self, job: bytes, timeout: float) -> bytes:
        """The PDF of a job. Raises RenderFailed, after killing the process when it did not answer in time."""
        deadline = time.monotonic() + timeout
        process = self._running()
        try:
            self._send(process, HEAD.pack(0, len(job)) + job, deadline)
            status, length = HEAD.unpack(self._receive(process, HEAD.size, deadline))
            data = self._receive(process, length, deadline)
        except (OSError, EOFError, TimeoutError) as error:
            self.kill()
            raise RenderFailed(type(error).__name__) from None
        if status == FAILED:
            self.kill()  # after a failure, memory and fonts start clean
            raise RenderFailed(data.decode("ascii", "replace"))
        return data

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", WORKER: str(os.getpid())},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        return self.process

    def _send(self, process: subprocess.Popen[bytes], data: bytes, deadline: float) -> None:
        pipe = process.stdin.fileno() if process.stdin else -1
        os.set_blocking(pipe, False)
        view = memoryview(data)
        while view:
            _, ready, _ = select.select([], [pipe], [], _left(deadline))
            if not ready:
                raise TimeoutError
            view = view[os.write(pipe, view[:CHUNK]) :]

    def _receive(self, process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        pipe = process.stdout.fileno() if process.stdout else -1
        data = bytearray()
        while len(data) < size:
            ready, _, _ = select.select([pipe], [], [], _left(deadline))
            if not ready:
                raise TimeoutError
            piece = os.read(pipe, min(CHUNK, size - len(data)))
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)

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


class RenderPool:
    """`size` presses. timeout: seconds for one paper, waiting for a free press included."""

    def __init__(self, size: int, timeout: float, memory_limit: int, seal_file: Path, tsa_url: str = "") -> None:
        self.timeout = timeout
        self._presses = [_Press(seal_file, memory_limit, tsa_url) for _ in range(size)]
        self._free: queue.LifoQueue[_Press] = queue.LifoQueue()
        for press in self._presses:
            self._free.put(press)

    def render(self, paper: Paper) -> bytes:
        """The sealed PDF. Raises RenderFailed when it takes too long, needs too much memory, or breaks."""
        job = _job(paper)
        deadline = time.monotonic() + self.timeout
        try:
            press = self._free.get(timeout=self.timeout)
        except queue.Empty:
            raise RenderFailed("busy") from None
        try:
            return press.work(job, max(0.0, deadline - time.monotonic()))
        finally:
            self._free.put(press)

    def warm(self) -> None:
        """Start the presses in the background, so that the first paper does not wait for the fonts."""
        threading.Thread(target=lambda: [press._running() for press in self._presses], daemon=True).start()

    def close(self) -> None:
        """Stop every press."""
        for press in self._presses:
            press.kill()


def _job(paper: Paper) -> bytes:
    how = {name: getattr(paper, name) for name in ("template", "attached_as", "sealed_because")}
    return json.dumps(how | {"paper": asdict(paper)}).encode()


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
