"""The pages of supply and demand notices: list, record, look, change, withdraw."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from terrace.catalog import queries as catalog
from terrace.http import listing, pages
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm_version
from terrace.http.photo_files import A_DAY, send_photo
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _, in_language
from terrace.registry import queries as registry
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Permission, Window
from terrace.sourcing.forms.notices import NoticeFilter, initial_of, initial_window
from terrace.sourcing.models import NoticeRow
from terrace.sourcing.views import calls
from terrace.sourcing.views.areas import areas_to_narrow_to, crumbs
from terrace.sourcing.views.cards import TONES, Card, cards, share_of, table
from terrace.sourcing.views.changes import history_of
from terrace.sourcing.views.sides import SIDES, Side


@needs(Permission.VIEW, or_party=True)
def notices(request: Request, side: str) -> HttpResponse:
    """List one side's notices that the reader sees."""
    desk = SIDES[side]
    areas = areas_to_narrow_to(request.actor, request.GET.get("area", ""))
    form = NoticeFilter(request.GET, actor=request.actor, areas=areas)
    rows = form.narrow(desk.visible_to(request.actor))
    primary = (
        {"url": desk.url("new"), "label": desk.words.record, "icon": "plus"} if desk.may_record(request.actor) else None
    )
    days = _days(form.given())
    context = {
        "title": desk.words.title,
        "lead": desk.words.lead,
        "primary": primary,
        "in_these_days": _sum(rows, days) if days and "product" in form.given() else None,
    }
    return listing.answer(request, "sourcing/notices.html", table(desk, request.actor, days), rows, form, context)


@needs(Permission.RECORD_SUPPLY, Permission.RECORD_DEMAND, or_party=True)
def choose_product(request: Request, side: str) -> HttpResponse:
    """Ask which product the notice is about, those in season first."""
    desk = _desk_to_record(request, side)
    text = request.GET.get("text", "")
    found = catalog.by_name(catalog.search_products(text))
    in_season = {product.pk for product in catalog.products_in_season(clock.today())}
    party = request.GET.get("party", "")
    query = f"?{urlencode({'party': party})}" if party else ""
    tiles = [(product, f"{desk.url('new', product.code)}{query}", product.pk in in_season) for product in found]
    context = {
        "title": desk.words.record,
        "tiles": sorted(tiles, key=lambda tile: not tile[2]),
        "text": text,
        "party": party,
    }
    return pages.render(request, "sourcing/choose_product.html", context, fragment="tiles")


