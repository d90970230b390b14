"""What was done to a notice, and what each change changed: the record's plain values in the reader's words."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from terrace.audit import queries as audit
from terrace.audit.models import Act
from terrace.catalog import queries as catalog
from terrace.http import written
from terrace.http.pieces import Event
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Names, Text, _, in_language
from terrace.sourcing.models import NoticeRow
from terrace.sourcing.views.sides import Side

Told = Mapping[str, Any]
"""A notice's terms as the record keeps them; it keeps no note, which may name people."""


def history_of(notice: NoticeRow, side: Side) -> list[Event]:
    """Return what was done to the notice, newest first. The caller has authorised the look at the record."""
    acts = list(audit.history_of(notice))
    told = [terms for act in acts for terms in _before_and_after(act)]
    varieties = catalog.varieties_by_id({terms["variety_id"] for terms in told if terms.get("variety_id")})
    names = {pk: variety.names for pk, variety in varieties.items()}
    return [Event(act.at, act.title, act.who, _changes(side, act, names)) for act in acts]


def _before_and_after(act: Act) -> Iterable[Told]:
    """Return the terms before and after a change, nothing for any other act."""
    return (act.details["before"], act.details["after"]) if {"before", "after"} <= act.details.keys() else ()


def _changes(side: Side, act: Act, varieties: Mapping[int, Names]) -> list[tuple[Text, str, str]]:
    terms = tuple(_before_and_after(act))
    if not terms:
        return []
    before, after = (_lines(side, told, varieties) for told in terms)
    both = zip(before, after, strict=True)
    return [(label, old, new) for (label, old), (_label, new) in both if old != new] + _photo(*terms)


def _lines(side: Side, told: Told, varieties: Mapping[int, Names]) -> Iterable[tuple[Text, str]]:
    """Write the terms as the page of the notice does."""
    unit = Unit(told["unit"])
    minor = told["price_minor"]
    price = None if minor is None else Money(minor, told["currency"])
    yield _("Variety"), in_language(varieties.get(told["variety_id"], {})) or written.NOTHING
    yield _("Quantity"), written.quantity(Quantity(told["quantity_steps"], unit))
    yield (
        side.words.price,
        written.price(price, unit.one) or written.NOTHING,
    )
    yield _("First day"), written.localdate(date.fromisoformat(told["opens_on"]))
    yield _("Last day"), written.localdate(date.fromisoformat(told["closes_on"]))


def _photo(before: Told, after: Told) -> list[tuple[Text, str, str]]:
    old, new = before.get("photo", ""), after.get("photo", "")
    if old == new:
        return []
    shown = str(_("another photo") if old else _("a photo")) if new else written.NOTHING
    return [(_("Photo"), str(_("a photo")) if old else written.NOTHING, shown)]
