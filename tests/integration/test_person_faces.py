"""Faces of the person library by the real engine."""

from __future__ import annotations

import base64
import io
import math
import sys

import pytest
from benchmarks.labelled_set import drawn_face
from PIL import Image

from media_workflows.domain.persons import FacePicture
from media_workflows.errors import DefinitionError, EngineUnavailableError
from media_workflows.intelligence.decisions.persons import SAME_PERSON
from media_workflows.services.person_faces import PictureError, embeddings, face_embedding
from media_workflows.settings import Settings
from pictures import encoded, plain


def face(format_: str = "PNG", side: int = 0) -> FacePicture:
    picture = Image.fromarray(drawn_face())
    if side:
        picture = picture.resize((side, side))
    buffer = io.BytesIO()
    picture.save(buffer, format_)
    return FacePicture(content=base64.b64encode(buffer.getvalue()).decode())


def test_a_face_is_the_same_in_two_pictures() -> None:
    one, other = embeddings([face(), face("JPEG", side=500)], Settings())
    assert one.engine.startswith("dlib")
    assert len(one.embedding) == 128
    assert math.dist(one.embedding, other.embedding) < SAME_PERSON


def test_every_unsuitable_picture_is_reported() -> None:
    without = FacePicture(content=encoded(plain(width=300, height=300)))
    broken = FacePicture(content=encoded(plain(width=300, height=300)[:60]))
    with pytest.raises(DefinitionError) as refused:
        embeddings([face(), face(side=150), without, broken], Settings())
    told = {problem.field: problem.expected for problem in refused.value.problems}
    assert told.keys() == {"faces[1]", "faces[2]", "faces[3]"}
    assert "at least 200 pixels; the picture is 150x150" in told["faces[1]"]
    assert "exactly one face" in told["faces[2]"]
    assert "readable JPEG or PNG" in told["faces[3]"]


def test_a_picture_with_broken_metadata_is_refused() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 300)).save(buffer, "PNG", exif=b"Exif\0\0no TIFF")
    with pytest.raises(PictureError, match="readable JPEG or PNG"):
        face_embedding(None, buffer.getvalue())  # type: ignore[arg-type]  # it is refused before faces are detected


@pytest.mark.parametrize("content", ["no base64!", base64.b64encode(b"GIF89a").decode()])
def test_what_is_no_picture(content: str) -> None:
    with pytest.raises(ValueError, match=r"base64|JPEG or PNG"):
        FacePicture(content=content)


def test_without_an_engine_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(EngineUnavailableError, match=r"pip install 'media-workflows\[intelligence\]'"):
        embeddings([face()], Settings())
