"""The payloads' types as JSDoc, for the page's scripts: `python -m tests.js.typedefs`.

Written into similarity/page/payload_types.js, beside payloads.py. That file holds nothing but
comments, so it lies outside of the folder that is served.
"""

import inspect
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints

from similarity import page
from similarity.page.handlers import Handlers
from similarity.page.payloads import Problem

TYPES_FILE = Path(page.__file__).parent / "payload_types.js"
COMMAND = "python -m tests.js.typedefs"

_HEAD = f"""/**
 * What the server tells the page. Made of its Python types by `{COMMAND}`: change those.
 */
"""

# Makes a module of it, whose types others can import.
_FOOT = "export {};\n"

_PLAIN = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


def render() -> str:
    """Write all types that the handlers' answers consist of."""
    answers = {name: get_type_hints(handler)["return"] for name, handler in _handlers()}
    found: dict[str, type] = {}
    for annotation in (Problem, *answers.values()):
        _collect(annotation, found)
    typedefs = [_typedef(found[name]) for name in sorted(found)]
    return "\n".join([_HEAD, *typedefs, _answers(answers), _FOOT])


def jsdoc(annotation: Any) -> str:
    """Write a Python type as JSDoc.

    Raises:
        TypeError: JSON has nothing like it.
    """
    arguments = get_args(annotation)
    match get_origin(annotation):
        case None if annotation in _PLAIN:
            return _PLAIN[annotation]
        case None if _is_record(annotation):
            return str(annotation.__name__)
        case origin if origin is Union or origin is types.UnionType:
            return "|".join(jsdoc(argument) for argument in arguments)
        case origin if origin is Literal:
            return "|".join(f'"{value}"' for value in arguments)
        case origin if origin is list:
            return f"Array<{jsdoc(arguments[0])}>"
        case origin if origin is tuple:
            return f"[{', '.join(jsdoc(argument) for argument in arguments)}]"
    raise TypeError(f"{annotation} is not known here: say in {__name__} what it is in JSDoc.")


def _handlers() -> Iterator[tuple[str, Any]]:
    for name, member in vars(Handlers).items():
        if inspect.isfunction(member) and not name.startswith("_"):
            yield name, member


def _is_record(annotation: Any) -> bool:
    return isinstance(annotation, type) and hasattr(annotation, "__total__")


def _collect(annotation: Any, found: dict[str, type]) -> None:
    """Add the records that a type consists of."""
    if not _is_record(annotation):
        for argument in get_args(annotation):
            _collect(argument, found)
    elif annotation.__name__ not in found:
        found[annotation.__name__] = annotation
        for part in get_type_hints(annotation).values():
            _collect(part, found)


def _typedef(record: type) -> str:
    lines = [*inspect.cleandoc(record.__doc__ or "").splitlines(), ""]
    lines.append(f"@typedef {{Object}} {record.__name__}")
    for name, annotation in get_type_hints(record, include_extras=True).items():
        if get_origin(annotation) is NotRequired:
            lines.append(f"@property {{{jsdoc(get_args(annotation)[0])}}} [{name}]")
        else:
            lines.append(f"@property {{{jsdoc(annotation)}}} {name}")
    return _comment(lines)


def _answers(answers: dict[str, Any]) -> str:
    lines = ["What each function of the server answers.", "", "@typedef {Object} Answers"]
    lines += [
        f"@property {{{jsdoc(answer)}|{Problem.__name__}}} {name}"
        for name, answer in answers.items()
    ]
    return _comment(lines)


def _comment(lines: list[str]) -> str:
    return "\n".join(["/**", *(f" * {line}".rstrip() for line in lines), " */\n"])


if __name__ == "__main__":
    TYPES_FILE.write_text(render(), encoding="utf-8", newline="\n")
