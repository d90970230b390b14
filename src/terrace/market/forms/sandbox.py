"""The form of the sandbox's cashier."""

from django import forms

from terrace.http.forms import ActForm
from terrace.kernel.words import _
from terrace.market.models import Sending


class CashierForm(ActForm):
    """What the sandbox asks beside the two buttons."""

    keeps_draft = False
    sending = forms.ChoiceField(
        label=_("The notice to the shop"),
        choices=Sending.choices,
        initial=Sending.ONCE.value,
        widget=forms.RadioSelect,
    )

    def sends(self) -> Sending:
        """Return what becomes of the notice."""
        return Sending(self.values["sending"])
