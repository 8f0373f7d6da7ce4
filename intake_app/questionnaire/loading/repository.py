"""The definitions that this release brings along, and the proof that a released one never changed.

`released.txt` has a line `<sha256>  <relative path>` for each released file.
A file not listed is a draft.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

from intake_app.questionnaire.body.regions import DEFINITIONS, REGIONS, Regions
from intake_app.questionnaire.consents import ConsentSet
from intake_app.questionnaire.flags.rules import RuleSet
from intake_app.questionnaire.loading.consents import load_consents
from intake_app.questionnaire.loading.flag_rules import load_flags
from intake_app.questionnaire.loading.questionnaires import VERSION, load
from intake_app.questionnaire.loading.translations import load_translation
from intake_app.questionnaire.loading.words import WordsFile, read_words
from intake_app.questionnaire.model import Questionnaire
from intake_app.questionnaire.strict_toml import DefinitionError
from intake_app.questionnaire.translation import Translation

INTAKE = "massage_intake"
CONSENTS = "consents"
FLAGS = "flags"
RELEASED = "released.txt"
LINE = re.compile(
    r"(?P<sha256>[0-9a-f]{64})  "
    r"(?P<path>[a-z_]+/[0-9]+\.[0-9]+\.[0-9]+(\.[a-z]{2}(\.[0-9]+)?)?\.toml)"
)
ENGLISH = "en"


class Repository:
    """The definitions in one folder: NAME/VERSION.toml, consents/VERSION.toml and released.txt.

    NAME/VERSION.LANGUAGE.toml has the words of a version in another language. Since 2.0.0 the
    English words are apart too, in NAME/VERSION.en.REVISION.toml.
    """

    def __init__(self, folder: Path, regions: Regions) -> None:
        self.folder = folder
        self.regions = regions
        self._read: dict[str, Questionnaire] = {}

    def released(
        self, name: str, version: str, *, words_sha256: str = "", draft: bool = False
    ) -> Questionnaire:
        """This version, read once and kept. draft=True also reads one that is not released yet.

        words_sha256: the words it was shown in, "" for their newest revision. Raises
        DefinitionError when there is none, it is a draft, or its bytes are not the released ones.
        """
        path = f"{name}/{version}.toml"
        source = self._bytes(path, draft)
        words = self._words(f"{name}/{version}", words_sha256, draft)
        key = f"{path} {hashlib.sha256(source).hexdigest()} {words.sha256 if words else ''}"
        if key not in self._read:
            found = load(source, path, self.regions, words)
            if (found.name, found.version) != (name, version):
                raise DefinitionError(f"{path}: it says it is {found.name} {found.version}.")
            self._read[key] = found
        return self._read[key]

    def latest(self, name: str) -> Questionnaire:
        """The released version with the highest number. Raises DefinitionError without one."""
        return self.released(name, self._newest(name))

    def versions(self, name: str) -> tuple[Questionnaire, ...]:
        """Every released version, the newest first."""
        found = [Path(path).stem for path in self._hashes() if path.startswith(f"{name}/")]
        numbers = sorted(filter(VERSION.fullmatch, found), key=_order, reverse=True)
        return tuple(self.released(name, number) for number in numbers)

    def by_sha256(self, sha256: str, words_sha256: str = "") -> Questionnaire:
        """The released definition with these bytes, in these words; "": in their newest revision.

        Raises DefinitionError when there is none.
        """
        for path, known in self._hashes().items():
            name, _, file = path.rpartition("/")
            version = file.removesuffix(".toml")
            if known == sha256 and name not in ("", CONSENTS, FLAGS) and VERSION.fullmatch(version):
                return self.released(name, version, words_sha256=words_sha256)
        raise DefinitionError(f"{RELEASED}: no released definition has the hash {sha256[:64]}.")

    def translation(self, questionnaire: Questionnaire, language: str) -> Translation | None:
        """The released words of this questionnaire in a language, None when there are none."""
        path = f"{questionnaire.name}/{questionnaire.version}.{language}.toml"
        if path not in self._hashes():
            return None
        return load_translation(self._bytes(path, False), path, questionnaire)

    def consents(
        self, questionnaire: Questionnaire, version: str = "", *, draft: bool = False
    ) -> ConsentSet:
        """The agreements for this questionnaire: the latest released ones, or one version."""
        path = f"{CONSENTS}/{version or self._newest(CONSENTS, questionnaire)}.toml"
        return load_consents(self._bytes(path, draft), path, questionnaire)

    def flags(
        self, questionnaire: Questionnaire, version: str = "", *, draft: bool = False
    ) -> RuleSet:
        """The flag rules for this questionnaire: the latest released ones, or one version."""
        stem = f"{FLAGS}/{version or self._newest(FLAGS, questionnaire)}"
        path = f"{stem}.toml"
        words = self._words(stem, "", draft)
        return load_flags(self._bytes(path, draft), path, questionnaire, self.regions, words)

    def flags_by_sha256(self, sha256: str) -> RuleSet:
        """The released flag rules with these bytes, for the newest questionnaire they belong to.

        Raises DefinitionError when there are none.
        """
        for path, known in self._hashes().items():
            version = Path(path).stem
            if known == sha256 and path.startswith(f"{FLAGS}/"):
                first = version.partition(".")[0]
                return self.flags(self._newest_with(first), version)
        raise DefinitionError(f"{RELEASED}: no released flag rules have the hash {sha256[:64]}.")

    def newest_like(self, questionnaire: Questionnaire) -> Questionnaire:
        """The newest released questionnaire with the same first number.

        Rules and agreements of that number are written for it; the answers to an older one are
        read by them as far as it asked.
        """
        return self._newest_with(questionnaire.version.partition(".")[0], questionnaire.name)

    def _newest_with(self, first: str, name: str = INTAKE) -> Questionnaire:
        fitting = (one for one in self.versions(name) if one.version.startswith(f"{first}."))
        return next(fitting)

    def _words(self, stem: str, sha256: str, draft: bool) -> WordsFile | None:
        """The English words of this definition: those with this hash, or the newest revision.

        None when the definition has its words in itself.
        """
        listed = self._hashes()
        if sha256:
            found = next((path for path, known in listed.items() if known == sha256), "")
            return read_words(self._bytes(found, False), found)
        start = f"{stem}.{ENGLISH}."
        paths = [path for path in listed if path.startswith(start)]
        if draft:
            files = (self.folder / stem).parent.glob(f"{Path(stem).name}.{ENGLISH}.*.toml")
            paths += [file.relative_to(self.folder).as_posix() for file in files]
        if not paths:
            return None
        newest = max(paths, key=lambda path: int(path.removesuffix(".toml").rpartition(".")[2]))
        return read_words(self._bytes(newest, draft), newest)

    def _newest(self, name: str, questionnaire: Questionnaire | None = None) -> str:
        """The highest released version; of agreements and rules, among those that belong to this
        questionnaire: they have its first number.
        """
        stems = [Path(path).stem for path in self._hashes() if path.startswith(f"{name}/")]
        versions = [stem for stem in stems if VERSION.fullmatch(stem)]
        if questionnaire is not None:
            first = questionnaire.version.partition(".")[0]
            versions = [one for one in versions if one.startswith(f"{first}.")]
        if not versions:
            raise DefinitionError(f"{RELEASED}: nothing called “{name}” is released.")
        return max(versions, key=_order)

    def _bytes(self, path: str, draft: bool) -> bytes:
        released = self._hashes().get(path)
        try:
            source = (self.folder / path).read_bytes()
        except OSError as error:
            raise DefinitionError(f"{path}: there is no such definition.") from error
        if released is None and not draft:
            raise DefinitionError(f"{path}: this is a draft; it is not listed in {RELEASED}.")
        if released not in (None, hashlib.sha256(source).hexdigest()):
            raise DefinitionError(
                f"{path}: its bytes are not the released ones. Make a new version instead."
            )
        return source

    def _hashes(self) -> dict[str, str]:
        file = self.folder / RELEASED
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        found = {}
        for number, line in enumerate(lines, start=1):
            match = LINE.fullmatch(line)
            if match is None or match["path"] in found:
                raise DefinitionError(f"{RELEASED}: line {number} is not a new “hash  path”.")
            found[match["path"]] = match["sha256"]
        return found


def _order(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def release_lines(folder: Path) -> list[str]:
    """What released.txt would say if every definition in the folder were released as it is now."""
    files = sorted(folder.glob("*/*.toml"))
    return [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder).as_posix()}"
        for file in files
    ]


REPOSITORY = Repository(DEFINITIONS, REGIONS)


def released(name: str, version: str, *, draft: bool = False) -> Questionnaire:
    """A definition of this release; see Repository.released."""
    return REPOSITORY.released(name, version, draft=draft)


@cache
def latest(name: str) -> Questionnaire:
    """The newest released definition; see Repository.latest."""
    return REPOSITORY.latest(name)


@cache
def versions(name: str) -> tuple[Questionnaire, ...]:
    """Every released version; see Repository.versions."""
    return REPOSITORY.versions(name)


@cache
def by_sha256(sha256: str, words_sha256: str = "") -> Questionnaire:
    """The released definition with these bytes; see Repository.by_sha256."""
    return REPOSITORY.by_sha256(sha256, words_sha256)


@cache
def translation_for(sha256: str, language: str) -> Translation | None:
    """The words of the definition with these bytes in a language; see Repository.translation."""
    return REPOSITORY.translation(by_sha256(sha256), language)


@cache
def consents_of(sha256: str) -> ConsentSet:
    """The agreements of this release that belong to the questionnaire with these bytes."""
    return REPOSITORY.consents(REPOSITORY.newest_like(by_sha256(sha256)))


@cache
def rules_of(sha256: str) -> RuleSet:
    """The flag rules of this release that belong to the questionnaire with these bytes."""
    return REPOSITORY.flags(REPOSITORY.newest_like(by_sha256(sha256)))


@cache
def flag_rules_by_sha256(sha256: str) -> RuleSet:
    """The released flag rules with these bytes; see Repository.flags_by_sha256."""
    return REPOSITORY.flags_by_sha256(sha256)


def check_released(name: str) -> None:
    """Read the newest version of each first number, with its agreements and rules.

    Raises DefinitionError for a faulty one.
    """
    newest = {one.version.partition(".")[0]: one for one in reversed(versions(name))}
    for questionnaire in newest.values():
        consents_of(questionnaire.sha256)
        rules_of(questionnaire.sha256)
