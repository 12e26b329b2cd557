def one(text: str) -> int:
	try:
		return int(text)
	except Exception as error:  # café
		return 0