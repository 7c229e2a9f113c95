// A port of edge_engine/decisions/bucketing.py and assignment.py to another language, replaying the frozen vectors.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const { definitions, facts, buckets, assignments } = JSON.parse(readFileSync(process.argv[2], "utf8"));

function bucket(stage, namespace, name, unit) {
  const message = Buffer.from(["edge-engine.bucket.1", stage, namespace, name, unit].join("\0"), "ascii");
  const digest = createHash("sha256").update(message).digest();
  return { message, digest, bucket: digest.readUIntBE(0, 6) % 10000 };
}

function holds(where, known) {
  const fact = known[where.fact];
  if (!fact || (fact.confidence ?? 1) < (where.confidence ?? 0)) return false;
  if (where.is !== undefined) return fact.value === where.is;
  if (where.in !== undefined) return where.in.includes(fact.value);
  return (where.at_least === undefined || fact.value >= where.at_least)
    && (where.below === undefined || fact.value < where.below);
}

function assign({ experiment, unit, facts: name, today, consented, kept }) {
  const one = definitions.experiment.find((found) => found.id === experiment);
  const layer = definitions.layer.find((found) => found.id === one.layer);
  const namespace = definitions.namespace.find((found) => found.id === layer.namespace);
  const standard = (rule, keep = null) => ({ arm: "", rule, settings: {}, keep });
  const within = (arm, rule) => ({ arm: arm.id, rule, settings: arm.settings ?? {}, keep: arm.id });
  if (!consented) return standard("experiments-consent");
  if (one.stopped || namespace.stopped) return standard("kill-switch");
  if (today < one.starts || today >= one.ends) return standard("not-running");
  if (kept === "") return standard("holdout", "");
  if (kept !== null) {
    const arm = one.arms.find((found) => found.id === kept);
    return arm ? within(arm, "sticky") : standard("arm-removed");
  }
  const slot = bucket("layer", namespace.id, layer.id, unit).bucket - one.first;
  if (slot < 0 || slot >= one.buckets) return standard("other-experiment");
  if (!(one.where ?? []).every((where) => holds(where, facts[name]))) return standard("not-targeted");
  if (bucket("rollout", namespace.id, one.id, unit).bucket >= (one.rollout ?? 10000)) return standard("not-rolled-out");
  if (bucket("holdout", namespace.id, "", unit).bucket < namespace.holdout) return standard("holdout", "");
  let left = bucket("arm", namespace.id, one.id, unit).bucket;
  for (const arm of one.arms) {
    if (left < arm.buckets) return within(arm, "assigned");
    left -= arm.buckets;
  }
  throw new Error("the arms do not add up");
}

let wrong = 0;
for (const known of buckets) {
  const found = bucket(known.stage, known.namespace, known.name, known.unit);
  if (found.message.toString("hex") !== known.message || found.digest.toString("hex") !== known.sha256
    || found.bucket !== known.bucket) wrong += 1;
}
for (const known of assignments) {
  const found = assign(known);
  const same = found.arm === known.arm && found.rule === known.rule && found.keep === known.keep
    && JSON.stringify(Object.entries(found.settings).sort()) === JSON.stringify(Object.entries(known.settings).sort());
  if (!same) wrong += 1;
}
console.log(`${buckets.length + assignments.length} replayed, ${wrong} wrong`);
process.exit(wrong ? 1 : 0);
