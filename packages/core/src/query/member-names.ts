import type { Selection } from "./tree.ts";

/** Names that a selection gives its rows, those of what is spread among them; a star gives none. */
export function memberNames(selection: Selection | undefined): readonly string[] {
  return (selection?.outputs ?? []).flatMap((output) => {
    if (output.kind === "star") return [];
    if (output.name !== undefined) return [output.name];
    return output.kind === "embed" ? memberNames(selection?.embeds[output.embed]?.selection) : [];
  });
}
