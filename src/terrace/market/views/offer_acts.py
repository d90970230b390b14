"""Acts on one offer: on sale, pause, end, stock, photos, and what is said to its reviews."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm, confirm_version
from terrace.http.forms import VersionForm
from terrace.http.request import Request
from terrace.kernel.errors import Forbidden, NotFound
from terrace.kernel.words import Text, _
from terrace.market import queries, services
from terrace.market.domain import Permission
from terrace.market.domain.offers import MOST_PHOTOS
from terrace.market.forms.offers import AnswerForm, PhotoForm, ReasonForm, StockForm
from terrace.market.models import Offer, OfferPhoto
from terrace.market.views.tiles import SMALL, photo_url

selling = needs(Permission.SELL, or_party=True)


@require_POST
@selling
def sell(request: Request, number: str) -> HttpResponse:
    """Put the offer on sale; a refusal is told on a page that asks again."""
    return _moved(request, number, _("Put it on sale?"), _("Put on sale"), services.put_on_sale)


@require_POST
@selling
def pause(request: Request, number: str) -> HttpResponse:
    """Take the offer off the market for a while."""
    return _moved(request, number, _("Pause it?"), _("Pause"), services.pause_offer)


@selling
def end(request: Request, number: str) -> HttpResponse:
    """Ask once, then end the offer for good."""
    offer = _mine(request, number)
    question = Question(
        title=_("End this offer?"),
        text=_("Nobody can buy it any more, and it cannot be put on sale again. Orders that were placed go on."),
        submit_label=_("End"),
        cancel_url=_url(offer),
    )
    return confirm_version(request, offer, question, partial(services.end_offer, by=request.actor, offer=offer))


@selling
def restock(request: Request, number: str) -> HttpResponse:
    """Put more into stock."""
    lead = _("%(left)s are left. What you enter is added.")
    return _stock(request, number, _("Put into stock"), lead, services.restock)


@selling
def take_out(request: Request, number: str) -> HttpResponse:
    """Take something out of stock that is spoilt or was sold elsewhere."""
    lead = _("%(left)s are left. What you enter is taken away: spoilt, or sold elsewhere.")
    return _stock(request, number, _("Take out of stock"), lead, services.take_out)


@selling
def photos(request: Request, number: str) -> HttpResponse:
    """Add a photo, put the photos in order, remove one."""
    offer = _mine(request, number)
    form = PhotoForm(pages.sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.add_photo(by=request.actor, offer=offer, photo=form.values["photo"])
            return redirect("market:offer_photos", number)
    shown = queries.photos_of([offer.pk]).get(offer.pk, [])
    context = {
        "title": _("Photos"),
        "lead": offer.title,
        "breadcrumb": [(_("Offers"), reverse("market:offers")), (offer.title, _url(offer)), (_("Photos"), "")],
        "offer": offer,
        "photos": [(photo, photo_url(offer, photo, SMALL)) for photo in shown],
        "form": form,
        "is_full": len(shown) >= MOST_PHOTOS,
        "submit_label": _("Add the photo"),
        "cancel_url": _url(offer),
    }
    return pages.render(request, "market/photos.html", context, status=pages.form_status(request))


@require_POST
@selling
def move_photo(request: Request, number: str, photo_id: int) -> HttpResponse:
    """Put a photo one place forward."""
    offer = _mine(request, number)
    photo, place = _photo(offer, photo_id)
    services.move_photo(by=request.actor, photo=photo, place=place - 1)
    return redirect("market:offer_photos", number)


@require_POST
@selling
def remove_photo(request: Request, number: str, photo_id: int) -> HttpResponse:
    """Remove a photo."""
    offer = _mine(request, number)
    services.remove_photo(by=request.actor, photo=_photo(offer, photo_id)[0])
    return redirect("market:offer_photos", number)


@selling
def answer_review(request: Request, number: str, review_id: int) -> HttpResponse:
    """Answer a review, for everybody to read."""
    offer = _mine(request, number)
    review = queries.get_review(offer, review_id)
    form = AnswerForm(pages.sent(request), initial={"answer": review.answer})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.answer_review(by=request.actor, review=review, text=form.values["answer"])
            return redirect(f"{_url(offer)}#reviews")
    context = {
        "title": _("Answer a review"),
        "lead": f"{review.stars} {review.text}".strip(),
        "form": form,
        "submit_label": _("Answer"),
        "cancel_url": _url(offer),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.DISPUTES)
def hide_review(request: Request, number: str, review_id: int) -> HttpResponse:
    """Ask for a reason, then hide a review."""
    offer = _for_hiding(request, number)
    review = queries.get_review(offer, review_id)
    question = Question(
        title=_("Hide this review?"),
        text=_("Nobody reads it any more, and its stars no longer count. Who sold it cannot do this."),
        submit_label=_("Hide"),
        cancel_url=_url(offer),
    )
    form = ReasonForm(pages.sent(request))

    def hide() -> object:
        return services.hide_review(by=request.actor, review=review, reason=form.values["reason"])

    return confirm(request, question, hide, form=form)


@require_POST
@needs(Permission.DISPUTES)
def show_review(request: Request, number: str, review_id: int) -> HttpResponse:
    """Show a hidden review again."""
    offer = _for_hiding(request, number)
    services.show_review(by=request.actor, review=queries.get_review(offer, review_id))
    return redirect(f"{_url(offer)}#reviews")


def _mine(request: Request, number: str) -> Offer:
    offer = queries.get_offer(request.actor, number)
    if not queries.may_sell_for(request.actor, offer):
        raise Forbidden(permission=Permission.SELL.value)
    return offer


def _for_hiding(request: Request, number: str) -> Offer:
    offer = queries.get_offer(request.actor, number)
    if not queries.may_hide(request.actor, offer):
        raise Forbidden(permission=Permission.DISPUTES.value)
    return offer


def _moved(request: Request, number: str, title: Text, label: Text, act: Callable[..., Offer]) -> HttpResponse:
    """Do `act` from the version that the button was drawn with; a refusal comes back as a question with the reason."""
    offer = _mine(request, number)
    question = Question(title=title, text=offer.title, submit_label=label, cancel_url=_url(offer))
    form = VersionForm(request.POST, initial={"version": offer.version})

    def move() -> object:
        return act(by=request.actor, offer=offer, version=form.values["version"])

    return confirm(request, question, move, form=form)


def _stock(request: Request, number: str, title: Text, lead: Text, act: Callable[..., Offer]) -> HttpResponse:
    offer = _mine(request, number)
    form = StockForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            act(by=request.actor, offer=offer, quantity=form.values["quantity"])
            return redirect("market:offer", number)
    context = {
        "title": title,
        "lead": lead % {"left": offer.available},
        "form": form,
        "submit_label": title,
        "cancel_url": _url(offer),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


def _photo(offer: Offer, photo_id: int) -> tuple[OfferPhoto, int]:
    """Return a photo of the offer and its place among them."""
    found = queries.photos_of([offer.pk]).get(offer.pk, [])
    place = next((place for place, photo in enumerate(found) if photo.pk == photo_id), None)
    if place is None:
        raise NotFound
    return found[place], place


def _url(offer: Offer) -> str:
    return reverse("market:offer", args=[offer.number])
