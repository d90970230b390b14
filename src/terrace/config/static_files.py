"""Static files, gathered into the data folder only when one of them changed."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

MARK = ".gathered"


def gather_if_changed() -> bool:
    """Run collectstatic when the sources differ from those of the last time; say whether it ran."""
    mark = Path(settings.STATIC_ROOT) / MARK
    found = fingerprint()
    if mark.exists() and mark.read_text() == found:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(found)
    return True


def fingerprint() -> str:
    """Return a digest of the path, size and time of every source."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=None):
            yield Path(storage.path(name))
