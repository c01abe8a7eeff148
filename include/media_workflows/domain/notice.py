"""`Notice`: a difference between the result of a successful item and what its owner may expect."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from media_workflows.domain.base import Model

NoticeCode = Literal[
    "TrackLeftOut",
    "TrackConverted",
    "StreamUndecodable",
    "SourceDamaged",
    "SourceShapeIgnored",
    "SourceClockCorrected",
    "CueLeftOut",
    "CueRepaired",
    "CueBeforeStart",
    "CueOverlaps",
    "CueEmpty",
    "CueTimeUnreadable",
    "StyleLeftOut",
    "TextReencoded",
    "ParameterAdjusted",
    "ChannelsMixed",
    "LimitedPlayback",
    "AddOnMissing",
    "BitrateExceeded",
    "BlackBarsCropped",
    "CrfChosen",
    "CrfNotProbed",
    "ProbesCutOff",
    "LadderChosen",
    "LadderNotProbed",
    "LanguageMissing",
    "LanguageNotKept",
    "CutShortened",
    "ChaptersLeftOut",
    "LoudnessMissed",
    "LoudnessRangeMissed",
    "LoudnessUnchanged",
    "SourceKept",
    "TargetVmafMissed",
    "EncodedInChunks",
    "WouldSplit",
    "NotSplit",
    "EarlyPlaylistStopped",
    "OutputsDeleted",
    "OutputsKept",
    "HotWordsLeftOut",
    "ParameterUnused",
    "TooLittleText",
]


class Notice(Model):
    """One difference: a stable code, its parameters for other languages, and the English sentence."""

    code: NoticeCode
    message: str
    parameters: dict[str, str | int | float] = Field(default_factory=dict)
