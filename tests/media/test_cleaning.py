"""What becomes of a file that is said to be a picture."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.media.cleaning import BYTES_LIMIT, PIXEL_LIMIT, Refused, cleaned
from tests.images import SECRET, encoded, opened, picture, png, red_for_green, with_exif

MOVING: dict[str, Any] = {"save_all": True, "append_images": [picture(colour="#98141A")]}
BIG_PIXELS = b"\0" * 1000


@pytest.mark.parametrize(
    ("data", "extension", "mode"),
    [
        (encoded(), "jpg", "RGB"),
        (encoded(progressive=True), "jpg", "RGB"),
        (encoded(picture().convert("L")), "jpg", "L"),
        (encoded(picture().convert("CMYK")), "jpg", "RGB"),
        (encoded(kind="MPO", **MOVING), "jpg", "RGB"),
        (encoded(kind="PNG"), "png", "RGB"),
        (encoded(picture().convert("P"), "PNG", transparency=0), "png", "P"),
        (encoded(picture().convert("L").convert("I;16"), "PNG"), "png", "I;16"),
        (encoded(kind="WEBP"), "jpg", "RGB"),
        (encoded(picture().convert("RGBA").rotate(9), "WEBP"), "png", "RGBA"),
        (encoded(kind="AVIF"), "jpg", "RGB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_still_picture_is_taken_and_taken_again_it_is_the_same_file(data: bytes, extension: str, mode: str) -> None:
    taken = cleaned(data)
    assert (taken.extension, taken.width, taken.height, opened(taken.data).mode) == (extension, 60, 40, mode)
    assert cleaned(taken.data) == taken


def test_a_photograph_that_is_upright_keeps_its_pixels_to_the_last_bit() -> None:
    data = encoded(exif=with_exif(), quality=70)
    assert opened(cleaned(data).data).tobytes() == opened(data).tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_it_stands_upright_and_nothing_says_where_it_was_taken(kind: str, orientation: int) -> None:
    data = encoded(kind=kind, exif=with_exif(orientation))
    assert SECRET.encode() in data
    taken = cleaned(data)
    assert SECRET.encode() not in taken.data
    assert not opened(taken.data).getexif()
    assert (taken.width, taken.height) == ((40, 60) if orientation == 6 else (60, 40))
    assert b"Exif" not in taken.data


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_other_colours_become_those_of_the_web(kind: str, orientation: int) -> None:
    data = encoded(picture(colour="#C00000"), kind, icc_profile=red_for_green(), exif=with_exif(orientation))
    taken = cleaned(data)
    red, green, blue = opened(taken.data).getpixel((taken.width - 2, taken.height - 2))  # type: ignore[misc]
    assert (green > 150, red < 60, blue < 60) == (True, True, True)
    assert (taken.width, taken.height) == ((40, 60) if orientation == 6 else (60, 40))
    assert "icc_profile" not in opened(taken.data).info


def test_what_hangs_on_a_picture_is_left_behind() -> None:
    script = b"<script>alert(1)</script>"
    for data in (encoded(comment=script), encoded() + script, encoded(kind="PNG") + script, encoded(xmp=script)):
        assert script in data
        assert script not in cleaned(data).data


@pytest.mark.parametrize(
    ("words", "data"),
    [
        ("The file is empty.", b""),
        ("The file is larger than 20 MB.", b"\0" * (BYTES_LIMIT + 1)),
        ("SVG is not taken here.", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("This is no JPEG, PNG, WebP or AVIF, whatever its name says.", b"<html><script>alert(1)</script>"),
        ("This is no JPEG, PNG, WebP or AVIF", encoded(kind="GIF")),
        ("This is no JPEG", b"%PDF-1.7 " + encoded()),
        ("The picture is damaged", encoded(picture(300, 200))[:-40]),
        ("The picture is damaged", encoded(kind="PNG")[:-30]),
        ("The picture is damaged", png(900, 900, BIG_PIXELS)),
        ("Moving pictures can’t be shown.", encoded(kind="PNG", **MOVING)),
        ("Moving pictures can’t be shown.", encoded(kind="WEBP", **MOVING)),
        ("The picture has too many pixels: 40 million", png(8000, PIXEL_LIMIT // 8000 + 1, BIG_PIXELS)),
        ("The picture has too many pixels", png(12_000, 12_000, BIG_PIXELS)),
        ("The picture has too many pixels", png(60_000, 60_000, BIG_PIXELS)),
        ("and 16,?000 on a side", png(16_001, 1, BIG_PIXELS)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_anything_else_is_refused_with_the_reason(words: str, data: bytes) -> None:
    with pytest.raises(Refused, match=words):
        cleaned(data)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([encoded(), encoded(kind="PNG"), encoded(kind="WEBP"), encoded(kind="AVIF")]), st.data())
def test_a_file_that_is_broken_anywhere_is_refused_or_made_whole_and_never_an_error(
    data: bytes, draw: st.DataObject
) -> None:
    at = draw.draw(st.integers(0, len(data) - 1))
    broken = data[:at] + draw.draw(st.binary(max_size=9)) + data[at + draw.draw(st.integers(0, 9)) :]
    try:
        taken = cleaned(broken)
    except Refused:
        return
    opened(taken.data)
    assert cleaned(taken.data) == taken
