"""What the pages of supply and of demand call things: the same pages serve both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from terrace.kernel.actors import Actor
from terrace.kernel.words import Text, _
from terrace.registry import queries as registry
from terrace.registry.models import Party
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Permission
from terrace.sourcing.forms.notices import DemandForm, NoticeForm, SupplyForm


@dataclass(frozen=True, slots=True)
class Words:
    """What one side's pages say."""

    title: Text
    lead: Text
    record: Text
    change: Text
    withdraw: Text
    withdraw_text: Text
    empty_title: Text
    empty_text: Text
    illustration: str
    price: Text
    matches: Text


@dataclass(frozen=True, slots=True)
class Side:
    """Supply or demand: its words, its form, its queries and its acts."""

    name: str
    words: Words
    form: type[NoticeForm]
    permission: Permission
    parties: Callable[[Actor], QuerySet[Party]]
    visible_to: Callable[[Actor], QuerySet[Any]]
    get: Callable[[Actor, str], Any]
    matches: Callable[..., list[queries.Match]]
    record: Callable[..., Any]
    change: Callable[..., Any]
    withdraw: Callable[..., Any]

    def url(self, page: str = "", *args: str) -> str:
        """Return the address of one of the side's pages: "", "new", "detail", "change", "withdraw"."""
        return reverse(f"sourcing:{self.name}_{page}" if page else f"sourcing:{self.name}", args=args)

    def may_record(self, actor: Actor) -> bool:
        """Say whether the actor records this side's notices for anybody."""
        return actor.holds(self.permission) or self.parties(actor).filter(pk__in=actor.parties).exists()


SUPPLY = Side(
    name="supply",
    words=Words(
        title=_("Supply"),
        lead=_("What producers will have for sale, and when."),
        record=_("Record supply"),
        change=_("Change supply"),
        withdraw=_("Withdraw this supply?"),
        withdraw_text=_(
            "It will no longer be counted or shown to buyers. It cannot be opened again; record a new one instead."
        ),
        empty_title=_("No supply recorded yet"),
        empty_text=_("What households will have for sale appears here, the nearest days first."),
        illustration="no-supply",
        price=_("Asking price"),
        matches=_("Who wants it"),
    ),
    form=SupplyForm,
    permission=Permission.RECORD_SUPPLY,
    parties=registry.producers_for,
    visible_to=queries.supply_visible_to,
    get=queries.get_supply,
    matches=queries.matches_of_supply,
    record=services.record_supply,
    change=services.change_supply,
    withdraw=services.withdraw_supply,
)
DEMAND = Side(
    name="demand",
    words=Words(
        title=_("Demand"),
        lead=_("What shops, group-buy leaders and other buyers want, and when."),
        record=_("Record demand"),
        change=_("Change demand"),
        withdraw=_("Withdraw this demand?"),
        withdraw_text=_(
            "It will no longer be counted or shown to producers. It cannot be opened again; record a new one instead."
        ),
        empty_title=_("No demand recorded yet"),
        empty_text=_("What shops and buyers want appears here, the nearest days first."),
        illustration="no-demand",
        price=_("Price offered"),
        matches=_("Who has it"),
    ),
    form=DemandForm,
    permission=Permission.RECORD_DEMAND,
    parties=registry.traders_for,
    visible_to=queries.demand_visible_to,
    get=queries.get_demand,
    matches=queries.matches_of_demand,
    record=services.record_demand,
    change=services.change_demand,
    withdraw=services.withdraw_demand,
)
SIDES = {side.name: side for side in (SUPPLY, DEMAND)}
