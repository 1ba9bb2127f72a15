"""The only decoder: any picture a person can give becomes a `Picture`, or one clear error.

Build and query both come through `read_picture`, so that the same file gives the same pixels
whichever way it came. What is embedded is what is kept and shown: a JPEG of at most `KEPT_SIDE`
pixels. A file that already is one (as every kept picture is) passes unchanged, so reading a kept
picture again changes nothing.
"""

import hashlib
import io
import math
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from similarity.errors import (
    ImageError,
    ImageFormatError,
    ImageShapeError,
    ImageTooLargeError,
    ImageTruncatedError,
)

KEPT_SIDE = 400
"""Longest side of a kept picture, in pixels: enough for every backbone's 224-pixel crop and for a
tile on a page, at some 40 KB."""

KEPT_QUALITY = 90

MIN_SIDE = 8
MAX_ASPECT = 50
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF")
FORMATS_TEXT = "JPEG, PNG, WebP, GIF, TIFF, BMP, HEIC or AVIF"

_DRAFT_SIDE = 600
"""A JPEG is decoded at a half, quarter or eighth of its size while that leaves 1.5 times the kept
size: 21 instead of 134 ms for 12 megapixels (PERFORMANCE: decode, PIL draft)."""

_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*")
_BRANDS = (b"ftypavif", b"ftypavis", b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1")
"""First bytes of the picture formats: the brands of AVIF and HEIC stand at the fifth byte."""

_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    RuntimeError,
    OverflowError,
    struct.error,
    zlib.error,
)
"""What Pillow's plug-ins raise on damaged data."""

# Pillow only warns between one and two times its own limit; `_check_header` refuses at one.
Image.MAX_IMAGE_PIXELS = None
# Formats can be named to Image.open only when their plug-ins are loaded.
Image.init()
pillow_heif.register_heif_opener()


@dataclass(frozen=True)
class Limits:
    """What is refused before it costs memory or time.

    Attributes:
        max_bytes: Of the file.
        max_pixels: Width times height, as the header says, before anything is decoded.
    """

    max_bytes: int = 50_000_000
    max_pixels: int = 64_000_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Region:
    """A rectangle of a picture as a person sees it, upright, in shares of its sides.

    Attributes:
        left: Of the width, in [0, 1).
        top: Of the height, in [0, 1).
        right: Of the width, greater than left, at most 1.
        bottom: Of the height, greater than top, at most 1.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        """Check the order of the sides.

        Raises:
            ImageShapeError: They lie outside the picture, or enclose nothing.
        """
        if not (0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1):
            raise ImageShapeError(
                f"The region from ({self.left}, {self.top}) to ({self.right}, {self.bottom}) does "
                "not lie within a picture, whose corners are (0, 0) and (1, 1)."
            )


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept, shown and embedded.

    Attributes:
        jpeg: The kept file's bytes, at most `KEPT_SIDE` pixels a side.
        rgb: The same, decoded: 8-bit RGB.
        sha256: Of the source's bytes, as 64 hexadecimal digits; of `jpeg` where it shows a region.
    """

    jpeg: bytes = field(repr=False)
    rgb: Image.Image
    sha256: str


def read_picture(
    source: Path | bytes,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    region: Region | None = None,
) -> Picture:
    """Decode a picture and bring it into the form in which it is kept and embedded.

    The first frame of an animation or of a multi-page file; turned as its EXIF orientation says;
    transparency on white; 16-bit and float values rescaled to 8 bits; color profiles converted to
    sRGB; shrunk to at most `KEPT_SIDE` pixels.

    Args:
        source: A file, or a file's bytes.
        name: What errors call the picture; the file's name unless given.
        limits: Largest accepted size.
        region: What to cut out of it, before it is shrunk; the whole unless given.

    Returns:
        The picture. Reading its `jpeg` again gives the same bytes and pixels.

    Raises:
        ImageFormatError: Not a picture, or not one of `FORMATS`.
        ImageTruncatedError: The data ends early or is damaged.
        ImageTooLargeError: More bytes or pixels than the limits.
        ImageShapeError: A side under `MIN_SIDE` pixels, or longer than `MAX_ASPECT` times the
            other.
        ImageError: The file is missing or may not be read.
    """
    if isinstance(source, bytes):
        name = name or "the picture"
        data = source
        _check_bytes(len(data), name, limits)
    else:
        name = name or source.name
        data = _read_file(source, name, limits)
    image = _open(data, name)
    _check_header(image, name, limits)
    try:
        if region is None and _is_kept_form(image):
            return Picture(data, image.convert("RGB"), hashlib.sha256(data).hexdigest())
        jpeg = _encode(_shrink(_to_rgb(_load(image, name, region))))
    except _DAMAGE as error:
        raise ImageTruncatedError(
            f"{name} is truncated or damaged ({error}); download or save it again."
        ) from error
    sha256 = hashlib.sha256(jpeg if region else data).hexdigest()
    return Picture(jpeg, _decode_kept(jpeg), sha256)


def open_kept(path: Path) -> Image.Image:
    """Decode a picture of a collection: 8-bit RGB, as it was embedded.

    Raises:
        ImageError: The file is missing, damaged, or not in the kept form.
    """
    return read_picture(path, name=str(path)).rgb


