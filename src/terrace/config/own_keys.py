"""Keys that a trial makes for itself: made on first use, and kept in its data folder."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from terrace.config import setting_readers as readers

TEST_SECRET_KEY = "only-for-tests-" + "0123456789abcdef" * 3
TEST_FIELD_KEY = base64.b64encode(b"only-for-tests-only-for-tests-00").decode()


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


def made_secret_key(mode: str, data_dir: Path) -> str:
    """Return the key for signing of a trial: the tests' own, or one that is kept."""
    if mode == "test":
        return TEST_SECRET_KEY
    return kept(data_dir / "keys" / "secret_key", new_secret_key)


def made_field_key(mode: str, data_dir: Path) -> str:
    """Return the key for fields of a trial: the tests' own, or one that is kept."""
    if mode == "test":
        return TEST_FIELD_KEY
    return kept(data_dir / "keys" / "field_key", new_field_key)
