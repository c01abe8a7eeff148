"""What definitions of the commercial service hold and ours do not: refused with the reason, or with our name for it."""

from __future__ import annotations

# What the commercial service has and free software has not, by field name without case and underscores.
VENDOR_ONLY = {
    "tehdconfig": "the vendor's own encoder is not here: use `crf`, constant quality, as the presets 1008xx do",
    "enhanceconfig": "the vendor's picture and sound enhancement is not here: leave it out",
    "stdextinfo": "the vendor's private extensions are not here: leave it out",
    "stdextstreaminfos": "the vendor's private extensions are not here: leave it out",
    "compress": "the vendor's compression levels are not here: use `crf` or `bitrate_kbps`",
    "compresstype": "the vendor's compression levels are not here: use `crf` or `bitrate_kbps`",
    "scenariobased": "the vendor's scenario tuning is not here: leave it out",
    "scenetype": "the vendor's scenario tuning is not here: leave it out",
    "segmentspecificinfo": "first segments of another length are not here: set one `segment_s`",
    "rawpts": "outputs begin at 0 s here, whatever the source's clock: leave it out",
    "blindwatermark": "invisible watermarks are the vendor's own: use a visible one in `watermarks`",
    "audiolist": "a stream has one setting of sound here: `tracks: all` gives every track of the source",
    "trackchannelinfo": "tracks are not mixed into one here: `tracks: all` keeps each as it is",
    "defaulttrack": "the first track is the default one, of add-ons the one with `default`: leave it out",
    "outputstorage": "all outputs of a workflow go to one bucket: set the workflow's `output`",
    "drminfo": "DRM needs a licence server of a DRM vendor: for HLS use `encryption` (AES-128)",
}

_NO_PACKED_AUDIO = "packed audio segments are not written here: use {}, whose sound is apart as well"
_FONTS = "fonts that may not be passed on are not here: use 'default', and the setting watermark_font for one of yours"
VENDOR_VALUES = {
    "smarttailor": "content-aware cropping is the vendor's own: use 'crop', which cuts from the centre",
    "ts-packed-audio": _NO_PACKED_AUDIO.format("ts-ts-segment"),
    "ts-packed-audio-byterange": _NO_PACKED_AUDIO.format("ts-ts-byterange"),
    "mp4-packed-audio": _NO_PACKED_AUDIO.format("mp4-mp4-segment"),
    "mp4-packed-audio-byterange": _NO_PACKED_AUDIO.format("mp4-mp4-byterange"),
    "simkai.ttf": _FONTS,
    "arial.ttf": _FONTS,
    "mv-hevc": "stereoscopic HEVC is not here, no free encoder makes it: use h265",
}

# What is called otherwise here, by field name without case and underscores.
OUR_NAMES = {
    "definition": "template",
    "rawparameter": "parameters",
    "overrideparameter": "override",
    "outputobjectpath": "output_path",
    "segmentobjectname": "segment_path",
    "subtitletemplate": "burned_in_subtitles",
    "keyptslist": "key_frames_s",
    "substreamobjectname": "sub_stream_path",
    "webvttobjectname": "web_vtt_path",
    "objectnumberformat": "number_format",
    "initialvalue": "initial",
    "minlength": "min_length",
    "watermarkset": "watermarks",
    "mosaicset": "mosaics",
    "headtailparameter": "head` and `tail",
    "exttimeoffsetset": "time_offsets",
    "timeoffsetset": "time_offsets",
    "starttimeoffset": "start_offset_s",
    "endtimeoffset": "end_offset_s",
    "videotemplate": "video",
    "audiotemplate": "audio",
    "streaminfos": "streams",
    "vcrf": "crf",
    "bitrate": "bitrate_kbps",
    "gop": "gop_frames` or `gop_s",
    "gopunit": "gop_frames` or `gop_s",
    "bframes": "b_frames",
    "noscenecut": "no_scene_cut",
    "videoprofile": "profile",
    "videolevel": "level",
    "hlstime": "segment_s",
    "samplerate": "sample_rate_hz",
    "audiochannel": "channels",
    "audiolanguage": "language",
    "audioname": "name",
    "coordinateorigin": "origin",
    "textcontent": "text",
    "svgcontent": "svg",
    "imagecontent": "content",
    "fonttype": "font",
    "fontsize": "font_size_px",
}


def unknown_field(name: str) -> str:
    """What to do about a field that no definition of ours has."""
    plain = name.replace("_", "").lower()
    if plain in VENDOR_ONLY:
        return VENDOR_ONLY[plain]
    if plain in ("removevideo", "removeaudio"):
        return f"unknown field: leave out `{plain.removeprefix('remove')}` instead"
    return (
        f"unknown field, here it is called `{OUR_NAMES[plain]}`" if plain in OUR_NAMES else "unknown field, remove it"
    )
