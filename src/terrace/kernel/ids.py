"""References that people read aloud, type and scan, and secrets that they are handed once."""

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so nothing is misread on a label."""


def reference(prefix: str, *, length: int = 8) -> str:
    """Return a new public reference such as `S-7K2M9QXA`: 40 random bits, so it does not tell how many there are."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(length))


def secret() -> str:
    """Return a new secret for a link or a token: 256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def fingerprint(value: str) -> str:
    """Return the SHA-256 of a secret in hex: what the database keeps in its place."""
    return hashlib.sha256(value.encode()).hexdigest()
