"""`Thumbnails` of a ladder: pictures at a regular interval on sheets, which players show while the viewer seeks."""

from __future__ import annotations

from pydantic import Field, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.invalid import InvalidValueError
from media_workflows.domain.jobs.base import SIDE_MAX_PX
from media_workflows.domain.jobs.image_sprite import MAX_TILES, ImageSpriteParameters

_MAX_INTERVAL_S = 600  # with MAX_TILES on a sheet, players load one for up to 17 hours


class Thumbnails(Model):
    """Thumbnails on JPEG sheets of `column_count` by `row_count`, which the manifests list. Never encrypted."""

    interval_s: int = Field(10, ge=1, le=_MAX_INTERVAL_S, description="Seconds between two thumbnails")
    width: int = Field(320, ge=16, le=SIDE_MAX_PX, description="Pixels; the height follows from the picture")
    column_count: int = Field(5, ge=1, le=MAX_TILES)
    row_count: int = Field(5, ge=1, le=MAX_TILES)

    @model_validator(mode="after")
    def _grid_fits(self) -> Thumbnails:
        if self.sprite.tile_count > MAX_TILES:
            raise invalid(
                "row_count times column_count must be at most {limit}; got {count}",
                limit=MAX_TILES,
                count=self.sprite.tile_count,
            )
        if problem := self.sheet_problem(self.width, 0):
            raise problem
        return self

    def sheet_problem(self, width: int, height: int) -> InvalidValueError | None:
        """Why sheets of thumbnails of this size (0 = unknown) are too large; None = they fit."""
        longest = max(width * self.column_count, height * self.row_count)
        if longest <= SIDE_MAX_PX:
            return None
        return invalid(
            "a sheet of thumbnails would have {pixels} pixels on a side, and at most {most} are supported: choose a "
            "smaller width, or fewer columns or rows",
            pixels=longest,
            most=SIDE_MAX_PX,
        )

    @property
    def sprite(self) -> ImageSpriteParameters:
        """The same as a sprite. Not validated: the limits are those of this model."""
        return ImageSpriteParameters.model_construct(
            sample_type="time",
            sample_interval=float(self.interval_s),
            format="jpg",
            width=self.width,
            height=0,
            resolution_adaptive=False,
            row_count=self.row_count,
            column_count=self.column_count,
        )
