"""AllenNLP's use of transformers' tokenizers."""

from __future__ import annotations

from blner_allennlp.compat.fixes.fix import Fix, SourceEdit

FIXES = (
    Fix(
        name="tokenizer_without_add_special_tokens",
        module_name="allennlp.common.cached_transformers",
        mends="AttributeError 'add_special_tokens conflicts with the method': the keyword belongs to the "
        "calls of a tokenizer, where AllenNLP passes it as well, and is no longer taken when one is made",
        versions="transformers 4.44 and later",
        edits=(
            SourceEdit(
                "    cache_key = (model_name, hash_object(kwargs))\n",
                "    kwargs.pop('add_special_tokens', None); cache_key = (model_name, hash_object(kwargs))\n",
            ),
        ),
    ),
    Fix(
        name="encode_plus",
        module_name="allennlp.data.tokenizers.pretrained_transformer_tokenizer",
        mends="AttributeError: fast tokenizers lost `encode_plus`; calling the tokenizer does the same, "
        "in every version",
        versions="transformers 5",
        edits=(
            SourceEdit("tokenizer_with_special_tokens.encode_plus(", "tokenizer_with_special_tokens(", 2),
            SourceEdit("self.tokenizer.encode_plus(", "self.tokenizer(", 2),
        ),
    ),
    Fix(
        name="build_inputs_with_special_tokens",
        module_name="allennlp.data.token_indexers.pretrained_transformer_indexer",
        mends="AttributeError: fast tokenizers lost `build_inputs_with_special_tokens`; the AllenNLP "
        "tokenizer knows which special pieces go around one segment",
        versions="transformers 5",
        edits=(
            SourceEdit(
                "                self._tokenizer.build_inputs_with_special_tokens(segment)\n",
                "[t.text_id for t in self._allennlp_tokenizer.single_sequence_start_tokens] + segment"
                " + [t.text_id for t in self._allennlp_tokenizer.single_sequence_end_tokens]\n",
            ),
        ),
    ),
)
