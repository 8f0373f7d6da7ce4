"""Every part of the app with its version and hashes, as CycloneDX 1.6 JSON (an SBOM): `make sbom`.

Made from the locked files and from what lies in the folder, at the moment it is asked for: one that
is kept gets stale. Debian's own packages (deploy/packages) are not in it; Debian keeps those up to
date.
"""

import base64
import hashlib
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

REPOSITORY = Path(__file__).parents[1]
VERSION = re.findall(
    r'__version__ = "(.+)"', (REPOSITORY / "intake_app/core/version.py").read_text(encoding="utf-8")
)[0]
LOCKED = re.compile(r"^([\w.-]+)==(\S+)((?: \\\n +--hash=sha256:\w+)+)", re.M)
RUN = ComponentScope.REQUIRED
TEST = ComponentScope.EXCLUDED


def locked(file: str) -> Iterator[tuple[str, str, list[HashType]]]:
    """Name, version and the hash of each file that may be installed for it."""
    for name, version, hashes in LOCKED.findall(
        (REPOSITORY / "requirements" / file).read_text(encoding="utf-8")
    ):
        yield name, version, [_sha256(digest) for digest in re.findall(r"sha256:(\w+)", hashes)]


def tools() -> Iterator[tuple[str, str, list[HashType]]]:
    """The test tools that come from npm."""
    for name, version, digest in map(
        str.split, (REPOSITORY / "requirements/npm.txt").read_text().splitlines()
    ):
        yield (
            name,
            version,
            [HashType(alg=HashAlgorithm.SHA_512, content=base64.b64decode(digest).hex())],
        )


def vendored() -> Iterator[tuple[str, str, list[HashType]]]:
    """What runs in the browser. The hash is of the file as it lies here."""
    for note in sorted((REPOSITORY / "static" / "vendor").glob("*/VERSION")):
        (file,) = note.parent.glob("*.js")
        name, version = note.read_text().split("\n", 1)[0].split()
        yield name, version, [_sha256(hashlib.sha256(file.read_bytes()).hexdigest())]


def fonts() -> Iterator[Component]:
    """The files that the PDF is set in; intake_app/pdf/fonts/README.md says where each is from."""
    for file in sorted((REPOSITORY / "intake_app/pdf/fonts").glob("*.ttf")):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        yield Component(
            type=ComponentType.FILE,
            name=file.name,
            bom_ref=file.name,
            hashes=[_sha256(digest)],
            scope=RUN,
        )


def bom() -> Bom:
    """The app and all its parts."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    app = Component(type=ComponentType.APPLICATION, name=project["name"], version=VERSION)
    run = [_part("pypi", RUN, *one) for one in locked("run.txt")]
    shown = [_part("npm", RUN, *one) for one in vendored()]
    known = {part.purl for part in run}
    test = [_part("pypi", TEST, *one) for one in locked("dev.txt")] + [
        _part("npm", TEST, *one) for one in tools()
    ]
    needed = [*run, *shown, *fonts()]
    found = Bom(components=[*needed, *(part for part in test if part.purl not in known)])
    found.metadata.component = app
    found.register_dependency(app, needed)
    return found


def _part(
    kind: str, scope: ComponentScope, name: str, version: str, hashes: list[HashType]
) -> Component:
    namespace, _, last = name.rpartition("/")
    purl = PackageURL(kind, namespace or None, last, version)
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        purl=purl,
        bom_ref=str(purl),
        hashes=hashes,
        scope=scope,
    )


def _sha256(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)


if __name__ == "__main__":
    sys.stdout.write(JsonV1Dot6(bom()).output_as_string(indent=1) + "\n")
