"""Commands whose bodies are longer than a few lines, and what all of them end with."""

#: Exit codes: nothing wrong; findings; usage or set-up; our own fault; interrupted; nobody reads our output.
OK, FINDINGS, USAGE, FAULT, INTERRUPTED, UNREAD = 0, 1, 2, 3, 130, 141
#: What is said of what is nobody's mistake but ours.
OUR_FAULT = "this is a fault of aswritten itself"
