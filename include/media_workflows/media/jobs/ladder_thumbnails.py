"""The sheets of thumbnails of a ladder: sprites of the part of the source that its streams show."""

from __future__ import annotations

from dataclasses import dataclass, replace

from media_workflows.domain.jobs.picture_edit import PictureEdit
from media_workflows.domain.jobs.thumbnails import Thumbnails
from media_workflows.errors import SheetSizeError
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Fit, fit, require_video
from media_workflows.media.filters.picture_edit import edited, kept_part, kept_size
from media_workflows.media.filters.source_picture import drawn
from media_workflows.media.jobs.image_sprite import as_sheet, tiled
from media_workflows.media.jobs.pictures import encodable, endless, one_each, picture_options
from media_workflows.media.jobs.sprite_map import Layout as SpriteLayout
from media_workflows.media.packaging.renditions import Layout
from media_workflows.media.packaging.thumbnail_entry import ThumbnailSheets
from media_workflows.media.plan.planned import Output, PlannedFile


@dataclass(frozen=True)
class LadderThumbnails:
    """Thumbnails of a ladder whose streams have the changes `edit` of the picture, without noise filters.

    They are made from the frames of the ladder's own decode: key frames alone would be one more pass.
    """

    context: BuildContext
    layout: Layout
    asked: Thumbnails
    edit: PictureEdit | None
    length_s: float

    def made(self) -> tuple[Output, ThumbnailSheets]:
        """The output of ffmpeg, and the sheets that it writes. Raises PictureSizeError or SheetSizeError."""
        context, sprite, shape = self.context, self.asked.sprite, self._shape()
        video, tiles = require_video(context.info), SpriteLayout(sprite, shape.outer, self.length_s)
        numbers = range(tiles.sheet_count)
        sheets = [as_sheet(self.layout.thumbnail_sheet(str(n)), context, tiles, n, shape) for n in numbers]
        frames = one_each(endless(context.picture_input(), video), tiles.interval_s)
        frames = edited(frames.filter("trim", end_frame=tiles.count), video, self._moved, shape)
        options = {"frames:v": len(sheets), "start_number": 0, **picture_options(sprite.format, context)}
        pictures = encodable(tiled(drawn(frames, video, shape, multiple=1), sprite), sprite.format)
        output = Output(pictures.output(self.layout.thumbnail_sheet("%d").path.name, **options))
        return output, self._listed(tiles, sheets)

    def _listed(self, tiles: SpriteLayout, sheets: list[PlannedFile]) -> ThumbnailSheets:
        return ThumbnailSheets(
            tile=tiles.tile,
            column_count=self.asked.column_count,
            row_count=self.asked.row_count,
            interval_s=self.asked.interval_s,
            files=sheets,
            duration_s=tiles.duration_s,
        )

    @property
    def _moved(self) -> PictureEdit | None:
        """The changes without those for moving pictures: frames seconds apart have no noise in common."""
        return self.edit.model_copy(update={"denoise": "off", "deband": False}) if self.edit else None

    def _shape(self) -> Fit:
        """The size of one thumbnail."""
        video = require_video(self.context.info)
        kept, turn = kept_part(self.edit, video, self.context.black_bars)
        shape = replace(fit(self.asked.sprite, kept_size(video, kept, turn), multiple=1), kept=kept, turn=turn)
        if problem := self.asked.sheet_problem(shape.outer.width, shape.outer.height):
            raise SheetSizeError(
                "one picture of this source has {size} pixels: {problem}",
                size=f"{shape.outer.width}x{shape.outer.height}",
                problem=problem,
            )
        return shape
