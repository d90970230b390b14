"""Runs of payouts: the list, beginning one, how far it is, its payouts, cancelling it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from terrace.http import listing, pages, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm_version
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.words import Names, Text, _
from terrace.ledger import queries, services
from terrace.ledger.domain import PayoutState, Permission, RunState, usual_minimum
from terrace.ledger.forms import PayoutFilter, RunFilter, RunForm
from terrace.ledger.models import Payout, PayoutRun
from terrace.ledger.views.accounts import figure
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.domain import Kind as PartyKind
from terrace.registry.domain import Permission as Registry
from terrace.registry.models import Party


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run with the place that it is for."""

    run: PayoutRun
    place: Names


@dataclass(frozen=True, slots=True)
class PayoutCard:
    """A payout with whom it goes to."""

    payout: Payout
    name: str


@needs(Permission.PAY, Permission.VIEW)
def runs(request: Request) -> HttpResponse:
    """List the runs of payouts, the newest first."""
    form = RunFilter(request.GET)
    may_pay = request.actor.holds(Permission.PAY)
    context = {
        "title": _("Payouts"),
        "lead": _("Money on its way from the accounts here to the bank accounts of households and firms."),
        "primary": {"url": reverse("ledger:run_new"), "label": _("Prepare payouts"), "icon": "plus"}
        if may_pay
        else None,
        "actions": [
            {"url": reverse("ledger:came_back"), "label": _("Payouts that came back"), "icon": "arrows-exchange"}
        ]
        if may_pay
        else [],
    }
    rows = form.narrow(queries.runs_visible_to(request.actor))
    return listing.answer(request, "pages/list.html", _runs_table(may_pay), rows, form, context)