@needs(Permission.RECORD_SUPPLY, Permission.RECORD_DEMAND, or_party=True)
def record(request: Request, side: str, product: str) -> HttpResponse:
    """Record a notice about `product`."""
    desk = _desk_to_record(request, side)
    found = catalog.get_product(product)
    initial = {**initial_window(clock.today()), "party": request.GET.get("party", "")}
    form = desk.form(
        pages.sent(request),
        request.FILES or None,
        initial=initial,
        product=found,
        actor=request.actor,
        parties=desk.parties(request.actor),
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            photo = {"photo": form.values["photo"]} if form.values.get("photo") else {}
            notice = desk.record(by=request.actor, party=form.values["party"], terms=form.terms(), **photo)
            return redirect(desk.url("detail", notice.number))
    if request.method == "POST":
        form.keep_files()
    context = {
        "title": f"{desk.words.record} · {in_language(found.names)}",
        "form": form,
        "submit_label": desk.words.record,
        "cancel_url": desk.url("new"),
        "product": found,
        "notice": None,
        "unit": Unit(found.unit).one,
        "reference": queries.latest_price(found.pk, queries.home_market(request.actor)),
    }
    return pages.render(request, "sourcing/record.html", context, status=pages.form_status(request))


@needs(Permission.VIEW, or_party=True)
def notice(request: Request, side: str, number: str) -> HttpResponse:
    """Show one notice: what it says, who fits it, what was done to it."""
    desk = SIDES[side]
    found = desk.get(request.actor, number)
    card = cards(request.actor, [found])[0]
    matches = desk.matches(request.actor, found, clock.today()) if found.is_open else []
    may_change = _may_change(request, desk, found)
    context = {
        "card": card,
        "title": card.goods,
        "breadcrumb": [*crumbs(request.actor, found.area_path, "sourcing:balance_of"), (card.goods, "")],
        "side": desk,
        "facts": _facts(request.actor, desk, card),
        "tone": TONES[found.standing],
        "status_label": found.standing.label,
        "calls": calls.of(request.actor, side, matches),
        "primary": {"url": desk.url("change", number), "label": _("Change"), "icon": "edit"} if may_change else None,
        "actions": [{"url": desk.url("withdraw", number), "label": _("Withdraw"), "icon": "x"}] if may_change else [],
        "history": history_of(found, desk) if request.actor.may(Permission.VIEW, found.area_path) else [],
    }
    return pages.render(request, "sourcing/notice.html", context)


@needs(Permission.RECORD_SUPPLY, Permission.RECORD_DEMAND, or_party=True)
def change(request: Request, side: str, number: str) -> HttpResponse:
    """Change an open notice."""
    desk = SIDES[side]
    found = desk.get(request.actor, number)
    request.actor.require(desk.permission, found.area_path, or_party=found.party_id)
    if not (found.is_open or request.method == "POST"):
        return _ended(request, desk, found)
    by_id = catalog.products_by_id([found.product_id])
    form = desk.form(
        pages.sent(request),
        request.FILES or None,
        initial=initial_of(found),
        product=by_id[found.product_id],
        actor=request.actor,
        parties=desk.parties(request.actor),
        notice=found,
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            photo = {name: form.values[name] for name in ("photo", "drop_photo") if form.values.get(name)}
            desk.change(by=request.actor, notice=found, version=form.version, terms=form.terms(), **photo)
            return redirect(desk.url("detail", number))
    if request.method == "POST":
        form.keep_files()
    context = {
        "title": desk.words.change,
        "form": form,
        "cancel_url": desk.url("detail", number),
        "product": by_id[found.product_id],
        "unit": found.quantity.unit.one,
        "reference": None,
        "notice": found,
    }
    return pages.render(request, "sourcing/record.html", context, status=pages.form_status(request))


@needs(Permission.RECORD_SUPPLY, Permission.RECORD_DEMAND, or_party=True)
def withdraw(request: Request, side: str, number: str) -> HttpResponse:
    """Ask once, then end the notice."""
    desk = SIDES[side]
    found = desk.get(request.actor, number)
    request.actor.require(desk.permission, found.area_path, or_party=found.party_id)
    if not (found.is_open or request.method == "POST"):
        return _ended(request, desk, found)
    question = Question(
        title=desk.words.withdraw,
        text=desk.words.withdraw_text,
        submit_label=_("Withdraw"),
        cancel_url=desk.url("detail", number),
    )
    return confirm_version(request, found, question, partial(desk.withdraw, by=request.actor, notice=found))


def _ended(request: Request, desk: Side, found: NoticeRow) -> HttpResponse:
    """Say of a notice that can no longer be changed what became of it, and how to begin a new one like it."""
    card = cards(request.actor, [found])[0]
    party = registry.parties_by_id([found.party_id])[found.party_id]
    context = {
        "title": card.goods,
        "breadcrumb": [*crumbs(request.actor, found.area_path, "sourcing:balance_of"), (card.goods, "")],
        "tone": TONES[found.standing],
        "status_label": found.standing.label,
        "new_url": f"{desk.url('new', card.product.code)}?{urlencode({'party': party.number})}",
        "record_label": desk.words.record,
        "notice_url": desk.url("detail", found.number),
    }
    return pages.render(request, "sourcing/ended.html", context, status=services.AlreadyEnded.status)


@needs(Permission.VIEW, or_party=True)
def photo(request: Request, number: str) -> HttpResponse:
    """Send the photo of a supply notice to who sees the notice."""
    found = queries.get_supply(request.actor, number)
    return send_photo(found.photo, kept=A_DAY)


def _days(given: dict[str, Any]) -> Window | None:
    """Return the days that the list is narrowed to, None unless both ends are given."""
    first, last = given.get("first"), given.get("last")
    return Window(first, last) if first and last and first <= last else None


def _sum(rows: QuerySet[Any], days: Window) -> Quantity | None:
    """Return how much of one product's notices falls on `days`, as the balance shows it."""
    columns = rows.values_list("quantity_steps", "unit", "opens_on", "closes_on")
    shares = [share_of(Quantity(steps, Unit(unit)), Window(first, last), days) for steps, unit, first, last in columns]
    return sum(shares[1:], start=shares[0]).rounded() if shares else None


def _desk_to_record(request: Request, side: str) -> Side:
    desk = SIDES[side]
    if not desk.may_record(request.actor):
        raise Forbidden(permission=desk.permission.value)
    return desk


def _may_change(request: Request, side: Side, found: NoticeRow) -> bool:
    actor = request.actor
    return found.is_open and (actor.may(side.permission, found.area_path) or actor.speaks_for(found.party_id))


def _facts(actor: Actor, side: Side, card: Card) -> list[tuple[Text, str, Any]]:
    """What the notice says, as (label, kind, value) for the template to write in the reader's manner."""
    found = card.notice
    return [
        (_("Quantity"), "quantity", found.quantity),
        (side.words.price, "price", (found.price, found.quantity.unit.one) if found.price else None),
        (_("First day"), "date", found.opens_on),
        (_("Last day"), "date", found.closes_on),
        (_("Who"), *_who(actor, card)),
        (_("Place"), "names", card.place),
        (_("Note"), "text", found.note),
        (_("Number"), "text", found.number),
    ]


def _who(actor: Actor, card: Card) -> tuple[str, Any]:
    """Return whose notice it is, with the way to its page for who may open that."""
    party = registry.visible_to(actor).filter(pk=card.notice.party_id).first()
    return ("link", (card.who, reverse("registry:party", args=[party.number]))) if party else ("text", card.who)
