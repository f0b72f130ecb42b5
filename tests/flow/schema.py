# SPDX-License-Identifier: Apache-2.0
"""Holds values to the part of JSON Schema (2020-12) that data/openapi.json is written in.

A keyword it does not know is an error, so that nothing goes unchecked.
"""
import re

TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}
SAID = {"description", "format", "title", "then", "else", "required"}


def same_value(a, b):
    return a == b and isinstance(a, bool) == isinstance(b, bool)


class Schemas:
    """The schemas of one OpenAPI document."""

    def __init__(self, document):
        self.document = document

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            at = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                at = at[part]
            node = at
        return node

    def faults(self, value, schema, where="$"):
        """What is wrong with the value, one line each."""
        schema = self.resolve(schema)
        if isinstance(schema, bool):
            return [] if schema else [f"{where}: must not be there"]
        found = []
        for keyword in schema:
            if keyword in SAID and keyword != "required":
                continue
            found += getattr(self, "keyword_" + keyword)(value, schema, where)
        return found

    def keyword_type(self, value, schema, where):
        wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        return [] if any(TYPES[t](value) for t in wanted) else [f"{where}: {value!r} is no {wanted}"]

    def keyword_const(self, value, schema, where):
        fine = same_value(value, schema["const"])
        return [] if fine else [f"{where}: {value!r} is not {schema['const']!r}"]

    def keyword_enum(self, value, schema, where):
        fine = any(same_value(value, one) for one in schema["enum"])
        return [] if fine else [f"{where}: {value!r} is none of {schema['enum']}"]

    def keyword_pattern(self, value, schema, where):
        fine = not isinstance(value, str) or re.search(schema["pattern"], value)
        return [] if fine else [f"{where}: {value!r} does not match {schema['pattern']}"]

    def keyword_minLength(self, value, schema, where):
        fine = not isinstance(value, str) or len(value) >= schema["minLength"]
        return [] if fine else [f"{where}: too short"]

    def compare(self, value, where, fine):
        wrong = TYPES["integer"](value) and not fine
        return [f"{where}: {value} is out of range"] if wrong else []

    def keyword_minimum(self, value, schema, where):
        return self.compare(value, where, value is None or value >= schema["minimum"])

    def keyword_maximum(self, value, schema, where):
        return self.compare(value, where, value <= schema["maximum"])

    def keyword_exclusiveMinimum(self, value, schema, where):
        return self.compare(value, where, value > schema["exclusiveMinimum"])

    def keyword_required(self, value, schema, where):
        if not isinstance(value, dict):
            return []
        return [f"{where}: {name} is missing" for name in schema["required"] if name not in value]

    def keyword_properties(self, value, schema, where):
        if not isinstance(value, dict):
            return []
        return [fault for name, inner in schema["properties"].items() if name in value
            for fault in self.faults(value[name], inner, f"{where}.{name}")]

    def keyword_additionalProperties(self, value, schema, where):
        assert schema["additionalProperties"] is False
        known = schema.get("properties", {})
        return [f"{where}: {name} is not described" for name in value if name not in known]

    def keyword_minProperties(self, value, schema, where):
        return [] if len(value) >= schema["minProperties"] else [f"{where}: empty"]

    def keyword_items(self, value, schema, where):
        if not isinstance(value, list):
            return []
        return [fault for at, item in enumerate(value)
            for fault in self.faults(item, schema["items"], f"{where}[{at}]")]

    def keyword_maxItems(self, value, schema, where):
        return [] if len(value) <= schema["maxItems"] else [f"{where}: too many"]

    def keyword_uniqueItems(self, value, schema, where):
        return [] if len(set(value)) == len(value) else [f"{where}: repeats"]

    def keyword_allOf(self, value, schema, where):
        return [fault for inner in schema["allOf"] for fault in self.faults(value, inner, where)]

    def keyword_if(self, value, schema, where):
        branch = "else" if self.faults(value, schema["if"], where) else "then"
        return self.faults(value, schema.get(branch, True), where)
