"""Schedules of the commercial service: read into workflows with steps, and written from them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from definitions import workflow
from media_workflows.domain.definition_yaml import definition_yaml
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.domain.yaml_reader import read_documents
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.vendor_mps.schedule.conditions import condition_of, known_variables
from media_workflows.vendor_mps.schedule.conditions_back import rule_of
from media_workflows.vendor_mps.schedule.read import read_changes, read_schedule
from media_workflows.vendor_mps.schedule.write import write_schedule
from schedules import ELEVEN, RULES, imported, node, rule, schedule, trans

ROOT = Path(__file__).parents[3]
OUTPUT = node("output", [])
FULL = schedule(
    node("input", [1, 2, 3, 4, 5, 6, 7, 8]),
    trans(
        100010,
        9,
        OverrideParameter={
            "Container": "mp4",
            "VideoTemplate": {"Codec": "libx265", "Bitrate": 900, "Gop": 2, "GopUnit": "second"},
            "RemoveAudio": 1,
        },
        MosaicSet=[{"CoordinateOrigin": "TopLeft", "XPos": "70%", "YPos": "0px", "Width": "10%", "Height": "10%"}],
        StartTimeOffset=1.5,
        EndTimeOffset=0,
        OutputObjectPath="/clips/{inputName}_{definition}.{format}",
        OutputStorage={"Type": "AWS-S3", "S3OutputStorage": {"S3Bucket": "other-bucket", "S3Region": "eu-west-3"}},
        StdExtInfo="",
        HeadTailParameter=None,
        Unheard="of",
    ),
    trans(
        0,
        9,
        RawParameter={
            "Container": "mp4",
            "VideoTemplate": {"Codec": "h264", "Fps": 25, "Bitrate": 500, "ResolutionAdaptive": "close", "Width": 640},
            "AudioTemplate": {"Codec": "aac", "Bitrate": 64, "SampleRate": 44100, "AudioChannel": 1},
        },
    ),
    node("action-snapshotByTimeOffset", [9], "SnapshotByTimeOffsetTask", Definition=10, TimeOffsetSet=[1, 2.5]),
    node(
        "action-image-sprite",
        [9],
        "ImageSpriteTask",
        Definition=10,
        ObjectNumberFormat={"InitialValue": 1, "Increment": 1, "MinLength": 3, "PlaceHolder": "0"},
    ),
    node("action-animated-graphics", [9], "AnimatedGraphicTask", Definition=20000, StartTimeOffset=1, EndTimeOffset=2),
    node("action-aiReview", [9], "AiContentReviewTask", Definition=10),
    node("action-AIRecognition", [9], "AiRecognitionTask", Definition=10, UserExtPara="{}"),
    node("action-AIAnalysis", [9], "AiAnalysisTask", Definition=10, ExtendedParameter="{}"),
    OUTPUT,
    ResourceId="r-1",
    TaskNotifyConfig={"NotifyType": "", "NotifyUrl": "", "NotifyKey": "", "AwsSQS": {"SQSRegion": ""}},
    ScheduleId=12,
)
SCHEDULES = {"eleven": ELEVEN, "rules": RULES, "full": FULL}


def problems_of(data: Any) -> dict[str, str]:
    with pytest.raises(DefinitionError) as error:
        read_schedule(data)
    return {problem.field: problem.expected for problem in error.value.problems}


def changed(data: dict[str, Any], index: int, **fields: Any) -> dict[str, Any]:
    """A schedule with other fields of one node."""
    other = copy.deepcopy(data)
    other["Activities"][index] |= fields
    return other


def with_step(stored: Workflow, number: int, **fields: Any) -> Workflow:
    """The workflow, edited: other fields of one step."""
    steps = list(stored.steps)
    steps[number] = StepDefinition.model_validate(steps[number].model_dump(exclude_defaults=True) | fields)
    return stored.model_copy(update={"steps": steps})


@pytest.mark.parametrize("name", SCHEDULES)
def test_what_is_imported_is_exported_unchanged(name: str) -> None:
    stored = Workflow.model_validate_json(imported(SCHEDULES[name]).model_dump_json())
    assert write_schedule(stored).schedule == SCHEDULES[name]
    (from_yaml,) = read_documents(definition_yaml(stored))
    assert write_schedule(parse_workflow(from_yaml)).schedule == SCHEDULES[name]


@pytest.mark.parametrize("document", ["docs/schedules.md", "docs/zh/schedules.md"])
def test_the_sample_is_imported_without_notes_and_exported_unchanged(document: str) -> None:
    """The documents show its conditions."""
    data = json.loads((ROOT / "samples/schedules/by-height.json").read_text(encoding="utf-8"))
    read = read_schedule(data)
    stored = parse_workflow(read.definition)
    assert (read.notes, write_schedule(stored).schedule) == ([], data)
    shown = (ROOT / document).read_text(encoding="utf-8")
    assert [step.id for step in stored.steps] == ["quality_1", "trans_3", "trans_4", "samples_5"]
    assert [step.id for step in stored.steps if f"`{step.id}`" not in shown] == []
    assert [step.when for step in stored.steps if step.when and f"`{step.when}`" not in shown] == []


def test_a_change_of_the_notification_keeps_the_form_of_its_places() -> None:
    stored = imported(RULES)
    config = {**RULES["TaskNotifyConfig"], "NotifyMode": "Change"}
    s3 = {"Type": "AwsS3FileUpload", "AwsS3FileUploadTrigger": {"S3Bucket": "media-input", "S3Region": "", "Dir": "/"}}
    in_s3_form = stored.model_copy(
        update={"notification": stored.notification.model_copy(update={"storage_form": "s3"})}
    )
    silent = stored.model_copy(update={"notification": None})
    for present, more, form in (
        (stored, {}, "cos"),
        (in_s3_form, {}, "s3"),
        (silent, {}, "cos"),
        (in_s3_form, {"Trigger": RULES["Trigger"]}, "cos"),
        (stored, {"Trigger": s3}, "s3"),
    ):
        read = read_changes({"TaskNotifyConfig": config, **more}, present, RULES)
        assert parse_workflow(read.definition).notification.model_dump().get("storage_form", "s3") == form


def test_what_the_server_generates_is_left_out() -> None:
    assert write_schedule(imported(changed(RULES, 3, PredriveIndex=[1]))).schedule == RULES


def test_media_steps_read_their_predecessor_and_others_hand_the_source_on() -> None:
    made = imported(
        schedule(
            node("input", [1]),
            trans(100040, 2),
            node("action-AIQualityControl", [3], "QualityControlTask", Definition=10),
            node("action-exec-rules", [4], "ExecRulesTask", Rules=[rule("r", "&&", {"source.fps": "<60"}, 4)]),
            trans(100020, 5),
            OUTPUT,
        )
    )
    assert [(step.id, step.after, step.input, step.when) for step in made.steps] == [
        ("trans_1", [], "source", ""),
        ("quality_2", [], "trans_1", ""),
        ("trans_4", ["quality_2"], "trans_1", "source.fps < 60"),
    ]


def test_rules_are_conditions_of_the_steps_after_them() -> None:
    by_id = {step.id: step for step in imported(RULES).steps}
    first = "quality.black_screen || source.short_edge >= 1080"
    assert by_id["adaptive_5"].when == first
    assert by_id["trans_6"].when == f"!({first}) && source.fps > 30"
    assert by_id["trans_8"].when == f"!({first}) && !(source.fps > 30)"
    assert by_id["trans_8"].after == ["quality_2"]


def test_a_rule_may_choose_several_nodes_and_a_node_be_chosen_by_several_rules() -> None:
    rules = [
        rule("a", "&&", {"source.fps": ">30"}, 2, 3),
        rule("b", "&&", {"source.fps": ">20", "source.has_audio": "true"}, 3),
        rule("c", "", {}, 4),
    ]
    data = schedule(
        node("input", [1]), node("action-exec-rules", [2, 3, 4], "ExecRulesTask", Rules=rules),
        trans(100010, 5), trans(100020, 5), trans(100030, 5), OUTPUT,
    )  # fmt: skip
    second = "source.fps > 20 && source.has_audio"
    assert [step.when for step in imported(data).steps] == [
        "source.fps > 30",
        f"(source.fps > 30) || (!(source.fps > 30) && {second})",
        f"!(source.fps > 30) && !({second})",
    ]
    assert write_schedule(imported(data)).schedule == data


@pytest.mark.parametrize("name", ["eleven", "rules"])
def test_a_graph_of_ones_own_is_written_and_read_as_the_same(name: str) -> None:
    own = imported(SCHEDULES[name]).model_copy(update={"vendor": None})
    written = write_schedule(own).schedule
    again = imported(written)
    assert [step.when for step in again.steps] == [step.when for step in own.steps]
    assert [step.items for step in again.steps] == [step.items for step in own.steps]
    assert write_schedule(again.model_copy(update={"vendor": None})).schedule == written


def test_a_changed_step_changes_its_node_only() -> None:
    edited = with_step(imported(RULES), 1, quality_control=[{"template": 20}])
    written = write_schedule(edited).schedule
    task = {"Definition": 20, "ChannelExtPara": ""}
    assert written == changed(RULES, 2, ActivityPara={"QualityControlTask": task})


def test_a_changed_graph_keeps_what_each_step_was_imported_with() -> None:
    stored = imported(RULES)
    more = StepDefinition.model_validate({"id": "more", "input": "trans_1", "image_sprite": [{"template": 10}]})
    written = write_schedule(stored.model_copy(update={"steps": [*stored.steps, more]})).schedule
    assert written["Trigger"] == RULES["Trigger"]
    assert [one["ActivityType"] for one in written["Activities"]][-2:] == ["action-image-sprite", "output"]
    assert written["Activities"][2]["ActivityPara"] == RULES["Activities"][2]["ActivityPara"]
    (rules,) = (one["ActivityPara"]["ExecRulesTask"] for one in written["Activities"] if "rules" in one["ActivityType"])
    assert [(one["Linker"], one["RearDriveIndexs"]) for one in rules["Rules"]] == [("||", [5]), ("&&", [6])]


def test_places_of_ones_own() -> None:
    steps = [{"id": "hd", "transcode": [{"template": 100010}], "retries": 2, "output": {"directory": "hd/"}}]
    target = {"type": "sns", "topic_name": "events", "region": "eu-west-3", "mode": "change", "format": "cloud_event"}
    own = parse_workflow({
        "name": "own", "trigger": {"bucket": "media-input", "region": "eu-west-3", "formats": [".mp4"]},
        "output": {"bucket": "media-output"}, "steps": steps, "notification": target, "priority": 2,
    })  # fmt: skip
    written = write_schedule(own)
    assert written.schedule == {
        "ScheduleName": "own",
        "Trigger": {
            "Type": "AwsS3FileUpload",
            "AwsS3FileUploadTrigger": {
                "S3Bucket": "media-input",
                "S3Region": "eu-west-3",
                "Dir": "/",
                "Formats": ["mp4"],
            },
        },
        "OutputStorage": {"Type": "AWS-S3", "S3OutputStorage": {"S3Bucket": "media-output", "S3Region": ""}},
        "TaskNotifyConfig": {
            "NotifyType": "TDMQ-CMQ",
            "NotifyMode": "Change",
            "CmqModel": "Topic",
            "CmqRegion": "eu-west-3",
            "TopicName": "events",
        },
        "Activities": [
            node("input", [1]),
            trans(100010, 2, OutputObjectPath="/hd/{inputName}_transcode_{definition}.{format}"),
            OUTPUT,
        ],
    }
    assert [note.field for note in written.notes] == ["notification.format", "priority", "steps[0].retries"]


def test_a_message_to_people_has_no_place_in_a_schedule() -> None:
    steps = [{"id": "hd", "transcode": [{"template": 100010}]}]
    trigger = {"bucket": "media-input", "formats": [".mp4"]}
    target = {"type": "wecom", "connection": "ops"}
    own = {"name": "own", "trigger": trigger, "steps": steps, "notification": target}
    written = write_schedule(parse_workflow(own | {"output": {"bucket": "media-output"}}))
    assert "TaskNotifyConfig" not in written.schedule
    assert [note.field for note in written.notes] == ["notification"]


@pytest.mark.parametrize(
    ("steps", "field", "words"),
    [
        ([{"when": "source.width > 3 && (source.fps > 1 || source.has_audio)"}], "steps[0].when", "joined by one of"),
        ([{"transcode": [{"template": 100010}, {"template": 100020}]}], "steps[0].transcode", "one task"),
        ([{}, {"id": "b", "after": ["a"]}], "steps[1].input", "here a; set `input`"),
        (
            [
                {
                    "transcode": [
                        {"parameters": {"container": "mp4", "video": {"hdr": "keep", "codec": "h265", "bit_depth": 10}}}
                    ]
                }
            ],
            "steps[0].transcode[0].parameters.video.hdr",
            "nothing like it",
        ),
        ([{"output": {"directory": "{inputDirectory}/x/"}}], "steps[0].transcode[0].output_path", "no variable"),
        ([{}, {"id": "ask", "transcode": [], "approval": {"message": "?"}}], "steps[1].approval", "no such node"),
    ],
)
def test_what_schedules_cannot_express_is_refused(steps: list[Any], field: str, words: str) -> None:
    data = [{"id": "a", "transcode": [{"template": 100010 + 10 * number}]} | one for number, one in enumerate(steps)]
    with pytest.raises(DefinitionError) as error:
        write_schedule(workflow(steps=data, jobs=None))
    assert [problem.field for problem in error.value.problems] == [field]
    assert words in error.value.problems[0].expected


def test_jobs_are_no_schedule() -> None:
    with pytest.raises(DefinitionError, match="write the jobs as `steps`"):
        write_schedule(workflow())


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ([], "(whole schedule)", "must be the object"),
        (changed(RULES, 1, ActivityType="action-SmartErase"), "Activities[1].ActivityType", "mosaic"),
        (changed(RULES, 1, ActivityType="action-SmartSubtitles"), "Activities[1].ActivityType", "AIRecognition"),
        (changed(RULES, 1, ActivityType="action-AIDubbing"), "Activities[1].ActivityType", "remove the node"),
        (changed(RULES, 1, ActivityType="action-x"), "Activities[1].ActivityType", "must be one of: input, output"),
        (changed(RULES, 1, ActivityPara=None), "Activities[1].ActivityPara", "has TranscodeTask here"),
        (changed(RULES, 1, ReardriveIndex=[3, 3]), "Activities[1].ReardriveIndex[1]", "twice"),
        (changed(RULES, 1, ReardriveIndex=[1]), "Activities[1].ReardriveIndex[0]", "the node itself"),
        (changed(RULES, 1, ReardriveIndex=[9]), "Activities[1].ReardriveIndex[0]", "0 to 8"),
        (changed(RULES, 1, ReardriveIndex=["3"]), "Activities[1].ReardriveIndex[0]", "0 to 8"),
        (changed(RULES, 1, ReardriveIndex=[0]), "Activities[1].ReardriveIndex[0]", "before the input"),
        (changed(RULES, 1, ReardriveIndex=3), "Activities[1].ReardriveIndex", "must be a list"),
        (changed(RULES, 1, ReardriveIndex=[7]), "Activities[3]", "no node leads to this one"),
        (changed(RULES, 3, ReardriveIndex=[1]), "Activities[1].ReardriveIndex", "wait for each other"),
        (changed(RULES, 7, ActivityType="input"), "Activities", "one node of type output; got 0"),
        (changed(RULES, 6, ReardriveIndex=[3]), "Activities[3]", "different files"),
        (changed(RULES, 2, ReardriveIndex=[4, 6]), "Activities[6]", "follows rules and other nodes"),
        ({**RULES, "OutputDir": "/"}, "OutputDir", "top of a bucket"),
        ({**RULES, "OutputStorage": {"Type": "VOD"}}, "OutputStorage", "COS, AWS-S3"),
        ({**RULES, "Trigger": {"Type": "Timer"}}, "Trigger", "CosFileUpload, AwsS3FileUpload"),
        ({**RULES, "TaskNotifyConfig": {"NotifyType": "SCF"}}, "TaskNotifyConfig", "function callback"),
        ({**RULES, "TaskNotifyConfig": {"NotifyKey": "k"}}, "TaskNotifyConfig.NotifyKey", "is a secret"),
    ],
)  # fmt: skip
def test_what_cannot_be_honoured_is_refused(data: Any, field: str, words: str) -> None:
    assert words in problems_of(data)[field]


@pytest.mark.parametrize(
    ("task", "field", "words"),
    [
        ({"BlindWatermark": {"Definition": 1}}, "BlindWatermark", "invisible watermarks"),
        ({"HeadTailParameter": {"HeadSet": [{"Type": "URL"}]}}, "HeadTailParameter.HeadSet[0].Type", "COS, AWS-S3"),
        ({"OverrideParameter": {"TEHDConfig": {"Type": "x"}}}, "OverrideParameter.TEHDConfig", "own encoder"),
        ({"OverrideParameter": {"VideoTemplate": {"Codec": "x"}}}, "OverrideParameter.VideoTemplate.Codec", "one of"),
        ({"MosaicSet": {"XPos": "1px"}}, "MosaicSet", "must be a list"),
        (
            {"OverrideParameter": {"AddOnSubtitles": [{}]}},
            "OverrideParameter.AddOnSubtitles",
            "adaptive streaming only",
        ),
        ({"OverrideParameter": {"AddonAudioStream": [{}]}}, "OverrideParameter.AddonAudioStream", "adaptive streaming"),
    ],
)
def test_fields_of_a_task_that_cannot_be_honoured_are_refused(task: Any, field: str, words: str) -> None:
    data = schedule(node("input", [1]), trans(100010, 2, **task), OUTPUT)
    assert words in problems_of(data)[f"Activities[1].ActivityPara.TranscodeTask.{field}"]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("transcode[0].parameters.video.crf", "RawParameter.VideoTemplate.Vcrf"),
        ("transcode[0].watermarks[1].mark.width", "WatermarkSet[1].RawParameter.ImageTemplate.Width"),
        ("transcode[0].other", "other"),
    ],
)
def test_the_place_of_a_field_within_a_task(ours: str, theirs: str) -> None:
    read = read_schedule(schedule(node("input", [1]), trans(100010, 2), OUTPUT))
    placed = read.placed(FieldProblem(f"steps[0].{ours}", "1", "wrong"))
    assert placed.field == f"Activities[1].ActivityPara.TranscodeTask.{theirs}"


def test_files_of_a_task_are_in_the_bucket_of_the_trigger() -> None:
    def ladder(bucket: str) -> dict[str, Any]:
        file = {"Type": "COS", "CosInputInfo": {"Bucket": bucket, "Region": "ap-guangzhou", "Object": "/subs/a.vtt"}}
        subtitles = [{"Type": "subtitle-stream", "Subtitle": file, "SubtitleLanguage": "chi", "DefaultTrack": True}]
        task = node("action-adaptive-substream", [2], "AdaptiveDynamicStreamingTask", Definition=10)
        task["ActivityPara"]["AdaptiveDynamicStreamingTask"]["AddOnSubtitles"] = subtitles
        return schedule(node("input", [1]), task, OUTPUT)

    (item,) = imported(ladder("media-input")).steps[0].items
    assert item.extra_keys == ("subs/a.vtt",)
    ((place, words),) = problems_of(ladder("other-bucket")).items()
    assert place.endswith("AddOnSubtitles[0].Subtitle.CosInputInfo.Bucket")
    assert "copy the file" in words


def _with_a_head(file_region: str, trigger_region: str) -> dict[str, Any]:
    object_ = {"S3Bucket": "media-input", "S3Region": file_region, "S3Object": "clips/head.mp4"}
    task = trans(100040, 2, HeadTailParameter={"HeadSet": [{"Type": "AWS-S3", "S3InputInfo": object_}]})
    bucket = {"S3Bucket": "media-input", "S3Region": trigger_region, "Dir": "/", "Formats": []}
    trigger = {"Type": "AwsS3FileUpload", "AwsS3FileUploadTrigger": bucket}
    return schedule(node("input", [1]), task, OUTPUT, Trigger=trigger, OutputStorage=None)


def test_the_region_of_a_file_is_that_of_the_trigger_or_is_named() -> None:
    assert read_schedule(_with_a_head("eu-west-3", "eu-west-3")).notes == []
    place = "Activities[1].ActivityPara.TranscodeTask.HeadTailParameter.HeadSet[0].S3InputInfo.S3Region"
    assert [note.field for note in read_schedule(_with_a_head("eu-west-3", "")).notes] == [place]
    ((refused, words),) = problems_of(_with_a_head("eu-west-3", "eu-west-1")).items()
    assert (refused, "copy the file" in words) == (place, True)


def test_a_graph_of_ones_own_with_a_file_of_the_bucket_is_written() -> None:
    own = imported(data := _with_a_head("eu-west-3", "eu-west-3")).model_copy(update={"vendor": None})
    (_, transcode, _) = write_schedule(own).schedule["Activities"]
    assert transcode["ActivityPara"]["TranscodeTask"] == data["Activities"][1]["ActivityPara"]["TranscodeTask"]


@pytest.mark.parametrize(
    ("rules", "field", "words"),
    [
        ([], "", "at least one rule"),
        ([rule("r", "^", {}, 5)], "[0].Linker", "&& or ||"),
        ([rule("r", "&&", {"source.widht": ">1"}, 5)], "[0].Conditions[0]", "did you mean source.width"),
        ([rule("r", "&&", {"VideoQuality": ">1"}, 5)], "[0].Conditions[0]", "publishes no keys"),
        ([rule("r", "&&", {"source.width": ">x"}, 5)], "[0].Conditions[0]", "must be a number"),
        ([rule("r", "&&", {"source.name": ">x"}, 5)], "[0].Conditions[0]", "use == or !="),
        ([rule("r", "&&", {"source.has_audio": "1"}, 5)], "[0].Conditions[0]", "true or false"),
        ([rule("r", "&&", {}, 3)], "[0].RearDriveIndexs[0]", "must be one of"),
    ],
)
def test_rules_that_cannot_be_honoured_are_refused(rules: list[Any], field: str, words: str) -> None:
    data = changed(RULES, 4, ActivityPara={"ExecRulesTask": {"Rules": rules}})
    assert words in problems_of(data)[f"Activities[4].ActivityPara.ExecRulesTask.Rules{field}"]


def test_a_node_that_no_rule_can_choose_is_refused() -> None:
    rules = [rule("r", "&&", {}, 5, 8), rule("s", "&&", {}, 6)]
    found = problems_of(changed(RULES, 4, ActivityPara={"ExecRulesTask": {"Rules": rules}}))
    assert list(found) == ["Activities[6]"]
    assert "is never chosen: a rule of node 4" in found["Activities[6]"]


def test_a_problem_of_the_definition_is_at_its_place_in_the_schedule() -> None:
    read = read_schedule(changed(RULES, 6, ActivityPara={"TranscodeTask": {"Definition": 7}}) | {"ScheduleName": "a b"})
    with pytest.raises(DefinitionError) as error:
        parse_workflow(read.definition)
    places = [read.placed(problem).field for problem in error.value.problems]
    assert places == ["ScheduleName", "Activities[6].ActivityPara.TranscodeTask.Definition"]


def test_what_has_no_effect_is_named() -> None:
    fields = [note.field for note in read_schedule(FULL).notes]
    assert {"ResourceId", "ScheduleId"} <= set(fields)
    assert "Activities[1].ActivityPara.TranscodeTask.Unheard" in fields
    assert "Activities[7].ActivityPara.AiRecognitionTask.UserExtPara" in fields
    assert "Trigger.CosFileUploadTrigger.Region" in fields
    assert not [field for field in fields if "StdExtInfo" in field or "HeadTail" in field]


def test_a_caller_who_gets_no_notes_is_refused_what_has_no_meaning() -> None:
    meaningless = {note.field for note in read_schedule(FULL).notes if "has no meaning" in str(note)}
    with pytest.raises(DefinitionError) as caught:
        read_schedule(FULL, refuses_unknown=True)
    assert {problem.field for problem in caught.value.problems} == meaningless - {"ResourceId"}
    with pytest.raises(DefinitionError) as caught:
        read_changes({"Activities": FULL["Activities"]}, imported(FULL), FULL)
    assert {problem.field for problem in caught.value.problems} == meaningless - {"ResourceId", "ScheduleId"}


def test_a_modified_notification_keeps_the_form_of_the_places() -> None:
    config = {"TaskNotifyConfig": {"NotifyType": "URL", "NotifyUrl": "https://example.com/events"}}
    assert read_changes(config, imported(FULL), FULL).definition["notification"]["storage_form"] == "cos"
    on_s3 = {"Trigger": {"Type": "AwsS3FileUpload", "AwsS3FileUploadTrigger": {"S3Bucket": "media"}}, **config}
    assert "storage_form" not in read_changes(on_s3, imported(FULL), FULL).definition["notification"]


def test_parameters_are_converted() -> None:
    first, second, *_ = imported(FULL).steps
    (item,) = first.transcode
    assert item.override == {
        "container": "mp4",
        "video": {"codec": "h265", "bitrate_kbps": 900, "gop_s": 2, "gop_frames": 0},
        "audio": None,
    }
    assert (first.output.bucket, first.output.region) == ("other-bucket", "eu-west-3")
    (raw,) = second.transcode
    assert (raw.template, raw.parameters.video.width, raw.parameters.audio.channels) == (None, 640, 1)
    own = imported(FULL).model_copy(update={"vendor": None})
    assert [step.items for step in imported(write_schedule(own).schedule).steps] == [step.items for step in own.steps]


VARIABLES = known_variables(["trans_1"])


@pytest.mark.parametrize(
    ("key", "value", "condition"),
    [
        ("source.short_edge", ">=1080", "source.short_edge >= 1080"),
        ("source.duration_s", "< 3.5", "source.duration_s < 3.5"),
        ("source.width", "0", "source.width == 0"),
        ("quality.black_screen", "true", "quality.black_screen"),
        ("quality.black_screen", "!=true", "!quality.black_screen"),
        ("source.video_codec", "h264", 'source.video_codec == "h264"'),
        ("source.name", '!=a "b" || é', 'source.name != "a \\"b\\" || é"'),
        ("source.languages", "eng", '"eng" in source.languages'),
        ("source.tags.a.b", "==x", 'source.tags["a.b"] == "x"'),
        ("source.tags.a", "known", '"a" in source.tags'),
        ("source.fps", "unknown", "!(has(source.fps))"),
        ("steps.trans_1.output.size_ratio", ">1", "steps.trans_1.output.size_ratio > 1"),
    ],
)
def test_keys_and_values(key: str, value: str, condition: str) -> None:
    made = condition_of(key, value, VARIABLES)
    assert made == condition
    ((back_key, back_value),) = rule_of(made, VARIABLES).conditions
    assert condition_of(back_key, back_value, VARIABLES) == condition


@given(
    st.sampled_from([variable.name for variable in VARIABLES if variable.type == "text"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20),
)
def test_every_text_comes_back(key: str, text: str) -> None:
    made = condition_of(key, f"=={text}", VARIABLES)
    ((back_key, back_value),) = rule_of(made, VARIABLES).conditions
    assert (back_key, back_value) == (key, f"=={text.strip()}")


TASKS = {
    "action-trans": ("TranscodeTask", 100010),
    "action-samplesnapshot": ("SampleSnapshotTask", 10),
    "action-AIQualityControl": ("QualityControlTask", 10),
    "action-aiReview": ("AiContentReviewTask", 10),
}
CONDITIONS = [{"source.fps": ">30"}, {"source.width": "<=1280", "source.has_audio": "true"}, {"source.name": "!=a"}]


@st.composite
def schedules(draw: st.DrawFn) -> Any:
    """A tree of nodes, some of them rules with up to two branches and an else."""
    count = draw(st.integers(1, 9))
    types = [draw(st.sampled_from([*TASKS, "action-exec-rules"])) for _ in range(count - 1)] + ["action-trans"]
    parents = [draw(st.integers(0, number)) for number in range(count)]
    after: list[list[int]] = [[] for _ in range(count + 1)]
    for number, parent in enumerate(parents):
        after[parent].append(number + 1)
    last, nodes = count + 1, [node("input", draw(st.permutations(after[0])))]
    for index, type_ in enumerate(types, start=1):
        following = draw(st.permutations(after[index])) or [last]
        if type_ in TASKS:
            task, definition = TASKS[type_]
            nodes.append(node(type_, following, task, Definition=definition))
            continue
        conditions = draw(st.permutations(CONDITIONS))
        rules = [
            rule(f"r{number}", draw(st.sampled_from(["&&", "||"])), conditions[number], chosen)
            for number, chosen in enumerate(following[: draw(st.integers(1, 3))])
        ]
        nodes.append(node(type_, following, "ExecRulesTask", Rules=rules))
    return schedule(*nodes, node("output", []))


@settings(max_examples=60, deadline=None)
@given(schedules())
def test_any_tree_comes_back_and_its_graph_is_written_anew_as_the_same(data: Any) -> None:
    made = Workflow.model_validate(read_schedule(data).definition)
    assert write_schedule(made).schedule == data
    own = made.model_copy(update={"vendor": None})
    try:
        written = write_schedule(own).schedule
    except DefinitionError as error:
        refused = {problem.field.rpartition(".")[2] for problem in error.problems}
    else:
        refused = set()
    assert refused <= {"when"}  # rules after rules have conditions of two levels
    assume(not refused)
    again = Workflow.model_validate(read_schedule(written).definition)
    ids = {new.id: old.id for new, old in zip(again.steps, made.steps, strict=True)} | {"source": "source"}
    assert [(set(map(ids.get, new.before)), ids[new.input], new.when) for new in again.steps] == [
        (set(old.before), old.input, old.when) for old in made.steps
    ]
