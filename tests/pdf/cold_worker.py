"""A PDF worker that finds a WeasyPrint it does not know: pages as WeasyPrint alone makes them."""

from intake_app.pdf import weasyprint, worker

if __name__ == "__main__":
    weasyprint.KNOWN = frozenset()
    worker.main()
