"""How the code is laid out: which room may import from which, and how long a file may be."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from conftest import ROOT

FLOORS = (
    {"errors", "choices", "progress"},
    {"datatypes"},
    {"store", "images"},
    {"models", "ann"},
    {"search"},
    {"indexing"},
    {"evaluation", "hub"},
    {"library"},
    {"cli", "page"},
    {"__main__"},
)
"""Rooms, that is packages and modules of similarity/, from the ground up. A module imports from its
own room and from lower floors; what a floor has side by side knows nothing of each other."""

MAX_LINES = 450

_FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def module_of(path: Path) -> str:
    """`similarity.store.files`; a package is called as its folder is."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in sorted((ROOT / "similarity").rglob("*.py"))}


def imported_by(source: str, module: str) -> Iterator[str]:
    """Name the project's modules that a source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by a relative name"
            # What is imported from a package is a module of it, or else a name in it.
            below = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else str(node.module) for name in below]
        else:
            continue
        yield from (name for name in names if name in MODULES)


IMPORTS: Mapping[str, set[str]] = {
    module: set(imported_by(path.read_text(encoding="utf-8"), module))
    for module, path in MODULES.items()
}


def room_of(module: str) -> str:
    return module.split(".")[1]


def test_imports_are_seen_wherever_they_stand() -> None:
    source = """
if TYPE_CHECKING:
    from similarity.store.artifact import Artifact
def function():
    from similarity.hub import repository as hub
    import similarity.errors, json
"""
    assert set(imported_by(source, "similarity.x")) == {
        "similarity.store.artifact",
        "similarity.hub.repository",
        "similarity.errors",
    }


def test_every_room_has_a_floor() -> None:
    assert {room_of(module) for module in MODULES if "." in module} == _FLOOR.keys()


@pytest.mark.parametrize("module", [module for module in MODULES if "." in module])
def test_imports_point_one_way(module: str) -> None:
    here = room_of(module)
    for imported in IMPORTS[module]:
        assert imported != "similarity", f"{module} imports the library that is made of it"
        there = room_of(imported)
        assert there == here or _FLOOR[there] < _FLOOR[here], f"{module} imports {imported}"


def test_modules_import_each_other_in_no_circle() -> None:
    try:
        TopologicalSorter(IMPORTS).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def own_files() -> list[Path]:
    """Python, JavaScript and CSS of the project, without what was installed into it."""
    folders = (ROOT / name for name in ("similarity", "tests", "index_artifacts"))
    found = [path for folder in folders for path in folder.rglob("*.*")]
    found.append(ROOT / "app.py")
    return [
        path
        for path in found
        if path.suffix in {".py", ".js", ".mjs", ".css"} and "node_modules" not in path.parts
    ]


def test_files_are_short_enough_to_be_read() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in own_files()}
    assert len(lengths) > 100, "where are the files?"
    assert {path: length for path, length in lengths.items() if length > MAX_LINES} == {}
