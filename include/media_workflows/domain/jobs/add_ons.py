"""Add-ons of a ladder: audio tracks and subtitles from other objects, or the run's own recognised subtitles."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.jobs.language_tag import LanguageTag
from media_workflows.domain.name_patterns import SingleLine

MAX_ADD_ONS = 64
RECOGNISED_SUBTITLES = "<subtitles of recognition>"  # in the place of a key among an item's inputs


class WaitFor(Model):
    """How long a run waits for the objects of an item's add-ons, and what happens to the item without them."""

    timeout_s: int = Field(ge=1, le=604_800, description="Seconds since the upload of the source")
    on_timeout: Literal["continue", "fail"] = Field("continue", description="continue: the ladder is made without them")


class AddOn(Model):
    """An additional audio track or subtitle from another object, as one more choice for the player."""

    key: str = Field(min_length=1, max_length=1024, description="Key in the trigger bucket; may contain {inputName}")
    language: LanguageTag = Field("", description="BCP 47")
    name: SingleLine = Field("", max_length=64, description="What players show")
    default: bool = False
    optional: bool = Field(
        False,
        exclude_if=lambda optional: not optional,
        description="The ladder is made without it while the object is missing; it joins when it is uploaded",
    )


class AddOnAudio(AddOn):
    """An additional audio track."""

    visual_impaired: bool = Field(False, description="Audio description, for viewers who do not see the picture")
    commentary: bool = Field(False, description="Comments on the film; players never choose it by themselves")


class AddOnSubtitle(AddOn):
    """An additional subtitle: another object, or the subtitles of the run's own `recognition` job."""

    key: str = Field("", max_length=1024, description="Key in the trigger bucket; may contain {inputName}")
    source: Literal["object", "recognition"] = Field("object", description="recognition: its subtitles; takes no key")
    forced: bool = Field(False, description="Only what is foreign in the original too; shown without a choice")
    hearing_impaired: bool = Field(False, description="Describes sounds too, for viewers who do not hear")

    @model_validator(mode="after")
    def _one_place(self) -> AddOnSubtitle:
        if (self.source == "object") != bool(self.key):
            raise invalid("requires either `key` or `source: recognition`")
        return self

    @property
    def input_key(self) -> str:
        """The name of the file among the item's inputs."""
        return self.key or RECOGNISED_SUBTITLES
