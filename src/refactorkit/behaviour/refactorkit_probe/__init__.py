"""The part of the differential harness that runs in the target's own interpreter. Only the standard library is used."""
