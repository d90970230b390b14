"""Sealing of account numbers: AES-256-GCM under a key from outside the database, bound to the party it belongs to.

A sealed number is `id of the key (4 bytes) | nonce (12) | ciphertext and tag`.
The key's id is the beginning of its SHA-256, so keys need no names and an old
seal finds its key after rotation. The party's id is authenticated with it: a
seal copied to another row does not open there.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from terrace.kernel.errors import Invalid, Unsealable
from terrace.kernel.words import _

KEY_ID = 4
NONCE = 12
ACCOUNT = re.compile(r"[0-9A-Z]{8,34}")
"""From the shortest domestic numbers to the longest IBAN (ISO 13616)."""


class Keyring:
    """The keys of an installation, newest first: the first seals, all open."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("sealing needs at least one key")
        self._keys = {key_id(key): AESGCM(key) for key in keys}
        self.newest = key_id(keys[0])

    def seal(self, number: str, *, party_id: int) -> bytes:
        """Return `number` sealed for the party by the newest key."""
        nonce = secrets.token_bytes(NONCE)
        sealed = self._keys[self.newest].encrypt(nonce, number.encode(), _bound_to(party_id))
        return bytes.fromhex(self.newest) + nonce + sealed

    def open(self, sealed: bytes, *, party_id: int) -> str:
        """Return the number, or raise `Unsealable`."""
        key = self._keys.get(sealed[:KEY_ID].hex())
        if key is None:
            raise Unsealable("sealed by a key that this installation does not have")
        nonce, content = sealed[KEY_ID : KEY_ID + NONCE], sealed[KEY_ID + NONCE :]
        try:
            return key.decrypt(nonce, content, _bound_to(party_id)).decode()
        except InvalidTag:
            raise Unsealable("the seal is broken, or belongs to another party") from None


def key_id(key: bytes) -> str:
    """Return the id of a key in hex: the beginning of its fingerprint."""
    return hashlib.sha256(key).digest()[:KEY_ID].hex()


def normal_account(text: str, *, field: str = "account_number") -> str:
    """Return an account number without spaces and hyphens, or raise `Invalid`."""
    number = re.sub(r"[\s\-]", "", text).upper()
    if not ACCOUNT.fullmatch(number):
        raise Invalid(_("Enter the account number: 8 to 34 digits or letters."), field=field)
    return number


def _bound_to(party_id: int) -> bytes:
    return f"registry.bank-account/{party_id}".encode()
