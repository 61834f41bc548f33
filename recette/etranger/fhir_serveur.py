"""Asks a running terminology service as another vendor would: python fhir_serveur.py BASE COOKIE

BASE is the address of the service (http://127.0.0.1:8470/fhir), COOKIE the session ("name=value"). Every operation is
asked by GET and by POST about every list that the service announces, then every error of the specification; each
answer is read with the models of fhir.resources (module R4B) and compared with what the others said.
Exits with 1 on any breach, all breaches told.
"""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from fhir.resources.R4B import get_fhir_model_class

from fhir_ressources import breaches

LISTS = 200  # lists that are asked about, at most
CODES = 5  # codes of each


class Service:
    def __init__(self, base, cookie):
        self.base, self.cookie = base.rstrip("/"), cookie
        self.faults, self.asked, self.times = 0, 0, []

    def fault(self, what):
        self.faults += 1
        print(f"BREACH {what}")

    def check(self, right, what):
        if not right:
            self.fault(what)

    def send(self, method, path, query=(), body=None, headers=None, signed=True):
        """Status and resource; the resource is valid or the breach is told."""
        url = f"{self.base}/{path}"
        if query:
            url += "?" + urllib.parse.urlencode(list(query))
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        given = {"Accept": "application/fhir+json", **(headers or {})}
        if body is not None:
            given.setdefault("Content-Type", "application/fhir+json")
        if signed:
            given["Cookie"] = self.cookie
        request = urllib.request.Request(url, data=body, method=method, headers=given)
        start = time.monotonic()
        try:
            with urllib.request.urlopen(request) as answer:
                status, kind, text = answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as error:
            status, kind, text = error.code, error.headers["Content-Type"], error.read()
        self.times.append((time.monotonic() - start, f"{method} {url}"))
        self.asked += 1
        what = f"{method} {url}: {status}"
        self.check((kind or "").startswith("application/fhir+json"), f"{what}: content type {kind}")
        try:
            resource = json.loads(text)
            get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        except Exception as error:  # the models raise errors of several kinds
            self.fault(f"{what}: {str(error)[:1500]}")
            return status, {}
        self.check(status < 400 or resource["resourceType"] == "OperationOutcome", f"{what}: {resource['resourceType']}")
        return status, resource

    def get(self, path, **query):
        return self.send("GET", path, query.items())

    def parameters(self, path, query):
        """By GET, and by POST of the same parameters: both say the same."""
        status, answer = self.send("GET", path, query)
        body = {"resourceType": "Parameters", "parameter": [
            {"name": name, f"value{kind_of(name)}": typed(name, value)} for name, value in query]}
        again, same = self.send("POST", path, body=body)
        without = lambda r: {**r, "expansion": {**r.get("expansion", {}), "timestamp": None}}
        self.check((status, without(answer)) == (again, without(same)), f"GET and POST differ on {path} {query}")
        self.check(status == 200, f"{path} {query}: {status} {answer}")
        return answer

    def refused(self, status, code, method, path, query=(), **more):
        got, outcome = self.send(method, path, query, **more)
        said = outcome.get("issue", [{}])[0].get("code")
        self.check((got, said) == (status, code), f"{method} {path} {list(query)}: {got} {said}, not {status} {code}")


def kind_of(name):
    if name in ("count", "offset"):
        return "Integer"
    if name in ("activeOnly", "excludeNested", "includeDesignations", "reverse", "lenient-display-validation"):
        return "Boolean"
    if name in ("url", "system", "targetsystem"):
        return "Uri"
    return "Code" if name in ("code", "codeA", "codeB", "property", "sourceCode") else "String"


def typed(name, value):
    return {"Integer": lambda v: int(v), "Boolean": lambda v: v == "true"}.get(kind_of(name), str)(value)


