"""What one installation has decided for itself: tiers, codes, currency, languages, phone rules, time zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from terrace.kernel import clock
from terrace.kernel.errors import Invalid
from terrace.kernel.money import Money
from terrace.kernel.tiers import CHINA, TierPlan
from terrace.kernel.words import _


class CodeSystem(StrEnum):
    """How area codes relate to one another."""

    PREFIX = "prefix"
    """A parent's code begins its children's codes, as in GB/T 2260: the code is the path."""
    OPAQUE = "opaque"
    """Codes say nothing about parents: the path strings them together, `KE/KE-30/KE-30-2/`."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """The installation's own choices; read from the environment once, at start."""

    plan: TierPlan = CHINA
    code_system: CodeSystem = CodeSystem.PREFIX
    root_area: str = "6212"
    currency: str = "CNY"
    region: str = "CN"
    languages: tuple[str, ...] = ("en", "zh-hans")
    time_zone: str = "Asia/Shanghai"


class OtherCurrency(Invalid):
    """An amount is not in the installation's currency, which all prices are compared and summed in."""

    code = "other_currency"
    message = _("Prices here are in another currency.")


_current = Deployment()
clock.live_in(_current.time_zone)


def current() -> Deployment:
    """Return the installation's choices."""
    return _current


def use(deployment: Deployment) -> None:
    """Make `deployment` the installation's choices: called once, by the settings."""
    global _current
    _current = deployment
    clock.live_in(deployment.time_zone)


@contextmanager
def using(deployment: Deployment) -> Iterator[None]:
    """Work in another installation for a while: for tests of another country."""
    before = _current
    use(deployment)
    try:
        yield
    finally:
        use(before)


def require_own_currency(price: Money, *, field: str = "price") -> None:
    """Raise `OtherCurrency` at `field` unless the price is in the installation's currency."""
    if price.currency != _current.currency:
        raise OtherCurrency(field=field)
