"""Actions that the vendor has and this product has not: the reason, and what comes nearest."""

from __future__ import annotations

from typing import NamedTuple


class Missing(NamedTuple):
    """Why a group of actions is missing, what comes nearest, and the names of its actions."""

    reason: str
    nearest: str
    names: tuple[str, ...]


def _all_of(stem: str, plural: str = "s") -> tuple[str, ...]:
    """The four actions of a kind of template, or of another object."""
    return (f"Create{stem}", f"Modify{stem}", f"Delete{stem}", f"Describe{stem}{plural}")


_FUNCTION = "a step `call` of a workflow may call a service of your own"
_RECORDINGS = "record the stream into the trigger directory of a workflow, and its files are processed"

MISSING = (
    Missing(
        "live streams are not relayed here",
        _RECORDINGS,
        (
            *_all_of("StreamLinkEvent"),
            *("CreateStreamLinkFlow", "ModifyStreamLinkFlow", "DeleteStreamLinkFlow"),
            *("CreateStreamLinkInput", "ModifyStreamLinkInput"),
            *("CreateStreamLinkOutputInfo", "ModifyStreamLinkOutputInfo", "DeleteStreamLinkOutput"),
            *_all_of("StreamLinkSecurityGroup"),
            *("StartStreamLinkFlow", "StopStreamLinkFlow"),
            *("BatchStartStreamLinkFlow", "BatchStopStreamLinkFlow", "BatchDeleteStreamLinkFlow"),
            *("DescribeStreamLinkActivateState", "DescribeStreamLinkEvent", "DescribeStreamLinkEventAttachedFlows"),
            *("DescribeStreamLinkFlow", "DescribeStreamLinkFlows", "DescribeStreamLinkFlowLogs"),
            *("DescribeStreamLinkFlowMediaStatistics", "DescribeStreamLinkFlowRealtimeStatus"),
            *("DescribeStreamLinkFlowSRTStatistics", "DescribeStreamLinkFlowStatistics", "DescribeStreamLinkRegions"),
            *("DescribeGroupAttachFlowsById", "DisassociateSecurityGroup"),
        ),
    ),
    Missing(
        "channels are not assembled here, and advertisements are not inserted",
        "AdaptiveDynamicStreamingTaskSet of ProcessMedia packages a file as HLS or DASH",
        (
            *("ActivateSSAI", "ActivateStreamPackage", "DescribeSSAIActivateState"),
            *("DescribeStreamPackageActivateState", "DescribeStreamPackageSSAIUsage"),
            *("DescribeStreamPackageLinearAssemblyUsage", "DescribeStreamPackageSourceAlerts"),
            *_all_of("StreamPackageLinearAssemblyChannel"),
            *_all_of("StreamPackageLinearAssemblyProgram"),
            *_all_of("StreamPackageSSAIChannel"),
            *_all_of("StreamPackageSource"),
            *_all_of("StreamPackageSourceLocation"),
            *("DescribeStreamPackageLinearAssemblyChannel", "DescribeStreamPackageLinearAssemblyProgram"),
            *("DescribeStreamPackageSSAIChannel", "DescribeStreamPackageSource", "DescribeStreamPackageSourceLocation"),
            *("DeleteStreamPackageLinearAssemblyChannels", "DeleteStreamPackageLinearAssemblyPrograms"),
            "DeleteStreamPackageLinearAssemblyProgramsByChannel",
            *("DescribeStreamPackageLinearAssemblyChannelAlerts", "StartStreamPackageLinearAssemblyChannel"),
            *("DescribeStreamPackageLinearAssemblyProgramSchedules", "StopStreamPackageLinearAssemblyChannel"),
        ),
    ),
    Missing(
        "live streams are not processed here",
        _RECORDINGS,
        ("ProcessLiveStream", "ParseLiveStreamProcessNotification", *_all_of("LiveRecordTemplate")),
    ),
    Missing(
        "pictures, videos and 3D models are not generated here",
        _FUNCTION,
        (
            *("CreateAigcAudioTask", "CreateAigcImageTask", "CreateAigcVideoTask", "DescribeAigcAudioTask"),
            *("DescribeAigcImageTask", "DescribeAigcVideoTask", "DescribeAigcTaskList", "DescribeAigcTaskStatus"),
            *("CreateAiDramaTask", "CreateAiFissionTask", "CreateVideoRedrawTask", "CloneViral"),
            *("DescribeCloneViralTask", "CreateDocToVideoTask", "ModifyDocToVideoTaskStatus"),
            *("CreateAgentRecordTask", "DescribeAgentRecordTask", "SubmitHunyuan3DTask", "QueryHunyuan3DTask"),
            *("CreateProject", "UpdateProject", "QueryProject", "DeleteProject"),
        ),
    ),
    Missing(
        "voices are not synthesised or converted here",
        "a voice made elsewhere may be added to an HLS or DASH output as an audio track (AddOnAudios)",
        (
            *("CloneVoice", "ChangeVoice", "UpdateVoice", "DeleteVoice", "DescribeVoices", "DesignVoiceAsync"),
            *(
                "DescribeDesignTask",
                "TextToSpeech",
                "TextToSpeechAsync",
                "DescribeTextToSpeechAsyncTask",
                "SyncDubbing",
            ),
        ),
    ),
    Missing(
        "speech and text are recognized and translated in tasks only",
        "AiRecognitionTask of ProcessMedia recognizes the speech and the text of a file",
        ("RecognizeAudio", "RecognizeMediaForZhiXue", "TextTranslation"),
    ),
    Missing(
        "logos and subtitles are not found and erased here",
        "MosaicSet of a transcoding task covers a fixed area",
        ("DetectVideoSubtitleArea", "DetectVideoWatermark", *_all_of("SmartEraseTemplate")),
    ),
    Missing(
        "invisible watermarks are not supported",
        "WatermarkSet of a task draws visible ones",
        ("ExtractBlindWatermark", "WithdrawsWatermark", *_all_of("BlindWatermarkTemplate")),
    ),
    Missing(
        "videos are not indexed for a search by content",
        "AiAnalysisTask and AiRecognitionTask of ProcessMedia return tags, faces and texts for an index of your own",
        (
            *("CreateVideoDatabaseEntryTask", "DescribeVideoDatabaseEntryTaskDetail", "EmbeddingData"),
            *("CreateVideoSearchTask", "DescribeVideoSearchTaskDetail"),
        ),
    ),
    Missing(
        "single pictures are not processed here",
        "the snapshot tasks of ProcessMedia make pictures of a video",
        (
            *("ProcessImage", "DescribeImageTasks", "DescribeImageTaskDetail"),
            *_all_of("ProcessImageTemplate"),
        ),
    ),
    Missing(
        "videos are not rated by request",
        "AiQualityControlTask of ProcessMedia measures problems of picture and sound",
        ("CreateMediaEvaluation",),
    ),
    Missing(
        "subtitles have no templates of their own",
        "AiRecognitionTask makes subtitles from speech, and AddOnSubtitles and SubtitleTemplate of a task add them",
        (*_all_of("SmartSubtitleTemplate"), *_all_of("SubtitleEmbedTemplate")),
    ),
    Missing(
        "speech recognition has no hot words",
        "CreateWordSamples lists words to find in speech and text",
        (*_all_of("AsrHotwords", ""), "DescribeAsrHotwordsList"),
    ),
    Missing(
        "a task has one source",
        "call ProcessMedia for each file, or `POST /api/v1/process` of our own API for many keys or a prefix",
        ("BatchProcessMedia", "DescribeBatchTaskDetail"),
    ),
    Missing(
        "there is no editor",
        "HeadTailParameter, StartTimeOffset and EndTimeOffset of a transcoding task concatenate and trim",
        ("EditMedia",),
    ),
    Missing(
        "nothing is billed here, and the account is Airflow's",
        "the page Home and `GET /api/v1/home` of our own API show what was processed",
        ("DescribeUsageData", "DescribeMDPMPSUserInfo"),
    ),
    Missing("custom functions run in workflows only", _FUNCTION, ("ExecuteFunction",)),
)
VENDOR_ONLY: dict[str, Missing] = {name: missing for missing in MISSING for name in missing.names}
