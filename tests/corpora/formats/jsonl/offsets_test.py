from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.corpora.formats.jsonl.offsets import OffsetConverter, OffsetUnit

texts = st.text(st.characters(codec="utf-8") | st.sampled_from("aé\u20ac\U0001f600"), max_size=12)
ENCODINGS = {
    OffsetUnit.CHARACTERS: ("utf-32-le", 4),
    OffsetUnit.UTF16: ("utf-16-le", 2),
    OffsetUnit.BYTES: ("utf-8", 1),
}


@given(text=texts, unit=st.sampled_from(OffsetUnit))
def test_offsets_agree_with_the_encoded_text(text, unit):
    encoding, width = ENCODINGS[unit]
    position_of = {
        len(text[:position].encode(encoding)) // width: position for position in range(len(text) + 1)
    }
    converter = OffsetConverter(text, unit)
    total = len(text.encode(encoding)) // width
    for offset in range(total + 1):
        assert converter.to_position(offset) == position_of.get(offset)
    assert converter.to_position(total + 3) == len(text) + 3
    assert [converter.to_offset(position) for position in range(len(text) + 1)] == list(position_of)
