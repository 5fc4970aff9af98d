"""`python -m aswritten` is `aswritten`."""

from aswritten.cli import main

raise SystemExit(main())
