"""An installation of its own for a benchmark: an embedded server in a temporary folder, migrated, gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def installation(mode: str = "development") -> Iterator[Path]:
    """Start a server with the durable settings of a real installation, set Django up on it, and clean up at the end."""
    folder = Path(tempfile.mkdtemp(prefix="terrace-bench-"))
    from terrace.config import embedded

    try:
        os.environ |= {
            "TERRACE_MODE": mode,
            "DATA_DIR": str(folder),
            "DATABASE_URL": embedded.start(folder, durable=True),
        }
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrace.config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield folder
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)
