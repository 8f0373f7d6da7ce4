"""A real time-stamp server on this computer (certomancer),
and one that takes every question and never answers.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.server import free_port

CONFIG = """
external-url-prefix: "http://127.0.0.1"
keysets:
  house:
    path-prefix: keys
    keys: {root: {path: root.pem}, tsa: {path: tsa.pem}}
pki-architectures:
  house:
    keyset: house
    entity-defaults: {organization-name: Stamps for Tests}
    entities:
      root: {common-name: Root of Stamps}
      tsa: {common-name: Stamps for Tests}
    certs:
      root:
        subject: root
        issuer: root
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2120-01-01T00:00:00+0000"}
        extensions:
          - {id: basic_constraints, critical: true, value: {ca: true}}
          - id: key_usage
            critical: true
            smart-value: {schema: key-usage, params: [key_cert_sign]}
      tsa:
        subject: tsa
        issuer: root
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2120-01-01T00:00:00+0000"}
        extensions:
          - id: key_usage
            critical: true
            smart-value: {schema: key-usage, params: [digital_signature]}
          - {id: extended_key_usage, critical: true, value: [time_stamping]}
    services:
      time-stamping:
        main: {signing-cert: tsa}
"""


@contextmanager
def alive(folder: Path) -> Iterator[str]:
    """Answers at this address."""
    (folder / "keys").mkdir(parents=True)
    for name in ("root", "tsa"):
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "keys" / f"{name}.pem").write_bytes(pem)
    (folder / "certomancer.yml").write_text(CONFIG)
    port, certomancer = (
        free_port(),
        [sys.executable, "-m", "certomancer", "--config", "certomancer.yml"],
    )
    subprocess.run([*certomancer, "summon", "house", "root", "root.pem"], cwd=folder, check=True)
    command = [*certomancer, "animate", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([*command, "--no-web-ui"], cwd=folder, stdout=log, stderr=log)
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}/house/tsa/main"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def slow() -> Iterator[str]:
    """Takes the question and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


def dead() -> str:
    """Nobody is there."""
    return f"http://127.0.0.1:{free_port()}/"


def _wait(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the time-stamp server did not start")
