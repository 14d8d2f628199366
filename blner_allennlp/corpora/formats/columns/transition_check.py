"""Tags that cannot follow the tags before them -> remarks."""

from __future__ import annotations

from collections.abc import Sequence

from blner_allennlp.entities import Entity, Remark, RemarkKind
from blner_allennlp.tag_roles import OUTSIDE_TAG, is_legal, parse_tag
from blner_allennlp.tag_schemes import TagScheme, tags_to_entities


class TransitionCheck:
    """Finds the ill-formed places of tag sequences; well-formed sentences cost next to nothing.

    Args:
        scheme: how all the tags are spelt.
    """

    def __init__(self, scheme: TagScheme) -> None:
        self.scheme = scheme
        self._legal_pairs: set[tuple[str, str]] = set()

    def remarks(
        self,
        words: Sequence[str],
        tags: Sequence[str],
        line_numbers: Sequence[int],
        entities: Sequence[Entity],
    ) -> tuple[Remark, ...]:
        """Remark on each pair of neighbouring tags that the scheme does not allow.

        Args:
            words: the words of a sentence.
            tags: one tag a word, all of the scheme.
            line_numbers: the line of each word.
            entities: what was read off the tags.

        Returns:
            A remark for each such pair, on the mention that starts or ends there by conlleval's rule, with the line of
            the word that breaks the rule: of kind ILLEGAL_TRANSITION where the mention was read off the tags; else of
            kind ILL_FORMED, once a mention. So remarks of that kind and `entities` are all mentions of conlleval.
        """
        # A corpus has few different pairs, so the sets alone clear nearly every sentence.
        lefts, rights = [OUTSIDE_TAG, *tags], [*tags, OUTSIDE_TAG]
        if self._legal_pairs.issuperset(zip(lefts, rights, strict=True)):
            return ()
        pairs = list(zip(lefts, rights, strict=True))
        illegal_places = [place for place, pair in enumerate(pairs) if not self._is_legal(pair)]
        if not illegal_places:
            return ()
        mentions = tags_to_entities(tags, self.scheme)
        starting = {mention.word_start: mention for mention in mentions}
        ending = {mention.word_end: mention for mention in mentions}
        # Of a mention in IOB1 the strict reading may keep the end.
        kept_ends = {entity.word_end: entity for entity in entities}
        found: list[Remark] = []
        left_out: set[Entity] = set()
        for place in illegal_places:
            # Either a mention starts where none can, or the one before is not ended as it has to be.
            starts_ill = place in starting and not self._is_legal((OUTSIDE_TAG, pairs[place][1]))
            at_fault = starting[place] if starts_ill or place not in ending else ending[place]
            for mention in (ending.get(place), starting.get(place)):
                if mention is None or mention in left_out:
                    continue
                kept = kept_ends.get(mention.word_end)
                if kept is None:
                    left_out.add(mention)
                elif mention is not at_fault:
                    continue
                found.append(
                    Remark(
                        RemarkKind.ILLEGAL_TRANSITION if kept is not None else RemarkKind.ILL_FORMED,
                        mention.label,
                        " ".join(words[mention.word_start : mention.word_end]),
                        line_numbers[place if mention.word_start == place else place - 1],
                        kept if kept is not None else mention,
                    )
                )
        return tuple(found)

    def _is_legal(self, pair: tuple[str, str]) -> bool:
        if pair in self._legal_pairs:
            return True
        left, right = pair
        if is_legal(parse_tag(left, self.scheme), parse_tag(right, self.scheme), self.scheme):
            self._legal_pairs.add(pair)
            return True
        return False
