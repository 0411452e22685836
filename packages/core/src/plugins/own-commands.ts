/**
 * The first words of the commands that `backworks` has itself: a plugin cannot bring one of these names, it would never run.
 *
 * A test of the command compares this list with what it has.
 */
export const ownCommands: ReadonlySet<string> = new Set(
  "completion db dev doctor evolve explain export help init plugins reload routes schema start status try validate".split(
    " ",
  ),
);

/** What `backworks export` writes itself. */
const ownExports: ReadonlySet<string> = new Set(["openapi"]);

/** Whether a command of a plugin would never run under a name; one of two words begins with `export`. */
export function isOwnCommand(name: string): boolean {
  const [first = "", second] = name.split(" ");
  return second === undefined ? ownCommands.has(first) : ownExports.has(second);
}
