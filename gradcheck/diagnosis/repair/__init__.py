"""From a suspicious place to an edit: what may be written there, and which of it makes the program right."""
