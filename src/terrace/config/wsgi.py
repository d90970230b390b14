"""The WSGI application that granian serves."""

import multiprocessing
import os
import signal

from django.core.wsgi import get_wsgi_application

from terrace.config import lifeline

if multiprocessing.parent_process() is not None:
    # A process of granian's: when granian itself is killed it would go on and keep the port.
    lifeline.end_with_parent(signal.SIGTERM)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrace.config.settings")
application = get_wsgi_application()
