"""Each workspace's first page: what to do next, and the few figures that matter there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from terrace.accounts.domain import Permission as Accounts
from terrace.catalog import queries as catalog
from terrace.http.pieces import Figure, Todo
from terrace.http.written import number
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import Text, _, in_language, plural
from terrace.logistics.domain import Permission as Logistics
from terrace.network import queries as network
from terrace.network.models import Area, ServiceUnit
from terrace.registry import queries as registry
from terrace.registry.domain import Kind
from terrace.registry.domain import Permission as Registry
from terrace.sourcing import queries as sourcing
from terrace.sourcing.domain import Permission as Sourcing
from terrace.web import trade
from terrace.web.pieces import Gap, Notice, Notices

MOST_GAPS = 6
MOST_NOTICES = 5
APPEARS = _("What is recorded here appears at once.")
BEFORE = timedelta(days=7)
"""What the first page's figures are compared with: the same hour a week ago."""


def of(actor: Actor) -> dict[str, Any]:
    """Return what the actor's first page shows; `layout` names the layout that it is drawn in."""
    unit = _widest_unit(actor)
    if unit is not None:
        return _staff_page(actor, unit)
    return _party_page(actor)


def _widest_unit(actor: Actor) -> ServiceUnit | None:
    units = network.units_by_id(actor.units).values()
    return min(units, key=lambda unit: (len(unit.area_path), unit.pk), default=None)


def _staff_page(actor: Actor, unit: ServiceUnit) -> dict[str, Any]:
    workspace = current().plan.get(unit.tier).workspace
    page = {
        "layout": "layouts/phone.html" if _is_on_a_phone(actor, workspace) else "layouts/workspace.html",
        "title": in_language(unit.names),
        "breadcrumb": [(in_language(area.names), "") for area in network.ancestors(unit.area_path)],
        "todo": _todo(actor, workspace),
        "figures": [],
        "gaps": [],
        "short_in": "",
        "notices": [],
    }
    # Who packs or drives is told of that work alone.
    return {**page, **_goods(actor, unit)} if actor.holds(Sourcing.VIEW) else page


def _is_on_a_phone(actor: Actor, workspace: Workspace) -> bool:
    return workspace is Workspace.POINT or actor.holds(Logistics.DRIVE)


def _goods(actor: Actor, unit: ServiceUnit) -> dict[str, Any]:
    """Return what is offered, wanted, sold and short in the unit's area."""
    today = clock.today()
    wanting = sourcing.demand_area(unit.area_path)
    sums = sourcing.totals(sourcing.balance(wanting.path, sourcing.coming_weeks(today), today))
    return {
        "figures": [*trade.sales_figures(actor, unit), *_figures(actor, unit, wanting, sums)],
        "gaps": _gaps(unit, sums),
        "short_in": in_language(wanting.names) if wanting.path != unit.area_path else "",
        "notices": [_latest_supply(actor, unit.area_path)],
    }


def _party_page(actor: Actor) -> dict[str, Any]:
    """What somebody's own parties have and want, and who could be called; then what is new on the other side."""
    parties = list(registry.parties_by_id(actor.parties).values())
    kinds = {Kind(party.kind) for party in parties}
    trades = any(kind.trades for kind in kinds)
    own = _own(actor, has_goods=any(kind.produces for kind in kinds), seeks_goods=trades)
    return {
        "layout": "layouts/phone.html",
        "title": ", ".join(party.name for party in parties) or actor.name,
        "breadcrumb": [(in_language(area.names), "") for area in network.ancestors(parties[0].area_path)]
        if len(parties) == 1
        else [],
        "todo": _todo(actor, None),
        "figures": trade.money_figures(parties),
        "gaps": [],
        "short_in": "",
        "notices": [*own, _latest_supply(actor) if trades else _latest_demand(actor)] if parties else [],
    }


def _todo(actor: Actor, workspace: Workspace | None) -> list[Todo]:
    """What to do next, the most pressing first. At a point that is recording; above it, what waits for an answer."""
    weighing, counted = trade.weighing(actor), trade.counted(actor)
    if workspace in (Workspace.POINT, None):
        return [*weighing, *counted, *_recording(actor), *_waiting(actor), *_looking(actor)]
    calls = _calling(actor) if workspace is Workspace.CENTRE else []
    return [*counted, *_waiting(actor), *calls, *_looking(actor), *weighing, *_recording(actor)]


