"""Structured logs: one line per event, JSON or text, each with the id of its request.

A log line never holds a name, a phone number or the path of a request, which may carry a
secret link: who acted is the number of the person, what was asked for is the URL's pattern.
"""

import contextvars
import datetime
import json
import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from terrace.config.environment import Environment

HEADER = "X-Request-ID"
ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")
STATIC = "(static file)"
QUIET_ROUTES = {"/healthz", "/readyz", STATIC}

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")
access = logging.getLogger("terrace.access")


class RequestId:
    """Give each request an id, kept from the proxy when it sent one, and log one line about it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request under its id."""
        given = request.headers.get(HEADER, "")
        token = request_id.set(given if ACCEPTABLE.fullmatch(given) else secrets.token_hex(8))
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers[HEADER] = request_id.get()
            _log_access(request, response.status_code, time.perf_counter() - begun)
            return response
        finally:
            request_id.reset(token)


def route_of(request: HttpRequest) -> str:
    """Return the pattern of the URL, such as `/supply/<int:notice_id>/`, never what was typed in."""
    match = getattr(request, "resolver_match", None)
    if match is not None:
        return f"/{match.route}"
    return STATIC if request.path.startswith(settings.STATIC_URL) else "(no such page)"


def _log_access(request: HttpRequest, status: int, seconds: float) -> None:
    route = route_of(request)
    level = logging.DEBUG if route in QUIET_ROUTES and status < 400 else logging.INFO
    fields = {
        "method": request.method,
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "actor": getattr(getattr(request, "actor", None), "person_id", None),
    }
    access.log(level, "%(method)s %(route)s %(status)s", fields, extra={"fields": fields})


class RouteInsteadOfPath(logging.Filter):
    """Replaces the path in Django's own lines about a request by its route."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; never drop it."""
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            record.args = tuple(route_of(request) if arg == request.path else arg for arg in record.args)
        return True


def _time_of(record: logging.LogRecord) -> str:
    return datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds")


class JsonFormatter(logging.Formatter):
    """One JSON object per line, for a log collector."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, Any] = {
            "time": _time_of(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """The same for the eyes of a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        fields: dict[str, Any] = getattr(record, "fields", {})
        rest = "".join(f" {name}={fields[name]}" for name in ("ms", "actor") if fields.get(name) is not None)
        line = f"{_time_of(record)[11:19]} {record.levelname:<7} {request_id.get()} {record.getMessage()}{rest}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def logging_settings(environment: Environment) -> dict[str, Any]:
    """Return the configuration of `logging` for every process of Terrace; lines go to standard error."""
    formatter = JsonFormatter if environment.log_format == "json" else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"route": {"()": RouteInsteadOfPath}},
        "formatters": {"line": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["route"]}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "terrace": {"level": environment.log_level},
            # Not found, refused and the like are lines of terrace.access already.
            "django.request": {"level": "ERROR", "handlers": ["stderr"], "propagate": False},
            "django.server": {"level": "ERROR", "handlers": ["stderr"], "propagate": False},
            # Its lines at INFO show the arguments of jobs, which may be about people.
            "procrastinate": {"level": "WARNING"},
        },
    }
