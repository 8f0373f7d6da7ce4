"""What is locked stays locked: other keys, other rows,
older revisions and changed bytes all fail the same way.
"""

from collections.abc import Callable

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as some

from intake_app.crypto import (
    age,
    client_copy,
    passphrase,
    session_box,
    token_box,
)
from intake_app.crypto.server_keys import (
    DirectoryError,
    ServerKeys,
    decrypt_directory,
    encrypt_directory,
)

PEPPER = b"p" * 32
RING = ServerKeys.from_root(bytes(range(32)))
SECRET, RECIPIENT = age.new_identity()
OTHER_SECRET, OTHER_RECIPIENT = age.new_identity()


def each_byte_changed(blob: bytes, step: int = 7) -> list[bytes]:
    return [blob[:i] + bytes([blob[i] ^ 1]) + blob[i + 1 :] for i in range(0, len(blob), step)]


def test_derived_keys_are_known_values_that_must_never_change() -> None:
    assert RING.pepper.hex() == "c66f34dae01065f7731e1e6e3ffe0d74df936c68ba3219846272aad3f7954adc"
    assert len({RING.pepper, RING.directory, RING.audit_mac, RING.csrf}) == 4


def test_keys_never_show_in_a_repr() -> None:
    assert RING.pepper.hex() not in repr(RING)
    assert "pepper" not in repr(RING)


@given(some.binary(max_size=9000))
def test_a_sealed_text_opens_for_the_practice_and_for_the_recovery_sheet(plain: bytes) -> None:
    blob = age.encrypt_to(plain, [RECIPIENT, OTHER_RECIPIENT])
    assert age.decrypt_with(blob, [SECRET]) == age.decrypt_with(blob, [OTHER_SECRET]) == plain


def test_a_sealed_length_tells_little() -> None:
    """Age adds a random number of bytes of its own; what it encrypts has always the same length."""
    key = pyrage.x25519.Identity.from_str(SECRET)
    blobs = [age.encrypt_to(b"x" * size, [RECIPIENT]) for size in (0, 1, 500, 4000)]
    assert {len(pyrage.decrypt(blob[1:], [key])) for blob in blobs} == {4096}


def test_a_sealed_text_opens_with_stock_age_after_our_version_byte() -> None:
    blob = age.encrypt_to(b"hello", [RECIPIENT])
    padded = pyrage.decrypt(blob[1:], [pyrage.x25519.Identity.from_str(SECRET)])
    assert padded[8:13] == b"hello"
    assert len(padded) % 4096 == 0


def test_a_sealed_text_does_not_open_with_another_key_or_after_a_change() -> None:
    blob = age.encrypt_to(b"hello", [RECIPIENT])
    for changed in [*each_byte_changed(blob, 211), b"", b"\x01"]:
        with pytest.raises(age.AgeError):
            age.decrypt_with(changed, [SECRET])
    with pytest.raises(age.AgeError):
        age.decrypt_with(blob, [OTHER_SECRET])


@given(some.binary(max_size=5000), some.text(min_size=1, max_size=30))
def test_a_draft_opens_with_its_token(plain: bytes, token: str) -> None:
    blob = token_box.encrypt(token, PEPPER, "a" * 32, 3, plain)
    assert token_box.decrypt(token, PEPPER, "a" * 32, 3, blob) == plain


WRONG: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("another token", lambda blob: token_box.decrypt("other", PEPPER, "a", 3, blob)),
    ("another pepper", lambda blob: token_box.decrypt("token", b"q" * 32, "a", 3, blob)),
    ("another client's row", lambda blob: token_box.decrypt("token", PEPPER, "b", 3, blob)),
    ("an older revision", lambda blob: token_box.decrypt("token", PEPPER, "a", 2, blob)),
]


@pytest.mark.parametrize("attack", [attack for _, attack in WRONG], ids=[name for name, _ in WRONG])
def test_a_draft_does_not_open_with(attack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(token_box.TokenBoxLocked):
        attack(token_box.encrypt("token", PEPPER, "a", 3, b"words"))


def test_a_changed_draft_does_not_open() -> None:
    for changed in each_byte_changed(token_box.encrypt("token", PEPPER, "a", 3, b"words"), 97):
        with pytest.raises(token_box.TokenBoxLocked):
            token_box.decrypt("token", PEPPER, "a", 3, changed)


def test_a_directory_row_cannot_stand_in_for_another() -> None:
    blob = encrypt_directory(RING, "record:1", b"Ana Moreno")
    assert decrypt_directory(RING, "record:1", blob) == b"Ana Moreno"
    for changed in each_byte_changed(blob, 3):
        with pytest.raises(DirectoryError):
            decrypt_directory(RING, "record:1", changed)
    with pytest.raises(DirectoryError):
        decrypt_directory(RING, "record:2", blob)


def test_a_passphrase_opens_only_its_own_wrap_and_only_with_its_own_cost() -> None:
    wrapped = passphrase.wrap(b"keys", "quiet river", PEPPER, 64, 1)
    assert passphrase.unwrap(wrapped, "quiet river", PEPPER) == b"keys"
    for words, pepper, blob in [
        ("quiet rivers", PEPPER, wrapped),
        ("quiet river", b"q" * 32, wrapped),
        ("quiet river", PEPPER, wrapped.replace(b'"t": 1', b'"t": 2')),
        ("quiet river", PEPPER, b"not json"),
    ]:
        with pytest.raises(passphrase.WrongPassphrase):
            passphrase.unwrap(blob, words, pepper)


def test_the_same_passphrase_typed_on_another_keyboard_is_the_same() -> None:
    wrapped = passphrase.wrap(b"keys", "caf\u00e9", PEPPER, 64, 1)
    assert passphrase.unwrap(wrapped, "cafe\u0301", PEPPER) == b"keys"


def test_a_session_opens_only_with_its_cookie() -> None:
    cookie = session_box.new_cookie()
    blob = session_box.encrypt_bundle(cookie, PEPPER, b"keys")
    assert session_box.decrypt_bundle(cookie, PEPPER, blob) == b"keys"
    with pytest.raises(session_box.SessionLocked):
        session_box.decrypt_bundle(session_box.new_cookie(), PEPPER, blob)


def test_a_clients_copy_opens_only_for_its_record() -> None:
    key = client_copy.copy_key("token", PEPPER, "r1")
    blob = client_copy.encrypt_copy(key, "r1", b"%PDF")
    assert client_copy.decrypt_copy(key, "r1", blob) == b"%PDF"
    with pytest.raises(client_copy.CopyLocked):
        client_copy.decrypt_copy(key, "r2", blob)
