"""The web server of an installation: granian with our settings and our log lines."""

from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from terrace.config.environment import Environment
from terrace.config.logs import logging_settings

TARGET = "terrace.config.wsgi:application"


def serve(environment: Environment) -> None:
    """Serve until a signal asks to stop."""
    Granian(
        TARGET,
        address=environment.host,
        port=environment.port,
        interface=Interfaces.WSGI,
        workers=environment.web_processes,
        # A thread without a database connection could only wait for one.
        blocking_threads=environment.database_pool,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_level=LogLevels.error,
        log_dictconfig=_log_settings(environment),
    ).serve()


def _log_settings(environment: Environment) -> dict[str, Any]:
    settings = logging_settings(environment)
    settings["loggers"]["_granian"] = {"handlers": ["stderr"], "propagate": False}
    return settings
