"""AllenNLP's own tagging predictor."""

from __future__ import annotations

from blner_allennlp.compat.fixes.fix import Fix, SourceEdit

FIXES = (
    Fix(
        name="spacy_model_on_first_sentence",
        module_name="allennlp.predictors.sentence_tagger",
        mends="`predict --use-dataset-reader --predictor sentence_tagger` downloads spaCy's "
        "en_core_web_sm, or fails "
        'without a network, though only `{"sentence": ...}` inputs need it',
        versions="every version",
        edits=(
            SourceEdit(
                "        self._tokenizer = SpacyTokenizer(language=language)\n",
                "        self._language = language\n",
            ),
            SourceEdit(
                "        tokens = self._tokenizer.tokenize(sentence)\n",
                "        tokens = SpacyTokenizer(language=self._language).tokenize(sentence)\n",
            ),
        ),
    ),
)
