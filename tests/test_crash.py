"""What was acknowledged is there after SIGKILL: the short form of ``python -m evals.crash``, with real processes."""

import pytest

from evals import crash


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(capsys: pytest.CaptureFixture[str]) -> None:
    assert crash.main(["--kills", "3", "--users", "6"]) == 0
    told = capsys.readouterr().out
    assert "| lost questions | 0 |" in told
    assert "| acknowledged | 0 |" not in told
