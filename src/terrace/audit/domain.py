"""What the record of acts knows: who may read it."""

from terrace.kernel.words import Choice, _


class Permission(Choice):
    """What a post may allow about the record of acts."""

    READ = "audit.read", _("Read the record of acts")
