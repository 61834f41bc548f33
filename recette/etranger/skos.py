"""Checks SKOS files with rdflib and pyshacl: python skos.py FILE.ttl FILE.rdf [more pairs...]

Every file must parse; two files of the same name (but for its end) must hold the same graph; every graph must keep
the integrity conditions S9, S13, S14, S27 and S37 of the SKOS Reference, and have no circle of broader terms.
Exits with 1 on any breach, all breaches told.
"""

import sys
from pathlib import Path

from pyshacl import validate
from rdflib import Graph
from rdflib.compare import isomorphic, graph_diff, to_isomorphic
from rdflib.namespace import RDF, SKOS

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix f: <urn:formes:> .

f:Concept a sh:NodeShape ;
    sh:targetClass skos:Concept ;
    # S9 and S37: the three kinds are disjoint.
    sh:not [ sh:class skos:ConceptScheme ] ;
    sh:not [ sh:class skos:Collection ] ;
    # S14: one preferred label a language. The list is in French: one in all.
    sh:property [ sh:path skos:prefLabel ; sh:uniqueLang true ; sh:minCount 1 ; sh:maxCount 1 ] ;
    # S13: the labels are disjoint.
    sh:property [ sh:path skos:prefLabel ; sh:disjoint skos:altLabel ] ;
    sh:property [ sh:path skos:prefLabel ; sh:disjoint skos:hiddenLabel ] ;
    sh:property [ sh:path skos:altLabel ; sh:disjoint skos:hiddenLabel ] ;
    # Not of SKOS: what a list must say of each term.
    sh:property [ sh:path skos:notation ; sh:minCount 1 ; sh:maxCount 1 ] ;
    sh:property [ sh:path skos:inScheme ; sh:minCount 1 ; sh:class skos:ConceptScheme ] ;
    sh:property [ sh:path skos:broader ; sh:class skos:Concept ] .

f:Scheme a sh:NodeShape ;
    sh:targetClass skos:ConceptScheme ;
    sh:not [ sh:class skos:Collection ] ;
    sh:property [ sh:path dct:title ; sh:minCount 1 ] ;
    sh:property [ sh:path dct:issued ; sh:datatype xsd:date ] .

f:Collection a sh:NodeShape ;
    sh:targetClass skos:Collection ;
    sh:property [ sh:path skos:prefLabel ; sh:uniqueLang true ; sh:minCount 1 ] ;
    sh:property [ sh:path skos:member ; sh:minCount 1 ; sh:class skos:Concept ] .
"""


def breaches(graph):
    """What SHACL core cannot say: S27, circles, both directions of the tree, unique codes."""
    above = {}
    for concept, parent in graph.subject_objects(SKOS.broader):
        above.setdefault(concept, set()).add(parent)
    # Every term above another, in one walk without recursion; a circle stops it.
    everything_above, state = {}, {}
    for start in above:
        stack = [start]
        while stack:
            node = stack[-1]
            if state.get(node) == 2:
                stack.pop()
                continue
            state[node] = 1
            waiting = [p for p in above.get(node, ()) if state.get(p) != 2]
            if any(state.get(p) == 1 for p in waiting):
                yield f"circle of broader terms at {node}"
                return
            if waiting:
                stack.extend(waiting)
                continue
            found = set(above.get(node, ()))
            for parent in above.get(node, ()):
                found |= everything_above.get(parent, set())
            everything_above[node], state[node] = found, 2
            stack.pop()
    for one, other in graph.subject_objects(SKOS.related):
        if other in everything_above.get(one, ()) or one in everything_above.get(other, ()):
            yield f"S27: {one} is related to {other}, which is above or below it"
    if set(graph.subject_objects(SKOS.broader)) != {(a, b) for b, a in graph.subject_objects(SKOS.narrower)}:
        yield "broader and narrower do not say the same"
    if set(graph.subject_objects(SKOS.topConceptOf)) != {(a, b) for b, a in graph.subject_objects(SKOS.hasTopConcept)}:
        yield "topConceptOf and hasTopConcept do not say the same"
    notations = [str(code) for code in graph.objects(None, SKOS.notation)]
    if len(notations) != len(set(notations)):
        yield "a code is there twice"


def main(names):
    faults, graphs = 0, {}
    rules = Graph().parse(data=SHAPES, format="turtle")
    for name in map(Path, names):
        try:
            graph = Graph().parse(name, format="xml" if name.suffix in (".rdf", ".xml", ".owl") else "turtle")
        except Exception as error:  # a parser may fail in any way on a bad file
            print(f"{name}: does not parse: {error}")
            faults += 1
            continue
        concepts = len(set(graph.subjects(RDF.type, SKOS.Concept)))
        found = list(breaches(graph))
        conforms, _, text = validate(graph, shacl_graph=rules, inference="none", advanced=False)
        if not conforms:
            found.append(text)
        if concepts == 0:
            found.append("no concept")
        for breach in found:
            print(f"{name}: {breach}")
        faults += len(found)
        print(f"{name}: {concepts} concepts, {len(graph)} statements")
        graphs.setdefault(name.with_suffix(""), []).append((name, graph))
    for forms in graphs.values():
        for (name, graph), (other, same) in zip(forms, forms[1:]):
            if not isomorphic(graph, same):
                print(f"{name} and {other}: not the same graph")
                for side in graph_diff(to_isomorphic(graph), to_isomorphic(same))[1:]:
                    for statement in list(side)[:3]:
                        print(f"  only on one side: {statement}")
                faults += 1
    return 1 if faults or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
