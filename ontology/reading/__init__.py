"""Opening what publishers really ship: gz or plain, XML without entities, tables."""
