"""What is proposed, reviewed, tasked: tables, state machine, audit. Jobs and keys so far."""
