"""The simulator: invented patients, samples of FHIR, the command and the page."""
