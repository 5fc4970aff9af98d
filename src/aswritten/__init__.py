"""Runs every code sample of API docs as written, against recordings of the API."""
