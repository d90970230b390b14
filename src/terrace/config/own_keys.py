"""Keys that a trial makes for itself: made on first use, and kept in its data folder."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from terrace.config import setting_readers as readers


def new_secret_key() -> str:
    """Return a fresh key for signing."""
    return secrets.token_urlsafe(48)


def new_field_key() -> str:
    """Return a fresh key for encrypting fields, in base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(readers.FIELD_KEY_BYTES)).decode()


def kept(path: Path, make: Callable[[], str]) -> str:
    """Return the key in `path`, made on first use.

    The key is linked into place whole, so that two processes starting at once agree on one
    and neither ever reads half a key.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
