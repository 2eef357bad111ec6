"""Reports as values (`report`), and one module per format that draws them; drawing is pure."""
