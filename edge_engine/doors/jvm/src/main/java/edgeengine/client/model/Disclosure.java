// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that left the device for the bank or an adviser, or may have: it is noted before it goes.
 *
 * @param recipient {@code host_app} for the bank, {@code adviser} for an adviser
 * @param who the connector's name, or the adviser's identifier
 * @param kind of the workflow or the review
 * @param step what the bank was asked; empty for an adviser
 * @param fields names of the fields that were given; empty where that is not known any more
 * @param data kinds of data
 * @param purpose the purpose under whose consent it went
 * @param rule the rule that allowed it; empty for what was given before rules were noted
 * @param entry entry of the consent ledger that it rests on; 0 for what was given before
 * @param at when it was given first
 */
public record Disclosure(
        String recipient,
        String who,
        String kind,
        String step,
        List<String> fields,
        List<String> data,
        String purpose,
        String rule,
        long entry,
        Instant at) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Disclosure fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Disclosure(
                Read.field(fields, "recipient", Read::text),
                Read.field(fields, "who", Read::text),
                Read.field(fields, "kind", Read::text),
                Read.field(fields, "step", Read::text),
                Read.field(fields, "fields", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "data", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "purpose", Read::text),
                Read.field(fields, "rule", Read::text),
                Read.field(fields, "entry", Read::whole),
                Read.field(fields, "at", Read::moment));
    }
}
