"""What is said of a patient and cannot all be true: told, and then unknown, since nobody knows which of it is wrong."""

from __future__ import annotations

from kg.model.case import Patient

PREGNANT_AGES = (5.0, 75.0)
"""Years of life outside of which a pregnancy was not meant; wide on purpose, plausibility and no medicine."""


def disputed(patient: Patient, age: tuple[float, float] | None) -> dict[str, str]:
    """What is said and contradicted by something else: field of the patient -> where the contradiction is told.

    >>> disputed(Patient(sex="male", pregnant=True), None)
    {'pregnant': '/patient/pregnant'}
    """
    found: dict[str, str] = {}
    young_or_old = age is not None and (age[1] < PREGNANT_AGES[0] or age[0] > PREGNANT_AGES[1])
    if patient.pregnant and (patient.sex == "male" or young_or_old):
        found["pregnant"] = "/patient/pregnant"
    elif patient.pregnant is False and patient.gestation_weeks:
        found["pregnant"] = "/patient/gestation_weeks"
    if patient.lactating and (patient.sex == "male" or young_or_old):
        found["lactating"] = "/patient/lactating"
    return found
