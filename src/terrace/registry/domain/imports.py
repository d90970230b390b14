"""How far an import has come."""

from datetime import timedelta

from terrace.kernel.words import Choice, _

SLOW = timedelta(minutes=10)
"""After this long without an end something may have stopped an import; starting it again is safe."""


class ImportState(Choice):
    """States of an import, in order; the last three end it."""

    WAITING = "waiting", _("Waiting")
    CHECKING = "checking", _("Checking the rows")
    WRITING = "writing", _("Writing")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Nothing was taken")
    FAILED = "failed", _("Stopped by a fault")

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self in (ImportState.DONE, ImportState.REFUSED, ImportState.FAILED)

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return {ImportState.DONE: "good", ImportState.REFUSED: "warn", ImportState.FAILED: "bad"}.get(self, "info")
