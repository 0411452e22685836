"""The program that runs Python handlers.

Reads a request a line, runs handler(request, context) in a thread, or in the loop when it is "async def", and writes the answer a line. What
handlers print goes to standard error. Ends with its input.
"""
import asyncio, base64, inspect, json, os, re, sys, threading, traceback
from concurrent.futures import ThreadPoolExecutor

orders = json.loads(sys.argv[1])
wire_in = os.fdopen(os.dup(0), "rb")
wire_out = os.fdopen(os.dup(1), "wb", buffering=0)
# What handlers and the programs they start read and write is no part of the wire.
with open(os.devnull, "rb") as nothing:
    os.dup2(nothing.fileno(), 0)
os.dup2(2, 1)
sys.stdout = sys.stderr
sys.argv = sys.argv[:1]
lock = threading.Lock()
WINDOW = 262144


class AnswerProblem(Exception):
    pass


def post(message):
    line = json.dumps(message, default=encode, ensure_ascii=True, allow_nan=False).encode("ascii") + b"\n"
    with lock:
        view = memoryview(line)
        while view:
            view = view[wire_out.write(view):]


def encode(value):
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"$base64": base64.b64encode(bytes(value)).decode()}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    raise AnswerProblem("the answer has a %s in it, which has no JSON form" % type(value).__name__)


def encode_answer(value):
    if isinstance(value, (bytes, bytearray, memoryview)):
        raise AnswerProblem("the answer has bytes in it, which have no JSON form")
    return encode(value)


def for_log(fields):
    """Fields of any kind, as what JSON can hold."""
    try:
        return json.loads(json.dumps(fields, default=repr, skipkeys=True), parse_constant=str)
    except Exception:
        return {"fields": repr(fields)[:4096]}


def decode(value):
    if isinstance(value, list):
        return [decode(item) for item in value]
    if isinstance(value, dict):
        if len(value) == 1 and isinstance(value.get("$base64"), str):
            return base64.b64decode(value["$base64"])
        return {key: decode(item) for key, item in value.items()}
    return value


