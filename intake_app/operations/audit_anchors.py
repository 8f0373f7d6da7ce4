"""Anchors: the head of the audit log, stamped by somebody else, also in every backup.

NUMBER.txt holds the number and hash of an entry; NUMBER.tst is an RFC 3161 token over exactly those
bytes. Somebody who can rewrite the database, and even has the app key, cannot make the stamp of a
day that is over.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from intake_app.core import audit
from intake_app.core.audit import AuditHead
from intake_app.core.runtime import Runtime
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.pdf import timestamps, verify
from intake_app.pdf.timestamps import TimeStamp


@dataclass(frozen=True, slots=True)
class Anchor:
    """An entry that must be in the log, and who says since when."""

    head: AuditHead
    stamp: TimeStamp


class NoServer(Exception):
    """INTAKE_TSA_URL is not set."""


def make(runtime: Runtime) -> Anchor:
    """Have the newest entry stamped.

    Raises NoServer, stamps.NoTimeStamp, LookupError while the log is empty.
    """
    if not runtime.settings.tsa_url:
        raise NoServer
    with transaction(runtime.engine, write=False) as session:
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).first()
    if last is None:
        raise LookupError
    content = f"{last.seq} {last.hash}\n".encode()
    token = timestamps.stamp(runtime.settings.tsa_url, content)
    folder = runtime.settings.data / "anchors"
    folder.mkdir(mode=0o700, exist_ok=True)
    for suffix, data in ((".tst", token), (".txt", content)):
        file = folder / f"{last.seq:010}{suffix}"
        file.touch(mode=0o600)
        file.write_bytes(data)
    with transaction(runtime.engine, write=True) as session:
        audit.append(
            session,
            runtime.keys,
            "audit.anchored",
            "server",
            "audit",
            now=runtime.clock(),
            seq=last.seq,
        )
    return read(folder / f"{last.seq:010}.txt")


def read(file: Path) -> Anchor:
    """An anchor and its stamp. Raises stamps.NotStamped, OSError, ValueError."""
    content = file.with_suffix(".txt").read_bytes()
    seq, digest = content.decode("ascii").split()
    return Anchor(
        AuditHead(int(seq), digest),
        timestamps.check(file.with_suffix(".tst").read_bytes(), content),
    )


def printed(runtime: Runtime, pdf: bytes) -> AuditHead:
    """The entry that one of our PDFs names, once its seal is proven. Raises ValueError."""
    roots = [file.read_bytes() for file in runtime.settings.data.glob("ca*.pem")]
    if not verify.check(pdf, roots).ok:
        raise ValueError("its seal does not hold")
    return AuditHead(*verify.log_entry(pdf))


def newest(runtime: Runtime) -> Path | None:
    """The latest anchor in the data folder."""
    return max((runtime.settings.data / "anchors").glob("*.txt"), default=None)
