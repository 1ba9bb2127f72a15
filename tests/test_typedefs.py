from typing import Any, Literal, NotRequired, TypedDict

import pytest
from js.typedefs import COMMAND, TYPES_FILE, jsdoc, render


class Record(TypedDict):
    name: NotRequired[str]


def test_scripts_know_the_types_that_the_server_has() -> None:
    written = TYPES_FILE.read_text(encoding="utf-8")
    assert written == render(), f"{TYPES_FILE} is out of date; run {COMMAND}"


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (str, "string"),
        (float | None, "number|null"),
        (Literal["a", "b"], '"a"|"b"'),
        (list[Record | bool], "Array<Record|boolean>"),
        (tuple[int, list[str]], "[number, Array<string>]"),
    ],
)
def test_jsdoc_of_what_json_can_say(annotation: Any, expected: str) -> None:
    assert jsdoc(annotation) == expected


@pytest.mark.parametrize("annotation", [bytes, Any, dict[str, int], list[bytes]])
def test_jsdoc_of_anything_else_raises(annotation: Any) -> None:
    with pytest.raises(TypeError, match="is not known here"):
        jsdoc(annotation)
