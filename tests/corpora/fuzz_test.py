import random

import pytest

from benchmarks.fuzzing.mutations import mutate_json
from benchmarks.fuzzing.run import WITHOUT_LINES, fuzz
from benchmarks.fuzzing.seeds import make_seeds
from blner_allennlp.corpora import CORPUS_FORMATS, read_corpus

SEEDS = make_seeds()


def test_every_format_is_fuzzed():
    assert {seed.format_name for seed in SEEDS.values()} == set(CORPUS_FORMATS)


@pytest.mark.parametrize("form", SEEDS)
def test_what_is_broken_is_a_sound_corpus_of_its_format(tmp_path, form):
    seed = SEEDS[form]
    for name, content in seed.files.items():
        path = tmp_path / "corpus" / name if name else tmp_path / "corpus"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    sentences = list(read_corpus(tmp_path / "corpus", seed.format_name, **seed.options))
    assert sum(len(sentence.entities) for sentence in sentences) >= 2
    assert list(read_corpus(tmp_path / "corpus", **seed.options)) == sentences  # the format is detected, too


@pytest.mark.parametrize("form", SEEDS)
def test_a_broken_corpus_gives_sentences_or_an_error_with_its_place(tmp_path, form):
    # `python -m benchmarks.fuzzing.run` tries ten thousand of each.
    outcomes, failures = fuzz(SEEDS[form], num_inputs=150, seed=1, directory=tmp_path)
    assert failures == []
    assert outcomes["sentences"] > 0
    num_errors = outcomes["error with line"] + outcomes["error without line"]
    assert num_errors > 0
    if SEEDS[form].format_name not in WITHOUT_LINES:
        assert outcomes["error with line"] > 0.5 * num_errors


def test_the_fuzzer_reports_what_is_no_corpus_error(tmp_path, monkeypatch):
    def broken_reader(path, format):
        raise KeyError(format)

    monkeypatch.setattr("benchmarks.fuzzing.run.read_corpus", broken_reader)
    outcomes, failures = fuzz(SEEDS["spert"], num_inputs=3, seed=1, directory=tmp_path)
    assert outcomes["failure"] == len(failures) == 3
    assert all("KeyError" in failure["error"] for failure in failures)
    assert (tmp_path / "failures" / "spert-0").is_file()


def test_the_fuzzer_reports_a_reader_that_hangs(tmp_path, monkeypatch):
    def endless_reader(path, format):
        while True:
            pass

    monkeypatch.setattr("benchmarks.fuzzing.run.read_corpus", endless_reader)
    outcomes, failures = fuzz(SEEDS["spert"], 1, seed=1, directory=tmp_path, limit_s=0.1)
    assert outcomes["failure"] == 1
    assert failures[0]["error"] == "not done after 0.1 seconds"


def test_mutations_depend_on_the_seed_only():
    content = SEEDS["dygie"].files[""]
    assert mutate_json(content, random.Random(5)) == mutate_json(content, random.Random(5))
    assert len({mutate_json(content, random.Random(seed)) for seed in range(50)}) > 30
