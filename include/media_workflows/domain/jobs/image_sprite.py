"""`image_sprite`: thumbnails on sprite sheets, and a WebVTT file with their positions."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, field_validator, model_validator

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.jobs.base import SIDE_MAX_PX, SIDE_MIN_PX, JobItem, Numbered
from media_workflows.domain.jobs.sampling import Sampling
from media_workflows.naming import INPUT_DIRECTORY, variables_in

MAX_TILES = 100  # the vendor's: rows x columns


class ImageSpriteParameters(Sampling):
    """The grid of a sheet. `width` and `height` are those of one picture, `column_count` by `row_count` on a sheet."""

    side_min_px: ClassVar[int] = 1  # the limits of a frame are those of a whole sheet here

    row_count: int = Field(ge=1, le=MAX_TILES)
    column_count: int = Field(ge=1, le=MAX_TILES)

    @model_validator(mode="after")
    def _grid_fits(self) -> ImageSpriteParameters:
        if self.tile_count > MAX_TILES:
            raise invalid(
                "row_count times column_count must be at most {limit}; got {count}",
                limit=MAX_TILES,
                count=self.tile_count,
            )
        if problem := self.sheet_problem(self.width, self.height):
            raise problem
        return self

    @property
    def tile_count(self) -> int:
        """Pictures on a full sheet."""
        return self.row_count * self.column_count

    def sheet_problem(self, width: int, height: int) -> InvalidValueError | None:
        """Why sheets of pictures of this size (0 = unknown) are too small or too large; None = they fit."""
        for side, count, counted in ((width, self.column_count, "column"), (height, self.row_count, "row")):
            if side and not SIDE_MIN_PX <= side * count <= SIDE_MAX_PX:
                name = "width" if counted == "column" else "height"
                return invalid(
                    "{side} {pixels} times {counted} {count} is {product} pixels, and a sheet must have {least} to "
                    "{most}: change one of the two",
                    side=name,
                    pixels=side,
                    counted=f"{counted}_count",
                    count=count,
                    product=side * count,
                    least=SIDE_MIN_PX,
                    most=SIDE_MAX_PX,
                )
        return None


class ImageSpriteItem(JobItem[ImageSpriteParameters], Numbered):
    """A sprite. The first picture shows the source at 0 s. `web_vtt_path` is relative to the sheets' directory."""

    kind: ClassVar[str] = "image_sprite"
    task_name: ClassVar[str] = "Image sprite with WebVTT"
    default_output_path: ClassVar[str] = "{inputName}_imageSprite_{definition}_{number}.{format}"
    default_web_vtt_path: ClassVar[str] = "{inputName}_imageSprite_{definition}.{format}"

    web_vtt_path: str = Field("", description="Name pattern of the WebVTT file, relative to the sheets' directory")

    @field_validator("web_vtt_path")
    @classmethod
    def _relative(cls, path: str) -> str:
        if path.startswith("/"):
            raise invalid("must be relative to the sheets' directory: leave out the leading '/'")
        if INPUT_DIRECTORY in variables_in(path):
            raise invalid("must be relative to the sheets' directory: put {inputDirectory} into output_path")
        return path

    @property
    def companion_patterns(self) -> dict[str, tuple[str, str]]:
        """The pattern of the WebVTT file, below the sheets' directory."""
        directory = self.path_pattern[: self.path_pattern.rfind("/") + 1]
        return {"web_vtt_path": (directory + (self.web_vtt_path or self.default_web_vtt_path), "vtt")}
