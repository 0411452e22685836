/** Reads an array as the server writes it: `{1,NULL,"a, b",{…}}`. Source: PostgreSQL 15 documentation, 8.15.2. */
export function parseArray(text: string, parse: (text: string) => unknown): readonly unknown[] {
  // `[2:3]={…}` tells where its counting begins.
  return new ArrayReader(text.slice(text.indexOf("{")), parse).read();
}

class ArrayReader {
  readonly #text: string;
  readonly #parse: (text: string) => unknown;
  #at = 0;

  constructor(text: string, parse: (text: string) => unknown) {
    this.#text = text;
    this.#parse = parse;
  }

  read(): readonly unknown[] {
    const items: unknown[] = [];
    this.#at += 1;
    while (this.#at < this.#text.length) {
      const character = this.#text.charAt(this.#at);
      if (character === "}") break;
      if (character === ",") this.#at += 1;
      else items.push(this.#item(character));
    }
    this.#at += 1;
    return items;
  }

  #item(first: string): unknown {
    if (first === "{") return this.read();
    if (first === '"') return this.#parse(this.#quoted());
    const [word = ""] = /[^,}]*/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += word.length;
    return word === "NULL" ? null : this.#parse(word);
  }

  #quoted(): string {
    let value = "";
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text.charAt(this.#at);
      if (character === '"') break;
      if (character === "\\") this.#at += 1;
      value += this.#text.charAt(this.#at);
    }
    this.#at += 1;
    return value;
  }
}
