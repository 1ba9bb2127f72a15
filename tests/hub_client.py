"""Commands in a process of their own, in which huggingface_hub has not been imported yet.

It reads HF_ENDPOINT and HF_HOME when it is imported. A fresh process would spend most of a test
importing torch; the fork server, which test_build.py uses too, has done that once.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

PRELOADED = ["similarity.__main__", "similarity.indexing.pipeline"]
"""What a fork server has imported before a process begins."""


@dataclass(frozen=True)
class Finished:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str


def run_command(
    folder: Path,
    arguments: tuple[object, ...],
    environment: Mapping[str, str],
    patches: Mapping[str, object],
) -> Finished:
    """Run `python -m similarity` with arguments.

    Args:
        folder: For what it prints; it works there.
        arguments: Of the command line.
        environment: Added to this process's.
        patches: Values for names such as "similarity.hub.repository.PICTURES_PER_COMMIT".
    """
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(PRELOADED)
    words = [str(argument) for argument in arguments]
    process = processes.Process(target=_run, args=(folder, words, environment, patches))
    process.start()
    process.join()
    out, err = ((folder / name).read_text() for name in ("out.txt", "err.txt"))
    return Finished(process.exitcode or 0, out, err)


def do_nothing(*_: object) -> None:
    """What a patch puts in the place of a function that a test does without."""


def _run(
    folder: Path, words: list[str], environment: Mapping[str, str], patches: Mapping[str, object]
) -> None:
    for name, descriptor in (("out.txt", 1), ("err.txt", 2)):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    os.chdir(folder)
    os.environ.update(environment)
    if "huggingface_hub" in sys.modules:
        raise AssertionError("huggingface_hub was imported before HF_ENDPOINT was set")
    main = import_module("similarity.__main__").main
    for name, value in patches.items():
        module, _, attribute = name.rpartition(".")
        setattr(import_module(module), attribute, value)
    sys.argv = ["similarity", *words]
    main()
