/** Version of this package; a test holds it to package.json and to the engine's. */
export const VERSION = "0.1.0";
