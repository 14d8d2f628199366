"""SpanMarker: its model, Trainer and `predict`, as its documentation has them."""

from __future__ import annotations

import tempfile
from typing import Any

from datasets import Dataset
from protocol import JsonObject, Stopwatch, Task, order_of, read_sentences, run_worker, write_answers
from span_marker import SpanMarkerModel, Trainer
from transformers import TrainingArguments

# A whole batch at once takes more memory than most machines have, as every sentence is padded to the longest possible.
_SENTENCES_AT_A_TIME = 4


def train(task: Task, stopwatch: Stopwatch, directory: str | None) -> None:
    """Train."""
    model = SpanMarkerModel.from_pretrained(
        task.encoder,
        labels=task.labels,
        model_max_length=task.max_length,
        marker_max_length=128,
        entity_max_length=task.max_width,
    )
    ids = {label: index for index, label in enumerate(task.labels)}
    with tempfile.TemporaryDirectory() as output:
        arguments = TrainingArguments(
            output_dir=output,
            learning_rate=task.learning_rate,
            weight_decay=0.01,
            warmup_ratio=0.1,
            num_train_epochs=task.num_epochs,
            per_device_train_batch_size=_SENTENCES_AT_A_TIME,
            gradient_accumulation_steps=max(1, task.batch_size // _SENTENCES_AT_A_TIME),
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
        )
        with stopwatch.running():
            dataset = Dataset.from_list(
                [
                    {"tokens": sentence["tokens"], "ner_tags": [ids[tag] for tag in sentence["tags"]]}
                    for sentence in read_sentences(task.lines)
                ]
            )
        trainer = Trainer(model=model, args=arguments, train_dataset=dataset)
        with stopwatch.running():
            trainer.train()
    if directory:
        model.save_pretrained(directory)


def load(task: Task) -> Any:
    """The trained model."""
    return SpanMarkerModel.from_pretrained(task.model)


def predict(model: Any, input_path: str, output_path: str, setting: JsonObject) -> None:
    """Answer sentences, given as words."""
    sentences = read_sentences(input_path)
    order = order_of(sentences, setting["sort"])
    words = [sentences[index]["tokens"] for index in order]
    write_answers(output_path, order, model.predict(words, batch_size=setting["batch_size"]))


if __name__ == "__main__":
    run_worker(["span_marker", "torch", "transformers", "datasets"], train, load, predict)
