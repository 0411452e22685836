/** The file that threads and Node processes run. */
export function guestProgram(): URL {
  return besideBundle("guest.js");
}

/** The file that Python runs. */
export function pythonProgram(): URL {
  return besideBundle("guest.py");
}

/** Tests run what was built. */
function besideBundle(name: string): URL {
  const { url } = import.meta;
  return new URL(`${url.endsWith(".ts") ? "../../../../dist" : ".."}/${name}`, url);
}
