"""The form with which a counter takes in goods that a buyer sends back."""

from typing import Any, cast

from django import forms

from terrace.http.forms import ActForm, QuantityField
from terrace.kernel.quantity import Unit
from terrace.kernel.words import _


class ReturnForm(ActForm):
    """Goods that a buyer hands in: the number of the return, and what the parcel weighs."""

    keeps_draft = False

    number = forms.CharField(
        label=_("Number of the return"),
        max_length=20,
        help_text=_("It begins with J- and stands on the buyer's page of the dispute."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    unit = forms.ChoiceField(label=_("Handed in at"))
    weight = QuantityField(label=_("Weight"))

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weight"].widget.attrs["data-unit"] = Unit.KILOGRAM.label
        cast(forms.ChoiceField, self.fields["unit"]).choices = units
