"""Where a party's page leads: to its money, and to booking a deposit for it; and where payouts are shown."""

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.http import urlencode

from terrace.http.ways import Way
from terrace.kernel.actors import Actor
from terrace.kernel.words import _
from terrace.ledger.domain import Permission
from terrace.ledger.models import Payout
from terrace.ledger.queries.accounts import find_account_of_party
from terrace.ledger.queries.payouts import runs_visible_to
from terrace.registry.domain import State
from terrace.registry.models import Party


def ways_of_party(actor: Actor, party: Party) -> Iterator[Way]:
    """Yield the ways of a party to its account and to a deposit, as far as `actor` may go them."""
    if actor.may(Permission.VIEW, party.area_path):
        account = find_account_of_party(party.pk)
        if account is not None:
            yield Way(_("Money"), reverse("ledger:account", args=[account.number]), "coin")
    elif actor.owns(party.pk):
        yield Way(_("Money"), reverse("ledger:money"), "coin")
    if party.state is not State.ERASED and actor.may(Permission.DEPOSIT, party.area_path):
        yield Way(_("Book a deposit"), f"{reverse('ledger:deposit')}?{urlencode({'party': party.number})}", "plus")


def payout_urls(actor: Actor, numbers: Collection[str]) -> dict[str, str]:
    """Return the pages of the runs of payouts, by the payouts' numbers, for who sees the runs."""
    payouts = Payout.objects.filter(number__in=numbers, run__in=runs_visible_to(actor)).order_by("pk")
    return {number: reverse("ledger:run", args=[run]) for number, run in payouts.values_list("number", "run__number")}
