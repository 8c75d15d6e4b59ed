"""YAML files entry by entry: what stands, what is refused at which place, and what is never built."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from yaml import YAMLError

from mailcheck.errors import InputRefused, UsageError
from mailcheck.grammar.yaml_document import Document
from mailcheck.grammar.yaml_limits import Allowance
from mailcheck.grammar.yaml_nodes import Mapping, Node, Refusals, Sequence, start_of
from mailcheck.grammar.yaml_reader import YamlReader
from mailcheck.grammar.yaml_scalars import Scalar
from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.location import whole_line
from mailcheck.model.text import shorten


def plain(node: Node) -> Any:
    """The node as text, dicts and lists; what is refused as its code."""
    if isinstance(node, Mapping):
        return {name: plain(value) for name, (_, value) in node.items.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value if isinstance(node, Scalar) else f"<{node.code}>"


def read(
    text: str, limits: Limits | None = None, files: dict[str, str] | None = None
) -> tuple[list[tuple[str, Any]], list[str]]:
    """The entries, and what is refused as `code line:column`; `files` can be included."""

    def include(path: str, target: str, line: int, column: int) -> tuple[str, str]:
        if files is None or target not in files:
            raise InputRefused("file-not-found", f"no {target} beside {path}", path=path, line=line, column=column)
        return target, files[target]

    refusals = Refusals(100)
    reader = YamlReader("f", text, limits or Limits(), refusals, None if files is None else include)
    entries = [(key.value, plain(node)) for key, node in reader.entries()]
    entries += [(f"<< {name}", plain(node)) for name, (_, node, _) in reader.merged.items()]
    places = [
        f"{entry.code} {'' if entry.at.path == 'f' else entry.at.path + ':'}{entry.at.line}:{entry.at.column}"
        for entry in refusals.all()
    ]
    return entries, places


def test_entries_come_in_the_order_of_the_file() -> None:
    text = "---\n'': {type: A, value: 192.0.2.1}\nwww:\n- type: TXT\n  values:\n  - one\n  - 'two'\nx: ~\n...\n"
    assert read(text) == (
        [
            ("", {"type": "A", "value": "192.0.2.1"}),
            ("www", [{"type": "TXT", "values": ["one", "two"]}]),
            ("x", "~"),
        ],
        [],
    )


@pytest.mark.parametrize(
    "text", ["", "# only a comment\n", "---\n", "---\n...\n", "~\n", "null\n", "--- # nothing\n"]
)
def test_a_file_without_entries(text: str) -> None:
    assert read(text) == ([], [])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- a\n- b\n", "1:1"),
        ("[]\n", "1:1"),
        ("\n\njust text\n", "3:1"),
        ("--- 5\n", "1:5"),
        ("# c\n---\n'quoted'\n", "3:1"),
    ],
)
def test_a_file_that_is_no_mapping(text: str, place: str) -> None:
    assert read(text) == ([], [f"yaml-not-mapping {place}"])


@pytest.mark.parametrize(
    ("text", "place", "names"),
    [
        pytest.param("a: 1\nb:\n\tc: 1\n", "3:1", ["a"], id="tab"),
        pytest.param("a: 1\nb:\n  c: 1\n   d: 2\n", "4:5", ["a"], id="indent"),
        pytest.param('a: 1\nb: "never closed\nc: 1\n', "2:4", ["a"], id="unclosed quote"),
        pytest.param("a: 1\nb: [x, y\nc: 1\n", "3:2", ["a"], id="unclosed list"),
        pytest.param("a: 1\nb: [x, y\n", "2:4", ["a"], id="unclosed list at the end"),
        pytest.param("a: 1\nb: {x: y}}\nc: 1\n", "2:10", ["a", "b"], id="one bracket too many"),
        pytest.param("a: 1\nb: \x01\nc: 2\n", "2:4", ["a"], id="control character"),
        pytest.param("a: 1\n# \x7f\nc: 2\n", "2:3", ["a"], id="control character in a comment"),
        pytest.param("a: 1\nb: é\ufffe\n", "2:5", ["a"], id="no character"),
        pytest.param("\x00", "1:1", [], id="nothing but a control character"),
        pytest.param('a: 1\nb: "\\;"\n', "2:5", ["a"], id="unknown escape"),
        pytest.param("a: 1\nb: @x\n", "2:4", ["a"], id="reserved character"),
    ],
)
def test_a_syntax_error_ends_the_file_there(text: str, place: str, names: list[str]) -> None:
    entries, refused = read(text)
    assert refused == [f"yaml-syntax {place}"]
    assert [name for name, _ in entries] == names


def test_a_syntax_error_says_what_libyaml_says_and_where_the_trouble_began() -> None:
    refusals = Refusals(10)
    list(YamlReader("f", "a:\n  b: {c: 1\n  d: 2,\n  e: ]\n", Limits(), refusals).entries())
    [refused] = refusals.all()
    assert (refused.at.line, refused.at.column) == (3, 4)
    assert refused.message == "while parsing a flow mapping, did not find expected ',' or '}' (begun in line 2)"


def test_a_long_file_is_read_in_portions() -> None:
    text = "".join(f"name{number}: é{'x' * 50}\n" for number in range(3000)) + "last: \x02\nafter: 1\n"
    entries, refused = read(text)
    assert len(entries) == 3000
    assert refused == ["yaml-syntax 3001:7"]


def test_a_repeated_field_is_refused_and_the_first_one_stands() -> None:
    assert read("a: {type: A, value: 1, type: B}\n") == (
        [("a", {"type": "A", "value": "1"})],
        ["yaml-duplicate-key 1:24"],
    )


def test_a_repeated_name_is_left_to_the_caller() -> None:
    assert read("a: 1\na: 2\n")[0] == [("a", "1"), ("a", "2")]


def test_keys_that_are_no_text_are_refused_and_the_others_read() -> None:
    text = "? [a, b]\n: 1\n? {c: d}\n: 2\nb: {? [x] : 1, y: 2}\n*none : 3\n? !unknown k\n: 4\nd: 5\n"
    assert read(text) == (
        [("b", {"y": "2"}), ("d", "5")],
        ["yaml-bad-key 1:3", "yaml-bad-key 3:3", "yaml-bad-key 5:7", "yaml-undefined-alias 6:1", "yaml-tag 7:3"],
    )


def test_keys_may_have_tags_anchors_and_aliases() -> None:
    assert read("&k a: 1\n!!str b: *k\n? *k\n: {*k : 2}\n") == ([("a", "1"), ("b", "a"), ("a", {"a": "2"})], [])


def test_several_documents() -> None:
    assert read("a: 1\n---\nb: 2\n") == ([("a", "1")], ["yaml-multiple-documents 2:1"])


@pytest.mark.parametrize(
    ("text", "value", "refused"),
    [
        ("a: !!str 010\n", "010", []),
        ("a: !!int 010\n", "010", []),
        ("a: !!map {b: c}\n", {"b": "c"}, []),
        ("a: !!seq [b]\n", ["b"], []),
        ("a: ! [b]\n", ["b"], []),
        ("a: !!python/object/apply:os.system [ls]\n", "<yaml-tag>", []),
        ("a: !!binary aGk=\n", "<yaml-tag>", []),
        ("a: !Ref x\n", "<yaml-tag>", []),
        ("a: !!set {b}\n", "<yaml-tag>", []),
        ("a: !!omap [b: c]\n", "<yaml-tag>", []),
        ("a: !!map [b]\n", "<yaml-tag>", []),
        ("a: !!seq {b: c}\n", "<yaml-tag>", []),
        ("a: !include b.yaml\n", "<yaml-tag>", []),
        ("a: [!Ref x, y]\n", ["<yaml-tag>", "y"], []),
        ("!Ref\na: b\n", "b", ["yaml-tag 1:1"]),
    ],
)
def test_tags(text: str, value: Any, refused: list[str]) -> None:
    assert read(text) == ([("a", value)], refused)


def test_too_many_tag_directives() -> None:
    text = "%TAG !a! tag:example.com:\n" + "%TAG !b! tag:example.com:\n" * 101 + "---\na: 1\n"
    assert read(text) == ([], ["yaml-tag 1:1"])


def test_aliases_stand_for_what_they_repeat() -> None:
    text = "a: &x {type: A, values: &v [1, 2]}\nb: *x\nc: {type: B, values: *v}\n"
    assert read(text)[0][1:] == [
        ("b", {"type": "A", "values": ["1", "2"]}),
        ("c", {"type": "B", "values": ["1", "2"]}),
    ]


@pytest.mark.parametrize(
    ("text", "last", "refused"),
    [
        ("a: *none\nb: 1\n", "1", []),
        ("a: &x [*x, 1]\nb: *x\n", ["<yaml-alias-cycle>", "1"], []),
        ("a: &x {k: *x}\nb: *x\n", {"k": "<yaml-alias-cycle>"}, []),
        ("a: &x 1\nb: &x 2\nc: *x\n", "2", ["yaml-duplicate-anchor 2:4"]),
        ("&root\na: 1\nb: *root\n", "<yaml-alias-cycle>", []),
    ],
)
def test_aliases_that_lead_nowhere(text: str, last: Any, refused: list[str]) -> None:
    entries, found = read(text)
    assert entries[-1][1] == last
    assert found == refused


def test_one_alias_too_many_ends_the_file() -> None:
    text = "a: &x 1\n" + "".join(f"n{number}: *x\n" for number in range(102))
    entries, refused = read(text)
    assert len(entries) == 101
    assert refused == ["yaml-alias-limit 102:7"]


def test_an_alias_bomb_is_refused_before_it_is_built() -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10)]
    entries, refused = read("\n".join(lines))
    assert [name for name, _ in entries] == ["l0", "l1", "l2", "l3"]
    assert [entry.split()[0] for entry in refused] == ["yaml-alias-limit"]


def test_a_merge_bomb_is_refused_before_it_is_built() -> None:
    lines = ["l0: &l0 {" + ", ".join(f"k{n}: x" for n in range(50)) + "}"]
    lines += [f"l{n}: &l{n} {{<<: [{', '.join([f'*l{n - 1}'] * 9)}]}}" for n in range(1, 10)]
    assert [entry.split()[0] for entry in read("\n".join(lines))[1]] == ["yaml-alias-limit"]


def test_deep_nesting_is_passed_over_and_the_rest_is_read() -> None:
    deep = "[" * 40 + "{a: b}" + "]" * 40
    entries, refused = read(f"a: {deep}\nb: 1\n")
    assert entries[-1] == ("b", "1")
    assert refused == []
    assert "<yaml-depth>" in str(entries[0])
    assert read(f"a: {'[' * 31}{']' * 31}\n")[0][0][1] is not None
    assert "yaml-depth" not in str(read(f"a: {'[' * 31}{']' * 31}\n"))
    assert "yaml-depth" in str(read(f"a: {'[' * 32}{']' * 32}\n"))


def test_hopeless_nesting_ends_the_file_without_quadratic_time() -> None:
    entries, refused = read("a: 1\nb: " + "[" * 200_000)
    assert entries == [("a", "1")]
    assert len(refused) == 1
    assert refused[0].startswith("yaml-depth 2:")  # the column depends on how far libyaml reads ahead


def test_a_file_of_too_many_events() -> None:
    limits = Limits(yaml_events=160)
    entries, refused = read("".join(f"n{number}: 1\n" for number in range(100)), limits)
    assert len(entries) == 80
    assert refused == ["yaml-event-limit 81:1"]


@pytest.mark.parametrize(
    "text",
    [
        "[" + "x, " * 30 + "]",
        "{" + ", ".join(f"k{n}: x" for n in range(15)) + "}",
        "{a: {b: [" + "x, " * 30 + "]}}",
        "[" * 40 + "]" * 40,
    ],
)
def test_an_entry_of_too_many_events(text: str) -> None:
    entries, refused = read(f"a: 1\nb: {text}\nc: 1\n", Limits(yaml_events=160))
    assert entries == [("a", "1")]
    assert [entry.split()[0] for entry in refused] == ["yaml-event-limit"]


def test_what_anchors_keep_is_bounded() -> None:
    text = "".join(f"n{number}: &a{number} [x, x]\n" for number in range(20))
    entries, refused = read(text, Limits(yaml_events=160))
    assert len(entries) == 6
    assert refused == ["yaml-event-limit 7:5"]


def test_merge_keys_override_and_are_overridden_by_position_as_in_octodns() -> None:
    text = (
        "d: &d {ttl: 60, type: A}\na: {ttl: 1, <<: *d}\nb: {<<: *d, ttl: 1}\nc: {<<: {ttl: 5}, <<: *d, '<<': x}\n"
    )
    assert read(text) == (
        [
            ("d", {"ttl": "60", "type": "A"}),
            ("a", {"ttl": "60", "type": "A"}),
            ("b", {"ttl": "1", "type": "A"}),
            ("c", {"ttl": "60", "type": "A", "<<": "x"}),
        ],
        [],
    )


def test_of_a_list_of_merges_the_first_wins() -> None:
    assert read("a: {<<: [{k: 1}, {k: 2, l: 2}]}\n")[0] == [("a", {"k": "1", "l": "2"})]


def test_a_field_after_its_merged_namesake_may_stand_once() -> None:
    assert read("a: {<<: {k: 1}, k: 2, k: 3}\n") == ([("a", {"k": "2"})], ["yaml-duplicate-key 1:23"])


def test_only_mappings_are_merged() -> None:
    text = "a: {<<: x, b: 1}\nc: {<<: [{d: 1}, [e], *f]}\n"
    assert read(text) == (
        [("a", {"b": "1"}), ("c", {"d": "1"})],
        ["yaml-merge 1:9", "yaml-undefined-alias 2:23", "yaml-merge 2:18"],
    )


def test_top_level_merges_come_last_with_their_place() -> None:
    refusals = Refusals(10)
    reader = YamlReader("f", "a: 1\n<<: {b: 2}\nc: 3\n<<: [{d: 4}, {b: 5}]\n", Limits(), refusals)
    assert [key.value for key, _ in reader.entries()] == ["a", "c"]
    assert {name: (plain(node), at) for name, (_, node, at) in reader.merged.items()} == {
        "b": ("5", 21),
        "d": ("4", 21),
    }
    assert refusals.all() == ()


def test_what_top_level_merges_keep_is_bounded() -> None:
    entries, refused = read("a: 1\n" + "<<: {b: [x, x, x, x]}\n" * 5, Limits(yaml_events=160))
    assert entries[0] == ("a", "1")
    assert refused == ["yaml-event-limit 4:1"]


def test_includes_as_value_item_merge_and_whole_file() -> None:
    files = {
        "value": "text",
        "list": "- 1\n- 2\n",
        "map": "k: {l: m}\n",
        "empty": "# nothing\n",
        "more": "!include map",
    }
    text = (
        "a: !include value\nb: !include list\nc: [!include map]\nd: {<<: !include map, n: 1}\ne: !include empty\n"
    )
    assert read(text + "f: !include more\n<<: [!include map]\n", files=files) == (
        [
            ("a", "text"),
            ("b", ["1", "2"]),
            ("c", [{"k": {"l": "m"}}]),
            ("d", {"k": {"l": "m"}, "n": "1"}),
            ("e", ""),
            ("f", {"k": {"l": "m"}}),
            ("<< k", {"l": "m"}),
        ],
        [],
    )
    assert read("!include map", files=files) == ([("k", {"l": "m"})], [])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("!include list", "yaml-not-mapping list:1:1"),
        ("!include value", "yaml-not-mapping value:1:1"),
        ("!include missing", "file-not-found 1:1"),
        ("!include empty", None),
    ],
)
def test_a_file_that_is_nothing_but_an_include(text: str, place: str | None) -> None:
    files = {"list": "- 1\n", "value": "text", "empty": ""}
    assert read(text, files=files) == ([], [place] if place else [])


def test_what_is_wrong_in_an_included_file_is_told_there_and_the_rest_is_read() -> None:
    files = {
        "broken": "a: 'x\n",
        "two": "a: 1\n---\nb: 2\n",
        "anchor": "*outer",
        "tag": "!x {}",
        "control": "a: \x01",
    }
    text = "".join(f"{name}: &outer{name} !include {name}\n" for name in files) + "m: !include missing\nend: 1\n"
    refusals = Refusals(10)

    def include(path: str, target: str, line: int, column: int) -> tuple[str, str]:
        if target not in files:
            raise InputRefused("file-not-found", "no such file", path=path, line=line, column=column, hint="look")
        return target, files[target]

    found = dict(YamlReader("f", text, Limits(), refusals, include).entries())
    nodes = {key.value: node for key, node in found.items()}
    places = {
        name: (node.code, node.at.path, node.at.line, node.at.column)
        for name, node in nodes.items()
        if isinstance(node, Refused)
    }
    assert places == {
        "broken": ("yaml-syntax", "broken", 1, 4),
        "two": ("yaml-multiple-documents", "two", 2, 1),
        "anchor": ("yaml-undefined-alias", "anchor", 1, 1),
        "tag": ("yaml-tag", "tag", 1, 1),
        "control": ("yaml-syntax", "control", 1, 4),
        "m": ("file-not-found", "f", 6, 4),
    }
    assert all(start_of(node) == node.at for node in nodes.values() if isinstance(node, Refused))
    assert plain(nodes["end"]) == "1"


def test_an_included_file_counts_towards_the_limits() -> None:
    files = {"wide": "[" + "x, " * 30 + "]", "deep": "[" * 33 + "]" * 33, "self": "[!include self]"}
    entries, refused = read("a: !include wide\nb: 1\n", Limits(yaml_events=160), files)
    assert (entries, [entry.split()[0] for entry in refused]) == ([], ["yaml-event-limit"])
    assert "yaml-depth" in str(read("a: !include deep\n", files=files))
    assert "yaml-depth" in str(read("a: !include self\n", files=files))


def test_lines_are_those_of_an_editor() -> None:
    text = "a: x\u2028  y\nb: 'x\x85 y'\nc: d\r  e\nf: [\n  g }\n h]\n"
    refusals = Refusals(10)
    lines = {key.value: key.start_mark.line + 1 for key, _ in YamlReader("f", text, Limits(), refusals).entries()}
    assert lines == {"a": 1, "b": 2, "c": 3}
    [refused] = refusals.all()
    assert (refused.at.line, refused.at.column) == (5, 5)
    assert refused.message.endswith("(begun in line 4)")


def test_a_byte_order_mark_in_the_text_is_a_character() -> None:
    [(key, _)] = YamlReader("f", "\ufeffa: b\n", Limits(), Refusals(1)).entries()
    assert (key.value, key.start_mark.index, key.start_mark.column) == ("a", 1, 1)


def test_an_error_without_a_place_is_told_at_the_start() -> None:
    document = Document("f", "", Allowance(Limits()), Refusals(1), None)
    refused = document.syntax_error(YAMLError("something odd"))
    assert (refused.code, refused.at.line, refused.message) == ("yaml-syntax", 1, "something odd")


def test_refusals_are_told_once_and_at_most_so_many() -> None:
    refusals = Refusals(2)
    for number in (1, 1, 2, 3, 4, 2):
        refusals.add(Refused("code", whole_line("f", number), "message"))
    assert [(entry.code, entry.at.line) for entry in refusals.all()] == [
        ("code", 1),
        ("code", 2),
        ("too-many-refused", 2),
    ]
    assert refusals.all()[-1].message.startswith("2 more")


def test_long_texts_are_shortened_in_messages() -> None:
    assert shorten("x" * 60) == "x" * 60
    assert shorten("x" * 61) == "x" * 59 + "…"


def test_without_libyaml_there_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    with pytest.raises(UsageError, match="without libyaml"):
        YamlReader("f", "", Limits(), Refusals(1))
