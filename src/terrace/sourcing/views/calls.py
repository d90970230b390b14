"""Matches as advice to people: who should call whom, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.phones import show_phone
from terrace.kernel.words import Text, _, in_language, plural
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry
from terrace.registry.models import Party
from terrace.sourcing.queries import Match
from terrace.sourcing.views.cards import Card, cards


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the notices that a call is about, as its line shows it; `side` names it where both are shown."""

    side: Text
    card: Card
    url: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call worth making: the notices that the reader is not on already, who calls whom at which number, and why."""

    match: Match
    supply: Card
    entries: tuple[Entry, ...]
    caller: str
    called: str
    phone: str
    reasons: tuple[Text, ...]

    @property
    def shown_phone(self) -> str:
        """The number as people write it."""
        return show_phone(self.phone, current().region)


def of(actor: Actor, side: str, matches: Sequence[Match]) -> list[Call]:
    """Return the calls that `matches` suggest to who reads a notice of `side`, or a page of neither ("").

    The point that knows whose goods they are calls the buyer; on a demand's
    own page the buyer's side reads, and calls the point.
    """
    both = cards(actor, [*(match.supply for match in matches), *(match.demand for match in matches)])
    supplies, demands = both[: len(matches)], both[len(matches) :]
    units = network.units_serving({match.supply.area_path for match in matches})
    buyers = registry.parties_by_id({match.demand.party_id for match in matches})
    return [
        _call(side, match, supply, demand, buyers[match.demand.party_id], units.get(match.supply.area_path))
        for match, supply, demand in zip(matches, supplies, demands, strict=True)
    ]


def all_url(**filters: str) -> str:
    """Return the list of all calls, narrowed by `area` and `product`."""
    return f"{reverse('sourcing:calls')}?{urlencode(filters)}"


def _call(side: str, match: Match, supply: Card, demand: Card, buyer: Party, unit: ServiceUnit | None) -> Call:
    point, phone = in_language(unit.names if unit else supply.place), unit.phone if unit else ""
    to_point = side == "demand"
    return Call(
        match=match,
        supply=supply,
        entries=_entries(side, supply, demand),
        caller=buyer.name if to_point else point,
        called=point if to_point else buyer.name,
        phone=phone if to_point else buyer.phone,
        reasons=_reasons(match),
    )


def _entries(side: str, supply: Card, demand: Card) -> tuple[Entry, ...]:
    both = (
        Entry(_("Supply"), supply, reverse("sourcing:supply_detail", args=[supply.notice.number])),
        Entry(_("Demand"), demand, reverse("sourcing:demand_detail", args=[demand.notice.number])),
    )
    return {"supply": both[1:], "demand": both[:1]}.get(side, both)


def _reasons(match: Match) -> tuple[Text, ...]:
    asked, offered = match.supply.price, match.demand.price
    reasons: list[Text] = [_days(match.days)]
    if match.covers_all:
        reasons.append(_("covers the whole quantity"))
    if asked and offered:
        reasons.append(_("pays what is asked") if asked <= offered else _("pays less than is asked"))
    return tuple(reasons)


def _days(count: int) -> Text:
    return plural("%(count)d day in common", "%(count)d days in common", count) % {"count": count}
