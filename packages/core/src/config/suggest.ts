export { editDistance, suggest } from "../suggest.ts";
