"""Every action of the vendor's client is there, or refused with a reason; and the codes of errors are the vendor's."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
from tencentcloud.mps.v20190612 import errorcodes, models
from tencentcloud.mps.v20190612.mps_client import MpsClient

from media_workflows.errors import (
    BusyError,
    ConflictError,
    DatabaseUnavailableError,
    DefinitionError,
    EnabledError,
    MediaWorkflowsError,
    NotFoundError,
    NotPermittedError,
    StorageAccessError,
    StorageConfigurationError,
    UnexpectedError,
)
from media_workflows_plugin.mps import form
from media_workflows_plugin.mps.actions import ACTIONS, GROUPS
from media_workflows_plugin.mps.actions.vendor_only import MISSING, VENDOR_ONLY
from media_workflows_plugin.mps.dispatch import VERSION, action_of
from media_workflows_plugin.mps.errors import InvalidCallError, UnknownActionError, UnsupportedActionError, vendor_code

KINDS = (
    *("Transcode", "SnapshotByTimeOffset", "SampleSnapshot", "ImageSprite", "AnimatedGraphics", "Watermark"),
    *("AdaptiveDynamicStreaming", "ContentReview", "AIAnalysis", "AIRecognition", "QualityControl"),
)
HERE = {
    *(f"{verb}Workflow" for verb in ("Create", "Reset", "Enable", "Disable", "Delete")),
    *(f"{verb}Schedule" for verb in ("Create", "Modify", "Enable", "Disable", "Delete")),
    *(f"{verb}{kind}Template" for kind in KINDS for verb in ("Create", "Modify", "Delete")),
    *(f"Describe{kind}Templates" for kind in KINDS),
    *("CreateWordSamples", "ModifyWordSample", "DeleteWordSamples", "DescribeWordSamples"),
    *("CreatePersonSample", "ModifyPersonSample", "DeletePersonSample", "DescribePersonSamples"),
    *("DescribeWorkflows", "DescribeSchedules", "ProcessMedia", "DescribeTasks", "DescribeTaskDetail"),
    *("ManageTask", "ParseNotification", "DescribeMediaMetaData"),
}


def of_the_client() -> set[str]:
    return {name for name, member in vars(MpsClient).items() if inspect.isfunction(member)}


def test_every_action_of_the_client_is_here_or_has_a_reason() -> None:
    assert len(HERE) == 70
    assert of_the_client() - HERE == VENDOR_ONLY.keys()
    assert ACTIONS.keys() == HERE


def test_no_action_is_in_two_groups() -> None:
    assert sum(map(len, GROUPS.values())) == len(ACTIONS)
    assert sum(len(missing.names) for missing in MISSING) == len(VENDOR_ONLY)


def test_what_is_not_here_is_refused() -> None:
    with pytest.raises(UnsupportedActionError, match="there is no editor; HeadTailParameter"):
        action_of("EditMedia", VERSION)
    with pytest.raises(UnknownActionError, match="no action 'DropTable'"):
        action_of("DropTable", VERSION)
    with pytest.raises(InvalidCallError, match="'2017-03-12'"):
        action_of("DescribeWorkflows", "2017-03-12")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DefinitionError([]), "InvalidParameterValue"),
        (NotFoundError("x"), "ResourceNotFound"),
        (NotPermittedError("x"), "UnauthorizedOperation"),
        (EnabledError("x"), "UnsupportedOperation"),
        (ConflictError("x"), "FailedOperation"),
        (BusyError("x"), "RequestLimitExceeded"),
        (DatabaseUnavailableError("x"), "InternalError.AccessDBError"),
        (StorageConfigurationError("x"), "ResourceNotFound.CosBucketNotExist"),
        (StorageAccessError("x"), "FailedOperation"),
        (UnexpectedError("x"), "InternalError"),
    ],
)
def test_codes(error: MediaWorkflowsError, code: str) -> None:
    assert vendor_code(error) == code
    assert code == "RequestLimitExceeded" or code in vars(errorcodes).values()


def types_of_parameters() -> dict[str, set[str]]:
    """The plain types of all parameters of the actions here, by name, from the docstrings of the SDK's models."""
    found: dict[str, set[str]] = {}
    rest: list[Any] = [getattr(models, f"{name}Request") for name in HERE]
    seen = set(rest)
    while rest:
        for name, kind in re.findall(r":type (\w+): (.+)", rest.pop().__init__.__doc__):
            kind = kind.removeprefix("list of ").strip("`").rpartition(".")[2]
            model = getattr(models, kind, None)
            if model is None:
                found.setdefault(name, set()).add(kind.split()[0])
            elif model not in seen:
                seen.add(model)
                rest.append(model)
    return found


def test_the_types_of_form_fields_are_the_sdks() -> None:
    found = types_of_parameters()
    assert {name for name, kinds in found.items() if "int" in kinds} == form.INTEGERS
    assert {name for name, kinds in found.items() if "float" in kinds} == form.NUMBERS
    assert {name for name, kinds in found.items() if "bool" in kinds} == form.SWITCHES
