"""The pages of mandates: what points may buy on a firm's account, giving one, withdrawing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.catalog import queries as catalog
from terrace.http import listing, pages, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.forms import FilterForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden
from terrace.kernel.money import Money
from terrace.kernel.words import Text, _, in_context, in_language, one_by_one
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry
from terrace.registry.models import Party
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Permission
from terrace.sourcing.forms.mandates import MandateForm
from terrace.sourcing.models import Mandate


@dataclass(frozen=True, slots=True)
class Card:
    """A mandate with the names that belong to it, and what it still allows today; None once it is over."""

    mandate: Mandate
    buyer: str
    unit: Text
    product: Text
    left: Money | None


@needs(Permission.VIEW, or_party=True, or_own=True)
def mandates(request: Request) -> HttpResponse:
    """List the mandates that the reader sees, with what they still allow."""
    context = {
        "title": _("Mandates to buy"),
        "lead": _("For how much points may buy on a firm's account. Without any, every point of its county may."),
        "primary": {"url": reverse("sourcing:mandate_new"), "label": _("Give a mandate"), "icon": "plus"}
        if firms_of(request.actor)
        else None,
    }
    rows = queries.mandates_visible_to(request.actor)
    return listing.answer(request, "pages/list.html", _table(request.actor), rows, FilterForm(request.GET), context)


@needs(or_party=True)
def give(request: Request) -> HttpResponse:
    """Let a point buy on the account of the actor's own firm."""
    firms = firms_of(request.actor)
    if not firms:
        raise Forbidden
    form = MandateForm(pages.sent(request), firms=firms, units=_units(firms))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.give_mandate(by=request.actor, given=form.given())
            return redirect("sourcing:mandates")
    context = {
        "title": _("Give a mandate"),
        "lead": _("From the first mandate on, points buy for you by your mandates alone."),
        "form": form,
        "submit_label": _("Give it"),
        "cancel_url": reverse("sourcing:mandates"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(or_party=True)
def withdraw(request: Request, number: str) -> HttpResponse:
    """Ask once, then let nobody buy by the mandate any more."""
    found = queries.get_mandate(request.actor, number)
    if not request.actor.speaks_for(found.buyer_id):
        raise Forbidden
    question = Question(
        title=_("Withdraw this mandate?"),
        text=_("Nobody buys by it from now on. What was bought stays."),
        submit_label=_("Withdraw"),
        cancel_url=reverse("sourcing:mandates"),
    )
    act = partial(services.withdraw_mandate, by=request.actor, mandate=found)
    return confirm(request, question, act, then=reverse("sourcing:mandates"))


def firms_of(actor: Actor) -> list[Party]:
    """Return the firms that the actor speaks for and that buy from producers, by name."""
    own = registry.parties_by_id(actor.parties).values()
    counties = {network.place(party.area_id).county_code for party in own}
    buying = {pk for code in counties for pk in registry.buying_in(code).values_list("pk", flat=True)}
    return sorted((party for party in own if party.pk in buying), key=lambda party: (party.name, party.pk))


def _units(firms: Sequence[Party]) -> list[ServiceUnit]:
    """Return the units of the firms' counties, the county's own first."""
    counties = {network.place(firm.area_id).county_code for firm in firms}
    found = [unit for code in sorted(counties) for unit in network.units_under(network.get_area(code).path)]
    return [unit for unit in found if unit.is_open]


def _table(actor: Actor) -> Table[Mandate, Card]:
    return Table(
        name="mandates",
        columns=(
            Column("number", _("Number"), lambda card: card.mandate.number, Kind.CODE),
            Column("buyer", _("Firm"), lambda card: card.buyer),
            Column("unit", _("Point"), lambda card: card.unit),
            Column("product", _("Product"), lambda card: card.product),
            Column("most", _("At most"), _most),
            Column("a_day", _("At most in a day"), lambda card: card.mandate.a_day, Kind.MONEY, sheet_only=True),
            Column("in_all", _("At most in all"), lambda card: card.mandate.in_all, Kind.MONEY, sheet_only=True),
            Column("left", _("Left today"), lambda card: card.left, Kind.MONEY),
            Column("ends_on", _("Last day"), lambda card: card.mandate.ends_on, Kind.DATE, sort="ends_on"),
            Column("state", _("State"), _state, Kind.BADGE, tone=_tone),
        ),
        present=_cards,
        order=("-id",),
        empty=Empty(
            _("No mandates yet"),
            _("A firm says here which points may buy on its account, and for how much a day or in all."),
        ),
        url=lambda card: _way(actor, card.mandate),
    )


def _cards(mandates: Sequence[Mandate]) -> list[Card]:
    buyers = registry.parties_by_id({one.buyer_id for one in mandates})
    units = network.units_by_id({one.unit_id for one in mandates if one.unit_id})
    products = catalog.products_by_id({one.product_id for one in mandates if one.product_id})
    left = queries.left_of(mandates, clock.today())
    return [
        Card(
            one,
            buyers[one.buyer_id].name,
            in_language(units[one.unit_id].names) if one.unit_id else _("Every point of the county"),
            in_language(products[one.product_id].names) if one.product_id else _("All products"),
            left[one.pk] if one.is_in_force(clock.today()) else None,
        )
        for one in mandates
    ]


def _way(actor: Actor, mandate: Mandate) -> str:
    """A row leads to withdrawing the mandate, for who may and while it stands."""
    may = actor.speaks_for(mandate.buyer_id) and mandate.is_in_force(clock.today())
    return reverse("sourcing:mandate_withdraw", args=[mandate.number]) if may else ""


def _most(card: Card) -> Text:
    """Write both limits in one cell, so that the row fits a desk."""
    said = {_("%(amount)s a day"): card.mandate.a_day, _("%(amount)s in all"): card.mandate.in_all}
    return one_by_one(words % {"amount": written.money(limit)} for words, limit in said.items() if limit)


def _state(card: Card) -> Text:
    if card.mandate.withdrawn_at:
        return in_context("a mandate", "Withdrawn")
    return _("In force") if card.mandate.is_in_force(clock.today()) else in_context("a mandate", "Over")


def _tone(card: Card) -> str:
    return "good" if card.mandate.is_in_force(clock.today()) else "neutral"
