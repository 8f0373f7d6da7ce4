"""Time stamps by somebody else (RFC 3161): proof that something existed at a time, which nobody here can put back.

Only a hash leaves the house. pyHanko speaks the protocol; the server is given three seconds.
"""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from asn1crypto import cms
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

SECONDS = 3
NO_STAMP = (TimestampRequestError, SigningError, aiohttp.ClientError, OSError, TimeoutError, asyncio.TimeoutError)


class NoTimeStamp(Exception):
    """The server did not answer in time, or with something that is no time stamp."""


class NotStamped(Exception):
    """This token does not prove this content."""


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """When something existed, and who says so. Whether to trust her is for the reader: see `openssl ts -verify`."""

    at: datetime
    by: str


def server(url: str) -> HTTPTimeStamper:
    """For pyHanko's signer."""
    return HTTPTimeStamper(url, timeout=SECONDS)


def stamp(url: str, content: bytes) -> bytes:
    """A time-stamp token (DER) over the SHA-256 of content. Raises NoTimeStamp."""
    try:
        token = asyncio.run(_ask(url, hashlib.sha256(content).digest()))
    except NO_STAMP as error:
        raise NoTimeStamp from error
    return bytes(token.dump())


async def _ask(url: str, digest: bytes) -> cms.ContentInfo:
    return await asyncio.wait_for(server(url).async_timestamp(digest, "sha256"), SECONDS)


def check(token: bytes, content: bytes) -> TimeStamp:
    """What the token says about content. Raises NotStamped when it is about something else, or was changed."""
    with ThreadPoolExecutor(1) as aside:
        try:
            return aside.submit(asyncio.run, _check(token, content)).result()
        except Exception as error:
            raise NotStamped from error


async def _check(token: bytes, content: bytes) -> TimeStamp:
    signed = cms.ContentInfo.load(token)["content"]
    own = [one.chosen for one in signed["certificates"]]
    context = ValidationContext(trust_roots=own, allow_fetching=False)
    said = await validate_tst_signed_data(signed, context, lambda name: hashlib.new(name, content).digest())
    if not (said["intact"] and said["valid"]):
        raise NotStamped
    return TimeStamp(said["timestamp"], str(said["signing_cert"].subject.native.get("common_name", "")))
