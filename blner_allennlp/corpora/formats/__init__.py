"""One module or folder a file format; each has a constant that `corpora.reading` puts into its table."""
