"""The face in each picture of a person, as an embedding of the engine that also finds faces in videos."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from media_workflows.domain.persons import MIN_FACE_PICTURE_PX, FacePicture
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.settings import Settings
from media_workflows.store.persons import Embedding

if TYPE_CHECKING:
    from media_workflows.intelligence.engines.faces import FaceDetector


def embeddings(pictures: Sequence[FacePicture], settings: Settings) -> list[Embedding]:
    """One for each picture. The pictures are not kept.

    Raises DefinitionError with every picture that is too small, no picture, or does not show exactly one face;
    EngineUnavailableError when no face engine is installed.
    """
    if not pictures:
        return []
    from media_workflows.intelligence.engines.faces import load_faces  # its models take a second

    finder = load_faces(settings)
    found, problems = [], []
    for number, picture in enumerate(pictures):
        try:
            found.append(_embedding(finder, picture.data))
        except ValueError as error:
            problems.append(FieldProblem(f"faces[{number}]", "a picture", str(error)))
    if problems:
        raise DefinitionError(problems)
    return found


def _embedding(finder: FaceDetector, data: bytes) -> Embedding:
    faces = finder.detect(_pixels(data))
    if len(faces) != 1:
        raise ValueError(f"wants exactly one face that looks at the camera, {len(faces)} were found")
    return Embedding(engine=finder.name, embedding=faces[0].embedding)


def _pixels(data: bytes) -> Any:
    """numpy uint8, height x width x BGR, upright. Raises ValueError."""
    import numpy
    from PIL import Image, ImageOps

    try:
        picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"wants a JPEG or PNG that can be read: {error}") from None
    if min(picture.size) < MIN_FACE_PICTURE_PX:
        raise ValueError(f"wants at least {MIN_FACE_PICTURE_PX} pixels a side, got {picture.width}x{picture.height}")
    return numpy.asarray(picture)[:, :, ::-1]
