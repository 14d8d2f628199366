"""JSON lines of annotation tools."""
