"""What the record of acts knows: who may read it, and what people call each act. Pure rules."""

from collections.abc import Mapping

from terrace.kernel.words import Choice, Text, _


class Permission(Choice):
    """What a post may allow about the record of acts."""

    READ = "audit.read", _("Read the record of acts")


class Via(Choice):
    """How an act came into the house."""

    PAGE = "page", _("Page")
    API = "api", _("API")
    TOKEN = "token", _("Token of another system")
    SYSTEM = "system", _("The system itself")


_labels: dict[str, Text] = {}


def assemble(labels: Mapping[str, Text]) -> None:
    """Say what acts are called: called once, by the composition root, with the words of every context."""
    _labels.clear()
    _labels.update(labels)


def label_of(act: str) -> Text:
    """Return what people call an act; its name where no context has a word for it any more."""
    return _labels.get(act, act)


def labels() -> Mapping[str, Text]:
    """Return every act of this installation with its words."""
    return dict(_labels)
