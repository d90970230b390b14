"""Forms about people: the filters of the list, one's own data."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet

from terrace.accounts import queries
from terrace.accounts.domain import Permission, State, roles
from terrace.accounts.forms.sign_in import PhoneField
from terrace.accounts.models import Person, Post
from terrace.http.forms import ActForm, FilterForm
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.words import _, in_language
from terrace.network import queries as network


def offer(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    """Give the choice field `name` of `form` its choices."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


class PersonFilter(FilterForm):
    """Which people to show: by name, role, state, second factor, and the unit that a link to the list named."""

    text = forms.CharField(label=_("Name, user name or phone"), required=False, max_length=120)
    role = forms.ChoiceField(label=_("Role"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *State.choices()])
    factor = forms.ChoiceField(
        label=_("Second factor"),
        required=False,
        choices=[("", _("All")), ("yes", _("Already set up")), ("no", _("Missing"))],
    )
    unit = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "role", [("", _("All")), *((code, in_language(role.names)) for code, role in roles().items())])

    def narrow(self, rows: QuerySet[Person], actor: Actor, now: datetime) -> QuerySet[Person]:
        """Return `rows`, all visible to `actor`, narrowed by the filters that were given.

        Posts count where `actor` sees them and they are held today. Of who works
        elsewhere by now no filter tells more than the row itself does.
        """
        given, full = self.given(), queries.fully_seen(actor)
        held = Post.objects.filter(queries.held_on(clock.today()), within(actor.paths(Permission.VIEW)))
        if text := given.get("text"):
            told = Q(username__icontains=text) | Q(phone__contains=text)
            rows = rows.filter(Q(name__icontains=text) | (full & told))
        if role := given.get("role"):
            rows = rows.filter(pk__in=held.filter(role=role).values("person_id"))
        if unit := given.get("unit"):
            at = [found.pk for found in network.units_by_number([unit]).values()]
            rows = rows.filter(pk__in=held.filter(unit_id__in=at).values("person_id"))
        if state := given.get("state"):
            rows = rows.filter(full, _in_state(State(state), held, now))
        if factor := given.get("factor"):
            has = Q(pk__in=queries.owners_of_factors())
            rows = rows.filter(full, has if factor == "yes" else ~has)
        return rows


def _in_state(state: State, held: QuerySet[Post], now: datetime) -> Q:
    is_locked, has_post = Q(locked_until__gt=now), Q(pk__in=held.values("person_id"))
    return {
        State.CLOSED: Q(is_active=False),
        State.LOCKED: Q(is_active=True) & is_locked,
        State.POSTED: Q(is_active=True) & ~is_locked & has_post,
        State.NO_POST: Q(is_active=True) & ~is_locked & ~has_post,
    }[state]


class ProfileForm(ActForm):
    """One's own name and language."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class ContactForm(ActForm):
    """One's own phone and e-mail."""

    phone = PhoneField(required=False, help_text=_("You can sign in with it."))
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("You can sign in with it, and reset your password by it.")
    )
