"""Figures of `analysis` and `comparison` -> tables, plots and one page for the eye."""
