import { javascript } from "./javascript.ts";
import type { Language } from "../language.ts";
import { python } from "./python.ts";
import { shell } from "./shell.ts";
import { typescript } from "./typescript.ts";

/** The languages that are known without `runtimes:`. */
export const languages: readonly Language[] = [javascript, typescript, python, shell];
