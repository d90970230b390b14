"""The public page behind a label's code: where it grew, who grew it, its tests, its way, and where the money went."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse

from terrace.catalog import queries as catalog
from terrace.catalog.domain import whole_gtin
from terrace.http import pages, written
from terrace.http.access import public
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.money import Money
from terrace.kernel.shares import largest_remainder
from terrace.kernel.words import Names, Text, _, in_language, plural
from terrace.network import queries as network
from terrace.traceability import queries, services
from terrace.traceability.domain import EventKind, Section, link_path
from terrace.traceability.models import Inspection, Lot
from terrace.traceability.queries import Named, Reach
from terrace.traceability.views.codes import is_written_otherwise, lead_to, unknown, unlisted
from terrace.traceability.views.growers import grower_in_words
from terrace.traceability.views.results import tests_of
from terrace.traceability.views.rows import grade_of

TOLD = (
    EventKind.HARVESTED,
    EventKind.TAKEN_IN,
    EventKind.SENT,
    EventKind.ARRIVED,
    EventKind.INSPECTED,
    EventKind.GRADED,
    EventKind.COOLED,
    EventKind.MERGED,
    EventKind.SHIPPED,
)
"""What a buyer reads of a journey. Losses, splits and other people's parcels are the house's own business."""
MOST_GROWERS = 12
BAR = 1000
"""The width of a whole bar in the units of its drawing."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the journey: the same step of several lots on one day at one place is one. `until`: of weeks.

    `place` is a unit, or the laboratory or office that made a test.
    """

    label: Text
    on: date
    place: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A share as a bar and as a line of the table beside it."""

    label: Text
    amount: str
    percent: str
    width: int


@public
def trace(request: Request, gtin: str, number: str) -> HttpResponse:
    """Show a lot to whoever holds its label, or say kindly that there is none with this code."""
    if is_written_otherwise(request, gtin):
        return lead_to(request, link_path(whole_gtin(gtin), quote(number, safe="")))
    lot = queries.find_public_lot(number)
    if lot is None or not _leads_to(gtin, lot):
        return unknown(request, number)
    return unlisted(pages.render(request, "traceability/trace.html", _page(lot)))


def _leads_to(gtin: str, lot: Lot) -> bool:
    """Say whether the code is the lot's own, as on nearly every label, its product's, or that of one of its packs."""
    if gtin == lot.gtin:
        return True
    product = catalog.products_by_id([lot.product_id])[lot.product_id]
    return gtin == product.number or gtin in {pack.number for pack in catalog.all_packs_of(lot.product_id)}


def _page(lot: Lot) -> dict[str, Any]:
    row = queries.named([lot])[0]
    roots, reach = _roots(lot), queries.reach_of(lot)
    above = network.names_above([lot.area_path])[lot.area_path]
    return {
        "title": row.title,
        "lot": lot,
        "went_back": queries.was_taken_back(lot),
        "product": row.product,
        "facts": _facts(row, [*above, row.place]),
        "growers": _growers(roots),
        "more_growers": max(0, len(roots) - MOST_GROWERS),
        "sketch": network.sketch_of(lot.area_path),
        "place": row.place,
        "tests": (tests := tests_of(reach)),
        "journey": _journey(reach, [test.inspection for test in tests]),
        "sections": [_drawn(section) for section in services.sections_of(lot)],
    }


def _roots(lot: Lot) -> list[Named]:
    """Return the lots that it is made of as they were taken in, the largest part first."""
    origins = queries.origins_of([lot.pk])[lot.pk]
    lots = queries.lots_by_id(origins)
    ordered = sorted(origins, key=lambda root: (-origins[root], root))
    return queries.named([lots[root] for root in ordered])


def _facts(row: Named, places: Sequence[Names]) -> list[tuple[Text, str, Any]]:
    lot = row.lot
    facts: list[tuple[Text, str, Any]] = [
        (_("Grew in"), "text", " › ".join(in_language(place) for place in places)),
        (_("Harvested"), "date", lot.harvested_on),
        (_("Grade"), "text", grade_of(lot)),
        (_("Lot"), "text", lot.number),
    ]
    return [fact for fact in facts if fact[2]]


def _growers(roots: Sequence[Named]) -> list[tuple[str, str]]:
    """Return who grew it as far as they consent, and where; growers who say nothing are counted, village by village."""
    told: dict[tuple[str, str], int] = {}
    for root in roots[:MOST_GROWERS]:
        grower = (grower_in_words(root.grower), in_language(root.place))
        told[grower] = told.get(grower, 0) + 1
    return [(_counted(words, count), place) for (words, place), count in told.items()]


def _counted(words: str, count: int) -> str:
    if count == 1:
        return words
    return plural("%(who)s, %(count)d time", "%(who)s, %(count)d deliveries", count) % {"who": words, "count": count}


def _journey(reach: Reach, tests: Iterable[Inspection]) -> list[Stage]:
    """Return the stages of the journey in order, each once however many lots went through it together.

    A test is told on its day and by who made it, not where the goods lay when its report was typed in. Parcels leave
    for weeks: that is one stage, from the first to the last. Nobody knows which of them is the reader's, but none
    that left before the lot was made holds any of it.
    """
    own = next(iter(reach))
    told = (step for step in queries.steps_within(reach) if step.kind in TOLD)
    steps = [step for step in told if step.lot_id == own or step.kind is not EventKind.SHIPPED]
    units = network.units_by_id({step.unit_id for step in steps if step.unit_id})
    names = {pk: in_language(unit.names) for pk, unit in units.items()}
    made = {test.pk: (test.tested_on, test.tested_by) for test in tests}
    stages: dict[tuple[object, ...], Stage] = {}
    for step in steps:
        on, place = made.get(step.event_id, (clock.today(step.at), names.get(step.unit_id or 0, "")))
        stage = Stage(_called(step.kind), on, place)
        key = (step.kind, stage.place) if step.kind is EventKind.SHIPPED else (step.kind, stage.place, stage.on)
        first = stages.setdefault(key, stage)
        if first.on != stage.on:
            stages[key] = replace(first, until=stage.on)
    return sorted(stages.values(), key=lambda stage: stage.on)


def _called(kind: EventKind) -> Text:
    return _("Packed and sent to buyers") if kind is EventKind.SHIPPED else kind.label


def _drawn(section: Section) -> dict[str, Any]:
    whole = sum(share.amount.minor for share in section.shares)
    return {
        "title": section.title,
        "note": section.note,
        "facts": [(fact.label, written.anything(fact.value)) for fact in section.facts],
        "bars": list(_bars(section)) if whole > 0 else [],
        "whole": written.money(_sum(section)) if whole > 0 else "",
    }


def _sum(section: Section) -> Money:
    first, *others = (share.amount for share in section.shares)
    return sum(others, start=first)


def _bars(section: Section) -> Iterable[Bar]:
    """Yield the shares with their parts in tenths of a per cent, which add up to a hundred."""
    parts = largest_remainder(BAR, [share.amount.minor for share in section.shares])
    for share, permille in zip(section.shares, parts, strict=True):
        percent = _("%(part)s %%") % {"part": f"{permille // 10}.{permille % 10}"}
        yield Bar(share.label, written.money(share.amount), str(percent), max(2, permille) if share.amount else 0)
