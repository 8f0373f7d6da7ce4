"""No module circles: whoever reads one module never comes back to it by its imports."""

import ast
from graphlib import CycleError, TopologicalSorter

import grimp

from tests.support import REPOSITORY

QUESTIONNAIRE = REPOSITORY / "intake_app" / "questionnaire"


def test_no_module_imports_itself_through_others() -> None:
    graph = grimp.build_graph("intake_app", cache_dir=None)
    imports = {
        module: graph.find_modules_directly_imported_by(module) - {"intake_app"}
        for module in graph.modules
    }
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        raise AssertionError(f"a circle of imports: {circle}") from error


def test_the_questionnaire_imports_at_the_top_of_its_files_only() -> None:
    hidden = []
    for file in sorted(QUESTIONNAIRE.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        inner = (node for outer in tree.body for node in ast.walk(outer) if node is not outer)
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in inner):
            hidden.append(file.name)
    assert hidden == []


def test_a_folder_of_the_questionnaire_can_be_read_at_a_glance() -> None:
    folders = {file.parent for file in QUESTIONNAIRE.rglob("*.py")}
    assert [folder for folder in folders if len(list(folder.glob("*.py"))) > 16] == []
