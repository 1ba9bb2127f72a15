"""What the command line prints: progress, tables, errors."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from similarity.progress import Element

PIPE_WIDTH = 200
"""Columns where the output is no terminal: wide enough that no table is cut."""

console = Console(width=None if Console().is_terminal else PIPE_WIDTH, highlight=False)
errors = Console(stderr=True, highlight=False)


class _RateColumn(ProgressColumn):
    """Steps per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


def track(
    elements: Iterable[Element], description: str, total: int, done: int = 0
) -> Iterator[Element]:
    """Show a bar with rate and time left, see `progress.Track`."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors) as progress:
        task = progress.add_task(description, total=total, completed=done)
        for element in elements:
            yield element
            progress.advance(task)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; headings that begin with `#` stand over numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        is_number = heading.startswith("#")
        table.add_column(
            heading.removeprefix("#"), justify="right" if is_number else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def print_line(text: str) -> None:
    """Print a line as it is: nothing in it is taken for markup."""
    console.print(Text(text), soft_wrap=True)


def print_error(text: str) -> None:
    """Print a sentence to standard error."""
    errors.print(Text(text, style="red"), soft_wrap=True)
