"""Training of the learned tier on labelled corpora: examples, fitting, calibration."""
