"""Time stamps by somebody else (RFC 3161).

They show that something existed at a time, and nobody here can put that time back. Only a hash
leaves this server. pyHanko speaks the protocol; the time-stamp server is given three seconds.
"""

import asyncio
import hashlib
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import aiohttp
from asn1crypto import cms
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

T = TypeVar("T")

SECONDS = 3
NO_STAMP = (
    TimestampRequestError,
    SigningError,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    asyncio.TimeoutError,
)


class NoTimeStamp(Exception):
    """The server did not answer in time, or with something that is no time stamp."""


class NotStamped(Exception):
    """This token does not prove this content."""


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """When something existed, and who says so.

    Whether to trust them is for the reader: see `openssl ts -verify`.
    """

    at: datetime
    by: str


def server(url: str) -> HTTPTimeStamper:
    """For pyHanko's signer."""
    return HTTPTimeStamper(url, timeout=SECONDS)


def stamp(url: str, content: bytes) -> bytes:
    """A time-stamp token (DER) over the SHA-256 of content. Raises NoTimeStamp."""
    try:
        token = _run_in_thread(_ask(url, hashlib.sha256(content).digest()))
    except NO_STAMP as error:
        raise NoTimeStamp from error
    return bytes(token.dump())


async def _ask(url: str, digest: bytes) -> cms.ContentInfo:
    return await asyncio.wait_for(server(url).async_timestamp(digest, "sha256"), SECONDS)


def check(token: bytes, content: bytes) -> TimeStamp:
    """What the token says about content.

    Raises NotStamped when it is about something else, or was changed.
    """
    try:
        return _run_in_thread(_check(token, content))
    except Exception as error:
        raise NotStamped from error


def _run_in_thread(work: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: the caller's may have an event loop already."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, work).result()


async def _check(token: bytes, content: bytes) -> TimeStamp:
    signed = cms.ContentInfo.load(token)["content"]
    certificates = [entry.chosen for entry in signed["certificates"]]
    context = ValidationContext(trust_roots=certificates, allow_fetching=False)
    status = await validate_tst_signed_data(
        signed, context, lambda name: hashlib.new(name, content).digest()
    )
    if not (status["intact"] and status["valid"]):
        raise NotStamped
    signer = status["signing_cert"].subject.native.get("common_name", "")
    return TimeStamp(status["timestamp"], str(signer))
