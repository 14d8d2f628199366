"""Hugging Face data sets on disk."""
