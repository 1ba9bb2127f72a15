import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from drawing import BLUE, GREEN, RED, WHITE, Color, encoded, halves, noise, plain, save
from numpy.typing import NDArray
from PIL import Image, ImageCms

from similarity import errors
from similarity.images.decoding import KEPT_SIDE, Limits, Region, read_picture

SOLID = ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"]


def pixel(image: Image.Image, x: int, y: int) -> NDArray[np.int64]:
    values: NDArray[np.int64] = np.asarray(image)[y, x].astype(np.int64)
    return values


def center(image: Image.Image) -> NDArray[np.int64]:
    return pixel(image, image.width // 2, image.height // 2)


def assert_close(got: NDArray[np.int64], expected: Color, tolerance: int = 6) -> None:
    assert np.abs(got - np.array(expected)).max() <= tolerance, f"{got} != {expected}"


@pytest.mark.parametrize("file_format", SOLID)
def test_read_picture_each_format_keeps_colors_in_place(file_format: str) -> None:
    picture = read_picture(encoded(halves(RED, BLUE, (96, 64)), file_format))
    assert picture.rgb.mode == "RGB"
    assert picture.rgb.size == (96, 64)
    assert_close(pixel(picture.rgb, 20, 32), RED, 12)
    assert_close(pixel(picture.rgb, 76, 32), BLUE, 12)


def test_read_picture_animation_takes_first_frame() -> None:
    data = encoded(plain(GREEN), "GIF", save_all=True, append_images=[plain(RED)])
    assert_close(center(read_picture(data).rgb), GREEN)


def test_read_picture_multipage_tiff_takes_first_page() -> None:
    data = encoded(plain(GREEN), "TIFF", save_all=True, append_images=[plain(RED)])
    assert_close(center(read_picture(data).rgb), GREEN)


def test_read_picture_16_bit_gray_is_rescaled_not_clipped() -> None:
    gray = Image.fromarray(np.full((40, 40), 32896, dtype=np.uint16))
    assert_close(center(read_picture(encoded(gray, "PNG")).rgb), (128, 128, 128), 1)


def test_read_picture_float_between_zero_and_one_keeps_its_gray() -> None:
    gray = Image.fromarray(np.full((40, 40), 0.5, dtype=np.float32))
    assert_close(center(read_picture(encoded(gray, "TIFF")).rgb), (128, 128, 128), 1)


def test_read_picture_float_of_other_range_is_stretched_and_nan_is_black() -> None:
    values = np.linspace(-1000, 3000, 40 * 40, dtype=np.float32).reshape(40, 40)
    values[0, 0] = np.nan
    image = read_picture(encoded(Image.fromarray(values), "TIFF")).rgb
    assert_close(pixel(image, 39, 39), WHITE, 8)
    assert_close(pixel(image, 1, 0), (0, 0, 0), 8)


def test_read_picture_32_bit_integers_are_stretched() -> None:
    values = np.linspace(0, 100_000, 40 * 40).astype(np.int32).reshape(40, 40)
    image = read_picture(encoded(Image.fromarray(values), "TIFF")).rgb
    assert_close(pixel(image, 39, 39), WHITE, 8)
    assert_close(pixel(image, 0, 20), (128, 128, 128), 8)


def test_read_picture_palette_gives_its_colors() -> None:
    data = encoded(plain(BLUE).convert("P", palette=Image.Palette.ADAPTIVE), "PNG")
    assert_close(center(read_picture(data).rgb), BLUE)


def test_read_picture_cmyk_gives_its_colors() -> None:
    assert_close(center(read_picture(encoded(plain(RED).convert("CMYK"), "JPEG")).rgb), RED, 12)


@pytest.mark.parametrize("mode", ["L", "1", "LA"])
def test_read_picture_grayscale_becomes_rgb(mode: str) -> None:
    data = encoded(plain(WHITE).convert("L").convert(mode), "PNG")
    assert_close(center(read_picture(data).rgb), WHITE)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_read_picture_transparent_stands_on_white(mode: str) -> None:
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0)).convert("LA" if mode == "PA" else mode)
    file_format = "TIFF" if mode == "PA" else "PNG"
    assert_close(center(read_picture(encoded(clear, file_format)).rgb), WHITE)


