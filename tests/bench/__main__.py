"""`make bench`: every ratio of the README in one run."""

from tests.bench import pdf, walk

if __name__ == "__main__":
    walk.main()
    pdf.main()
