"""Clips whose contents are known: rendered text, cuts and fades, spoken sentences, black and silence.

Made from nothing but numbers with a fixed seed, so that each machine gets the same pictures.
"""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import cv2
import imageio_ffmpeg
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FPS = 25
_FONT = Path(__file__).parents[1] / "include" / "media_workflows" / "fonts" / "wqy-microhei.ttc"
Background = Literal["flat", "noise", "motion"]


@dataclass(frozen=True)
class Caption:
    """A line of text on the screen: where its upper left corner is, in pixels, and how it moves, in pixels a second."""

    text: str
    start_s: float
    end_s: float
    size: int
    at: tuple[int, int]
    speed: tuple[float, float] = (0.0, 0.0)
    colour: str = "white"
    outline: int = 2


@dataclass(frozen=True)
class Scene:
    """A stretch of one background."""

    background: Background
    seconds: float
    seed: int


@dataclass(frozen=True)
class Boundary:
    """Where a shot begins: at one moment, or somewhere in a transition (seconds)."""

    start_s: float
    end_s: float


def text_clip(path: Path, scenes: Sequence[Scene], captions: Sequence[Caption], size: tuple[int, int]) -> None:
    """Captions over backgrounds, as H.264 of usual quality, without sound."""
    encode(path, captioned(scenes, captions, size), size)


def captioned(
    scenes: Sequence[Scene], captions: Sequence[Caption], size: tuple[int, int], start_s: float = 0.0
) -> Iterator[Any]:
    """The frames, when the first scene begins at `start_s` of the captions' clock."""
    number = round(start_s * FPS)
    for scene in scenes:
        for frame in scene_frames(scene, size):
            time_s = number / FPS
            standing = [caption for caption in captions if caption.start_s <= time_s < caption.end_s]
            yield _drawn(frame, standing, time_s) if standing else frame
            number += 1


def _drawn(frame: Any, captions: Sequence[Caption], time_s: float) -> Any:
    image = Image.fromarray(frame)
    draw = ImageDraw.Draw(image)
    for caption in captions:
        since_s = time_s - caption.start_s
        left, top = (round(at + speed * since_s) for at, speed in zip(caption.at, caption.speed, strict=True))
        font = _font(caption.size)
        draw.text(
            (left, top), caption.text, font=font, fill=caption.colour, stroke_width=caption.outline, stroke_fill="black"
        )
    return np.asarray(image)


@lru_cache(maxsize=16)
def _font(size: int) -> Any:
    return ImageFont.truetype(str(_FONT), size)


