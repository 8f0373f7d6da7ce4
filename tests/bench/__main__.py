"""`make bench`: every ratio of the README in one run."""

from tests.bench import desk, flags, pdf, walk

if __name__ == "__main__":
    flags.main()
    walk.main()
    desk.main()
    pdf.main()
