"""What a process took, for the benchmarks of whole commands."""

import os
import subprocess
import sys
import time


def measured(command, out):
    """Seconds of wall clock and of processor, and the peak of resident memory in MiB, of one
    process whose output goes to a file; ends the benchmark where it fails."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE)
    talk = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{talk.decode()}")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "mib": usage.ru_maxrss / 1024}
