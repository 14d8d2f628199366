"""Lines of CoNLL-2012 files."""


def row(word: str, name: str, num_predicates: int = 0, blank: str = "   ") -> str:
    before = ["bn/x/00/x_0001", "0", "0", word, "NN", "(NP*)", "-", "-", "-", "A_Speaker"]
    return blank.join([*before, name, *["(V*)"] * num_predicates, "(3)"])


def rows(*words_and_names: tuple[str, str], num_predicates: int = 0) -> str:
    return "\n".join(row(word, name, num_predicates) for word, name in words_and_names) + "\n"
