"""From a watched run to lines: what each expression of a program is, and where values first go wrong."""
