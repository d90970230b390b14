"""What was done to an offer, and what each change changed: the record's plain values in the reader's words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from terrace.audit.models import Act
from terrace.catalog import queries as catalog
from terrace.http import written
from terrace.http.pieces import Event
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Names, Text, _, in_language
from terrace.network import queries as network

Told = Mapping[str, Any]


def changes_of(acts: Sequence[Act]) -> list[Event]:
    """Return the acts as events, newest first, with one look-up for each kind of name."""
    told = [terms for act in acts for terms in _before_and_after(act)]
    varieties = catalog.varieties_by_id({terms["variety_id"] for terms in told if terms.get("variety_id")})
    places = network.names_of({terms["area_id"] for terms in told})
    names = {pk: variety.names for pk, variety in varieties.items()}
    return [Event(act.at, act.title, act.who, _changes(act, names, places), _moved(act)) for act in acts]


def _before_and_after(act: Act) -> Iterable[Told]:
    """Return the terms before and after a change, nothing for any other act."""
    return (act.details["before"], act.details["after"]) if {"before", "after"} <= act.details.keys() else ()


def _moved(act: Act) -> str:
    """Say how many an act put into stock or took out, and how many were left then; "" for any other act."""
    if not {"quantity", "left"} <= act.details.keys():
        return ""
    told = {name: written.number(act.details[name]) for name in ("quantity", "left")}
    return str(_("%(quantity)s; then %(left)s were left") % told)


def _changes(act: Act, varieties: Mapping[int, Names], places: Mapping[str, Names]) -> list[tuple[Text, str, str]]:
    terms = tuple(_before_and_after(act))
    if not terms:
        return []
    before, after = (list(_lines(told, varieties, places)) for told in terms)
    both = zip(before, after, strict=True)
    return [(label, old, new) for (label, old), (_label, new) in both if old != new]


def _lines(told: Told, varieties: Mapping[int, Names], places: Mapping[str, Names]) -> Iterable[tuple[Text, str]]:
    """Write the terms as the page of the offer does."""
    yield _("Title"), in_language(told["titles"])
    yield _("Variety"), in_language(varieties.get(told["variety_id"], {})) or written.NOTHING
    yield _("One holds"), written.quantity(Quantity(told["content_steps"], Unit(told["unit"])))
    yield _("Price"), _money(told, "price_minor")
    yield _("Freight of the first"), _money(told, "freight_first_minor")
    yield _("Freight of each further one"), _money(told, "freight_more_minor")
    yield _("Freight is free from"), _money(told, "freight_free_from_minor")
    yield _("Most in one order"), written.number(told["most_per_order"])
    yield _("On sale from"), written.localdate(date.fromisoformat(told["opens_on"]))
    yield _("On sale until"), written.localdate(date.fromisoformat(told["closes_on"]))
    yield _("Comes from"), in_language(places.get(told["area_id"], {}))


def _money(told: Told, name: str) -> str:
    minor = told[name]
    return written.NOTHING if minor is None else written.money(Money(minor, told["currency"]))
