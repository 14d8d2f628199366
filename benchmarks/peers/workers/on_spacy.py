"""spaCy: its transition-based NER over spacy-transformers or curated transformers, with the settings of its quickstart.

The loop is that of `spacy train`; the sentences are a DocBin, spaCy's own form, made before the clock runs.
"""

from __future__ import annotations

import io
import json
import math
import tempfile
from pathlib import Path
from typing import Any

import spacy
from protocol import JsonObject, Stopwatch, Task, order_of, read_sentences, run_worker, write_answers
from spacy.tokens import Doc, DocBin
from spacy.training import biluo_tags_to_spans, iob_to_biluo
from spacy.training.initialize import init_nlp
from spacy.training.loop import train as train_spacy
from spacy.util import load_config_from_str

_COMMON = """
[nlp]
lang = "en"
pipeline = ["transformer", "ner"]
batch_size = 128

[components]

[components.ner]
factory = "ner"

[components.ner.model]
@architectures = "spacy.TransitionBasedParser.v2"
state_type = "ner"
extra_state_tokens = false
hidden_width = 64
maxout_pieces = 2
use_upper = false
nO = null

[corpora]

[corpora.train]
@readers = "spacy.Corpus.v1"
path = {docs}

[corpora.dev]
@readers = "spacy.Corpus.v1"
path = {one_doc}

[training]
seed = 0
gpu_allocator = null
train_corpus = "corpora.train"
dev_corpus = "corpora.dev"
accumulate_gradient = 1
patience = 0
max_epochs = {num_epochs}
max_steps = 0
eval_frequency = 1000000

[training.logger]
@loggers = "spacy.ConsoleLogger.v1"

[training.batcher]
@batchers = "spacy.batch_by_sequence.v1"
size = {batch_size}

[training.optimizer]
@optimizers = "Adam.v1"

[training.optimizer.learn_rate]
@schedules = "warmup_linear.v1"
warmup_steps = {warm_up_steps}
total_steps = {total_steps}
initial_rate = {learning_rate}
"""

_SPACY_TRANSFORMERS = """
[components.transformer]
factory = "transformer"

[components.transformer.model]
@architectures = "spacy-transformers.TransformerModel.v3"
name = {encoder}
tokenizer_config = {{"use_fast": true}}

[components.transformer.model.get_spans]
@span_getters = "spacy-transformers.strided_spans.v1"
window = 128
stride = 96

[components.ner.model.tok2vec]
@architectures = "spacy-transformers.TransformerListener.v1"
grad_factor = 1.0

[components.ner.model.tok2vec.pooling]
@layers = "reduce_mean.v1"
"""

_CURATED = """
[components.transformer]
factory = "curated_transformer"

[components.transformer.model]
@architectures = "spacy-curated-transformers.BertTransformer.v1"
vocab_size = {vocab_size}
hidden_width = {hidden_size}
intermediate_width = {intermediate_size}
num_attention_heads = {num_attention_heads}
num_hidden_layers = {num_hidden_layers}

[components.transformer.model.piece_encoder]
@architectures = "spacy-curated-transformers.BertWordpieceEncoder.v1"

[components.transformer.model.with_spans]
@architectures = "spacy-curated-transformers.WithStridedSpans.v1"
window = 128
stride = 96

[components.ner.model.tok2vec]
@architectures = "spacy-curated-transformers.LastTransformerLayerListener.v1"
width = {hidden_size}
upstream = "transformer"
grad_factor = 1.0

[components.ner.model.tok2vec.pooling]
@layers = "reduce_mean.v1"

[initialize]

[initialize.components]

[initialize.components.transformer]

[initialize.components.transformer.encoder_loader]
@model_loaders = "spacy-curated-transformers.HFTransformerEncoderLoader.v1"
name = {encoder}

[initialize.components.transformer.piecer_loader]
@model_loaders = "spacy-curated-transformers.HFPieceEncoderLoader.v1"
name = {encoder}
"""

_VARIANTS = {
    "spacy_transformers": _SPACY_TRANSFORMERS,
    "spacy_curated_transformers": _CURATED,
}


def _doc(nlp: Any, sentence: JsonObject) -> Doc:
    doc = Doc(nlp.vocab, words=sentence["tokens"])
    doc.ents = biluo_tags_to_spans(doc, iob_to_biluo(sentence["tags"]))
    return doc


def train(task: Task, stopwatch: Stopwatch, directory: str | None) -> None:
    """Train, evaluated on one sentence once, since the loop evaluates at its first step."""
    with tempfile.TemporaryDirectory() as folder:
        docs, one_doc = Path(folder, "docs.spacy"), Path(folder, "one.spacy")
        blank = spacy.blank("en")
        annotated = [_doc(blank, sentence) for sentence in read_sentences(task.lines)]
        DocBin(docs=annotated).to_disk(docs)
        DocBin(docs=annotated[:1]).to_disk(one_doc)
        num_steps = task.num_epochs * math.ceil(len(annotated) / task.batch_size)
        del annotated, blank
        shape = json.loads(Path(task.encoder, "config.json").read_text(encoding="utf-8"))
        values = {
            **shape,
            "docs": docs.as_posix(),
            "one_doc": one_doc.as_posix(),
            "encoder": task.encoder,
            "batch_size": task.batch_size,
            "learning_rate": task.learning_rate,
            "num_epochs": task.num_epochs,
            "total_steps": num_steps,
            "warm_up_steps": num_steps // 10,
        }
        template = _COMMON + _VARIANTS[task.variant]
        config = template.format(**{name: json.dumps(value) for name, value in values.items()})
        nlp = init_nlp(load_config_from_str(config))
        with stopwatch.running():
            train_spacy(nlp, stdout=io.StringIO(), stderr=io.StringIO())
    if directory:
        nlp.to_disk(directory)


def load(task: Task) -> Any:
    """The trained pipeline."""
    return spacy.load(task.model)


def predict(model: Any, input_path: str, output_path: str, setting: JsonObject) -> None:
    """Answer sentences, given as words."""
    sentences = read_sentences(input_path)
    order = order_of(sentences, setting["sort"])
    docs = (Doc(model.vocab, words=sentences[index]["tokens"]) for index in order)
    answers = [
        [{"type": span.label_, "char_start": span.start_char, "char_end": span.end_char} for span in doc.ents]
        for doc in model.pipe(docs, batch_size=setting["batch_size"])
    ]
    write_answers(output_path, order, answers)


if __name__ == "__main__":
    run_worker(["spacy", "thinc", "torch", "transformers"], train, load, predict)
