type Headers = Readonly<Record<string, string | string[] | undefined>>;

const secretName = /authorization|cookie|token|secret|passw|api[-_]?key|session|credential/i;
const hidden = "[redacted]";
/** Characters of a body that a log line repeats. */
const longest = 2048;

/** Headers for a log line: the values of those that carry secrets are hidden. */
export function redactHeaders(headers: Headers): Headers {
  const shown: Record<string, string | string[] | undefined> = {};
  for (const [name, value] of Object.entries(headers)) shown[name] = secretName.test(name) ? hidden : value;
  return shown;
}

/** A body for a log line: cut, and in JSON and forms the values of fields that are named like secrets are hidden. */
export function redactText(text: string): string {
  const shown = text
    .replace(/("([^"\\]{1,64})"\s*:\s*)("(?:[^"\\]|\\.)*"|[\d.]+)/g, (whole: string, key: string, name: string) =>
      secretName.test(name) ? `${key}"${hidden}"` : whole,
    )
    .replace(/(^|&)([^=&\s"]{1,64})=([^&\s"]*)/g, (whole: string, before: string, name: string) =>
      secretName.test(name) ? `${before}${name}=${hidden}` : whole,
    );
  return shown.length > longest ? `${shown.slice(0, longest)}…` : shown;
}
