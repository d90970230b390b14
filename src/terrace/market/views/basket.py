"""The basket of a visitor, and the checkout on one page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from terrace.accounts import queries as accounts
from terrace.http import pages
from terrace.http.access import public
from terrace.http.request import Request
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid
from terrace.kernel.money import Money
from terrace.kernel.phones import show_phone
from terrace.kernel.words import Text, _
from terrace.market import services
from terrace.market.domain import Provider
from terrace.market.domain.offers import MOST_PER_ORDER
from terrace.market.forms.buying import CheckoutForm, QuantityForm
from terrace.market.models import Address
from terrace.market.queries.baskets import Basket, Priced
from terrace.market.queries.offers import get_public_offer
from terrace.market.queries.own import addresses_of
from terrace.market.queries.sellers import seller_names
from terrace.market.services.addresses import KEPT
from terrace.market.services.checkout import PriceChanged
from terrace.market.views.held import basket_of, held_in, hold


@dataclass(frozen=True, slots=True)
class Group:
    """The lines that one seller sends: an order of its own."""

    seller: Text
    lines: Sequence[Priced]

    @property
    def freight(self) -> Money:
        """What the seller takes for sending them."""
        first, *others = (line.freight for line in self.lines)
        return sum(others, start=first)


@never_cache
@public
def basket(request: Request) -> HttpResponse:
    """Show what is in the basket by seller; sent back, it changes quantities or takes a line out, and goes on."""
    problem: Text = ""
    if request.method == "POST":
        try:
            hold(request, _changed(request))
            return redirect("market:checkout" if "go" in request.POST else "market:basket")
        except Invalid as refused:
            problem = refused.message
    held = basket_of(request)
    context = {
        "title": _("Basket"),
        "groups": _groups(held),
        "basket": held,
        "problem": problem,
        "is_orderable": all(line.problem() is None for line in held.lines),
    }
    return pages.render(request, "market/basket.html", context, status=pages.REFUSED if problem else pages.ANSWERED)


@require_POST
@public
def basket_add(request: Request, number: str) -> HttpResponse:
    """Put so many of an offer into the basket, beside those that lie there already; then show the basket."""
    form = QuantityForm(request.POST)
    quantity = form.cleaned_data["quantity"] if form.is_valid() else 0
    if quantity < 1:
        raise Invalid(_("Enter a quantity above zero."), field="quantity")
    held = held_in(request)
    most = min(get_public_offer(number).most_per_order, MOST_PER_ORDER)
    hold(request, held | {number: min(held.get(number, 0) + quantity, most)})
    return redirect("market:basket")


@never_cache
@public
def checkout(request: Request) -> HttpResponse:
    """Ask where the order goes and how it is paid; place it for the total that the page shows."""
    held = basket_of(request)
    if not held.lines:
        return redirect("market:basket")
    kept = list(addresses_of(request.actor).order_by("-pk"))
    initial = _where(request, kept) | {"total": held.total.minor}
    form = CheckoutForm(pages.sent(request), actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            placed = _place(request, form, held)
            hold(request, {})
            return redirect(services.payment_path(placed.payment))
    _show_new_total(form, held)
    context = {
        "title": _("Checkout"),
        "form": form,
        "groups": _groups(held),
        "basket": held,
        "submit_label": _("Order and pay"),
        "cancel_url": reverse("market:basket"),
        "addresses": kept,
    }
    return pages.render(request, "market/checkout.html", context, status=pages.form_status(request))


def _where(request: Request, kept: Sequence[Address]) -> dict[str, str]:
    """Return the kept address that was chosen, else the youngest, else the own phone, as the form's first values."""
    wanted = request.GET.get("to", "")
    found = next((one for one in kept if str(one.pk) == wanted), kept[0] if kept else None)
    if found:
        return {name: getattr(found, name) for name in KEPT}
    phone = accounts.proven_phone(request.actor.person_id) if request.actor.person_id else ""
    return {"phone": show_phone(phone, current().region)} if phone else {}


def _place(request: Request, form: CheckoutForm, held: Basket) -> services.Placed:
    given = services.Checkout(
        wanted=held.wanted,
        delivery=form.delivery(),
        provider=Provider(form.values["provider"]),
        total=Money(form.values["total"], held.total.currency),
        # Nobody else's: the key of a page is drawn anew each time it is shown.
        key=f"page/{form.cleaned_data['idempotency_key']}",
        buyer=form.values.get("buyer", ""),
    )
    placed = services.place_orders(by=request.actor, checkout=given)
    if form.values.get("keep_address"):
        _keep(request, form)
    return placed


def _keep(request: Request, form: CheckoutForm) -> None:
    """Keep the address on the buyer's wish; that ten are kept already does not undo what was ordered."""
    try:
        services.keep_address(by=request.actor, given=replace(form.delivery(), note=""))
    except Invalid as refused:
        messages.info(request, str(refused.message))


def _show_new_total(form: CheckoutForm, held: Basket) -> None:
    """After a refusal for changed prices, let the form agree to the total that the page now shows."""
    if form.has_error("__all__", PriceChanged.code):
        form.show_total(held.total)


def _changed(request: Request) -> dict[str, int]:
    """Return the quantities that the form was sent with; raise `Invalid` for one that is no number."""
    held, gone = held_in(request), request.POST.get("remove", "")
    changed: dict[str, int] = {}
    for number, before in held.items():
        form = QuantityForm({"quantity": request.POST.get(f"quantity-{number}", str(before))})
        if number != gone and not form.is_valid():
            raise Invalid(_("Enter a whole number such as 12."), field="quantity")
        changed[number] = 0 if number == gone else form.cleaned_data["quantity"]
    return changed


def _groups(held: Basket) -> list[Group]:
    names = seller_names([line.seller for line in held.lines])
    return [Group(names[seller_id], lines) for seller_id, lines in held.by_seller().items()]
