"""The pytest door: the fixture, the marker, the options and the collected files. Nothing heavy is imported here."""
