"""What forms of sourcing share: naming a party, goods, and answering a question that the act asks back."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from terrace.catalog import queries as catalog
from terrace.http.forms import ActForm
from terrace.kernel.actors import Actor
from terrace.kernel.words import _, in_language
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.domain import name_key
from terrace.registry.models import Party
from terrace.sourcing.services import ToMany, Unlikely, UnlikelyPrice

MOST_IN_SELECT = 300
"""With more parties than a select can hold, they are searched for."""
MOST_FOUND = 20


def product_choices() -> list[tuple[str, str]]:
    """Return the traded products as choices, by name in the reader's language."""
    return [(p.code, in_language(p.names)) for p in catalog.by_name(catalog.products())]


def variety_choices() -> list[tuple[str, Any]]:
    """Return the traded varieties as choices `apple/fuji`, in a group for each product that has any."""
    products = catalog.by_name(catalog.products())
    varieties = catalog.varieties_of_all(product.pk for product in products)
    return [
        (in_language(p.names), [(f"{p.code}/{v.code}", in_language(v.names)) for v in varieties[p.pk]])
        for p in products
        if varieties.get(p.pk)
    ]


def offer(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    """Give the choice field `name` of `form` its choices."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


class PartyChooser:
    """Lets a form name a party: from a list, or where that were too long by words that the server searches with.

    It needs no script: what was typed is sent, and where it is not plainly one
    party's name or number, the form comes back with those whom it fits.
    """

    def __init__(self, form: forms.Form, actor: Actor, parties: QuerySet[Party], name: str = "party") -> None:
        self.form, self.actor, self.parties, self.name = form, actor, parties, name
        known = list(parties[: MOST_IN_SELECT + 1])
        self.searches = len(known) > MOST_IN_SELECT
        if not self.searches:
            choices = [(party.number, party.name) for party in known]
            offer(form, name, choices if len(choices) == 1 else [("", _("Choose")), *choices])
            return
        form.fields[name] = forms.CharField(
            label=form.fields[name].label,
            max_length=120,
            help_text=_("Type a name, its first letters, the last digits of a phone, or a number of the register."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        named = form.initial.get(name) and parties.filter(number=form.initial[name]).first()
        if named:
            self._offer([named])

    def chosen(self, text: str) -> str:
        """Return the number of the party that `text` names; else offer those whom it fits, and ask."""
        if not self.searches:
            return text
        found = list(registry.search(self.actor, self.parties, text)[: MOST_FOUND + 1])
        plain = [p for p in found if p.number == text.upper() or p.name_key == name_key(text)]
        if len(plain) == 1:
            self._offer(plain)
            return plain[0].number
        if not found:
            raise forms.ValidationError(_("Nobody fits this. Try the name alone, or the last digits of the phone."))
        if len(found) > MOST_FOUND:
            raise forms.ValidationError(_("More than %(most)d fit this. Type more of it.") % {"most": MOST_FOUND})
        self._offer(found)
        raise forms.ValidationError(_("Choose who it is, then send the form again."))

    def _offer(self, found: Sequence[Party]) -> None:
        """Show those who were found instead of the line to type in; a single one is chosen already."""
        places = network.names_of({party.area_id for party in found})
        choices = [(p.number, f"{p.name} · {in_language(places.get(p.area_id, {}))} · {p.number}") for p in found]
        alone = len(choices) == 1
        field = self.form.fields[self.name]
        field.help_text = ""
        field.widget = forms.Select(
            choices=[*choices, ("", _("Somebody else"))] if alone else [("", _("Choose")), *choices]
        )
        field.widget.is_required = not alone  # sent empty, the line to type in comes back


BOXES = {Unlikely.code: "sure", UnlikelyPrice.code: "sure_of_price", ToMany.code: "sure"}
"""Which box answers which question."""


class AskingForm(ActForm):
    """A form whose act may ask back: then the box that confirms the value stands beside the question."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for box in BOXES.values():
            if self.is_bound and box in self.fields and self[box].data:
                self._offer_box(box)

    def add_error(self, field: str | None, error: Any) -> None:
        """Offer the box that confirms the value beside the question whether it is right."""
        super().add_error(field, error)
        if box := BOXES.get(getattr(error, "code", "")):
            self._offer_box(box)

    def _offer_box(self, box: str) -> None:
        self.fields[box].widget = forms.CheckboxInput()
