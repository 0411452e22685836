const types: Readonly<Record<string, string>> = {
  avif: "image/avif",
  css: "text/css; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  gif: "image/gif",
  htm: "text/html; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  jsonld: "application/ld+json",
  md: "text/markdown; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  wav: "audio/wav",
  webm: "video/webm",
  webp: "image/webp",
  woff2: "font/woff2",
  xml: "application/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
  zip: "application/zip",
};

/** Content type of a file by its ending; `application/octet-stream` when it is not known. */
export function mediaTypeOf(file: string): string {
  return typeOfEnding(/\.([^./\\]+)$/.exec(file)?.[1] ?? "") ?? "application/octet-stream";
}

/** Content type of files with an ending, in any case, with its dot or without; `undefined` when it is not known. */
export function typeOfEnding(text: string): string | undefined {
  const ending = text.replace(/^\./, "").toLowerCase();
  return Object.hasOwn(types, ending) ? types[ending] : undefined;
}

export const textType = "text/plain; charset=utf-8";
export const jsonType = "application/json";
export const problemType = "application/problem+json";
