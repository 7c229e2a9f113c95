// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several subscriptions serve one need, the {@code offering}; keeping {@code cheapest} alone saves {@code saving}.
 *
 * @param offering as its name says
 * @param merchants as its name says
 * @param cheapest as its name says
 * @param aYear as its name says
 * @param saving as its name says
 */
public record Overlap(
        String offering,
        List<String> merchants,
        String cheapest,
        Money aYear,
        Money saving) implements InsightMessage, MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Overlap fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Overlap(
                Read.field(fields, "offering", Read::text),
                Read.field(fields, "merchants", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "cheapest", Read::text),
                Read.field(fields, "a_year", Money::fromWire),
                Read.field(fields, "saving", Money::fromWire));
    }
}
