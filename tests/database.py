"""Gives the test run its own PostgreSQL: the embedded server in a temporary folder, or the one that DATABASE_URL names.

Loaded with `-p` so that the address is known before Django reads its settings.
With several workers the first process starts the server and the others inherit
its address.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests import template

os.environ["TERRACE_MODE"] = "test"
os.environ["TERRACE_LANGUAGE"] = "en"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrace.config.settings")
_own: Path | None = None

if "PYTEST_XDIST_WORKER" not in os.environ:
    _own = Path(tempfile.mkdtemp(prefix="terrace-tests-"))
    (_own / "static").mkdir()
    os.environ["DATA_DIR"] = str(_own)
    if not os.environ.get("DATABASE_URL"):
        from terrace.config import embedded

        os.environ["DATABASE_URL"] = embedded.start(_own, durable=False)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the server that this run started and remove its folder."""
    if _own is None:
        return
    template.drop()
    from terrace.config import embedded

    embedded.stop(_own)
    shutil.rmtree(_own, ignore_errors=True)
