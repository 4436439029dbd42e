"""``/fhir``: the terminology of a generation as FHIR R4 (https://hl7.org/fhir/R4/terminology-service.html)."""
