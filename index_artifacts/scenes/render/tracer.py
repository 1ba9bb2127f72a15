"""Run POV-Ray on the text of a scene."""

import shutil
import subprocess
from pathlib import Path

import numpy as np

from .pov import FloatArray

# Oversampling where neighbors differ by more than 0.12; 16 bits a channel, written without gamma.
# One thread, because radiosity gives different pixels in every run with more.
_OPTIONS = ("+A0.12", "+AM2", "+R2", "+WT1", "+FP16", "File_Gamma=1.0", "-D", "-GA")


class RenderError(Exception):
    """A picture could not be rendered."""


def trace(text: str, folder: Path, size: int) -> FloatArray:
    """Trace a scene.

    Args:
        text: The scene, in the language of POV-Ray 3.7.
        folder: Holds the pictures that the scene names; its scene.pov and scene.ppm are written.
        size: Width and height in pixels.

    Returns:
        (size, size, 3) linear light in [0, 1].

    Raises:
        RenderError: POV-Ray is not installed, or does not accept the scene.
    """
    program = shutil.which("povray")
    if program is None:
        raise RenderError("the program povray was not found: install POV-Ray 3.7 (Debian: povray)")
    (folder / "scene.pov").write_text(text, encoding="utf-8")
    files = ("+Iscene.pov", "+Oscene.ppm", f"+W{size}", f"+H{size}")
    result = subprocess.run(  # noqa: S603 - a fixed program with arguments made here
        [program, *files, *_OPTIONS], cwd=folder, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise RenderError(f"povray refused {folder / 'scene.pov'}: {result.stderr[-1000:].strip()}")
    # The header of a PPM ends where the pixels begin, and their size is known.
    pixels = (folder / "scene.ppm").read_bytes()[-size * size * 3 * 2 :]
    return np.frombuffer(pixels, ">u2").reshape(size, size, 3) / 65535.0
