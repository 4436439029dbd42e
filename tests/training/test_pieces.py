"""Words and windows: exact offsets in any text, every word counted once, spans never inside a word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from ingest.text.bio import BEGIN, INSIDE, OUTSIDE, best_path, labels, spans
from ingest.text.pieces import Pieces
from ingest.text.sentences import sentences
from kg.errors import ModelRefused
from kg.vocab import CATEGORIES
from tests.training.encoder import tiny_encoder

SIZE = 32
TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=[]),
        st.sampled_from("ab é\u0301ßİ 糖尿病.。,\n\t\x00\u202e\u200b\ud800 TNF-α²"),
    ),
    max_size=200,
)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoder(tmp_path_factory.mktemp("encoder") / "tiny") / "tokenizer.json"


@pytest.fixture(scope="module")
def pieces(encoder: Path) -> Pieces:
    return Pieces(encoder, SIZE)


@given(text=TEXTS)
def test_words_stand_in_the_raw_text_in_order_and_each_counts_once(pieces: Pieces, text: str) -> None:
    reading = pieces.read(text, ())
    end = 0
    for start, stop in reading.words:
        assert end <= start < stop <= len(text)
        end = stop
    counted = [one.first + at for one in reading.windows for at in range(one.begin, one.end)]
    assert counted == list(range(len(reading.words)))
    for window in reading.windows:
        assert len(window.ids) == len(window.features) <= SIZE
        assert all(0 < head < len(window.ids) - 1 for head in window.heads)


@given(text=TEXTS)
def test_pieces_are_those_of_all_sentences_at_once(encoder: Path, pieces: Pieces, text: str) -> None:
    whole = Tokenizer.from_file(str(encoder))
    clean = "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in text)
    found = whole.encode_batch([clean[start:end] for start, end in sentences(text)], add_special_tokens=False)
    reading = pieces.read(text)
    assert len(reading.words) == sum(len(set(one.word_ids)) for one in found)
    if len(reading.windows) == 1:
        assert list(reading.windows[0].ids[1:-1]) == [piece for one in found for piece in one.ids]


def test_a_sentence_longer_than_a_window_is_read_in_parts_that_overlap(pieces: Pieces) -> None:
    reading = pieces.read("gout and asthma with " * 60)
    assert len(reading.words) == 240
    first, second = reading.windows[:2]
    assert second.first < first.first + len(first.heads)
    assert second.begin > 0
    assert [one.first + at for one in reading.windows for at in range(one.begin, one.end)] == list(range(240))


def test_a_word_of_more_pieces_than_a_window_is_one_word(pieces: Pieces) -> None:
    [window] = pieces.read("a" * 90).windows
    assert len(window.ids) == SIZE
    assert window.heads == (1,)


def test_accents_that_are_characters_of_their_own_belong_to_their_word(pieces: Pieces) -> None:
    text = "Sjo\u0308gren de\u0301cole\u0301 " * 2
    words = [text[start:end] for start, end in pieces.read(text).words]
    assert words == ["Sjo\u0308gren", "de\u0301cole\u0301"] * 2


@pytest.mark.parametrize("text", ["{", '{"version": "1.0", "model": {"type": "WordPiece", "vocab": {"[UNK]": 0}}}'])
def test_what_is_no_tokenizer_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "tokenizer.json").write_text(text)
    with pytest.raises(ModelRefused) as caught:
        Pieces(tmp_path / "tokenizer.json", SIZE)
    assert caught.value.params["why"] == "tokenizer"


def test_features_tell_shape_and_names_of_the_dictionary(pieces: Pieces) -> None:
    [window] = pieces.read("TNF-2 and gout", [(0, 5, "gene"), (10, 14, "disease"), (6, 9, "unheard-of")]).windows
    rows = window.features[list(window.heads)]
    gene, disease = (len(window.features[0]) - 2 * len(CATEGORIES) + 2 * list(CATEGORIES).index(one)
                     for one in ("gene", "disease"))  # fmt: skip
    assert rows[:, gene].tolist() == [1, 0, 0, 0, 0]
    assert rows[:, gene + 1].tolist() == [0, 1, 1, 0, 0]
    assert rows[:, disease].tolist() == [0, 0, 0, 0, 1]
    assert rows[3, gene:].sum() == 0
    assert rows[0, 0] == 1
    assert not np.any(window.features[[0, -1]])
    [again] = pieces.read("TNF gout TNF").windows
    assert again.features[again.heads[0]].tolist() == again.features[again.heads[2]].tolist()


@given(st.lists(st.tuples(*[st.floats(-9, 0)] * 3), max_size=7))
def test_the_best_path_is_the_best_of_all_allowed_ones(scores: list[tuple[float, float, float]]) -> None:
    def allowed(path: tuple[int, ...]) -> bool:
        return all(label != INSIDE or (at and path[at - 1] != OUTSIDE) for at, label in enumerate(path))

    paths: list[tuple[int, ...]] = [()]
    for _ in scores:
        paths = [(*path, label) for path in paths for label in (OUTSIDE, BEGIN, INSIDE)]
    best = max(sum(row[label] for row, label in zip(scores, path, strict=True)) for path in paths if allowed(path))
    found = best_path(scores)
    assert allowed(tuple(found))
    assert sum(row[label] for row, label in zip(scores, found, strict=True)) == pytest.approx(best)


@given(st.sets(st.integers(0, 30)).map(sorted))
def test_labels_and_spans_undo_each_other(cuts: list[int]) -> None:
    made = list(zip(cuts[::2], cuts[1::2], strict=False))
    assert list(spans(labels(made, 31))) == made
