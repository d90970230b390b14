"""One offer, for who sells it and those above: where it stands, what to do next, and what was done to it."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from terrace.audit import queries as audit
from terrace.catalog import queries as catalog
from terrace.http import pages, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.words import Text, _
from terrace.market import queries
from terrace.market.domain import Permission, Standing
from terrace.market.domain.offers import MOST_PHOTOS
from terrace.market.models import Offer
from terrace.market.views.changes import changes_of
from terrace.market.views.goods import freight_text
from terrace.market.views.review_list import review_list
from terrace.market.views.tiles import SMALL, holds, per_unit, photo_url
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.sourcing import queries as sourcing

TONES = {
    Standing.DRAFT: "info",
    Standing.COMING: "info",
    Standing.ON_SALE: "good",
    Standing.SOLD_OUT: "warn",
    Standing.PAUSED: "neutral",
    Standing.ENDED: "neutral",
}
NEXT = {
    Standing.DRAFT: _("Nobody sees it yet. Put it on sale when price, stock and photos are right."),
    Standing.COMING: _("It shows on the market from its first day on."),
    Standing.SOLD_OUT: _("Everything is sold. Put more into stock, or end it."),
    Standing.PAUSED: _("Nobody can buy it for now."),
    Standing.ENDED: _("It is no longer sold. A new offer can begin like this one."),
}
"""What stands above an offer, by where it stands."""


@needs(Permission.VIEW, or_own=True)
def offer(request: Request, number: str) -> HttpResponse:
    """Show one offer at work."""
    found = queries.get_offer(request.actor, number)
    standing = found.standing_on(clock.today())
    may_sell = queries.may_sell_for(request.actor, found)
    photos = queries.photos_of([found.pk]).get(found.pk, [])
    context = {
        "title": found.title,
        "breadcrumb": [(_("Offers"), reverse("market:offers")), (found.title, "")],
        "offer": found,
        "tone": TONES[standing],
        "status_label": standing.label,
        "next_text": NEXT.get(standing, "") if may_sell else "",
        "can_sell": may_sell and standing in (Standing.DRAFT, Standing.PAUSED),
        "can_pause": may_sell and standing in (Standing.ON_SALE, Standing.SOLD_OUT, Standing.COMING),
        "primary": _primary(found, standing, may_sell),
        "actions": _actions(found, standing, may_sell),
        "figures": _figures(found),
        "facts": _facts(request.actor, found),
        "photos": [(photo, photo_url(found, photo, SMALL)) for photo in photos],
        "may_add_photo": may_sell and len(photos) < MOST_PHOTOS,
        "may_sell": may_sell,
        "is_ended": standing is Standing.ENDED,
        "reviews": review_list(request, queries.all_reviews_of(found)),
        "may_hide": queries.may_hide(request.actor, found),
        "history": _history(request.actor, found),
    }
    return pages.render(request, "market/offer.html", context, fragment="list")


def _primary(offer: Offer, standing: Standing, may_sell: bool) -> dict[str, Any] | None:
    """Return what to do next: more into stock when it is sold out, again when it has ended; else a button does it."""
    if may_sell and standing is Standing.SOLD_OUT:
        return _way("offer_restock", offer, _("Put into stock"), "plus")
    if may_sell and standing is Standing.ENDED:
        return {"url": _again_url(offer), "label": _("Offer it again"), "icon": "plus"}
    return None


def _actions(offer: Offer, standing: Standing, may_sell: bool) -> list[dict[str, Any]]:
    seen = [] if standing is Standing.DRAFT else [_way("goods", offer, _("On the market"), "eye")]
    if not may_sell or standing is Standing.ENDED:
        return seen
    return [
        *seen,
        _way("offer_change", offer, _("Change"), "edit"),
        _way("offer_end", offer, _("End"), "x"),
    ]


def _way(route: str, offer: Offer, label: Text, icon: str) -> dict[str, Any]:
    return {"url": reverse(f"market:{route}", args=[offer.number]), "label": label, "icon": icon}


def _again_url(offer: Offer) -> str:
    product = catalog.products_by_id([offer.product_id])[offer.product_id]
    return f"{reverse('market:offer_new', args=[product.code])}?{urlencode({'like': offer.number})}"


def _figures(offer: Offer) -> list[dict[str, Any]]:
    rating = queries.rating_of(offer)
    stars = written.number(rating.stars) if rating.count else written.NOTHING
    return [
        _figure(_("Left"), written.number(offer.available), line=_("of %(stocked)s put into stock") % {
            "stocked": written.number(offer.stocked)
        }),
        _figure(_("Sold"), written.number(offer.sold), line=_("paid or waiting for payment")),
        _figure(_("Price"), written.money(offer.price), line=" · ".join(filter(None, (holds(offer), per_unit(offer))))),
        _figure(_("Stars"), stars, line=_("%(count)s reviews") % {"count": written.number(rating.count)}),
    ]  # fmt: skip


def _figure(label: Text, number: str, *, unit: str = "", line: Text = "") -> dict[str, Any]:
    return {"label": label, "number": number, "unit": unit, "change": "", "trend": "", "line": line, "url": ""}


def _facts(actor: Actor, offer: Offer) -> list[tuple[Text, str, Any]]:
    product = catalog.products_by_id([offer.product_id])[offer.product_id]
    variety = catalog.varieties_by_id([offer.variety_id]).get(offer.variety_id) if offer.variety_id else None
    place = network.names_of([offer.area_id]).get(offer.area_id, {})
    return [
        (_("Product"), "names", product.names),
        (_("Variety"), "names", variety.names if variety else {}),
        (_("One holds"), "quantity", offer.content),
        (_("On sale from"), "date", offer.opens_on),
        (_("On sale until"), "date", offer.closes_on),
        (_("Freight"), "text", freight_text(offer)),
        (_("Most in one order"), "number", offer.most_per_order),
        (_("Seller"), *_seller(actor, offer)),
        (_("Comes from"), "names", place),
        (_("Supply notice"), *_notice(actor, offer)),
        (_("Number"), "text", offer.number),
    ]


def _seller(actor: Actor, offer: Offer) -> tuple[str, Any]:
    party = registry.parties_by_id([offer.seller_id])[offer.seller_id]
    is_seen = registry.visible_to(actor).filter(pk=party.pk).exists()
    return ("link", (party.name, reverse("registry:party", args=[party.number]))) if is_seen else ("text", party.name)


def _notice(actor: Actor, offer: Offer) -> tuple[str, Any]:
    if not offer.notice_id:
        return "text", ""
    notice = sourcing.supply_visible_to(actor).filter(pk=offer.notice_id).first()
    if notice is None:
        return "text", ""
    return "link", (notice.number, reverse("sourcing:supply_detail", args=[notice.number]))


def _history(actor: Actor, offer: Offer) -> list[Any]:
    """Return what was done to it, for who sells it and for those above."""
    may_read = queries.may_sell_for(actor, offer) or actor.may(Permission.VIEW, offer.area_path)
    return changes_of(list(audit.history_of(offer))) if may_read else []
