"""The secrets behind second factors: sealed by the key outside the database, and sealed anew when that key changes.

A seal is a Fernet token, which does not say by which key it was made: whether
the newest key opens it is seen by trying.
"""

import base64
from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import Unsealable
from terrace.network import queries as network

RESEAL_BATCH = 200
SECRETS = ("secret", "seed", "migrated_codes")
"""Where allauth keeps what it has sealed: of one-time codes, of recovery codes, and of codes brought from elsewhere."""
Data = dict[str, Any]


def seal(text: str) -> str:
    """Return `text` sealed by the newest key."""
    return _newest().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what `seal` sealed, by the newest key or an older one; raise `Unsealable` when none opens it."""
    try:
        return MultiFernet(_keys()).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unsealable("no key that this installation has opens a second factor") from None


def count_factors_to_reseal() -> int:
    """Return how many second factors hold a secret that the newest key does not open."""
    return sum(map(_is_old, _factors().values_list("data", flat=True).iterator()))


def reseal_factors() -> Iterator[int]:
    """Seal the secret of every second factor by the newest key, batch by batch; yields how many each batch did.

    Each batch is one transaction, and one act where it held an old secret, so a
    run that is cut short is simply started again. Raises `Unsealable` when a key that is still needed was taken away.
    """
    last = 0
    while batch := list(_factors().filter(pk__gt=last).values_list("pk", flat=True)[:RESEAL_BATCH]):
        last = batch[-1]
        yield _reseal_batch(batch)


@transaction.atomic
def _reseal_batch(ids: list[int]) -> int:
    # Locked, because a recovery code that is used at this moment is marked in the same column.
    old = [factor for factor in _factors().filter(pk__in=ids).select_for_update() if _is_old(factor.data)]
    for factor in old:
        factor.data = _resealed(factor.data)
    Authenticator.objects.bulk_update(old, ["data"])
    if old:
        top = network.ancestors(network.root_path())[-1]
        audit.record(
            by=SYSTEM,
            act="accounts.reseal_factors",
            subject=top,
            area_path=top.path,
            details={"count": len(old)},
        )
    return len(old)


def _resealed(data: Data) -> Data:
    anew: Data = dict(data)
    for name in SECRETS:
        match data.get(name):
            case str(sealed):
                anew[name] = seal(unseal(sealed))
            case list(several):
                anew[name] = [seal(unseal(sealed)) for sealed in several]
    return anew


def _is_old(data: Data) -> bool:
    kept = [data[name] for name in SECRETS if name in data]
    return not all(_opens(sealed) for one in kept for sealed in ([one] if isinstance(one, str) else one))


def _opens(sealed: str) -> bool:
    try:
        _newest().decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def _factors() -> Any:
    """Return what holds a sealed secret; a passkey keeps only a public key, and nothing to hide."""
    return Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk")


def _newest() -> Fernet:
    return _keys()[0]


def _keys() -> list[Fernet]:
    return [Fernet(base64.urlsafe_b64encode(key)) for key in settings.ENV.field_key]
