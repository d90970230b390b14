"""What narrows the public market."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.dates import MONTHS

from terrace.http.forms import FilterForm, MoneyField
from terrace.kernel import clock
from terrace.kernel.words import _, in_language
from terrace.market import queries
from terrace.market.models import Offer

NOW = "now"


class ShelfFilter(FilterForm):
    """Search and filters of the market; the search stands in a line of its own."""

    text = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    county = forms.ChoiceField(label=_("County"), required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    season = forms.ChoiceField(label=_("Season"), required=False)
    lowest = MoneyField(label=_("Price from"), required=False)
    highest = MoneyField(label=_("Price to"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = queries.choices_of()
        self._offer("county", [(code, in_language(names)) for code, names in known.counties])
        self._offer("product", [(product.code, in_language(product.names)) for product in known.products])
        months = [(str(month), str(name)) for month, name in MONTHS.items()]
        self._offer("season", [(NOW, str(_("In season now"))), *months])

    def narrow(self) -> QuerySet[Offer]:
        """Return what can be bought today and fits."""
        given = self.given()
        season = given.pop("season", "")
        month = clock.today().month if season == NOW else int(season or 0)
        return queries.public_shelf(month=month, **given)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [("", _("All")), *choices]
