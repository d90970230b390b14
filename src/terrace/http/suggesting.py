"""A line of text with suggestions: what is meant can be found by its name, and is sent by its number."""

from collections.abc import Sequence
from typing import Any

from django import forms


class SuggestingInput(forms.TextInput):
    """Asks for a number and suggests those that are likely, each beside the name that it stands for."""

    template_name = "django/forms/widgets/suggesting_input.html"
    suggestions: Sequence[tuple[str, str]] = ()
    """What is suggested: number and name."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the suggestions, and the id of the list that the input names."""
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        if self.suggestions:
            list_id = f"{widget['attrs'].get('id', name)}_suggestions"
            widget |= {"suggestions": self.suggestions, "list_id": list_id}
            widget["attrs"] |= {"list": list_id, "autocomplete": "off"}
        return context
