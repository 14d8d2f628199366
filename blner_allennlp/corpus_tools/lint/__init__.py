"""What would hurt a training run: rules, and the engine that runs them."""
