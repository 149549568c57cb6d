"""A measured process: its CPU time, its memory, and the share of a CPU that it may have."""
import contextlib
import os
import platform
import threading
import time
from pathlib import Path

# Lambda gives a whole vCPU at 1,769 MB and less in proportion.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MEMORY_OF_A_CPU = 1769
# How long a period is of which a function may use its share. AWS does not publish it.
PERIOD = 0.020


class Process:
    def __init__(self, command: list[str], environment: dict[str, str], output: str = os.devnull):
        actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)] + [
            (os.POSIX_SPAWN_OPEN, fd, output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644) for fd in (1, 2)]
        self.started = time.perf_counter()
        self.pid = os.posix_spawn(command[0], command, environment, file_actions=actions)

    def cpu(self) -> float:
        """The CPU time of all its threads, in milliseconds, once it waits.

        The kernel's clock of the process has nanoseconds; what /proc and wait4 tell has ticks of 10 ms
        on some kernels. C: `clock_getcpuclockid`, whose rule this is.
        """
        clock = (~self.pid << 3) | 2
        before = -1
        while True:
            now = time.clock_gettime_ns(clock)
            # Zero is a process that has not run yet: on a busy machine that can take a while.
            if 0 < now == before and self._waits():
                return now / 1e6
            before = now
            time.sleep(0.0003)

    def _waits(self) -> bool:
        tasks = Path(f"/proc/{self.pid}/task").glob("*/stat")
        return all(task.read_text().rpartition(")")[2].split()[0] in "SD" for task in tasks)

    def peak_memory(self) -> float:
        """The most resident memory it had, in MB. wait4 would tell that of the process before its exec too."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise RuntimeError("the process has gone")

    def resident(self) -> dict[str, float]:
        """What is resident now, in KB, by what it is, and what no other process shares."""
        return resident(Path(f"/proc/{self.pid}/smaps").read_text())

    def wait(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)


def resident(smaps: str) -> dict[str, float]:
    """Adds up the mappings of a process by kind (proc_pid_smaps(5))."""
    kinds = {"code": 0.0, "constants": 0.0, "data": 0.0, "heap and other memory": 0.0, "stacks": 0.0,
             "shared libraries": 0.0, "all": 0.0, "private": 0.0}
    kind, program = "", ""
    for line in smaps.splitlines():
        words = line.split()
        if not words[0].endswith(":"):
            # Address, rights, offset, device, inode, and the file or a name in brackets.
            rights, name = words[1], words[5] if len(words) > 5 else ""
            if name.startswith("/"):
                program = program or name
                of_program = {"x": "code", "w": "data"}.get(
                    "x" if "x" in rights else "w" if "w" in rights else "", "constants")
                kind = of_program if name == program else "shared libraries"
            else:
                kind = "stacks" if name == "[stack]" else "heap and other memory"
        elif words[0] == "Rss:":
            kinds[kind] += int(words[1])
            kinds["all"] += int(words[1])
        elif words[0] in ("Private_Dirty:", "Private_Clean:"):
            kinds["private"] += int(words[1])
    return kinds


def cpu_model() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = (line.split(":")[1].strip() for line in lines if line.startswith(("model name", "CPU part")))
    return next(named, platform.machine())


def _write(path: Path, text: str):
    path.write_text(text)


def _group() -> tuple[Path, str] | None:
    """A control group for one process, and how to limit it; None where this is not permitted."""
    root, name = Path("/sys/fs/cgroup"), f"bench-{os.getpid()}"
    period = int(PERIOD * 1e6)
    try:
        if (root / "cgroup.controllers").exists():
            if "cpu" not in (root / "cgroup.subtree_control").read_text().split():
                _write(root / "cgroup.subtree_control", "+cpu")
            (root / name).mkdir(exist_ok=True)
            _write(root / name / "cpu.max", f"max {period}")
            return root / name, "cpu.max"
        (root / "cpu" / name).mkdir(exist_ok=True)
        _write(root / "cpu" / name / "cpu.cfs_period_us", str(period))
        return root / "cpu" / name, "cpu.cfs_quota_us"
    except OSError:
        return None


def how_shares_are_made() -> str:
    group = _group()
    if group is None:
        return "SIGSTOP and SIGCONT in turn, since this user may make no control group"
    with contextlib.suppress(OSError):
        group[0].rmdir()
    return f"a control group ({group[1]})"


@contextlib.contextmanager
def cpu_share(process: Process, memory: int):
    """Gives a process the CPU share of a function with this memory, in MB, until the context ends."""
    share = min(1.0, memory / MEMORY_OF_A_CPU)
    group = _group()
    if group is None:
        with _duty_cycle(process, share):
            yield
        return
    folder, limit = group
    quota, period = max(1000, int(share * PERIOD * 1e6)), int(PERIOD * 1e6)
    _write(folder / limit, f"{quota} {period}" if limit == "cpu.max" else str(quota))
    try:
        _write(folder / "cgroup.procs", str(process.pid))
        yield
    finally:
        process.kill()
        for _ in range(100):
            with contextlib.suppress(OSError):
                folder.rmdir()
                break
            time.sleep(0.01)


@contextlib.contextmanager
def _duty_cycle(process: Process, share: float):
    """Lets a process run for a share of each period. What it does not use of its turn is lost to it,
    as it would not be with a quota, so that waiting looks dearer than it is."""
    over = threading.Event()

    def turn():
        while not over.is_set():
            os.kill(process.pid, 18)
            over.wait(share * PERIOD)
            if not over.is_set():
                os.kill(process.pid, 19)
                over.wait((1 - share) * PERIOD)
        os.kill(process.pid, 18)

    thread = threading.Thread(target=turn, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
