"""Targets: their names, what is refused, and the vendor's TaskNotifyConfig."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition
from media_workflows.domain.notification import STORED_TARGET, HttpTarget, SqsTarget
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.notifications.targets import parse_function_callback, parse_notification


def refusal(data: Any) -> FieldProblem:
    with pytest.raises(DefinitionError) as caught:
        parse_notification(data)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    ("data", "address", "receiver"),
    [
        (
            {"type": "http", "url": "https://h.example:8443/a?token=x"},
            "https://h.example:8443/a",
            "https://h.example:8443",
        ),
        ({"type": "sqs", "queue_name": "events"}, "sqs:events", "sqs:events"),
        ({"type": "sns", "topic_name": "events.fifo", "region": "eu-west-3"}, "sns:events.fifo", "sns:events.fifo"),
    ],
)
def test_an_address_is_for_people_and_a_receiver_for_fairness(
    data: dict[str, Any], address: str, receiver: str
) -> None:
    target = parse_notification(data)
    assert (target.address, target.receiver) == (address, receiver)
    assert STORED_TARGET.validate_python(target.model_dump(mode="json")).address == address


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"type": "sqs"}, "one of queue_name and queue_url"),
        ({"type": "sqs", "queue_name": "a", "queue_url": "http://sqs/1/a"}, "one of queue_name and queue_url"),
        ({"type": "sns", "topic_name": "a", "topic_arn": "arn:aws:sns:r:1:a"}, "one of topic_name and topic_arn"),
        ({"type": "http", "url": "https://me:pw@h.example/"}, "must not contain a user and password"),
        ({"type": "lambda", "function_name": "f"}, "'http', 'sqs', 'sns'"),
        ({"type": "http", "url": "https://h.example/", "mode": "always"}, "'finish', 'change'"),
        ({"type": "sqs", "queue_name": "with space"}, "pattern"),
    ],
)
def test_what_is_refused_and_why(data: dict[str, Any], expected: str) -> None:
    assert expected in refusal(data).expected


def test_a_password_in_a_url_does_not_come_back_in_the_error() -> None:
    assert "pw" not in str(refusal({"type": "http", "url": "https://me:pw@h.example/"}))


@pytest.mark.parametrize(
    ("vendor", "ours"),
    [
        (
            {"NotifyType": "URL", "NotifyMode": "Change", "NotifyUrl": "https://h.example/"},
            {"type": "http", "url": "https://h.example/", "mode": "change"},
        ),
        (
            {"NotifyType": "TDMQ-CMQ", "CmqModel": "Queue", "CmqRegion": "", "QueueName": "events"},
            {"type": "sqs", "queue_name": "events"},
        ),
        (
            {"CmqModel": "Queue", "CmqRegion": "ap-east-1", "QueueName": "events"},
            {"type": "sqs", "queue_name": "events", "region": "ap-east-1"},
        ),
        ({"CmqModel": "Topic", "TopicName": "events"}, {"type": "sns", "topic_name": "events"}),
        (
            {"NotifyType": "AWS-SQS", "AwsSQS": {"SQSRegion": "eu-west-3", "SQSQueueName": "events"}},
            {"type": "sqs", "queue_name": "events", "region": "eu-west-3"},
        ),
    ],
)
def test_the_vendor_s_configuration_is_taken_over(vendor: dict[str, Any], ours: dict[str, Any]) -> None:
    made = parse_workflow(definition(notification=vendor)).notification
    assert made is not None
    assert made.model_dump(exclude_defaults=True, exclude_none=True) == ours


@pytest.mark.parametrize(
    ("vendor", "found"),
    [
        ({"NotifyType": "SCF"}, "shared by all workflows"),
        ({"NotifyType": "AWS-SQS", "AwsSQS": {"SQSQueueName": "a", "S3SecretKey": "hush"}}, "aws_conn_id"),
        ({"NotifyType": "FAX"}, "NotifyType must be"),
        ({"NotifyType": "URL", "NotifyUrl": "https://h.example/", "NotifyMode": "Often"}, "Finish or Change"),
        ({"CmqModel": "Both"}, "Queue or Topic"),
        ({"NotifyType": "URL", "NotifyUrl": "https://h.example/", "Fax": 1}, "unknown in a TaskNotifyConfig: Fax"),
        ({"NotifyType": "URL", "NotifyUrl": "https://h.example/", "NotifyKey": "hush"}, "Airflow connection"),
    ],
)
def test_what_is_not_supported_is_reported(vendor: dict[str, Any], found: str) -> None:
    problem = refusal(vendor)
    assert found in problem.expected
    assert "hush" not in str(problem)


def test_a_function_behind_a_url_gets_cloud_events_by_default() -> None:
    target = parse_function_callback({"type": "http", "url": "https://f.example/"})
    assert target.format == "cloud_event"
    assert parse_function_callback({"type": "lambda", "function_name": "f"}).format == "workflow_task"
    with pytest.raises(DefinitionError, match="type"):
        parse_function_callback({"type": "sqs", "queue_name": "a"})


def test_a_host_has_no_port_and_small_letters() -> None:
    assert HttpTarget(type="http", url="https://H.Example:8443/a").host == "h.example"
    assert SqsTarget(type="sqs", queue_name="a").connection is None


@pytest.mark.parametrize("region", ["gz", "sh", "ap-guangzhou", 7])
@pytest.mark.parametrize("model", [{"CmqModel": "Queue", "QueueName": "q"}, {"CmqModel": "Topic", "TopicName": "t"}])
def test_a_region_of_the_vendor_is_refused_not_ignored(model: dict[str, str], region: object) -> None:
    assert f"CmqRegion {region!r}" in refusal({**model, "CmqRegion": region}).expected


def test_a_target_keeps_its_form_of_places_with_the_vendor_s_configuration() -> None:
    """Definitions without a choice are stored as before it existed."""
    vendor = {"NotifyType": "URL", "NotifyUrl": "https://example.com/events"}
    plain, chosen = (parse_notification(vendor | more) for more in ({}, {"storage_form": "cos"}))
    assert (plain.storage_form, "storage_form" in plain.model_dump()) == ("s3", False)
    assert chosen.model_dump()["storage_form"] == "cos"
