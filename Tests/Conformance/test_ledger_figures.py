"""The figures of docs/ledger.md are those that the real handler and the fakes give."""
import subprocess

from product import ROOT, built


def test_the_documents_figures_are_what_the_ledger_saves():
    done = subprocess.run(
        [ROOT / "scripts" / "ledger-figures.sh", "--check", "--program", built("ledgerbench")],
        text=True, capture_output=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
