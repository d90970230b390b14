"""Forms about posts: which unit, which role, from when to when, who stands in."""

from typing import Any

from django import forms

from terrace.accounts.domain import Role
from terrace.accounts.forms.people import offer
from terrace.accounts.forms.sign_in import PhoneField
from terrace.http.forms import ActForm, DayField, FilterForm, SecretForm
from terrace.kernel import clock
from terrace.kernel.words import _, in_language


class UnitSearch(FilterForm):
    """Which unit a post is at, by the name of its place."""

    text = forms.CharField(label=_("Village, township or county"), required=False, max_length=120)


class GivePostForm(ActForm):
    """A role at a unit that was chosen before, from a day to a day."""

    role = forms.ChoiceField(label=_("Role"))
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"), required=False, help_text=_("Leave empty when no end is planned."))

    def __init__(self, *args: Any, roles: list[Role], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "role", [(role.code, in_language(role.names)) for role in roles])
        self.fields["starts_on"].initial = clock.today


class EndPostForm(ActForm):
    """When a post ends."""

    ends_on = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave empty to end it now: the person may do nothing here from the next click on."),
    )


class ActForForm(ActForm):
    """Who stands in for somebody on leave, and when."""

    person = forms.CharField(label=_("Who stands in"), max_length=120, help_text=_("Their user name, phone or e-mail."))
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))


class InviteForm(SecretForm):
    """Whom to invite to a unit that was chosen before, and as what."""

    role = forms.ChoiceField(label=_("Role"))
    name = forms.CharField(label=_("Name"), max_length=120)
    phone = PhoneField(required=False, help_text=_("The link is sent there by SMS."))
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("The link is sent there too."))

    def __init__(self, *args: Any, roles: list[Role], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "role", [(role.code, in_language(role.names)) for role in roles])


class LetBackInForm(SecretForm):
    """Whether the way back in takes second factors away as well."""

    reset_factors = forms.BooleanField(
        label=_("Also remove the second factor"),
        required=False,
        help_text=_("Only when the phone or key is lost too. It goes on the record."),
    )
