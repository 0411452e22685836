import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";

/** Ends groups of processes when this process ends without having done so: killed, say. */
export interface Guardian {
  add(group: number): void;
  remove(group: number): void;
  close(): void;
}

/** Reads which groups there are, a line each; when nobody can write any more, ends those that are left. */
const program = `
groups=
while read -r word group; do
  rest=
  for each in $groups; do [ "$each" = "$group" ] || rest="$rest $each"; done
  groups=$rest
  [ "$word" = add ] && groups="$groups $group"
done
for each in $groups; do kill -s KILL -- "-$each" 2>/dev/null; done
`;

/** One small process for all groups, started with the first. Without a POSIX shell there is none, and nobody ends what outlives us. */
export function createGuardian(): Guardian {
  const groups = new Set<number>();
  let shell: ChildProcess | undefined;
  const write = (line: string): void => void shell?.stdin?.write(`${line}\n`);
  const begin = (): void => {
    // In a session of its own: a signal to our group is not for it.
    const started = spawn("/bin/sh", ["-c", program], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      env: {},
      cwd: "/",
    });
    const gone = (): void => void (shell = shell === started ? undefined : shell);
    started.on("error", gone);
    started.on("exit", gone);
    started.stdin.on("error", gone);
    started.unref();
    (started.stdin as unknown as { unref?: () => void }).unref?.();
    shell = started;
    for (const group of groups) write(`add ${group}`);
  };
  return {
    add(group) {
      groups.add(group);
      if (shell === undefined) begin();
      else write(`add ${group}`);
    },
    remove(group) {
      if (groups.delete(group)) write(`remove ${group}`);
    },
    close() {
      shell?.stdin?.end();
      shell = undefined;
      groups.clear();
    },
  };
}
