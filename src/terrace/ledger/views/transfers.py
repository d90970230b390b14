"""One transfer: why, when, by whom, from whom to whom."""

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.ways import number_in, urls_of
from terrace.kernel.actors import Actor
from terrace.kernel.words import _
from terrace.ledger import queries
from terrace.ledger.domain import Part, Permission, Reason
from terrace.ledger.models import Entry, Transfer


@needs(Permission.VIEW, Permission.OUTLET, or_own=True)
def transfer(request: Request, number: str) -> HttpResponse:
    """Show a transfer with the sides of it that the reader sees."""
    found, entries = queries.get_transfer(request.actor, number)
    undone_by = queries.find_reversal(found)
    context = {
        "title": Reason(found.reason).label,
        "lead": found.number,
        "facts": _facts(request.actor, found, undone_by),
        "sides": _sides(entries),
        "actions": [] if undone_by else _ways(request.actor, found),
    }
    return pages.render(request, "ledger/transfer.html", context)


def _facts(actor: Actor, transfer: Transfer, undone_by: Transfer | None) -> list[tuple[object, str, object]]:
    about = number_in(transfer.reference)
    url = urls_of(actor, [transfer.reference]).get(transfer.reference, "")
    linked: tuple[object, str, object] = (_("About"), "link", (about, url)) if url else (_("About"), "text", about)
    facts: list[tuple[object, str, object]] = [(_("When"), "datetime", transfer.at), linked]
    if transfer.memo:
        facts.append((_("Remark"), "text", transfer.memo))
    for label, other in ((_("Undoes"), transfer.reverses), (_("Undone by"), undone_by)):
        if other:
            facts.append((label, "link", (other.number, reverse("ledger:transfer", args=[other.number]))))
    if actor.holds(Permission.VIEW) and transfer.signature:
        facts.append((_("Booked by"), "text", transfer.signature))
    return facts


def _sides(entries: list[Entry]) -> list[dict[str, object]]:
    accounts = queries.accounts_by_id(entry.account_id for entry in entries)
    titles = queries.titles_of(accounts.values())
    return [
        {
            "title": titles[entry.account_id],
            "url": reverse("ledger:account", args=[accounts[entry.account_id].number]),
            "part": Part(entry.part).label,
            "amount": entry.amount,
        }
        for entry in entries
    ]


def _ways(actor: Actor, transfer: Transfer) -> list[dict[str, object]]:
    may = transfer.reason == Reason.DEPOSIT and actor.may(Permission.REVERSE, queries.area_of_transfer(transfer))
    url = reverse("ledger:take_back", args=[transfer.number])
    return [{"url": url, "label": _("Take back"), "icon": "arrow-left"}] if may else []
