def program(sc, size):
    count = int(size["count"])

    def play(args):
        total = sc.range(count).map(lambda n: n * 2).filter(lambda n: n % 3 == 0).map(lambda n: n + 1).sum()
        return {"amount": count, "result": [total]}
    return play