def said(answer, name):
    """The values of a parameter."""
    for parameter in answer.get("parameter", []):
        if parameter["name"] == name:
            yield next((v for k, v in parameter.items() if k.startswith("value")), parameter.get("part"))


def first(answer, name):
    return next(said(answer, name), None)


def properties(answer, code):
    for parts in said(answer, "property"):
        values = {p["name"]: next(v for k, v in p.items() if k.startswith("value")) for p in parts}
        if values["code"] == code:
            yield values["value"]


def one_list(service, system, versions):
    pages = service.parameters("ValueSet/$expand", [("url", f"{system}?fhir_vs"), ("count", "3"), ("offset", "0")])
    total = pages.get("expansion", {}).get("total", 0)
    following = service.parameters("ValueSet/$expand", [("url", f"{system}?fhir_vs"), ("count", "3"), ("offset", "3")])
    lines = [*pages["expansion"].get("contains", []), *following["expansion"].get("contains", [])]
    service.check(len({line["code"] for line in lines}) == min(total, 6), f"{system}: pages overlap or leave gaps")
    service.check(pages["expansion"]["identifier"] == following["expansion"]["identifier"], f"{system}: identifiers")
    for line in lines[:CODES]:
        one_code(service, line)
    if lines:
        words = lines[0]["display"]
        found = service.parameters("ValueSet/$expand", [
            ("url", f"{system}?fhir_vs"), ("filter", words), ("activeOnly", "true"), ("count", "20")])
        codes = [line["code"] for line in found["expansion"].get("contains", [])]
        service.check(lines[0].get("inactive") or lines[0]["code"] in codes, f"{system}: {words!r} not found")
    if len(versions) > 1:
        one_step(service, system, versions)
    print(f"{system}: {total} codes, {len(versions)} versions")


def one_code(service, line):
    system, code, version, display = line["system"], line["code"], line["version"], line["display"]
    about = [("system", system), ("code", code), ("version", version)]
    found = service.parameters("CodeSystem/$lookup", about)
    service.check((first(found, "display"), first(found, "version")) == (display, version), f"$lookup {about}")
    service.check(list(properties(found, "inactive")) == [line.get("inactive", False)], f"inactive {about}")
    right = [("url", system), ("code", code), ("version", version), ("display", display)]
    answer = service.parameters("CodeSystem/$validate-code", right)
    service.check(first(answer, "result") is True, f"$validate-code {right}")
    wrong = [*right[:3], ("display", display.swapcase() + " ")]
    answer = service.parameters("CodeSystem/$validate-code", wrong)
    service.check(first(answer, "result") is False, f"a label changed passes: {wrong}")
    answer = service.parameters("CodeSystem/$validate-code", [*wrong, ("lenient-display-validation", "true")])
    service.check(first(answer, "result") is True, f"a label folded does not pass: {wrong}")
    inside = [("url", f"{system}?fhir_vs"), *about[:2], ("systemVersion", version)]
    service.check(first(service.parameters("ValueSet/$validate-code", inside), "result") is True, f"{inside}")
    for parent in properties(found, "parent"):
        pair = [("system", system), ("version", version), ("codeA", parent), ("codeB", code)]
        answer = service.parameters("CodeSystem/$subsumes", pair)
        service.check(first(answer, "outcome") == "subsumes", f"$subsumes {pair}")
    answer = service.parameters("CodeSystem/$subsumes", [("system", system), ("codeA", code), ("codeB", code)])
    service.check(first(answer, "outcome") == "equivalent", f"$subsumes {code} with itself")


def one_step(service, system, versions):
    new, old = versions[0], versions[1]
    lines = service.parameters("ValueSet/$expand", [("url", f"{system}?fhir_vs|{old}"), ("count", str(CODES))])
    for line in lines["expansion"].get("contains", []):
        about = [("system", system), ("version", old), ("targetsystem", f"{system}|{new}")]
        r4 = service.parameters("ConceptMap/$translate", [*about, ("code", line["code"])])
        r5 = service.parameters("ConceptMap/$translate", [*about, ("sourceCode", line["code"])])
        service.check(first(r4, "result") == first(r5, "result"), f"R4 and R5 differ on {line['code']}")
        for name, answer in (("equivalence", r4), ("relationship", r5)):
            words = [part["name"] for match in said(answer, "match") for part in match]
            service.check(first(answer, "result") is False or name in words, f"$translate {about} has no {name}")


