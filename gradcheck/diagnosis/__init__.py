"""From wrong gradients to findings: explain by value, locate by watching, repair by running."""
