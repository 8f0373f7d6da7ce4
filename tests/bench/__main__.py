"""`make bench`: every ratio of the README in one run."""

from tests.bench import flags, pdf, walk

if __name__ == "__main__":
    flags.main()
    walk.main()
    pdf.main()
