"""What carriers are told of their parcels: signed, in order, again and again with growing pauses. Pure rules."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from terrace.kernel.errors import Invalid
from terrace.kernel.words import _

GIVEN_UP_AFTER = timedelta(days=3)
"""So long a piece of news is tried; then a person looks why, and sends it again."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
PORTS = range(1, 65_536)


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries that failed: four times as long each time, six hours at most."""
    longer: int = 4 ** min(tries - 1, 10)
    return min(FIRST_PAUSE * longer, LONGEST_PAUSE)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return the HMAC-SHA256, in hex, of the time stamp, a point and the body: an old body under a new stamp fails."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def checked_address(text: str, *, inside: bool) -> str:
    """Return an address that news may be sent to; raise `Invalid` unless it is https without sign-in.

    `inside`: plain http is good enough, for a server in the house itself.
    """
    address = text.strip()
    try:
        parts = urlsplit(address)
        is_good = bool(parts.hostname) and (parts.port is None or parts.port in PORTS) and not parts.username
    except ValueError:
        is_good = False
    if not is_good or parts.scheme not in ({"https", "http"} if inside else {"https"}):
        raise Invalid(_("Enter an address that begins with https:// and needs no sign-in."), field="url")
    return address


def is_reachable(addresses: Iterable[str]) -> bool:
    """Say whether a name leads to addresses of the open internet and to no other.

    A name of somebody else's may lead into this house's own network: to the
    database, or to what a cloud tells its machines. One such address is too many.
    """
    found = [_plain(ip_address(address.partition("%")[0])) for address in addresses]
    return bool(found) and all(one.is_global and not one.is_multicast for one in found)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address inside an IPv6 one, which would hide it."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
    return address
