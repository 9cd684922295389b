"""`manage.py start` with other programs in place of web and worker: one that obeys, and one that the test names.

The supervisor, the database, the locks and the signals are the real ones; tables there are none, since nobody asks.
"""

import os
import sys

from sagemode.processes import Child
from sagemode.supervisor import Options, Supervisor

PROGRAMS = {
    "obedient": """
os.write(1, b"up\\n")
signal.sigwait([signal.SIGTERM])
""",
    "stubborn": """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.write(1, b"up\\n")
while True: signal.pause()
""",
    # Ends on SIGTERM and forgets its child, which ignores it.
    "forgetful": """
if os.fork() == 0: signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.write(1, b"up\\n")
while signal.getsignal(signal.SIGTERM) == signal.SIG_IGN: signal.pause()
signal.sigwait([signal.SIGTERM])
""",
    # As a queue cluster: each generation forks the next.
    "deep": """
from sagemode.parent_death import forked_children_die_with_us
forked_children_die_with_us()
os.fork() or os.fork() or os.fork()
os.write(1, b"up\\n")
while True: signal.pause()
""",
    # Gives signs of life until it is told, by SIGHUP, to freeze.
    "lively": """
import time
from sagemode import pulse
signal.signal(signal.SIGHUP, lambda *_: time.sleep(600))
os.write(1, b"up\\n")
while True: pulse.beat(); time.sleep(0.2)
""",
    "broken": "sys.exit(3)",
}


class SmallHouse(Supervisor):
    deaf_seconds = 8.0

    def prepare(self) -> None:
        """Leave the database empty."""

    def roles(self) -> list[Child]:
        names = ("obedient", sys.argv[1])
        return [
            Child(
                name,
                [sys.executable, "-c", f"import os, signal, sys\n{PROGRAMS[name]}# {os.getpid()}"],
                patience_seconds=self.options.watchdog_seconds,
            )
            for name in names
        ]


if __name__ == "__main__":
    sys.exit(SmallHouse(Options.from_environment(demo=False)).run())
