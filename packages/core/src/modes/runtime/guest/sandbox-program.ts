/**
 * What runs inside of the sandbox around the handler: turns text into a request and its answer into text, and gives it what it may ask for.
 *
 * The sandbox knows nothing but JavaScript itself: everything it has of the world comes in as the functions of `host`.
 */
export const sandboxProgram = String.raw`
(host, settings) => {
  const ask = async (id, service, args) => JSON.parse(await host.ask(id, service, JSON.stringify(args)));
  const map = (names, make) => Object.fromEntries(names.map((name) => [name, make(name)]));
  const toText = (value) => {
    if (typeof value === "string") return value;
    try {
      return (value instanceof Error ? undefined : JSON.stringify(value)) ?? String(value);
    } catch {
      return "something that cannot be shown";
    }
  };
  const toFields = (fields) => {
    const text = toText(fields ?? {});
    return typeof fields === "object" && text.startsWith("{") ? text : JSON.stringify(fields === undefined ? {} : { fields: text });
  };
  const log = (id) => map(["debug", "info", "warn", "error"], (level) => (message, fields) =>
    host.log(level, id, toText(message), toFields(fields)));
  const print = (level) => (...values) => host.log(level, 0, values.map(toText).join(" "), "{}");
  globalThis.console = { log: print("info"), info: print("info"), debug: print("debug"), warn: print("warn"), error: print("error") };

  const api = (id, name) => {
    const request = (given) => ask(id, "apis", [name, given]);
    const bodiless = (method) => (path, options) => request({ ...options, method, path });
    const bodied = (method) => (path, body, options) => request({ ...options, method, path, body });
    return { request, get: bodiless("GET"), delete: bodiless("DELETE"), post: bodied("POST"), put: bodied("PUT"), patch: bodied("PATCH") };
  };
  const database = (id, name) => {
    const run = (sql, binds = []) => ask(id, "databases", [name, sql, binds]);
    return { run, query: async (sql, binds) => (await run(sql, binds)).rows };
  };
  const state = (id) => ({
    get: (key) => ask(id, "state", ["get", key]),
    set: (key, value) => ask(id, "state", ["set", key, value]),
    delete: (key) => ask(id, "state", ["delete", key]),
    increment: (key, by = 1) => ask(id, "state", ["increment", key, by]),
    keys: () => ask(id, "state", ["keys"]),
  });

  const createContext = (id) => {
    const answer = { status: 200, headers: {}, body: undefined };
    let finish = () => {};
    const end = (body) => {
      if (context.headersSent) throw new Error("the handler answered twice");
      answer.body = body;
      context.headersSent = true;
      finish();
    };
    const set = (name, value) => {
      if (typeof name === "object") for (const each of Object.keys(name)) set(each, name[each]);
      else answer.headers[name.toLowerCase()] = Array.isArray(value) ? value.map(String) : String(value);
      return context;
    };
    const get = (name) => answer.headers[name.toLowerCase()];
    let parts = "";
    const context = {
      headersSent: false,
      answer,
      done: () => (context.headersSent ? undefined : new Promise((resolve) => (finish = resolve))),
      status: (code) => ((answer.status = code), context),
      set,
      header: set,
      setHeader: set,
      writeHead: (code, ...given) => {
        const headers = given[given.length - 1];
        if (typeof headers === "object" && headers !== null) set(headers);
        return context.status(code);
      },
      get,
      getHeader: get,
      removeHeader: (name) => void delete answer.headers[name.toLowerCase()],
      append: (name, value) => set(name, get(name) === undefined ? value : [get(name), value].flat()),
      type: (value) => set("content-type", host.typeOf(String(value))),
      redirect: (status, location) =>
        typeof status === "number" ? context.status(status).set("location", location).end() : context.redirect(302, status),
      json: (value) => {
        answer.headers["content-type"] ??= "application/json";
        end(toJson(value));
      },
      send: (value) => (value === null || typeof value !== "object" || bytesOf(value) ? end(value) : context.json(value)),
      sendStatus: (code) => context.status(code).end(),
      write: (part) => {
        if (typeof part !== "string") throw new Error("in the sandbox a part of an answer is a text");
        parts += part;
        return true;
      },
      end: (value) => end(parts === "" ? value : parts + (value ?? "")),
      apis: map(settings.apis, (name) => api(id, name)),
      databases: map(settings.databases, (name) => database(id, name)),
      state: state(id),
      log: log(id),
      env: Object.freeze({ ...settings.environment }),
      signal: {
        get aborted() {
          return host.aborted(id);
        },
      },
    };
    return context;
  };

  const toRequest = (text, bytes) => {
    const request = JSON.parse(text);
    if (bytes !== undefined) request.body = new Uint8Array(bytes);
    const params = request.path_params;
    const path = Object.keys(params).length === 0 ? request.path : Object.assign(new String(request.path), params);
    const get = (name) => [request.headers[name.toLowerCase()]].flat().join(", ") || undefined;
    return { ...request, path, params, query: request.query_params, get };
  };

  const bytesOf = (value) => {
    if (value instanceof ArrayBuffer) return value;
    if (!ArrayBuffer.isView(value)) return undefined;
    return value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength);
  };

  const wrong = (problem) => Object.assign(new Error(problem), { name: "AnswerProblem" });

  const plainKinds = ["Object", "String", "Number", "Boolean"];
  const refuseEmptied = (key, value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length > 0) return value;
    const kind = Object.prototype.toString.call(value).slice("[object ".length, -1);
    if (plainKinds.includes(kind)) return value;
    throw wrong((key === "" || key === "value" ? "the answer" : key + " of the answer") + " is of the kind " + kind + ", of which JSON has nothing");
  };

  const toJson = (value) => {
    try {
      const text = JSON.stringify(value);
      if (text !== undefined && text.includes("{}")) JSON.stringify(value, refuseEmptied);
      return text;
    } catch (error) {
      throw error.name === "AnswerProblem" ? error : wrong("the answer has no JSON form: " + error.message);
    }
  };

  const pack = (value) => {
    if (value === undefined || value === null) return { head: "{}" };
    const whole = bytesOf(value);
    if (whole !== undefined) return { head: '{"bytes":"whole"}', bytes: whole };
    const part = typeof value === "object" ? bytesOf(value.body) : undefined;
    if (part !== undefined) return { head: JSON.stringify({ bytes: "body", value: { ...value, body: null } }), bytes: part };
    const body = typeof value === "object" && "body" in value ? value.body : value;
    if (typeof body === "function" || typeof body === "symbol" || typeof body === "bigint") throw wrong("the answer has no JSON form: it is a " + typeof body);
    if (typeof body === "object" && body !== null && (body[Symbol.asyncIterator] || body.next)) throw wrong("a stream cannot leave the sandbox");
    return { head: toJson({ value }) };
  };

  return (handler) => {
    const answersLater = /^(?:async\s+)?(?:function\b[^(]*)?\(\s*[\w$]+\s*,\s*(?:res|resp|response)\b/.test(String(handler));
    return async (id, text, bytes) => {
      const context = createContext(id);
      const value = await handler(toRequest(text, bytes), context, context);
      const { answer } = context;
      if (value !== undefined && value !== context) return pack(context.headersSent ? answer : value);
      if (answersLater && value === undefined) await context.done();
      const isWritten = answer.status !== 200 || Object.keys(answer.headers).length > 0;
      return pack(context.headersSent || value === context || isWritten ? answer : undefined);
    };
  };
}
`;
