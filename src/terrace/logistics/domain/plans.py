"""Plans of a day: where one stands, and what a person may do with it. Pure rules."""

from datetime import timedelta

from terrace.kernel.words import Choice, _, in_context

MOST_SECONDS = 300
"""A planner that found nothing good in five minutes needs another day, not more time."""
USUAL_SECONDS = 45
SILENT_AFTER = timedelta(minutes=2)
"""After the end of its time a search that tells nothing for so long was interrupted."""


class PlanState(Choice):
    """Where a plan stands."""

    SEARCHING = "searching", _("Being planned")
    READY = "ready", in_context("of a plan", "Ready")
    IMPOSSIBLE = "impossible", _("Not possible as it is")
    FAILED = "failed", _("The search broke off")
    APPROVED = "approved", in_context("of a plan", "Approved")
    DROPPED = "dropped", in_context("of a plan", "Dropped")

    @property
    def is_open(self) -> bool:
        """Whether somebody may still change it, or approve it."""
        return self in (PlanState.READY, PlanState.IMPOSSIBLE)

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        tones = {
            PlanState.SEARCHING: "info",
            PlanState.READY: "good",
            PlanState.IMPOSSIBLE: "warn",
            PlanState.FAILED: "bad",
            PlanState.APPROVED: "good",
        }
        return tones.get(self, "neutral")
