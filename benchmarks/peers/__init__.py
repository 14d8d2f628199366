"""Speed and memory of this package beside other taggers: the same encoder, texts and machine, in turns."""
