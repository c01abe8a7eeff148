"""Definition, RawParameter and OverrideParameter: which of them have an effect. Pure."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.invalid import invalid
from media_workflows.vendor_mps.reading import Findings, is_empty


def effective(data: Any, place: str, findings: Findings) -> Any:
    """A task without what has no effect: RawParameter beside a Definition, OverrideParameter without one.

    A Definition of 0 stands for RawParameter.
    """
    if not isinstance(data, dict):
        return data
    kept = dict(data)
    if not kept.get("Definition"):
        kept.pop("Definition", None)
        other, problem = "OverrideParameter", invalid("has no effect without a Definition: it is kept for an export")
    else:
        other, problem = "RawParameter", invalid("has no effect beside a Definition: it is kept for an export")
    if not is_empty(given := kept.pop(other, None)):
        findings.note(problem, f"{place}.{other}", given)
    return kept
