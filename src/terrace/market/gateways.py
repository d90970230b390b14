"""Ways to pay: a provider takes a payment on its own page, tells of it by a signed notice, and pays back."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from terrace.kernel import clock, ids
from terrace.kernel.errors import DomainError
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.market.domain import Notice, Provider
from terrace.market.models import ChargeState, Payment, Repayment, SandboxCharge, Sending

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


@dataclass(frozen=True, slots=True)
class Charge:
    """One try to pay: the provider's reference of it, and the address where the buyer pays."""

    reference: str
    url: str


class PaymentGateway(Protocol):
    """What this house asks of a payment provider."""

    def start(self, payment: Payment, return_url: str) -> Charge:
        """Return the try by which the buyer pays.

        Asked again it is the same one, so nobody is charged twice; a new one only after the last came to nothing.
        """

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """Return what a notice says, or raise `Forged`."""

    def find(self, payment: Payment) -> Sequence[Notice]:
        """Ask what became of each try, the first one first, for notices that never came; nothing of open ones."""

    def refund(self, repayment: Repayment) -> None:
        """Pay back of the try that the repayment names, once for each key, or raise `NotPaidBack`."""


@dataclass(frozen=True, slots=True)
class SandboxGateway:
    """The sandbox: it behaves like a provider, and moves no money. Its books are `SandboxCharge`."""

    secret: bytes

    def start(self, payment: Payment, return_url: str) -> Charge:
        """Open a charge, and a further one once those before were refused or brought another amount.

        The number of the try is unique with the payment's: two clicks at once open one charge.
        """
        in_vain = Q(state=ChargeState.REFUSED) | Q(state=ChargeState.PAID) & ~Q(paid_minor=F("amount_minor"))
        charge, _is_new = SandboxCharge.objects.get_or_create(
            number=payment.number,
            attempt=SandboxCharge.objects.filter(in_vain, number=payment.number).count() + 1,
            defaults={
                "reference": ids.reference("SBX", length=12),
                "amount_minor": payment.amount_minor,
                "currency": payment.currency,
                "return_url": return_url,
                "expires_at": payment.pay_by,
            },
        )
        return Charge(charge.reference, reverse("market:sandbox", args=[charge.reference]))

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """Check time and signature, then read the body."""
        timestamp, nonce = headers.get("X-Sandbox-Timestamp", ""), headers.get("X-Sandbox-Nonce", "")
        right = sign(self.secret, timestamp, nonce, body)
        if not hmac.compare_digest(right.encode(), headers.get("X-Sandbox-Signature", "").encode("utf-8", "replace")):
            raise Forged("signature")
        if not timestamp.isdecimal() or abs(now.timestamp() - int(timestamp)) > HONOURED_FOR.total_seconds():
            raise Forged("timestamp")
        return _read(body)

    def find(self, payment: Payment) -> Sequence[Notice]:
        """Look the charges up in the sandbox's books."""
        decided = SandboxCharge.objects.filter(
            number=payment.number, state__in=[ChargeState.PAID, ChargeState.REFUSED]
        ).order_by("attempt")
        return [
            Notice(charge.number, charge.told_amount, charge.reference, charge.state == ChargeState.PAID)
            for charge in decided
        ]

    def refund(self, repayment: Repayment) -> None:
        """Write the key and the amount into the charge; never more than was paid."""
        known_by = {"number": repayment.payment.number, "reference": repayment.reference}
        charge = SandboxCharge.objects.select_for_update().filter(**known_by, state=ChargeState.PAID).first()
        if charge is None:
            raise NotPaidBack("no such charge")
        if repayment.key in charge.given_back:
            return
        if sum(charge.given_back.values()) + repayment.amount_minor > charge.told_amount.minor:
            raise NotPaidBack("more than was paid")
        charge.given_back[repayment.key] = repayment.amount_minor
        charge.save(update_fields=["given_back"])


def sign(secret: bytes, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the sandbox's signature of a notice: HMAC-SHA256 over time, nonce and body."""
    return hmac.new(secret, b"\n".join([timestamp.encode(), nonce.encode(), body]), hashlib.sha256).hexdigest()


def signed_notice(charge: SandboxCharge, now: datetime | None = None) -> tuple[dict[str, str], bytes]:
    """Return headers and body of the notice that is sent of a charge.

    A forged one says in any case that it was paid, and is signed by somebody who does not know the secret.
    """
    is_forged = charge.sending == Sending.FORGED
    body = json.dumps(
        {
            "number": charge.number,
            "amount": {"minor": charge.told_amount.minor, "currency": charge.currency},
            "reference": charge.reference,
            "paid": is_forged or charge.state == ChargeState.PAID,
        }
    ).encode()
    secret = ids.secret().encode() if is_forged else sandbox_secret()
    timestamp, nonce = str(int((now or clock.now()).timestamp())), ids.secret()
    headers = {
        "Content-Type": "application/json",
        "X-Sandbox-Timestamp": timestamp,
        "X-Sandbox-Nonce": nonce,
        "X-Sandbox-Signature": sign(secret, timestamp, nonce, body),
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
