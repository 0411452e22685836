/** How a database writes its SQL, as far as texts, names and comments go. */
export interface Lexicon {
  /** Whether `\` escapes in every text; in `E'…'` it does anyway where `escapeTexts` holds. */
  readonly backslash: boolean;
  /** Whether `E'…'` is a text with escapes. */
  readonly escapeTexts: boolean;
  /** What stands in `"…"`. */
  readonly doubleQuotes: "name" | "text";
  /** Whether a name may stand in `` `…` ``. */
  readonly backticks: boolean;
  /** Whether a name may stand in `[…]`. */
  readonly brackets: boolean;
  /** Whether a text may stand between `$tag$` and `$tag$`. */
  readonly dollarTexts: boolean;
  /** Whether `#` begins a comment. */
  readonly hashComments: boolean;
  /** Whether `--` begins a comment only with a blank behind it. */
  readonly blankAfterDashes: boolean;
  /** Whether comments may stand in comments. */
  readonly nestedComments: boolean;
  /** Whether `/*!` begins what is run all the same. */
  readonly runComments: boolean;
  /** Whether `?` stands for a value. */
  readonly questionMarks: boolean;
}

/** Source: PostgreSQL 15 documentation, 4.1 Lexical Structure. */
export const postgresqlLexicon: Lexicon = {
  backslash: false,
  escapeTexts: true,
  doubleQuotes: "name",
  backticks: false,
  brackets: false,
  dollarTexts: true,
  hashComments: false,
  blankAfterDashes: false,
  nestedComments: true,
  runComments: false,
  questionMarks: false,
};

/** Source: MySQL 8.0 reference manual, 9 Language Structure; MariaDB is the same in this. */
export const mysqlLexicon: Lexicon = {
  backslash: true,
  escapeTexts: false,
  doubleQuotes: "text",
  backticks: true,
  brackets: false,
  dollarTexts: false,
  hashComments: true,
  blankAfterDashes: true,
  nestedComments: false,
  runComments: true,
  questionMarks: true,
};

/** Source: https://www.sqlite.org/lang_keywords.html and https://www.sqlite.org/lang_expr.html */
export const sqliteLexicon: Lexicon = {
  backslash: false,
  escapeTexts: false,
  doubleQuotes: "name",
  backticks: true,
  brackets: true,
  dollarTexts: false,
  hashComments: false,
  blankAfterDashes: false,
  nestedComments: false,
  runComments: false,
  questionMarks: true,
};
