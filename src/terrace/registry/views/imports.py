"""Importing a file of parties: the page, how far it is, and the rows to correct."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from terrace.http import pages, workbooks
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.workbooks import Head, Sheet
from terrace.kernel import clock
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _, one_by_one
from terrace.registry import queries, services
from terrace.registry.domain import ImportState, Kind, Permission
from terrace.registry.forms import ImportForm
from terrace.registry.models import ImportRun

SHOWN_PROBLEMS = 100
SHOWN_RUNS = 10


@needs(Permission.MANAGE)
def import_file(request: Request) -> HttpResponse:
    """Take in a file of parties; a small one is done at once, a larger one by a job whose progress is shown."""
    form = ImportForm(pages.sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.values
        with form.refusals():
            run = services.start_import(
                by=request.actor,
                content=values["file"].read(),
                file_name=values["file"].name,
                takes_good_rows=values["takes_good_rows"],
            )
            return redirect("registry:import_run", run.number)
    context = {
        "title": _("Import producers and buyers"),
        "lead": _(
            "An xlsx workbook of up to 20,000 rows. A row with a number changes that party, one without registers "
            "a new one. An empty cell leaves what is known."
        ),
        "form": form,
        "submit_label": _("Import"),
        "cancel_url": reverse("registry:parties"),
        "actions": [{"url": reverse("registry:import_pattern"), "label": _("Pattern"), "icon": "download"}],
        "runs": [_summary(run) for run in queries.imports_visible_to(request.actor).order_by("-pk")[:SHOWN_RUNS]],
    }
    return pages.render(request, "registry/import.html", context, status=pages.form_status(request))


@needs(Permission.MANAGE)
def import_pattern(request: Request) -> HttpResponse:
    """Send an empty sheet with the right columns, and a second one that explains them."""
    heads = [Head("column", _("Column")), Head("meaning", _("What to enter"))]
    explained = Sheet(str(_("Columns")), heads, _explanations())
    return workbooks.download("parties", Sheet(str(_("Producers and buyers"))[:31], services.SHEET, []), explained)


@needs(Permission.MANAGE)
def import_run(request: Request, number: str) -> HttpResponse:
    """Show how far an import is, and in the end what it did and which rows are to be corrected."""
    run = queries.get_import(request.actor, number)
    state = ImportState(run.state)
    context = {
        "title": _("Import of %(file)s") % {"file": run.file_name},
        "run": run,
        "state": state,
        "is_over": state.is_over,
        "has_failed": state is ImportState.FAILED,
        "was_ended": state is ImportState.REFUSED and not run.bad_count,
        "is_slow": run.may_restart(clock.now()),
        "figures": _figures(run) if state is ImportState.DONE else [],
        "problems": run.problems[:SHOWN_PROBLEMS],
        "more_problems": max(0, len(run.problems) - SHOWN_PROBLEMS),
        "url": "" if state.is_over else reverse("registry:import_run", args=[number]),
        "back": {"url": reverse("registry:import"), "label": _("Another file"), "icon": "upload"},
    }
    return pages.render(request, "registry/import_run.html", context, fragment="run")


@needs(Permission.MANAGE)
def import_problems(request: Request, number: str) -> HttpResponse:
    """Send the rows that were not taken as a workbook, each with its reason, to be corrected and sent again."""
    run = queries.get_import(request.actor, number)
    rows, problems = services.rows_to_correct(run)
    if not rows:
        raise NotFound
    return workbooks.download(f"{run.number}-to-correct", workbooks.problem_sheet(rows, services.SHEET, problems))


@require_POST
@needs(Permission.MANAGE)
def import_again(request: Request, number: str) -> HttpResponse:
    """Try a stopped import again."""
    services.restart_import(by=request.actor, run=queries.get_import(request.actor, number))
    return redirect("registry:import_run", number)


def _summary(run: ImportRun) -> dict[str, Any]:
    state = ImportState(run.state)
    return {
        "url": reverse("registry:import_run", args=[run.number]),
        "file_name": run.file_name,
        "at": run.created_at,
        "label": state.label,
        "tone": state.tone,
    }


def _figures(run: ImportRun) -> list[dict[str, Any]]:
    counts = [
        (_("Registered"), run.created_count),
        (_("Changed"), run.changed_count),
        (_("Left as they were"), run.unchanged_count),
        (_("To correct"), run.bad_count),
    ]
    return [
        {"label": label, "number": count, "unit": "", "change": "", "trend": "", "line": "", "url": ""}
        for label, count in counts
    ]


def _explanations() -> list[tuple[Text, Text]]:
    meanings: dict[str, Text] = {
        "name": _("The head of household, or the firm's name. No identity numbers."),
        "kind": one_by_one(kind.label for kind in Kind),
        "area": _("Code of the place, or its name where no other place of yours has it; for a household its village."),
        "phone": _("A number of this country, or one that begins with + and the country code."),
        "is_new": _("Yes, when a row looks like somebody registered but is another."),
        "number": _("Leave empty for a new one. With a number, the party is changed."),
    }
    plain = _("Yes or no; needs the permission to see personal data.")
    named = {head.name: head for head in services.SHEET}
    optional = {"email": _("Optional."), "address": _("Optional.")}
    return [(head.title, meanings.get(name) or optional.get(name) or plain) for name, head in named.items()]
