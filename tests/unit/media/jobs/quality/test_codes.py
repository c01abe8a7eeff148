"""QR codes in sampled pictures: a still is searched once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from media_workflows.media.jobs.quality.codes import codes_in

TEXT = "https://example.org/still"


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The sizes of the pictures that are searched."""
    read, found = zxingcpp.read_barcodes, []

    def counted(picture: Any, **options: Any) -> Any:
        found.append(picture.shape)
        return read(picture, **options)

    monkeypatch.setattr(zxingcpp, "read_barcodes", counted)
    return found


def _picture(path: Path, code: bool, noise: int) -> str:
    """A grey picture with noise, with or without a code."""
    pixels = np.full((240, 320), 128, np.uint8)
    if code:
        made = zxingcpp.create_barcode(TEXT, zxingcpp.barcode_format_from_str("QRCode"))
        image = np.asarray(zxingcpp.write_barcode_to_image(made, scale=3))
        pixels[40 : 40 + image.shape[0], 40 : 40 + image.shape[1]] = image
    noisy = pixels.astype(int) + np.random.default_rng(noise).integers(-3, 4, pixels.shape)
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(path, quality=90)
    return path.name


def test_a_still_is_searched_once(tmp_path: Path, searches: list[tuple[int, ...]]) -> None:
    shown = [False, False, True, True, True, False]
    names = [_picture(tmp_path / f"{number}.jpg", code, number) for number, code in enumerate(shown)]
    found = codes_in.__wrapped__(tmp_path, names)  # type: ignore[attr-defined]  # in this process
    assert [(one.picture, one.is_qr, one.text) for one in found] == [(number, True, TEXT) for number in (2, 3, 4)]
    assert len(searches) == 3
