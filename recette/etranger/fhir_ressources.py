"""Checks FHIR R4 resources with fhir.resources (module R4B): python fhir_ressources.py FILE.json...

A bundle is checked as a whole, then resource by resource, with the rules that the models do not know: patterns of
ids and names, unique codes, parents and properties that are defined, no address twice in a bundle.
Exits with 1 on any breach, all breaches told.
"""

import json
import re
import sys

from fhir.resources.R4B import get_fhir_model_class

CODE = re.compile(r"[^\s]+( [^\s]+)*")
VALUES = {"code": "valueCode", "string": "valueString", "boolean": "valueBoolean", "dateTime": "valueDateTime",
          "integer": "valueInteger", "decimal": "valueDecimal", "Coding": "valueCoding"}


def breaches(resource):
    kind = resource.get("resourceType", "")
    try:
        get_fhir_model_class(kind).model_validate(resource)
    except Exception as error:  # the models raise errors of several kinds
        yield f"{kind}: {str(error)[:2000]}"
    if kind == "Bundle":
        yield from bundle(resource)
        return
    if "id" in resource and not re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", resource["id"]):
        yield f"{kind}: id {resource['id']!r}"
    if "name" in resource and not re.fullmatch(r"[A-Z]([A-Za-z0-9_]){0,254}", resource["name"]):
        yield f"{kind}: name {resource['name']!r}"
    if resource.get("status") not in ("draft", "active", "retired", "unknown"):
        yield f"{kind}: status {resource.get('status')!r}"
    if kind == "CodeSystem":
        yield from code_system(resource)


def bundle(resource):
    entries = resource.get("entry", [])
    addresses = [entry.get("fullUrl") for entry in entries]
    if len(addresses) != len(set(addresses)):
        yield "Bundle: an address is there twice"
    for entry in entries:
        yield from breaches(entry["resource"])


def code_system(resource):
    concepts = resource.get("concept", [])
    codes = {concept["code"] for concept in concepts}
    if len(codes) != len(concepts):
        yield "CodeSystem: a code is there twice"
    if resource.get("count") != len(concepts):
        yield f"CodeSystem: count {resource.get('count')} for {len(concepts)} concepts"
    kinds = {p["code"]: p["type"] for p in resource.get("property", [])}
    if len(kinds) != len(resource.get("property", [])):
        yield "CodeSystem: a property is defined twice"
    for concept in concepts:
        if not CODE.fullmatch(concept["code"]):
            yield f"CodeSystem: code {concept['code']!r}"
        for prop in concept.get("property", []):
            kind = kinds.get(prop["code"])
            if kind is None or VALUES[kind] not in prop:
                yield f"CodeSystem: {concept['code']}: property {prop['code']} is not as defined"
            if prop["code"] == "parent" and prop.get("valueCode") not in codes:
                yield f"CodeSystem: {concept['code']}: unknown parent {prop.get('valueCode')!r}"


def main(names):
    faults = 0
    for name in names:
        with open(name, encoding="utf-8") as file:
            resource = json.load(file)
        found = list(breaches(resource))
        for breach in found[:20]:
            print(f"{name}: {breach}")
        faults += len(found)
        size = len(resource.get("concept", resource.get("entry", [])))
        print(f"{name}: {resource.get('resourceType')}, {size} concepts or entries")
    return 1 if faults or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
