"""Cases for the rules from what hospitals send: thin readers without any clinical constant."""
