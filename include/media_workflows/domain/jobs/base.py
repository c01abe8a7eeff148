"""Base classes of all job kinds: an item has a template or raw parameters."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar, get_args

from pydantic import Field, field_validator, model_validator

from media_workflows.domain.base import Model, invalid, shown
from media_workflows.domain.invalid import InvalidValueError, InvalidValuesError
from media_workflows.domain.name_patterns import length_problems, pattern_problems
from media_workflows.domain.object_options import ObjectOptions
from media_workflows.naming import PLAIN_NUMBERS, RAW_DEFINITION, NumberFormat

P = TypeVar("P", bound=Model)

ImageFormat = Literal["jpg", "png", "webp"]
StillFormat = Literal["jpg", "png", "webp", "avif"]  # of pictures that have a command output each
Split = Literal["auto", "never", "always"]
FillType = Literal["stretch", "black", "white", "gauss", "crop"]
SIDE_MIN_PX, SIDE_MAX_PX = 128, 4096  # the vendor's: 0 or [128, 4096]


class FrameSize(Model):
    """The requested size in pixels; 0 = as the source (both 0) or keep the aspect ratio (one 0).

    With `resolution_adaptive` the width is the long side and the height the short one, so that one template serves
    landscape and portrait sources.
    """

    side_min_px: ClassVar[int] = SIDE_MIN_PX

    width: int = Field(0, ge=0, le=SIDE_MAX_PX, description="Pixels; 0 = derived")
    height: int = Field(0, ge=0, le=SIDE_MAX_PX, description="Pixels; 0 = derived")
    resolution_adaptive: bool = Field(True, description="Width is the long edge, height the short edge")
    fill_type: FillType = Field("black", description="When the aspect ratios differ: bars, blurred bars, crop")

    @model_validator(mode="after")
    def _sides_in_range(self) -> FrameSize:
        for name, side in (("width", self.width), ("height", self.height)):
            if 0 < side < self.side_min_px:
                raise invalid(
                    "{side} must be 0 (derived) or {least} to {most} pixels; got {pixels}",
                    side=name,
                    least=self.side_min_px,
                    most=SIDE_MAX_PX,
                    pixels=side,
                )
        return self


def template_reference(kind: str, reference: Any) -> Any:
    """A template's number. Names of templates are replaced by numbers before, so another text is no name of one.

    Raises ValueError.
    """
    if isinstance(reference, str) and not reference.isdecimal():
        raise invalid("there is no {kind} template named {name}", kind=kind, name=shown(reference))
    if isinstance(reference, bool) or not isinstance(reference, int | str | None):
        raise invalid("must be the number or the name of a {kind} template", kind=kind)
    return reference


class JobItem(Model, Generic[P]):
    """One output request of a job: exactly one of `template` and `parameters`."""

    kind: ClassVar[str]
    task_name: ClassVar[str]  # what Airflow shows for its task
    default_output_path: ClassVar[str]  # with {number}: the item makes several main files
    encodes: ClassVar[bool] = False  # its task takes a place in the encode pool, not in that of light work
    makes_media: ClassVar[bool] = False  # a step may read the first main file as its input
    main_variables: ClassVar[frozenset[str]] = frozenset()  # of `output_path`, besides the common ones and {number}
    companion_variables: ClassVar[frozenset[str]] = frozenset()  # of `companion_patterns`, besides the common ones

    template: int | None = Field(None, description="Id of a template of this kind")
    # A resolved item has both: its template and the template's parameters.
    parameters: P | None = Field(None, description="Raw parameters, instead of a template")
    output_path: str = Field("", description="Output name pattern; empty = the kind's default")
    objects: ObjectOptions | None = Field(
        None,
        exclude_if=lambda objects: objects is None,
        description="How its outputs are stored; what is left out is as in the workflow's `output.objects`",
    )

    @field_validator("template", mode="before")
    @classmethod
    def _is_known(cls, reference: Any) -> Any:
        return template_reference(cls.kind, reference)

    @model_validator(mode="after")
    def _template_or_parameters(self) -> JobItem[P]:
        if (self.template is None) == (self.parameters is None):
            raise invalid("requires exactly one of `template` (an id) and `parameters` (raw settings)")
        return self

    @classmethod
    def parameters_model(cls) -> type[P]:
        """What `parameters` and templates of the kind hold."""
        model: type[P] = get_args(cls.model_fields["parameters"].annotation)[0]
        return model

    @property
    def resolved_parameters(self) -> P:
        """The parameters of a resolved item. Raises AssertionError if its template is not resolved."""
        assert self.parameters is not None, "resolve the item's template first"
        return self.parameters

    @property
    def file_format(self) -> str | None:
        """The format of the main files; None until the item's template is resolved."""
        parameters: Any = self.parameters
        return None if parameters is None else str(parameters.file_format)

    @property
    def may_have_files(self) -> bool:
        """Whether a resolved item may write files; else it only has answers."""
        return True

    @property
    def sub_task_types(self) -> tuple[str, ...]:
        """The types of the results that the item has beside its files."""
        return ()

    @property
    def extra_keys(self) -> tuple[str, ...]:
        """Key patterns of further input objects in the trigger bucket."""
        return ()

    @property
    def shows_file_name(self) -> bool:
        """Whether the files of a resolved item depend on what the source is called, not on its bytes alone."""
        return False

    def misfit(self, parameters: P) -> InvalidValueError | None:
        """An option of the item that its parameters do not support; None = all fit."""
        return None

    @property
    def path_pattern(self) -> str:
        """The name pattern of the item's main files."""
        return self.output_path or self.default_output_path

    @property
    def least_variables(self) -> dict[str, str]:
        """What the variables whose values only a run knows, such as numbers, are at least."""
        return {"number": self.number_format.render(0)} if isinstance(self, Numbered) else {}

    @property
    def companion_patterns(self) -> dict[str, tuple[str, str]]:
        """Files in addition to the main ones that have their own names: field -> (pattern, format)."""
        return {}

    def pattern_of(self, format_: str) -> str:
        """The name pattern of the item's files of a format: a companion's, else that of the main ones."""
        return next((pattern for pattern, own in self.companion_patterns.values() if own == format_), self.path_pattern)

    @property
    def definition(self) -> int:
        """The value of the variable {definition}: the template id, 0 for raw parameters."""
        return RAW_DEFINITION if self.template is None else self.template


