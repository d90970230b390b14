"""The forms of what is done to a lot."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.forms import ActForm
from terrace.http.request import Request
from terrace.http.written import quantity
from terrace.kernel import clock
from terrace.kernel.words import Text, _
from terrace.traceability import queries, services
from terrace.traceability.domain import BY_HAND, EventKind, Grade, Permission
from terrace.traceability.forms import (
    GradeForm,
    InspectionForm,
    LossForm,
    MergeForm,
    RecallForm,
    SplitForm,
    StepForm,
)
from terrace.traceability.models import Lot


@needs(Permission.RECORD)
def split(request: Request, number: str) -> HttpResponse:
    """Take parts out of a lot."""
    lot = _lot(request, number, Permission.RECORD)
    form = SplitForm(pages.sent(request), lot=lot)
    lead = _("%(left)s is left. Each part becomes a lot with a label of its own; the rest stays in this one.")
    return _answer(
        request,
        lot,
        form,
        lambda: services.split_lot(by=request.actor, lot=lot, parts=form.parts()),
        title=_("Split lot %(number)s") % {"number": lot.number},
        lead=lead % {"left": quantity(lot.left)},
        submit_label=_("Split"),
    )


@needs(Permission.RECORD)
def merge(request: Request, number: str) -> HttpResponse:
    """Put a lot together with others at its unit."""
    lot = _lot(request, number, Permission.RECORD)
    others = queries.lots_to_merge_with(request.actor, lot)
    form = MergeForm(pages.sent(request), others=others)

    def act() -> object:
        chosen = [other for other in others if other.number in form.values["lots"]]
        return services.merge_lots(by=request.actor, lots=[lot, *chosen])

    return _answer(
        request,
        lot,
        form,
        act,
        title=_("Merge lot %(number)s") % {"number": lot.number},
        lead=_(
            "All that is left of these lots becomes one new lot. Here lie goods of the same owner, product and grade."
        )
        if others
        else _("No other lot of this owner, product and grade lies at the same unit."),
        submit_label=_("Merge"),
    )


@needs(Permission.RECORD)
def lose(request: Request, number: str) -> HttpResponse:
    """Record that some of a lot is gone."""
    lot = _lot(request, number, Permission.RECORD)
    form = LossForm(pages.sent(request), lot=lot)
    return _answer(
        request,
        lot,
        form,
        lambda: services.lose(by=request.actor, lot=lot, **form.lost()),
        title=_("Record a loss of lot %(number)s") % {"number": lot.number},
        lead=_("%(left)s is left before it.") % {"left": quantity(lot.left)},
        submit_label=_("Record a loss"),
    )


@needs(Permission.RECORD)
def step(request: Request, number: str) -> HttpResponse:
    """Record that a lot was cooled, or a note about it."""
    lot = _lot(request, number, Permission.RECORD)
    form = StepForm(pages.sent(request), initial={"kind": BY_HAND[0].value})

    def act() -> object:
        kind = EventKind(form.values["kind"])
        return services.record_step(by=request.actor, lot=lot, kind=kind, text=form.values["note"])

    return _answer(
        request,
        lot,
        form,
        act,
        title=_("Record a step of lot %(number)s") % {"number": lot.number},
        lead=_(
            "Buyers read that it was cooled, and when. The note is read by staff, by who grew it and by who owns it."
        ),
        submit_label=_("Record a step"),
    )


@needs(Permission.INSPECT)
def inspect(request: Request, number: str) -> HttpResponse:
    """Record a test of a lot."""
    lot = _lot(request, number, Permission.INSPECT)
    form = InspectionForm(
        pages.sent(request), request.FILES or None, initial={"tested_on": clock.today()}, owner=request.actor.person_id
    )
    return _answer(
        request,
        lot,
        form,
        lambda: services.inspect(by=request.actor, lot=lot, given=form.given()),
        title=_("Record a test of lot %(number)s") % {"number": lot.number},
        lead=_("Fill in what was measured and leave the rest empty. Buyers read values and limits."),
        submit_label=_("Record a test"),
        refused=form.keep_files,
    )


@needs(Permission.INSPECT)
def grade(request: Request, number: str) -> HttpResponse:
    """Put a lot into a class."""
    lot = _lot(request, number, Permission.INSPECT)
    form = GradeForm(pages.sent(request), initial={"grade": lot.grade})
    return _answer(
        request,
        lot,
        form,
        lambda: services.grade(by=request.actor, lot=lot, grade=Grade(form.values["grade"])),
        title=_("Grade lot %(number)s") % {"number": lot.number},
        lead=_("Split the lot first where its goods are of several grades. What is to be paid by grade is paid then."),
        submit_label=_("Grade"),
    )


@needs(Permission.INSPECT)
def recall(request: Request, number: str) -> HttpResponse:
    """Ask why, then recall a lot with everything that was made of it."""
    lot = _lot(request, number, Permission.INSPECT)
    form = RecallForm(pages.sent(request))
    question = Question(
        title=_("Recall lot %(number)s?") % {"number": lot.number},
        text=_("Every lot with some of it is recalled too. Their public pages warn, and nothing of them is packed."),
        submit_label=_("Recall"),
        cancel_url=_url(lot),
    )
    return confirm(
        request, question, lambda: services.recall(by=request.actor, lot=lot, reason=form.values["reason"]), form=form
    )


@needs(Permission.INSPECT)
def end_recall(request: Request, number: str) -> HttpResponse:
    """Ask once, then end the recall of a lot."""
    lot = _lot(request, number, Permission.INSPECT)
    question = Question(
        title=_("End the recall of lot %(number)s?") % {"number": lot.number},
        text=_("Its public page no longer warns, and what is left may be packed. Other lots stay as they are."),
        submit_label=_("End the recall"),
        cancel_url=_url(lot),
    )
    return confirm(request, question, partial(services.end_recall, by=request.actor, lot=lot))


def _answer(
    request: Request,
    lot: Lot,
    form: ActForm,
    act: Callable[[], object],
    *,
    title: Text,
    lead: Text,
    submit_label: Text,
    refused: Callable[[], None] = lambda: None,
) -> HttpResponse:
    """Show the form, or do the act and go back to the lot."""
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            act()
            return redirect(_url(lot))
    if request.method == "POST":
        refused()
    context: dict[str, Any] = {
        "title": title,
        "lead": lead,
        "form": form,
        "submit_label": submit_label,
        "cancel_url": _url(lot),
        "breadcrumb": [(_("Lots"), reverse("traceability:lots")), (lot.number, _url(lot)), (submit_label, "")],
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


def _lot(request: Request, number: str, permission: Permission) -> Lot:
    """Return the lot where the actor may act on it: unseen is not there, seen from elsewhere is forbidden."""
    lot = queries.get_lot(request.actor, number)
    services.require(request.actor, permission, lot)
    return lot


def _url(lot: Lot) -> str:
    return reverse("traceability:lot", args=[lot.number])
