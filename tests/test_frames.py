"""In whose code a program ended, as its stack tells."""

from __future__ import annotations

import pytest

from aswritten.verify._frames import package_of_end

SITE = "/env/lib/python3.11/site-packages"


def python(*paths: str) -> str:
    return "Traceback (most recent call last):\n" + "".join(
        f'  File "{path}", line 3, in <module>\n    call()\n' for path in paths
    )


@pytest.mark.parametrize(
    ("stderr", "package"),
    [
        (python("/run/sample.py"), ""),
        (python("/run/sample.py", f"{SITE}/maker/_client.py") + "ValueError: no\n", "maker"),
        (python("/run/sample.py", f"{SITE}/maker/_client.py", "/run/sample.py"), ""),
        (python("/run/sample.py", f"{SITE}/maker/_client.py", "/usr/lib/python3.11/json/decoder.py"), "maker"),
        (python("/run/sample.py", "/usr/lib/python3.11/json/decoder.py"), ""),
        (python("/run/sample.py", f"{SITE}/maker.py", "<frozen importlib._bootstrap>"), "maker"),
        (python("/run/sample.py", f"{SITE}/maker/__init__.py", "other/core/lib.pyx"), "other"),
        (python("/run/sample.py", f"{SITE}/maker/__init__.py", "src/other/core/lib.pyx.pxi"), "other"),
        (
            "TypeError: no\n    at parse (/env/node_modules/@maker/client/index.js:2:3)\n    at file:///run/sample.mjs:1:1\n",
            "@maker/client",
        ),
        ("TypeError: no\n    at file:///run/sample.mjs:1:1\n    at call (/env/node_modules/maker/index.js:2:3)\n", ""),
        ("TypeError: no\n    at file:///env/node_modules/maker/index.mjs:2:3\n", "maker"),
        (python("/run/sample.py", f"{SITE}/maker/_client.py", "/tmp/door/python/sitecustomize.py"), "maker"),
        (python("/run/sample.py", "/tmp/door/python/sitecustomize.py"), ""),
        (python("/run/sample.py", "/own/python/client.py"), ""),
        (
            "Error: no\n    at connect (/tmp/door/node/preload.cjs:2:3)\n    at ask (/env/node_modules/maker/index.js:2:3)\n",
            "maker",
        ),
        ("curl: (7) Failed to connect\n", ""),
        ("", ""),
    ],
)
def test_the_innermost_frame_that_is_no_language_own_tells(stderr: str, package: str) -> None:
    assert package_of_end(stderr) == package


def test_what_a_tool_raises_is_of_who_called_it() -> None:
    raised = python("/run/sample.py", f"{SITE}/maker/_client.py", f"{SITE}/pydantic/main.py")
    assert package_of_end(raised) == "pydantic"
    assert package_of_end(raised, {"pydantic"}) == "maker"
    assert package_of_end(python("/run/sample.py", f"{SITE}/pydantic/main.py"), {"pydantic"}) == ""


def test_a_long_line_of_what_looks_like_frames_is_soon_read() -> None:
    assert package_of_end("    at " + " at /" * 60_000) == ""


@pytest.mark.parametrize(
    "said",
    [
        'Error: Transform failed with 1 error:\n{at}:27:7: ERROR: Unexpected "typeof"\n    at failureErrorWithLog (/tools/esbuild/main.js:1:1)\n',
        "file://{at}:27\nimport typeof * as All from './all';\n       ^^^^^^\n\nSyntaxError: Unexpected token 'typeof'\n    at compile (node:vm:1:1)\n",
    ],
)
def test_a_file_of_a_package_that_cannot_be_read_is_where_a_program_ends(said: str) -> None:
    assert package_of_end(said.format(at="/run/node_modules/@maker/native/index.js")) == "@maker/native"
    assert package_of_end(said.format(at="/run/work/sample.mts")) == ""
