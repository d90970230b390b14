"""Giving, ending and standing in for posts; inviting to them; letting people back in."""

from functools import partial

from django.db.models.functions import Length
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.accounts import queries, services
from terrace.accounts.domain import Permission, Role, name_of_role, roles
from terrace.accounts.forms.posts import (
    ActForForm,
    EndPostForm,
    GivePostForm,
    InviteForm,
    LetBackInForm,
    UnitSearch,
)
from terrace.accounts.models import Person
from terrace.accounts.views.confirmed import confirmed
from terrace.accounts.views.rows import INVITATIONS
from terrace.http import listing, pages
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.forms import FilterForm
from terrace.http.request import Request
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.words import Text, _, in_language
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

MOST_UNITS = 30


@needs(Permission.MANAGE)
def invite(request: Request) -> HttpResponse:
    """Choose a unit, then whom to invite there and as what; the answer shows the link once."""
    unit = _unit(request)
    if unit is None:
        return _choose_unit(request, _("Invite somebody"), reverse("accounts:people"))
    form = InviteForm(pages.sent(request), roles=_roles_to_give(request.actor, unit))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            issued = services.invite_to_post(
                by=request.actor, unit_id=unit.pk, link_base=pages.link_base(request, "accounts:accept"), **form.values
            )
            return _show_link(request, issued, reverse("accounts:invitations"))
    context = {
        "title": _("Invite somebody to %(unit)s") % {"unit": unit},
        "form": form,
        "submit_label": _("Make the invitation"),
        "cancel_url": reverse("accounts:invite"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.MANAGE)
def invitations(request: Request) -> HttpResponse:
    """List the invitations to the reader's area, and what became of them."""
    context = {
        "title": _("Invitations"),
        "lead": _("A link works once and for a limited time. Who has it can use it, so send it to the right person."),
        "primary": {"url": reverse("accounts:invite"), "label": _("Invite somebody"), "icon": "plus"},
    }
    rows = queries.invitations_visible_to(request.actor)
    return listing.answer(request, "pages/list.html", INVITATIONS, rows, FilterForm(request.GET), context)


@needs(Permission.MANAGE)
def revoke_invitation(request: Request, invitation_id: int) -> HttpResponse:
    """Ask once, then take an invitation back."""
    found = queries.get_invitation(request.actor, invitation_id)
    question = Question(
        title=_("Take back the invitation of %(name)s") % {"name": found.name},
        text=_("The link stops working. You can invite the person again."),
        submit_label=_("Take back"),
        cancel_url=reverse("accounts:invitations"),
    )
    return confirm(request, question, partial(services.revoke_invitation, by=request.actor, invitation_id=found.pk))


@needs(Permission.MANAGE)
def give_post(request: Request, person_id: int) -> HttpResponse:
    """Choose a unit, then the role and the days."""
    person = queries.get_person(request.actor, person_id)
    back = reverse("accounts:person", args=[person_id])
    title: Text = _("Give %(name)s a post") % {"name": person.name}
    unit = _unit(request)
    if unit is None:
        return _choose_unit(request, title, back)
    form = GivePostForm(pages.sent(request), roles=_roles_to_give(request.actor, unit))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.give_post(by=request.actor, person_id=person_id, unit_id=unit.pk, **form.values)
            return redirect(back)
    context = {"title": title, "lead": unit, "form": form, "submit_label": _("Give the post"), "cancel_url": back}
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.MANAGE)
def end_post(request: Request, post_id: int) -> HttpResponse:
    """Ask for the last day, then end the post."""
    post = queries.get_post(request.actor, post_id)
    form = EndPostForm(pages.sent(request))
    question = Question(
        title=_("End the post of %(name)s") % {"name": post.person.name},
        text=in_language(name_of_role(post.role)),
        submit_label=_("End the post"),
        cancel_url=reverse("accounts:person", args=[post.person_id]),
    )
    return confirm(
        request,
        question,
        lambda: services.end_post(by=request.actor, post_id=post_id, ends_on=form.values["ends_on"]),
        form=form,
    )


