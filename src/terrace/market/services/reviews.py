"""Reviews: by who bought, answered by who sells, hidden by the centre with a reason."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Forbidden, Invalid
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.words import _
from terrace.market.domain import Permission
from terrace.market.domain.offers import BEST_RATING, LONGEST_REVIEW
from terrace.market.models import Offer, OrderLine, Review
from terrace.market.queries.reviews import may_be_reviewed
from terrace.market.queries.selling import is_buyer
from terrace.market.services import news
from terrace.market.services.selling import require_seller

LONGEST_NAME = 40
LONGEST_REASON = 200


class AlreadyReviewed(DomainError):
    """Each order line is reviewed once."""

    code = "already_reviewed"
    message = _("You have written a review of this already.")


class NotYetDelivered(DomainError):
    """Only who has the goods can say what they are like."""

    code = "not_yet_delivered"
    message = _("Write your review when the goods have arrived.")


@dataclass(frozen=True, slots=True)
class ReviewGiven:
    """What a buyer says: one to five, a text, and the name to be called by; the last two may be empty."""

    rating: int
    text: str = ""
    signed: str = ""


@transaction.atomic
def review(
    *, by: Actor, line: OrderLine, given: ReviewGiven, has_order: bool = False, now: datetime | None = None
) -> Review:
    """Write what the buyer says of an order line; it counts in the offer's rating at once.

    `has_order`: the caller has seen the order's secret link, by which its buyer acts;
    else the actor speaks for the party that bought. Raises `Forbidden`, `NotYetDelivered`, `AlreadyReviewed`,
    `Invalid` at `rating`, `text` or `signed`.
    """
    kept = OrderLine.objects.select_for_update(of=["self"]).select_related("order").get(pk=line.pk)
    _require_buyer(by, kept, has_order)
    if not may_be_reviewed(kept.order):
        raise NotYetDelivered
    if Review.objects.filter(line=kept).exists():
        raise AlreadyReviewed
    _check(given)
    written = Review(line=kept, offer_id=kept.offer_id, rating=given.rating)
    written.text, written.signed = given.text.strip(), " ".join(given.signed.split())
    written.save(force_insert=True)
    _count(written, 1)
    details = {"rating": given.rating, "order": kept.order.number}
    _record(by, "market.review", written, now, details)
    url = f"{reverse('market:offer', args=[written.offer.number])}#reviews"
    news.to_seller(kept.order, _("A buyer wrote a review"), now=now or clock.now(), url=url, instead=True)
    return written


@transaction.atomic
def answer_review(*, by: Actor, review: Review, text: str, now: datetime | None = None) -> Review:
    """Answer a review as the seller; another answer replaces the first, an empty one takes it away.

    Raises `Forbidden`, and `Invalid` at `answer`.
    """
    require_seller(by, review.offer)
    plain = _text(text, "answer", LONGEST_REVIEW)
    review.answer, review.answered_at = plain, (now or clock.now()) if plain else None
    review.save(update_fields=["answer", "answered_at"])
    _record(by, "market.answer_review", review, now, {"is_empty": not plain})
    return review


@transaction.atomic
def hide_review(*, by: Actor, review: Review, reason: str, now: datetime | None = None) -> Review:
    """Hide a review that breaks a rule, and let it count no more; who decides disputes does so, never the seller.

    Hidden before, it stays so. Raises `Forbidden`, and `Invalid` at `reason` when none is given.
    """
    _require_judge(by, review)
    plain = _text(reason, "reason", LONGEST_REASON)
    if not plain:
        raise Invalid(_("Say why, for the record."), field="reason")
    hidden = Review.objects.filter(pk=review.pk, hidden_at__isnull=True)
    if hidden.update(hidden_at=now or clock.now(), hidden_because=plain):
        _count(review, -1)
        _record(by, "market.hide_review", review, now, {"reason": plain})
    review.refresh_from_db(fields=["hidden_at", "hidden_because"])
    return review


@transaction.atomic
def show_review(*, by: Actor, review: Review, now: datetime | None = None) -> Review:
    """Show a hidden review again, and let it count. Raises `Forbidden`."""
    _require_judge(by, review)
    hidden = Review.objects.filter(pk=review.pk, hidden_at__isnull=False)
    if hidden.update(hidden_at=None, hidden_because=""):
        _count(review, 1)
        _record(by, "market.show_review", review, now, {})
    review.refresh_from_db(fields=["hidden_at", "hidden_because"])
    return review


def _require_judge(by: Actor, review: Review) -> None:
    """Who decides disputes there judges a review, but nobody one of the own goods."""
    by.require(Permission.DISPUTES, review.offer.seller_path)
    if review.offer.seller_id in by.own_parties:
        raise Forbidden


def _require_buyer(by: Actor, line: OrderLine, has_order: bool) -> None:
    if by.speaks_for(line.order.seller_id) and not by.is_system:
        raise Forbidden(_("Who sells it does not review it."))
    if not has_order and not is_buyer(by, line.order):
        raise Forbidden


def _check(given: ReviewGiven) -> None:
    if not 1 <= given.rating <= BEST_RATING:
        raise Invalid(_("Give one to five stars."), field="rating")
    _text(given.text, "text", LONGEST_REVIEW)
    _text(given.signed, "signed", LONGEST_NAME)


def _text(text: str, field: str, most: int) -> str:
    plain = text.strip()
    refuse_identity_number(plain, field=field)
    if len(plain) > most:
        raise Invalid(_("This text is longer than %(most)d characters.") % {"most": most}, field=field)
    return plain


def _count(review: Review, sign: int) -> None:
    """Let the review count in its offer's rating, or count no more: by one statement, so none is lost."""
    rows = Offer.objects.filter(pk=review.offer_id)
    rows.update(rating_sum=F("rating_sum") + sign * review.rating, rating_count=F("rating_count") + sign)


def _record(by: Actor, act: str, review: Review, now: datetime | None, details: dict[str, object]) -> None:
    audit.record(by=by, act=act, subject=review, area_path=review.offer.seller_path, details=details, now=now)
