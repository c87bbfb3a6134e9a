"""The audit of dependencies: a hole fails, and what could not be looked up is said."""

import json

from audit import of_npm, of_pip

GOOD = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
UNKNOWN = {"name": "c", "skip_reason": "Dependency not found on PyPI and could not be audited"}


def pip(*packages: dict) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_hole_in_a_python_package_is_found_among_others():
    assert of_pip(pip(GOOD, BAD, UNKNOWN)).holes == ["b 2: CVE-1 (mended in 3)"]


def test_what_could_not_be_looked_up_is_named():
    assert of_pip(pip(GOOD, UNKNOWN)).lines == ["could not be looked up: c"]


def test_no_answer_at_all_is_no_clean_bill():
    for output in ("", "No known vulnerabilities found", pip(UNKNOWN, UNKNOWN)):
        assert "skipped" in of_pip(output).skipped
    assert "skipped" in of_npm(json.dumps({"message": "405 Method Not Allowed"}), "ui").skipped


def test_a_hole_in_an_npm_package_is_found():
    output = json.dumps({"vulnerabilities": {"left-pad": {"severity": "high"}}})
    assert of_npm(output, "ui").holes == ["left-pad: high (ui)"]
    assert of_npm(json.dumps({"vulnerabilities": {}}), "ui").lines == []
