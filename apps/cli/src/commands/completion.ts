import { basename } from "node:path";
import { commonOptions } from "../arguments.ts";
import { defineCommand, entryName } from "../command.ts";
import { commands } from "./index.ts";
import { exitCodes } from "../exit.ts";

export const completion = defineCommand({
  positionals: {
    shell: { type: "string", choices: ["bash", "zsh", "fish"], describe: "Otherwise the one of $SHELL" },
  },
  examples: [
    ["source <(backworks completion bash)", "for this shell"],
    ["backworks completion fish > ~/.config/fish/completions/backworks.fish", "for every shell"],
  ],
  async run({ shell }, context) {
    const name = shell ?? basename(context.terminal.env["SHELL"] ?? "bash");
    const words = await readWords();
    const script = name === "fish" ? fish(words) : name === "zsh" ? zsh(words) : bash(words);
    context.result({ shell: name, script }, () => script);
    return exitCodes.ok;
  },
});

/** One command with the options it takes. */
interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly string[];
}

async function readWords(): Promise<readonly CommandWords[]> {
  const words: CommandWords[] = [];
  for (const entry of commands) {
    const { options } = await entry.load();
    const taken = Object.keys({ ...options, ...commonOptions }).map((option) => `--${option}`);
    words.push({ name: entryName(entry), summary: entry.summary, options: taken });
  }
  return words;
}

/** First words, each once. */
function firstWords(words: readonly CommandWords[]): readonly string[] {
  return [...new Set(words.map(({ name }) => name.split(" ")[0] ?? name))];
}

/** Words that another one follows, each with those that may. */
function groups(words: readonly CommandWords[]): ReadonlyMap<string, readonly string[]> {
  const seconds = new Map<string, readonly string[]>();
  for (const { name } of words) {
    const [first = name, second] = name.split(" ");
    if (second !== undefined) seconds.set(first, [...(seconds.get(first) ?? []), second]);
  }
  return seconds;
}

function actionCases(words: readonly CommandWords[]): string {
  return [...groups(words)].map(([first, seconds]) => `    ${first}) actions="${seconds.join(" ")}" ;;`).join("\n");
}

function cases(words: readonly CommandWords[]): string {
  return words.map(({ name, options }) => `    "${name}") options="${options.join(" ")}" ;;`).join("\n");
}

function bash(words: readonly CommandWords[]): string {
  return `# backworks completion for bash: source <(backworks completion bash)
_backworks() {
  local word="\${COMP_WORDS[COMP_CWORD]}" name="\${COMP_WORDS[1]}" actions="" options=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${firstWords(words).join(" ")} help" -- "$word")); return
  fi
  case "$name" in
${actionCases(words)}
  esac
  if [ -n "$actions" ]; then
    if [ "$COMP_CWORD" -eq 2 ]; then COMPREPLY=($(compgen -W "$actions" -- "$word")); return; fi
    name="$name \${COMP_WORDS[2]}"
  fi
  case "$name" in
${cases(words)}
  esac
  if [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _backworks backworks`;
}

function zsh(words: readonly CommandWords[]): string {
  return `#compdef backworks
# backworks completion for zsh: source <(backworks completion zsh)
_backworks() {
  local name="\${words[2]}" actions="" options=""
  if (( CURRENT == 2 )); then compadd ${firstWords(words).join(" ")} help; return; fi
  case "$name" in
${actionCases(words)}
  esac
  if [[ -n "$actions" ]]; then
    if (( CURRENT == 3 )); then compadd -- \${=actions}; return; fi
    name="$name \${words[3]}"
  fi
  case "$name" in
${cases(words)}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then compadd -- \${=options}; else _files; fi
}
if [ "$funcstack[1]" = _backworks ]; then _backworks "$@"; else compdef _backworks backworks; fi`;
}

function fish(words: readonly CommandWords[]): string {
  const lines = words.flatMap(({ name, summary, options }) => {
    const [first = name, second] = name.split(" ");
    const here = `__fish_seen_subcommand_from ${second ?? first}`;
    const offered =
      second === undefined
        ? `complete -c backworks -n __fish_use_subcommand -f -a ${first} -d '${summary.replaceAll("'", "\\'")}'`
        : `complete -c backworks -n '__fish_seen_subcommand_from ${first}' -f -a ${second} -d '${summary.replaceAll("'", "\\'")}'`;
    return [offered, ...options.map((option) => `complete -c backworks -n '${here}' -l ${option.slice(2)}`)];
  });
  return [
    "# backworks completion for fish",
    ...[...groups(words)].map(
      ([first, seconds]) => `complete -c backworks -n __fish_use_subcommand -f -a ${first} -d '${seconds.join(", ")}'`,
    ),
    ...lines,
  ].join("\n");
}
