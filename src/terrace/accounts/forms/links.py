"""Forms behind links: accepting an invitation, coming back in."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts

from terrace.accounts.forms.sign_in import PhoneField
from terrace.http.forms import SecretForm
from terrace.kernel.words import _


def new_password(label: Any, **options: Any) -> forms.CharField:
    """Return a field for a password that is being chosen."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget, **options)


class NewPasswordForm(SecretForm):
    """A password, twice. A form with a password keeps no copy of its answer either."""

    password = new_password(_("Password"))
    again = new_password(_("The same password again"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ."""
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("This is not the same password."))
        return given


class NewPersonForm(NewPasswordForm):
    """Who one is, by what one signs in, and the password."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        help_text=_("You sign in with it: letters, digits, dots, hyphens. Your phone or e-mail will do as well."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    phone = PhoneField(required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)

    field_order = ("name", "username", "phone", "email", "password", "again")
