"""Where an actor can go: the entries of the shell's navigation, by what the actor may do."""

from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from terrace.accounts.domain import Permission as Accounts
from terrace.audit.domain import Permission as Audit
from terrace.catalog.domain import Permission as Catalog
from terrace.kernel.actors import Actor
from terrace.kernel.words import Text, _
from terrace.network.domain import Permission as Network
from terrace.registry.domain import Permission as Registry
from terrace.sourcing.domain import Permission as Sourcing


@dataclass(frozen=True, slots=True)
class Destination:
    """A place in the navigation: who sees it, with `resting` also who speaks for a party that rests; where it leads."""

    label: Text
    route: str
    icon: str
    permissions: tuple[StrEnum, ...] = ()
    parties: bool = False
    resting: bool = False

    def is_for(self, actor: Actor) -> bool:
        """Say whether `actor` should see it."""
        if not self.permissions and not self.parties:
            return True
        own = actor.own_parties if self.resting else actor.parties
        return any(actor.holds(permission) for permission in self.permissions) or (self.parties and bool(own))


@dataclass(frozen=True, slots=True)
class Entry:
    """A destination as the page draws it."""

    label: Text
    url: str
    icon: str
    active: bool


DESTINATIONS = (
    Destination(_("Today"), "web:home", "home"),
    Destination(_("Supply"), "sourcing:supply", "basket", (Sourcing.VIEW,), parties=True),
    Destination(_("Demand"), "sourcing:demand", "shopping-cart", (Sourcing.VIEW,), parties=True),
    Destination(_("Purchases"), "sourcing:purchases", "clipboard-list", (Sourcing.VIEW,), parties=True, resting=True),
    Destination(_("Balance"), "sourcing:balance", "scale", (Sourcing.VIEW,)),
    Destination(_("Calls"), "sourcing:calls", "phone", (Sourcing.VIEW,)),
    Destination(_("Prices"), "sourcing:prices", "chart-line", (Sourcing.VIEW,), parties=True),
    Destination(_("Advice"), "sourcing:advice", "speakerphone", (Sourcing.ADVISE, Sourcing.ACKNOWLEDGE)),
    Destination(_("Producers and buyers"), "registry:parties", "users", (Registry.VIEW,), parties=True, resting=True),
    Destination(_("Network"), "network:area", "map-pin", (Network.VIEW,)),
    Destination(_("Catalogue"), "catalog:products", "apple", (Catalog.MANAGE, Sourcing.VIEW), parties=True),
    Destination(_("People"), "accounts:people", "id-badge", (Accounts.VIEW,)),
    Destination(_("Record of acts"), "audit:acts", "history", (Audit.READ,)),
)


def entries(actor: Actor, path: str) -> list[Entry]:
    """Return where `actor` can go, with the entry marked that the page at `path` belongs to."""
    found = [(d, reverse(d.route)) for d in DESTINATIONS if actor.is_known and d.is_for(actor)]
    home = reverse("web:home")
    here = max((url for _, url in found if path == url or (url != home and path.startswith(url))), key=len, default="")
    return [Entry(d.label, url, d.icon, url == here) for d, url in found]
