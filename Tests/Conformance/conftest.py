"""The mark of tests whose answers somebody else's code gives: scripts/oracles.sh runs them, scripts/test.sh the rest."""


def pytest_configure(config):
    config.addinivalue_line("markers", "oracle: an independent implementation says what is right (scripts/oracles.sh)")
