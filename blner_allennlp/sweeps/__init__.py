"""Many trainings from one file: the grid, the runs that it stands for, and what starts, resumes and watches them."""