def _waiting(actor: Actor) -> list[Todo]:
    waiting = sourcing.count_unacknowledged(actor) if actor.holds(Sourcing.ACKNOWLEDGE) else 0
    url = reverse("sourcing:advice")
    return [Todo(_("Read and acknowledge advice"), url, "speakerphone", count=waiting)] if waiting else []


def _calling(actor: Actor) -> list[Todo]:
    """Whether there is anything to call about; the calls themselves are worked out on their own page."""
    if not sourcing.has_calls_under(actor, actor.paths(Sourcing.VIEW), clock.today()):
        return []
    text = _("Supply in your area that fits what somebody wants")
    return [Todo(_("See who should call whom"), reverse("sourcing:calls"), "phone", text)]


def _recording(actor: Actor) -> list[Todo]:
    """What the actor may record; who trades buys first, everybody else sells first."""
    kinds = {Kind(party.kind) for party in registry.parties_by_id(actor.parties).values()}
    trades = any(kind.trades for kind in kinds)
    entries = []
    if actor.holds(Sourcing.RECORD_SUPPLY) or any(kind.produces for kind in kinds):
        text = _("What will be ripe, how much, and when")
        entries.append(Todo(_("Record supply"), reverse("sourcing:supply_new"), "basket", text))
    if actor.holds(Sourcing.RECORD_DEMAND) or trades:
        text = _("What you or a buyer wants, how much, and when")
        entries.insert(
            0 if trades else 1, Todo(_("Record demand"), reverse("sourcing:demand_new"), "shopping-cart", text)
        )
    if actor.holds(Registry.MANAGE):
        text = _("A household, cooperative or firm that is new")
        entries.append(Todo(_("Register a producer or buyer"), reverse("registry:party_new"), "users", text))
    return entries


def _looking(actor: Actor) -> list[Todo]:
    entries = []
    if actor.holds(Sourcing.ADVISE):
        text = _("Prices, gaps, what to pick and what to hold")
        entries.append(Todo(_("Give advice"), reverse("sourcing:advice_new"), "speakerphone", text))
    if actor.holds(Sourcing.VIEW):
        entries.append(Todo(_("See what is short and what is left over"), reverse("sourcing:balance"), "scale"))
    else:
        entries.extend(_market(actor))
    if actor.holds(Sourcing.PRICES):
        entries.append(Todo(_("Enter today's prices"), reverse("sourcing:price_new"), "chart-line"))
    if actor.holds(Accounts.MANAGE):
        entries.append(Todo(_("Invite somebody to a post"), reverse("accounts:invite"), "id-badge"))
    return entries


def _market(actor: Actor) -> list[Todo]:
    """The market and what others want, for who has goods; what others have, for who seeks them."""
    kinds = {Kind(party.kind) for party in registry.parties_by_id(actor.parties).values()}
    entries = []
    if not actor.grants and not any(kind.produces for kind in kinds):
        text = _("Fruit, nuts and eggs, with who grew them")
        entries.append(Todo(_("Go to the market"), reverse("market:market"), "building-store", text))
    if not actor.grants and not kinds:
        text = _("So that the next order takes one press")
        entries.append(Todo(_("Keep your addresses"), reverse("market:addresses"), "map-pin", text))
    if any(kind.produces for kind in kinds):
        text = _("With a price and a stock, for buyers everywhere")
        entries.append(Todo(_("Sell on the market"), reverse("market:offer_new"), "tag", text))
    if any(kind.trades for kind in kinds):
        entries.append(Todo(_("See what is on offer"), reverse("sourcing:supply"), "search"))
    if any(kind.produces for kind in kinds):
        entries.append(Todo(_("See who wants what"), reverse("sourcing:demand"), "search"))
    return entries


def _figures(actor: Actor, unit: ServiceUnit, wanting: Area, sums: dict[int, sourcing.BalanceCell]) -> list[Figure]:
    """Count what the unit's area offers, and what `wanting` wants: the county, for a station or a point.

    What is short has no figure of a week ago: quantities change, and what they were is in no row.
    """
    today, before = clock.today(), clock.now() - BEFORE
    supply, demand = sourcing.count_supply_open(unit.area_path, today), sourcing.count_demand_open(wanting.path, today)
    short = sum(cell.gap.steps < 0 for cell in sums.values())
    is_wider, place = wanting.path != unit.area_path, {"place": in_language(wanting.names)}
    wanted = _("Demand notices open in %(place)s") % place if is_wider else _("Demand notices open")
    missing = _("Products short in %(place)s") % place if is_wider else _("Products short")
    offered = Figure(_("Supply notices open"), number(supply), _notices("supply", unit.area_id))
    asked = Figure(wanted, number(demand), _notices("demand", wanting.code))
    return [
        _against(offered, supply - sourcing.count_supply_open_at(unit.area_path, before)),
        _against(asked, demand - sourcing.count_demand_open_at(wanting.path, before)),
        Figure(missing, number(short), reverse("sourcing:balance"), line=_("in the coming eight weeks")),
        _parties(actor, before),
    ]