class Numbered(Model):
    """An item whose files are numbered."""

    number_format: NumberFormat = Field(PLAIN_NUMBERS, description="How {number} counts")


_OFFSET = re.compile(r"^(?P<number>\d+(?:\.\d+)?)(?P<unit>[s%])$")


def offset_seconds(offset: str, duration_s: float) -> float:
    """'3.5s' or '10%' as seconds into a source of `duration_s`. Raises ValueError on another form."""
    match = _OFFSET.fullmatch(offset)
    if not match:
        raise invalid("must be seconds like '3.5s' or a percentage like '10%'; got {offset}", offset=repr(offset))
    number = float(match["number"])
    if match["unit"] == "s":
        return number
    if number > 100:
        raise invalid("must be at most '100%'; got {offset}", offset=repr(offset))
    return duration_s * number / 100


def time_range(start: float, end: float, duration_s: float) -> tuple[float, float]:
    """(start_s, end_s) within a video of `duration_s`, from offsets as the vendor writes them.

    n is n seconds, -n is n seconds before the end, an `end` of 0 is the end. Cut at both ends of the video;
    raises ValueError when nothing is left.
    """
    start_s = max(0.0, start if start >= 0 else duration_s + start)
    end_s = min(duration_s, end if end > 0 else duration_s + end)
    if end_s <= start_s:
        raise invalid(
            "the range from {start} to {end} is empty in a video of {duration} s",
            start=f"{start:g}",
            end=f"{end:g}",
            duration=f"{duration_s:.3f}",
        )
    return start_s, end_s


class TimeRange(Model):
    """A time range of a video; see `time_range` for 0 and negative offsets."""

    start_offset_s: float = Field(0, allow_inf_nan=False, description="Seconds; 0 = the start, -n = n before the end")
    end_offset_s: float = Field(0, allow_inf_nan=False, description="Seconds; 0 = the end, -n = n before the end")

    @model_validator(mode="after")
    def _range_is_forward(self) -> Self:
        start_s, end_s = self.start_offset_s, self.end_offset_s
        if end_s <= start_s and start_s * end_s > 0:  # with different signs, it depends on the duration
            raise invalid("end_offset_s must be 0 (to the end) or greater than start_offset_s")
        return self


def relative_pattern(path: str, variables: frozenset[str], required: tuple[str, ...]) -> str:
    """A valid name pattern of files relative to a manifest. Raises ValueError; `required` variables must be in it."""
    problems = [*pattern_problems(path, variables), *length_problems(path)]
    if path.startswith("/"):
        problems.append(invalid("must be relative to the manifest's directory: leave out the leading '/'"))
    for name in required:
        if (variable := f"{{{name}}}") not in path:
            problems.append(invalid("must contain {variable}: names would be equal without it", variable=variable))
    if problems:
        raise InvalidValuesError(problems)
    return path
