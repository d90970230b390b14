"""Forms of cash on delivery."""

from django import forms

from terrace.http.forms import ActForm, MoneyField
from terrace.kernel.words import _


class HandInForm(ActForm):
    """How much cash came in of a unit."""

    amount = MoneyField(label=_("Counted"))


class BankForm(HandInForm):
    """How much cash was paid in at the bank, and what the bank calls it."""

    bank_reference = forms.CharField(label=_("The bank's reference"), max_length=60)