def _against(figure: Figure, difference: int) -> Figure:
    """Return the figure with how much more or less it is than a week ago."""
    if not difference:
        return replace(figure, line=_("as many as a week ago"))
    trend = "up" if difference > 0 else "down"
    return replace(figure, change=_signed(difference), trend=trend, line=_("against a week ago"))


def _parties(actor: Actor, before: datetime) -> Figure:
    """Count producers and buyers, and who of them is new; where parties lived or belonged before is in no row."""
    everybody, fresh = registry.count_visible_to(actor, since=before)
    figure = Figure(_("Producers and buyers"), number(everybody), reverse("registry:parties"))
    return replace(figure, change=_signed(fresh), trend="up", line=_("new in seven days")) if fresh else figure


def _signed(difference: int) -> str:
    return f"{'+' if difference > 0 else '−'}{number(abs(difference))}"


def _notices(side: str, area: str) -> str:
    """Return the list of the area's open notices: the lists hold other areas' too, the figures count one's."""
    return f"{reverse(f'sourcing:{side}')}?{urlencode({'status': 'open', 'area': area})}"


def _gaps(unit: ServiceUnit, sums: dict[int, sourcing.BalanceCell]) -> list[Gap]:
    missing = (cell for cell in sums.values() if cell.gap.steps < 0)
    short = sorted(missing, key=lambda cell: cell.gap.steps / cell.demand.steps)[:MOST_GAPS]
    products = catalog.products_by_id({cell.product_id for cell in short})
    return [
        Gap(
            products[cell.product_id].names,
            -(cell.supply.rounded() - cell.demand.rounded()).rounded(),
            reverse("sourcing:product_balance", args=[unit.area_id, products[cell.product_id].code]),
        )
        for cell in short
    ]


def _own(actor: Actor, *, has_goods: bool, seeks_goods: bool) -> list[Notices]:
    """Return the cards of what the actor's parties have and want, each notice with how many fit it."""
    supply, demand = sourcing.own_open(actor, clock.today())
    cards = []
    if seeks_goods:
        lines = _in_lines("demand", demand[:MOST_NOTICES], _offers)
        cards.append(Notices(_("What you want"), _("Nothing yet."), f"{reverse('sourcing:demand')}?own=on", lines))
    if has_goods:
        lines = _in_lines("supply", supply[:MOST_NOTICES], _wishes)
        cards.append(Notices(_("What you have"), _("Nothing yet."), f"{reverse('sourcing:supply')}?own=on", lines))
    return cards


def _offers(notice: Any) -> Text:
    return plural("%(count)d offer fits", "%(count)d offers fit", notice.fits) % {"count": notice.fits}


def _wishes(notice: Any) -> Text:
    return plural("%(count)d buyer wants it", "%(count)d buyers want it", notice.fits) % {"count": notice.fits}


def _latest_supply(actor: Actor, path: str = "") -> Notices:
    """Return the latest supply in the area at `path`, anybody else's anywhere for who speaks for a party."""
    rows = sourcing.supply_visible_to(actor).filter(within([path]), sourcing.open_on(clock.today()))
    found = rows.exclude(party__in=actor.parties).order_by("-id")[:MOST_NOTICES]
    return Notices(_("Latest supply"), APPEARS, reverse("sourcing:supply"), _in_lines("supply", found))


def _latest_demand(actor: Actor) -> Notices:
    """Return what others want, for who has goods."""
    rows = sourcing.demand_visible_to(actor).filter(sourcing.open_on(clock.today()))
    found = rows.exclude(party__in=actor.parties).order_by("-id")[:MOST_NOTICES]
    return Notices(_("Latest demand"), APPEARS, reverse("sourcing:demand"), _in_lines("demand", found))


def _in_lines(side: str, rows: QuerySet[Any], fits: Callable[[Any], Text] = lambda notice: "") -> list[Notice]:
    notices = list(rows)
    return [
        Notice(
            goods.title,
            notice.quantity,
            notice.closes_on,
            reverse(f"sourcing:{side}_detail", args=[notice.number]),
            fits(notice),
        )
        for notice, goods in zip(notices, sourcing.goods_of(notices), strict=True)
    ]
