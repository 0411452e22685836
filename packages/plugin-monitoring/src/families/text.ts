/** Labels of one series, in the order in which they are written. */
export type Labels = Readonly<Record<string, string>>;

/** Text as it stands between the quotes of a label. Source: Prometheus, text-based format. */
function escapeValue(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** `method="GET",route="/users"`, without braces; empty without labels. */
export function writeLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeValue(value)}"`)
    .join(",");
}

/** `name{labels}`, or the name alone. */
export function writeSeries(name: string, labels: string): string {
  return labels === "" ? name : `${name}{${labels}}`;
}

/** A number as both formats have it. */
export function writeNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

/** A bound of a bucket; OpenMetrics wants a fraction always. */
export function writeBound(value: number, format: Format): string {
  const text = writeNumber(value);
  return format === "openmetrics" && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Labels, written, whose bounds of buckets and quantiles are written as a format wants them. */
export function writeBounds(labels: string, format: Format): string {
  if (format === "text") return labels;
  return labels.replace(/([{,](?:le|quantile)=")(-?\d+)"/, '$1$2.0"');
}

/** What is written: Prometheus text 0.0.4, or OpenMetrics 1.0.0. */
export type Format = "text" | "openmetrics";

/** Help as it stands in its line. */
export function writeHelp(help: string, format: Format): string {
  const plain = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return format === "openmetrics" ? plain.replaceAll('"', '\\"') : plain;
}
