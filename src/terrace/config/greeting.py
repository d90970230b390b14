"""What `terrace run` says when it is ready: where, and who can sign in."""

from rich.console import Console
from rich.table import Table

from terrace.config.environment import Environment
from terrace.config.supervisor import reachable_host


def greet(environment: Environment) -> None:
    """Print the address, and the demo's people where they may be shown."""
    console = Console(highlight=False)
    if environment.demo:
        console.print(cast_table())
    console.print(
        f"[bold green]Terrace is at http://{reachable_host(environment)}:{environment.port}[/]  (Ctrl-C stops it)"
    )


def cast_table() -> Table:
    """Return the demo's people with their sign-ins."""
    from terrace.config import demo

    table = Table("Role", "Name", "Sign-in", "Password", "What to look at", title="Who can sign in")
    for person in demo.cast():
        table.add_row(str(person.role), str(person.name), person.sign_in, person.password, str(person.note))
    return table
