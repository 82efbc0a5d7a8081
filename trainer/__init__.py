"""Makes the model on a workstation."""
