"""Several systems side by side -> the paper's Tables 3, 6 and 7, Figures 5 to 7, and its conclusions."""
