"""Forms of who opens an account to buy: where the link goes, then a name and a password."""

from django import forms

from terrace.accounts.forms.links import NewPasswordForm
from terrace.http.forms import SecretForm
from terrace.kernel.words import _


class ContactLinkForm(SecretForm):
    """The phone or e-mail address that the link is sent to."""

    contact = forms.CharField(
        label=_("Your phone or e-mail"),
        max_length=254,
        help_text=_("A link is sent there. With it you open an account, or choose a new password."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


class BuyerForm(NewPasswordForm):
    """What the account is called, and the password."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    field_order = ("name", "password", "again")
