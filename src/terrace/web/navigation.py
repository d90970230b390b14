"""Where an actor can go: the entries of the shell's navigation, by what the actor may do.

On a desk they stand in groups beneath one another. A phone's bar has room for four: the first page, and the three
that the actor's work begins with.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from django.urls import reverse

from terrace.accounts.domain import Permission as Accounts
from terrace.audit.domain import Permission as Audit
from terrace.catalog.domain import Permission as Catalog
from terrace.kernel.actors import Actor
from terrace.kernel.words import Text, _
from terrace.ledger.domain import Permission as Ledger
from terrace.logistics.domain import Permission as Logistics
from terrace.market.domain import Permission as Market
from terrace.network.domain import Permission as Network
from terrace.registry.domain import Kind as Party
from terrace.registry.domain import Permission as Registry
from terrace.sourcing.domain import Permission as Sourcing
from terrace.statistics.domain import Permission as Statistics
from terrace.traceability.domain import Permission as Traceability


@dataclass(frozen=True, slots=True)
class Destination:
    """A place in the navigation: who sees it, and where it leads.

    With `resting` also who speaks for a party that rests sees it, with `buyers` who holds no post.
    """

    label: Text
    route: str
    icon: str
    permissions: tuple[StrEnum, ...] = ()
    parties: bool = False
    resting: bool = False
    buyers: bool = False

    def is_for(self, actor: Actor) -> bool:
        """Say whether `actor` should see it."""
        if not self.permissions and not self.parties:
            return True
        if self.buyers and not actor.grants:
            return True
        own = actor.own_parties if self.resting else actor.parties
        return any(actor.holds(permission) for permission in self.permissions) or (self.parties and bool(own))


@dataclass(frozen=True, slots=True)
class Group:
    """Destinations that belong together, under a heading; the first group has none."""

    label: Text
    destinations: tuple[Destination, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A destination as the page draws it: `heading` is that of its group, at the group's first entry alone.

    `menu_heading` is the same among those that a phone has under "More". Entries
    of one address differ in `active` and `on_bar` alone: by these they compare.
    """

    label: Text = field(compare=False)
    url: str
    icon: str = field(compare=False)
    active: bool
    on_bar: bool = True
    heading: Text = field(default="", compare=False)
    menu_heading: Text = field(default="", compare=False)


