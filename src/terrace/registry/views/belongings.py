"""What belongs to a party: its account, its cooperatives, the people who speak for it."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.accounts import services as accounts
from terrace.http import pages
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm, confirm_version
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.errors import NotFound
from terrace.kernel.words import _
from terrace.registry import queries, services
from terrace.registry.domain import Permission
from terrace.registry.forms import AccountForm, InviteForm, JoinForm, LeaveForm
from terrace.registry.models import Membership


@needs(Permission.BANK)
def bank(request: Request, number: str) -> HttpResponse:
    """Enter where a party's money goes."""
    party = queries.get_party(request.actor, number)
    request.actor.require(Permission.BANK, party.area_path)
    form = AccountForm(pages.sent(request), initial={"version": party.version}, holder=party.name)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.set_account(by=request.actor, party=party, version=form.values["version"], given=form.given())
            return redirect("registry:party", number)
    account = queries.find_account(party)
    context = {
        "title": _("Bank account of %(name)s") % {"name": party.name},
        "lead": _("Now: %(account)s. A new one replaces it.") % {"account": account} if account else "",
        "form": form,
        "cancel_url": reverse("registry:party", args=[number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.BANK)
def bank_close(request: Request, number: str) -> HttpResponse:
    """Ask once, then close a party's account."""
    party = queries.get_party(request.actor, number)
    request.actor.require(Permission.BANK, party.area_path)
    question = Question(
        title=_("Close the bank account of %(name)s") % {"name": party.name},
        text=_("No money can be paid out to it until another account is entered."),
        submit_label=_("Close the account"),
        cancel_url=reverse("registry:party", args=[number]),
    )
    return confirm_version(request, party, question, partial(services.close_account, by=request.actor, party=party))


@needs(Permission.MANAGE)
def join(request: Request, number: str) -> HttpResponse:
    """Record that a party joined a cooperative of its county."""
    party = queries.get_party(request.actor, number)
    request.actor.require(Permission.MANAGE, party.area_path)
    form = JoinForm(pages.sent(request), county_code=party.county_code, initial={"joined_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        values = form.values
        with form.refusals():
            services.join_cooperative(
                by=request.actor,
                cooperative=form.cooperatives[values["cooperative"]],
                member=party,
                joined_on=values["joined_on"],
            )
            return redirect("registry:party", number)
    context = {
        "title": _("%(name)s joins a cooperative") % {"name": party.name},
        "form": form,
        "cancel_url": reverse("registry:party", args=[number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.MANAGE, or_party=True)
def leave(request: Request, number: str, membership: int) -> HttpResponse:
    """Ask for the day, then end a membership, seen from the member's or the cooperative's page."""
    party = queries.get_party(request.actor, number)
    found = queries.membership_of(request.actor, party, membership)
    form = LeaveForm(pages.sent(request), initial={"left_on": clock.today()})
    question = Question(
        title=_leave_title(found),
        text=_("The membership stays in the books with its last day."),
        submit_label=_("End the membership"),
        cancel_url=reverse("registry:party", args=[number]),
    )
    return confirm(
        request,
        question,
        lambda: services.leave_cooperative(by=request.actor, membership=found, left_on=form.values["left_on"]),
        form=form,
    )


@needs(Permission.MANAGE)
def representative_invite(request: Request, number: str) -> HttpResponse:
    """Invite somebody to sign in and speak for a party; the answer shows the link once."""
    party = queries.get_party(request.actor, number)
    request.actor.require(Permission.MANAGE, party.area_path)
    form = InviteForm(pages.sent(request), initial={"name": party.name, "phone": party.phone, "email": party.email})
    back = reverse("registry:party", args=[number])
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            issued = services.invite_representative(
                by=request.actor, party=party, link_base=pages.link_base(request, "accounts:accept"), **form.values
            )
            return _show_link(request, issued, back)
    context = {
        "title": _("Invite somebody to speak for %(name)s") % {"name": party.name},
        "lead": _("They get a link, choose a password, and can then record supply and see their own data."),
        "form": form,
        "submit_label": _("Invite"),
        "cancel_url": back,
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.MANAGE, or_party=True)
def representative_remove(request: Request, number: str, representative: int) -> HttpResponse:
    """Ask once, then let a person no longer speak for a party."""
    party = queries.get_party(request.actor, number)
    request.actor.require(Permission.MANAGE, party.area_path, or_party=party.pk)
    found = next(((row, person) for row, person in queries.representatives_of(party) if row.pk == representative), None)
    if found is None:
        raise NotFound
    question = Question(
        title=_("%(person)s no longer speaks for %(name)s") % {"person": found[1].name, "name": party.name},
        text=_("The person can no longer see or do anything for it."),
        submit_label=_("Remove"),
        cancel_url=reverse("registry:party", args=[number]),
    )
    remove = partial(services.remove_representative, by=request.actor, representative=found[0])
    return confirm(request, question, remove, then=reverse("registry:parties"))


def _show_link(request: Request, issued: accounts.Issued, back: str) -> HttpResponse:
    return pages.show_secret(
        request,
        title=_("The link for %(name)s") % {"name": issued.invitation.name},
        secret=f"{pages.link_base(request, 'accounts:accept')}{issued.secret}",
        until=issued.invitation.expires_at,
        sent_to=issued.sent_to,
        back_url=back,
    )


def _leave_title(found: Membership) -> str:
    return _("%(member)s leaves %(cooperative)s") % {"member": found.member.name, "cooperative": found.cooperative.name}
