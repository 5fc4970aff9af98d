"""Runs every code sample of API docs as written, against recordings of the API."""

#: Read from here by the build, and by `aswritten --version`, which has no time to look at what is installed.
__version__ = "0.1.0"
