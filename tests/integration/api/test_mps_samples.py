"""Words and persons through the actions of the vendor's API: requests and answers of the SDK's own classes."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from benchmarks.labelled_set import drawn_face
from PIL import Image

from media_workflows.errors import ConflictError, NotFoundError, NotPermittedError
from media_workflows.store.persons import Embedding
from mps_calls import call
from mps_over_http import sdk_over_http
from pictures import encoded, plain

pytestmark = pytest.mark.usefixtures("app")


def words(**filters: Any) -> list[str]:
    answer = call("DescribeWordSamples", "viewer", **filters)
    assert answer.TotalCount >= len(answer.WordSet)
    return [word.Keyword for word in answer.WordSet]


def test_words() -> None:
    listed = [{"Keyword": "广告", "Tags": ["ad", "cn"]}, {"Keyword": "brand"}]
    call("CreateWordSamples", Usages=["Recognition.Ocr", "Review"], Words=listed)
    call("CreateWordSamples", Usages=["All"], Words=[{"Keyword": "everywhere", "Tags": ["ad"]}])
    (word,) = call("DescribeWordSamples", Keywords=["广告"]).WordSet
    assert (word.TagSet, word.UsageSet) == (["ad", "cn"], ["Recognition.Ocr", "Review"])
    assert words(Tags=["cn", "none"]) == ["广告"]
    assert words(Usages=["Recognition.Asr"]) == ["everywhere"]
    assert len(words(Usages=["Review.Asr"])) == len(words(Usages=["Recognition"])) == 3
    assert len(words(Offset=1, Limit=1)) == 1
    for operation, tags in (("add", ["ad", "cn", "new"]), ("delete", ["ad", "cn"]), ("reset", ["new"])):
        call("ModifyWordSample", Keyword="广告", TagOperationInfo={"Type": operation, "Tags": ["new"]})
        assert call("DescribeWordSamples", Keywords=["广告"]).WordSet[0].TagSet == tags
    call("ModifyWordSample", Keyword="广告", Usages=["All"])
    (word,) = call("DescribeWordSamples", Keywords=["广告"]).WordSet
    assert (word.TagSet, word.UsageSet) == (["new"], ["All"])
    call("DeleteWordSamples", Keywords=["广告", "brand"])
    assert words() == ["everywhere"]
    with pytest.raises(NotFoundError, match="广告"):
        call("ModifyWordSample", Keyword="广告", Usages=["All"])
    with pytest.raises(ConflictError, match="everywhere"):
        call("CreateWordSamples", Usages=["All"], Words=[{"Keyword": "everywhere"}])


def face() -> str:
    file = io.BytesIO()
    Image.fromarray(drawn_face()).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    def embedding(_finder: Any, _data: bytes) -> Embedding:
        return Embedding(engine="none", embedding=(0.5,))

    monkeypatch.setattr("media_workflows.intelligence.engines.faces.load_faces", lambda _settings: None)
    monkeypatch.setattr("media_workflows.services.person_faces.face_embedding", embedding)
    picture = encoded(plain(width=300, height=300))
    made = call(
        "CreatePersonSample", Name="Ann", Usages=["Review"], Tags=["vip"], FaceContents=[picture, "no", picture]
    )
    assert [(one.Index, one.ErrCode) for one in made.FailFaceInfoSet] == [(1, 1)]
    assert "base64" in made.FailFaceInfoSet[0].Message
    id_, faces = made.Person.PersonId, [one.FaceId for one in made.Person.FaceInfoSet]
    assert len(faces) == 2

    def modified(**change: Any) -> Any:
        return call("ModifyPersonSample", PersonId=id_, **change).Person

    fewer = modified(FaceOperationInfo={"Type": "delete", "FaceIds": faces[:1]})
    assert [one.FaceId for one in fewer.FaceInfoSet] == faces[1:]
    assert len(modified(FaceOperationInfo={"Type": "add", "FaceContents": [picture]}).FaceInfoSet) == 2
    kept = modified(FaceOperationInfo={"Type": "reset", "FaceContents": ["no"]})
    assert len(kept.FaceInfoSet) == 2  # no picture was usable
    assert len(modified(FaceOperationInfo={"Type": "reset", "FaceContents": [picture]}).FaceInfoSet) == 1
    renamed = modified(Name="Bea", TagOperationInfo={"Type": "add", "Tags": ["staff"]}, Usages=["Recognition.Face"])
    assert (renamed.Name, renamed.TagSet, renamed.UsageSet) == ("Bea", ["vip", "staff"], ["Recognition.Face"])
    assert renamed.Description == ""

    def found(**filters: Any) -> int:
        answer = call("DescribePersonSamples", "viewer", **filters)
        assert answer.TotalCount == len(answer.PersonSet)
        return len(answer.PersonSet)

    assert found(PersonIds=[id_], Names=["Bea"], Tags=["vip", "none"], Type="UserDefine") == 1
    assert found(Names=["Ann"]) == found(Tags=["none"]) == 0
    call("DeletePersonSample", PersonId=id_)
    assert found() == 0


@pytest.mark.full
def test_a_person_with_the_real_engine() -> None:
    small = encoded(plain(width=50, height=50))
    made = call("CreatePersonSample", Name="Ann", Usages=["All"], FaceContents=[face(), small])
    assert len(made.Person.FaceInfoSet) == 1
    assert "at least 200 pixels" in made.FailFaceInfoSet[0].Message


def test_a_viewer_changes_nothing() -> None:
    for action in ("CreateWordSamples", "ModifyWordSample", "DeleteWordSamples"):
        with pytest.raises(NotPermittedError):
            call(action, "viewer")
    for action in ("CreatePersonSample", "ModifyPersonSample", "DeletePersonSample"):
        with pytest.raises(NotPermittedError):
            call(action, "viewer")


def names(answer: Any) -> list[str]:
    return [person.Name for person in answer.PersonSet]


@pytest.mark.full
@pytest.mark.parametrize("method", ["TC3-HMAC-SHA256", "HmacSHA256"])
def test_the_unmodified_sdk_over_http(app: Any, admin: Any, key_users: None, method: str) -> None:
    """A word and a person, whose face the real engine finds, from their creation to their deletion."""
    with sdk_over_http(app, admin, method) as over_http:
        listed = [{"Keyword": "广告", "Tags": ["ad"]}, {"Keyword": "brand"}]
        over_http("CreateWordSamples", Usages=["Recognition.Ocr", "Review"], Words=listed)
        over_http("ModifyWordSample", Keyword="广告", TagOperationInfo={"Type": "add", "Tags": ["cn"]}, Usages=["All"])
        (word,) = over_http("DescribeWordSamples", Keywords=["广告"]).WordSet
        assert (word.Keyword, word.TagSet, word.UsageSet) == ("广告", ["ad", "cn"], ["All"])
        over_http("DeleteWordSamples", Keywords=["广告", "brand"])
        assert over_http("DescribeWordSamples", Keywords=["广告", "brand"]).TotalCount == 0

        picture = face()
        given = {"Name": "安", "Usages": ["All"], "Tags": ["vip"], "FaceContents": [picture, "no"]}
        made = over_http("CreatePersonSample", **given)
        assert [(one.Index, one.ErrCode) for one in made.FailFaceInfoSet] == [(1, 1)]
        id_, (first,) = made.Person.PersonId, made.Person.FaceInfoSet
        reset = {"Type": "reset", "FaceContents": [picture]}
        changed = over_http("ModifyPersonSample", PersonId=id_, Name="Bea", FaceOperationInfo=reset)
        (second,) = changed.Person.FaceInfoSet
        assert second.FaceId != first.FaceId
        assert names(over_http("DescribePersonSamples", PersonIds=[id_], Tags=["vip"])) == ["Bea"]
        over_http("DeletePersonSample", PersonId=id_)
        assert names(over_http("DescribePersonSamples", PersonIds=[id_])) == []
