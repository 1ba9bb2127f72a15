"""How long work tells that it goes on, without knowing who listens."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

Element = TypeVar("Element")


class Track(Protocol):
    """Passes on the elements of an iterable and shows how far it is, as tqdm does."""

    def __call__(
        self, elements: Iterable[Element], description: str, total: int, done: int = 0
    ) -> Iterable[Element]:
        """Show progress.

        Args:
            elements: Each is one step.
            description: What is being done, for a person.
            total: How many steps there are.
            done: How many of them an earlier, interrupted run had finished.
        """


def silent(
    elements: Iterable[Element],
    description: str,  # noqa: ARG001
    total: int,  # noqa: ARG001
    done: int = 0,  # noqa: ARG001
) -> Iterator[Element]:
    """Show nothing."""
    yield from elements
