"""Measures exec to the first request for an event: NAME=EXECUTABLE..., the first is the baseline.

The programs take turns, so that a change of the machine's speed meets all of them alike.
"""

import argparse
import os
import socket
import statistics
import sys
import time

ROUNDS = int(os.environ.get("ROUNDS", "200"))


def spawn(executable, listener):
    """Starts a program; returns milliseconds to its first request and its resident MiB then."""
    host, port = listener.getsockname()
    environment = {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_RUNTIME_API": f"{host}:{port}",
        "AWS_REGION": "us-west-2",
        "AWS_SECRET_ACCESS_KEY": "example",
        "LAMBDA_TASK_ROOT": os.path.dirname(executable),
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/bin:/bin",
        "_HANDLER": "bootstrap",
    }
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    started = time.perf_counter_ns()
    child = os.posix_spawn(executable, [executable], environment, file_actions=quiet)
    try:
        connection, _ = listener.accept()
        connection.settimeout(10)
        request = connection.recv(65536)
        took = (time.perf_counter_ns() - started) / 1e6
        if not request.startswith(b"GET /2018-06-01/runtime/invocation/next "):
            sys.exit(f"{executable}: the first request is {request[:80]!r}")
        with open(f"/proc/{child}/status") as status:
            resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
        connection.close()
        return took, resident / 1024
    except TimeoutError:
        sys.exit(f"{executable}: no request within 10 s")
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("programs", nargs="+", metavar="NAME=EXECUTABLE")
programs = dict(argument.split("=", 1) for argument in parser.parse_args().programs)
samples = {name: [] for name in programs}
with socket.create_server(("127.0.0.1", 0)) as listener:
    listener.settimeout(10)
    for round_ in range(ROUNDS + 5):
        for name, executable in programs.items():
            sample = spawn(executable, listener)
            if round_ >= 5:  # the first ones bring the files into memory
                samples[name].append(sample)

print(f"exec to the first GET /next, {ROUNDS} rounds, interleaved")
print(f"{'':10}{'median ms':>12}{'p90 ms':>10}{'ratio':>8}{'RSS MiB':>10}{'ratio':>8}")
baseline = None
for name, taken in samples.items():
    times, resident = zip(*taken)
    median, memory = statistics.median(times), statistics.median(resident)
    baseline = baseline or (median, memory)
    p90 = sorted(times)[len(times) * 9 // 10]
    print(
        f"{name:10}{median:12.2f}{p90:10.2f}{median / baseline[0]:8.2f}"
        f"{memory:10.1f}{memory / baseline[1]:8.2f}"
    )
