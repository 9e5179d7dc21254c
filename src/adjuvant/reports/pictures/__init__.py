"""Pictures that stand alone: regimens side by side, and the course of one patient."""
