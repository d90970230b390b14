"""References that people read aloud, type and scan, and secrets that they are handed once."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random, SystemRandom

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so nothing is misread on a label."""

MACHINE = SystemRandom()
_source: ContextVar[Random] = ContextVar("source_of_ids")


@contextmanager
def drawn_from(source: Random) -> Iterator[None]:
    """Draw references and secrets from `source` for a while, so that a demo comes out the same for the same seed.

    Never where people really work: whoever knows the seed knows the secrets.
    """
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def reference(prefix: str, *, length: int = 8) -> str:
    """Return a new public reference such as `S-7K2M9QXA`: 40 random bits, so it does not tell how many there are."""
    # All bits at once: the machine is asked once for a reference, not once for each of its signs.
    bits = _source.get(MACHINE).getrandbits(5 * length)
    return f"{prefix}-" + "".join([ALPHABET[bits >> shift & 31] for shift in range(0, 5 * length, 5)])


def secret() -> str:
    """Return a new secret for a link or a token: 256 random bits, safe in a URL."""
    return urlsafe_b64encode(_source.get(MACHINE).randbytes(32)).rstrip(b"=").decode()


def fingerprint(value: str) -> str:
    """Return the SHA-256 of a secret in hex: what the database keeps in its place."""
    return hashlib.sha256(value.encode()).hexdigest()
