"""Forms of reference prices, and what narrows their list."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from terrace.catalog import queries as catalog
from terrace.http.forms import DayField, FilterForm, MoneyField
from terrace.http.sheets import SheetForm
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _
from terrace.sourcing import queries
from terrace.sourcing.forms.choosing import AskingForm, offer, product_choices, variety_choices
from terrace.sourcing.services import PriceGiven
from terrace.sourcing.services.price_rows import SHEET
from terrace.sourcing.services.prices import LONGEST_SOURCE


class PriceForm(AskingForm):
    """The market price of a product on a day."""

    product = forms.ChoiceField(label=_("Product"))
    variety = forms.ChoiceField(label=_("Variety"), required=False)
    on = DayField(label=_("Day"))
    area = forms.ChoiceField(label=_("Market"))
    price = MoneyField(label=_("Price"), help_text=_("For one kg, litre or piece, as the product is traded."))
    sure_of_price = forms.BooleanField(label=_("Yes, the price is right"), required=False, widget=forms.HiddenInput)
    source = forms.CharField(label=_("Source"), required=False, max_length=LONGEST_SOURCE)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area", areas)
        offer(self, "product", [("", _("Choose")), *product_choices()])
        offer(self, "variety", [("", _("No variety named")), *variety_choices()])

    def given(self) -> PriceGiven:
        """Return the price that was entered; raises `Invalid` for another product's variety."""
        values = self.values
        product, _stroke, variety = values.pop("variety").partition("/")
        if variety and product != values["product"]:
            raise Invalid(_("This product has no such variety."), field="variety")
        return PriceGiven(**values, variety=variety)


class PriceFileForm(SheetForm):
    """A sheet of reference prices."""

    heads = SHEET


class PriceFilter(FilterForm):
    """Filters of the list of reference prices."""

    text = forms.CharField(label=_("Product"), required=False)
    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("Until"), required=False)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        given = self.given()
        if "text" in given:
            rows = rows.filter(product__in=[product.pk for product in catalog.search_products(given["text"])])
        return queries.prices_narrowed(rows, first=given.get("first"), last=given.get("last"))
