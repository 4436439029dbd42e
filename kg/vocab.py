"""The terms that the graph is written in, and the prefixes of CURIEs.

Reuse before minting: SKOS, Biolink, BIBO, DCTERMS, Web Annotation, PROV-O, VoID, PAV.
Own terms are documented in ``ontology/medkg.ttl``.
"""

from __future__ import annotations

DEFAULT_BASE = "https://w3id.org/medkg/"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
BIBO = "http://purl.org/ontology/bibo/"
FABIO = "http://purl.org/spar/fabio/"
FOAF = "http://xmlns.com/foaf/0.1/"
OA = "http://www.w3.org/ns/oa#"
PROV = "http://www.w3.org/ns/prov#"
PAV = "http://purl.org/pav/"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
SD = "http://www.w3.org/ns/sparql-service-description#"
BIOLINK = "https://w3id.org/biolink/vocab/"
SSSOM = "https://w3id.org/sssom/"
OBOINOWL = "http://www.geneontology.org/formats/oboInOwl#"
MEDKG = "https://w3id.org/medkg/vocab#"
"""Own vocabulary: fixed, whatever the configured base of the data is."""

OBO = "http://purl.obolibrary.org/obo/"

NAMESPACES: dict[str, str] = {
    "rdf": RDF, "rdfs": RDFS, "owl": OWL, "skos": SKOS, "dcterms": DCTERMS, "bibo": BIBO,
    "fabio": FABIO, "foaf": FOAF, "oa": OA, "prov": PROV, "pav": PAV, "void": VOID, "dcat": DCAT, "sd": SD,
    "biolink": BIOLINK, "sssom": SSSOM, "oboInOwl": OBOINOWL, "obo": OBO, "mkg": MEDKG,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
"""For SPARQL PREFIX lines and Turtle output."""

CURIE_PREFIXES: dict[str, str] = {
    "DOID": f"{OBO}DOID_",
    "HP": f"{OBO}HP_",
    "CHEBI": f"{OBO}CHEBI_",
    "MONDO": f"{OBO}MONDO_",
    "GO": f"{OBO}GO_",
    "UBERON": f"{OBO}UBERON_",
    "SYMP": f"{OBO}SYMP_",
    "TRANS": f"{OBO}TRANS_",
    "CL": f"{OBO}CL_",
    "SO": f"{OBO}SO_",
    "PR": f"{OBO}PR_",
    "BFO": f"{OBO}BFO_",
    "NCBITaxon": f"{OBO}NCBITaxon_",
    "EFO": "http://www.ebi.ac.uk/efo/EFO_",
    "Orphanet": "http://www.orpha.net/ORDO/Orphanet_",
    "MESH": "http://id.nlm.nih.gov/mesh/",
    "NCBIGENE": "http://identifiers.org/ncbigene/",
    "HGNC": "http://identifiers.org/hgnc/",
    "ENSEMBL": "http://identifiers.org/ensembl/",
    "OMIM": "http://identifiers.org/mim/",
    "UNIPROT": "http://purl.uniprot.org/uniprot/",
    "FPLX": "http://identifiers.org/fplx/",
    "DRUGBANK": "http://identifiers.org/drugbank/",
    "CHEMBL": "http://identifiers.org/chembl.compound/",
    "CAS": "http://identifiers.org/cas/",
    "PUBCHEM": "http://identifiers.org/pubchem.compound/",
    "RXNORM": "http://purl.bioontology.org/ontology/RXNORM/",
    "ATC": "http://purl.bioontology.org/ontology/ATC/",
    "LOINC": "http://loinc.org/rdf/",
    "SNOMED": "http://snomed.info/id/",
    "UMLS": "http://identifiers.org/umls/",
    "NCIT": f"{OBO}NCIT_",
    "NDFRT": "http://purl.bioontology.org/ontology/NDFRT/",
    "UNII": "http://identifiers.org/unii/",
    "GARD": "http://identifiers.org/gard/",
    "MEDDRA": "http://identifiers.org/meddra/",
    "PFAM": "http://identifiers.org/pfam/",
    "ICD10": "http://hl7.org/fhir/sid/icd-10/",
    "ICD10CM": "http://hl7.org/fhir/sid/icd-10-cm/",
    "ICD9CM": "http://hl7.org/fhir/sid/icd-9-cm/",
    "GBT14396": "https://w3id.org/medkg/code/gbt14396/",
    "ICD10CNC": "https://w3id.org/medkg/code/icd10-clinical/",
    "ICD10CNI": "https://w3id.org/medkg/code/icd10-insurance/",
    "ICD9CM3": "https://w3id.org/medkg/code/icd9cm3/",
    "ICD9CM3CNC": "https://w3id.org/medkg/code/icd9cm3-clinical/",
    "ICD9CM3CNI": "https://w3id.org/medkg/code/icd9cm3-insurance/",
    "GBT15657": "https://w3id.org/medkg/code/gbt15657/",
    "GBT16751": "https://w3id.org/medkg/code/gbt16751/",
    "YBDRUG": "https://w3id.org/medkg/code/insurance-drug/",
    "NMPA": "https://w3id.org/medkg/code/approval/",
    "NEML": "https://w3id.org/medkg/code/essential-medicine/",
    "DBSNP": "http://identifiers.org/dbsnp/",
    "CELLOSAURUS": "http://identifiers.org/cellosaurus/",
    "PMID": "http://identifiers.org/pubmed/",
    "PMC": "http://identifiers.org/pmc/",
    "DOI": "https://doi.org/",
    "OPENALEX": "https://openalex.org/",
    "NCT": "https://clinicaltrials.gov/study/",
    "ChiCTR": "https://trialsearch.who.int/Trial2.aspx?TrialID=",
    "NLM": "http://identifiers.org/nlm/",
    "ISSN": "http://identifiers.org/issn/",
    "ORCID": "https://orcid.org/",
    "biolink": BIOLINK,
}
"""Community prefixes. Those of our own data depend on the base: see ``kg.model.ids``."""

CATEGORIES: dict[str, str] = {
    "disease": f"{BIOLINK}Disease",
    "drug": f"{BIOLINK}Drug",
    "chemical": f"{BIOLINK}ChemicalEntity",
    "gene": f"{BIOLINK}Gene",
    "gene-family": f"{BIOLINK}GeneFamily",
    "symptom": f"{BIOLINK}PhenotypicFeature",
    "test": f"{BIOLINK}Procedure",
    "procedure": f"{BIOLINK}Procedure",
    "anatomy": f"{BIOLINK}AnatomicalEntity",
    "organism": f"{BIOLINK}OrganismTaxon",
    "variant": f"{BIOLINK}SequenceVariant",
    "other": f"{BIOLINK}NamedThing",
}
"""Category slug of ``kg.model.concept.Concept.category`` -> Biolink class."""
