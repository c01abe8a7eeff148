"""Fields and values of the commercial service's definitions that are not supported or have another name here."""

from __future__ import annotations

from media_workflows.domain.invalid import InvalidValueError, invalid

# Features of the commercial service that are not supported, by field name without case and underscores.
VENDOR_ONLY: dict[str, InvalidValueError] = {
    "tehdconfig": invalid(
        "the vendor's own encoder is not available: use `crf`, constant quality, as the presets 1008xx do"
    ),
    "enhanceconfig": invalid("the vendor's picture and sound enhancement is not supported: leave it out"),
    "stdextinfo": invalid("the vendor's private extensions are not supported: leave it out"),
    "stdextstreaminfos": invalid("the vendor's private extensions are not supported: leave it out"),
    "compress": invalid("the vendor's compression levels are not supported: use `crf` or `bitrate_kbps`"),
    "compresstype": invalid("the vendor's compression levels are not supported: use `crf` or `bitrate_kbps`"),
    "scenariobased": invalid("the vendor's scenario tuning is not supported: leave it out"),
    "scenetype": invalid("the vendor's scenario tuning is not supported: leave it out"),
    "segmentspecificinfo": invalid("first segments of another length are not supported: set one `segment_s`"),
    "rawpts": invalid("outputs always begin at 0 s, whatever the timestamps of the source: leave it out"),
    "blindwatermark": invalid("invisible watermarks are not supported: use a visible one in `watermarks`"),
    "audiolist": invalid(
        "a stream has one audio setting: set `tracks: all` to encode every audio track of the source with it"
    ),
    "trackchannelinfo": invalid("tracks are not mixed into one: set `tracks: all` to keep each as it is"),
    "defaulttrack": invalid("the first track is the default one, of add-ons the one with `default`: leave it out"),
    "outputstorage": invalid("all outputs of a workflow go to one bucket: set the workflow's `output`"),
    "drminfo": invalid("DRM is set by `encryption` here, with the `key_server` of a DRM vendor: write it there"),
}

_NO_PACKED_AUDIO = "packed audio segments are not supported: use '{segment_type}', which keeps audio separate too"
_FONTS = (
    "fonts without a free licence are not included: use 'default', and set watermark_font to use a font of your own"
)
VENDOR_VALUES: dict[str, InvalidValueError] = {
    "smarttailor": invalid("content-aware cropping is not supported: use 'crop', which cuts from the centre"),
    "ts-packed-audio": invalid(_NO_PACKED_AUDIO, segment_type="ts-ts-segment"),
    "ts-packed-audio-byterange": invalid(_NO_PACKED_AUDIO, segment_type="ts-ts-byterange"),
    "mp4-packed-audio": invalid(_NO_PACKED_AUDIO, segment_type="mp4-mp4-segment"),
    "mp4-packed-audio-byterange": invalid(_NO_PACKED_AUDIO, segment_type="mp4-mp4-byterange"),
    "simkai.ttf": invalid(_FONTS),
    "arial.ttf": invalid(_FONTS),
    "mv-hevc": invalid("stereoscopic HEVC is not supported, as no free encoder exists: use h265"),
}

# Fields that have another name here, by the vendor's field name without case and underscores.
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


def unknown_field(name: str) -> InvalidValueError:
    """What to do about a field that the model does not have."""
    plain = name.replace("_", "").lower()
    if plain in VENDOR_ONLY:
        return VENDOR_ONLY[plain]
    if plain in ("removevideo", "removeaudio"):
        return invalid("unknown field: leave out `{stream}` instead", stream=plain.removeprefix("remove"))
    if plain in OUR_NAMES:
        return invalid("unknown field, here it is called `{name}`", name=OUR_NAMES[plain])
    return invalid("unknown field, remove it")
