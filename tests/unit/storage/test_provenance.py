"""Provenance metadata: what S3 can carry, and whose an object is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from media_workflows.storage.provenance import Provenance, is_own_output, same_run, same_workflow_and_source

MADE = Provenance("wf_1", 7, "upload__abc", "in/片 100%.mp4", "etag-2", "transcode")
LONG_KEY = "长" * 341


def test_it_reads_back_what_it_wrote() -> None:
    assert Provenance.from_metadata(MADE.to_metadata("out", "a.mp4")) == MADE


def test_values_are_ascii_and_names_lower_case() -> None:
    metadata = MADE.to_metadata("out", "片.mp4")
    assert all(name == name.lower() and value.isascii() for name, value in metadata.items())
    assert metadata["mw-source-key"] == "in/%E7%89%87%20100%25.mp4"
    assert metadata["mw-revision"] == "7"


def test_the_longest_values_fit_into_two_kilobytes() -> None:
    longest = Provenance("片" * 200, 10**9, "运" * 250, LONG_KEY, "e" * 300, "k" * 100)
    metadata = longest.to_metadata("b" * 63, LONG_KEY)
    assert sum(len(name) + len(value) for name, value in metadata.items()) <= 2048


def test_the_limits_themselves_fit_into_two_kilobytes() -> None:
    widest = Provenance("w" * 200, 10**9, "r" * 200, "s" * 768, "e" * 200, "k" * 200)
    metadata = widest.to_metadata("b", "k")
    assert not any(value.startswith("sha256:") for value in metadata.values())
    assert sum(len(name) + len(value) for name, value in metadata.items()) <= 2048


def test_a_long_key_is_hashed_and_compared_by_its_hash() -> None:
    metadata = replace(MADE, source_key=LONG_KEY).to_metadata("out", "a")
    assert metadata["mw-source-key"].startswith("sha256:")
    assert same_workflow_and_source(metadata, "wf_1", LONG_KEY)
    assert not same_workflow_and_source(metadata, "wf_1", LONG_KEY + "x")


def test_a_key_that_looks_hashed_is_not_taken_for_a_hash() -> None:
    odd = replace(MADE, source_key="sha256:abc")
    assert Provenance.from_metadata(odd.to_metadata("out", "a")) == odd


def test_own_output_is_known_by_its_place() -> None:
    metadata = MADE.to_metadata("out", "a.mp4")
    assert is_own_output("out", "a.mp4", metadata)
    assert not is_own_output("out", "copy.mp4", metadata)
    assert not is_own_output("other", "a.mp4", metadata)


@pytest.mark.parametrize("change", [{"mw-run": None}, {"mw-revision": "seven"}, {"mw-location": "0"}])
def test_incomplete_metadata_are_not_ours(change: dict[str, str | None]) -> None:
    changed = MADE.to_metadata("out", "a") | change
    metadata = {name: value for name, value in changed.items() if value is not None}
    assert not is_own_output("out", "a", metadata)


def test_no_metadata_is_a_new_upload() -> None:
    assert not is_own_output("out", "a", {})
    assert Provenance.from_metadata({}) is None


def test_owner_is_workflow_and_source_whatever_the_revision_run_and_content() -> None:
    metadata = replace(MADE, revision=8, run_id="other", source_etag="new").to_metadata("out", "a")
    assert same_workflow_and_source(metadata, MADE.workflow_id, MADE.source_key)
    assert not same_workflow_and_source(metadata, "wf_2", MADE.source_key)
    assert not same_workflow_and_source(metadata, MADE.workflow_id, "in/other.mp4")


@pytest.mark.parametrize("run_id", ["upload__abc", "运" * 250])
def test_of_one_run(run_id: str) -> None:
    metadata = replace(MADE, run_id=run_id).to_metadata("out", "a")
    assert same_run(metadata, "wf_1", run_id)
    assert not same_run(metadata, "wf_1", f"{run_id}2")
    assert not same_run(metadata, "wf_2", run_id)
    assert not same_run({}, "wf_1", run_id)
