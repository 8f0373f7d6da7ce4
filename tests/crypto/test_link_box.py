"""Links that the server can make and not use."""

import pytest

from intake_app.crypto import link_box
from intake_app.crypto.link_box import LinkLocked
from intake_app.crypto.token_box import new_token

PEPPER = bytes(32)


def test_what_is_sealed_to_a_link_opens_with_its_token() -> None:
    link, form = new_token(), new_token()
    box = link_box.wrap(link_box.public_key(link, PEPPER), form, "draft 1")
    assert link_box.unwrap(link, PEPPER, box, "draft 1") == form
    assert form.encode() not in box


@pytest.mark.parametrize("wrong", ["token", "pepper", "place", "version", "bytes", "cut"])
def test_anything_else_stays_locked(wrong: str) -> None:
    link = new_token()
    box = link_box.wrap(link_box.public_key(link, PEPPER), new_token(), "draft 1")
    token, pepper, about = link, PEPPER, "draft 1"
    match wrong:
        case "token":
            token = new_token()
        case "pepper":
            pepper = bytes(31) + b"1"
        case "place":
            about = "draft 2"
        case "version":
            box = b"\x02" + box[1:]
        case "bytes":
            box = box[:-1] + bytes([box[-1] ^ 1])
        case "cut":
            box = box[:20]
    with pytest.raises(LinkLocked):
        link_box.unwrap(token, pepper, box, about)