GROUPS = (
    Group("", (Destination(_("Today"), "web:home", "home"),)),
    Group(
        _("Goods"),
        (
            Destination(_("Supply"), "sourcing:supply", "basket", (Sourcing.VIEW,), parties=True),
            Destination(_("Demand"), "sourcing:demand", "list-check", (Sourcing.VIEW,), parties=True),
            Destination(
                _("Purchases"), "sourcing:purchases", "clipboard-list", (Sourcing.VIEW,), parties=True, resting=True
            ),
            Destination(_("Lots"), "traceability:lots", "building-warehouse", (Traceability.VIEW,), parties=True),
            Destination(_("Balance"), "sourcing:balance", "scale", (Sourcing.VIEW,)),
            Destination(_("Calls"), "sourcing:calls", "phone", (Sourcing.VIEW,)),
            Destination(_("Prices"), "sourcing:prices", "chart-line", (Sourcing.VIEW,), parties=True),
        ),
    ),
    Group(
        _("Market"),
        (
            Destination(_("Orders"), "market:sell", "shopping-cart", (Market.VIEW,), parties=True, resting=True),
            Destination(_("To pack"), "market:pack_list", "package", (Market.PACK, Market.SELL), parties=True),
            Destination(_("Offers"), "market:offers", "tag", (Market.VIEW,), parties=True, resting=True),
            Destination(_("Disputes"), "market:disputes", "message", (Market.VIEW,), parties=True, resting=True),
            Destination(
                _("Go to the market"), "market:market", "building-store", parties=True, resting=True, buyers=True
            ),
            Destination(_("My orders"), "market:orders_mine", "package", parties=True, resting=True, buyers=True),
            Destination(_("Market desk"), "market:desk", "list-check", (Market.DISPUTES, Market.PAYMENTS)),
            Destination(_("Payments"), "market:payments", "building-bank", (Market.PAYMENTS,)),
            Destination(_("Agreements"), "market:agreements", "notes", (Market.AGREEMENTS,)),
        ),
    ),
    Group(
        _("Parcels and tours"),
        (
            Destination(_("Desk"), "logistics:desk", "building-warehouse", (Logistics.HANDLE,)),
            Destination(_("My tours"), "logistics:my_tours", "truck", (Logistics.DRIVE,)),
            Destination(_("Parcels"), "logistics:parcels", "package", (Logistics.VIEW,), parties=True, resting=True),
            Destination(_("Take in a return"), "market:return_new", "arrow-left", (Logistics.HANDLE,)),
            Destination(_("Consignments"), "logistics:consignments", "basket", (Logistics.VIEW,)),
            Destination(_("Today's tours"), "logistics:live", "truck", (Logistics.DISPATCH,)),
            Destination(_("Tours"), "logistics:tours", "map", (Logistics.VIEW,)),
            Destination(_("Plans of days"), "logistics:plans", "route", (Logistics.DISPATCH,)),
            Destination(_("Vehicles"), "logistics:vehicles", "truck", (Logistics.DISPATCH,)),
            Destination(_("Carriers"), "logistics:carriers", "building", (Logistics.DISPATCH,)),
            Destination(_("Tariffs"), "logistics:tariffs", "tag", (Logistics.DISPATCH, Logistics.TARIFFS)),
            Destination(_("Cash on delivery"), "logistics:cash", "credit-card", (Ledger.DEPOSIT, Ledger.OUTLET)),
            Destination(_("Fees for parcels"), "logistics:fees", "coin", (Logistics.HANDLE, Logistics.DISPATCH)),
        ),
    ),
    Group(
        _("Money and figures"),
        (
            Destination(_("Money"), "ledger:money", "coin", parties=True, resting=True),
            Destination(_("Accounts"), "ledger:accounts", "notes", (Ledger.VIEW, Ledger.OUTLET)),
            Destination(_("Payouts"), "ledger:runs", "send", (Ledger.PAY,)),
            Destination(_("Figures"), "statistics:figures", "chart-bar", (Statistics.VIEW,)),
            Destination(_("Outlets"), "statistics:own_outlet", "building-store", (Statistics.VIEW,)),
        ),
    ),
    Group(
        _("Network"),
        (
            Destination(_("Advice"), "sourcing:advice", "speakerphone", (Sourcing.ADVISE, Sourcing.ACKNOWLEDGE)),
            Destination(
                _("Producers and buyers"), "registry:parties", "users", (Registry.VIEW,), parties=True, resting=True
            ),
            Destination(_("Service points"), "network:area", "map-pin", (Network.VIEW,)),
            Destination(_("Catalogue"), "catalog:products", "apple", (Catalog.MANAGE, Sourcing.VIEW), parties=True),
            Destination(_("People"), "accounts:people", "id-badge", (Accounts.VIEW,)),
            Destination(_("Record of acts"), "audit:acts", "history", (Audit.READ,)),
        ),
    ),
)
DESTINATIONS = tuple(one for group in GROUPS for one in group.destinations)
BARS: tuple[tuple[StrEnum, tuple[str, ...]], ...] = (
    (Logistics.DRIVE, ("logistics:my_tours",)),
    (Market.PACK, ("market:pack_list", "logistics:desk", "traceability:lots")),
    (Market.PAYMENTS, ("market:desk", "market:payments", "ledger:runs")),
    (Logistics.DISPATCH, ("market:desk", "logistics:tours", "statistics:figures")),
    (Logistics.HANDLE, ("logistics:desk", "sourcing:purchases", "sourcing:supply")),
    (Accounts.MANAGE, ("accounts:people", "network:area", "audit:acts")),
    (Statistics.VIEW, ("statistics:figures", "sourcing:balance", "sourcing:prices")),
)
"""What a phone's bar offers beside the first page, by the work that somebody does: the first that fits counts."""
OWN_BARS: tuple[tuple[Party, tuple[str, ...]], ...] = (
    (Party.ENTERPRISE, ("market:sell", "sourcing:purchases", "ledger:money")),
    (Party.WORKSHOP, ("market:sell", "sourcing:purchases", "ledger:money")),
    (Party.COOPERATIVE, ("market:sell", "sourcing:supply", "ledger:money")),
    (Party.HOUSEHOLD, ("market:sell", "sourcing:supply", "ledger:money")),
    (Party.BUYER, ("market:orders_mine", "sourcing:demand", "sourcing:supply")),
)
"""The same for who holds no post, by the kind of party that they speak for."""
ON_BAR = 4


def entries(actor: Actor, path: str) -> list[Entry]:
    """Return where `actor` can go, with the entry marked that the page at `path` belongs to."""
    if not actor.is_known:
        return []
    groups = [(group.label, [one for one in group.destinations if one.is_for(actor)]) for group in GROUPS]
    found = [one for _label, ones in groups for one in ones]
    here, bar = _here(found, path), _bar(actor, found)
    return [entry for label, ones in groups for entry in _group(label, ones, here, bar)]


def _group(label: Text, ones: list[Destination], here: str, bar: set[str]) -> Iterator[Entry]:
    """Yield a group's entries, its heading at the first, and at the first of those that are not on the bar."""
    hidden = [one for one in ones if one.route not in bar]
    for one in ones:
        url = _address(one.route)
        yield Entry(
            one.label,
            url,
            one.icon,
            url == here,
            on_bar=one.route in bar,
            heading=label if one is ones[0] else "",
            menu_heading=label if one in hidden[:1] else "",
        )


@cache
def _address(route: str) -> str:
    """Return the address of a page without values in it: it stays while the process lives, and every page asks."""
    return reverse(route)


def _here(found: list[Destination], path: str) -> str:
    """Return the address of the destination that the page at `path` belongs to, the most particular one."""
    home, urls = _address("web:home"), [_address(one.route) for one in found]
    return max((url for url in urls if path == url or (url != home and path.startswith(url))), key=len, default="")


def _bar(actor: Actor, found: list[Destination]) -> set[str]:
    """Return the routes of a phone's bar: all where they are few, else those of the actor's work; others fill it up."""
    routes = [one.route for one in found]
    if len(routes) <= ON_BAR + 1:
        return set(routes)
    wanted = ("web:home", *_work(actor))
    return set([*(route for route in wanted if route in routes), *(r for r in routes if r not in wanted)][:ON_BAR])


def _work(actor: Actor) -> tuple[str, ...]:
    """Return where the actor's own work is, the most frequent first."""
    for permission, routes in BARS:
        if actor.holds(permission):
            return routes
    return next((routes for kind, routes in OWN_BARS if kind in actor.kinds), ())
