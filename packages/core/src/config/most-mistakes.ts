/** Mistakes that are looked for in one run. Who has more mends these first; looking for all of a broken file takes minutes. */
export const mostMistakes = 500;
