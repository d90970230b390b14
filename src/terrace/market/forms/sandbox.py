"""The form of the sandbox's cashier."""

from django import forms

from terrace.http.forms import ActForm
from terrace.kernel.words import Choice, _


class Sending(Choice):
    """What becomes of the sandbox's notice to the shop."""

    ONCE = "once", _("It arrives")
    TWICE = "twice", _("It arrives twice")
    NEVER = "never", _("It is lost on the way")

    @property
    def notices(self) -> int:
        """How many notices are sent."""
        return {Sending.ONCE: 1, Sending.TWICE: 2}.get(self, 0)


class CashierForm(ActForm):
    """What the sandbox asks beside the two buttons."""

    keeps_draft = False
    sending = forms.ChoiceField(
        label=_("The notice to the shop"), choices=Sending.choices, initial=Sending.ONCE.value, required=False
    )

    def notices(self) -> int:
        """Return how many notices the sandbox sends."""
        return Sending(self.values["sending"] or Sending.ONCE).notices
