"""Forms of who sells: an offer, its stock, its photos, and the answers to its reviews."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from terrace.catalog import queries as catalog
from terrace.catalog.models import Pack, Product
from terrace.http.forms import ActForm, DayField, FilterForm, MoneyField, QuantityField, WholeField
from terrace.http.photos import PhotoField, PhotosForm
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.languages import name_of_language
from terrace.kernel.money import Money
from terrace.kernel.quantity import Unit
from terrace.kernel.words import Text, _, in_language
from terrace.market import queries
from terrace.market.domain import FreightRule, SaleUnit, Standing
from terrace.market.domain.offers import (
    BEST_RATING,
    LARGEST_STOCK,
    LONGEST_REVIEW,
    LONGEST_STORY,
    LONGEST_TITLE,
    USUAL_MOST_PER_ORDER,
)
from terrace.market.forms.asking import AskingForm, PlaceField, SellerField, offer
from terrace.market.models import Offer
from terrace.market.services import OfferTerms, ReviewGiven
from terrace.market.services.reviews import LONGEST_NAME, LONGEST_REASON
from terrace.sourcing.models import SupplyNotice

USUAL_DAYS = timedelta(days=60)
OWN_PACK = "own"
PACK = "pack:"


class OfferForm(PhotosForm, AskingForm):
    """What an offer says, for one product that was chosen before. A new one also asks who sells, and how many."""

    seller = forms.ChoiceField(label=_("Who sells"))
    variety = forms.ChoiceField(label=_("Variety"), required=False)
    sold_as = forms.ChoiceField(label=_("Sold in"))
    content = QuantityField(label=_("One holds"), required=False)
    price = MoneyField(label=_("Price of one"))
    sure_of_price = forms.BooleanField(label=_("Yes, the price is right"), required=False, widget=forms.HiddenInput)
    stock = WholeField(label=_("How many there are to sell"), min_value=0, max_value=LARGEST_STOCK)
    opens_on = DayField(label=_("On sale from"))
    closes_on = DayField(label=_("On sale until"))
    freight_first = MoneyField(
        label=_("Freight of the first"), required=False, help_text=_("Leave empty when the price includes it.")
    )
    freight_more = MoneyField(label=_("Freight of each further one"), required=False)
    freight_free_from = MoneyField(
        label=_("Freight is free from"), required=False, help_text=_("Of goods in one order. Leave empty for never.")
    )
    most_per_order = WholeField(label=_("Most in one order"), min_value=1, initial=USUAL_MOST_PER_ORDER)
    area = forms.CharField(label=_("Comes from"), required=False, max_length=80)
    photo = PhotoField(
        label=_("Photo"), required=False, help_text=_("It is made smaller, and where it was taken is removed.")
    )

    def __init__(
        self,
        *args: Any,
        product: Product,
        actor: Actor,
        offer_changed: Offer | None = None,
        notice: SupplyNotice | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.product, self.unit, self.notice = product, Unit(product.unit), notice
        self.packs = list(catalog.packs_of(product.pk))
        self.place = PlaceField(self, "area")
        if offer_changed is None:
            self.chooser = SellerField(self, actor)
            self.let_wait_for(actor.person_id)
        else:
            for name in ("seller", "stock", "photo"):
                del self.fields[name]
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=offer_changed.version)
        self._offer_goods()
        self._ask_words()
        self.fields["area"].help_text = _("The village. Leave empty for where the seller is at home.")

    def _offer_goods(self) -> None:
        varieties = [(v.code, in_language(v.names)) for v in catalog.varieties_of(self.product.pk)]
        offer(self, "variety", [("", _("Any")), *varieties])
        offer(self, "sold_as", sale_choices(self.packs, self.unit))
        self.fields["content"].widget.attrs["data-unit"] = self.unit.label
        self.fields["content"].help_text = _("Only for a pack of your own, or a piece that is weighed.")

    def _ask_words(self) -> None:
        """Ask for title and story in each language of the installation, below what is sold."""
        for language in current().languages:
            named = {"language": name_of_language(language)}
            self.fields[f"title_{language}"] = forms.CharField(
                label=_("Title (%(language)s)") % named, required=False, max_length=LONGEST_TITLE
            )
            self.fields[f"story_{language}"] = forms.CharField(
                label=_("Story (%(language)s)") % named,
                required=False,
                max_length=LONGEST_STORY,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
        one = _("One language suffices: who reads another one sees this, marked as such.")
        self.fields[f"title_{current().languages[0]}"].help_text = one
        words = [name for name in self.fields if name.startswith(("title_", "story_"))]
        self.order_fields(["seller", *words, "variety", "sold_as", "content", "price", "sure_of_price", "stock"])

    def clean_seller(self) -> str:
        """Return the number of the seller that was chosen or found."""
        return self.chooser.chosen(self.cleaned_data["seller"])

    def clean_area(self) -> str:
        """Return the code of the place that was chosen or found, "" where none was named."""
        return self.place.chosen(self.cleaned_data["area"])

    @property
    def version(self) -> int:
        """The version of the offer that the form was made from."""
        return int(self.cleaned_data["version"])

    def terms(self) -> OfferTerms:
        """Return what the form says; raises `Invalid` at the field that is too fine or zero."""
        values = self.values
        sold_as, pack = _sold_as(values["sold_as"])
        content = values["content"]
        return OfferTerms(
            product=self.product.code,
            variety=values["variety"],
            sold_as=sold_as,
            pack=pack,
            content=None if content is None else QuantityField.of(content, self.unit, field="content"),
            titles={language: values[f"title_{language}"] for language in current().languages},
            stories={language: values[f"story_{language}"] for language in current().languages},
            price=values["price"],
            opens_on=values["opens_on"],
            closes_on=values["closes_on"],
            freight=self._freight(),
            most_per_order=values["most_per_order"],
            area=values["area"],
            sure_of_price=values["sure_of_price"],
        )

    def _freight(self) -> FreightRule:
        values, nothing = self.values, Money(0, current().currency)
        return FreightRule(
            first=values["freight_first"] or nothing,
            more=values["freight_more"] or nothing,
            free_from=values["freight_free_from"],
        )


def sale_choices(packs: list[Pack], unit: Unit) -> list[tuple[str, Text]]:
    """Return how a product can be sold: its packs, a pack of the seller's own, by piece, by weight where it has any."""
    choices: list[tuple[str, Text]] = [(f"{PACK}{pack.code}", in_language(pack.names)) for pack in packs]
    choices.append((OWN_PACK, _("Another pack")))
    choices.append((SaleUnit.PIECE.value, SaleUnit.PIECE.label))
    by_weight = _("By the %(unit)s") % {"unit": unit.one}
    return choices if unit is Unit.PIECE else [*choices, (SaleUnit.WEIGHT.value, by_weight)]


