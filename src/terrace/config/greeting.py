"""What `terrace run` says when it is ready: where, and who can sign in."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from terrace.config import demo
from terrace.config.environment import Environment
from terrace.config.supervisor import reachable_host

WIDE = 120  # columns of a terminal in which the notes take one line each or two


def greet(environment: Environment) -> None:
    """Print the address, and the demo's people where they are and may be shown."""
    console = Console(highlight=False)
    if environment.demo and (there := demo.found()):
        console.print(cast_table(there.language, with_notes=console.width >= WIDE))
    console.print(
        f"[bold green]Terrace is at http://{reachable_host(environment)}:{environment.port}[/]  (Ctrl-C stops it)"
    )


def cast_table(language: str, *, with_notes: bool) -> Table:
    """Return the demo's people, named as in its `language`, with their sign-ins; the one password of all once."""
    people = demo.cast()
    passwords = ", ".join(sorted({person.password for person in people}))
    table = Table(title=f"Who can sign in, all with the password {passwords}", title_justify="left", box=SIMPLE_HEAD)
    for heading in ("Sign in as", "Role", "Name"):
        table.add_column(heading, no_wrap=True)
    if with_notes:
        table.add_column("What to look at")
    for person in people:
        cells = [f"[bold]{person.sign_in}[/]", str(person.role), person.name.written_in(language), str(person.note)]
        table.add_row(*cells if with_notes else cells[:-1])
    return table
