"""What a trained system answered, beside the gold: run directories, and prediction files of any system."""
