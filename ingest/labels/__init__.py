"""Package inserts and monographs of medicines: their sections."""
