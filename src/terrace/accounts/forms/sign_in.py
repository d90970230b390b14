"""Forms of signing in: allauth's, in our words and with our count of wrong tries."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html

from terrace.accounts import services
from terrace.accounts.domain import BadPhone, normal_phone
from terrace.accounts.models import Person
from terrace.http.forms import speak_plainly
from terrace.kernel import clock
from terrace.kernel.words import Text, _


class PhoneField(forms.CharField):
    """A phone number as people write it, cleaned to E.164 ("" for none)."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
        given: dict[str, Any] = {"label": _("Phone"), "widget": widget, "max_length": 30} | options
        super().__init__(**given)

    def clean(self, value: Any) -> str:
        """Return the number in E.164."""
        text = super().clean(value)
        try:
            return normal_phone(text) or ""
        except BadPhone as refused:
            raise ValidationError(str(refused), code=refused.code) from refused


class SignInForm(LoginForm):  # type: ignore[misc]
    """Who, and the password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        login, password = self.fields["login"], self.fields["password"]
        speak_plainly(login)
        speak_plainly(password)
        login.label, password.label = _("Phone, e-mail or user name"), _("Password")
        login.widget.attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        password.widget.attrs.pop("placeholder", None)
        password.help_text = format_html('<a href="{}">{}</a>', reverse("accounts:ways_back"), _("You cannot sign in?"))


def forgotten(**options: Any) -> forms.Form:
    """Return allauth's form that asks to which address a link for a new password goes, in our words."""
    return _labelled(ResetPasswordForm(**options), email=_("E-mail"))


def new_password_by_link(**options: Any) -> forms.Form:
    """Return allauth's form that takes the new password of who came by that link, in our words."""
    return _labelled(ResetPasswordKeyForm(**options), password1=_("Password"), password2=_("The same password again"))


def _labelled(form: forms.Form, **labels: Text) -> forms.Form:
    for name, label in labels.items():
        form.fields[name].label = label
        speak_plainly(form.fields[name])
        form.fields[name].widget.attrs.pop("placeholder", None)
    return form


class _Counted:
    """A wrong code counts like a wrong password: together they lock the sign-in."""

    user: Person

    def clean_code(self) -> str:
        """Return the code when it is right and there was a try to spare."""
        now = clock.now()
        if not services.begin_try(person_id=self.user.pk, now=now):
            raise get_adapter().validation_error("incorrect_code")
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            services.count_failure(person_id=self.user.pk, now=now)
            raise
        services.give_try_back(person_id=self.user.pk)
        return code


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]
    """The code that completes a sign-in."""


class AgainCodeForm(_Counted, ReauthenticateForm):  # type: ignore[misc]
    """The code that confirms a sensitive page."""
