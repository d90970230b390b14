"""Lots as lists and pages draw them."""

from collections.abc import Sequence

from django.urls import reverse

from terrace.http.listing import Column, Empty, Kind, Table
from terrace.kernel.actors import Actor
from terrace.kernel.words import Text, _, in_context, in_language
from terrace.network import queries as network
from terrace.traceability import queries
from terrace.traceability.domain import Grade, Permission
from terrace.traceability.models import Lot
from terrace.traceability.queries import LOT_SORTS, Named

LEFT = in_context("a lot", "Left")


def table(actor: Actor) -> Table[Lot, Named]:
    """Return the list of lots as `actor` reads it."""
    return Table(
        name="lots",
        columns=(
            Column("number", _("Lot"), lambda row: row.lot.number, Kind.CODE, sort=LOT_SORTS["number"]),
            Column("goods", _("Product"), lambda row: row.title, sort=LOT_SORTS["goods"]),
            Column("place", _("Grew in"), lambda row: row.place, Kind.NAMES, sort=LOT_SORTS["place"]),
            Column("unit", _("Lies in"), _short_place, sort=LOT_SORTS["unit"]),
            Column("left", LEFT, lambda row: row.lot.left, Kind.QUANTITY, sort=LOT_SORTS["left"]),
            Column("first", _("Began with"), lambda row: row.lot.began_with, Kind.QUANTITY, sheet_only=True),
            Column("grade", _("Grade"), lambda row: grade_of(row.lot), sort=LOT_SORTS["grade"]),
            Column("created_at", _("Since"), lambda row: row.lot.created_at, Kind.DATE, sort=LOT_SORTS["created_at"]),
            Column("state", _("State"), state_of, Kind.BADGE, tone=tone_of),
        ),
        present=lambda lots: _present(lots, actor),
        order=("-id",),
        empty=Empty(
            _("No lots yet"),
            _("A lot begins when a point weighs and buys goods. Everything that happens to it then stands here."),
        ),
        url=lambda row: reverse("traceability:lot", args=[row.lot.number]),
    )


def where(row: Named) -> str:
    """Say where a lot lies."""
    return in_language(row.unit.names) if row.unit else str(_("under way"))


def _short_place(row: Named) -> str:
    """Say where a lot lies in a word, the village or county of its unit: a list has no room for a unit's name."""
    return in_language(row.lies_in) if row.unit else str(_("under way"))


def grade_of(lot: Lot) -> Text:
    """Return what the lot's grade is called, "" where it has none."""
    return Grade(lot.grade).label if lot.grade else ""


def state_of(row: Named) -> Text:
    """Say in a word how a lot stands."""
    if row.lot.is_recalled:
        return _("Recalled")
    if not row.lot.steps:
        return _("Nothing left")
    return _("In stock") if row.unit else in_context("a lot", "Under way")


def tone_of(row: Named) -> str:
    """Return the tone of that word."""
    if row.lot.is_recalled:
        return "bad"
    return "neutral" if not row.lot.steps else "good" if row.unit else "info"


def areas_to_narrow_to(actor: Actor, wanted: str) -> list[tuple[str, str]]:
    """Return the areas of the actor's posts, those a tier below, and one that a link named, as choices."""
    own = [network.ancestors(path or network.root_path())[-1] for path in actor.paths(Permission.VIEW)]
    areas = {area.code: area for top in own for area in (top, *network.children_of(top.code))}
    areas |= network.areas_by_code([wanted] if wanted else [])
    return [(code, in_language(area.names)) for code, area in areas.items()]


def _present(lots: Sequence[Lot], actor: Actor) -> list[Named]:
    return queries.named(lots, actor)