def scene_frames(scene: Scene, size: tuple[int, int]) -> Iterator[Any]:
    """RGB frames. `noise` is a still picture with a camera's noise, `motion` a camera's pan over shapes that move."""
    width, height = size
    random = np.random.default_rng(scene.seed)
    count = round(scene.seconds * FPS)
    if scene.background == "flat":
        frame = np.full((height, width, 3), random.integers(0, 256, 3), np.uint8)
        yield from (frame for _ in range(count))
        return
    canvas = _canvas(random, (width * 3 // 2, height * 3 // 2))
    reach = np.array([canvas.shape[1] - width, canvas.shape[0] - height])
    start, target = random.random(2) * reach, random.random(2) * reach
    movers = _movers(random, size) if scene.background == "motion" else []
    for number in range(count):
        share = number / max(1, count - 1) if scene.background == "motion" else 0.0
        x, y = (start + (target - start) * share).astype(int)
        frame = canvas[y : y + height, x : x + width].copy()
        for centre, speed, radius, colour in movers:
            cv2.circle(frame, tuple(int(v) for v in centre + speed * number), radius, colour, -1, cv2.LINE_AA)
        if scene.background == "noise":
            frame = np.clip(frame + random.normal(0, 8, (height, width, 1)), 0, 255).astype(np.uint8)
        yield frame


def _canvas(random: np.random.Generator, size: tuple[int, int]) -> Any:
    """A picture with soft areas, hard edges and texture."""
    width, height = size
    soft = random.integers(0, 256, (5, 7, 3)).astype(np.uint8)
    canvas = cv2.resize(soft, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    canvas = 40 + (canvas - 40) * 0.6 * random.uniform(0.6, 1.4)
    for _ in range(24):
        corner, other = (random.random(2) * size).astype(int), (random.random(2) * size).astype(int)
        other = corner + (other - corner) // 4
        colour = tuple(float(c) for c in random.integers(0, 256, 3))
        cv2.rectangle(canvas, tuple(map(int, corner)), tuple(map(int, other)), colour, -1, cv2.LINE_AA)
    grain = cv2.resize(random.normal(0, 12, (height // 3, width // 3, 1)), size, interpolation=cv2.INTER_LINEAR)
    return np.clip(canvas + grain[..., None], 0, 255).astype(np.uint8)


def _movers(random: np.random.Generator, size: tuple[int, int]) -> list[Any]:
    return [
        (
            random.random(2) * size,
            random.normal(0, size[0] / 150, 2),
            int(size[0] * random.uniform(0.03, 0.1)),
            tuple(int(c) for c in random.integers(0, 256, 3)),
        )
        for _ in range(4)
    ]


def shots_clip(path: Path, seed: int, count: int, size: tuple[int, int] = (640, 360)) -> list[Boundary]:
    """Shots of 1 to 4 s with hard cuts, fades through black and dissolves, inserted black, flashes; the labels."""
    film = Film(seed, count, size)
    encode(path, film.frames(), size)
    return film.boundaries


class Film:
    """Shots one behind the other, and where they begin."""

    def __init__(self, seed: int, count: int, size: tuple[int, int]) -> None:
        self._random = np.random.default_rng(seed)
        self._size = size
        self._parts: list[tuple[Scene, str, int]] = []  # how it begins, and over how many frames
        self._frames = 0
        self.boundaries: list[Boundary] = []
        for _ in range(count):
            self._add()

    def _add(self) -> None:
        background: Background = self._random.choice(["motion", "motion", "noise"])
        scene = Scene(background, float(self._random.uniform(1.2, 4)), int(self._random.integers(1 << 30)))
        how = str(self._random.choice(["cut", "cut", "cut", "fade", "dissolve", "black"])) if self._parts else "cut"
        length = {"cut": 0, "fade": 2 * 10, "dissolve": int(self._random.integers(10, 26)), "black": 15}[how]
        if how == "dissolve":  # not over more than half of either
            length = min(length, *(round(part.seconds * FPS) // 2 for part in (self._parts[-1][0], scene)))
        if self._parts:
            self._mark(how, length)
        self._parts.append((scene, how, length))
        self._frames += round(scene.seconds * FPS) + (length if how == "black" else 0)
        self._frames -= length if how == "dissolve" else 0

    def _mark(self, how: str, length: int) -> None:
        at = self._frames
        if how == "cut":
            self.boundaries.append(_moment(at))
        elif how == "black":
            self.boundaries += [_moment(at), _moment(at + length)]
        elif how == "fade":
            self.boundaries.append(Boundary((at - length // 2) / FPS, (at + length // 2) / FPS))
        else:
            self.boundaries.append(Boundary((at - length) / FPS, at / FPS))

    def frames(self) -> Iterator[Any]:
        """RGB, FPS of them a second."""
        black = np.zeros((self._size[1], self._size[0], 3), np.uint8)
        held: list[Any] = []
        for number, (scene, how, length) in enumerate(self._parts):
            frames = list(scene_frames(scene, self._size))
            if number % 5 == 4 and how == "cut":
                frames[len(frames) // 2] = np.clip(frames[len(frames) // 2].astype(int) + 120, 0, 255).astype(np.uint8)
            yield from held[: len(held) - length] if how == "dissolve" else self._faded(held, length, how, out=True)
            if how == "black":
                yield from (black for _ in range(length))
            if how == "dissolve":
                pairs = zip(held[-length:], frames[:length], strict=True)
                yield from (_mixed(one, two, (i + 1) / (length + 1)) for i, (one, two) in enumerate(pairs))
                frames = frames[length:]
            held = list(self._faded(frames, length, how, out=False))
        yield from held

    @staticmethod
    def _faded(frames: list[Any], length: int, how: str, *, out: bool) -> Iterator[Any]:
        half = length // 2 if how == "fade" else 0
        for i, frame in enumerate(frames):
            share = min(1.0, ((len(frames) - 1 - i) if out else i) / half) if half else 1.0
            yield frame if share == 1.0 else (frame * share).astype(np.uint8)


def _moment(frame: int) -> Boundary:
    return Boundary(frame / FPS, frame / FPS)


def _mixed(one: Any, two: Any, share: float) -> Any:
    return cv2.addWeighted(one, 1 - share, two, share, 0)


def encode(path: Path, frames: Iterator[Any], size: tuple[int, int], sound: Path | None = None) -> None:
    """RGB frames as H.264, with the sound of a WAV."""
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", str(FPS), "-i", "pipe:0"]
    audio = ["-i", str(sound), "-c:a", "aac"] if sound else []
    out = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", str(path)]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y", *raw, *audio, *out]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin
        for frame in frames:
            process.stdin.write(np.ascontiguousarray(frame).tobytes())
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def wav(path: Path, samples: Any, rate_hz: int) -> None:
    """Mono, 16 bits."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.asarray(samples, "<i2").tobytes())


def drawn_face(skin: tuple[int, int, int] = (224, 182, 150), side: int = 240) -> Any:
    """A drawn face that a face detector takes for one: RGB, as wide as `side` and a quarter higher."""
    image = Image.new("RGB", (400, 500), (90, 110, 130))
    draw = ImageDraw.Draw(image)
    shade = tuple(int(c * 0.72) for c in skin)
    draw.ellipse((75, 60, 325, 400), fill=(60, 40, 30))
    draw.ellipse((90, 100, 310, 415), fill=skin)
    for x in (155, 245):
        draw.ellipse((x - 34, 195, x + 34, 245), fill=shade)
        draw.line((x - 32, 192, x, 182, x + 32, 192), fill=(50, 35, 25), width=9)
        draw.ellipse((x - 24, 210, x + 24, 234), fill=(245, 245, 245))
        draw.ellipse((x - 11, 210, x + 11, 234), fill=(70, 50, 40))
    draw.polygon((192, 230, 208, 230, 224, 292, 176, 292), fill=tuple(int(c * 0.9) for c in skin))
    for x in (176, 206):
        draw.ellipse((x, 280, x + 18, 296), fill=shade)
    draw.ellipse((155, 322, 245, 354), fill=(170, 80, 80))
    draw.line((155, 337, 245, 337), fill=(90, 40, 40), width=4)
    soft = image.filter(ImageFilter.GaussianBlur(4))
    return np.asarray(soft.resize((side, side * 5 // 4), Image.Resampling.LANCZOS))
