"""Links that let a buyer without an account see an order: signed, so no secret is kept anywhere."""

import base64
import hmac

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from terrace.kernel.errors import NotFound
from terrace.market.models import Order, Payment

SALT = "terrace.market.link"
BYTES = 16
"""128 bits: nobody guesses it, and it still fits into an SMS."""


def signature(reference: str) -> str:
    """Return the signs that a link to `reference` ("order/O-...", "payment/Z-...") carries."""
    digest = salted_hmac(SALT, reference, algorithm="sha256").digest()[:BYTES]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def require_signature(reference: str, given: str) -> None:
    """Raise `NotFound` unless `given` are the signs of `reference`."""
    if not hmac.compare_digest(signature(reference).encode(), given.encode()):
        raise NotFound


def may_act_by(order: Order, given: str) -> bool:
    """Say whether `given` are the signs by which a buyer acts, or only those that let one look.

    Number and phone stand on every parcel, and the seller reads them: they open
    the look alone. Raises `NotFound` for any other signs.
    """
    if hmac.compare_digest(signature(order.reference).encode(), given.encode()):
        return True
    require_signature(f"look/{order.reference}", given)
    return False


def look_path(order: Order) -> str:
    """Return the path of the order's page for whoever knows its number and phone: to look at, not to act."""
    return reverse("market:order", args=[order.number, signature(f"look/{order.reference}")])


def order_path(order: Order) -> str:
    """Return the path of the order's page for whoever has the link."""
    return reverse("market:order", args=[order.number, signature(order.reference)])


def payment_path(payment: Payment) -> str:
    """Return the path of the payment's page, with all its orders, for whoever has the link."""
    return reverse("market:payment", args=[payment.number, signature(payment.reference)])


def order_url(order: Order) -> str:
    """Return the whole address of the order's page, for messages."""
    return absolute(order_path(order))


def payment_url(payment: Payment) -> str:
    """Return the whole address of the payment's page, for messages."""
    return absolute(payment_path(payment))


def absolute(path: str) -> str:
    """Return the whole address of a page of this site."""
    return f"{settings.ENV.site_url.rstrip('/')}{path}"
