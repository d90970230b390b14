"""Matches as advice to people: who should call whom, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.phones import show_phone
from terrace.kernel.words import Names, Text, _
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.sourcing.queries import Match
from terrace.sourcing.views.cards import Card, cards


@dataclass(frozen=True, slots=True)
class Call:
    """A call worth making: the other notice, whom to call at which number, and the reasons."""

    match: Match
    supply: Card
    demand: Card
    url: str
    buyer: str
    buyer_phone: str
    point: Names
    point_phone: str
    reasons: tuple[Text, ...]

    @property
    def shown_phone(self) -> str:
        """The buyer's number as people write it."""
        return show_phone(self.buyer_phone, current().region)


def of(actor: Actor, side: str, matches: Sequence[Match]) -> list[Call]:
    """Return the calls that `matches` suggest; `side` is the notice being read, the link leads to the other."""
    supplies = cards(actor, [match.supply for match in matches])
    demands = cards(actor, [match.demand for match in matches])
    units = network.units_serving({match.supply.area_path for match in matches})
    buyers = registry.parties_by_id({match.demand.party_id for match in matches})
    return [
        _call(side, match, supply, demand, buyers[match.demand.party_id], units.get(match.supply.area_path))
        for match, supply, demand in zip(matches, supplies, demands, strict=True)
    ]


def _call(side: str, match: Match, supply: Card, demand: Card, buyer: Any, unit: Any) -> Call:
    other = match.demand if side == "supply" else match.supply
    return Call(
        match=match,
        supply=supply,
        demand=demand,
        url=reverse(f"sourcing:{'demand' if side == 'supply' else 'supply'}_detail", args=[other.number]),
        buyer=buyer.name,
        buyer_phone=buyer.phone,
        point=unit.names if unit else {},
        point_phone=unit.phone if unit else "",
        reasons=_reasons(match),
    )


def _reasons(match: Match) -> tuple[Text, ...]:
    asked, offered = match.supply.price, match.demand.price
    reasons: list[Text] = [_("%(days)s days in common") % {"days": match.days}]
    if match.supply.quantity_steps >= match.demand.quantity_steps:
        reasons.append(_("covers the whole quantity"))
    if asked and offered:
        reasons.append(_("pays what is asked") if asked <= offered else _("pays less than is asked"))
    return tuple(reasons)
