"""GLiNER as a voter: its folder is loaded, its spans are decoded, and it answers as others do."""

import gzip
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.training.labels import command
from streams.training.labels.endpoint import Endpoint
from streams.training.labels.gliner import LABELS, Read, Span, decoded, make, number_in
from streams.training.labels.labeller import Question, Unusable
from streams.training.labels.reading import Fields, read
from streams.training.labels.tasks import CONTENT, MUSIC, VIDEO, Task
from tests.training.conftest import require_training

for package in ("onnx", "onnxruntime", "tokenizers"):
    require_training(package)

WORDS = ("Paper Lighthouse Low Tide 2006 1999 Night Harbour S01E02",)


def endpoint(folder: Path, **more: Any) -> Endpoint:
    return Endpoint(name="g", kind="gliner", folder=folder, **more)  # type: ignore[arg-type]


def taught(folder: Path, phrases: dict[str, str], task: Task) -> Path:
    """Weights that find these phrases: field -> the words that are it; and nothing else."""
    from tests.training.labels.gliner_weights import SIZE, save, vocabulary, words_of

    known = vocabulary(WORDS)
    table = np.zeros((len(known), SIZE))
    half = SIZE // 2
    for at, field in enumerate(task.fields):
        label = known.index(LABELS[task.name][field])
        table[label, [at, half + at]] = 10.0
        table[label, SIZE - 1] = -15.0
        if words := phrases.get(field, "").lower().split():
            table[known.index(words[0]), at] = 1.0
            table[known.index(words[-1]), half + at] = 1.0
    others = [known.index(word) for word in known if word in words_of(*WORDS) or word == "[UNK]"]
    table[others, SIZE - 1] = 1.0
    return save(folder, WORDS, table)


def random_weights(folder: Path) -> Path:
    from tests.training.labels.gliner_weights import save

    return save(folder, WORDS)


def asked(folder: Path, task: Task, *names: str, **more: Any) -> list[dict[str, Any]]:
    labeller = make(endpoint(folder, **more), task)
    questions = [Question(sample=str(at), name=name) for at, name in enumerate(names)]
    return [json.loads(reply.text) for reply in labeller.answer(questions)]


def test_the_fields_of_a_name_are_the_spans_that_are_surest(tmp_path: Path) -> None:
    phrases = {"artist": "Paper Lighthouse", "album": "Low Tide", "year": "2006"}
    folder = taught(tmp_path / "w", phrases, MUSIC)
    plain, dotted, bare = asked(
        folder, MUSIC, "Paper Lighthouse - Low Tide (2006)", "Low.Tide_2006.XYZ", "Harbour"
    )
    assert plain == {"artist": "Paper Lighthouse", "album": "Low Tide", "track": None, "year": 2006}
    assert dotted == {"artist": None, "album": "Low Tide", "track": None, "year": 2006}
    assert set(bare.values()) == {None}


def test_season_and_episode_are_numbers_of_a_span(tmp_path: Path) -> None:
    phrases = {"title": "Night Harbour", "season": "S01E02"}
    folder = taught(tmp_path / "w", phrases, VIDEO)
    (fields,) = asked(folder, VIDEO, "Night.Harbour.S01E02.1999")
    assert fields == {"title": "Night Harbour", "year": None, "season": 1, "episode": None}


@pytest.mark.parametrize("task", [MUSIC, VIDEO])
def test_random_weights_give_answers_that_the_labeller_reads(tmp_path: Path, task: Task) -> None:
    labeller = make(endpoint(random_weights(tmp_path / "w")), task)
    names = [
        "Paper Lighthouse - Low Tide (2006)",
        "",
        "   ",
        "Night.Harbour " * 200,
        "夜の🌊港 \u202e",
    ]
    questions = [Question(sample=str(at), name=name) for at, name in enumerate(names)]
    replies = labeller.answer(questions)
    assert len(replies) == len(names)
    for question, reply in zip(questions, replies, strict=True):
        vote = read(task, reply.text, question.name)
        assert isinstance(vote, Fields)
        assert not vote.untrue - {"year", "season", "episode"}, "texts stand in the name"


def test_a_name_is_answered_alike_alone_and_among_others(tmp_path: Path) -> None:
    folder = random_weights(tmp_path / "w")
    names = ["Paper Lighthouse Low Tide 2006", "Night", "Harbour 1999 Low", ""]
    together = asked(folder, MUSIC, *names, options={"threshold": 0.7})
    alone = [asked(folder, MUSIC, name, options={"threshold": 0.7})[0] for name in names]
    assert together == alone


def test_no_questions_are_no_replies(tmp_path: Path) -> None:
    assert asked(random_weights(tmp_path / "w"), MUSIC) == []


