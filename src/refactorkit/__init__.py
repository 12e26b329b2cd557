"""refactorkit: refactor large Python code bases, every site changed with proof or refused with a reason."""
