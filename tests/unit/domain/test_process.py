"""Requests for ad-hoc processing: sources, definitions, problems, and the ids of runs."""

from __future__ import annotations

from typing import Any

import pytest

from media_workflows.domain.base import parsed_request
from media_workflows.domain.process import ProcessRequest, common_directory
from media_workflows.domain.process_runs import priority_weight, process_run_id
from media_workflows.domain.request_context import NO_CONTEXT, RequestContext, context_conf, context_of
from media_workflows.domain.steps import job_steps
from media_workflows.errors import DefinitionError, InvalidRequestError, MediaWorkflowsError

JOBS: dict[str, Any] = {"transcode": [{"template": 100010}]}
URL = {"url": "https://example.com/a.mp4", "output": {"bucket": "media", "directory": "out/"}}


def request(**parts: Any) -> ProcessRequest:
    return parsed_request(ProcessRequest, {"jobs": JOBS, **parts})


def keys(*names: str, **parts: Any) -> ProcessRequest:
    return request(bucket="media", keys=names, **parts)


def problem(**parts: Any) -> str:
    with pytest.raises(MediaWorkflowsError) as caught:
        request(**parts).definition()
    return str(caught.value)


@pytest.mark.parametrize(
    "host", ["example.com", "EXAMPLE.com.", "a_b.example.com", "8.8.8.8:8443", "[2600::1]", "例子.com"]
)
def test_hosts_of_urls(host: str) -> None:
    assert request(**{**URL, "url": f"https://{host}/a.mp4"}).definition()


def test_the_definition_of_named_objects() -> None:
    workflow = keys("in/a/1.mp4", "in/b/2.mp4", priority=3, output={"directory": "out/"}).definition()
    assert (workflow.trigger.bucket, workflow.trigger.prefix, workflow.priority) == ("media", "in/", 3)
    assert workflow.trigger.accepts_format("in/notes.txt")
    assert [step.kind for step in job_steps(workflow)] == ["transcode"]


def test_the_definition_of_a_url_reads_the_copy() -> None:
    workflow = request(**URL).definition()
    assert (workflow.trigger.bucket, workflow.trigger.prefix) == ("media", "fetched/")


@pytest.mark.parametrize(
    ("names", "directory"),
    [
        (("a.mp4",), ""),
        (("in/a.mp4",), "in/"),
        (("in/a.mp4", "in/sub/b.mp4"), "in/"),
        (("in/ab/1", "in/ac/1"), "in/"),
        (("in/x//a", "in/x//b"), "in/x/"),
        (("in/pre",), "in/"),
    ],
)
def test_the_common_directory(names: tuple[str, ...], directory: str) -> None:
    assert common_directory(names) == directory


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({}, "exactly one of `keys`, `prefix`"),
        ({"bucket": "media", "keys": ["a"], "prefix": "b"}, "exactly one of"),
        ({"bucket": "media", "prefix": ""}, "not empty"),
        ({"keys": ["a"]}, "bucket: got nothing; must name the bucket"),
        ({"bucket": "Media", "keys": ["a"]}, "must be a bucket name"),
        ({**URL, "bucket": "media"}, "bucket: got 'media'; must be left out with `url`"),
        ({"url": "https://example.com/a.mp4"}, "output.bucket: got nothing; must be given with `url`"),
        ({**URL, "url": "http://example.com/a.mp4"}, "must be an https URL"),
        ({**URL, "url": "https://u:p@example.com/a.mp4"}, "without user name"),
        ({**URL, "url": "https://@example.com/a.mp4"}, "without user name"),
        ({**URL, "url": "https://exa mple.com/a.mp4"}, "must be an https URL with a host"),
        ({**URL, "url": "https://-a.example.com/a.mp4"}, "must be an https URL with a host"),
        ({**URL, "url": "https://a..example.com/a.mp4"}, "must be an https URL with a host"),
        ({**URL, "url": f"https://{'a' * 64}.example.com/a.mp4"}, "must be an https URL with a host"),
        ({**URL, "url": "https://[::1/a.mp4"}, "must be an https URL with a host"),
        ({**URL, "url": "https://[fe80::1%25eth0]/a.mp4"}, "must be an https URL with a host"),
        ({**URL, "url": "https://example.com:99999/a.mp4"}, "must be an https URL with a host"),
        ({**URL, "url": "https://example.com:0/a.mp4"}, "must be an https URL with a host"),
        ({**URL, "request_id": "a b"}, "request_id"),
        ({**URL, "context": {"text": "x" * 1001}}, "context.text"),
    ],
)
def test_what_no_request_may_say(parts: dict[str, Any], words: str) -> None:
    assert words in problem(**parts)


