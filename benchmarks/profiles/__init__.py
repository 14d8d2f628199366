"""Where time goes, by torch's profiler and by py-spy: what stands behind every claim about it."""
