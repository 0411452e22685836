async def handler(request):
    """Sends the prime numbers below a number, one a line."""
    return {"headers": {"Content-Type": "text/plain; charset=utf-8"}, "body": primes(request.path.below)}


def primes(below):
    found = []
    for number in range(2, below):
        if all(number % prime for prime in found):
            found.append(number)
            yield f"{number}\n"
