"""The `terrace` command: Django's management commands, with a database when they need one."""

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.panel import Panel

from terrace.config import embedded
from terrace.config.embedded import EmbeddedServerFailed
from terrace.config.environment import BadSetting, Environment
from terrace.config.own_keys import new_field_key, new_secret_key

# Commands that touch no database, or (run) see to it themselves.
WITHOUT_DATABASE = frozenset(
    {"", "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages", "openapi",
 "run", "startapp", "version", "--help", "--version", "-h"}
)  # fmt: skip


def main(arguments: Sequence[str] = sys.argv) -> None:
    """Run one command; hyphens and underscores in its name are the same."""
    command = arguments[1].replace("-", "_") if len(arguments) > 1 else ""
    if command == "new_keys":
        print_new_keys()
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrace.config.settings")
    try:
        with _database_for(command):
            _run_django([arguments[0], command, *arguments[2:]] if command else list(arguments))
    except (BadSetting, EmbeddedServerFailed) as problem:
        _explain(type(problem).__name__, str(problem))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def print_new_keys() -> None:
    """Print fresh keys as lines for the environment of an installation."""
    print(f"TERRACE_SECRET_KEY={new_secret_key()}")
    print(f"TERRACE_FIELD_KEY={new_field_key()}")


@contextlib.contextmanager
def _database_for(command: str) -> Iterator[None]:
    """Run the embedded server for the time of a command that needs a database and names none."""
    environment = Environment.read(os.environ)
    if environment.database_url or command in WITHOUT_DATABASE:
        yield
        return
    embedded.start(environment.data_dir, durable=environment.mode != "test")
    try:
        yield
    finally:
        embedded.stop(environment.data_dir)


def _run_django(arguments: list[str]) -> None:
    # Imported late: settings are read on import, and their advice must come out readable.
    from django.core.management import execute_from_command_line

    execute_from_command_line(arguments)


def _explain(kind: str, text: str) -> None:
    titles = {"BadSetting": "A setting cannot be used", "EmbeddedServerFailed": "The database cannot start"}
    Console(stderr=True).print(Panel(text, title=titles[kind], border_style="red", highlight=False))


if __name__ == "__main__":
    main()