@needs(Permission.PAY)
def new(request: Request) -> HttpResponse:
    """Prepare payouts: a small run at once, a larger one by a job whose progress is shown."""
    initial = {
        "minimum": usual_minimum(current().currency),
        "kinds": [PartyKind.HOUSEHOLD.value],
        "purpose": _("Sales of farm goods"),
    }
    form = RunForm(pages.sent(request), actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            run = services.prepare_payouts(by=request.actor, given=form.given())
            return redirect("ledger:run", run.number)
    context = {
        "title": _("Prepare payouts"),
        "lead": _(
            "All the money of everybody who has that much and a bank account. You can cancel it until you take "
            "the file for the bank."
        ),
        "form": form,
        "submit_label": _("Prepare payouts"),
        "cancel_url": reverse("ledger:runs"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.PAY, Permission.VIEW)
def run(request: Request, number: str) -> HttpResponse:
    """Show a run: how far it is, what to do next, its payouts."""
    found = queries.get_run(request.actor, number)
    may_pay = request.actor.may(Permission.PAY, found.area_path)
    state = found.standing
    form = PayoutFilter(request.GET, actor=request.actor)
    context = {
        "title": _("Payouts %(number)s") % {"number": found.number},
        "lead": found.purpose,
        "breadcrumb": [(_("Payouts"), reverse("ledger:runs")), (found.number, "")],
        "run": found,
        "state": state,
        "is_preparing": state is RunState.PREPARING,
        "is_silent": may_pay and found.is_silent(clock.now()),
        "url": reverse("ledger:run", args=[found.number]) if state is RunState.PREPARING else "",
        "figures": _figures(found),
        "facts": _facts(found),
        "left_out_url": reverse("ledger:run_without_account", args=[found.number]) if found.without_account else "",
        "primary": _primary(found) if may_pay else None,
        "actions": _actions(found) if may_pay else [],
    }
    rows = form.narrow(queries.payouts_of(found))
    if request.htmx.target and request.htmx.target.endswith("run"):
        return pages.render(request, "ledger/run.html", context, fragment="run")
    return listing.answer(request, "ledger/run.html", _payouts_table(found), rows, form, context)


@require_POST
@needs(Permission.PAY)
def again(request: Request, number: str) -> HttpResponse:
    """Let a job go on with a run that fell silent."""
    services.restart_preparation(by=request.actor, run=queries.get_run(request.actor, number))
    return redirect("ledger:run", number)


@needs(Permission.PAY)
def cancel(request: Request, number: str) -> HttpResponse:
    """Ask once, then put the money of a run back on the accounts."""
    found = queries.get_run(request.actor, number)
    request.actor.require(Permission.PAY, found.area_path)
    told = {"count": written.number(found.count), "amount": written.money(found.amount)}
    question = Question(
        title=_("Cancel these payouts?"),
        text=_("%(amount)s of %(count)s payouts goes back on the accounts. Nothing was sent to the bank.") % told,
        submit_label=_("Cancel the payouts"),
        cancel_url=reverse("ledger:run", args=[found.number]),
    )
    return confirm_version(request, found, question, partial(services.cancel_payouts, by=request.actor, run=found))


@needs(Permission.PAY, Permission.VIEW)
def without_account(request: Request, number: str) -> HttpResponse:
    """List who would have been paid and has no bank account, each with the way to enter one."""
    found = queries.get_run(request.actor, number)
    parties = registry.parties_by_id(queries.without_bank_account(found))
    form = RunFilter({})
    form.fields.clear()
    context = {
        "title": _("Without a bank account"),
        "lead": _("Enter where their money goes; the next run pays them."),
        "breadcrumb": [
            (_("Payouts"), reverse("ledger:runs")),
            (found.number, reverse("ledger:run", args=[found.number])),
            (_("Without a bank account"), ""),
        ],
    }
    rows = sorted(parties.values(), key=lambda party: (party.area_path, party.pk))
    return listing.answer_computed(request, "pages/list.html", _left_out_table(request.actor), rows, form, context)


def _primary(run: PayoutRun) -> dict[str, object] | None:
    """Return what to do next with a run."""
    match run.standing:
        case RunState.PREPARED:
            url = reverse("ledger:run_file", args=[run.number])
            return {"url": url, "label": _("File for the bank"), "icon": "download"}
        case RunState.EXPORTED:
            url = reverse("ledger:run_answer", args=[run.number])
            return {"url": url, "label": _("Book the bank's answer"), "icon": "upload"}
    return None


def _actions(run: PayoutRun) -> list[dict[str, object]]:
    match run.standing:
        case RunState.PREPARED:
            return [{"url": reverse("ledger:run_cancel", args=[run.number]), "label": _("Cancel"), "icon": "x"}]
        case RunState.EXPORTED:
            url = reverse("ledger:run_file", args=[run.number])
            return [{"url": url, "label": _("File for the bank"), "icon": "download"}]
        case RunState.SETTLED:
            url = reverse("ledger:run_answer", args=[run.number])
            return [{"url": url, "label": _("Book what came back later"), "icon": "upload"}]
    return []


def _figures(run: PayoutRun) -> list[dict[str, object]]:
    counts = queries.count_by_state(run)
    came_back = counts.get(PayoutState.FAILED, 0) + counts.get(PayoutState.RETURNED, 0)
    return [
        figure(_("Money in this run"), run.amount),
        _count(_("Payments in the run"), run.count),
        _count(PayoutState.PAID.label, counts.get(PayoutState.PAID, 0)),
        _count(_("Refused or came back"), came_back),
    ]


def _count(label: Text, number: int) -> dict[str, object]:
    return {
        "label": label,
        "number": written.number(number),
        "unit": "",
        "change": "",
        "trend": "",
        "line": "",
        "url": "",
    }


def _facts(run: PayoutRun) -> list[tuple[Text, str, object]]:
    place = network.names_of([run.area_id]).get(run.area_id, {})
    return [
        (_("Area"), "names", place),
        (_("From this amount on"), "money", run.minimum),
        (_("Prepared at"), "datetime", run.created_at),
        (_("Handed to the bank at"), "datetime", run.exported_at),
        (_("Answered at"), "datetime", run.settled_at),
        (_("Left out, without a bank account"), "number", run.without_account),
    ]


def _runs_table(may_pay: bool) -> Table[PayoutRun, RunCard]:
    return Table(
        name="payout-runs",
        columns=(
            Column("number", _("Number"), lambda card: card.run.number, Kind.CODE, sort="number"),
            Column("place", _("Area"), lambda card: card.place, Kind.NAMES, sort="area_path"),
            Column("at", _("Prepared at"), lambda card: card.run.created_at, Kind.DATETIME, sort="created_at"),
            Column("count", _("Payments in the run"), lambda card: card.run.count, Kind.NUMBER, sort="count"),
            Column("amount", _("Amount"), lambda card: card.run.amount, Kind.MONEY, sort="amount_minor"),
            Column(
                "state",
                _("State"),
                lambda card: card.run.standing,
                Kind.BADGE,
                sort="state",
                tone=lambda card: card.run.standing.tone,
            ),
        ),
        present=_run_cards,
        order=("-pk",),
        empty=Empty(
            _("No payouts yet"),
            _("A run takes all money above a minimum and makes one file of it for the bank."),
            reverse("ledger:run_new") if may_pay else "",
            _("Prepare payouts") if may_pay else "",
        ),
        url=lambda card: reverse("ledger:run", args=[card.run.number]),
    )


def _run_cards(rows: Sequence[PayoutRun]) -> list[RunCard]:
    places = network.names_of({row.area_id for row in rows})
    return [RunCard(row, places.get(row.area_id, {})) for row in rows]


def _payouts_table(run: PayoutRun) -> Table[Payout, PayoutCard]:
    return Table(
        name=f"payouts-{run.number}",
        columns=(
            Column("name", _("Who is paid"), lambda card: card.name),
            Column("number", _("Number"), lambda card: card.payout.number, Kind.CODE, sort="number"),
            Column("bank", _("Bank account"), lambda card: bank_shown(card.payout), sort="bank,last4"),
            Column("amount", _("Amount"), lambda card: card.payout.amount, Kind.MONEY, sort="amount_minor"),
            Column(
                "state",
                _("State"),
                lambda card: card.payout.standing,
                Kind.BADGE,
                sort="state",
                tone=lambda card: card.payout.standing.tone,
            ),
            Column(
                "paid_on", _("Paid on"), lambda card: card.payout.paid_on, Kind.DATE, sort="paid_on", sheet_only=True
            ),
            Column("ended_on", _("Ended on"), lambda card: card.payout.ended_on, Kind.DATE, sort="ended_on"),
            Column("answer", _("The bank says"), lambda card: card.payout.answer, Kind.PROSE),
        ),
        present=_payout_cards,
        order=("pk",),
        empty=Empty(_("No payouts in this run"), _("Nobody there has that much money and a bank account.")),
        url=lambda card: reverse("ledger:account", args=[card.payout.account.number]),
        most_counted=10_000,
    )


def bank_shown(payout: Payout) -> str:
    """Return the bank account of a payout as pages show it, "" for one that was erased."""
    return f"{payout.bank} ••••{payout.last4}" if payout.last4 else ""


def _payout_cards(rows: Sequence[Payout]) -> list[PayoutCard]:
    parties = registry.parties_by_id(row.party_id for row in rows)
    return [PayoutCard(row, parties[row.party_id].name) for row in rows]


def _left_out_table(actor: Actor) -> Table[Party, Party]:
    def url(party: Party) -> str:
        may = actor.may(Registry.BANK, party.area_path)
        return reverse("registry:bank" if may else "registry:party", args=[party.number])

    return Table(
        name="without-bank-account",
        columns=(
            Column("name", _("Name"), lambda party: party.name),
            Column("number", _("Number"), lambda party: party.number, Kind.CODE),
            Column("kind", _("Kind"), lambda party: PartyKind(party.kind).label),
            Column("way", _("Bank account"), lambda party: _("Enter one"), url=url),
        ),
        present=list,
        order=(),
        empty=Empty(_("Everybody has a bank account"), _("The next run pays them all.")),
        url=url,
    )
