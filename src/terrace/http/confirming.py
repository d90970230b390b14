"""Asking once before an act: one page says what will happen, and its button does it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect

from terrace.http import pages
from terrace.http.forms import ActForm, VersionForm
from terrace.http.request import Request
from terrace.kernel.db import Versioned
from terrace.kernel.words import Text


@dataclass(frozen=True, slots=True)
class Question:
    """What the page says, the verb on its button, and where the reader goes back to."""

    title: Text
    text: Text
    submit_label: Text
    cancel_url: str


def confirm(
    request: Request,
    question: Question,
    act: Callable[[], object],
    *,
    form: ActForm | None = None,
    then: str = "",
) -> HttpResponse:
    """Ask, or do `act` when the form was sent, and go to `then`, or back. A refusal lands on the form.

    `form` is given where the question wants more for an answer than yes.
    """
    form = form or ActForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            act()
            return redirect(then or question.cancel_url)
    context = {
        "title": question.title,
        "text": question.text,
        "submit_label": question.submit_label,
        "cancel_url": question.cancel_url,
        "form": form,
    }
    return pages.render(request, "pages/confirm.html", context, status=pages.form_status(request))


def confirm_version(
    request: Request, row: Versioned, question: Question, act: Callable[..., object], *, then: str = ""
) -> HttpResponse:
    """Ask before an act on a row that people edit, as `confirm`: `act` takes the `version` that was looked at.

    So nobody ends unseen what somebody else has just changed.
    """
    form = VersionForm(pages.sent(request), initial={"version": row.version})
    return confirm(request, question, lambda: act(version=form.values["version"]), form=form, then=then)
