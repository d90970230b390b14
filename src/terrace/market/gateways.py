"""Ways to pay: a provider takes a payment on its own page, tells of it by a signed notice, and pays back."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from terrace.kernel import clock, ids
from terrace.kernel.errors import DomainError
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.market.domain import Notice, Provider
from terrace.market.models import ChargeState, Payment, Repayment, SandboxCharge

HONOURED_FOR = timedelta(minutes=5)
"""A notice signed longer ago may have been caught on its way: the provider signs each try anew."""


class ProviderClosed(DomainError):
    """This installation does not take payments that way."""

    code = "provider_closed"
    status = 422
    message = _("This way to pay is not open here. Choose another.")


class Forged(Exception):
    """A notice is not signed by the provider, or too long ago, or says nothing that can be read."""


class NotPaidBack(Exception):
    """The provider did not take the order to pay back; the text says why."""


class PaymentGateway(Protocol):
    """What this house asks of a payment provider."""

    def start(self, payment: Payment, return_url: str) -> str:
        """Return the address where the buyer pays; asked again, the same payment is never charged twice."""

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """Return what a notice says, or raise `Forged`."""

    def find(self, payment: Payment) -> Notice | None:
        """Ask where the payment stands, for notices that never came; None while the buyer has not decided."""

    def refund(self, repayment: Repayment) -> None:
        """Pay back once for each key of a repayment, or raise `NotPaidBack`."""


@dataclass(frozen=True, slots=True)
class SandboxGateway:
    """The sandbox: it behaves like a provider, and moves no money. Its books are `SandboxCharge`."""

    secret: bytes

    def start(self, payment: Payment, return_url: str) -> str:
        """Open a charge, once for each payment, and return the address of its cashier."""
        charge, _is_new = SandboxCharge.objects.get_or_create(
            number=payment.number,
            defaults={
                "reference": ids.reference("SBX", length=12),
                "amount_minor": payment.amount_minor,
                "currency": payment.currency,
                "return_url": return_url,
            },
        )
        return reverse("market:sandbox", args=[charge.reference])

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """Check time and signature, then read the body."""
        timestamp, nonce = headers.get("X-Sandbox-Timestamp", ""), headers.get("X-Sandbox-Nonce", "")
        right = sign(self.secret, timestamp, nonce, body)
        if not hmac.compare_digest(right.encode(), headers.get("X-Sandbox-Signature", "").encode("utf-8", "replace")):
            raise Forged("signature")
        if not timestamp.isdecimal() or abs(now.timestamp() - int(timestamp)) > HONOURED_FOR.total_seconds():
            raise Forged("timestamp")
        return _read(body)

    def find(self, payment: Payment) -> Notice | None:
        """Look the charge up in the sandbox's books."""
        charge = SandboxCharge.objects.filter(number=payment.number).first()
        if charge is None or charge.state == ChargeState.OPEN:
            return None
        return Notice(charge.number, charge.amount, charge.reference, charge.state == ChargeState.PAID)

    def refund(self, repayment: Repayment) -> None:
        """Write the key and the amount into the charge; never more than was paid."""
        charge = SandboxCharge.objects.select_for_update().filter(number=repayment.payment.number).first()
        if charge is None or charge.state != ChargeState.PAID:
            raise NotPaidBack("no such charge")
        if repayment.key in charge.given_back:
            return
        if sum(charge.given_back.values()) + repayment.amount_minor > charge.amount_minor:
            raise NotPaidBack("more than was paid")
        charge.given_back[repayment.key] = repayment.amount_minor
        charge.save(update_fields=["given_back"])


def sign(secret: bytes, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the sandbox's signature of a notice: HMAC-SHA256 over time, nonce and body."""
    return hmac.new(secret, b"\n".join([timestamp.encode(), nonce.encode(), body]), hashlib.sha256).hexdigest()


def signed_notice(charge: SandboxCharge, now: datetime | None = None) -> tuple[dict[str, str], bytes]:
    """Return headers and body of the notice that the sandbox sends of a charge."""
    body = json.dumps(
        {
            "number": charge.number,
            "amount": {"minor": charge.amount_minor, "currency": charge.currency},
            "reference": charge.reference,
            "paid": charge.state == ChargeState.PAID,
        }
    ).encode()
    timestamp, nonce = str(int((now or clock.now()).timestamp())), ids.secret()
    headers = {
        "Content-Type": "application/json",
        "X-Sandbox-Timestamp": timestamp,
        "X-Sandbox-Nonce": nonce,
        "X-Sandbox-Signature": sign(sandbox_secret(), timestamp, nonce, body),
    }
    return headers, body


def _read(body: bytes) -> Notice:
    try:
        said: Any = json.loads(body)
        amount = Money(said["amount"]["minor"], str(said["amount"]["currency"]))
        return Notice(str(said["number"]), amount, str(said["reference"])[:80], said["paid"] is True)
    except (ValueError, TypeError, KeyError) as problem:
        raise Forged("body") from problem


def sandbox_secret() -> bytes:
    """Return the secret that this house shares with the sandbox."""
    named: str = settings.ENV.payment_secret
    return named.encode() if named else salted_hmac("terrace.market.sandbox", "secret", algorithm="sha256").digest()


def gateway_for(provider: Provider) -> PaymentGateway | None:
    """Return the way to `provider`, None for a bank transfer: there a clerk reads the account."""
    return SandboxGateway(sandbox_secret()) if provider is Provider.SANDBOX else None


def read_notice(provider: Provider, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
    """Return what a provider's notice says, or raise `Forged`: also for a way to pay that sends none."""
    gateway = gateway_for(provider)
    if gateway is None:
        raise Forged("provider")
    return gateway.read_notice(headers, body, now)


def open_providers() -> tuple[Provider, ...]:
    """Return the ways to pay that this installation has, the first one as the usual one."""
    usual = ("bank",) if settings.PRODUCTION else ("sandbox", "bank")
    named = [Provider(name) for name in settings.ENV.payments or usual]
    return tuple(one for one in named if one is not Provider.BANK or bank_details())


def bank_details() -> str:
    """Return the account that buyers transfer to, "" where none is set: on a trial one that says so."""
    named: str = settings.ENV.bank_details
    return named or ("" if settings.PRODUCTION else str(_("Trial account 0000 0000 (no real bank)")))


def require_open(provider: Provider) -> None:
    """Raise `ProviderClosed` unless this installation takes payments that way."""
    if provider not in open_providers():
        raise ProviderClosed(field="provider")
