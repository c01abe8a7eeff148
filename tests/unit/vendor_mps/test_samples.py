"""Requests of words and persons of the vendor: what is refused is named at its place."""

from __future__ import annotations

import pytest

from media_workflows.errors import DefinitionError
from media_workflows.vendor_mps import samples
from media_workflows.vendor_mps.reading import Json


@pytest.mark.parametrize(
    ("action", "parameters", "field"),
    [
        ("CreateWordSamples", {"Words": [{"Keyword": "a"}]}, "Usages"),
        ("CreateWordSamples", {"Usages": ["Recognition.Face"], "Words": [{"Keyword": "a"}]}, "Usages"),
        ("CreateWordSamples", {"Usages": ["All"], "Words": [{"Keyword": "a"}, {"Keyword": "?"}]}, "Words[1].Keyword"),
        ("CreateWordSamples", {"Usages": ["All"], "Words": [{"Keyword": "a", "Tags": [""]}]}, "Words[0].Tags[0]"),
        ("ModifyWordSample", {"Keyword": "a", "TagOperationInfo": {"Type": "add"}}, "TagOperationInfo.Tags"),
        ("ModifyWordSample", {"Keyword": "a", "TagOperationInfo": {"Type": "x"}}, "TagOperationInfo.Type"),
        ("DescribeWordSamples", {"Limit": 101}, "Limit"),
        ("CreatePersonSample", {"Name": "x" * 21, "Usages": ["All"]}, "Name"),
        ("ModifyPersonSample", {"PersonId": "me"}, "PersonId"),
        (
            "ModifyPersonSample",
            {"PersonId": "1", "FaceOperationInfo": {"Type": "add"}},
            "FaceOperationInfo.FaceContents",
        ),
        (
            "ModifyPersonSample",
            {"PersonId": "1", "FaceOperationInfo": {"Type": "delete", "FaceIds": ["1"], "FaceContents": ["x"]}},
            "FaceOperationInfo.FaceContents",
        ),
        ("DescribePersonSamples", {"Type": "Default"}, "Type"),
    ],
)
def test_what_is_refused_is_named(action: str, parameters: Json, field: str) -> None:
    read = {
        "CreateWordSamples": samples.read_new_words,
        "ModifyWordSample": samples.read_word_change,
        "DescribeWordSamples": samples.read_word_filter,
        "CreatePersonSample": samples.read_new_person,
        "ModifyPersonSample": samples.read_person_change,
        "DescribePersonSamples": samples.read_person_filter,
    }[action]
    with pytest.raises(DefinitionError) as refused:
        read(parameters)
    assert [problem.field for problem in refused.value.problems][:1] == [field]
