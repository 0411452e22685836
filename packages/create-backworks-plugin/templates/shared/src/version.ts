/** Of the package and the plugin; `npm run release` writes both. */
export const version = "0.1.0";
