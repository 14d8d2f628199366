"""Flair: a SequenceTagger on a fine-tuned transformer, without RNN, CRF or context, as its documentation trains one."""

from __future__ import annotations

import tempfile
from typing import Any

from flair.data import Corpus, Sentence
from flair.datasets import FlairDatapointDataset
from flair.embeddings import TransformerWordEmbeddings
from flair.models import SequenceTagger
from flair.trainers import ModelTrainer
from protocol import JsonObject, Stopwatch, Task, read_sentences, run_worker, write_answers


def _annotated(sentence: JsonObject) -> Sentence:
    """A sentence with its entities as spans."""
    annotated = Sentence(sentence["tokens"])
    tags = [*sentence["tags"], "O"]
    start = 0
    for index, tag in enumerate(tags):
        before = tags[index - 1] if index else "O"
        if before != "O" and not tag.startswith("I-"):
            annotated[start:index].add_label("ner", before[2:])
        if tag.startswith("B-"):
            start = index
    return annotated


def train(task: Task, stopwatch: Stopwatch, directory: str | None) -> None:
    """Fine-tune without development data."""
    with stopwatch.running():
        sentences = [_annotated(sentence) for sentence in read_sentences(task.lines)]
        corpus = Corpus(train=FlairDatapointDataset(sentences), sample_missing_splits=False)
        dictionary = corpus.make_label_dictionary("ner", add_unk=False)
    embeddings = TransformerWordEmbeddings(
        model=task.encoder, layers="-1", subtoken_pooling="first", fine_tune=True, use_context=False
    )
    tagger = SequenceTagger(
        embeddings=embeddings,
        tag_dictionary=dictionary,
        tag_type="ner",
        use_rnn=False,
        use_crf=False,
        reproject_embeddings=False,
    )
    trainer = ModelTrainer(tagger, corpus)
    with tempfile.TemporaryDirectory() as output, stopwatch.running():
        trainer.fine_tune(
            output,
            learning_rate=task.learning_rate,
            mini_batch_size=task.batch_size,
            max_epochs=task.num_epochs,
            save_final_model=False,
            create_file_logs=False,
            create_loss_file=False,
        )
    if directory:
        tagger.save(f"{directory}/model.pt")


def load(task: Task) -> Any:
    """The trained tagger."""
    return SequenceTagger.load(f"{task.model}/model.pt")


def predict(model: Any, input_path: str, output_path: str, setting: JsonObject) -> None:
    """Answer sentences, given as words; Flair sorts them itself."""
    sentences = [Sentence(sentence["tokens"]) for sentence in read_sentences(input_path)]
    model.predict(sentences, mini_batch_size=setting["batch_size"])
    answers = [
        [
            {
                "type": span.tag,
                "char_start": span.start_position,
                "char_end": span.end_position,
                "score": span.score,
            }
            for span in sentence.get_spans("ner")
        ]
        for sentence in sentences
    ]
    write_answers(output_path, list(range(len(sentences))), answers)


if __name__ == "__main__":
    run_worker(["flair", "torch", "transformers"], train, load, predict)