class Members(dict):
    """A dict whose keys are members too."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Path(str):
    """The text of the path, with the path parameters as members and items."""

    def __new__(cls, text, params):
        path = super().__new__(cls, text)
        path._params = params
        return path

    def __getattr__(self, name):
        if name.startswith("_") or name not in self._params:
            raise AttributeError(name)
        return self._params[name]

    def __getitem__(self, key):
        return self._params[key] if isinstance(key, str) else str.__getitem__(self, key)


class Request(Members):
    """method, path, path_params, query_params, headers, body, ip, id, url; params and query are short names."""

    def __init__(self, wire):
        super().__init__(wire)
        self["path_params"] = self["params"] = Members(wire.get("path_params") or {})
        self["query_params"] = self["query"] = Members(wire.get("query_params") or {})
        self["path"] = Path(wire["path"], self["params"])
        if "body_base64" in wire:
            self["body"] = base64.b64decode(self.pop("body_base64"))

    def header(self, name, default=None):
        return self["headers"].get(name.lower(), default)


class Call:
    def __init__(self, number):
        self.id = number
        self.cancelled = threading.Event()
        self.room = threading.Condition()
        self.free = WINDOW

    def open(self, size):
        with self.room:
            self.free += size
            self.room.notify_all()

    def cancel(self):
        self.cancelled.set()
        with self.room:
            self.room.notify_all()

    def send(self, chunk):
        if not isinstance(chunk, (str, bytes, bytearray, memoryview)):
            raise AnswerProblem("the stream has a %s in it; it may have text and bytes" % type(chunk).__name__)
        data = chunk.encode() if isinstance(chunk, str) else bytes(chunk)
        for start in range(0, len(data), 65536):
            part = data[start:start + 65536]
            with self.room:
                while self.free <= 0 and not self.cancelled.is_set():
                    self.room.wait()
                self.free -= len(part)
            if self.cancelled.is_set():
                return False
            post({"id": self.id, "chunk_base64": base64.b64encode(part).decode()})
        return not self.cancelled.is_set()


class Failed(Exception):
    """What a service answered instead of a value; code is its error code."""

    def __init__(self, error):
        super().__init__(error.get("message", "the service failed"))
        self.code = error.get("name")


class Services:
    def __init__(self):
        self.waiting = {}
        self.last = 0

    def ask(self, number, service, args):
        done = threading.Event()
        slot = {"done": done}
        with lock:
            self.last += 1
            ask = self.last
            self.waiting[ask] = slot
        post({"ask": ask, "id": number, "service": service, "args": args})
        done.wait()
        if "error" in slot:
            raise Failed(slot["error"])
        return slot.get("value")

    def reply(self, message):
        slot = self.waiting.pop(message["reply"], None)
        if slot is None:
            return
        if message.get("error") is not None:
            slot["error"] = message["error"]
        slot["value"] = decode(message.get("value"))
        slot["done"].set()


services = Services()


class Api:
    def __init__(self, number, name):
        self._ask = lambda request: Members(services.ask(number, "apis", [name, request]))

    def request(self, method, path, **options):
        if "timeout" in options:
            options["timeoutMs"] = options.pop("timeout") * 1000
        return self._ask({"method": method, "path": path, **options})

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, body=body, **options)

    def put(self, path, body=None, **options):
        return self.request("PUT", path, body=body, **options)

    def patch(self, path, body=None, **options):
        return self.request("PATCH", path, body=body, **options)


class Database:
    def __init__(self, number, name):
        self._ask = lambda sql, binds: services.ask(number, "databases", [name, sql, binds if binds is not None else []])

    def query(self, sql, binds=None):
        return self._ask(sql, binds)["rows"]

    def run(self, sql, binds=None):
        return Members(self._ask(sql, binds))


class State:
    def __init__(self, number):
        self._ask = lambda *args: services.ask(number, "state", list(args))

    def get(self, key, default=None):
        value = self._ask("get", key)
        return default if value is None else value

    def set(self, key, value):
        self._ask("set", key, value)

    def delete(self, key):
        return self._ask("delete", key)

    def increment(self, key, by=1):
        return self._ask("increment", key, by)

    def keys(self):
        return self._ask("keys")


class Log:
    def __init__(self, number):
        self._id = number

    def _write(self, level, message, fields):
        post({"log": level, "id": self._id, "message": str(message), "fields": for_log(fields)})

    def debug(self, message, **fields):
        self._write("debug", message, fields)

    def info(self, message, **fields):
        self._write("info", message, fields)

    def warn(self, message, **fields):
        self._write("warn", message, fields)

    warning = warn

    def error(self, message, **fields):
        self._write("error", message, fields)


class Context:
    """apis, databases, state, log, env, and signal, an Event that is set when nobody waits for the answer any more."""

    def __init__(self, call):
        self.apis = Members({name: Api(call.id, name) for name in orders["apis"]})
        self.databases = Members({name: Database(call.id, name) for name in orders["databases"]})
        self.state = State(call.id)
        self.log = Log(call.id)
        self.env = Members(orders["environment"])
        self.signal = call.cancelled


ENVELOPE = {"status", "headers", "body"}
LAMBDA = {"statusCode", "headers", "multiValueHeaders", "cookies", "body", "isBase64Encoded"}


def from_lambda(value):
    """What functions of AWS Lambda answer with, in the words of ours."""
    headers = {**(value.get("headers") or {}), **(value.get("multiValueHeaders") or {})}
    if value.get("cookies"):
        headers["set-cookie"] = value["cookies"]
    body = value.get("body")
    if value.get("isBase64Encoded") is True and isinstance(body, str):
        body = base64.b64decode(body)
    return {"status": value["statusCode"], "headers": headers, "body": body}


def to_answer(value):
    if isinstance(value, dict) and isinstance(value.get("statusCode"), int) and set(value) <= LAMBDA:
        value = from_lambda(value)
    if isinstance(value, tuple) and len(value) in (2, 3) and isinstance(value[0], int):
        value = {"status": value[0], "body": value[1], "headers": value[2] if len(value) == 3 else {}}
    status, headers, body = 200, {}, value
    if isinstance(value, dict) and value and set(value) <= ENVELOPE and isinstance(value.get("status", 200), int):
        status, headers, body = value.get("status", 200), value.get("headers") or {}, value.get("body")
    elif value is None:
        status = 204
    if isinstance(status, bool) or not 200 <= status <= 599:
        raise AnswerProblem("status %s is none from 200 to 599" % status)
    if not isinstance(headers, dict):
        raise AnswerProblem("headers are a %s, not a dict" % type(headers).__name__)
    plain = {}
    for name, item in headers.items():
        if item is None:
            continue
        plain[text(name).lower()] = [text(each) for each in item] if isinstance(item, (list, tuple)) else text(item)
    return status, plain, body


def text(value):
    return bytes(value).decode("latin-1") if isinstance(value, (bytes, bytearray)) else str(value)


def describe(error):
    if isinstance(error, AnswerProblem):
        return {"message": str(error), "kind": "answer"}
    # The innermost call last, as Python tells it; frames of this program name no file.
    stack = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    try:
        text = str(error)
    except BaseException:
        text = ""
    return {"name": type(error).__name__, "message": ("%s: %s" % (type(error).__name__, text)).rstrip(": "), "stack": stack[-8000:]}


async def settle(awaitable):
    return await awaitable


def wait_for(awaitable):
    """What it comes to in the loop, for a thread."""
    return asyncio.run_coroutine_threadsafe(settle(awaitable), loop).result()


END = object()


async def step(parts):
    try:
        return await parts.__anext__()
    except StopAsyncIteration:
        return END


def in_turn(parts):
    """The parts of an asynchronous generator, for a thread."""
    try:
        part = wait_for(step(parts))
        while part is not END:
            yield part
            part = wait_for(step(parts))
    finally:
        if hasattr(parts, "aclose"):
            wait_for(parts.aclose())


def respond(call, value):
    status, headers, body = to_answer(value)
    if hasattr(body, "__anext__"):
        body = in_turn(body)
    head = {"id": call.id, "status": status, "headers": headers}
    if isinstance(body, (bytes, bytearray, memoryview)):
        post({**head, "body_base64": base64.b64encode(bytes(body)).decode()})
    elif inspect.isgenerator(body) or hasattr(body, "__next__"):
        post({**head, "stream": True})
        for part in body:
            if not call.send(part):
                body.close() if hasattr(body, "close") else None
                break
        post({"id": call.id, "end": True})
    else:
        if body is not None and not isinstance(body, str):
            headers.setdefault("content-type", "application/json")
            try:
                body = json.dumps(body, default=encode_answer, ensure_ascii=False, allow_nan=False)
            except (TypeError, ValueError, RecursionError) as error:
                raise AnswerProblem("the answer has no JSON form: %s" % error) from None
        post({**head, "body": body})


calls = {}
pool = ThreadPoolExecutor(max_workers=max(1, min(int(orders["concurrency"]), 64)))
loop = asyncio.new_event_loop()
handler = None


def finish(call, work):
    try:
        respond(call, work())
    except BaseException as error:
        post({"id": call.id, "error": describe(error)})
    finally:
        calls.pop(call.id, None)


def run(call, request):
    def work():
        value = handler(*(request, Context(call))[:wanted])
        return wait_for(value) if inspect.isawaitable(value) else value

    finish(call, work)


def load():
    code = orders["handler"]
    space = {"__name__": "handler", "__builtins__": __builtins__}
    if code["kind"] == "file":
        folder, name, text = os.path.dirname(code["file"]), code["file"], open(code["file"], encoding="utf-8").read()
        space["__file__"] = name
    else:
        folder, name, text = code["folder"], code["name"], "\n" * code["lineOffset"] + code["text"]
    sys.path.insert(0, folder)
    exec(compile(text, name, "exec"), space)
    found = space.get("handler")
    if not callable(found):
        raise AnswerProblem("has no function: write def handler(request, context)")
    return found


def parameters_of(function):
    kinds = [each.kind for each in inspect.signature(function).parameters.values()]
    return 2 if inspect.Parameter.VAR_POSITIONAL in kinds else min(2, len(kinds))


try:
    handler = load()
    wanted = parameters_of(handler)
except BaseException as error:
    failure = describe(error)
    if isinstance(error, SyntaxError) and error.filename:
        failure["stack"] = 'File "%s", line %s\n' % (error.filename, error.lineno) + failure["stack"]
    post({"failed": failure})
    sys.exit(0)

threading.Thread(target=loop.run_forever, daemon=True).start()
post({"ready": True})
for line in wire_in:
    message = json.loads(line)
    if "request" in message:
        call = calls[message["id"]] = Call(message["id"])
        pool.submit(run, call, Request(message["request"]))
    elif "cancel" in message:
        if message["cancel"] in calls:
            calls[message["cancel"]].cancel()
    elif "more" in message:
        if message["more"] in calls:
            calls[message["more"]].open(message["bytes"])
    elif "reply" in message:
        services.reply(message)
    elif "ping" in message:
        post({"pong": message["ping"]})
os._exit(0)
