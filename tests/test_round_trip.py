"""Real cassettes, in and out again: what is imported keeps the contract as before, and what is exported is the same exchange.

Only what the scrubber takes out (ids of requests) is another text than before.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aswritten.cli import main
from aswritten.judge import judge
from aswritten.recordings import kept_headers, load_recordings
from aswritten.targets import exchanges_in, find

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.judge import Judged
    from aswritten.targets import Subject

SHARED = Path(__file__).parent.parent.parent / "shared" / "recordings"
CASSETTES = sorted(SHARED.rglob("*.yaml"))
#: By the folder that holds them: some thirty groups.
GROUPS = sorted({path.parent for path in CASSETTES})
needs_recordings = pytest.mark.skipif(not CASSETTES, reason="the shared recordings are not beside this checkout")


def same_but_for_secrets(before: bytes, after: bytes) -> bool:
    """Whether each byte is the same, outside of what stands as `[request-id]` and the like now."""
    parts = re.split(rb"\[[a-z-]+\]", after)
    return bool(re.fullmatch(rb".{1,200}?".join(map(re.escape, parts)), before, re.DOTALL))


def exchange(subject: Subject) -> tuple[Any, ...]:
    """What makes two exchanges the same."""
    request, response = subject.request, subject.response
    assert request
    assert response
    headers = {name: text for name, text in kept_headers(response.headers) if name != "content-encoding"}
    body = json.loads(request.body) if request.body else None
    return request.method, request.url, body, response.status, headers, response.body


def verdict(subject: Subject) -> Judged:
    return replace(judge(subject), source="", index=0)


def outline(judged: Judged) -> tuple[Any, ...]:
    """A verdict without the words that repeat what came."""
    problems = [(one.rule, one.level, one.where, one.count) for one in judged.problems]
    return judged.host, judged.profile, judged.kind, judged.verdict, judged.reason, problems, judged.deviations


@needs_recordings
@pytest.mark.parametrize("group", GROUPS, ids=lambda path: path.relative_to(SHARED).as_posix())
def test_a_cassette_comes_in_and_goes_out_the_same(
    group: Path,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for number, path in enumerate(sorted(group.glob("*.yaml"))):
        folder, again = tmp_path / str(number), tmp_path / f"{number}.yaml"
        assert main(["fixtures", "import", str(path), "--into", str(folder)]) == 0
        assert main(["fixtures", "export", str(folder), "--into", str(again)]) == 0
        before, untouched = list(find([str(path)])), 0
        assert f"{len(before)} in " in capsys.readouterr().out, "no exchange is left out"
        recordings = sorted(load_recordings([folder]), key=lambda one: one.path)
        places = [int(found) for one in recordings for found in re.findall(r"interactions\[(\d+)\]", one.source.file)]
        assert sorted(places) == list(range(len(before)))
        kept = [subject for one in recordings for subject in exchanges_in(one, "")]
        for place, fixture, exported in zip(places, kept, find([str(again)]), strict=True):
            old, new, last = (exchange(one) for one in (before[place], fixture, exported))
            assert new == last
            assert same_but_for_secrets(repr(old).encode(), repr(new).encode())
            assert outline(verdict(before[place])) == outline(verdict(fixture)) == outline(verdict(exported))
            untouched += old == new
            if old == new:
                assert verdict(before[place]) == verdict(fixture) == verdict(exported)
        record_property("score", ("real exchanges that come in and go out the same", len(before), len(before)))
        record_property("score", ("of these without anything to take out", untouched, len(before)))
