def seen(numbers):
    count, first, last, down = 0, -1, -1, 0
    for number in numbers:
        if count == 0:
            first = number
        if number < last:
            down += 1
        last = number
        count += 1
    yield count, first, last, down


def program(sc, size):
    count = int(size["count"])

    def play(args):
        parts = sc.range(count).map(lambda n: n * 0x9E3779B1 & 0xFFFFFFFF).sortBy(lambda n: n).mapPartitions(seen).collect()
        filled = [part for part in parts if part[0] > 0]
        between = sum(1 for a, b in zip(filled, filled[1:]) if b[1] < a[2])
        total = sum(part[0] for part in filled)
        return {"amount": total, "result": [total, filled[0][1], filled[-1][2], sum(part[3] for part in filled) + between]}
    return play
