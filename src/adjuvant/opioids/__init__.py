"""Opioid equivalents: from exposures or a regimen to MME per day, with every step shown."""