def test_problems_of_jobs_are_at_their_places() -> None:
    assert "jobs.transcode[0].template" in problem(**{**URL, "jobs": {"transcode": [{"template": 1}]}})
    with pytest.raises(InvalidRequestError):
        request(bucket="media", keys=["a"], jobs=None).definition()


def test_steps_that_need_a_task_of_their_own_are_refused() -> None:
    steps = [
        {"id": "ask", "approval": {"message": "Publish?"}},
        {"id": "hd", "transcode": [{"template": 100010}], "after": ["ask"], "retries": 1, "queue": "q"},
    ]
    with pytest.raises(InvalidRequestError) as caught:
        request(bucket="media", keys=["a"], jobs=None, steps=steps).definition()
    assert [one.field for one in caught.value.problems] == ["steps[0].approval", "steps[1].retries", "steps[1].queue"]


def test_a_ladder_does_not_wait_for_its_add_ons() -> None:
    add_on = {"source": "object", "key": "{inputName}.srt", "optional": True}
    ladder = {"template": 10, "add_on_subtitles": [add_on], "wait_for": {"timeout_s": 60}}
    with pytest.raises(InvalidRequestError) as caught:
        request(bucket="media", keys=["a"], jobs={"adaptive_dynamic_streaming": [ladder]}).definition()
    assert [one.field for one in caught.value.problems] == ["jobs.adaptive_dynamic_streaming[0].wait_for"]


def test_the_digest_is_that_of_the_content() -> None:
    assert keys("a", request_id="1").digest() == keys("a", request_id="2").digest()
    assert keys("a").digest() != keys("b").digest()
    assert keys("a").digest() != keys("a", context={"id": "x"}).digest()


def test_the_order_of_sets_does_not_matter_to_the_digest() -> None:
    item = {"template": 100010, "output_path": "{inputName}.mp4"}
    one = keys("b", "a", "b", jobs={"transcode": [item]}, context={"tags": {"x": "1", "y": "2"}})
    swapped = {"transcode": [dict(reversed(item.items()))]}
    assert one.digest() == keys("a", "b", jobs=swapped, context={"tags": {"y": "2", "x": "1"}}).digest()
    below = [request(bucket="media", prefix="p/", formats=formats) for formats in (("mp4", ".mov"), ("MOV", "mp4"))]
    assert below[0].digest() == below[1].digest()
    two = [{"template": 100010}, {"template": 100020}]
    orders = [keys("a", jobs={"transcode": items}) for items in (two, two[::-1])]
    assert orders[0].digest() != orders[1].digest(), "their order numbers the results"


def test_the_id_of_a_run_has_its_priority() -> None:
    ids = [process_run_id("r", "a", priority) for priority in (-10, 0, 10)]
    assert [priority_weight(id_) for id_ in ids] == [1, 11, 21]
    assert process_run_id("r", "a", 0) == ids[1] != process_run_id("r", "b", 0)
    assert priority_weight("process__by_hand") == 11


def test_the_context_of_a_run_is_in_its_configuration() -> None:
    context = RequestContext(id="order-7", text="x", tags={"a": "b"})
    assert context_of(context_conf(context)) == context
    assert context_conf(NO_CONTEXT) == {}
    assert context_of(None) == NO_CONTEXT
    with pytest.raises(DefinitionError):
        context_of({"context": {"id": 7}})
