"""A whole workflow by hand: the ladder, three snapshots, a sprite sheet and a GIF of one clip."""

from __future__ import annotations

from pathlib import Path

from benchmarks.media_commands import (
    GIF_INPUT,
    GIF_PICTURE,
    JPEG,
    JPEG_PICTURE,
    LADDER,
    SNAPSHOTS_S,
    Command,
    encoders,
    ffmpeg,
    ladder_in_four,
    picture,
    pictures_in_four,
)

# Preset 10: 142x80 pictures, 10 by 10 on a sheet, one each 10 s; key frames are near enough for thumbnails.
_SPRITE_INPUT = ["-skip_frame", "nokey", "-i"]
_SPRITE_PICTURE = (
    "fps=1/10:start_time=0:round=near,trim=end_frame={count},scale=142:80,setsar=1,format=rgb24,tile=10x10,"
    f"{JPEG_PICTURE}"
)


def _sprite_picture(length_s: int) -> str:
    return _SPRITE_PICTURE.format(count=-(-length_s // 10))


def workflow_in_one(clip: Path, length_s: int) -> list[Command]:
    """One process: the clip is opened once for the ladder and once for each jump and the key frames."""
    inputs = ["-i", str(clip)]
    for at_s in SNAPSHOTS_S:
        inputs += ["-ss", str(at_s), "-i", str(clip)]
    inputs += [*_SPRITE_INPUT, str(clip), *GIF_INPUT, str(clip)]
    sprite, gif = len(SNAPSHOTS_S) + 1, len(SNAPSHOTS_S) + 2
    graph = [f"[0:v]fps=25,split={len(LADDER)}" + "".join(f"[in{number}]" for number in range(len(LADDER)))]
    graph += [f"[in{number}]{picture(rung)}[out{number}]" for number, rung in enumerate(LADDER)]
    graph += [f"[{number}:v]{JPEG_PICTURE}[j{number}]" for number in range(1, sprite)]
    graph += [f"[{sprite}:v]{_sprite_picture(length_s)}[sprite]", f"[{gif}:v]{GIF_PICTURE}[gif]"]
    outputs: list[str] = []
    for number, rung in enumerate(LADDER):
        outputs += ["-map", f"[out{number}]", "-map", "0:a", *encoders(rung), f"item{number}.mp4"]
    for number in range(1, sprite):
        outputs += ["-map", f"[j{number}]", *JPEG, f"snapshot{number}.jpg"]
    outputs += ["-map", "[sprite]", *JPEG, "sprite.jpg", "-map", "[gif]", "-loop", "0", "item0.gif"]
    return [ffmpeg(*inputs, "-filter_complex", ";".join(graph), *outputs)]


def workflow_in_many(clip: Path, length_s: int) -> list[Command]:
    """A process for each output."""
    return [*ladder_in_four(clip), *pictures_in_four(clip), sprite_of(clip, length_s)]


def sprite_of(clip: Path, length_s: int) -> Command:
    """The sprite sheet of preset 10."""
    return ffmpeg(*_SPRITE_INPUT, str(clip), "-vf", _sprite_picture(length_s), *JPEG, "sprite.jpg")