@needs(Permission.MANAGE)
def act_for(request: Request, post_id: int) -> HttpResponse:
    """Ask who stands in for the holder of a post, and when."""
    post = queries.get_post(request.actor, post_id)
    back = reverse("accounts:person", args=[post.person_id])
    form = ActForForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            stand_in = _named(request.actor, form.values["person"])
            days = {name: form.values[name] for name in ("starts_on", "ends_on")}
            services.act_for(by=request.actor, post_id=post_id, person_id=stand_in.pk, **days)
            return redirect("accounts:person", stand_in.pk)
    context = {
        "title": _("Who stands in for %(name)s") % {"name": post.person.name},
        "lead": _("%(role)s. It ends by itself after the last day.") % {"role": in_language(name_of_role(post.role))},
        "form": form,
        "submit_label": _("Arrange it"),
        "cancel_url": back,
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.MANAGE)
@confirmed
def let_back_in(request: Request, person_id: int) -> HttpResponse:
    """Make a link by which a locked-out person chooses a new password; the answer shows it once."""
    person = queries.get_person(request.actor, person_id)
    back = reverse("accounts:person", args=[person_id])
    form = LetBackInForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            issued = services.let_back_in(
                by=request.actor,
                person_id=person_id,
                link_base=pages.link_base(request, "accounts:accept"),
                **form.values,
            )
            return _show_link(request, issued, back)
    context = {
        "title": _("Let %(name)s back in") % {"name": person.name},
        "lead": _("Be sure that it is really them who ask. The link lets whoever has it choose a new password."),
        "form": form,
        "submit_label": _("Make the link"),
        "cancel_url": back,
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


def _show_link(request: Request, issued: services.Issued, back: str) -> HttpResponse:
    return pages.show_secret(
        request,
        title=_("The link for %(name)s") % {"name": issued.invitation.name},
        secret=f"{pages.link_base(request, 'accounts:accept')}{issued.secret}",
        until=issued.invitation.expires_at,
        sent_to=issued.sent_to,
        back_url=back,
    )


def _unit(request: Request) -> ServiceUnit | None:
    """Return the unit that was chosen, None before that; raise `Forbidden` for one that the actor does not manage."""
    number = request.GET.get("unit", "")
    if not number:
        return None
    unit = network.get_unit(request.actor, number)
    if not request.actor.may(Permission.MANAGE, unit.area_path):
        raise Forbidden
    return unit


def _choose_unit(request: Request, title: Text, cancel_url: str) -> HttpResponse:
    form = UnitSearch(request.GET)
    found = _units(request.actor, form.given().get("text", ""))
    areas = network.areas_by_code(unit.area_id for unit in found)
    context = {
        "title": title,
        "lead": _("At which unit?"),
        "form": form,
        "units": [(unit, current().plan.get(unit.tier).unit, areas[unit.area_id]) for unit in found],
        "cancel_url": cancel_url,
    }
    return pages.render(request, "accounts/choose_unit.html", context, fragment="units")


def _units(actor: Actor, text: str) -> list[ServiceUnit]:
    """Return units that the actor manages: the uppermost, or those at places that `text` names."""
    paths = actor.paths(Permission.MANAGE)
    if text:
        codes = list(network.search_areas(paths, text).values_list("code", flat=True)[: MOST_UNITS * 4])
        return list(network.units_under("").filter(area_id__in=codes)[:MOST_UNITS])
    uppermost = (network.units_under(path).order_by(Length("area_path"), "id")[:MOST_UNITS] for path in paths)
    return [unit for units in uppermost for unit in units][:MOST_UNITS]


def _roles_to_give(actor: Actor, unit: ServiceUnit) -> list[Role]:
    """Return the roles of such a unit that the actor may give there."""
    workspace = current().plan.get(unit.tier).workspace
    may = queries.appointable(actor, unit.area_path)
    return [
        role
        for role in roles().values()
        if workspace in role.workspaces and {permission.value for permission in role.permissions} <= may
    ]


def _named(actor: Actor, login: str) -> Person:
    found = queries.find_by_login(login)
    if found is None or not queries.visible_to(actor).filter(pk=found.pk).exists():
        raise Invalid(_("Nobody in your area signs in by that."), field="person")
    return found
