"""What a workflow sets of its Airflow DAG; all of it has a default."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.name_patterns import single_line

MAX_TAGS = 20
_TEXT = re.compile(r"[^\s,]([^,]{0,98}[^\s,])?")  # Airflow keeps 100 characters of a tag, and lists owners by commas


def _text(text: str) -> str:
    if text and not _TEXT.fullmatch(text):
        raise invalid("must have at most 100 characters, none of them a comma, and no space at an end")
    return single_line(text)


def _tag(tag: str) -> str:
    if not tag:
        raise invalid("must not be empty")
    return _text(tag)


Tag = Annotated[str, AfterValidator(_tag)]


class AirflowOptions(Model):
    """Of the workflow's DAG in Airflow."""

    owner: Annotated[str, AfterValidator(_text)] = Field(
        "", description="Owner shown in Airflow; empty = Airflow's default"
    )
    tags: list[Tag] = Field(
        default_factory=list, max_length=MAX_TAGS, description="Tags to filter DAGs by, beside `media`"
    )
    max_active_runs: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="Runs that work at the same time, the others wait; None = Airflow's max_active_runs_per_dag, or "
        "1,000 where runs may wait for add-ons or a person",
    )
    execution_timeout_s: int | None = Field(
        None, ge=60, le=604_800, description="Seconds that one try of a job may take; None = the setting job_timeout_s"
    )
    asset_events: bool = Field(
        False,
        description="Each run that succeeds is an event of the workflow's Airflow asset, on which other DAGs can be "
        "scheduled",
    )
