"""`Action`: what a step does that makes no media of its own. The base of the settings of each kind of action."""

from __future__ import annotations

from typing import ClassVar

from media_workflows.domain.base import Model
from media_workflows.domain.conditions.variables import ValueType


class Action(Model):
    """The settings of one action. `answer` is the type of `steps.<id>.answer` in conditions; None = it has none;
    `answers` are all its values, () = any.

    `copies`: it makes objects in the storage. `consumes_source`: the source is gone afterwards. `works`: its task
    transfers or waits for others, and so belongs to the light workers.
    """

    kind: ClassVar[str]
    works: ClassVar[bool] = True
    copies: ClassVar[bool] = False
    consumes_source: ClassVar[bool] = False
    answer: ClassVar[ValueType | None] = None
    answer_meaning: ClassVar[str] = ""
    answers: ClassVar[tuple[str, ...]] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        """The ids of the steps whose outputs it reads; it is after them."""
        return ()

    def writes(self, output_bucket: str) -> tuple[tuple[str, str], ...]:
        """(bucket, prefix) of what it writes; `output_bucket` is the workflow's."""
        return ()
