"""Face embeddings for pictures of a person, by the engine that also detects faces in videos."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from media_workflows.domain.persons import MIN_FACE_PICTURE_PX, FacePicture
from media_workflows.errors import DefinitionError, FieldProblem, MediaWorkflowsError
from media_workflows.settings import Settings
from media_workflows.store.persons import Embedding

_SHARPNESS_PX = 100  # of a face, for comparable values; it is about what the network reads of one
# Variance of the Laplacian of the face at this size. Measured on photos of three persons: blurred by 3 % of the face's
# width it is 5.2, 5.5 and 18, and the embedding 0.43 to 0.48 from that of the sharp photo; by 4 % it is 3.6, 3.6 and
# 12, and 0.52 to 0.60: dlib's limit of another person. The third face is not detected when it is blurred more.
MIN_SHARPNESS = 4.0

if TYPE_CHECKING:
    from media_workflows.domain.features import Box
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
            found.append(face_embedding(finder, picture.data))
        except PictureError as error:
            expected = (str(error), error.template, error.parameters)
            problems[number] = FieldProblem(f"faces[{number}]", "a picture", *expected)
    return found, problems


class PictureError(MediaWorkflowsError):
    """A picture is not usable; the message says what is expected."""


def face_embedding(finder: FaceDetector, data: bytes) -> Embedding:
    """The embedding of the one face in a JPEG or PNG. Raises PictureError."""
    pixels = _pixels(data)
    faces = finder.detect(pixels)
    if len(faces) != 1:
        raise PictureError(
            "must show exactly one face that looks at the camera, at least 80 pixels wide, or a sixteenth of a picture "
            "of more than 1280; faces found: {count}",
            count=len(faces),
        )
    _require_sharp(pixels, faces[0].box)
    return Embedding(engine=finder.name, embedding=faces[0].embedding)


def _require_sharp(pixels: Any, box: Box) -> None:
    """Raises PictureError for a face that is too blurred to be distinguished from others."""
    import cv2

    left, top, right, bottom = box
    face = cv2.cvtColor(pixels[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    face = cv2.resize(face, (_SHARPNESS_PX, _SHARPNESS_PX), interpolation=cv2.INTER_AREA)
    sharpness = float(cv2.Laplacian(face, cv2.CV_32F).var())
    if sharpness < MIN_SHARPNESS:
        raise PictureError(
            "the face must be sharper: its sharpness is {sharpness}, at least {least} is required",
            sharpness=round(sharpness, 1),
            least=MIN_SHARPNESS,
        )


def _pixels(data: bytes) -> Any:
    """The picture as a numpy array: uint8, height x width x BGR, upright. Raises PictureError."""
    import numpy
    from PIL import Image, ImageOps

    try:
        picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))).convert("RGB")
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError) as error:
        # All of these are raised for damaged files: SyntaxError for EXIF that is no TIFF, and between chunks of a PNG.
        raise PictureError("must be a readable JPEG or PNG: {cause}", cause=error) from None
    if min(picture.size) < MIN_FACE_PICTURE_PX:
        raise PictureError(
            "each side must be at least {min_px} pixels; the picture is {width}x{height}",
            min_px=MIN_FACE_PICTURE_PX,
            width=picture.width,
            height=picture.height,
        )
    return numpy.asarray(picture)[:, :, ::-1]
