"""From gradients to faults: which entries of the catalogue reproduce what was submitted."""