def _sold_as(chosen: str) -> tuple[SaleUnit, str]:
    if chosen.startswith(PACK):
        return SaleUnit.PACK, chosen.removeprefix(PACK)
    return (SaleUnit.PACK if chosen == OWN_PACK else SaleUnit(chosen)), ""


def initial_of(like: Offer) -> dict[str, Any]:
    """Return what a form shows that changes `like`, or makes another offer like it."""
    variety = catalog.varieties_by_id([like.variety_id]).get(like.variety_id) if like.variety_id else None
    pack = next((p for p in catalog.all_packs_of(like.product_id) if p.pk == like.pack_id), None)
    freight = like.freight
    words = {f"title_{language}": text for language, text in like.titles.items()}
    words |= {f"story_{language}": text for language, text in like.stories.items()}
    own = OWN_PACK if like.sale_unit == SaleUnit.PACK else like.sale_unit
    return {
        **words,
        "variety": variety.code if variety else "",
        "sold_as": f"{PACK}{pack.code}" if pack else own,
        "content": None if pack or _says_itself(like) else f"{like.content.amount.normalize():f}",
        "price": like.price,
        "opens_on": like.opens_on,
        "closes_on": like.closes_on,
        "freight_first": freight.first or None,
        "freight_more": freight.more or None,
        "freight_free_from": freight.free_from,
        "most_per_order": like.most_per_order,
        "area": like.area_id,
    }


def _says_itself(like: Offer) -> bool:
    """Say whether how it is sold says what one holds: a kilogram, or one piece of what is counted in pieces."""
    unit = Unit(like.unit)
    return like.sale_unit == SaleUnit.WEIGHT or (like.sale_unit == SaleUnit.PIECE and unit is Unit.PIECE)


def initial_new(product: Product, today: date, notice: SupplyNotice | None) -> dict[str, Any]:
    """Return what a new offer most often says: the product's name for a title, and the coming two months."""
    first: dict[str, Any] = {f"title_{language}": name for language, name in product.names.items()}
    first |= {"opens_on": today, "closes_on": today + USUAL_DAYS}
    if notice is None:
        return first
    variety = catalog.varieties_by_id([notice.variety_id]).get(notice.variety_id) if notice.variety_id else None
    return first | {
        "variety": variety.code if variety else "",
        "opens_on": max(today, notice.opens_on),
        "closes_on": max(notice.opens_on, today) + USUAL_DAYS,
        "area": notice.area_id,
    }


class StockForm(ActForm):
    """How many are put into stock, or taken out."""

    quantity = WholeField(label=_("How many"), min_value=1, max_value=LARGEST_STOCK)


class PhotoForm(ActForm):
    """One more photo of an offer."""

    photo = PhotoField(label=_("Photo"), help_text=_("It is made smaller, and where it was taken is removed."))


class AnswerForm(ActForm):
    """What the seller answers to a review."""

    answer = forms.CharField(
        label=_("Your answer"),
        required=False,
        max_length=LONGEST_REVIEW,
        help_text=_("Everybody reads it. Empty, it is taken away."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReasonForm(ActForm):
    """Why a review is hidden."""

    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON)


class ReviewForm(ActForm):
    """What a buyer says of what was bought."""

    rating = forms.TypedChoiceField(
        label=_("Stars"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=lambda: [(stars, "★" * stars + "☆" * (BEST_RATING - stars)) for stars in range(BEST_RATING, 0, -1)],
    )
    text = forms.CharField(
        label=_("What was it like?"),
        required=False,
        max_length=LONGEST_REVIEW,
        help_text=_("Everybody reads it: write no names and no telephone numbers."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    signed = forms.CharField(
        label=_("Your name there"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("As you want to be called. Empty, it says: a buyer."),
    )

    def given(self) -> ReviewGiven:
        """Return what was said."""
        return ReviewGiven(**self.values)


class OfferFilter(FilterForm):
    """Filters of the sellers' list; `own` is there for who speaks for a party."""

    text = forms.CharField(label=_("Number, words or seller"), required=False, max_length=80)
    product = forms.ChoiceField(label=_("Product"), required=False)
    status = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [("", _("All")), *Standing.choices()])
    own = forms.BooleanField(label=_("Only our own"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        products = [(p.code, in_language(p.names)) for p in catalog.by_name(catalog.products())]
        offer(self, "product", [("", _("All")), *products])
        if not actor.own_parties:
            del self.fields["own"]

    def narrow(self, rows: QuerySet[Offer]) -> QuerySet[Offer]:
        """Return the rows that the given filters leave."""
        return queries.offers_narrowed(rows, self.actor, **self.given())
