"""What a firm says when it lets points buy on its account."""

from collections.abc import Sequence
from typing import Any

from django import forms

from terrace.http.forms import ActForm, DayField, MoneyField
from terrace.kernel.words import _, in_language
from terrace.network.models import ServiceUnit
from terrace.registry.models import Party
from terrace.sourcing.forms.choosing import offer, product_choices
from terrace.sourcing.services import MandateGiven


class MandateForm(ActForm):
    """Which point may buy which goods for how much, and until when."""

    buyer = forms.ChoiceField(label=_("On the account of"))
    unit = forms.ChoiceField(label=_("Point"), required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    a_day = MoneyField(label=_("At most in a day"), required=False)
    in_all = MoneyField(label=_("At most in all"), required=False, help_text=_("Enter one of the two, or both."))
    ends_on = DayField(label=_("Last day"))

    def __init__(self, *args: Any, firms: Sequence[Party], units: Sequence[ServiceUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "buyer", [(firm.number, firm.name) for firm in firms])
        points = [(unit.number, in_language(unit.names)) for unit in units]
        offer(self, "unit", [("", _("Every point of the county")), *points])
        offer(self, "product", [("", _("All products")), *product_choices()])

    def given(self) -> MandateGiven:
        """Return what the form says."""
        return MandateGiven(**self.values)
