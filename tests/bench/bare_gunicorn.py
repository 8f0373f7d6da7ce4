"""gunicorn for the bare peer: as deploy/gunicorn.conf.py, without our hooks."""

import os

bind = f"127.0.0.1:{os.environ['PORT']}"
workers, threads, worker_class = 2, 4, "gthread"
worker_tmp_dir = "/dev/shm"
control_socket_disable = True
loglevel = "warning"
