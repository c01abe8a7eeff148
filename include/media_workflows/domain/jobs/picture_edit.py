"""`PictureEdit`: changes of the picture itself: crop, rotation, mirroring, noise, bands, sharpness, burned-in texts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.jobs.burned_in_text import MAX_BURNED_IN_TEXTS, BurnedInText
from media_workflows.domain.jobs.picture_size import Position, split_length

Flip = Literal["none", "horizontal", "vertical"]
Strength = Literal["off", "light", "medium", "strong"]


class Crop(Model):
    """What is cut off each side: '12px' of the source as it is shown, or '10%' of its width or height."""

    left: Position = "0px"
    right: Position = "0px"
    top: Position = "0px"
    bottom: Position = "0px"

    @model_validator(mode="after")
    def _leaves_a_picture(self) -> Crop:
        for one, other in (("left", "right"), ("top", "bottom")):
            lengths = [split_length(getattr(self, side)) for side in (one, other)]
            percent = sum(number for number, unit in lengths if unit == "%")
            if percent >= 100:
                raise invalid(
                    "{one} and {other} cut the whole picture off: together less than 100%", one=one, other=other
                )
        return self


class PictureEdit(Model):
    """Changes of the picture before it is scaled, in the order of the fields; it is sharpened after that.

    Texts are drawn last, above all else.
    """

    black_bars: Literal["keep", "crop"] = Field("keep", description="Black bars at the edges, measured in each source")
    crop: Crop | None = None
    rotate_degrees: Literal[0, 90, 180, 270] = Field(0, description="Clockwise")
    flip: Flip = Field("none", description="Mirrored after the rotation")
    denoise: Strength = Field("off", description="Less noise, and fewer bits for it")
    deband: bool = Field(False, description="Smooths steps in skies and shadows")
    lut: str = Field(
        "", max_length=1024, description="Key of a .cube file in the trigger bucket; may contain {inputName}"
    )
    sharpen: Strength = "off"
    burned_in_texts: tuple[BurnedInText, ...] = Field(
        (), max_length=MAX_BURNED_IN_TEXTS, description="File name, time code, clock or text, above all else"
    )

    @property
    def extra_keys(self) -> tuple[str, ...]:
        """The key of the colour table, if there is one."""
        return (self.lut,) if self.lut else ()

    @property
    def moves_the_picture(self) -> bool:
        """Whether the output shows a part of the source only, or shows it turned."""
        return self.black_bars == "crop" or self.crop is not None or bool(self.rotate_degrees) or self.flip != "none"
