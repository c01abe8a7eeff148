"""Who is seen, what is written, what is said."""

from __future__ import annotations

from hand_features import BOX, face, features, said, text
from media_workflows.domain.jobs.recognition import RecognitionItem, RecognitionParameters
from media_workflows.domain.persons import Face, PersonSample
from media_workflows.domain.sub_tasks.recognition import AsrFullTextOutput, FaceOutput, OcrFullTextOutput, WordsOutput
from media_workflows.domain.words import WordSample
from media_workflows.intelligence.decisions.answers import Question, answers

SEEN = features(
    text=(text("红色按钮", "blue"),),
    transcript=(said("a", "blue", "button"), said("blue", start_s=40)),
    faces=(face(1, 0.1), face(2, 0.1), face(50, 0.1, shot=3), face(55, 0.55, shot=4)),
    engines={"faces": "dlib", "transcript": "faster-whisper 1.2, whisper-base"},
)
ANN = PersonSample(id=7, name="Ann", tags=("a",), faces=(Face(id=1, engine="dlib", embedding=(0.0,) * 128),))


def outputs(asked: dict[str, object]) -> list[object]:
    parameters = RecognitionParameters.model_validate(asked)
    words = [WordSample(keyword="blue", tags=("colour",)), WordSample(keyword="按钮"), WordSample(keyword="green")]
    return [
        one.output for one in answers(RecognitionItem(parameters=parameters), Question(SEEN, parameters, words, [ANN]))
    ]


def test_faces_by_person_and_score() -> None:
    (faces,) = outputs({"face": {}})
    assert isinstance(faces, FaceOutput)
    (ann,) = faces.results
    assert (ann.person_id, ann.name, ann.labels) == (7, "Ann", ("a",))
    assert [(part.start_s, part.end_s, part.box) for part in ann.segments] == [(1, 2, BOX), (50, 50, BOX)]
    (unsure,) = outputs({"face": {"score": 50}})
    assert isinstance(unsure, FaceOutput)
    assert len(unsure.results[0].segments) == 3
    assert (unsure.unknown, [one.similar_to for one in faces.unknown]) == ((), ["Ann"])
    (none,) = outputs({"face": {"user_defined_library_labels": ["b"]}})
    assert isinstance(none, FaceOutput)
    assert none.results == ()
    assert [len(one.segments) for one in none.unknown] == [3]


def test_words() -> None:
    written, spoken = outputs({"ocr_words": {}, "asr_words": {"labels": ["colour"]}})
    assert isinstance(written, WordsOutput)
    assert isinstance(spoken, WordsOutput)
    assert {word.keyword for word in written.results} == {"blue", "按钮"}
    (blue,) = spoken.results
    assert (blue.labels, [part.start_s for part in blue.segments]) == (("colour",), [11, 40])


def test_full_text() -> None:
    written, spoken = outputs({"ocr_full_text": True, "asr_full_text": {}})
    assert written == OcrFullTextOutput(segments=SEEN.text)
    assert spoken == AsrFullTextOutput(engine="faster-whisper 1.2, whisper-base", segments=SEEN.transcript)
