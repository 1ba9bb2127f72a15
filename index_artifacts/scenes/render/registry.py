"""Categories and their switches.

A category is a function that fills a scene. Its decorator names the switches that change the
picture's structure and their values; the function takes one keyword argument for each switch:

    @category("autumn road", weather=("clear sky", "mist"), surface=("asphalt", "dirt track"))
    def autumn_road(scene: Scene, *, weather: str, surface: str) -> None: ...

The 25 pictures of a category get balanced combinations of the values, and the values that were
chosen are the caption: "autumn road, mist, dirt track".
"""

import importlib
import inspect
import pkgutil
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TypeVar

import numpy as np

from . import categories
from .develop import MAX_BYTES
from .scene import Scene

PICTURES_PER_CATEGORY = 25
# More candidates do not lower the largest overlap any further for five switches of four values.
_CANDIDATES = 200

SceneFunction = TypeVar("SceneFunction", bound=Callable[..., None])


@dataclass(frozen=True)
class Category:
    """A kind of picture.

    Attributes:
        label: What all pictures show, as a person would say it: "autumn road".
        switches: Name of each switch and its values.
        caption_order: The switches that the caption speaks of.
        compose: Fills a scene; takes the scene and one keyword argument for each switch.
        max_bytes: Size of a file above which a picture is kept with less quality.
    """

    label: str
    switches: dict[str, tuple[str, ...]]
    caption_order: tuple[str, ...]
    compose: Callable[..., None]
    max_bytes: int = MAX_BYTES

    @property
    def slug(self) -> str:
        """The label as a file name."""
        return self.label.replace(" ", "-")

    @cached_property
    def choices(self) -> list[dict[str, str]]:
        """The values of the 25 pictures.

        Every value of a switch occurs equally often, give or take one. Of many random
        assignments the one is taken in which pictures share the fewest values.
        """
        rng = np.random.default_rng(zlib.crc32(self.label.encode()))
        candidates = [self._balanced(rng) for _ in range(_CANDIDATES)]
        return min(candidates, key=_overlap)

    def _balanced(self, rng: np.random.Generator) -> list[dict[str, str]]:
        columns = {
            name: rng.permutation(np.resize(rng.permutation(values), PICTURES_PER_CATEGORY))
            for name, values in self.switches.items()
        }
        return [
            {name: str(column[index]) for name, column in columns.items()}
            for index in range(PICTURES_PER_CATEGORY)
        ]

    def caption(self, choice: dict[str, str]) -> str:
        """Say what a picture shows; a value that is "" or starts with "no " is left out."""
        phrases = [choice[name] for name in self.caption_order]
        spoken = [phrase for phrase in phrases if phrase and not phrase.startswith("no ")]
        return ", ".join([self.label, *spoken])

    def scene(self, index: int) -> Scene:
        """Compose picture `index` in [0, 25); label and index fix everything random in it."""
        scene = Scene(np.random.default_rng([zlib.crc32(self.label.encode()), index]))
        self.compose(scene, **self.choices[index])
        return scene


def _overlap(choices: Sequence[dict[str, str]]) -> tuple[int, int]:
    """Count shared values: most between any two pictures, then the sum of squares."""
    shared = [
        sum(first[name] == second[name] for name in first)
        for first, second in combinations(choices, 2)
    ]
    return max(shared), sum(count * count for count in shared)


_REGISTERED: dict[str, Category] = {}


def category(
    label: str,
    *,
    caption: Sequence[str] | None = None,
    max_bytes: int = MAX_BYTES,
    **switches: Sequence[str],
) -> Callable[[SceneFunction], SceneFunction]:
    """Register the decorated function as a category.

    Args:
        label: Lower-case words; unique.
        caption: The switches that the caption speaks of, in order; all of them when missing.
        max_bytes: Less than usual where pictures are full of small things, such as windows.
        switches: Values of each switch; the function takes an argument of the same name.

    Raises:
        ValueError: The label is taken, or the function's arguments are not the switches.
    """

    def register(compose: SceneFunction) -> SceneFunction:
        arguments = list(inspect.signature(compose).parameters)
        if arguments != ["scene", *switches]:
            raise ValueError(
                f"category '{label}' has the switches {list(switches)} but its function takes "
                f"{arguments}: take scene and then one argument for each switch, in their order"
            )
        if label in _REGISTERED:
            raise ValueError(f"two categories are called '{label}': rename one")
        values = {name: tuple(options) for name, options in switches.items()}
        order = tuple(switches) if caption is None else tuple(caption)
        _REGISTERED[label] = Category(label, values, order, compose, max_bytes)
        return compose

    return register


def all_categories() -> list[Category]:
    """Import every module of `categories` and return what they registered, sorted by label."""
    for module in pkgutil.iter_modules(categories.__path__):
        importlib.import_module(f"{categories.__name__}.{module.name}")
    return [_REGISTERED[label] for label in sorted(_REGISTERED)]
