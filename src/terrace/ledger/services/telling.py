"""Telling the people of a party that its money was paid, or came back."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy

from terrace.accounts import queries as accounts
from terrace.http import written
from terrace.kernel.words import Text, _
from terrace.ledger.models import Payout
from terrace.ledger.services.result_rows import Outcome
from terrace.messaging import services as messaging
from terrace.messaging.domain import Channel, Topic
from terrace.registry import queries as registry

lazy_money = lazy(written.money, str)
"""An amount in the language of who reads it."""


def tell_of(outcomes: Iterable[Outcome], now: datetime) -> None:
    """Tell who speaks for the parties what became of their payouts, in the app and by SMS; most parties have nobody."""
    rows = list(outcomes)
    people = registry.people_for(outcome.payout.party_id for outcome in rows)
    known = {to.person_id: to for to in accounts.recipients({one for found in people.values() for one in found})}
    for outcome in rows:
        to = [known[person] for person in people.get(outcome.payout.party_id, ()) if person in known]
        if to:
            title, text = _told(outcome)
            messaging.notify(
                to=to,
                topic=Topic.MONEY,
                title=title,
                text=text,
                url=reverse("ledger:account", args=[outcome.payout.account.number]),
                channels=(Channel.APP, Channel.SMS),
                now=now,
            )


def _told(outcome: Outcome) -> tuple[Text, Text]:
    payout = outcome.payout
    amount = lazy_money(payout.amount)
    if outcome.came_back:
        title = format_lazy(_("{amount} came back from the bank"), amount=amount)
        why = _("The money is on your account here again. Ask your service point to check the bank account.")
        return title, format_lazy("{answer} {why}", answer=outcome.answer, why=why) if outcome.answer else why
    return format_lazy(_("{amount} was paid to you"), amount=amount), _bank_of(payout)


def _bank_of(payout: Payout) -> Text:
    return format_lazy(_("To {bank} ••••{last4}."), bank=payout.bank, last4=payout.last4)
