"""samples/export_from_mps.py, with a client of the vendor's SDK that answers from memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from samples import export_from_mps as script
from tencentcloud.mps.v20190612 import models

from media_workflows.cli.definitions import read_definitions
from schedules import ELEVEN, RULES, schedule
from vendor_objects import PNG

Json = dict[str, Any]
TRIGGER = {"Type": "CosFileUpload", "CosFileUploadTrigger": {"Bucket": "old-125", "Region": "ap-guangzhou"}}
TRANSCODE = {
    "Definition": "30001",
    "Type": "Custom",
    "Name": "small",
    "Container": "mp4",
    "RemoveVideo": 0,
    "RemoveAudio": 0,
    "VideoTemplate": {"Codec": "h264", "Fps": 25, "Bitrate": 800},
    "AudioTemplate": {"Codec": "aac", "Bitrate": 64, "SampleRate": 44100},
    "CreateTime": "2026-01-01T00:00:00Z",
}
PLACE = {"CoordinateOrigin": "TopLeft", "XPos": "0px", "YPos": "0px", "Type": "image"}
SIZE = {"Width": "10%", "Height": "0px"}
WATERMARKS = [
    {"Definition": 7, "Name": "logo", **PLACE, "ImageTemplate": {"ImageUrl": f"data:image/png;base64,{PNG}", **SIZE}},
    {"Definition": 8, "Name": "title", **PLACE, "Type": "text", "TextTemplate": {"FontSize": "24px", "FontAlpha": 1.0}},
    {"Definition": 9, "Name": "away", **PLACE, "ImageTemplate": {"ImageUrl": "http://127.0.0.1:9/a.png", **SIZE}},
    {"Definition": 10, "Name": "file", **PLACE, "ImageTemplate": {"ImageUrl": "file:///etc/hostname", **SIZE}},
]
WORKFLOWS = [
    {
        "WorkflowId": 1,
        "WorkflowName": "own-template",
        "Status": "Enabled",
        "Trigger": TRIGGER,
        "OutputDir": "/out/",
        "MediaProcessTask": {
            "TranscodeTaskSet": [
                {"Definition": 30001, "WatermarkSet": [{"Definition": 7}, {"Definition": 8, "TextContent": "now"}]}
            ],
            "SampleSnapshotTaskSet": [{"Definition": 10}],
        },
    },
    {"WorkflowId": 2, "WorkflowName": "erase", "Trigger": {"Type": "Live"}},
    {
        "WorkflowId": 3,
        "WorkflowName": "not-exported",
        "Trigger": TRIGGER,
        "MediaProcessTask": {"TranscodeTaskSet": [{"Definition": 100010, "WatermarkSet": [{"Definition": 9}]}]},
    },
]
SCHEDULES = [
    {**one, "ScheduleId": n, "Type": "Custom"} for n, one in enumerate((ELEVEN, {**RULES, "ScheduleName": "r"}))
]
ITEMS = {
    "DescribeWorkflows": ("WorkflowInfoSet", WORKFLOWS),
    "DescribeSchedules": ("ScheduleInfoSet", [*SCHEDULES, {**schedule(), "Type": "Preset"}]),
    "DescribeTranscodeTemplates": ("TranscodeTemplateSet", [TRANSCODE]),
    "DescribeWatermarkTemplates": ("WatermarkTemplateSet", WATERMARKS),
}


class Client:
    """Answers one item a page, through the classes of the SDK."""

    def __getattr__(self, action: str) -> Any:
        def answer(request: Any) -> Any:
            name, items = ITEMS.get(action, ("", []))
            page = items[request.Offset : request.Offset + 1]
            found = getattr(models, f"{action}Response")()
            found.from_json_string(json.dumps({"TotalCount": len(items), name: page} if name else {"TotalCount": 0}))
            return found

        return answer


def test_what_is_exported_can_be_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "MpsClient", lambda _key, _region: Client())
    for name in ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"):
        monkeypatch.setenv(name, "x")
    arguments = ["export", str(tmp_path / "out"), "--region", "ap-guangzhou", "--bucket", "old-125=new"]
    monkeypatch.setattr("sys.argv", arguments)
    assert script.main() == 1
    printed = capsys.readouterr().out
    assert "workflows 'erase': REFUSED\n  Trigger: got " in printed
    assert (
        "templates 'away': REFUSED\n  ImageTemplate.ImageUrl: got http://127.0.0.1:9/a.png; cannot be read" in printed
    )
    assert "templates 'file': REFUSED\n  ImageTemplate.ImageUrl: got file:///etc/hostname; must be an http" in printed
    assert (
        "workflows 'not-exported': REFUSED\n  MediaProcessTask.TranscodeTaskSet[0].WatermarkSet[0].Definition: got 9"
        in printed
    )
    assert "note: Trigger.CosFileUploadTrigger.Region: got 'ap-guangzhou'" in printed
    files = {file.stem: file for file in (tmp_path / "out").iterdir()}
    assert sorted(files) == ["schedules", "templates", "workflows"]
    found = read_definitions([*files.values()])
    assert sorted(one.name for one in found.workflows.values()) == ["imported", "own-template", "r"]
    (workflow,) = yaml.safe_load_all(files["workflows"].read_text(encoding="utf-8"))
    (item,) = workflow["jobs"]["transcode"]
    assert (workflow["trigger"]["bucket"], item["template"]) == ("new", "small")
    assert [one["template"] for one in item["watermarks"]] == ["logo", "title"]
    assert next(one for one in found.templates.values() if one.name == "logo").parameters.mark.content == PNG
    assert "vendor" not in workflow
    first, _ = yaml.safe_load_all(files["schedules"].read_text(encoding="utf-8"))
    assert first["vendor"]["schedule"]["ScheduleName"] == "imported"
