"""The WSGI application that granian serves."""

import gc
import multiprocessing
import os
import signal

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from terrace.config import lifeline

if multiprocessing.parent_process() is not None:
    # A process of granian's: when granian itself is killed it would go on and keep the port.
    lifeline.end_with_parent(signal.SIGTERM)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrace.config.settings")
application = get_wsgi_application()


YOUNG = 10_000
"""Objects more than before, after which Python looks for cycles among the new ones; a hundred times as many for all.

Its own 700 suits small programs: every fourteenth sheet that somebody saved took fifty milliseconds longer.
"""


def _settle() -> None:
    """Load what every request needs, and take it out of garbage collection.

    It stays until the process ends. Unfrozen, each full collection would look through all of it, and whoever asks
    for a page just then would wait a quarter of a second longer.
    """
    get_resolver().url_patterns  # noqa: B018 reading it loads every view
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


_settle()
