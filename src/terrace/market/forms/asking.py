"""Forms that ask back: whether a value is meant so, and which of several is meant."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from terrace.http.forms import ActForm
from terrace.kernel.actors import Actor
from terrace.kernel.words import _, in_language
from terrace.market.services import UnlikelyPrice
from terrace.network import queries as network
from terrace.network.models import Area
from terrace.registry import queries as registry
from terrace.registry.models import Party

MOST_IN_SELECT = 200
"""With more sellers than a select can hold, they are searched for."""
MOST_FOUND = 20
BOXES = {UnlikelyPrice.code: "sure_of_price"}
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


def offer(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    """Give the choice field `name` of `form` its choices."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


class SellerField:
    """Lets a form name a seller: from a list, or where that were too long by words that the server searches with.

    It needs no script: what was typed is sent, and where it is not plainly one
    seller's name or number, the form comes back with those whom it fits.
    """

    def __init__(self, form: forms.Form, actor: Actor) -> None:
        self.form, self.actor = form, actor
        self.sellers = registry.producers_for(actor)
        known = list(self.sellers[: MOST_IN_SELECT + 1])
        self.searches = len(known) > MOST_IN_SELECT
        if not self.searches:
            choices = [(party.number, party.name) for party in known]
            offer(form, "seller", choices if len(choices) == 1 else [("", _("Choose")), *choices])
            return
        form.fields["seller"] = forms.CharField(
            label=_("Who sells"),
            max_length=120,
            help_text=_("Type a name, its first letters, the last digits of a phone, or a number of the register."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        named = form.initial.get("seller") and self.sellers.filter(number=form.initial["seller"]).first()
        if named:
            self._show([named])

    def chosen(self, text: str) -> str:
        """Return the number of the seller that `text` names; else show those whom it fits, and ask."""
        if not self.searches:
            return text
        exact = self.sellers.filter(number=text.strip().upper()).first()
        found = [exact] if exact else list(registry.search(self.actor, self.sellers, text)[: MOST_FOUND + 1])
        if len(found) > MOST_FOUND:
            raise forms.ValidationError(_("More than %(most)d fit this. Type more of it.") % {"most": MOST_FOUND})
        if not found:
            raise forms.ValidationError(_("Nobody fits this. Try the name alone, or the last digits of the phone."))
        self._show(found)
        if len(found) > 1:
            raise forms.ValidationError(_("Choose who it is, then send the form again."))
        return found[0].number

    def _show(self, found: Sequence[Party]) -> None:
        """Show those who were found instead of the line to type in; a single one is chosen already."""
        places = network.names_of({party.area_id for party in found})
        choices = [(p.number, f"{p.name} · {in_language(places.get(p.area_id, {}))} · {p.number}") for p in found]
        self.form.fields["seller"].widget = forms.Select(choices=[*choices, ("", _("Somebody else"))])


class PlaceField:
    """Lets a form name a place of the network by words; where several fit, the form comes back with them."""

    def __init__(self, form: forms.Form, name: str) -> None:
        self.form, self.name, self.kept, self.kept_name = form, name, "", ""
        if code := form.initial.get(name):
            self.kept, self.kept_name = code, in_language(network.names_of([code]).get(code, {}))
            form.initial[name] = self.kept_name

    def chosen(self, text: str) -> str:
        """Return the code of the place that `text` names, "" for none named; else show those that it fits, and ask."""
        if not text or text == self.kept_name:
            return self.kept if text else ""
        named = network.areas_by_code([text]).get(text)
        found = [named] if named else list(network.search_areas([network.root_path()], text)[: MOST_FOUND + 1])
        if len(found) > MOST_FOUND:
            raise forms.ValidationError(_("More than %(most)d fit this. Type more of it.") % {"most": MOST_FOUND})
        if not found:
            raise forms.ValidationError(_("There is no place of this name here."))
        self._show(found)
        if len(found) > 1:
            raise forms.ValidationError(_("Choose which place it is, then send the form again."))
        return found[0].code

    def _show(self, found: Sequence[Area]) -> None:
        above = network.names_above([area.path for area in found])
        choices = [
            (area.code, " › ".join(in_language(names) for names in [*above[area.path][1:], area.names]))
            for area in found
        ]
        self.form.fields[self.name].widget = forms.Select(choices=[*choices, ("", _("None of these"))])
