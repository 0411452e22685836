export { formOf } from "./query/accept.ts";
export type { Form } from "./query/accept.ts";
export { checkQuery } from "./query/check/check.ts";
export type { CheckOptions } from "./query/check/check.ts";
export { signatureOf } from "./query/check/order.ts";
export { pageOf } from "./query/check/page.ts";
export type { PageRules, RequestPage, Stretch } from "./query/check/page.ts";
export { checkInsert } from "./query/check/write.ts";
export type { CheckedInsert, Conflict, InsertOptions, NestedRows, NewRow } from "./query/check/write.ts";
export { readCsv, writeCsv } from "./query/csv.ts";
export type { CsvRows } from "./query/csv.ts";
export { writeCursor } from "./query/cursor.ts";
export { invalid } from "./query/errors.ts";
export type { Mistake } from "./query/errors.ts";
export { answerItem, answerList } from "./query/http/answer-read.ts";
export type { FoundPage, ShownItem } from "./query/http/answer-read.ts";
export { answersRows, answerWritten } from "./query/http/answer-write.ts";
export type { WriteAnswer, WriteOutcome } from "./query/http/answer-write.ts";
export { readBody, readJson } from "./query/http/body.ts";
export type { BodyKind, TypeCell } from "./query/http/body.ts";
export { cellsOf } from "./query/http/cells.ts";
export { checkSingular, formRows } from "./query/http/form-rows.ts";
export type { FormOptions, Wrap } from "./query/http/form-rows.ts";
export { invalidRow } from "./query/http/invalid-row.ts";
export { locationOf } from "./query/http/location.ts";
export { mergePatch } from "./query/http/merge-patch.ts";
export { checkPreconditions, failedPrecondition, isNotModified } from "./query/http/preconditions.ts";
export type { PreconditionRules, Tagged } from "./query/http/preconditions.ts";
export { createRepresentation, representationOf } from "./query/http/representation.ts";
export type { Representation } from "./query/http/representation.ts";
export {
  checkAffected,
  onlyColumns,
  refuseFilters,
  refuseUnfiltered,
  rowOfBody,
  rowsOfBody,
} from "./query/http/write-rules.ts";
export type { BulkWrite } from "./query/http/write-rules.ts";
export { readValue } from "./query/check/value.ts";
export type { Read } from "./query/check/value.ts";
export { isObject } from "./json/value.ts";
export type { JsonObject } from "./json/value.ts";
export { pointerTo } from "./json/violation.ts";
export type { Violation } from "./json/violation.ts";
export { limits } from "./query/limits.ts";
export { castTo } from "./query/memory/cast.ts";
export { textOf } from "./query/memory/field.ts";
export { runInsert } from "./query/memory/insert.ts";
export type { Inserted, RowStore } from "./query/memory/insert.ts";
export type { CompilePattern } from "./query/memory/condition.ts";
export { keepPlans } from "./query/kept-plans.ts";
export type { KeptPlans } from "./query/kept-plans.ts";
export { memberNames } from "./query/member-names.ts";
export { createPlans } from "./query/memory/plans.ts";
export type { Plans } from "./query/memory/plans.ts";
export type { RowSource } from "./query/memory/related.ts";
export type { Plan, QueryResult, RunContext } from "./query/memory/run.ts";
export { operators } from "./query/operators.ts";
export type { AggregateName, Keyword, OperandKind, Operator, OperatorName } from "./query/operators.ts";
export { pageHeaders } from "./query/page-headers.ts";
export type { PageFound, PageRequest } from "./query/page-headers.ts";
export { appliedPreferences, parsePreferences, splitPreferences } from "./query/prefer.ts";
export type { Preference, Preferences } from "./query/prefer.ts";
export { outOfRange, parseRangeHeader } from "./query/range-header.ts";
export { findRelations, isToOne, relationNames } from "./query/relations.ts";
export type * from "./query/relations.ts";
export { parseQuery } from "./query/syntax/parse.ts";
export type { ParseOptions } from "./query/syntax/parse.ts";
export type { Dialect } from "./query/syntax/reader.ts";
export { printParameter, printQuery } from "./query/syntax/print.ts";
export type { QuerySyntax } from "./query/syntax/syntax.ts";
export type * from "./query/tree.ts";
export type { ScalarName, ValueType } from "./query/types.ts";
