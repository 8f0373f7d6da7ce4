"""Rules about source text, as functions of the text:
each returns the faults it finds, one string each.

The tests in tests/rules run them over the repository, and over a fault planted for each.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

LINE_LENGTH = 100
FUNCTION_NODES = 250
OPEN_MAPPINGS = {"dict", "Dict", "Mapping", "MutableMapping"}
OLD_WORDS = {
    "apart",
    "floods",
    "house",
    "houses",
    "keychain",
    "keying",
    "keyring",
    "press",
    "proof",
    "proofs",
    "rounds",
    "sitting",
    "sittings",
    "ticket",
    "tickets",
    "wish",
    "wishes",
}
"""Words that named something in code before;
the glossary in docs/architecture.md has the new ones.
"""
OLD_PHRASES = {"hand_off", "hand_offs", "put_away"}
OLD_MODULES = {"locks"}
GENDERED = re.compile(r"\b(?:she|hers?|herself|he|him|his|himself)\b", re.I)
PRONOUNS = re.compile(r"\bshe/her\b|\bhe/him\b", re.I)
"""Examples of what a client may answer when asked for pronouns."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


def long_lines(source: str) -> list[str]:
    """Lines of more than 100 characters."""
    lengths = ((number, len(line)) for number, line in enumerate(source.splitlines(), 1))
    return [
        f"line {number}: {length} characters" for number, length in lengths if length > LINE_LENGTH
    ]


def large_functions(source: str) -> list[str]:
    """Functions of more than 250 syntax nodes: they do more than one thing."""
    faults = []
    for function in _functions(_tree(source)):
        nodes = sum(1 for _ in ast.walk(function))
        if nodes > FUNCTION_NODES:
            faults.append(f"line {function.lineno}: {function.name} has {nodes} nodes")
    return faults


def parallel_assignments(source: str) -> list[str]:
    """Assignments of a tuple to a tuple, `a, b = x, y`; a swap of the same names is none."""
    faults = []
    for node in ast.walk(_tree(source)):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Tuple):
            continue
        for target in node.targets:
            if isinstance(target, ast.Tuple) and not _is_swap(target, node.value):
                faults.append(f"line {node.lineno}: {ast.unparse(target)}")
    return faults


def open_mappings(source: str) -> list[str]:
    """Uses of `dict[str, Any]` and its like, which say nothing of what is inside.

    A use of an alias for such a type counts like the type itself.
    """
    tree = _tree(source)
    aliases = {name for name, value in _aliases(tree) if _holds_open_mapping(value)}
    faults = []
    for node in ast.walk(tree):
        used = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in aliases
        if used or _is_open_mapping(node):
            faults.append(f"line {node.lineno}: {ast.unparse(node)}")  # type: ignore[attr-defined]
    return faults


def lines_with_any(source: str) -> list[str]:
    """Lines on which `Any` stands in an annotation."""
    lines = {
        node.lineno
        for annotation in _annotations(_tree(source))
        for node in ast.walk(_parsed(annotation))
        if isinstance(node, ast.Name) and node.id == "Any"
    }
    return [f"line {number}" for number in sorted(lines)]


def old_names(source: str, module: str = "") -> list[str]:
    """Names of functions, classes, variables, parameters, imports or this module in old words."""
    faults = [f"module {module}"] if module in OLD_MODULES or _is_old(module) else []
    for line, name in _defined_names(_tree(source)):
        if _is_old(name):
            faults.append(f"line {line}: {name}")
    return faults


def gendered_words(text: str) -> list[str]:
    """Lines that say “she” or “he” of a person."""
    return [
        f"line {number}: {found[0]}"
        for number, line in enumerate(text.splitlines(), 1)
        for found in GENDERED.finditer(PRONOUNS.sub("", line))
    ]


def crowded_folders(files: Iterable[Path], most: int) -> list[str]:
    """Folders that hold more Python files than this."""
    sizes = Counter(file.parent for file in files)
    return sorted(f"{folder}: {size} files" for folder, size in sizes.items() if size > most)


def doubled_classes(sources: Mapping[str, str]) -> list[str]:
    """Class names that are defined in more than one of these modules, or twice in one."""
    places: dict[str, list[str]] = {}
    for module, source in sources.items():
        for node in ast.walk(_tree(source)):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(module)
    return sorted(f"{name}: {', '.join(at)}" for name, at in places.items() if len(at) > 1)


def imports_of(source: str, package: str) -> list[str]:
    """Import statements of this package or of anything below it."""
    faults = []
    for node in ast.walk(_tree(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        if any(f"{name}.".startswith(f"{package}.") for name in names):
            faults.append(f"line {node.lineno}: {ast.unparse(node)}")  # type: ignore[attr-defined]
    return faults


@cache
def _tree(source: str) -> ast.Module:
    """Read once for all rules."""
    return ast.parse(source)


def _functions(tree: ast.AST) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def _is_swap(target: ast.Tuple, value: ast.Tuple) -> bool:
    names = sorted(ast.unparse(element) for element in target.elts)
    return names == sorted(ast.unparse(element) for element in value.elts)


def _aliases(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, node.value


def _holds_open_mapping(value: ast.expr) -> bool:
    """Whether this value is a type with an open mapping in it:
    `dict[str, Any]`, or a list of it.
    """
    if not isinstance(value, ast.Subscript):
        return False
    return any(_is_open_mapping(node) for node in ast.walk(value))


def _is_open_mapping(node: ast.AST) -> bool:
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple):
        return False
    name = ast.unparse(node.value).rpartition(".")[2]
    inside = [ast.unparse(element).rpartition(".")[2] for element in node.slice.elts]
    return name in OPEN_MAPPINGS and inside in (["str", "Any"], ["str", "object"])


def _annotations(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
            yield node.annotation
        elif isinstance(node, Function) and node.returns:
            yield node.returns


def _parsed(annotation: ast.expr) -> ast.expr:
    """An annotation; one written as a string is read, and stands where the string stands."""
    if not isinstance(annotation, ast.Constant) or not isinstance(annotation.value, str):
        return annotation
    inside = ast.parse(annotation.value, mode="eval").body
    for node in ast.walk(inside):
        ast.copy_location(node, annotation)
    return inside


def _is_old(name: str) -> bool:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    words = set(snake.split("_"))
    return bool(words & OLD_WORDS) or any(f"_{old}_" in f"_{snake}_" for old in OLD_PHRASES)


def _defined_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """What a module gives a name to, attributes of its own classes and
    modules it imports included.
    """
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.alias) and node.asname:
            yield node.lineno, node.asname
