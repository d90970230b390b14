"""Posting to addresses that others named: only to the open internet, never further than asked, and not for long."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings

from terrace.logistics.domain.news import is_reachable

SECONDS = 5


class NotTaken(Exception):
    """The other side did not take it; the text says why."""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Post `body` to `url`; any answer of 2xx takes it. Raises `NotTaken`.

    The name is resolved once and the connection made to what was found, so that no
    second answer leads elsewhere; a redirect is not followed.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    address = _resolved(host, port)
    connection = _Https(host, port, address) if parts.scheme == "https" else _Http(host, port, address)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request("POST", path, body, dict(headers))
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise NotTaken(type(problem).__name__) from problem
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise NotTaken(f"HTTP {status}")


def _resolved(host: str, port: int) -> str:
    """Return the address that a name leads to, or raise `NotTaken` where that is not the open internet."""
    try:
        found = [str(answer[4][0]) for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as problem:
        raise NotTaken("unknown host") from problem
    if not settings.ENV.news_inside and not is_reachable(found):
        raise NotTaken("private address")
    return found[0]


class _Http(http.client.HTTPConnection):
    """Connects to the address that was judged, whatever the name leads to by now."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self.address = address

    def connect(self) -> None:
        """Connect to the judged address."""
        self.sock = socket.create_connection((self.address, self.port), SECONDS)


class _Https(_Http):
    """The same, with the certificate of the name."""

    def connect(self) -> None:
        """Connect to the judged address, and ask it for the certificate of the name."""
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
