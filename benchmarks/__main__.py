"""Run every benchmark on a database of its own, and say on which machine."""

from __future__ import annotations

import os
import platform
import tempfile
from pathlib import Path

os.environ["ENVIRONMENT"] = "testing"
os.environ["DJANGO_SETTINGS_MODULE"] = "sagemode.settings"
os.environ["OPENAI_API_KEY"] = "nobodys"  # for the server that concurrent_calls asks
os.environ.pop("DATABASE_URL", None)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="sage-bench-") as folder:
        Path(folder).chmod(0o755)  # as root the server may run as another user
        os.environ["SAGE_DATA_DIR"] = folder
        import django

        django.setup()
        from django.core.management import call_command

        from benchmarks import bundle, concurrent_calls, provider_calls, queue_latency, session_overhead, takeover
        from sagemode.postgres import database

        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}")
        bundle.main()
        provider_calls.main()
        with database(Path(folder)):
            call_command("migrate", verbosity=0)
            queue_latency.main()
            session_overhead.main()
            print(concurrent_calls.measured(concurrent_calls.CALLS, concurrent_calls.SECONDS))
        takeover.main()


if __name__ == "__main__":
    main()