def test_read_picture_transparent_palette_color_stands_on_white() -> None:
    image = Image.new("P", (40, 40), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    assert_close(center(read_picture(encoded(image, "PNG", transparency=0)).rgb), WHITE)


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP", "PNG"])
def test_read_picture_exif_orientation_is_applied(file_format: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by 90 degrees
    data = encoded(halves(RED, BLUE, (80, 40)), file_format, exif=exif)
    image = read_picture(data).rgb
    assert image.size == (40, 80)
    assert_close(pixel(image, 20, 15), RED, 12)
    assert_close(pixel(image, 20, 65), BLUE, 12)


def test_read_picture_color_profile_is_applied() -> None:
    lab = ImageCms.createProfile("LAB")
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = read_picture(encoded(plain((90, 140, 60)), "PNG", icc_profile=srgb))
    assert_close(center(same.rgb), (90, 140, 60), 3)
    broken = read_picture(encoded(plain((90, 140, 60)), "PNG", icc_profile=b"no profile"))
    assert_close(center(broken.rgb), (90, 140, 60), 3)
    unfit = ImageCms.ImageCmsProfile(lab).tobytes()
    assert_close(center(read_picture(encoded(plain(RED), "PNG", icc_profile=unfit)).rgb), RED, 3)


def test_read_picture_swapped_primaries_profile_swaps_colors() -> None:
    """A profile whose red is sRGB's green must turn red pixels green."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = data.index(b"rXYZ", 128), data.index(b"gXYZ", 128)
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    picture = read_picture(encoded(plain(RED), "PNG", icc_profile=bytes(data)))
    assert_close(center(picture.rgb), GREEN, 12)


def test_read_picture_large_shrinks_to_kept_side_and_keeps_aspect() -> None:
    picture = read_picture(encoded(halves(RED, BLUE, (3000, 1500)), "JPEG"))
    assert picture.rgb.size == (KEPT_SIDE, KEPT_SIDE // 2)
    assert Image.open(io.BytesIO(picture.jpeg)).size == picture.rgb.size
    assert_close(pixel(picture.rgb, 100, 100), RED, 12)


def test_read_picture_kept_form_passes_unchanged() -> None:
    first = read_picture(encoded(noise(1, (900, 600)), "PNG"))
    again = read_picture(first.jpeg)
    assert again.jpeg == first.jpeg
    assert again.rgb.tobytes() == first.rgb.tobytes()
    small = encoded(noise(2, (200, 100)), "JPEG", quality=70)
    assert read_picture(small).jpeg == small


def test_read_picture_kept_bytes_carry_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    kept = read_picture(encoded(noise(3), "JPEG", exif=exif, comment=b"secret")).jpeg
    assert b"taken at home" not in kept
    assert b"secret" not in kept


def test_read_picture_from_path_and_bytes_agree(tmp_path: Path) -> None:
    path = save(noise(4, (500, 300)), tmp_path / "a.png")
    by_path, by_bytes = read_picture(path), read_picture(path.read_bytes())
    assert by_path.sha256 == by_bytes.sha256
    assert by_path.jpeg == by_bytes.jpeg


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (b"", errors.ImageFormatError, "is empty"),
        (b"just text, no picture", errors.ImageFormatError, "not a picture"),
        (b"%PDF-1.7 ...", errors.ImageFormatError, "JPEG, PNG"),
        (b"<?xml version='1.0'?><svg width='9'/>", errors.ImageFormatError, "SVG"),
        (b"\xff\xd8\xff\xe0 and nothing more", errors.ImageTruncatedError, "truncated"),
        (b"\x89PNG\r\n\x1a\n", errors.ImageTruncatedError, "truncated"),
    ],
)
def test_read_picture_no_picture_raises(data: bytes, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        read_picture(data, "holiday.jpg")


@pytest.mark.parametrize("file_format", SOLID)
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_read_picture_truncated_raises(file_format: str, share: float) -> None:
    data = encoded(noise(5, (300, 200)), file_format)
    with pytest.raises(errors.ImageTruncatedError, match=r"cut\.img"):
        read_picture(data[: int(len(data) * share)], "cut.img")


def test_read_picture_too_many_pixels_is_refused_from_the_header() -> None:
    # The header promises 30,000 x 30,000 pixels; there is no data to decode.
    bomb = bytearray(encoded(plain(RED), "PNG"))
    bomb[16:24] = (30_000).to_bytes(4) * 2
    bomb[29:33] = zlib.crc32(bytes(bomb[12:29])).to_bytes(4)
    with pytest.raises(errors.ImageTooLargeError, match="30000 x 30000 pixels; at most 64 mega"):
        read_picture(bytes(bomb))


def test_read_picture_too_many_bytes_is_refused(tmp_path: Path) -> None:
    path = save(noise(6), tmp_path / "big.png")
    with pytest.raises(errors.ImageTooLargeError, match=r"at most 0\.0 MB"):
        read_picture(path, limits=Limits(max_bytes=100))


@pytest.mark.parametrize("size", [(7, 100), (100, 7), (1, 1)])
def test_read_picture_too_small_raises(size: tuple[int, int]) -> None:
    with pytest.raises(errors.ImageShapeError, match="at least 8"):
        read_picture(encoded(plain(RED, size), "PNG"))


def test_read_picture_too_long_raises() -> None:
    with pytest.raises(errors.ImageShapeError, match="50 times"):
        read_picture(encoded(plain(RED, (409, 8)), "PNG"))
    assert read_picture(encoded(plain(RED, (400, 8)), "PNG")).rgb.size == (400, 8)


def test_read_picture_missing_file_names_it(tmp_path: Path) -> None:
    with pytest.raises(errors.ImageError, match=r"gone\.jpg cannot be read"):
        read_picture(tmp_path / "gone.jpg")
    with pytest.raises(errors.ImageError, match="cannot be read"):
        read_picture(tmp_path)


def test_read_picture_region_shows_that_part_only() -> None:
    whole = encoded(halves(RED, BLUE, (96, 64)), "PNG")
    picture = read_picture(whole, region=Region(0.5, 0.25, 1.0, 1.0))
    assert picture.rgb.size == (48, 48)
    assert_close(np.asarray(picture.rgb).reshape(-1, 3).astype(np.int64), BLUE)
    assert picture.sha256 != read_picture(whole).sha256


def test_read_picture_region_is_of_the_upright_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter: the stored left side is shown on top
    data = encoded(halves(RED, BLUE, (96, 64)), "JPEG", exif=exif, quality=95)
    picture = read_picture(data, region=Region(0.0, 0.0, 1.0, 0.4))
    assert picture.rgb.size == (64, 38)
    assert_close(center(picture.rgb), RED, 12)


def test_read_picture_small_region_of_large_jpeg_keeps_its_detail() -> None:
    columns = np.zeros((1600, 1600, 3), np.uint8)
    columns[:, ::16] = columns[:, 1::16] = columns[:, 2::16] = columns[:, 3::16] = 255
    data = encoded(Image.fromarray(columns), "JPEG", quality=95)
    picture = read_picture(data, region=Region(0.0, 0.0, 0.25, 0.25))
    assert picture.rgb.size == (400, 400)
    assert np.asarray(picture.rgb).std() > 90  # at an eighth of the size, stripes blur to gray


@pytest.mark.parametrize(
    "corners",
    [(0.5, 0.0, 0.5, 1.0), (-0.1, 0.0, 0.5, 1.0), (0.0, 0.0, 1.0, 1.5), (float("nan"), 0, 1, 1)],
)
def test_region_outside_or_empty_raises(corners: tuple[float, float, float, float]) -> None:
    with pytest.raises(errors.ImageShapeError, match="within a picture"):
        Region(*corners)


def test_read_picture_tiny_region_raises() -> None:
    with pytest.raises(errors.ImageShapeError, match="the region of the dot has 6 x 5 pixels"):
        read_picture(encoded(plain(RED), "PNG"), "the dot", region=Region(0.0, 0.0, 0.1, 0.1))