def _read_file(path: Path, name: str, limits: Limits) -> bytes:
    try:
        _check_bytes(path.stat().st_size, name, limits)
        return path.read_bytes()
    except OSError as error:
        raise ImageError(f"{name} cannot be read: {error.strerror}.") from error


def _check_bytes(n_bytes: int, name: str, limits: Limits) -> None:
    if n_bytes == 0:
        raise ImageFormatError(f"{name} is empty; a picture was expected ({FORMATS_TEXT}).")
    if n_bytes > limits.max_bytes:
        raise ImageTooLargeError(
            f"{name} has {n_bytes / 1e6:.1f} MB; at most {limits.max_bytes / 1e6:.1f} MB are "
            "read: save it smaller."
        )


def _open(data: bytes, name: str) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        if data.startswith(_SIGNATURES) or data.startswith(_BRANDS, 4):
            raise ImageTruncatedError(
                f"{name} begins like a picture but is truncated or damaged; download or save it "
                "again."
            ) from error
        if b"<svg" in data[:4096].lower():
            raise ImageFormatError(
                f"{name} is an SVG drawing; a picture made of pixels was expected: export it as "
                "PNG."
            ) from error
        raise ImageFormatError(
            f"{name} is not a picture that can be read; expected {FORMATS_TEXT}."
        ) from error
    except _DAMAGE as error:
        raise ImageTruncatedError(
            f"{name} is truncated or damaged ({error}); download or save it again."
        ) from error


def _check_header(image: Image.Image, name: str, limits: Limits) -> None:
    width, height = image.size
    if width * height > limits.max_pixels:
        raise ImageTooLargeError(
            f"{name} has {width} x {height} pixels; at most {limits.max_pixels / 1e6:.0f} "
            "megapixels are read: save it smaller."
        )
    _check_shape(width, height, name)


def _check_shape(width: int, height: int, name: str) -> None:
    short, long = sorted((width, height))
    if short < MIN_SIDE:
        raise ImageShapeError(
            f"{name} has {width} x {height} pixels; each side needs at least {MIN_SIDE}."
        )
    if long > MAX_ASPECT * short:
        raise ImageShapeError(
            f"{name} has {width} x {height} pixels; its long side may be at most {MAX_ASPECT} "
            "times the short one: crop it."
        )


def _is_kept_form(image: Image.Image) -> bool:
    """Tell whether a file can be kept as it is: small, and a JPEG without anything to apply.

    A file with metadata is encoded anew: a place where a photograph was taken is not passed on.
    """
    metadata = {"exif", "xmp", "icc_profile", "photoshop", "comment"}
    return (
        image.format == "JPEG"
        and image.mode in {"RGB", "L"}
        and max(image.size) <= KEPT_SIDE
        and not metadata & image.info.keys()
    )


def _load(image: Image.Image, name: str, region: Region | None) -> Image.Image:
    """Decode the first frame, turn it upright and cut out the region."""
    share = min(region.right - region.left, region.bottom - region.top) if region else 1.0
    draft_side = math.ceil(_DRAFT_SIDE / share)
    image.draft(None, (draft_side, draft_side))
    image.load()
    # In place: a copy of 12 megapixels takes 30 ms.
    ImageOps.exif_transpose(image, in_place=True)
    if region is None:
        return image
    width, height = image.size
    box = (
        round(region.left * width),
        round(region.top * height),
        round(region.right * width),
        round(region.bottom * height),
    )
    _check_shape(box[2] - box[0], box[3] - box[1], f"the region of {name}")
    return image.crop(box)


def _to_rgb(image: Image.Image) -> Image.Image:
    """Bring any mode to 8-bit RGB."""
    profile: bytes | None = image.info.get("icc_profile")
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_rescale(np.asarray(image))).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        image = Image.alpha_composite(white, rgba).convert("RGB")
    if profile and image.mode in {"RGB", "CMYK"}:
        image = _to_srgb(image, profile)
    return image if image.mode == "RGB" else image.convert("RGB")


def _rescale(values: np.ndarray) -> np.ndarray:
    """Map gray levels of more than 8 bits to 8.

    Args:
        values: (height, width), uint16 (white is 65535), or int32 or float32 (white is 1 where all
            values lie in [0, 1], else the largest value, and black the smallest).

    Returns:
        (height, width) uint8.
    """
    if values.dtype.kind == "u":
        return np.round(values / 257.0).astype(np.uint8)
    finite = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = float(finite.min()), float(finite.max())
    if values.dtype.kind == "f" and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    span = high - low if high > low else 1.0
    return np.round((finite - low) / span * 255).astype(np.uint8)


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Apply an embedded color profile; a phone's photographs are often Display P3."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        # A broken profile says nothing about the colors: they are taken for sRGB, as viewers do.
        return image
    return converted or image


def _shrink(image: Image.Image) -> Image.Image:
    longest = max(image.size)
    if longest <= KEPT_SIDE:
        return image
    scale = KEPT_SIDE / longest
    size = tuple(max(1, math.floor(side * scale + 0.5)) for side in image.size)
    return image.resize((size[0], size[1]), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encode(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    # A fresh image carries none of the source's metadata into the file.
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    clean.save(buffer, "JPEG", quality=KEPT_QUALITY)
    return buffer.getvalue()


def _decode_kept(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg), formats=("JPEG",))
    image.load()
    return image