def resources(service):
    for kind in ("CodeSystem", "ValueSet", "ConceptMap"):
        status, bundle = service.get(kind, _summary="true", _count="100")
        service.check(status == 200 and bundle.get("type") == "searchset", f"{kind}: {status}")
        for entry in bundle.get("entry", [])[:LISTS]:
            summary = entry["resource"]
            status, whole = service.get(f"{kind}/{summary['id']}")
            service.check(status == 200 and whole.get("url") == summary["url"], f"{kind}/{summary['id']}: {status}")
            for breach in breaches(whole):
                service.fault(f"{kind}/{summary['id']}: {breach}")
            _, found = service.get(kind, url=summary["url"], version=summary["version"], _summary="true")
            ids = [e["resource"]["id"] for e in found.get("entry", [])]
            service.check(summary["id"] in ids, f"{kind}?url={summary['url']} does not find it")
        print(f"{kind}: {bundle.get('total')}")


def errors(service, system):
    lookup, expand, translate = "CodeSystem/$lookup", "ValueSet/$expand", "ConceptMap/$translate"
    known = ("system", system)
    service.refused(401, "login", "GET", "metadata", signed=False)
    service.refused(404, "not-found", "GET", lookup, [("system", "urn:inconnu"), ("code", "a")])
    service.refused(422, "not-found", "GET", lookup, [known, ("code", "a"), ("version", "inconnue")])
    service.refused(404, "not-found", "GET", lookup, [known, ("code", "code qui n'existe pas")])
    service.refused(400, "required", "GET", lookup, [known])
    service.refused(400, "required", "GET", lookup, [("code", "a")])
    service.refused(404, "not-found", "GET", expand, [("url", "urn:inconnu")])
    service.refused(400, "value", "GET", expand, [("url", f"{system}?fhir_vs"), ("count", "beaucoup")])
    service.refused(400, "invalid", "GET", translate, [known, ("code", "a"), ("sourceCode", "a")])
    service.refused(400, "required", "GET", translate, [known, ("version", "1")])
    service.refused(404, "not-found", "GET", "CodeSystem/inconnu")
    service.refused(404, "not-supported", "GET", "Patient")
    service.refused(405, "not-supported", "DELETE", "CodeSystem/inconnu")
    service.refused(406, "not-supported", "GET", "metadata", headers={"Accept": "application/fhir+xml"})
    service.refused(415, "not-supported", "POST", lookup, body=b"<a/>", headers={"Content-Type": "application/fhir+xml"})
    service.refused(400, "invalid", "POST", lookup, body=b"{")
    service.refused(413, "too-long", "POST", lookup, body=b" " * (2 << 20))


def main(base, cookie):
    service = Service(base, cookie)
    status, statement = service.get("metadata")
    service.check(status == 200 and statement.get("resourceType") == "CapabilityStatement", f"metadata: {status}")
    status, terminology = service.get("metadata", mode="terminology")
    service.check(status == 200 and "codeSystem" in terminology, "no list is announced")
    for announced in terminology.get("codeSystem", [])[:LISTS]:
        one_list(service, announced["uri"], [v["code"] for v in announced["version"]])
    resources(service)
    for announced in terminology.get("codeSystem", [])[:1]:
        errors(service, announced["uri"])
    slowest, where = max(service.times)
    print(f"{service.asked} requests, {service.faults} breaches; slowest {slowest * 1000:.0f} ms: {where}")
    return 1 if service.faults else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
