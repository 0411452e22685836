from collections import Counter


def handler(request, context):
    """Counts the words of a text."""
    if not isinstance(request.body, str):
        return 415, {"error": "send a text"}
    words = Counter(request.body.lower().split())
    context.log.info("counted", words=sum(words.values()))
    return {"words": dict(words.most_common(3)), "asked": context.state.increment("asked")}
