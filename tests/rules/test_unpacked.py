"""What the tests unpack lands in its folder, or nowhere."""

import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.support.unpacked import unpack


def archive(*members: tuple[str, bytes | None]) -> tarfile.TarFile:
    """Files with these names and words; a name without words is a link to /etc/passwd."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, words in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = (
                (tarfile.SYMTYPE, "/etc/passwd") if words is None else (tarfile.REGTYPE, "")
            )
            info.size = len(words or b"")
            tar.addfile(info, io.BytesIO(words or b""))
    return tarfile.open(fileobj=io.BytesIO(packed.getvalue()))


def written(folder: Path) -> Iterable[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


def test_files_land_below_the_folder_with_their_words(tmp_path: Path) -> None:
    unpack(archive(("package/axe.js", b"one"), ("top", b"two")), tmp_path / "new")
    assert written(tmp_path) == ["new/package/axe.js", "new/top"]
    assert (tmp_path / "new/package/axe.js").read_bytes() == b"one"


def test_a_program_stays_a_program(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, mode in (("program", 0o755), ("words", 0o644)):
            info = tarfile.TarInfo(name)
            info.mode = mode
            tar.addfile(info)
    with tarfile.open(fileobj=io.BytesIO(packed.getvalue())) as tar:
        unpack(tar, tmp_path)
    assert [(tmp_path / name).stat().st_mode & 0o111 for name in ("program", "words")] == [0o111, 0]


@pytest.mark.parametrize(
    "member", [("../out", b"x"), ("/tmp/out", b"x"), ("a/../../out", b"x"), ("link", None)]
)
def test_what_leads_out_of_it_stops(tmp_path: Path, member: tuple[str, bytes | None]) -> None:
    with pytest.raises(ValueError, match="folder"):
        unpack(archive(("first", b"1"), member, ("last", b"3")), tmp_path / "new")
    assert written(tmp_path) == ["new/first"]
