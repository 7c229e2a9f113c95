import assert from "node:assert/strict";
import { test } from "node:test";
import { decimal, exponent, format } from "../src/index.js";

test("amounts are written exactly, with the digits of their currency", () => {
  assert.equal(decimal({ minor: -1205, currency: "GBP" }), "-12.05");
  assert.equal(decimal({ minor: 5, currency: "EUR" }), "0.05");
  assert.equal(decimal({ minor: -1200, currency: "JPY" }), "-1200");
  assert.equal(decimal({ minor: 1, currency: "KWD" }), "0.001");
  assert.equal(decimal({ minor: 9_007_199_254_740_991, currency: "USD" }), "90071992547409.91");
  assert.equal(exponent("CZK"), 2);
  assert.throws(() => decimal({ minor: 0.5, currency: "GBP" }), RangeError);
  assert.throws(() => decimal({ minor: 2 ** 53, currency: "GBP" }), RangeError);
});

test("people of a locale read them as they are used to", () => {
  assert.equal(format({ minor: -123456, currency: "GBP" }, "en-GB"), "-£1,234.56");
  assert.equal(format({ minor: 123456, currency: "JPY" }, "en-US"), "¥123,456");
  assert.match(format({ minor: 99_999_999_999_999, currency: "EUR" }, "de-DE"), /^999\.999\.999\.999,99/);
});
