"""Forms of the ledger."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from terrace.http.forms import ActForm, DayField, FilterForm, MoneyField, SecretForm
from terrace.http.sheets import SheetForm, sheet_field
from terrace.http.suggesting import SuggestingInput
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _, in_language
from terrace.ledger.domain import AccountKind, PayoutState, Permission, RunState
from terrace.ledger.models import Account, Payout, PayoutRun
from terrace.ledger.queries.statements import refuse_long
from terrace.ledger.services import RESULTS, PayoutsGiven
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.domain import Kind

ABOVE_ZERO = {"min_value": _("Enter an amount above zero.")}
MOST_FOUND = 500
"""So many parties found by a name narrow a list; more are nobody's search."""


def area_choices(actor: Actor, permission: Permission) -> list[tuple[str, str]]:
    """Return the areas that the actor may name: those of its posts, and the areas one tier below."""
    own = [network.ancestors(path or network.root_path())[-1] for path in actor.paths(permission)]
    below = [child for area in own for child in network.children_of(area.code)]
    return [(area.code, in_language(area.names)) for area in (*own, *below)]


class AccountFilter(FilterForm):
    """Filters of the list of accounts."""

    text = forms.CharField(label=_("Name or number"), required=False, max_length=80)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=lambda: [("", _("All but escrow")), *AccountKind.choices()]
    )
    filled = forms.BooleanField(label=_("Only with money on it"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def narrow(self, rows: QuerySet[Account]) -> QuerySet[Account]:
        """Return the rows that the given filters leave. Escrows, one for each order, show when they are looked for."""
        given = self.given()
        if text := given.get("text", "").strip():
            rows = rows.filter(_called(self.actor, text))
        if "kind" in given:
            rows = rows.filter(kind=given["kind"])
        elif not text:
            rows = rows.exclude(kind=AccountKind.ESCROW)
        return rows.exclude(balance_minor=0) if given.get("filled") else rows


def _called(actor: Actor, text: str) -> Q:
    """Return the condition that an account has this number or reference, or is of somebody found by the name."""
    return Q(number__iexact=text) | Q(reference__iendswith=text) | Q(party_id__in=_parties_called(actor, text))


def _parties_called(actor: Actor, text: str) -> list[int]:
    found = registry.search(actor, registry.visible_to(actor), text).order_by("pk")
    return list(found.values_list("pk", flat=True)[:MOST_FOUND])


class DaysFilter(FilterForm):
    """Which days a statement is of: this month where nothing is said."""

    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("Until"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse days of more than a year, or the wrong way round."""
        given = self.cleaned_data
        if given.get("first") and given.get("last"):
            try:
                refuse_long(given["first"], given["last"])
            except Invalid as refused:
                self.add_error("last", str(refused))
        return given

    def days(self) -> tuple[date, date]:
        """Return the first and the last day: where one is given, the month that begins or ends with it."""
        given, today = self.given(), clock.today()
        first, last = given.get("first"), given.get("last")
        if first is None:
            first = (last or today).replace(day=1)
        return first, last or (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


class DepositForm(ActForm):
    """Money that came in at the bank."""

    party = forms.CharField(
        label=_("Number of the producer or buyer"),
        max_length=20,
        help_text=_("It stands on the page of the producer or buyer."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    amount = MoneyField(label=_("Amount"), error_messages=ABOVE_ZERO)
    bank_reference = forms.CharField(
        label=_("Reference of the bank"),
        max_length=60,
        help_text=_("What the bank's statement calls this payment. Each is booked once."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class OperatorForm(ActForm):
    """Who runs a service unit."""

    party = forms.CharField(
        label=_("Household or firm"),
        required=False,
        max_length=200,
        help_text=_("Its name or number. Empty: nobody, and the money stays on the unit's account."),
        widget=SuggestingInput,
    )

    def __init__(self, *args: Any, suggestions: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["party"].widget
        if isinstance(widget, SuggestingInput):
            widget.suggestions = suggestions


class ReversalForm(ActForm):
    """Why a deposit is taken back."""

    memo = forms.CharField(label=_("Why"), max_length=200)


class RunForm(ActForm):
    """Which money is paid out."""

    area = forms.ChoiceField(label=_("Area"))
    kinds = forms.MultipleChoiceField(
        label=_("Who is paid"),
        choices=[kind for kind in Kind.choices() if kind[0] != Kind.BUYER],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Firms often keep money here to buy with."),
    )
    minimum = MoneyField(
        label=_("From this amount on"), help_text=_("Smaller sums wait for the next run."), error_messages=ABOVE_ZERO
    )
    purpose = forms.CharField(
        label=_("Purpose"), max_length=60, help_text=_("The bank shows it to who is paid: write no names.")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        if isinstance(area, forms.ChoiceField):
            area.choices = area_choices(actor, Permission.PAY)

    def given(self) -> PayoutsGiven:
        """Return what the form says."""
        values = self.values
        kinds = tuple(Kind(kind) for kind in values["kinds"])
        return PayoutsGiven(values["area"], values["minimum"], values["purpose"], kinds)


class ExportForm(SecretForm):
    """Nothing to fill in. The answer shows account numbers, so none is kept of it."""


class AnswerForm(SheetForm):
    """What the bank says of payouts."""

    heads = RESULTS
    file = sheet_field(
        label=_("The bank's file"),
        help_text=_("CSV or xlsx with payout number, result (paid, failed or returned), day and reason."),
    )


class RunFilter(FilterForm):
    """Filters of the list of runs."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [("", _("All")), *RunState.choices()])

    def narrow(self, rows: QuerySet[PayoutRun]) -> QuerySet[PayoutRun]:
        """Return the rows that the given filters leave."""
        given = self.given()
        return rows.filter(state=given["state"]) if "state" in given else rows


class PayoutFilter(FilterForm):
    """Filters of the payouts of a run."""

    text = forms.CharField(label=_("Name or number"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=lambda: [("", _("All")), *PayoutState.choices()]
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def narrow(self, rows: QuerySet[Payout]) -> QuerySet[Payout]:
        """Return the rows that the given filters leave."""
        given = self.given()
        if text := given.get("text", "").strip():
            rows = rows.filter(Q(number__iexact=text) | Q(party_id__in=_parties_called(self.actor, text)))
        return rows.filter(state=given["state"]) if "state" in given else rows
