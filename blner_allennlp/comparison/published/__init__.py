"""What the paper prints of its results, as data, with what is known to be wrong marked."""
