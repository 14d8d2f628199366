"""Hugging Face: a token classifier, its Trainer and its pipeline, as its token-classification guide has them."""

from __future__ import annotations

import tempfile
from typing import Any

from datasets import Dataset
from protocol import JsonObject, Stopwatch, Task, order_of, read_sentences, run_worker, write_answers
from transformers import (
    AutoModelForTokenClassification,
    AutoTokenizer,
    DataCollatorForTokenClassification,
    Trainer,
    TrainingArguments,
    pipeline,
)

_IGNORED = -100


def train(task: Task, stopwatch: Stopwatch, directory: str | None) -> None:
    """Train on batches grouped by length."""
    tokenizer = AutoTokenizer.from_pretrained(task.encoder, model_max_length=task.max_length)
    ids = {label: index for index, label in enumerate(task.labels)}
    model = AutoModelForTokenClassification.from_pretrained(
        task.encoder, id2label=dict(enumerate(task.labels)), label2id=ids
    )

    def prepare(examples: dict[str, list[Any]]) -> Any:
        encoded = tokenizer(examples["tokens"], truncation=True, is_split_into_words=True)
        encoded["labels"] = []
        for index, tags in enumerate(examples["tags"]):
            word_ids = encoded.word_ids(batch_index=index)
            encoded["labels"].append(
                [
                    _IGNORED if word is None or word == before else ids[tags[word]]
                    for before, word in zip([None, *word_ids], word_ids)  # noqa: B905 (one longer on purpose)
                ]
            )
        return encoded

    with tempfile.TemporaryDirectory() as output:
        arguments = TrainingArguments(
            output_dir=output,
            learning_rate=task.learning_rate,
            weight_decay=0.01,
            warmup_steps=0.1,  # below 1: a share of all steps
            num_train_epochs=task.num_epochs,
            per_device_train_batch_size=task.batch_size,
            train_sampling_strategy="group_by_length",
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
        )
        with stopwatch.running():
            dataset = Dataset.from_list(read_sentences(task.lines))
            dataset = dataset.map(prepare, batched=True, remove_columns=dataset.column_names)
        trainer = Trainer(
            model=model,
            args=arguments,
            train_dataset=dataset,
            data_collator=DataCollatorForTokenClassification(tokenizer),
            processing_class=tokenizer,
        )
        with stopwatch.running():
            trainer.train()
    if directory:
        trainer.save_model(directory)


def load(task: Task) -> Any:
    """The pipeline that puts pieces together to entities."""
    return pipeline("token-classification", model=task.model, aggregation_strategy="simple", device="cpu")


def predict(model: Any, input_path: str, output_path: str, setting: JsonObject) -> None:
    """Answer sentences, given as words or as text with a blank between words."""
    sentences = read_sentences(input_path)
    order = order_of(sentences, setting["sort"])
    words = [sentences[index]["tokens"] for index in order]
    if setting["words"]:
        found = model(words, batch_size=setting["batch_size"], is_split_into_words=True)
    else:
        found = model([" ".join(tokens) for tokens in words], batch_size=setting["batch_size"])
    answers = [[{**entity, "score": float(entity["score"])} for entity in entities] for entities in found]
    write_answers(output_path, order, answers)


if __name__ == "__main__":
    run_worker(["transformers", "torch", "tokenizers", "accelerate", "datasets"], train, load, predict)
