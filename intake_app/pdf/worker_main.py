"""Starts a PDF worker, which ends with the web worker it works for.

Left to itself, the PDF worker of a killed web worker would go on loading and printing for nobody,
and take the time that the new one needs: with many kills they pile up until no PDF is finished.
"""

import os
import threading
import time

WORKER = "WORKER"
"""The environment variable with the web worker's process id."""


def _end_with_web_worker() -> None:
    while os.getppid() == int(os.environ[WORKER]):
        time.sleep(0.2)
    os._exit(1)


def main() -> None:
    """Watch, then load what is heavy, and serve."""
    threading.Thread(target=_end_with_web_worker, daemon=True).start()
    from intake_app.pdf import worker

    worker.main()


if __name__ == "__main__":
    main()