def test_the_network_is_told_what_the_user_says_a_field_is(tmp_path: Path) -> None:
    folder = taught(tmp_path / "w", {"artist": "paper"}, MUSIC)
    assert asked(folder, MUSIC, "Paper")[0]["artist"] == "Paper"
    other = {"artist": "song title", "track": "music artist"}
    assert asked(folder, MUSIC, "Paper", options=other)[0]["track"] == "Paper"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gliner_config.json", None, "gliner_config.json cannot be read"),
        ("gliner_config.json", b"soup", "it is no JSON"),
        ("gliner_config.json", b"[]", "no JSON object"),
        ("gliner_config.json", b'{"max_width": 0}', "max_width must be"),
        ("gliner_config.json", b'{"ent_token": "<E>"}', "has no token <E>"),
        ("tokenizer.json", b"soup", "cannot be loaded"),
        ("model.onnx", b"soup", "cannot be loaded"),
        ("model.onnx", None, "has no model.onnx and no onnx/model.onnx"),
    ],
)
def test_what_is_wrong_with_a_folder_is_told(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    folder = random_weights(tmp_path / "w")
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(Unusable, match=said):
        make(endpoint(folder), MUSIC)


def test_a_network_of_another_kind_is_refused(tmp_path: Path) -> None:
    import onnx

    folder = random_weights(tmp_path / "w")
    model = onnx.load(str(folder / "model.onnx"))
    model.graph.input[4].name = "labels_embeds"
    for node in model.graph.node:
        node.input[:] = ["labels_embeds" if name == "span_idx" else name for name in node.input]
    onnx.save(model, str(folder / "model.onnx"))
    with pytest.raises(Unusable, match="no span model of GLiNER: it takes"):
        make(endpoint(folder), MUSIC)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"soup": 1}, "no option soup; there are: album, artist, threads, threshold"),
        ({"threshold": 1.5}, "between 0 and 1"),
        ({"threshold": "high"}, "between 0 and 1"),
        ({"threads": 0}, "from 1 on"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(Unusable, match=said):
        make(endpoint(tmp_path, options=options), MUSIC)


def test_the_content_type_is_not_asked_of_it(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="--task music or video"):
        make(endpoint(tmp_path), CONTENT)


@given(
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(0, 2**32 - 1),
    st.floats(0.05, 0.95),
)
def test_spans_are_within_the_name_apart_and_one_a_field(
    words: int, width: int, fields: int, seed: int, least: float
) -> None:
    logits = np.random.default_rng(seed).normal(scale=3, size=(words, width, fields))
    spans = decoded(logits, least)
    assert all(span.first <= span.last < words for span in spans)
    assert all(span.score >= least for span in spans)
    assert all(a.last < b.first for a, b in pairwise(spans))
    assert len({span.field for span in spans}) == len(spans)
    scores = 1 / (1 + np.exp(-logits))
    inside = [
        scores[at, more, :].max() for at in range(words) for more in range(min(width, words - at))
    ]
    assert bool(spans) == (max(inside) >= least)
    if spans:
        assert max(span.score for span in spans) == pytest.approx(max(inside)), "the surest is kept"


def test_numbers_that_are_none_are_never_a_field() -> None:
    logits = np.full((2, 2, 1), np.nan)
    logits[0, 0, 0] = np.inf
    assert decoded(logits, 0.5) == [Span(0, 0, 0, 1.0)]


@pytest.mark.parametrize(
    ("text", "field", "number"),
    [
        ("2006", "year", 2006),
        ("(2006)", "year", 2006),
        ("200", "year", None),
        ("S01E02", "season", 1),
        ("S01E02", "episode", 2),
        ("Season 3", "season", 3),
        ("3", "season", 3),
        ("Ep. 12", "episode", 12),
        ("012", "episode", 12),
        ("first", "season", None),
        ("٣", "season", None),
        ("0", "season", 0),
    ],
)
def test_the_number_of_a_span(text: str, field: str, number: int | None) -> None:
    assert number_in(text, field) == number


@given(st.text(max_size=300))
def test_words_of_a_name_stand_where_they_are_said_to(name: str) -> None:
    known = Read.of(name)
    assert len(known.text) == len(name)
    for begin, end in known.words:
        assert known.text[begin:end].strip()


def test_the_label_command_asks_it_and_exports_its_fields(tmp_path: Path) -> None:
    phrases = {"artist": "Paper Lighthouse", "album": "Low Tide", "year": "2006"}
    taught(tmp_path / "weights", phrases, MUSIC)
    sample = tmp_path / "sample"
    sample.mkdir()
    names = ["Paper Lighthouse - Low Tide (2006)", "Night Harbour", "Low.Tide.2006"]
    rows = [{"id": str(at), "name": name, "files": []} for at, name in enumerate(names)]
    (sample / "sample.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    voters = tmp_path / "voters.toml"
    voters.write_text('[endpoints.spans]\nkind = "gliner"\nfolder = "weights"\nbatch = 2\n')
    arguments = [str(sample), "--task", "music", "--endpoints", str(voters)]
    assert command.run(arguments) == 0
    assert command.run([*arguments[:3], "--export", str(tmp_path / "out")]) == 0
    with gzip.open(tmp_path / "out/fields/p2p_labelled.jsonl.gz", "rt") as lines:
        fields = {row["name"]: row for row in map(json.loads, lines)}
    assert fields[names[0]]["artist"] == "Paper Lighthouse"
    assert fields[names[2]]["title"] == "Low Tide"
    assert fields[names[2]]["year"] == 2006
    assert names[1] not in fields
