"""Face embeddings for pictures of a person, by the engine that also detects faces in videos."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from media_workflows.domain.persons import MIN_FACE_PICTURE_PX, FacePicture
from media_workflows.errors import DefinitionError, FieldProblem, MediaWorkflowsError
from media_workflows.settings import Settings
from media_workflows.store.persons import Embedding

if TYPE_CHECKING:
    from media_workflows.intelligence.engines.faces import FaceDetector


def embeddings(pictures: Sequence[FacePicture], settings: Settings) -> list[Embedding]:
    """The face embedding of each picture. The pictures are not kept.

    Raises DefinitionError with every picture that is too small, unreadable, or does not show exactly one face;
    EngineUnavailableError when no face engine is installed.
    """
    found, problems = usable_embeddings(pictures, settings)
    if problems:
        raise DefinitionError(list(problems.values()))
    return found


def usable_embeddings(
    pictures: Sequence[FacePicture], settings: Settings
) -> tuple[list[Embedding], dict[int, FieldProblem]]:
    """The face embeddings of the usable pictures, and by index the problems of the others.

    Raises EngineUnavailableError when no face engine is installed.
    """
    if not pictures:
        return [], {}
    from media_workflows.intelligence.engines.faces import load_faces  # loading its models takes a second

    finder = load_faces(settings)
    found, problems = [], {}
    for number, picture in enumerate(pictures):
        try:
            found.append(_embedding(finder, picture.data))
        except _PictureError as error:
            expected = (str(error), error.template, error.parameters)
            problems[number] = FieldProblem(f"faces[{number}]", "a picture", *expected)
    return found, problems


class _PictureError(MediaWorkflowsError):
    """A picture is not usable; the message says what is expected."""


def _embedding(finder: FaceDetector, data: bytes) -> Embedding:
    faces = finder.detect(_pixels(data))
    if len(faces) != 1:
        raise _PictureError(
            "must show exactly one face that looks at the camera; {count} faces were found", count=len(faces)
        )
    return Embedding(engine=finder.name, embedding=faces[0].embedding)


def _pixels(data: bytes) -> Any:
    """The picture as a numpy array: uint8, height x width x BGR, upright. Raises _PictureError."""
    import numpy
    from PIL import Image, ImageOps

    try:
        picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise _PictureError("must be a readable JPEG or PNG: {cause}", cause=error) from None
    if min(picture.size) < MIN_FACE_PICTURE_PX:
        raise _PictureError(
            "each side must be at least {min_px} pixels; the picture is {width}x{height}",
            min_px=MIN_FACE_PICTURE_PX,
            width=picture.width,
            height=picture.height,
        )
    return numpy.asarray(picture)[:, :, ::-1]
